"""What ends: certificates and papers of evidence within 30, 120 and 180 days from today."""

from __future__ import annotations

from dataclasses import dataclass

from ratings.forms.radar import CERTIFICATES, KINDS, PAPERS, WITHIN_DAYS
from ratings.models import Recognition

from .. import measures
from .addresses import radar_address
from .scope import Scope

NEXT = 5
"""How many certificates are named."""


@dataclass(frozen=True)
class EndingLine:
    """One kind of what ends: for each of :data:`WITHIN_DAYS` how many, and the radar's list of them."""

    label: str
    counts: list[tuple[int, int, str]]


@dataclass(frozen=True)
class ExpiringPanel:
    """Certificates and evidence, and the certificates that end next."""

    lines: list[EndingLine]
    next: list[Recognition]
    days: tuple[int, ...] = WITHIN_DAYS

    @property
    def any(self) -> bool:
        """Whether anything ends."""
        return any(number for line in self.lines for _days, number, _url in line.counts)


def expiring_panel(scope: Scope) -> ExpiringPanel:
    """What ends in the ground from today on; four statements."""
    certificates, papers = measures.ending(scope.ground, scope.today, WITHIN_DAYS)
    return ExpiringPanel(
        lines=[
            _line(scope, CERTIFICATES, certificates),
            _line(scope, PAPERS, papers),
        ],
        next=list(measures.expiring(scope.ground, scope.today)[:NEXT]),
    )


def _line(scope: Scope, kind: str, counts: list[int]) -> EndingLine:
    label = str(dict(KINDS)[kind])
    found = zip(WITHIN_DAYS, counts, strict=True)
    return EndingLine(label, [(days, number, radar_address(scope, kind, days)) for days, number in found])
