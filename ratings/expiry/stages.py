"""The windows before and after the last valid day, as one question to the database.

The days of the re-evaluation window and of a late one stand in the regulation's settings; the reminders a
month and a week ahead are the portal's, the month's taken from the regulation where it names one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, CharField, Value, When
from django.utils.translation import gettext as _

from ocop_portal.lib.dates import add_months

from ..windows import regulation_on

EARLY, OPEN, LATE, MONTH, WEEK = "chua-den", "dang-mo", "qua-han", "mot-thang", "mot-tuan"
REEVALUATING, ENDED, LATER = "dang-danh-gia-lai", "da-het", "con-dai"
TONES = {OPEN: "info", LATE: "warn", MONTH: "warn", WEEK: "bad", REEVALUATING: "warn", ENDED: "bad"}
AHEAD_MONTHS = 12
"""How far the radar looks ahead; it sets no term."""
FAR_DAYS, NEAR_DAYS = 30, 7
"""The two reminders before the last valid day; a regulation may name another first one."""
ENDED_DAYS = 90
"""How long what has ended stays on the radar where the regulation takes no late re-evaluation."""


@dataclass(frozen=True)
class Days:
    """The days that draw the windows on the day ``on``; ``earliest`` and ``latest`` None: no window is set.

    ``extension`` is how long after its end a certificate can be extended, so how long a late re-evaluation
    is taken.
    """

    on: date
    earliest: int | None = None
    latest: int | None = None
    far: int = FAR_DAYS
    near: int = NEAR_DAYS
    extension: int = 0

    @property
    def kept(self) -> int:
        """For how many days what has ended stays on the radar: as long as a late re-evaluation is taken."""
        return self.extension or ENDED_DAYS

    @property
    def since(self) -> date:
        """The last valid day of what ended longest ago and is still shown."""
        return self.on - timedelta(days=self.kept)

    @property
    def until(self) -> date:
        """The last day that the radar looks ahead to."""
        return add_months(self.on, AHEAD_MONTHS)

    def after(self, days: int) -> date:
        """So many days from the day."""
        return self.on + timedelta(days=days)

    @property
    def has_window(self) -> bool:
        """Whether the regulation of the day sets re-evaluations a window."""
        return self.earliest is not None and self.latest is not None

    def labels(self, *, papers: bool = False) -> dict[str, str]:
        """The windows that a certificate (or a paper) can stand in, in words, the most pressing first."""
        soon = {
            WEEK: _("%(days)s days left at most") % {"days": self.near},
            MONTH: _("%(days)s days left at most") % {"days": self.far},
        }
        ended = {ENDED: _("Ended in the last %(days)s days") % {"days": self.kept}}
        longer = {LATER: _("More than %(days)s days left") % {"days": self.far}}
        if papers:
            return soon | ended | longer
        reevaluating = {REEVALUATING: _("Ended, late re-evaluation under way")}
        if not self.has_window:
            return soon | reevaluating | ended | longer
        facts = {"earliest": self.earliest, "latest": self.latest}
        return {
            **soon,
            LATE: _("Past the window: late"),
            OPEN: _("Open for re-evaluation (%(earliest)s–%(latest)s days)") % facts,
            **reevaluating,
            **ended,
            EARLY: _("Window not yet open"),
        }


def days_of(settings: Mapping[str, Any], on: date) -> Days:
    """The days as a regulation's settings draw them."""
    rule = settings.get("reevaluation", {})
    earliest, latest = rule.get("submit_not_earlier_than_days"), rule.get("submit_not_later_than_days")
    if earliest is None or latest is None:
        earliest = latest = None
    return Days(
        on,
        earliest,
        latest,
        far=settings.get("notice_before_expiry_days", FAR_DAYS),
        extension=settings.get("extension_max_days", 0),
    )


def days_on(on: date) -> Days:
    """The days by the regulation under which dossiers are filed on the day; one statement."""
    regulation = regulation_on(on)
    return days_of(regulation.settings if regulation else {}, on)


def stage(days: Days, field: str, *, certificates: bool = False) -> Case:
    """The window in which a row with the last valid day ``field`` stands.

    Certificates have ``valid_to`` too: the last day to which a late re-evaluation under way keeps them valid
    (see ``RecognitionQuerySet.with_validity``).
    """
    whens = [
        When(**{f"{field}__lt": days.on, "then": Value(ENDED)}),
        When(**{f"{field}__lte": days.after(days.near), "then": Value(WEEK)}),
        When(**{f"{field}__lte": days.after(days.far), "then": Value(MONTH)}),
    ]
    if certificates:
        kept = {f"{field}__lt": days.on, "valid_to__gte": days.on}
        whens.insert(0, When(**kept, then=Value(REEVALUATING)))
    if certificates and days.earliest is not None and days.latest is not None:
        whens += [
            When(**{f"{field}__lt": days.after(days.latest), "then": Value(LATE)}),
            When(**{f"{field}__lte": days.after(days.earliest), "then": Value(OPEN)}),
        ]
        return Case(*whens, default=Value(EARLY), output_field=CharField())
    return Case(*whens, default=Value(LATER), output_field=CharField())
