"""How the scoring of a session stands: each member's total, parts, spread, floors, what is missing.

A constant number of statements, however many the dossiers, members and criteria; a sheet that has not
changed is not scored anew.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import cast

from accounts.models import User

from . import declaring, own_sheets, scoring, statute
from .criteria import outline as outlines
from .criteria import reading
from .criteria.outline import Outline
from .models import (
    AgendaItem,
    AgreedChoice,
    Answer,
    Council,
    CouncilMember,
    KnockoutMotion,
    ScoreSheet,
    ScoringPass,
    Session,
    SheetChoice,
)
from .own_sheets import OwnSheet
from .statute import Quorum

RELATED = (
    "session__council__area",
    "dossier__product",
    "dossier__enterprise",
    "dossier__area",
    "dossier__criteria_set",
    "dossier__regulation",
)
Chosen = tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class _Scored:
    """What a score follows from; ``rules`` follow from the set's row and digest."""

    criteria_set: int
    digest: str
    case: int | None
    sheets: tuple[Chosen, ...]
    agreed: Chosen | None
    findings: tuple[str, ...]
    rules: scoring.Rules = field(compare=False)


@lru_cache(maxsize=4096)
def _score(what: _Scored) -> scoring.Score:
    sheets = [dict(sheet) for sheet in what.sheets]
    agreed = None if what.agreed is None else dict(what.agreed)
    return scoring.score(what.rules, sheets, case=what.case, agreed=agreed, findings=what.findings)


@dataclass
class Marks:
    """One member's place in a pass: his sheet, or the interest for which he is recused."""

    member: CouncilMember
    recused: str = ""
    sheet: ScoreSheet | None = None
    chosen: dict[str, int] = field(default_factory=dict)
    settled: int = 0
    score: scoring.Score | None = None

    @property
    def closed(self) -> bool:
        """Whether the sheet is in."""
        return self.sheet is not None and self.sheet.closed_at is not None


@dataclass
class PassTally:
    """One pass over a dossier: the marks of each member, and what the closed sheets come to."""

    scoring_pass: ScoringPass
    marks: list[Marks]
    score: scoring.Score | None = None

    @property
    def is_open(self) -> bool:
        """Whether sheets may still be filled in."""
        return self.scoring_pass.closed_at is None

    @property
    def closed(self) -> list[Marks]:
        """The sheets that are in; that of a member who was recused afterwards doesn't count."""
        return [marks for marks in self.marks if marks.closed and not marks.recused]

    @property
    def missing(self) -> list[Marks]:
        """The members whose sheets are not in yet."""
        awaited = (marks for marks in self.marks if marks.sheet is not None and not marks.recused)
        return [marks for marks in awaited if not marks.closed]

    @cached_property
    def spread(self) -> Decimal | None:
        """The highest member's total less the lowest; None below two sheets."""
        totals = [marks.score.total for marks in self.closed if marks.score]
        return max(totals) - min(totals) if len(totals) > 1 else None

    @property
    def divided(self) -> bool:
        """Whether the members' own sheets come to different stars."""
        return len({marks.score.stars for marks in self.closed if marks.score}) > 1


