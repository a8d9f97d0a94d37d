"""Units to choose from: since the merger a province has many of one name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from django.utils.translation import gettext as _

from ocop_portal.lib import clock

from .finding import address_code
from .models import Area


def choices(areas: Iterable[Area]) -> list[tuple[str, str]]:
    """Each unit by the code that addresses carry, and a name that tells it from the others.

    An ended one has its last day beside its name; of those that still read the same, each has the unit above
    it. Ask for the units with their ``parent``.
    """
    named = [(area, _dated(area)) for area in areas]
    alike = Counter(name for _area, name in named)
    return [(address_code(area), _placed(area, name) if alike[name] > 1 else name) for area, name in named]


def _dated(area: Area) -> str:
    if area.exists_on(clock.today()) or area.valid_to is None:
        return area.name
    return _("%(name)s (until %(day)s)") % {"name": area.name, "day": f"{area.valid_to:%d/%m/%Y}"}


def _placed(area: Area, name: str) -> str:
    return f"{name}, {area.parent.name}" if area.parent else name
