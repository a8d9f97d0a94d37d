"""The self-assessment as its pages and its script show it: rows to fill in, points, what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from accounts import rules
from accounts.models import User
from ocop_portal.lib import numbers, svg

from .. import advising, answering, evidencing, filing, unlocking
from ..answering import NONE_FITS, UNSET, Given, StaleAnswer
from ..criteria.outline import Choice, Group, Item, Outline
from ..models import Answer, Dossier, EvidenceUse
from ..own_sheets import OwnSheet, Rung
from ..scoring import Advice
from ..workflow import Refused

NO_SUCH_OPTION = -1
MOST_STEPS = 5
OPTION, NOTE, VERSION = "o-", "n-", "v-"


@dataclass
class Row:
    """One criterion on the page. ``option`` is a position, ``NONE_FITS`` or None; ``unscored`` tells why it
    can't be chosen in now; ``mend`` are the points of the return; ``theirs`` stands where another was first.
    """

    item: Item
    choices: tuple[Choice, ...]
    none_offered: bool
    option: int | None
    note: str
    version: int
    may_edit: bool
    unscored: str
    mend: list[str] = field(default_factory=list)
    uses: list[EvidenceUse] = field(default_factory=list)
    error: str = ""
    theirs: dict[str, str] | None = None

    @property
    def chosen(self) -> Choice | None:
        """The option chosen, if one is."""
        return next((choice for choice in self.item.choices if choice.position == self.option), None)


@dataclass
class Page:
    """What the pages need of a dossier and its sheet."""

    dossier: Dossier
    sheet: OwnSheet
    user: User

    def __post_init__(self) -> None:
        self.may_fill_in = filing.may_fill_in(self.dossier, self.user)
        self.unlocked = unlocking.of(self.dossier) if self.may_fill_in else unlocking.Unlocked(False)

    def context(
        self,
        group: Group | None = None,
        typed: Mapping[str, Given] | None = None,
        refused: Mapping[str, Refused] | None = None,
    ) -> dict[str, Any]:
        """Context of the page of the whole sheet, or of one group; ``typed`` is kept where it was refused."""
        sheet = self.sheet
        rows = self._rows(group)
        for code, problem in (refused or {}).items():
            if code in rows:
                _keep(rows[code], (typed or {})[code], problem, sheet)
        return {
            "dossier": self.dossier,
            "sheet": sheet,
            "outline": sheet.outline,
            "parts": self._parts(rows),
            "may_fill_in": self.may_fill_in,
            "problems": [_problem(code, rows, problem) for code, problem in (refused or {}).items()],
            "library": evidencing.library_of(self.dossier, self.user) if self.unlocked else [],
            "longest_note": answering.LONGEST_NOTE,
            "page_url": reverse("ratings:self_assessment", args=[self.dossier.pk]),
            "administers": bool(rules.may_administer(self.user)),
            **standing(self.dossier, sheet),
        }

    def _parts(self, rows: Mapping[str, Row]) -> list[dict[str, Any]]:
        """The parts that have rows on this page, each with its groups."""
        shown = []
        for part in self.sheet.outline.parts:
            groups = [(group, [rows[i.code] for i in group.items if i.code in rows]) for group in part.groups]
            filled = [{"group": group, "rows": found} for group, found in groups if found]
            if filled:
                shown.append({"part": part, "groups": filled})
        return shown

    def _rows(self, group: Group | None) -> dict[str, Row]:
        items = group.items if group else self.sheet.outline.items.values()
        uses, mend = evidencing.by_criterion(evidencing.uses_of(self.dossier)), self._mend()
        return {
            item.code: Row(
                item=item,
                choices=item.offered(self.sheet.case),
                none_offered=item.none_may_fit(self.sheet.case),
                option=_position(self.sheet, item.code),
                note=answer.note if (answer := self.sheet.answers.get(item.code)) else "",
                version=answer.version if answer else 0,
                may_edit=bool(self.may_fill_in) and self.unlocked.criterion(item.code),
                unscored=self.sheet.unscored(item),
                mend=mend.get(item.code, []),
                uses=uses.get(item.pk, []),
            )
            for item in items
        }

    def _mend(self) -> dict[str, list[str]]:
        """What the last return asks to mend in each criterion; no statement unless it was returned."""
        found: dict[str, list[str]] = {}
        if self.dossier.state == Dossier.State.RETURNED:
            points = self.dossier.return_points.filter(answer="", target__startswith=unlocking.CRITERION)
            for target, words in points.order_by("step", "position").values_list("target", "text"):
                found.setdefault(target.removeprefix(unlocking.CRITERION), []).append(words)
        return found


def standing(dossier: Dossier, sheet: OwnSheet) -> dict[str, Any]:
    """What the panel prints: points of each part, total, star, how far it is filled in, what is missing."""
    score, groups = sheet.score(), sheet.progress()
    answered, of = sum(group.answered for group in groups), sum(group.of for group in groups)
    ladder = sheet.ladder()
    gap = next((rung for rung in ladder if not rung.reached), None)
    advice = advising.advice_for(dossier, sheet, target=gap.stars) if gap else None
    return {
        "score": score,
        "points": [(part, score.parts[part], most) for part, most in sorted(sheet.rules.parts.items())],
        "answered": answered,
        "of": of,
        "groups": groups,
        "stars": score.stars if sheet.started else None,
        "knocked_out": score.knocked_out,
        "gap": gap,
        "floors": _floors(dossier, gap),
        **_way(dossier, advice),
        "further": [rung for rung in ladder if gap and rung.stars > gap.stars],
    }


def standing_json(dossier: Dossier, sheet: OwnSheet) -> dict[str, Any]:
    """The same for the script: figures as the page prints them, and the panel itself."""
    told = standing(dossier, sheet)
    gap: Rung | None = told["gap"]
    return {
        "answered": told["answered"],
        "of": told["of"],
        "groups": {g.code: f"{g.answered}/{g.of}" for g in told["groups"]},
        "parts": {code: number_format(points, 2) for code, points, _most in told["points"]},
        "total": number_format(told["score"].total, 2),
        "stars": told["stars"],
        "words": in_words(sheet),
        "gap": gap
        and {
            "target": gap.stars,
            "points": number_format(gap.points_missing, 2),
            "floors": [floor.criterion for floor in gap.floors_missing],
        },
        "unscored": {
            item.code: sheet.unscored(item) for item in sheet.outline.items.values() if item.depends_on
        },
        "panel": render_to_string("ratings/score_panel.html", told),
        "line": render_to_string("ratings/score_line.html", told),
    }


def in_words(sheet: OwnSheet) -> str:
    """Total and star in one sentence, for messages and for who listens to the page."""
    score = sheet.score()
    total = number_format(score.total, 2)
    if not sheet.started or score.stars is None:
        return _("Total %(total)s points, no star.") % {"total": total}
    return _("Total %(total)s points, %(stars)s.") % {"total": total, "stars": svg.star_words(score.stars)}


def around(outline: Outline, group: Group) -> dict[str, Any]:
    """Where the group stands among the others."""
    place = outline.groups.index(group)
    return {
        "group": group,
        "place": place + 1,
        "count": len(outline.groups),
        "before": outline.groups[place - 1] if place else None,
        "after": outline.groups[place + 1] if place + 1 < len(outline.groups) else None,
    }


def given_in(post: QueryDict, codes: Iterable[str]) -> dict[str, Given]:
    """What a form sent for each of the criteria; names that are not theirs are not looked at."""
    found = {}
    for code in codes:
        if any(prefix + code in post for prefix in (OPTION, NOTE)):
            found[code] = given(post.get(OPTION + code), post.get(NOTE + code), post.get(VERSION + code))
    return found


def given(option: str | None, note: str | None, version: str | None) -> Given:
    """What was sent for one criterion; what is absent is left as it is, a missing version is that of none."""
    position = numbers.key(option) if option else None
    return Given(
        UNSET if option is None else (NO_SUCH_OPTION if option and position is None else position),
        UNSET if note is None else note,
        numbers.key(version or "") or 0,
    )


def stands(sheet: OwnSheet, answer: Answer, code: str) -> dict[str, str]:
    """An answer as the form's fields hold it."""
    sheet.answers[code] = answer
    position = _position(sheet, code)
    return {"option": "" if position is None else str(position), "note": answer.note}


