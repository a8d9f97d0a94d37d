"""The way of one dossier through the offices: its steps, results, what is decided of it. Writes nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from areas.models import Area, Level
from ratings.models import DecisionItem, Dossier

from .ground import LAST_OF_DISTRICTS, Ground, Law, Place
from .lives import Filing

State = Dossier.State
Outcome = DecisionItem.Outcome
CENTRE = "central"
_MONTH = timedelta(days=31)


@dataclass(frozen=True)
class Verdict:
    """What one level decides on a day; ``day`` is empty while the decision is only prepared."""

    level: str
    day: date | None
    outcome: str
    stars: int | None = None


@dataclass(frozen=True)
class Mark:
    """The points of a level's council on a day, enough for ``stars``."""

    level: str
    day: date
    stars: int


@dataclass
class Way:
    """Everything that happened to a dossier, in its order."""

    filing: Filing
    place: Place
    law: Law | None = None
    submitted: date | None = None
    stars: int = 0
    steps: list[tuple[str, str, date]] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    level: str = ""

    @property
    def state(self) -> str:
        """The state it has reached."""
        return self.steps[-1][1]

    @property
    def day(self) -> date:
        """Since when it has been in that state."""
        return self.steps[-1][2]

    def go(self, state: str, day: date) -> None:
        """One step onward; never back in time."""
        self.steps.append((self.steps[-1][1] if self.steps else "", state, max(day, self._reached())))

    def _reached(self) -> date:
        return self.steps[-1][2] if self.steps else date.min


