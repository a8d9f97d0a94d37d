"""By which day a dossier will likely be decided, so that papers can be asked to hold until then."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from ..levels import CENTRAL
from ..models import Dossier, Regulation


def decision_day(dossier: Dossier, on: date) -> date:
    """The term of a re-evaluation or the end of the round that the dossier makes; else the day it is due.

    Never before ``on``. Rounds and terms are those of the regulation that the dossier is pinned to, of a
    draft those of the regulation of the day.
    """
    settings = _settings(dossier, on)
    filed = dossier.first_submitted_on or on
    days = settings.get("reevaluation", {}).get("decide_within_days")
    if dossier.kind == Dossier.Kind.REEVALUATION and days:
        return max(on, filed + timedelta(days=days))
    level = CENTRAL if dossier.level == CENTRAL else "province"
    came = dossier.state_since if level == CENTRAL else filed
    ends = [done for submit, done in _rounds(settings, level, came.year) if submit >= came]
    return max(on, min(ends, default=dossier.due_on or on))


def _settings(dossier: Dossier, on: date) -> dict[str, Any]:
    if dossier.regulation is not None:
        return dossier.regulation.settings
    try:
        return Regulation.objects.filing_on(on).settings
    except Regulation.DoesNotExist:
        return {}


def _rounds(settings: dict[str, Any], level: str, year: int) -> Iterator[tuple[date, date]]:
    """The last day to propose and the last day to decide of each round of the year and of the next."""
    for entry in settings.get("rounds", []):
        if entry["level"] != level:
            continue
        for start in (year, year + 1):
            submit = date.fromisoformat(f"{start}-{entry['submit_before']}")
            done = date.fromisoformat(f"{start}-{entry['done_before']}")
            yield submit, done if done >= submit else done.replace(year=start + 1)
