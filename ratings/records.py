"""The record of an agreed result: everything that it follows from, as JSON, in the administration's words.

Every paper printed of a result is printed from this record alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, cast

from areas.models import UnitProfile

from . import levels, scoring
from .models import AgendaItem, Council, Dossier, KnockoutMotion
from .tallying import Marks, PassTally, Tally


def content_of(tally: Tally, item: AgendaItem, on: date) -> dict[str, Any]:
    """All that a result follows from, as JSON: the one source of every paper printed of it."""
    dossier, council, session, score = item.dossier, tally.council, item.session, tally.score
    return {
        "dossier": _dossier(dossier),
        "rules": _rules(dossier, item.case),
        "council": {
            "name": council.name,
            "level": council.level,
            **_issuer(council),
            "decision": council.decision_number,
            "quorum_percent": council.quorum_percent,
            "spread_points": str(council.spread_points),
            "floor_by": council.floor_by,
        },
        "session": {"on": session.on.isoformat(), "kind": session.kind, "place": session.place},
        "attendance": _attendance(tally),
        "agreed_on": on.isoformat(),
        "advice": item.advice,
        "discussion": item.discussion,
        "conclusion": item.conclusion,
        "recused": _recused(tally),
        "quorum": {
            "needed": tally.quorum_of_sheets.needed,
            "counted": tally.quorum_of_sheets.counted,
        },
        "motions": [_motion(motion) for motion in tally.motions],
        "agreed_choices": tally.agreed,
        "passes": [_pass(each) for each in tally.passes],
        "criteria": _criteria(tally),
        "score": _score(score) if score else None,
        "onward": _onward(tally, on),
    }


def _dossier(dossier: Dossier) -> dict[str, Any]:
    return {
        "code": dossier.code,
        "kind": dossier.kind,
        "product": dossier.product.name,
        "group": dossier.group.name,
        "organisation": dossier.enterprise.name,
        "holders": _holders(dossier),
        "commune": dossier.area.name,
        "requested_stars": dossier.requested_stars,
    }


def _rules(dossier: Dossier, case: int | None) -> dict[str, Any]:
    criteria_set, regulation = dossier.criteria_set, dossier.regulation
    return {
        "code": criteria_set.code if criteria_set else "",
        "name": criteria_set.name if criteria_set else "",
        "digest": criteria_set.digest if criteria_set else "",
        "regulation": regulation.code if regulation else "",
        "case": case,
    }


def _onward(tally: Tally, on: date) -> dict[str, str | None]:
    """The level that recognises the star, and the one above to which the total brings the product."""
    dossier, score = tally.item.dossier, tally.score
    if dossier.regulation is None or score is None or score.stars is None:
        return {"recognised_by": None, "forwarded_to": None}
    found = levels.standing_authorities(dossier.regulation, dossier.area, on)
    standing = cast(list[scoring.AuthorityLike], found)
    return {
        "recognised_by": scoring.who_certifies(score.stars, standing),
        "forwarded_to": scoring.forwards(score.total, tally.council.level, standing),
    }


def _holders(dossier: Dossier) -> list[str]:
    """The organisations that make the product, the one that files first."""
    makers = dossier.product.makings.order_by("-is_lead", "pk").values_list("enterprise__name", flat=True)
    return list(dict.fromkeys([dossier.enterprise.name, *makers]))


def _issuer(council: Council) -> dict[str, str]:
    """What the letterhead prints, and the place that stands before the date."""
    profile = UnitProfile.objects.filter(area=council.area).first()
    return {
        "superior": profile.superior_body if profile else "",
        "issuer": profile.issuing_body if profile else f"ỦY BAN NHÂN DÂN {council.area.name.upper()}",
        "place_name": profile.place if profile else council.area.short_name,
        "number_suffix": profile.number_suffix if profile else "UBND",
    }


def _attendance(tally: Tally) -> dict[str, list[dict[str, str]]]:
    rows = [
        (
            seat.pk in tally.present,
            {"name": str(seat.user), "seat": seat.get_seat_display(), "position": seat.position},
        )
        for seat in tally.seats
    ]
    return {
        "present": [row for there, row in rows if there],
        "absent": [row for there, row in rows if not there],
    }


def _recused(tally: Tally) -> list[dict[str, str]]:
    masked = [seat for seat in tally.seats if seat.pk in tally.recused]
    return [{"name": str(seat.user), "reason": tally.recused[seat.pk]} for seat in masked]


def _motion(motion: KnockoutMotion) -> dict[str, Any]:
    votes = [vote.in_favour for vote in motion.votes.all()]
    return {
        "words": motion.words,
        "finding": motion.finding,
        "raised_by": str(motion.raised_by.user),
        "carried": motion.carried,
        "in_favour": votes.count(True),
        "against": votes.count(False),
    }


def _pass(each: PassTally) -> dict[str, Any]:
    return {
        "number": each.scoring_pass.number,
        "reason": each.scoring_pass.reason,
        "spread": None if each.spread is None else str(each.spread),
        "sheets": [_sheet(marks) for marks in each.closed],
        "missing": [str(marks.member.user) for marks in each.missing],
        "parts": _printed(each.score.parts) if each.score else None,
        "total": str(each.score.total) if each.score else None,
    }


def _sheet(marks: Marks) -> dict[str, Any]:
    score, sheet = marks.score, marks.sheet
    notes = dict(sheet.choices.exclude(note="").values_list("criterion__code", "note")) if sheet else {}
    return {
        "sheet": sheet.pk if sheet else None,
        "member": str(marks.member.user),
        "seat": marks.member.get_seat_display(),
        "position": marks.member.position,
        "opinion": sheet.opinion if sheet else "",
        "choices": dict(sorted(marks.chosen.items(), key=lambda pair: in_order(pair[0]))),
        "notes": notes,
        "points": _points(score.points) if score else {},
        "parts": _printed(score.parts) if score else {},
        "total": str(score.total) if score else None,
        "stars": score.stars if score else None,
    }


def _criteria(tally: Tally) -> list[dict[str, Any]]:
    """The criteria as they are printed, so that papers need nothing but the frozen result."""
    items = tally.outline.items.values() if tally.outline else ()
    return [
        {
            "code": each.code,
            "title": each.title,
            "part": each.part,
            "most": _plain(each.max_points),
            "options": {str(choice.position): choice.label for choice in each.choices},
        }
        for each in items
    ]


def _score(score: scoring.Score) -> dict[str, Any]:
    return {
        "parts": _printed(score.parts),
        "total": str(score.total),
        "band": score.band,
        "held": score.held,
        "granted": score.stars,
        "points": _points(score.points),
        "floors_unmet": [
            {"stars": state.floor.stars, "criterion": state.floor.criterion, "reached": str(state.reached)}
            for state in score.floors
            if not state.met
        ],
        "knockouts": [*score.findings, *(rule.words for rule in score.knocked_out)],
    }


def _points(points: Mapping[str, Decimal]) -> dict[str, str]:
    return {code: _plain(value) for code, value in points.items()}


def _printed(parts: Mapping[str, Decimal]) -> dict[str, str]:
    """Parts with the two places that the minutes print."""
    return {code: str(value) for code, value in parts.items()}


def _plain(points: Decimal) -> str:
    """Points without noughts behind the comma; a mean of sheets is kept to six places."""
    return f"{points.quantize(Decimal('0.000001')).normalize():f}"


def in_order(code: str) -> tuple[int, ...]:
    """Numbers of criteria in the order of the annex: 2.10 after 2.9."""
    return tuple(int(each) if each.isdigit() else 0 for each in code.split("."))
