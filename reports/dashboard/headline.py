"""The four figures at the top."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from ocop_portal.lib.measures import Measure, Selection
from ratings.measures import MEASURES

from .addresses import rows_address
from .scope import Scope

CODES = ("taking_part", "newly_recognised", "recognised_in_all", "still_valid")


def headline(scope: Scope) -> list[dict[str, Any]]:
    """What took part, is new, was recognised in all and is still valid; a statement each."""
    found = [(measure, scope.counts.total(measure, asked)) for measure, asked in expected(scope)]
    return [
        {
            "value": figure.value,
            "label": measure.name,
            "note": unplaced(figure.unplaced),
            "url": rows_address(scope, measure.code),
        }
        for measure, figure in found
    ]


def expected(scope: Scope) -> list[tuple[Measure, Selection]]:
    """The totals that the figures ask for."""
    return [(MEASURES[code], scope.on.selection) for code in CODES]


def unplaced(number: int) -> str:
    """How many rows no date could place; empty where there are none."""
    return _("and %(count)d without a known date") % {"count": number} if number else ""
