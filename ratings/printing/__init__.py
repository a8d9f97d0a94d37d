"""What of a dossier is printed: the forms, blank or filled in, and the bundle with all evidence."""
