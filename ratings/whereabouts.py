"""Where each dossier is now: who must act, and what comes next. Every state has an owner."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import BigIntegerField, Case, CharField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from areas.models import Area, Coverage, Level
from ocop_portal.lib import clock

from . import levels
from .models import Dossier

State = Dossier.State


@dataclass(frozen=True)
class Owner:
    """Who must act in a state (``commune``, ``level``: the level that deals with it, or nobody), and how."""

    who: str
    action: str | Promise


OWNER: dict[str, Owner] = {
    State.DRAFT: Owner("commune", gettext_lazy("complete and submit the dossier")),
    State.AT_COMMUNE: Owner("commune", gettext_lazy("assess it in words and propose it (Form 03)")),
    State.SUBMITTED: Owner("level", gettext_lazy("check the dossier: accept it or return it")),
    State.RETURNED: Owner("commune", gettext_lazy("answer the points of the return")),
    State.ACCEPTED: Owner("level", gettext_lazy("assess it and enter the result")),
    State.SCORED: Owner("level", gettext_lazy("prepare the decision")),
    State.PREPARED: Owner("level", gettext_lazy("sign the decision")),
    State.FORWARDED: Owner("level", gettext_lazy("assess it and enter the result")),
    State.RECOGNISED: Owner("", gettext_lazy("closed")),
    State.NOT_RECOGNISED: Owner("", gettext_lazy("closed")),
    State.WITHDRAWN: Owner("", gettext_lazy("closed")),
    State.REFILED: Owner("", gettext_lazy("closed")),
}


@dataclass(frozen=True)
class Whereabouts:
    """The unit that must act (empty when nobody must) and its next action."""

    unit: str
    action: str

    def __str__(self) -> str:
        return f"{self.unit}: {self.action}" if self.unit else self.action


def with_holder(rows: QuerySet[Dossier], on: date | None = None) -> QuerySet[Dossier]:
    """The dossiers with ``holder``, the name of the unit that must act on the day; no statement a row."""
    commune, at_level = _units_over(on or clock.today(), "unit__name")
    return rows.annotate(
        holder=Case(
            When(state__in=_held_by("commune"), then=commune),
            When(~Q(level=levels.CENTRAL), state__in=_held_by("level"), then=at_level),
            default=Value(""),
            output_field=CharField(),
        )
    )


def with_unit(rows: QuerySet[Dossier], on: date | None = None) -> QuerySet[Dossier]:
    """The dossiers with ``unit_id``, the unit whose post must act on the day (NULL when nobody must).

    For one that is at the centre that is the province, which enters what the centre sends.
    """
    commune, at_level = _units_over(on or clock.today(), "unit")
    return rows.annotate(
        unit_id=Case(
            When(state__in=_held_by("commune"), then=commune),
            When(state__in=_held_by("level"), then=at_level),
            output_field=BigIntegerField(),
        )
    )


def _units_over(day: date, what: str) -> tuple[Subquery, Coalesce]:
    """The commune and the unit of the dossier's level, existing on the day, over the dossier's area."""
    over = Coverage.objects.filter(covered=OuterRef("area"), unit__in=Area.objects.in_force(day))

    def unit(level: str | OuterRef) -> Subquery:
        return Subquery(over.filter(unit__level=level).order_by("unit").values(what)[:1])

    # A district that ended left its dossiers to the province, which also stands for the centre.
    return unit(Level.COMMUNE.value), Coalesce(unit(OuterRef("level")), unit(Level.PROVINCE.value))


def of(dossier: Dossier) -> Whereabouts:
    """Where the dossier is; costs nothing for one out of :func:`with_holder`."""
    owner = OWNER[dossier.state]
    if owner.who == "level" and dossier.level == levels.CENTRAL:
        return Whereabouts(_("Centre"), str(owner.action))
    if not hasattr(dossier, "holder"):
        dossier = with_holder(Dossier.objects.filter(pk=dossier.pk)).get()
    return Whereabouts(getattr(dossier, "holder", "") or "", str(owner.action))


def why_no_term(dossier: Dossier) -> str:
    """Why no day is set by which an open dossier must be dealt with; empty where one is, and when closed."""
    if dossier.due_on is not None or dossier.state in Dossier.CLOSED:
        return ""
    if dossier.state == State.DRAFT:
        return _("a draft has no term")
    if dossier.level == levels.CENTRAL and OWNER[dossier.state].who == "level":
        return _("the centre's term is not kept here")
    if dossier.state == State.AT_COMMUNE:
        return _("the regulation sets the commune no term")
    return _("the unit has set itself no term for this step")


def _held_by(who: str) -> list[str]:
    return [state for state, owner in OWNER.items() if owner.who == who]
