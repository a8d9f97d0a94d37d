"""The invitation to a session: its text, made from the facts or edited, and who is invited."""

from __future__ import annotations

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from ocop_portal.lib import text

from .convening import held, require, saved
from .models import Session

State = Session.State


@transaction.atomic
def write_invitation(session: Session, words: str, *, by: User, version: int | None = None) -> Session:
    """Keep the text of the invitation as edited; an empty one stands for the text made from the facts."""
    fresh = held(session, by, version)
    require(fresh, State.PLANNED, State.OPEN)
    fresh.invitation = text.nfc_lines(words)
    return saved(fresh, "session.invitation_written", by)


def invitation_of(session: Session) -> str:
    """The invitation as edited, else made from the facts, in the administration's language."""
    return session.invitation or usual_invitation(session)


def usual_invitation(session: Session) -> str:
    """The invitation made from day, place and agenda."""
    with translation.override("vi"):
        items = session.items.select_related("dossier__product", "dossier__enterprise")
        lines = [
            _("INVITATION"),
            _("%(council)s invites the members of the council and its advisory team.")
            % {"council": session.council.name},
            _when(session),
            _("Agenda: assessment and rating of %(number)s products.") % {"number": len(items)},
            *(
                f"{item.position}. {item.dossier.product.name} – {item.dossier.enterprise.name}"
                for item in items
            ),
            _("Members with an interest in a dossier declare it before the session."),
        ]
    return "\n".join(line for line in lines if line)


def _when(session: Session) -> str:
    day = session.on.strftime("%d/%m/%Y")
    if session.kind == Session.Kind.WRITTEN:
        return _("Opinions are given in writing by %(day)s.") % {"day": day}
    hour = session.begins_at.strftime("%H:%M") if session.begins_at else ""
    time = _("Time: %(hour)s on %(day)s.") if hour else _("Day: %(day)s.")
    place = _("Place: %(place)s.") % {"place": session.place} if session.place else ""
    return "\n".join(line for line in (time % {"hour": hour, "day": day}, place) if line)
