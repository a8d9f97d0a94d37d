"""What changed since the dossier that was copied: compared with what it said at its last submission."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.utils.translation import gettext as _

from . import carrying, differences, freezing
from .differences import Difference
from .models import Dossier

# What differs by its nature: another dossier asks for something else, and pledges for itself.
OWN = ("kind", "changes", "pledged", "requested_stars", "parts", "criteria_set", "case")
# Compared only where both dossiers were scored by criteria.
SCORED = ("total", "stars")


def since(dossier: Dossier) -> list[Difference]:
    """What the dossier says otherwise than the one it was copied from; empty for one that is no copy."""
    source = dossier.copied_from
    return between(said_by(source), freezing.content_of(dossier)) if source else []


def in_words(found: list[Difference]) -> str:
    """The differences as lines of text, to begin the field “what has changed” with."""
    return "\n".join(
        "- "
        + _("%(title)s: before: %(before)s; now: %(after)s")
        % {"title": each.title, "before": each.before or "–", "after": each.after or "–"}
        for each in found
    )


def said_by(source: Dossier) -> dict[str, Any]:
    """What the dossier said when it was last submitted; one from before submissions were kept: says now."""
    last = source.submissions.order_by("number").last()
    return last.content if last else freezing.content_of(source)


def between(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """How two contents (see ``freezing.content_of``) differ, without what differs by its nature."""
    scored = all(content.get("total") is not None for content in (before, after))
    left_out = OWN if scored else (*OWN, *SCORED)
    return differences.between(_compared(before, left_out), _compared(after, left_out))


def _compared(content: Mapping[str, Any], left_out: Collection[str]) -> dict[str, Any]:
    papers = [paper for paper in content.get("papers", []) if paper.get("kind") not in carrying.NOT_COPIED]
    return {name: said for name, said in content.items() if name not in left_out} | {"papers": papers}