def _position(sheet: OwnSheet, code: str) -> int | None:
    answer = sheet.answers.get(code)
    return NONE_FITS if answer and answer.none_fits else sheet.chosen(code)


def _keep(row: Row, typed: Given, problem: Refused, sheet: OwnSheet) -> None:
    """Leave what the person typed in a row that was refused; saving it again is then a decision."""
    row.error = str(problem)
    if isinstance(problem, StaleAnswer):
        row.theirs = {"note": row.note, "option": row.chosen.label if row.chosen else ""}
    if typed.note is not UNSET:
        row.note = typed.note
    if typed.option is not UNSET and typed.option != NO_SUCH_OPTION:
        row.option = typed.option


def _problem(code: str, rows: Mapping[str, Row], problem: Refused) -> dict[str, str]:
    """A line of the error summary."""
    title = rows[code].item.title if code in rows else ""
    return {"anchor": f"c-{code}", "label": f"{code} {title}".strip(), "message": str(problem)}


def _floors(dossier: Dossier, gap: Rung | None) -> list[dict[str, Any]]:
    """The floors that are missing for the next star, each with the way to its criterion."""
    page = reverse("ratings:self_assessment", args=[dossier.pk])
    return [
        {
            "url": f"{page}#c-{floor.criterion}",
            "code": floor.criterion,
            "title": floor.title,
            "points": floor.needed,
        }
        for floor in (gap.floors_missing if gap else ())
    ]


def _way(dossier: Dossier, advice: Advice | None) -> dict[str, Any]:
    """The first steps of the way with the fewest changes, or why there is none."""
    page = reverse("ratings:self_assessment", args=[dossier.pk])
    steps = advice.steps if advice else ()
    return {
        "steps": [
            {
                "url": f"{page}#c-{step.criterion}",
                "code": step.criterion,
                "title": step.title,
                "option": step.after.label,
                "gained": step.gained,
            }
            for step in steps[:MOST_STEPS]
        ],
        "more_steps": max(0, len(steps) - MOST_STEPS),
        "obstacles": [advising.why_not(obstacle) for obstacle in (advice.obstacles if advice else ())],
    }
