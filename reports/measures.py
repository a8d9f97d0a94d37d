"""What the dashboard counts beyond the programme's own measures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db.models import Count, Q, QuerySet

from areas.maps import Territory
from areas.models import Area
from enterprises.models import Evidence
from ratings import terms
from ratings.expiry import rows as radar
from ratings.expiry import stages
from ratings.models import Dossier, Recognition

EXPIRING_WITHIN = timedelta(days=180)


class InState(NamedTuple):
    """Open dossiers in one state: how many are overdue, due soon, and neither."""

    state: str
    label: str
    late: int
    soon: int
    rest: int


def dossiers_by_state(ground: Area | Territory, on: date, soon_until: date) -> list[InState]:
    """Open dossiers of the ground in the order of their way, each state with its terms; one statement."""
    rows = Dossier.objects.within(ground).open().order_by().values("state")
    counted = rows.annotate(
        late=Count("pk", filter=terms.late(on)),
        soon=Count("pk", filter=terms.soon(on, soon_until)),
        rest=Count("pk", filter=terms.rest(soon_until)),
    )
    found = {row["state"]: row for row in counted}
    return [
        InState(state.value, str(state.label), *(found[state][name] for name in ("late", "soon", "rest")))
        for state in Dossier.State
        if state in found
    ]


def ending(ground: Area | Territory, on: date, within: Sequence[int]) -> tuple[list[int], list[int]]:
    """What of the radar ends in the ground in so many days: certificates, papers; three statements."""
    days = stages.days_on(on)
    certificates = radar.ending(Recognition.objects.within(ground), days)
    papers = radar.ending_papers(Evidence.objects.within(ground), days)
    return _ending(certificates, "expiry", on, within), _ending(papers, "expires_on", on, within)


def _ending(rows: QuerySet[Any], day: str, on: date, within: Sequence[int]) -> list[int]:
    ahead = {number: Q((f"{day}__range", (on, on + timedelta(days=number)))) for number in within}
    spans = {f"in_{number}": Count("pk", filter=span) for number, span in ahead.items()}
    counted = rows.order_by().filter(ahead[max(within)]).aggregate(**spans)
    return [counted[f"in_{number}"] for number in within]


def expiring(ground: Area | Territory, on: date) -> QuerySet[Recognition]:
    """Recognitions in force on the day that end within 180 days after it, the next first."""
    rows: QuerySet[Any] = Recognition.objects.within(ground).given_by(on).not_ended(on).with_expiry(on)
    return (
        rows.filter(expiry__range=(on, on + EXPIRING_WITHIN))
        .select_related("area", "product")
        .order_by("expiry", "pk")
    )
