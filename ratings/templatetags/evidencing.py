"""What the evidence of a criterion needs in its template."""

from __future__ import annotations

from collections.abc import Iterable

from django import template

from enterprises.models import Evidence

from ..models import EvidenceUse

register = template.Library()


@register.filter
def unused(library: Iterable[Evidence] | None, uses: Iterable[EvidenceUse]) -> list[Evidence]:
    """The papers of the library that none of the uses uses."""
    taken = {use.evidence_id for use in uses or ()}
    return [paper for paper in library or () if paper.pk not in taken]
