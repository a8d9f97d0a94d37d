"""The radar of what ends: certificates and papers of evidence, each in the window it stands in today."""
