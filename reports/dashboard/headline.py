"""The four figures at the top."""

from __future__ import annotations

from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _

from ocop_portal.lib.measures import Measure, Selection
from ratings.measures import MEASURES, STILL_VALID

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
            "note": _note(scope, measure, figure.unplaced),
            "url": rows_address(scope, measure.code),
        }
        for measure, figure in found
    ]


def expected(scope: Scope) -> list[tuple[Measure, Selection]]:
    """The totals that the figures ask for."""
    return [(MEASURES[code], scope.on.selection) for code in CODES]


def _note(scope: Scope, measure: Measure, without_date: int) -> str:
    """The day of a state that is still to come, as the other figures end today; what no date could place."""
    parts = [unplaced(without_date)]
    if measure is STILL_VALID and scope.is_running:
        day = formats.date_format(scope.period.end, "d/m/Y")
        parts.insert(0, _("to last to %(day)s at least") % {"day": day})
    return "; ".join(filter(None, parts))


def unplaced(number: int) -> str:
    """How many rows no date could place; empty where there are none."""
    return _("and %(count)d without a known date") % {"count": number} if number else ""
