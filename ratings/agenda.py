"""The agenda of a session: dossiers put on it, in order, taken off, postponed; samples that came."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.db import transaction
from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from accounts import auditing
from accounts.models import User
from ocop_portal.lib import clock, text

from . import checking, levels
from .convening import held, put_off, require, saved
from .models import AgendaItem, Dossier, Session
from .planning_rounds import OPEN_ITEMS
from .workflow import Refused

State = Session.State
READY = (Dossier.State.ACCEPTED, Dossier.State.FORWARDED)


def candidates(session: Session, on: date | None = None) -> QuerySet[Dossier]:
    """The accepted dossiers that this council rates and that lie before no session; the round's first."""
    council = session.council
    here = (
        Q(level=levels.CENTRAL)
        if council.level == levels.CENTRAL
        else (levels.dealt_with_by(council.area.level, on or clock.today()) & ~Q(level=levels.CENTRAL))
    )
    lying = AgendaItem.objects.filter(dossier=OuterRef("pk"), state__in=OPEN_ITEMS)
    rows = Dossier.objects.within(council.area).filter(here, ~Exists(lying), state__in=READY)
    first = Case(When(round=session.round_id, then=Value(0)), default=Value(1), output_field=IntegerField())
    rows = rows.select_related("product", "enterprise", "area", "round", "regulation")
    return rows.annotate(place=first).order_by("place", "area__sort_key", "product__sort_key", "pk")


@transaction.atomic
def put_on_agenda(session: Session, dossiers: Iterable[Dossier], *, by: User) -> list[AgendaItem]:
    """Put accepted dossiers on the agenda of a planned session, behind those that are there.

    Raises ``Refused`` for one that is not accepted at this level or lies before another session, and for a
    written opinion on anything but a re-evaluation whose regulation provides for one.
    """
    fresh = held(session, by)
    require(fresh, State.PLANNED)
    wanted = {dossier.pk for dossier in dossiers}
    if not wanted:
        raise Refused(_("Choose at least one dossier."))
    list(Dossier.objects.select_for_update(of=("self",)).filter(pk__in=wanted).order_by("pk"))
    rows = list(candidates(fresh).filter(pk__in=wanted))
    if len(rows) != len(wanted):
        raise Refused(
            _("Only accepted dossiers of this level that lie before no other session can be chosen.")
        )
    if fresh.kind == Session.Kind.WRITTEN:
        _refuse_unwritten(rows)
    last = fresh.items.order_by("-position").values_list("position", flat=True).first() or 0
    made = [
        AgendaItem.objects.create(session=fresh, dossier=row, position=last + number, case=row.case)
        for number, row in enumerate(rows, 1)
    ]
    saved(fresh, "session.agenda_grew", by, dossiers=[row.code for row in rows])
    return made


def _refuse_unwritten(dossiers: Sequence[Dossier]) -> None:
    for dossier in dossiers:
        if not takes_written_opinion(dossier):
            raise Refused(
                _("%(code)s: only a re-evaluation can be decided by written opinion, by its regulation.")
                % {"code": dossier.code}
            )


def takes_written_opinion(dossier: Dossier) -> bool:
    """Whether the council may be asked in writing: re-evaluations, where the pinned regulation says so."""
    if dossier.kind != Dossier.Kind.REEVALUATION or dossier.regulation is None:
        return False
    return bool(dossier.regulation.settings.get("reevaluation", {}).get("written_opinion"))


@transaction.atomic
def take_off_agenda(item: AgendaItem, *, by: User) -> None:
    """Take a dossier off the agenda of a planned session."""
    fresh = held(item.session, by)
    require(fresh, State.PLANNED)
    if found := fresh.items.filter(pk=item.pk).select_related("dossier").first():
        code = found.dossier.code
        found.delete()
        _renumber(list(fresh.items.order_by("position", "pk")))
        saved(fresh, "session.agenda_shrank", by, dossiers=[code])


@transaction.atomic
def shift(item: AgendaItem, by_places: int, *, by: User) -> None:
    """Move a dossier up (-1) or down (1) on the agenda of a planned session; at the end it stays."""
    fresh = held(item.session, by)
    require(fresh, State.PLANNED)
    rows = list(fresh.items.order_by("position", "pk"))
    here = next((place for place, row in enumerate(rows) if row.pk == item.pk), None)
    if here is None:
        return
    there = min(max(here + by_places, 0), len(rows) - 1)
    rows.insert(there, rows.pop(here))
    _renumber(rows)
    saved(fresh, "session.agenda_reordered", by)


def _renumber(rows: list[AgendaItem]) -> None:
    for number, row in enumerate(rows, 1):
        row.position = number
    AgendaItem.objects.bulk_update(rows, ["position"])


@transaction.atomic
def postpone(item: AgendaItem, *, reason: str, by: User) -> AgendaItem:
    """Put a dossier off whose scoring has not begun: it can go on another agenda. The reason is kept."""
    fresh = held(item.session, by)
    require(fresh, State.OPEN)
    kept = AgendaItem.objects.select_for_update().get(pk=item.pk)
    words = text.nfc_lines(reason)
    if kept.state != AgendaItem.State.WAITING:
        raise Refused(_("The dossier is being scored or settled already."))
    if not words:
        raise Refused(_("Say why."))
    put_off(kept, words)
    auditing.record("session.dossier_postponed", kept, by=by, area=fresh.council.area, reason=words)
    return kept


def samples_of(items: Iterable[AgendaItem]) -> dict[int, tuple[int, int]]:
    """Item → samples received and samples that its regulation asks for; two statements."""
    rows = list(items)
    received: dict[int, int] = {}
    from_stock = Dossier.objects.filter(agenda_items__in=rows).values_list("pk", "samples__count")
    for dossier, count in from_stock:
        received[dossier] = received.get(dossier, 0) + (count or 0)
    return {
        row.pk: (received.get(row.dossier_id, 0), checking.samples_asked(row.dossier) or 0) for row in rows
    }
