"""Form 02, part III on paper: the criteria of a set with their options to tick, or as they were answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from reportlab.platypus import Flowable

from ocop_portal.lib import paper

from ..models import Answer, CriteriaSet, Criterion
from ..scoring import Score

WIDTHS = (1.1, 8.4, 1.5, 1.5, 2)


@dataclass(frozen=True)
class Answered:
    """What a dossier says of its criteria: answers by number, the score, the numbers of its papers."""

    answers: Mapping[str, Answer]
    score: Score
    papers: Mapping[str, Sequence[int]]


def rows_of(criteria_set: CriteriaSet) -> list[Criterion]:
    """All rows of the set in the order of the annex, with their options; two statements."""
    return list(criteria_set.criteria.prefetch_related("options"))


def to_tick(rows: Sequence[Criterion]) -> Iterator[Flowable]:
    """The criteria of a blank form: every option with its points and a box."""
    for row in rows:
        if not row.is_leaf:
            yield from paper.heading(_titled(row), 1 if row.depth == 0 else 2)
            continue
        yield from paper.heading(_titled(row), 2)
        asked = [words for words in (row.requirement, row.evidence, row.knockout) if words]
        yield from (paper.note(words) for words in asked)
        yield paper.boxes([(_option(row, option.position), False) for option in row.options.all()])


def as_answered(rows: Sequence[Criterion], said: Answered) -> Iterator[Flowable]:
    """The criteria with the option chosen, its points and the numbers of the papers that prove it."""
    head = (_("No."), _("Criterion and option chosen"), _("At most"), _("Own points"), _("Evidence"))
    lines = [_line(row, said) for row in rows]
    bold = [number for number, row in enumerate(rows) if not row.is_leaf]
    yield paper.table(head, lines, WIDTHS, numbers=(2, 3), bold_rows=bold)
    yield paper.space()
    stars = said.score.stars
    yield paper.paragraph(
        _("Total of the self-assessment: %(total)s points; star by the criteria: %(stars)s.")
        % {"total": _points(said.score.total), "stars": stars if stars is not None else "–"}
    )


def _titled(row: Criterion) -> str:
    name = _("Part %(part)s") % {"part": row.code} if row.depth == 0 else f"{row.code}. {row.title}"
    most = _("at most %(points)s points") % {"points": _points(row.max_points)}
    return f"{name} ({most})"


def _option(row: Criterion, position: int) -> str:
    option = next(o for o in row.options.all() if o.position == position)
    case = f"[{row.cases[str(option.case)]}] " if option.case else ""
    points = _("%(points)s points") % {"points": _points(option.points)}
    floor = _("minimum for %(stars)s stars") % {"stars": option.floor_for} if option.floor_for else ""
    return f"{case}{option.label} ({', '.join(filter(None, (points, floor)))})"


def _line(row: Criterion, said: Answered) -> Sequence[str]:
    if not row.is_leaf:
        name = _("Part %(part)s") % {"part": row.code} if row.depth == 0 else row.title
        return (row.code, name, _points(row.max_points), _points(_sum_under(row, said)), "")
    answer = said.answers.get(row.code)
    chosen = _chosen(answer)
    note = f"\n{answer.note}" if answer and answer.note else ""
    papers = ", ".join(map(str, said.papers.get(row.code, ())))
    points = said.score.points.get(row.code, Decimal(0))
    return (row.code, f"{row.title}\n{chosen}{note}", _points(row.max_points), _points(points), papers)


def _chosen(answer: Answer | None) -> str:
    """The option in words; that none fits is an answer as well."""
    if answer is None or not (answer.option or answer.none_fits):
        return _("(not chosen)")
    return answer.option.label if answer.option else _("no option fits")


def _sum_under(row: Criterion, said: Answered) -> Decimal:
    if row.depth == 0:
        return said.score.parts[row.part]
    below = (points for code, points in said.score.points.items() if f"{code}.".startswith(f"{row.code}."))
    return sum(below, Decimal(0))


def _points(points: Decimal) -> str:
    whole = points == points.to_integral_value()
    return number_format(points, 0 if whole else 2)
