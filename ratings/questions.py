"""What a section of the forms can ask: kinds of questions, and how an answer is kept, read back and shown.

An answer is kept as text in one canonical spelling: numbers as plain decimals (``1234.5``), days as ISO
dates, texts composed (NFC). What was not answered is absent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import Any

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from ocop_portal.lib import text

Words = str | Promise
Content = Mapping[str, str]
LONGEST_LINE, LONGEST_TEXT = 200, 4000
PLACES = 2


class Kind(Enum):
    """What is answered: a line, lines, one of several choices, a number, a whole number, a day."""

    LINE = "line"
    LINES = "lines"
    CHOICE = "choice"
    NUMBER = "number"
    WHOLE = "whole"
    DAY = "day"


NUMBERS = {Kind.NUMBER, Kind.WHOLE}


@dataclass(frozen=True)
class Question:
    """One field of a form. ``needed``: a complete section answers it; ``when`` says with which answer to
    another question only. ``least`` and ``most`` bound a number.
    """

    name: str
    label: Words
    kind: Kind = Kind.LINES
    needed: bool = False
    when: tuple[str, str] | None = None
    help: Words = ""
    unit: Words = ""
    choices: tuple[tuple[str, Words], ...] = ()
    least: Decimal = Decimal(0)
    most: Decimal = Decimal(10**9)

    @property
    def caption(self) -> str:
        """The label with the unit, as the forms print it."""
        return f"{self.label} ({self.unit})" if self.unit else str(self.label)


@dataclass(frozen=True)
class YearTable:
    """The same questions for several years; ``offsets`` are counted from the year of the filing."""

    caption: Words
    questions: tuple[Question, ...]
    offsets: tuple[int, ...]
    needed_offset: int

    def years(self, filing_year: int) -> list[int]:
        """The years of the columns."""
        return [filing_year + offset for offset in self.offsets]

    def cell(self, question: Question, year: int, filing_year: int) -> Question:
        """The question for one year: its own name, and needed in one of the years only."""
        return replace(
            question,
            name=f"{question.name}_{year}",
            label=_("%(label)s, %(year)s") % {"label": question.label, "year": year},
            needed=question.needed and year == filing_year + self.needed_offset,
        )


@dataclass(frozen=True)
class Questionnaire:
    """What a section asks, block by block; ``within`` pairs parts with the wholes that they can't exceed."""

    blocks: tuple[Question | YearTable, ...]
    within: tuple[tuple[str, str], ...] = ()

    def questions(self, filing_year: int) -> list[Question]:
        """Every field of the section, those of the tables' cells among them."""
        found: list[Question] = []
        for block in self.blocks:
            if isinstance(block, Question):
                found.append(block)
            else:
                years = block.years(filing_year)
                found += [block.cell(q, year, filing_year) for q in block.questions for year in years]
        return found


def canonical(question: Question, value: Any) -> str:
    """The answer as it is kept; empty for none. Raises ``ValueError``, in the reader's language."""
    if value is None or value == "":
        return ""
    if question.kind == Kind.DAY:
        return (value if isinstance(value, date) else date.fromisoformat(value)).isoformat()
    if question.kind in NUMBERS:
        return _number(question, value)
    if question.kind == Kind.CHOICE:
        if value not in dict(question.choices):
            raise ValueError(_("%(label)s: choose one of the answers.") % {"label": question.label})
        return str(value)
    return _text(question, str(value))


def read(question: Question, kept: str | None) -> Any:
    """The kept answer as a value of Python; None where there is none."""
    if not kept:
        return None
    if question.kind == Kind.DAY:
        return date.fromisoformat(kept)
    return Decimal(kept) if question.kind in NUMBERS else kept


def shown(question: Question, kept: str | None) -> str:
    """The kept answer as pages and papers print it; empty where there is none."""
    value = read(question, kept)
    if value is None:
        return ""
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, Decimal):
        return number_format(value, use_l10n=True, force_grouping=True)
    return str(dict(question.choices).get(value, value))


def _number(question: Question, value: Any) -> str:
    try:
        number = Decimal(str(value))
        places = -int(number.normalize().as_tuple().exponent)
    except (InvalidOperation, ValueError):
        raise ValueError(_("%(label)s: enter a number.") % {"label": question.label}) from None
    if places > (0 if question.kind == Kind.WHOLE else PLACES):
        raise ValueError(_("%(label)s: too many decimal places.") % {"label": question.label})
    if not question.least <= number <= question.most:
        limits = {"label": question.label, "least": question.least, "most": question.most}
        raise ValueError(_("%(label)s: a number from %(least)s to %(most)s.") % limits)
    return f"{number.normalize():f}"


def _text(question: Question, value: str) -> str:
    lines = question.kind == Kind.LINES
    clean = text.nfc_lines(value) if lines else text.nfc(value)
    most = LONGEST_TEXT if lines else LONGEST_LINE
    if len(clean) > most:
        raise ValueError(
            _("%(label)s: at most %(most)s characters.") % {"label": question.label, "most": most}
        )
    return clean
