"""The open dossiers of today by state, with how their terms stand."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from ocop_portal.lib.svg import Bar, Part
from ratings import terms
from ratings.forms.dossiers import OPEN

from .. import measures
from .addresses import dossiers_address
from .scope import Scope


@dataclass(frozen=True)
class PipelinePanel:
    """A bar a state, in the order of a dossier's way: overdue, due soon, the rest."""

    bars: list[Bar]
    parts: tuple[Part, ...]
    totals: tuple[str, ...]

    @property
    def late(self) -> int:
        """How many are overdue."""
        return int(sum(bar.values[0] for bar in self.bars))


def pipeline_panel(scope: Scope) -> PipelinePanel:
    """Open dossiers of the ground; two statements."""
    until = terms.soon_until(scope.today)
    rows = measures.dossiers_by_state(scope.ground, scope.today, until)
    return PipelinePanel(
        bars=[
            Bar(
                row.label,
                (row.late, row.soon, row.rest),
                _urls(scope, row.state)[-1],
                _urls(scope, row.state),
            )
            for row in rows
        ],
        parts=(
            Part("late", _("Overdue")),
            Part("star3", _("Due soon")),
            Part("open", _("The rest")),
        ),
        totals=_urls(scope, OPEN),
    )


def _urls(scope: Scope, state: str) -> tuple[str, ...]:
    narrowed: tuple[dict[str, str], ...] = ({"due": "on"}, {"term": terms.SOON}, {"term": terms.REST}, {})
    return tuple(dossiers_address(scope, state, **term) for term in narrowed)
