"""Codes that people read out over the telephone and nobody can guess."""

from __future__ import annotations

import secrets

from django.db.models import Model

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 10
_MISREAD = str.maketrans("OIL", "011")


def random_code() -> str:
    """Ten random characters of Crockford's base 32: 50 bits, no I, L, O or U."""
    return "".join(secrets.choice(CROCKFORD) for _ in range(LENGTH))


def unused_code(model: type[Model], field: str) -> str:
    """A random code that no row of ``model`` bears in ``field``; the column's own rule keeps it so."""
    while True:
        code = random_code()
        if not model._default_manager.filter(**{field: code}).exists():
            return code


def as_typed(text: str) -> str:
    """A code as stored, from one typed with small letters, spaces, hyphens, or O, I and L for digits."""
    return "".join(text.split()).replace("-", "").upper().translate(_MISREAD)
