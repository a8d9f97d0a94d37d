"""Everything that makes the portal start on a bare account: its servers, its processes, its commands.

Imports nothing but the standard library, so that it can say what is missing. See `cli` for the verbs.
"""