@dataclass
class Tally:
    """How one dossier stands before the council."""

    item: AgendaItem
    passes: list[PassTally]
    seats: list[CouncilMember]
    recused: Mapping[int, str]
    present: frozenset[int]
    quorum: Quorum
    motions: list[KnockoutMotion]
    agreed: dict[str, int | None]
    outline: Outline | None
    rules: scoring.Rules | None

    @property
    def council(self) -> Council:
        """The council before which the dossier lies."""
        return self.item.session.council

    @property
    def last(self) -> PassTally | None:
        """The latest pass."""
        return self.passes[-1] if self.passes else None

    @property
    def over(self) -> bool:
        """Whether the members' totals differ by more than the statute allows."""
        spread = self.last.spread if self.last else None
        return spread is not None and spread > self.council.spread_points

    @property
    def carried(self) -> list[str]:
        """The knock-outs that the council voted to apply, in words."""
        return [motion.words for motion in self.motions if motion.carried]

    @property
    def quorum_of_sheets(self) -> Quorum:
        """The quorum by the sheets of the last pass that are in; a chair who is recused still presides.

        Asked in writing, the chair takes part by his own sheet.
        """
        seated = {seat.pk for seat in self.seats}
        chairs = {seat.pk for seat in self.seats if seat.seat == CouncilMember.Seat.CHAIR}
        handed_in = {marks.member.pk for marks in self.last.closed} & seated if self.last else set()
        written = self.item.session.kind == Session.Kind.WRITTEN
        there = handed_in | set(self.recused) if written else self.present
        return statute.quorum(
            len(seated),
            len(handed_in),
            recused=len(seated & set(self.recused)),
            percent=self.council.quorum_percent,
            chair_required=self.council.chair_required,
            chair_present=bool(chairs & there),
        )

    @property
    def score(self) -> scoring.Score | None:
        """What the closed sheets of the last pass come to."""
        return self.last.score if self.last else None

    def sees(self, user: User, runs: bool, in_pass: PassTally | None = None) -> bool:
        """Whether the person may see the others' points: blind until one's own sheet of the pass is closed.

        Once the result is agreed everybody in sight may; before that who runs the session without a vote,
        and members whose own sheet is in. A recused member or an adviser sees nothing before the result.
        """
        if self.item.state == AgendaItem.State.AGREED:
            return True
        seat = next((seat for seat in self.seats if seat.user_id == user.pk), None)
        if seat is None:
            return runs
        asked = in_pass or self.last
        own = next((m for m in asked.marks if m.member.pk == seat.pk), None) if asked else None
        return own is not None and own.closed and seat.pk not in self.recused


def of(item: AgendaItem) -> Tally:
    """How the dossier stands; ``item`` carries the rows of ``RELATED``."""
    return of_all(item.session, [item])[0]


def of_all(session: Session, items: Sequence[AgendaItem]) -> list[Tally]:
    """How the dossiers of one session stand; thirteen statements beside the criteria sets, which are kept."""
    return _Reader(session, items).tallies()


def sheet_of(
    item: AgendaItem, choices: Iterable[SheetChoice], outline: Outline, rules: scoring.Rules
) -> OwnSheet:
    """A member's sheet as the pages of criteria show one: a choice carries what an answer carries."""
    rows = {choice.criterion_id: choice for choice in choices}
    answers = {code: rows[pk] for pk, code in outline.codes.items() if pk in rows}
    return OwnSheet(outline, rules, item.case, cast("dict[str, Answer]", answers))


def sheet_with_choices(sheet: ScoreSheet) -> OwnSheet | None:
    """A member's sheet with its choices, one statement; None where no criteria set rates the dossier."""
    item = sheet.scoring_pass.item
    criteria_set = item.dossier.criteria_set
    if criteria_set is None:
        return None
    outline, rules = outlines.outline_of(criteria_set), reading.rules_of(criteria_set)
    return sheet_of(item, sheet.choices.order_by(), outline, rules)


def counted(sheet: OwnSheet) -> tuple[int, int]:
    """How many of the criteria that apply are chosen, and how many apply."""
    groups: Sequence[own_sheets.Progress] = sheet.progress()
    return sum(group.answered for group in groups), sum(group.of for group in groups)


