"""Plan against actual: the targets, what is behind first."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from plans import progress
from plans.models import Plan
from plans.progress import State, TargetProgress
from plans.wording import figure_words, words_of

from .addresses import target_address
from .headline import unplaced
from .scope import Scope

ORDER = (State.BEHIND, State.ON_TRACK, State.MET, State.NOT_MEASURABLE)
SHOWN = 6
"""How many targets stand open; the others are folded below, and on paper are one line."""


@dataclass(frozen=True)
class TargetLine:
    """A target as the page shows it: its numbers in words, and where its rows are."""

    progress: TargetProgress
    wanted: str
    done: str
    url: str

    @property
    def note(self) -> str:
        """How many rows no date could place; empty where there are none."""
        return unplaced(self.progress.unplaced)

    @property
    def light(self) -> str:
        """Which light is shown: the state's name."""
        return self.progress.state.value


@dataclass(frozen=True)
class PlanPanel:
    """The plan with its targets; without a plan there are none."""

    plan: Plan | None
    lines: list[TargetLine]

    @property
    def first(self) -> list[TargetLine]:
        """Those that stand open."""
        return self.lines[:SHOWN]

    @property
    def others(self) -> list[TargetLine]:
        """Those that are folded."""
        return self.lines[SHOWN:]

    @property
    def counts(self) -> list[tuple[str, str, int]]:
        """How many targets stand how, the pressing ones first: light, words, number."""
        found = [(state, sum(line.progress.state == state for line in self.lines)) for state in ORDER]
        return [(state.value, str(progress.STATE_LABELS[state]), number) for state, number in found if number]


def plan_panel(scope: Scope) -> PlanPanel:
    """The latest plan of the unit for the period; the statements grow with what its targets count alone."""
    plan = progress.plans_for(scope.area, scope.period).first()
    if plan is None:
        return PlanPanel(None, [])
    found = progress.progress(plan, scope.period, scope.ground, scope.counts)
    ordered = sorted(found, key=lambda one: ORDER.index(one.state))
    return PlanPanel(plan, [_line(scope, one) for one in ordered])


def _line(scope: Scope, one: TargetProgress) -> TargetLine:
    has_rows = progress.measure_of(one.target) is not None or one.cumulative is not None
    url = target_address(scope, one.target.pk, has_rows)
    return TargetLine(one, words_of(one.target) or _("no number"), figure_words(one.cumulative), url)
