"""What the dashboard counts beyond the programme's own measures."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Count, QuerySet

from areas.models import Area
from ratings.models import Dossier, Recognition

EXPIRING_WITHIN = timedelta(days=180)


def dossiers_by_state(area: Area) -> list[tuple[str, str, int]]:
    """Open dossiers of the area in the order of their way: state, its name, how many; one statement."""
    rows = Dossier.objects.within(area).open().order_by().values("state").annotate(n=Count("pk"))
    found = {row["state"]: row["n"] for row in rows}
    return [(state.value, str(state.label), found[state]) for state in Dossier.State if state in found]


def expiring(area: Area, on: date) -> QuerySet[Recognition]:
    """Recognitions in force on the day that end within 180 days after it, the next first."""
    rows: QuerySet[Any] = Recognition.objects.within(area).in_force(on)
    return (
        rows.filter(expiry__range=(on, on + EXPIRING_WITHIN))
        .select_related("area", "product")
        .order_by("expiry", "pk")
    )
