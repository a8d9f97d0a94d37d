"""Telling communes of their shares in a published plan: once for each saving that changed what is theirs."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from hashlib import sha256

from accounts import noticing
from accounts.models import Notice, Role
from accounts.noticing import Word
from areas.models import Area

from .models import Plan, Share

KIND = "plan.shares"
_NOTHING = "0"


def tell(plan: Plan, url: str, *, among: Collection[int] | None = None) -> int:
    """Tell each commune (of those ``among``) whose shares are not the ones it was last told of; how many.

    Nobody while the plan is no public paper: what a draft gives out is told when it is published. The caller
    holds the plan's row, so that two savings at once count one after the other.
    """
    if plan.published_at is None:
        return 0
    now, told = _digests(plan), _told(plan)
    concerned = [
        area
        for area in now.keys() | told.keys()
        if now.get(area, _NOTHING) != told.get(area, [_NOTHING])[-1] and (among is None or area in among)
    ]
    name = plan.number or plan.title
    return noticing.tell_all(
        [
            Word(
                Role.COMMUNE,
                area.pk,
                KIND,
                f"{_key(plan)}{area.pk}:{len(told.get(area.pk, ())) + 1}:{now.get(area.pk, _NOTHING)}",
                {"plan": name, "commune": area.name},
                url,
            )
            for area in Area.objects.filter(pk__in=concerned).order_by("pk")
        ]
    )


def _key(plan: Plan) -> str:
    return f"plan:{plan.pk}:shares:"


def _digests(plan: Plan) -> dict[int, str]:
    """Of each commune what stands for its shares in the whole plan; one statement."""
    columns = ("area_id", "breakdown__target_id", "period", "number")
    shares = Share.objects.filter(breakdown__target__plan=plan, area__isnull=False).order_by(*columns)
    rows: dict[int, list[str]] = {}
    for area, *share in shares.values_list(*columns):
        rows.setdefault(area, []).append(":".join(map(str, share)))
    return {area: _digest(lines) for area, lines in rows.items()}


def _digest(lines: Iterable[str]) -> str:
    return sha256("\n".join(lines).encode()).hexdigest()[:16]


def _told(plan: Plan) -> dict[int, list[str]]:
    """Of each commune the shares it was told of, in their order; one statement."""
    notices = Notice.objects.filter(role=Role.COMMUNE, kind=KIND, key__startswith=_key(plan)).order_by("pk")
    found: dict[int, list[str]] = {}
    for area, key in notices.values_list("area_id", "key"):
        found.setdefault(area, []).append(key.rsplit(":", 1)[-1])
    return found
