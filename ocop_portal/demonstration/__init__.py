"""A year of Trùng Khánh played through the portal's own verbs, with particulars that nobody bears."""
