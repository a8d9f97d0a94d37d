"""The tables of the reports beside the progress report, one module a subject; each takes a ``Ground``."""
