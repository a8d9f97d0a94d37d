"""Calendar dates: months added, and dates read the way people in Viet Nam write them."""

import calendar
import datetime
import re

from django.utils.translation import gettext as _

EARLIEST_YEAR = 1900
LATEST_YEAR = 2199
"""Years outside these are slips of the keyboard, such as 0203."""

_SEPARATOR = r"\s*[/.\-]\s*"
_DAY_FIRST = re.compile(rf"([0-9]{{1,2}}){_SEPARATOR}([0-9]{{1,2}}){_SEPARATOR}([0-9]{{4}}|[0-9]{{2}})")
_YEAR_FIRST = re.compile(rf"([0-9]{{4}}){_SEPARATOR}([0-9]{{1,2}}){_SEPARATOR}([0-9]{{1,2}})")
_DIGITS = re.compile(r"[0-9]{8}")


def add_months(day: datetime.date, months: int) -> datetime.date:
    """Return the same day ``months`` later (earlier when negative), or that month's last day.

    36 months from 29/02/2024 end on 28/02/2027.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return datetime.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def in_official_words(day: datetime.date) -> str:
    """Return the day as papers write it: ``ngày 05 tháng 02 năm 2023``.

    Days under 10 and the months 1 and 2 take a leading zero (annex I of Decree 30/2020/NĐ-CP).
    """
    month = f"{day.month:02}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02} tháng {month} năm {day.year}"


def parse(text: str) -> datetime.date:
    """Return the date written in ``text``: day, month, year, in that order.

    Read are ``5/3/23``, ``05-03-2023``, ``5.3.2023`` (spaces around the separators do no harm) and, with
    the year first, ``2023-03-05``. A year of two digits is one of the 2000s. Eight digits alone are read
    both ways, ``05032023`` and ``20230305``, and never in doubt: no year from 1900 is a month and a day.
    Raises `ValueError`, in the reader's language, for another form, a day that no month has, or a year
    before 1900.
    """
    text = text.strip()
    if found := _DAY_FIRST.fullmatch(text):
        day, month, year = found.groups()
    elif found := _YEAR_FIRST.fullmatch(text):
        year, month, day = found.groups()
    elif not _DIGITS.fullmatch(text):
        raise ValueError(_("Enter a date as day/month/year, for example 05/03/2023."))
    elif int(text[4:]) >= EARLIEST_YEAR:
        day, month, year = text[:2], text[2:4], text[4:]
    else:
        year, month, day = text[:4], text[4:6], text[6:]
    return _existing(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day))


def _existing(year: int, month: int, day: int) -> datetime.date:
    try:
        found = datetime.date(year, month, day)
    except ValueError:
        found = None
    if found is None or not EARLIEST_YEAR <= year <= LATEST_YEAR:
        written = f"{day:02}/{month:02}/{year:04}"
        raise ValueError(_("There is no date %(date)s.") % {"date": written})
    return found
