"""What is kept beside a dossier, as pages show it: term, officer in charge, samples, questions, changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from ocop_portal.lib import clock

from .. import checking, differences, places, whereabouts, workflow
from ..clocks import Clock
from ..differences import Difference
from ..models import Dossier, SettledQuestion, Submission
from ..questioning import Question


def kept(dossier: Dossier, user: User) -> dict[str, Any]:
    """The box of the clock: days left, pauses, extensions, samples; and what the person may do there."""
    today = clock.today()
    now, posts = Clock.on(today), workflow.posts_at_level(dossier, user, today)
    may_check = checking.may_check(dossier, user, posts=posts)
    return {
        "where": whereabouts.of(dossier),
        "left": now.left(dossier),
        "late": now.late(dossier),
        "paused": now.paused(dossier),
        "no_term": whereabouts.why_no_term(dossier),
        "extensions": list(dossier.extensions.select_related("by")),
        "samples": samples(dossier),
        "may_check": may_check,
        "may_extend": checking.may_extend(dossier, user, posts=posts),
        "may_keep_samples": bool(may_check) and checking.takes_samples(dossier),
    }


def samples(dossier: Dossier) -> dict[str, Any]:
    """How many samples are asked for and came in, and each entry."""
    rows = list(dossier.samples.select_related("by"))
    asked, came = checking.samples_asked(dossier), sum(row.count for row in rows)
    return {
        "taken": checking.takes_samples(dossier),
        "asked": asked,
        "came": came,
        "rows": rows,
        "short": asked is not None and came < asked,
    }


def questions(
    dossier: Dossier, asked: Iterable[Question], settled: Mapping[str, SettledQuestion]
) -> list[dict[str, Any]]:
    """Each question with its place, and what was found by whom where it is settled; open ones first."""
    titles = places.titles(dossier)
    rows = [
        {"question": q, "place": titles.get(q.about, ""), "target": q.about, "settled": settled.get(q.key)}
        for q in asked
    ]
    return sorted(rows, key=lambda row: row["settled"] is not None)


def last_change(submissions: Sequence[Submission]) -> dict[str, Any] | None:
    """How much the last submission changed of the one before; None for the first."""
    if len(submissions) < 2:
        return None
    before, after = submissions[-2:]
    return {"number": after.number, "changes": len(differences.between(before.content, after.content))}


def grouped(dossier: Dossier, rows: Iterable[Difference]) -> list[tuple[str, list[Difference]]]:
    """Differences under the titles of their places."""
    titles = places.titles(dossier) | {
        differences.EVIDENCE: _("Evidence"),
        differences.PAPERS: _("Papers"),
        differences.SCORE: _("Own score"),
    }
    found: dict[str, list[Difference]] = {}
    for row in rows:
        found.setdefault(titles.get(row.place, row.place), []).append(row)
    return list(found.items())
