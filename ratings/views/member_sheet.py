"""A member's sheet as its page and its script show it: rows to fill in, points, the organisation's claim."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse

from .. import evidencing, own_sheets, tallying
from ..answering import NONE_FITS
from ..criteria.outline import Choice, Item
from ..models import AgendaItem, EvidenceUse, ScoreSheet
from ..own_sheets import OwnSheet
from . import sheet_page


@dataclass
class Row:
    """One criterion on a sheet; ``claim`` is the option that the organisation chose, ``said`` its note."""

    item: Item
    choices: tuple[Choice, ...]
    none_offered: bool
    option: int | None
    note: str
    version: int
    may_edit: bool
    unscored: str
    claim: Choice | None
    said: str
    uses: list[EvidenceUse] = field(default_factory=list)
    error: str = ""

    @property
    def chosen(self) -> Choice | None:
        """The option chosen, if one is."""
        return next((choice for choice in self.item.choices if choice.position == self.option), None)


def context(sheet: ScoreSheet, found: OwnSheet, refused: dict[str, str] | None = None) -> dict[str, Any]:
    """Context of the page of a sheet; two statements for the claim and the evidence."""
    item = sheet.scoring_pass.item
    rows = _rows(sheet, found)
    for code, words in (refused or {}).items():
        if code in rows:
            rows[code].error = words
    return {
        "sheet": sheet,
        "item": item,
        "dossier": item.dossier,
        "outline": found.outline,
        "parts": _parts(found, rows),
        "may_edit": may_edit(sheet),
        "problems": [
            {"anchor": f"c-{code}", "label": f"{code} {rows[code].item.title}", "message": words}
            for code, words in (refused or {}).items()
            if code in rows
        ],
        "page_url": reverse("ratings:sheet", args=[sheet.pk]),
        **standing(found),
    }


def may_edit(sheet: ScoreSheet) -> bool:
    """Whether the page offers to choose; the verb decides again."""
    done = sheet.closed_at is not None or sheet.scoring_pass.closed_at is not None
    return not done and sheet.scoring_pass.item.state == AgendaItem.State.SCORING


def standing(found: OwnSheet) -> dict[str, Any]:
    """Points of each part, total, star, how far it is filled in."""
    score, groups = found.score(), found.progress()
    answered, of = tallying.counted(found)
    return {
        "score": score,
        "points": [(part, score.parts[part], most) for part, most in sorted(found.rules.parts.items())],
        "answered": answered,
        "of": of,
        "groups": groups,
        "stars": score.stars if found.started else None,
        "knocked_out": score.knocked_out,
    }


def standing_json(found: OwnSheet) -> dict[str, Any]:
    """The same for the script."""
    told = standing(found)
    return {
        "answered": told["answered"],
        "of": told["of"],
        "groups": {group.code: f"{group.answered}/{group.of}" for group in told["groups"]},
        "words": sheet_page.in_words(found),
        "unscored": {
            each.code: found.unscored(each) for each in found.outline.items.values() if each.depends_on
        },
        "panel": render_to_string("ratings/council/score_panel.html", told),
        "line": render_to_string("ratings/score_line.html", told),
    }


def open_items(found: OwnSheet) -> list[Item]:
    """The criteria that are still to be chosen in."""
    items = found.outline.items.values()
    return [
        each for each in items if not found.settled(each.code) and (each.cases or not found.unscored(each))
    ]


def _parts(found: OwnSheet, rows: dict[str, Row]) -> list[dict[str, Any]]:
    return [
        {
            "part": part,
            "groups": [{"group": g, "rows": [rows[each.code] for each in g.items]} for g in part.groups],
        }
        for part in found.outline.parts
    ]


def _rows(sheet: ScoreSheet, found: OwnSheet) -> dict[str, Row]:
    dossier = sheet.scoring_pass.item.dossier
    claimed, editable = own_sheets.of(dossier), may_edit(sheet)
    uses = evidencing.by_criterion(evidencing.uses_of(dossier))
    return {
        code: Row(
            item=each,
            choices=each.offered(found.case),
            none_offered=each.none_may_fit(found.case),
            option=_position(found, code),
            note=answer.note if (answer := found.answers.get(code)) else "",
            version=answer.version if answer else 0,
            may_edit=editable,
            unscored=found.unscored(each),
            claim=_claim(claimed, each),
            said=claimed.answers[code].note if claimed and code in claimed.answers else "",
            uses=uses.get(each.pk, []),
        )
        for code, each in found.outline.items.items()
    }


def _position(found: OwnSheet, code: str) -> int | None:
    answer = found.answers.get(code)
    return NONE_FITS if answer and answer.none_fits else found.chosen(code)


def _claim(claimed: OwnSheet | None, item: Item) -> Choice | None:
    position = claimed.chosen(item.code) if claimed else None
    return next((choice for choice in item.choices if choice.position == position), None)
