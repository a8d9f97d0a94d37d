"""Recognitions: out of dossiers and from old papers, who holds them, and what happened to them later."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count, pairwise
from random import Random
from typing import Any

from areas.models import Area
from ocop_portal.lib.dates import add_months
from ratings.models import (
    Decision,
    DecisionAct,
    Recognition,
    RecognitionEvent,
    RecognitionHolder,
    RevocationGround,
    ValueChainRecord,
)
from ratings.models.decisions import DatePrecision
from ratings.models.value_chains import FundingSource

from . import words
from .ground import Ground, write
from .judging import Judged, Register
from .makers import Made
from .size import Size
from .ways import Verdict

_CHAINS = ("Chuỗi miến dong", "Chuỗi hạt dẻ", "Chuỗi thịt sạch", "Chuỗi chè", "Chuỗi mật ong")
Held = dict[int, list[Recognition]]


class Recogniser:
    """Makes recognitions with certificate codes of their own and writes them with their holders."""

    def __init__(self, ground: Ground, register: Register, rng: Random, size: Size) -> None:
        self.ground, self.register, self.rng, self.size = ground, register, rng, size
        self._codes = count(1)
        self.held: Held = defaultdict(list)

    def of_dossier(self, one: Judged, verdict: Verdict, decision: Decision) -> Recognition:
        """What a signed decision recognises of a dossier."""
        dossier, on = one.dossier, verdict.day
        return Recognition(
            decision=decision,
            product=dossier.product,
            dossier=dossier,
            regulation=dossier.regulation,
            kind=dossier.kind,
            stars=verdict.stars or 3,
            area=dossier.area,
            group=dossier.group,
            product_name=dossier.product.name,
            variants=["20°N", "30°N", "40°N"] if one.made.number % 20 == 0 else [],
            certificate_code=f"SM{next(self._codes):07d}",
            recognised_on=on,
            expires_on=add_months(on, 36) if on else None,
            entered_by=self.ground.officer,
        )

    def keep(self, made: list[tuple[Made, Recognition]]) -> None:
        """Write recognitions and holders, and note which product holds what."""
        write(recognition for _made, recognition in made)
        write(holder for one, recognition in made for holder in self._holders(one, recognition))
        for one, recognition in made:
            self.held[one.product.pk].append(recognition)

    def _holders(self, made: Made, recognition: Recognition) -> Iterator[RecognitionHolder]:
        for maker in made.makers:
            other = self.rng.random() < 0.15
            name = words.spelt_otherwise(self.rng, maker.name) if other else maker.name
            unlinked = recognition.dossier_id is None and self.rng.random() < 0.1
            yield RecognitionHolder(
                recognition=recognition,
                enterprise=None if unlinked else maker,
                name=name,
                kind=None if unlinked else maker.kind,
            )

    def on_paper(self, made: list[Made], wanted: int) -> None:
        """Recognitions of before the portal: by day, by year only, or of an unknown day; some twice."""
        papers = [(one, self._paper(one, early=False)) for one in made]
        spare = [one for one in made if one.number % 2] + made
        earlier = [(one, self._paper(one, early=True)) for one in spare[: wanted - len(papers)]]
        listed = earlier + papers
        write(recognition.decision for _one, recognition in listed)
        self.keep(listed)

    def _paper(self, made: Made, *, early: bool) -> Recognition:
        rng, area = self.rng, made.place.then
        precision = (
            DatePrecision.YEAR
            if early
            else rng.choice([DatePrecision.DAY] * 5 + [DatePrecision.YEAR] * 3 + [DatePrecision.UNKNOWN])
        )
        year = rng.choice((2018, 2019)) if early else rng.choice((2020, 2021))
        on = _day_of(rng, precision, year)
        known = rng.random() < 0.7
        province = self.ground.province if early or rng.random() < 0.5 else None
        decision = Decision(
            number=f"{rng.randint(100, 2400)}/QĐ-UBND" if known else "",
            signed_on=on,
            date_precision=precision,
            issuing_body="UBND tỉnh Cao Bằng" if province else "Ủy ban nhân dân tỉnh",
            issuing_area=province,
            area=area.parent or area,
            state=Decision.State.SIGNED,
            from_paper=True,
        )
        return Recognition(
            decision=decision,
            product=made.product,
            regulation=self.ground.laws[0].regulation if year > 2019 else None,
            kind=Recognition.Kind.UNKNOWN if early else rng.choice(["first", "unknown"]),
            stars=rng.choice((3, 3, 4)),
            area=area,
            group=made.product.group,
            product_name=words.spelt_otherwise(rng, made.product.name),
            certificate_code=f"SM{next(self._codes):07d}",
            recognised_on=on,
            date_precision=precision,
            expires_on=add_months(on, 36) if on and (precision == DatePrecision.DAY or known) else None,
            entered_by=self.ground.officer,
        )

    def events(self) -> None:
        """A later recognition supersedes; a few end otherwise, are extended or corrected."""
        events, acts = [], []
        for recognitions in self.held.values():
            in_order = sorted(recognitions, key=lambda one: (one.recognised_on or date.min, one.pk))
            for before, after in pairwise(in_order):
                events.append(self._superseded(before, after))
            acts += [act for act in [self._act(in_order[-1])] if act]
        write(act.decision for act, _on in acts)
        write(act for act, _on in acts)
        write([*events, *(_event(act, on) for act, on in acts)])

    def _superseded(self, before: Recognition, after: Recognition) -> RecognitionEvent:
        on = after.recognised_on or date(2021, 1, 1)
        return RecognitionEvent(
            recognition=before, kind=RecognitionEvent.Kind.SUPERSEDED, on=on, decision=after.decision
        )

    def _act(self, last: Recognition) -> tuple[DecisionAct, date] | None:
        """What a decision does to the recognition that stands: nothing, for nine in ten."""
        drawn, given = self.rng.random(), last.recognised_on
        on = given and given + timedelta(days=self.rng.randint(60, 700))
        if drawn > 0.1 or on is None or on < date(self.size.first_year, 1, 1) or on > self.size.last_day:
            return None
        kinds = DecisionAct.Kind
        kind = kinds.REVOKED if drawn < 0.025 else kinds.STRUCK_OFF if drawn < 0.04 else kinds.CORRECTED
        if drawn > 0.065 and last.expires_on and last.expires_on > on:
            kind = kinds.EXTENDED
        facts: dict[str, dict[str, Any]] = {
            kinds.REVOKED: {"ground": self.rng.choice(RevocationGround.values), "found_on": on},
            kinds.EXTENDED: {"new_expires_on": last.expires_on and last.expires_on + timedelta(days=180)},
            kinds.CORRECTED: {"corrects": "holder", "wrong": "HTX", "right": "Hợp tác xã"},
        }
        decision = self.register.act(self._issuer(last), on, f"{kind.label}: {last.product_name}"[:300])
        return DecisionAct(decision=decision, recognition=last, kind=kind, **facts.get(kind, {})), on

    def _issuer(self, recognition: Recognition) -> Area:
        return self.ground.province if recognition.stars > 3 else recognition.decision.area


def _day_of(rng: Random, precision: str, year: int) -> date | None:
    if precision == DatePrecision.UNKNOWN:
        return None
    whole = precision == DatePrecision.YEAR
    return date(year, 1, 1) if whole else date(year, rng.randint(1, 12), rng.randint(1, 28))


def _event(act: DecisionAct, on: date) -> RecognitionEvent:
    names = ("recognition", "kind", "new_expires_on", "decision", "ground", "corrects", "wrong", "right")
    return RecognitionEvent(on=on, **{name: getattr(act, name) for name in names})


def value_chains(made: list[Made], ground: Ground, rng: Random, size: Size) -> None:
    """One product in six has joined a chain, paid from any source or none."""
    rows = []
    for one in made:
        if one.number % 6:
            continue
        on = date(rng.choice(size.years), rng.randint(1, 10), rng.randint(1, 28))
        rows.append(
            ValueChainRecord(
                product=one.product,
                enterprise=one.lead if rng.random() < 0.8 else None,
                area=one.place.on(on),
                chain=rng.choice(_CHAINS),
                joined_on=on,
                funding_source=rng.choice([*FundingSource.values, ""]),
                document=f"{rng.randint(1, 900)}/QĐ-UBND",
                entered_by=ground.officer,
            )
        )
    write(rows)
