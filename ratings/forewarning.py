"""Warnings of what ends: certificates and papers in use, to the commune and to the officer above it.

Each certificate stands in at most one window of warning on a day, and each window is told once, by its key;
what was told of a window that is over, or that nobody has to mind any more, is settled. Run as often as one
likes: a day on which nothing ran is made up for, since a window lasts until the next one begins.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import BigIntegerField, Exists, OuterRef, Q, Subquery
from django.urls import reverse

from accounts import noticing
from accounts.models import Notice, Role
from accounts.noticing import Word
from areas.models import Area, Coverage, Level
from enterprises.models import Evidence

from . import windows
from .expiry import rows, stages
from .expiry.stages import Days
from .models import Dossier, EvidenceUse, Recognition

CLOSING_DAYS = 30
"""Days before the last day of the window from which it is told that the window closes."""
OPENED, CLOSING = "certificate.window_opened", "certificate.window_closing"
ENDING, PAPER_ENDING = "certificate.ending", "paper.ending"
KINDS = (OPENED, CLOSING, ENDING, PAPER_ENDING)


@transaction.atomic
def forewarn(on: date) -> int:
    """Tell of every certificate and paper whose window of warning the day lies in; how many were new.

    Warnings whose window or matter is over are settled first. The number of statements does not grow with
    the rows but for batches of telling.
    """
    days = stages.days_on(on)
    words = [*_certificates(days), *_papers(days)]
    told = Notice.objects.open().filter(kind__in=KINDS)
    noticing.end(told.exclude(key__in={word.key for word in words}))
    return noticing.tell_all(words, on=on)


def window_of_warning(expiry: date, days: Days) -> tuple[str, str, date] | None:
    """The kind of warning for a certificate that ends then, the window's name in its key, the day to act by.

    None between the windows. Where the regulation sets no window only the reminders before the end remain.
    """
    if days.on > expiry:
        return None
    left = (expiry - days.on).days
    for within in sorted((days.near, days.far)):
        if left <= within:
            return ENDING, f"{within}", expiry
    if days.earliest is None or days.latest is None:
        return None
    window = windows.Window(expiry, days.earliest, days.latest, expiry)
    if window.stage(days.on) != windows.OPEN:
        return None
    closing = days.on >= window.last - timedelta(days=CLOSING_DAYS)
    return (CLOSING, "closing", window.last) if closing else (OPENED, "opened", window.last)


def _certificates(days: Days) -> Iterator[Word]:
    """Words for certificates of which no re-evaluation or upgrade is submitted."""
    minded = Dossier.objects.filter(product=OuterRef("product"), state__in=rows.UNDER_WAY)
    found: Any = Recognition.objects.given_by(days.on).not_ended(days.on).with_expiry(days.on)
    latest = days.after(max(days.earliest or 0, days.far))
    found = found.filter(~Exists(minded), expiry__range=(days.on, latest))
    found = _with_units(found, "area", days.on).select_related("product", "area")
    for row in found.order_by("expiry", "pk"):
        if warning := window_of_warning(row.expiry, days):
            kind, name, act_by = warning
            facts = {
                "recognition": row.pk,
                "product": row.product_name,
                "commune": row.area.name,
                "stars": row.stars,
                "expiry": f"{row.expiry:%d/%m/%Y}",
            }
            key = f"certificate:{row.pk}:{row.expiry.isoformat()}:{name}"
            url = reverse("ratings:recognition", args=[row.pk])
            yield from _to_both(row, Word(Role.COMMUNE, 0, kind, key, facts, url, act_by))


def _papers(days: Days) -> Iterator[Word]:
    """Words for papers on which an open dossier or a recognition in force rests.

    Where an open dossier uses the paper, the commune is told of the month through the dossier
    (``reminding``), so here only of the week.
    """
    in_force = Recognition.objects.in_force(days.on).filter(dossier__isnull=False)
    uses = EvidenceUse.objects.filter(evidence=OuterRef("pk"))
    waiting = Exists(uses.exclude(dossier__state__in=Dossier.CLOSED))
    rested_on = Exists(uses.filter(dossier__in=in_force.values("dossier")))
    found: Any = Evidence.objects.current().filter(expires_on__range=(days.on, days.after(days.far)))
    found = found.annotate(waiting=waiting).filter(Q(waiting=True) | Q(rested_on))
    found = _with_units(found, "enterprise__area", days.on).select_related("enterprise__area")
    for row in found.order_by("expires_on", "pk"):
        within = days.near if row.expires_on <= days.after(days.near) else days.far
        facts = {
            "evidence": row.pk,
            "paper": str(row),
            "enterprise": row.enterprise.name,
            "commune": row.enterprise.area.name,
        }
        key = f"paper:{row.pk}:{row.expires_on.isoformat()}:{within}"
        word = Word(Role.COMMUNE, 0, PAPER_ENDING, key, facts, row.get_absolute_url(), row.expires_on)
        told_already = row.waiting and within != days.near
        yield from _to_both(row, word, but=Role.COMMUNE if told_already else None)


def _to_both(row: Any, word: Word, but: Role | None = None) -> Iterable[Word]:
    """The word to the commune of today and to the officer above it, where these exist."""
    for role, unit in ((Role.COMMUNE, row.commune_unit), (Role.OFFICER, row.officer_unit)):
        if unit is not None and role != but:
            yield Word(role, unit, word.kind, word.key, word.facts, word.url, word.due_on)


def _with_units(found: Any, path: str, on: date) -> Any:
    """The rows with ``commune_unit`` and ``officer_unit``: the commune over the row's area that exists on the
    day, and the lowest unit above it, which checks its dossiers."""
    over = Coverage.objects.filter(covered=OuterRef(path), unit__in=Area.objects.in_force(on))

    def unit(*levels: Level) -> Subquery:
        lowest = over.filter(unit__level__in=levels).order_by("unit__level", "unit")
        return Subquery(lowest.values("unit")[:1], output_field=BigIntegerField())

    # "district" comes before "province" in the alphabet too: where a district stands, its officer is told.
    return found.annotate(commune_unit=unit(Level.COMMUNE), officer_unit=unit(Level.DISTRICT, Level.PROVINCE))
