"""Entering what a council found: the averages of the parts, from which total and star are computed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, cast

from django.db import transaction
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from accounts import auditing, rules
from accounts.models import Role, User
from ocop_portal.lib import clock, files, text

from . import levels, scoring, workflow
from .models import AgendaItem, Dossier, Regulation, Result
from .workflow import Refused


@transaction.atomic
def enter_result(
    dossier: Dossier,
    *,
    level: str,
    part_a: Decimal,
    part_b: Decimal,
    part_c: Decimal,
    assessed_on: date,
    council: str = "",
    note: str = "",
    paper: files.Stored | None = None,
    by: User,
    on: date | None = None,
    version: int | None = None,
) -> Result:
    """Keep the result of the level that deals with the dossier, and move the dossier to *result entered*.

    Parts are the means of the members' points (of 100 in all), printed with two places, each rounded half
    up; the total is the sum of the printed parts, the star follows from the bands of the pinned regulation.
    Raises ``Refused`` for another level, a part above its maximum, a day before the submission, and while a
    council scores the dossier on sheets: its result comes out of the council's room.
    """
    fresh = workflow.locked(dossier, version)
    workflow.require(fresh, Dossier.State.SCORED, by=by, on=on)
    _refuse_while_scored(fresh)
    _refuse_other_level(fresh, level, on or clock.today())
    _refuse_impossible_day(fresh, assessed_on, on or clock.today())
    regulation = workflow.pinned(fresh)
    points = computed(regulation, {"A": part_a, "B": part_b, "C": part_c})
    result = Result.objects.create(
        dossier=fresh,
        level=level,
        **points,
        assessed_on=assessed_on,
        council=text.nfc(council),
        note=text.nfc_lines(note),
        entered_by=by,
        **_kept(paper),
    )
    facts = {"total": str(result.total), "stars": result.stars, "level": level}
    auditing.record("result.entered", result, by=by, area=fresh.area, **facts)
    workflow.move(dossier, Dossier.State.SCORED, by=by, on=on)
    return result


def enter_with_paper(dossier: Dossier, upload: files.Upload | None, *, by: User, **facts: Any) -> Result:
    """Enter a result as ``enter_result`` does, with the file of the paper on which it stands, if any."""
    if upload is None:
        return enter_result(dossier, by=by, **facts)
    with files.storing(upload) as stored:
        return enter_result(dossier, by=by, paper=stored, **facts)


def to_correct(dossier: Dossier, on: date | None = None) -> Result | None:
    """The result, entered by hand, that may still be corrected: of the level at work, nothing decided yet."""
    if dossier.state != Dossier.State.SCORED:
        return None
    rows = dossier.results.filter(level=levels.level_now(dossier, on or clock.today()), agenda_item=None)
    return rows.filter(frozen__isnull=True).first()


def may_correct(dossier: Dossier, user: User, on: date | None = None) -> rules.Verdict:
    """Whether the person may correct the result as entered: an officer of the level, before it is decided.

    What a council agreed on in its room is frozen and is never corrected this way.
    """
    day = on or clock.today()
    posts = workflow.posts_at_level(dossier, user, day)
    if not any(post.role == Role.OFFICER for post in posts):
        return rules.Verdict(
            False, _("Only an officer of the level that deals with the dossier corrects it.")
        )
    if to_correct(dossier, day) is None:
        return rules.Verdict(
            False, _("Only a result entered by hand is corrected, and only before a decision.")
        )
    return rules.Verdict(True)


@transaction.atomic
def correct_result(
    dossier: Dossier,
    *,
    part_a: Decimal,
    part_b: Decimal,
    part_c: Decimal,
    assessed_on: date,
    council: str = "",
    note: str = "",
    paper: files.Stored | None = None,
    by: User,
    on: date | None = None,
    version: int | None = None,
) -> Result:
    """Correct what was mistyped in the result of the level at work; the audit keeps what stood there.

    Raises ``Refused`` for a part above its maximum or an impossible day, ``Stale`` when another was first,
    ``PermissionDenied`` as ``may_correct`` says.
    """
    day = on or clock.today()
    fresh = workflow.locked(dossier, version)
    may_correct(fresh, by, day).require()
    result = cast(Result, to_correct(fresh, day))
    _refuse_impossible_day(fresh, assessed_on, day)
    before = _in_words(result)
    points = computed(workflow.pinned(fresh), {"A": part_a, "B": part_b, "C": part_c})
    texts = {"council": text.nfc(council), "note": text.nfc_lines(note)}
    for name, value in (points | texts | _kept(paper) | {"assessed_on": assessed_on}).items():
        setattr(result, name, value)
    result.save()
    fresh.version += 1
    fresh.save(update_fields=["version", "updated_at"])
    auditing.record(
        "result.corrected", result, by=by, area=fresh.area, before=before, after=_in_words(result)
    )
    dossier.refresh_from_db()
    return result


def correct_with_paper(dossier: Dossier, upload: files.Upload | None, *, by: User, **facts: Any) -> Result:
    """Correct a result as ``correct_result`` does; a file sent along takes the place of the one shown."""
    if upload is None:
        return correct_result(dossier, by=by, **facts)
    with files.storing(upload) as stored:
        return correct_result(dossier, by=by, paper=stored, **facts)


def _kept(paper: files.Stored | None) -> dict[str, str]:
    if paper is None:
        return {}
    return {"paper": paper.name, "paper_name": paper.file_name, "paper_sha256": paper.sha256}


def _in_words(result: Result) -> dict[str, str]:
    """What stands in a result, for the audit."""
    names = ("part_a", "part_b", "part_c", "total", "stars", "assessed_on", "council", "note", "paper_sha256")
    return {name: str(getattr(result, name)) for name in names}


def maxima(regulation: Regulation) -> dict[str, Decimal]:
    """The most points that each part gives, by its letter."""
    return dict(regulation.parts.values_list("code", "max_points"))


def computed(regulation: Regulation, parts: dict[str, Decimal]) -> dict[str, Any]:
    """Printed parts, their total and its star; ``Refused`` for a part outside its limits."""
    kept = within_maxima(regulation, parts)
    total = scoring.total_of(kept.values())
    stars = scoring.stars_of(total, regulation.bands.all())
    return {f"part_{part.lower()}": points for part, points in kept.items()} | {
        "total": total,
        "stars": stars,
    }


def within_maxima(regulation: Regulation, parts: dict[str, Decimal]) -> dict[str, Decimal]:
    """The parts as printed; ``Refused`` for one below 0 or above its maximum."""
    most = maxima(regulation)
    for code, points in parts.items():
        if not 0 <= points <= most[code]:
            raise Refused(
                _("Part %(part)s lies between 0 and %(most)s points.")
                % {"part": code, "most": number_format(most[code], 2)}
            )
    return {code: scoring.printed(points) for code, points in parts.items()}


def _refuse_while_scored(dossier: Dossier) -> None:
    at_work = (AgendaItem.State.SCORING, AgendaItem.State.DISCUSSION)
    item = dossier.agenda_items.filter(state__in=at_work).select_related("session__council").first()
    if item:
        raise Refused(
            _("%(council)s is scoring this dossier. Agree the result there, or put the item off first.")
            % {"council": item.session.council}
        )


def _refuse_other_level(dossier: Dossier, level: str, on: date) -> None:
    if level != levels.level_now(dossier, on):
        raise Refused(_("Another level deals with the dossier now."))


def _refuse_impossible_day(dossier: Dossier, assessed_on: date, on: date) -> None:
    first = dossier.first_submitted_on
    if assessed_on > on or (first and assessed_on < first):
        raise Refused(_("The day of the assessment lies between the submission and today."))
