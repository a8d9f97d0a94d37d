"""Reminders: terms of open dossiers that approach or are missed, papers in use whose validity ends.

Run as often as one likes: the key of each notice names the dossier and the day, so twice tells once, and a
term that was extended is another key.
"""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.db.models import BigIntegerField, Exists, OuterRef, Q, QuerySet
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.urls import reverse

from accounts import noticing
from accounts.models import Notice, Role
from accounts.noticing import Word
from areas import working_time

from . import moves, telling, whereabouts
from .models import Dossier, EvidenceUse

# Working days before the last day of a term, and days before a paper's.
WARN_WORKING_DAYS = 2
EVIDENCE_WARN_DAYS = 30
# Who makes the next move from a state, by the table of moves.
ACTING = {row.source.value: row.roles[0] for row in moves.MOVES if row.onward}


@transaction.atomic
def remind(on: date) -> int:
    """Tell of every term and paper that concerns the day ``on``; returns how many notices were new.

    Reminders whose matter is over (term extended or met, paper replaced) are settled first.
    """
    _settle_what_is_over(on)
    return noticing.tell_all([*_terms(on), *_papers(on)], on=on)


def _terms(on: date) -> list[Word]:
    """A word for each open dossier whose term is over or ends within ``WARN_WORKING_DAYS``."""
    soon = working_time.due(on, WARN_WORKING_DAYS)
    rows = Dossier.objects.open().filter(due_on__lte=soon).select_related("product", "enterprise", "area")
    words = []
    for row in whereabouts.with_unit(rows, on).order_by("pk"):
        unit_id, due_on = getattr(row, "unit_id", None), row.due_on
        if unit_id is None or due_on is None:
            continue
        what = "missed" if due_on < on else "approaching"
        words.append(
            Word(
                ACTING[row.state],
                unit_id,
                f"deadline.{what}",
                f"dossier:{row.pk}:due:{due_on.isoformat()}:{what}",
                telling.facts(row),
                reverse("ratings:dossier", args=[row.pk]),
                due_on,
            )
        )
    return words


def _papers(on: date) -> list[Word]:
    """A word to the commune for each paper that an open dossier uses and that ends within the month."""
    soon = on + timedelta(days=EVIDENCE_WARN_DAYS)
    uses = _uses_that_count().filter(evidence__expires_on__range=(on, soon))
    uses = uses.select_related("evidence", "dossier__product", "dossier__enterprise", "dossier__area")
    return [
        Word(
            Role.COMMUNE,
            use.dossier.area_id,
            "evidence.expiring",
            f"evidence:{use.evidence_id}:dossier:{use.dossier_id}:{use.evidence.expires_on}",
            telling.facts(use.dossier) | {"paper": str(use.evidence), "evidence": use.evidence_id},
            reverse("ratings:dossier", args=[use.dossier_id]),
            use.evidence.expires_on,
        )
        for use in uses.order_by("dossier_id", "evidence_id", "pk").distinct("dossier_id", "evidence_id")
    ]


def _uses_that_count() -> QuerySet[EvidenceUse]:
    """Uses, in open dossiers, of papers that stand in the library and were not replaced."""
    return EvidenceUse.objects.filter(
        evidence__removed_at__isnull=True, evidence__replaced_by__isnull=True
    ).exclude(dossier__state__in=Dossier.CLOSED)


def _settle_what_is_over(on: date) -> None:
    """Two statements: terms that are met, moved, or missed by now; papers replaced or in use no more."""
    told = Notice.objects.open().annotate(about=_number("dossier"), paper=_number("evidence"))
    running = Dossier.objects.open().filter(pk=OuterRef("about"), due_on=OuterRef("due_on"))
    terms = told.filter(kind__in=["deadline.approaching", "deadline.missed"])
    noticing.end(terms.filter(~Exists(running) | Q(kind="deadline.approaching", due_on__lt=on)))
    used = _uses_that_count().filter(
        dossier=OuterRef("about"), evidence=OuterRef("paper"), evidence__expires_on=OuterRef("due_on")
    )
    noticing.end(told.filter(~Exists(used), kind="evidence.expiring"))


def _number(fact: str) -> Cast:
    """A fact of a notice that is the key of a row."""
    return Cast(KT(f"facts__{fact}"), BigIntegerField())
