"""Criteria sets as data: loading and proving them, publishing, comparing, and handing them to the scoring."""
