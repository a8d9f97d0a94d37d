"""How the terms of open dossiers stand on a day: over, about to end, or neither."""

from __future__ import annotations

from datetime import date

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from areas import working_time

from .models import Dossier
from .reminding import WARN_WORKING_DAYS

SOON, REST = "soon", "rest"
CHOICES = ((SOON, _("Due soon")), (REST, _("In time, or no term")))


def soon_until(on: date) -> date:
    """The last day on which a term that ends is *due soon*, as its reminder has it; one statement."""
    return working_time.due(on, WARN_WORKING_DAYS)


def late(on: date) -> Q:
    """That an open dossier's term ended before the day."""
    return Q(due_on__lt=on)


def soon(on: date, until: date) -> Q:
    """That its term ends from the day to ``until`` (see :func:`soon_until`)."""
    return Q(due_on__range=(on, until))


def rest(until: date) -> Q:
    """That its term ends later, or that it has none."""
    return Q(due_on__isnull=True) | Q(due_on__gt=until)


def condition(term: str, on: date) -> Q:
    """The condition of one of :data:`CHOICES`, of open dossiers; one statement."""
    until = soon_until(on)
    wanted = soon(on, until) if term == SOON else rest(until)
    return ~Q(state__in=Dossier.CLOSED) & wanted