class Walker:
    """Walks dossiers: by the regulation in force at each one's day, with decisions once a month a unit."""

    def __init__(self, ground: Ground, rng: Random, last_day: date, twice: int) -> None:
        self.ground, self.rng, self.last_day, self.twice = ground, rng, last_day, twice

    def walk(self, filing: Filing, place: Place) -> Way:
        """The way from the first draft to where the dossier stands."""
        way = Way(filing, place)
        way.go(State.DRAFT, filing.opened)
        if filing.state == State.DRAFT:
            return way
        if filing.state == State.WITHDRAWN and self.rng.random() < 0.2:
            way.go(State.WITHDRAWN, self._later(way, 3, 20))
            return way
        self._submit(way)
        if way.state != filing.state:
            self._be_checked(way)
        if way.state == State.ACCEPTED and filing.state not in {State.ACCEPTED, State.REFILED}:
            self._be_rated(way)
        if filing.state == State.REFILED and filing.closes:
            way.go(State.REFILED, filing.closes)
        return way

    def _later(self, way: Way, least: int, most: int) -> date:
        """A working day some days after the last step, never after today."""
        day = way.day + timedelta(days=self.rng.randint(least, most))
        weekend = max(day.isoweekday() - 5, 0)
        return min(day + timedelta(days=3 - weekend if weekend else 0), self.last_day)

    def _submit(self, way: Way) -> None:
        day = way.day if way.filing.refiles else self._later(way, 1, 12)
        way.submitted, way.law = day, self.ground.law_on(day)
        way.stars = self._stars(way)
        self._hand_in(way, day)

    def _stars(self, way: Way) -> int:
        """What it is worth: three stars for most; five where nothing stands between province and centre."""
        if way.filing.state == State.FORWARDED:
            return 5
        drawn = self.rng.random()
        if drawn < 0.03 and way.law and not way.law.by_district and way.filing.state == State.RECOGNISED:
            return 5
        return 4 if drawn < 0.35 else 3

    def _hand_in(self, way: Way, day: date) -> None:
        assert way.law is not None  # noqa: S101 - it is pinned with the first submission
        if not way.law.by_commune:
            way.go(State.SUBMITTED, day)
            return
        way.go(State.AT_COMMUNE, day)
        if way.filing.state != State.AT_COMMUNE:
            way.go(State.SUBMITTED, self._later(way, 3, 12))

    def _be_checked(self, way: Way) -> None:
        """By the officer: some come back once to be completed."""
        wanted = way.filing.state
        if wanted == State.SUBMITTED and way.state == State.SUBMITTED:
            return
        if wanted == State.RETURNED or self.rng.random() < 0.3:
            way.go(State.RETURNED, self._later(way, 3, 10))
            if wanted == State.RETURNED:
                return
            self._hand_in(way, self._later(way, 2, 9))
        if wanted == State.WITHDRAWN:
            way.go(State.WITHDRAWN, self._later(way, 1, 15))
        else:
            way.go(State.ACCEPTED, self._later(way, 2, 9))

    def _be_rated(self, way: Way) -> None:
        """By one level after another, as far as the regulation leads."""
        assert way.law is not None  # noqa: S101 - rated is only what was submitted
        first = Level.DISTRICT if way.law.by_district else Level.PROVINCE
        level: str = first
        while True:
            day = self._decision_day(level, way)
            if level == Level.DISTRICT and day > LAST_OF_DISTRICTS:
                level, day = Level.PROVINCE, self._decision_day(Level.PROVINCE, way)
            if not self._rate(way, level, day):
                return
            level = Level.PROVINCE if level == Level.DISTRICT else CENTRE

    def _rate(self, way: Way, level: str, day: date) -> bool:
        """Result, prepared decision and its signature by one level; whether the next one goes on."""
        wanted = way.filing.state
        stars = way.stars if wanted != State.NOT_RECOGNISED else self.rng.choice((1, 2))
        way.marks.append(Mark(level, way.day + timedelta(days=3), stars))
        way.level = level
        way.go(State.SCORED, way.day + timedelta(days=4))
        if wanted == State.SCORED:
            return False
        way.go(State.PREPARED, way.day + timedelta(days=2))
        if wanted == State.PREPARED:
            way.verdicts.append(Verdict(level, None, Outcome.RECOGNISE, min(stars, 4)))
            return False
        verdict = self._verdict(way, level, day)
        way.verdicts.append(verdict)
        if verdict.outcome in {Outcome.FORWARD, Outcome.RECOGNISE_AND_FORWARD}:
            way.go(State.FORWARDED, day)
            way.level = Level.PROVINCE if level == Level.DISTRICT else CENTRE
            return wanted != State.FORWARDED
        way.go(State.RECOGNISED if verdict.stars else State.NOT_RECOGNISED, day)
        return False

    def _verdict(self, way: Way, level: str, day: date) -> Verdict:
        if way.filing.state == State.NOT_RECOGNISED:
            return Verdict(level, day, Outcome.NOT_RECOGNISE)
        if way.law and self._certifies(way.law, level, way.stars):
            return Verdict(level, day, Outcome.RECOGNISE, way.stars)
        code = way.law.regulation.code if way.law else ""
        if level == Level.DISTRICT and code == "QD148-2023" and self.twice and self.rng.random() < 0.25:
            self.twice -= 1
            return Verdict(level, day, Outcome.RECOGNISE_AND_FORWARD, 3)
        return Verdict(level, day, Outcome.FORWARD)

    @staticmethod
    def _certifies(law: Law, level: str, stars: int) -> bool:
        if level == Level.DISTRICT:
            return stars == 3 and law.regulation.code == "QD148-2023"
        return level == CENTRE or stars < 5

    def _decision_day(self, level: str, way: Way) -> date:
        """The next day on which the level decides, once it has had a week for the result; one a month."""
        ready = way.day + timedelta(days=7)
        fixed = self._issuer_number(level, way.place) % 18 + 8
        day = ready.replace(day=fixed)
        return day if day >= ready else (ready.replace(day=1) + _MONTH).replace(day=fixed)

    def _issuer_number(self, level: str, place: Place) -> int:
        if level == CENTRE:
            return 5
        return issuer(level, place, self.ground).pk * 7


def issuer(level: str, place: Place, ground: Ground) -> Area:
    """The unit that decides at the level; for the centre, the province where its decision is entered."""
    if level == Level.DISTRICT and place.then.parent:
        return place.then.parent
    return ground.province
