"""What pages say of copies: what was carried over, what changed since, the window, the buttons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from ocop_portal.lib import clock

from .. import refiling, renewing, since, windows
from ..models import Dossier, Recognition
from . import carried

PAGES = {
    Dossier.Kind.UPGRADE: "ratings:recognition_upgrade",
    Dossier.Kind.REEVALUATION: "ratings:recognition_reevaluate",
}
LABELS: dict[str, str | Promise] = {
    Dossier.Kind.UPGRADE: _("Open an upgrade dossier"),
    Dossier.Kind.REEVALUATION: _("Open a re-evaluation dossier"),
}
STAGES: dict[str, tuple[str | Promise, str]] = {
    windows.EARLY: (_("Not yet: can be prepared"), "neutral"),
    windows.OPEN: (_("Can be submitted now"), "info"),
    windows.LATE: (_("Late: submit at once"), "warn"),
    windows.OVER: (_("Too late for a re-evaluation"), "neutral"),
}


@dataclass(frozen=True)
class WindowShown:
    """A window as pages print it, on a day."""

    window: windows.Window
    stage: str

    @property
    def label(self) -> str:
        """How a submission on the day would stand, in words."""
        return str(STAGES[self.stage][0])

    @property
    def tone(self) -> str:
        """The tone of the tag."""
        return STAGES[self.stage][1]


def shown(window: windows.Window | None, on: date) -> WindowShown | None:
    """The window with how the day stands to it."""
    return WindowShown(window, window.stage(on)) if window else None


def panel(dossier: Dossier) -> dict[str, Any]:
    """What the page of a dossier says of where it comes from and which law it follows; most ask nothing."""
    today = clock.today()
    return {
        "carried": carried.in_words(dossier.carried) if dossier.carried else None,
        "differences": since.since(dossier) if dossier.copied_from_id else [],
        "window": shown(windows.of_dossier(dossier, today), dossier.first_submitted_on or today),
        "behind_the_law": refiling.behind_the_law(dossier, today),
        "refiled_as": _refiled_as(dossier),
    }


def _refiled_as(dossier: Dossier) -> Dossier | None:
    if dossier.state != Dossier.State.REFILED:
        return None
    return Dossier.objects.filter(refiled_from=dossier).first()


def of_recognition(recognition: Recognition | None, user: User) -> dict[str, Any]:
    """The window of a recognition and the buttons that open a dossier after it; empty without one."""
    if recognition is None:
        return {}
    today = clock.today()
    waiting = recognition.product.dossiers.open().first()
    return {
        "window": shown(windows.window_of(recognition, today), today),
        "waiting": waiting,
        "buttons": [] if waiting else buttons(recognition, user, today),
    }


def buttons(recognition: Recognition, user: User, on: date) -> list[dict[str, Any]]:
    """One button for each kind of dossier that the person may open now."""
    return [
        button(recognition, kind)
        for kind in renewing.KINDS
        if renewing.may_renew(recognition, kind, user, on)
    ]


def button(recognition: Recognition, kind: str) -> dict[str, Any]:
    """A button with a token of its own: pressed twice it opens one dossier."""
    kind = Dossier.Kind(kind)
    return {"label": LABELS[kind], "url": reverse(PAGES[kind], args=[recognition.pk]), "token": uuid4()}


def token_of(text: str) -> UUID | None:
    """The token that a form sent, or None for anything else."""
    try:
        return UUID(text)
    except ValueError:
        return None


def regulation_name(on: date) -> str:
    """The name of the regulation under which dossiers are filed on the day."""
    regulation = windows.regulation_on(on)
    return regulation.name if regulation else ""
