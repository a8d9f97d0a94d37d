"""Addresses of records: a name unaccented, with a number behind it when another record wears it."""

from django.db import models

from . import text

LONGEST = 180


def free(model: type[models.Model], name: str, fallback: str) -> str:
    """A slug for ``name`` that no other row of ``model`` wears in its field ``slug``."""
    base = text.slug(name)[:LONGEST].strip("-") or fallback
    taken = set(model._default_manager.filter(slug__startswith=base).values_list("slug", flat=True))
    candidates = (base if n == 1 else f"{base}-{n}" for n in range(1, len(taken) + 2))
    return next(slug for slug in candidates if slug not in taken)
