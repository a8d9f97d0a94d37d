"""Facts in words for anyone."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from ratings.models.decisions import DatePrecision


def day_in_words(day: date | None, precision: str) -> str:
    """A date as well as it is known: the day, the year, or that nobody knows."""
    if day is None or precision == DatePrecision.UNKNOWN:
        return _("date not known")
    return f"{day.year}" if precision == DatePrecision.YEAR else f"{day:%d/%m/%Y}"
