"""Sections of Form 02 on paper: the questions that the screen asks, with answers or lines to write on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext as _
from reportlab.platypus import Flowable

from ocop_portal.lib import paper

from ..questionnaire import ASKED
from ..questions import Kind, Question, YearTable, shown
from ..sections import Section

LINES_FOR_TEXT = 4


def section(asked: Section, content: Mapping[str, str] | None, filing_year: int) -> Iterator[Flowable]:
    """The section's questions in their order; without content, a form to fill in by hand."""
    yield from paper.heading(f"{asked.form.partition('-')[2]}. {asked.title}".removeprefix(". "))
    for block in ASKED[asked.key].blocks:
        if isinstance(block, YearTable):
            yield from _years(block, content, filing_year)
        elif block.kind == Kind.LINES:
            yield from _text(block, content)
        else:
            yield _line(block, content)


def _text(question: Question, content: Mapping[str, str] | None) -> Iterator[Flowable]:
    yield from paper.heading(question.caption, 2)
    if content is None:
        yield from paper.lines_to_write_on(LINES_FOR_TEXT)
    else:
        yield paper.paragraph(content.get(question.name) or "–")


def _line(question: Question, content: Mapping[str, str] | None) -> Flowable:
    value = None if content is None else shown(question, content.get(question.name))
    if content is None and question.kind == Kind.CHOICE:
        value = "   ".join(f"[  ] {label}" for _key, label in question.choices)
    return paper.facts([(question.caption, value)])


def _years(block: YearTable, content: Mapping[str, str] | None, filing_year: int) -> Iterator[Flowable]:
    years = block.years(filing_year)
    yield from paper.heading(str(block.caption), 2)
    rows = [
        [
            question.caption,
            *[
                ""
                if content is None
                else shown(cell := block.cell(question, year, filing_year), content.get(cell.name))
                for year in years
            ],
        ]
        for question in block.questions
    ]
    numbers = range(1, len(years) + 1)
    head = [_("Measure"), *map(str, years)]
    yield paper.table(head, rows, [3, *[1.3] * len(years)], numbers=list(numbers))