class _Reader:
    """Reads all rows of a session's dossiers at once."""

    def __init__(self, session: Session, items: Sequence[AgendaItem]) -> None:
        self.session, self.items = session, items
        self.standings = {each.item.pk: each for each in declaring.standings(session, items)}
        self.passes: dict[int, list[ScoringPass]] = defaultdict(list)
        for each in ScoringPass.objects.filter(item__in=items).order_by("number"):
            self.passes[each.item_id].append(each)
        self.sheets: dict[int, list[ScoreSheet]] = defaultdict(list)
        # One row a member, not one a sheet: forty dossiers share them.
        seats = CouncilMember.objects.filter(council=session.council).select_related("user")
        members = {member.pk: member for member in seats}
        for sheet in ScoreSheet.objects.filter(scoring_pass__item__in=items).order_by("pk"):
            sheet.member = members[sheet.member_id]
            self.sheets[sheet.scoring_pass_id].append(sheet)
        self.choices = _choices(items)
        self.motions: dict[int, list[KnockoutMotion]] = defaultdict(list)
        motions = KnockoutMotion.objects.filter(item__in=items).select_related("raised_by__user", "criterion")
        for motion in motions.prefetch_related("votes").order_by("pk"):
            self.motions[motion.item_id].append(motion)
        self.agreed: dict[int, list[AgreedChoice]] = defaultdict(list)
        for agreed in AgreedChoice.objects.filter(item__in=items):
            self.agreed[agreed.item_id].append(agreed)

    def tallies(self) -> list[Tally]:
        return [self._tally(item) for item in self.items]

    def _tally(self, item: AgendaItem) -> Tally:
        criteria_set, standing = item.dossier.criteria_set, self.standings[item.pk]
        outline = outlines.outline_of(criteria_set) if criteria_set else None
        rules = reading.rules_of(criteria_set) if criteria_set else None
        made = Tally(
            item=item,
            passes=[],
            seats=[member for member in standing.members if member.scores],
            recused={recusal.member.pk: recusal.reason for recusal in standing.recusals},
            present=standing.present,
            quorum=standing.quorum,
            motions=self.motions[item.pk],
            agreed=self._agreed(item, outline),
            outline=outline,
            rules=rules,
        )
        if outline and rules:
            made.passes = [self._pass(made, each, outline, rules) for each in self.passes[item.pk]]
        return made

    def _agreed(self, item: AgendaItem, outline: Outline | None) -> dict[str, int | None]:
        found: dict[str, int | None] = {}
        for row in self.agreed[item.pk] if outline else ():
            code = outline.codes.get(row.criterion_id) if outline else None
            if outline and code:
                choices = outline.items[code].choices
                found[code] = next((c.position for c in choices if c.pk == row.option_id), None)
        return found

    def _pass(self, tally: Tally, each: ScoringPass, outline: Outline, rules: scoring.Rules) -> PassTally:
        item, given = tally.item, {sheet.member_id: sheet for sheet in self.sheets[each.pk]}
        # Whoever has a sheet, and whoever has a vote today: a member who is recused is shown masked.
        members = [sheet.member for sheet in given.values()]
        members += [seat for seat in tally.seats if seat.pk not in given]
        members.sort(key=lambda member: (member.place, member.pk))
        marks = [
            self._marks(item, member, given.get(member.pk), tally.recused, outline, rules)
            for member in members
        ]
        closed = [m.chosen for m in marks if m.closed and not m.recused]
        by_agreed = tally.council.floor_by == Council.FloorBy.AGREED
        agreed = {code: p for code, p in tally.agreed.items() if p} if by_agreed else None
        score = _of(item, rules, closed, agreed, tally.carried)
        return PassTally(each, marks, score)

    def _marks(
        self,
        item: AgendaItem,
        member: CouncilMember,
        sheet: ScoreSheet | None,
        masked: Mapping[int, str],
        outline: Outline,
        rules: scoring.Rules,
    ) -> Marks:
        made = Marks(member, masked.get(member.pk, ""), sheet)
        if sheet is None:
            return made
        rows = self.choices[sheet.pk]
        made.settled = len(rows)
        made.chosen = _positions(outline, rows)
        made.score = _of(item, rules, [made.chosen])
        return made


def _choices(items: Sequence[AgendaItem]) -> dict[int, list[tuple[int, int | None]]]:
    """Of each sheet the criteria that are settled, each with its option's row (None: none fits)."""
    found: dict[int, list[tuple[int, int | None]]] = defaultdict(list)
    settled = SheetChoice.objects.filter(sheet__scoring_pass__item__in=items).exclude(
        option=None, none_fits=False
    )
    for sheet, criterion, option in settled.values_list("sheet_id", "criterion_id", "option_id"):
        found[sheet].append((criterion, option))
    return found


def _positions(outline: Outline, rows: Iterable[tuple[int, int | None]]) -> dict[str, int]:
    places, codes = outline.positions, outline.codes
    return {codes[criterion]: places[option] for criterion, option in rows if option and criterion in codes}


def _of(
    item: AgendaItem,
    rules: scoring.Rules,
    sheets: Sequence[Mapping[str, int]],
    agreed: Mapping[str, int] | None = None,
    findings: Sequence[str] = (),
) -> scoring.Score:
    criteria_set = item.dossier.criteria_set
    if criteria_set is None:
        raise ValueError("no criteria set rates the dossier")
    what = _Scored(
        criteria_set.pk,
        criteria_set.digest,
        item.case,
        tuple(tuple(sheet.items()) for sheet in sheets),
        None if agreed is None else tuple(sorted(agreed.items())),
        tuple(findings),
        rules,
    )
    return _score(what)
