"""Entering what a council found: the averages of the parts, from which total and star are computed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from accounts import auditing
from accounts.models import User
from ocop_portal.lib import clock, text

from . import levels, scoring, workflow
from .models import Dossier, Regulation, Result
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
    by: User,
    on: date | None = None,
    version: int | None = None,
) -> Result:
    """Keep the result of the level that deals with the dossier, and move the dossier to *result entered*.

    Parts are the means of the members' points (of 100 in all), printed with two places, each rounded half
    up; the total is the sum of the printed parts, the star follows from the bands of the pinned regulation.
    Raises ``Refused`` for another level, a part above its maximum, a day before the submission.
    """
    fresh = workflow.locked(dossier, version)
    workflow.require(fresh, Dossier.State.SCORED, by=by, on=on)
    _refuse_other_level(fresh, level, on or clock.today())
    _refuse_impossible_day(fresh, assessed_on, on or clock.today())
    regulation = workflow.pinned(fresh)
    parts = within_maxima(regulation, {"A": part_a, "B": part_b, "C": part_c})
    total = scoring.total_of(parts.values())
    result = Result.objects.create(
        dossier=fresh,
        level=level,
        part_a=parts["A"],
        part_b=parts["B"],
        part_c=parts["C"],
        total=total,
        stars=scoring.stars_of(total, regulation.bands.all()),
        assessed_on=assessed_on,
        council=text.nfc(council),
        note=text.nfc_lines(note),
        entered_by=by,
    )
    auditing.record(
        "result.entered", result, by=by, area=fresh.area, total=str(total), stars=result.stars, level=level
    )
    workflow.move(dossier, Dossier.State.SCORED, by=by, on=on)
    return result


def maxima(regulation: Regulation) -> dict[str, Decimal]:
    """The most points that each part gives, by its letter."""
    return dict(regulation.parts.values_list("code", "max_points"))


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


def _refuse_other_level(dossier: Dossier, level: str, on: date) -> None:
    if level != levels.level_now(dossier, on):
        raise Refused(_("Another level deals with the dossier now."))


def _refuse_impossible_day(dossier: Dossier, assessed_on: date, on: date) -> None:
    first = dossier.first_submitted_on
    if assessed_on > on or (first and assessed_on < first):
        raise Refused(_("The day of the assessment lies between the submission and today."))
