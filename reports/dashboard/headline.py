"""The four figures at the top."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from ratings.measures import MEASURES

from .addresses import rows_address
from .scope import Scope

CODES = ("taking_part", "newly_recognised", "recognised_in_all", "still_valid")


def headline(scope: Scope) -> list[dict[str, Any]]:
    """What took part, is new, was recognised in all and is still valid; a statement each."""
    found = [(MEASURES[code], MEASURES[code].total(scope.on.selection)) for code in CODES]
    return [
        {
            "value": figure.value,
            "label": measure.name,
            "note": unplaced(figure.unplaced),
            "url": rows_address(scope, measure.code),
        }
        for measure, figure in found
    ]


def unplaced(number: int) -> str:
    """How many rows no date could place; empty where there are none."""
    return _("and %(count)d without a known date") % {"count": number} if number else ""
