"""Where each dossier is now: who must act, and what comes next. Every state has an owner."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from areas.models import Level
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
    State.SUBMITTED: Owner("level", gettext_lazy("check the dossier: accept it or return it")),
    State.RETURNED: Owner("commune", gettext_lazy("answer the points of the return")),
    State.ACCEPTED: Owner("level", gettext_lazy("assess it and enter the result")),
    State.SCORED: Owner("level", gettext_lazy("prepare the decision")),
    State.PREPARED: Owner("level", gettext_lazy("sign the decision")),
    State.FORWARDED: Owner("level", gettext_lazy("assess it and enter the result")),
    State.RECOGNISED: Owner("", gettext_lazy("closed")),
    State.NOT_RECOGNISED: Owner("", gettext_lazy("closed")),
    State.WITHDRAWN: Owner("", gettext_lazy("closed")),
}


@dataclass(frozen=True)
class Whereabouts:
    """The unit that must act (empty when nobody must) and its next action."""

    unit: str
    action: str

    def __str__(self) -> str:
        return f"{self.unit}: {self.action}" if self.unit else self.action


def of_all(dossiers: Iterable[Dossier], on: date | None = None) -> dict[int, Whereabouts]:
    """By dossier's key, where each is; two statements however many dossiers there are."""
    rows = list(dossiers)
    over = levels.units_over((row.area_id for row in rows), on or clock.today())
    return {row.pk: _where(row, over[row.area_id]) for row in rows}


def of(dossier: Dossier, on: date | None = None) -> Whereabouts:
    """Where this dossier is."""
    return of_all([dossier], on)[dossier.pk]


def _where(dossier: Dossier, over: dict[str, str]) -> Whereabouts:
    owner = OWNER[dossier.state]
    return Whereabouts(_unit(owner.who, dossier.level, over), str(owner.action))


def _unit(who: str, level: str, over: dict[str, str]) -> str:
    if not who:
        return ""
    if who == "commune":
        return over.get(Level.COMMUNE, "")
    if level == levels.CENTRAL:
        return _("Centre")
    # A district that ended left its dossiers to the province.
    return over.get(level) or over.get(Level.PROVINCE, "")
