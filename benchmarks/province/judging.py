"""Dossiers of every state with their history, and the decisions that settle them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from areas.models import Area, Level
from ratings.models import Decision, DecisionItem, Dossier, DossierStep, EvidenceUse, Recognition, Result

from .ground import Ground, write
from .makers import Made
from .ways import CENTRE, State, Verdict, Way, issuer

_BANDS = {1: (20, 29), 2: (31, 48), 3: (50, 69), 4: (70, 89), 5: (90, 96)}
_A_PAPER = 8  # dossiers in a decision that is being prepared
_SAID = {
    State.RETURNED: "Bổ sung phiếu kiểm nghiệm còn hiệu lực",
    State.WITHDRAWN: "Chủ thể đề nghị rút hồ sơ",
    State.REFILED: "Hết thời hạn quyết định theo quy định cũ",
}


@dataclass
class Register:
    """The decisions of the province by who signed them when."""

    ground: Ground
    kept: dict[tuple[object, ...], Decision] = field(default_factory=dict)
    numbers: Counter[tuple[int, int]] = field(default_factory=Counter)
    prepared: int = 0

    def of(self, verdict: Verdict, way: Way) -> Decision:
        """The decision that carries the verdict: one a unit and day, small ones while they are prepared."""
        area = issuer(verdict.level, way.place, self.ground)
        if verdict.day is None:
            self.prepared += 1
            key: tuple[object, ...] = ("prepared", area.pk, self.prepared // _A_PAPER)
        else:
            key = (verdict.level, area.pk, verdict.day)
        if key not in self.kept:
            self.kept[key] = self._new(area, verdict.day, central=verdict.level == CENTRE)
        return self.kept[key]

    def act(self, area: Area, day: date, subject: str) -> Decision:
        """A decision of its own over recognitions: to extend, revoke, strike off or correct."""
        made = self._new(area, day, title=subject)
        self.kept["act", len(self.kept)] = made
        return made

    def _new(self, area: Area, day: date | None, *, central: bool = False, title: str = "") -> Decision:
        body = "Bộ Nông nghiệp và Môi trường" if central else f"Ủy ban nhân dân {area.name}"
        if day:
            self.numbers[area.pk, day.year] += 1
        return Decision(
            number=f"{self.numbers[area.pk, day.year] * 7 + 3}/QĐ-UBND" if day else "",
            signed_on=day,
            issuing_body=body,
            issuing_area=None if central else area,
            area=area,
            title=title or "Công nhận kết quả đánh giá, phân hạng sản phẩm OCOP",
            state=Decision.State.SIGNED if day else Decision.State.PREPARED,
            signer_name="Hà Thị Mẫu" if day else "",
            prepared_by=self.ground.officer,
            signed_by=self.ground.leader if day else None,
        )


@dataclass
class Judged:
    """A dossier, its way, and the recognitions that came of it."""

    made: Made
    way: Way
    dossier: Dossier
    recognitions: list[Recognition] = field(default_factory=list)


def dossier_of(made: Made, way: Way, number: int, ground: Ground, rng: Random) -> Judged:
    """The dossier as it stands today; kind and what it follows are set once its forerunners are written."""
    submitted, law = way.submitted, way.law
    is_open = way.state not in Dossier.CLOSED
    year = (submitted or way.day).year
    by_sets = law is not None and law.regulation.tree == "verified"
    dossier = Dossier(
        code=f"HS-{year}-{number:05d}",
        receipt_code=f"TT{number:07d}",
        product=made.product,
        enterprise=made.lead,
        area=made.place.on(submitted or way.filing.opened),
        group=made.product.group,
        regulation=law.regulation if law else None,
        criteria_set=ground.sets.get(made.product.group_id) if by_sets else None,
        requested_stars=way.stars or 3,
        contact_name=made.lead.representative,
        presentation=made.product.summary,
        pledged=submitted is not None,
        state=way.state,
        state_since=way.day,
        level=_level(way),
        due_on=way.day + timedelta(days=rng.randint(14, 60)) if is_open and submitted else None,
        assigned_to=ground.officer if is_open and rng.random() < 0.5 else None,
        first_submitted_on=submitted,
        created_by=ground.clerk(made.place.on(way.filing.opened)),
    )
    return Judged(made, way, dossier)


def _level(way: Way) -> str:
    """Who deals with it now."""
    if way.submitted is None:
        return ""
    if way.state == State.AT_COMMUNE:
        return Level.COMMUNE
    district = way.law is not None and way.law.by_district
    return way.level or (Level.DISTRICT if district else Level.PROVINCE)


def write_history(judged: list[Judged], ground: Ground, rng: Random) -> None:
    """Steps, results of each level, and which papers of the library each dossier uses."""
    write(step for one in judged for step in _steps(one, ground))
    write(result for one in judged for result in _results(one, ground, rng))
    write(
        EvidenceUse(dossier=one.dossier, evidence=paper, added_by=one.dossier.created_by)
        for one in judged
        for paper in one.made.papers[: rng.randint(1, 3)]
    )


def _steps(one: Judged, ground: Ground) -> Iterator[DossierStep]:
    for before, after, on in one.way.steps:
        area = one.made.place.on(on)
        filed = after in {State.DRAFT, State.AT_COMMUNE, State.WITHDRAWN} or before in {"draft", "at_commune"}
        by = ground.clerk(area) if filed else ground.officer
        yield DossierStep(
            dossier=one.dossier,
            from_state=before,
            to_state=after,
            by=by,
            by_name=by.full_name,
            by_post=area.name if filed else ground.province.name,
            on=on,
            reason=_SAID.get(State(after), ""),
        )


def _results(one: Judged, ground: Ground, rng: Random) -> Iterator[Result]:
    for mark in one.way.marks:
        assert one.way.law is not None  # noqa: S101 - only what was submitted is rated
        parts = _parts(rng, mark.stars, one.way.law.maxima)
        yield Result(
            dossier=one.dossier,
            level=mark.level,
            part_a=parts[0],
            part_b=parts[1],
            part_c=parts[2],
            total=sum(parts, Decimal(0)),
            stars=mark.stars,
            assessed_on=mark.day,
            council="Hội đồng đánh giá, phân hạng sản phẩm OCOP",
            entered_by=ground.officer,
        )


def _parts(rng: Random, stars: int, maxima: tuple[int, int, int]) -> list[Decimal]:
    """Points of A, B and C with two decimals that come to a total of the star's band."""
    least, most = _BANDS[stars]
    total = Decimal(rng.randint(least * 100, most * 100)) / 100
    first, second = ((total * most / 100).quantize(Decimal("0.01")) for most in maxima[:2])
    return [first, second, total - first - second]


def items(judged: list[Judged], register: Register) -> list[tuple[Judged, Verdict, DecisionItem]]:
    """What each decision says of each dossier."""
    return [
        (
            one,
            verdict,
            DecisionItem(
                decision=register.of(verdict, one.way),
                dossier=one.dossier,
                outcome=verdict.outcome,
                stars=verdict.stars,
            ),
        )
        for one in judged
        for verdict in one.way.verdicts
    ]
