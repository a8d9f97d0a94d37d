"""Where things are: administrative units, their dates and successors, and what each prints on paper."""
