"""Dates and numbers as they are read and written, by language (``FORMAT_MODULE_PATH``)."""
