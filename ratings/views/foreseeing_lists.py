"""The columns of the list of what an area's products would come to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from ocop_portal.lib.listing import ListColumn, Listing

from .. import scoring
from ..foreseeing import Target, Untold
from ..forms.foreseeing import OUTCOMES, UNTOLD
from ..models import Recognition
from ..would_keep import Outlook, Source, Verdict

SOURCES = {
    Source.COUNCIL: _("The council's sheets"),
    Source.OWN: _("The organisation's own assessment"),
}
TONES = {
    Verdict.KEPT.value: "good",
    Verdict.GAINED.value: "good",
    Verdict.LOST.value: "bad",
    Verdict.OPEN.value: "warn",
    UNTOLD: "neutral",
}
Found = Mapping[int, Outlook | Untold]


def products(found: Found, into: Target | None) -> Listing[Recognition]:
    """The list of what was found of each recognition, by its key."""

    def outlook(row: Recognition) -> Outlook | None:
        each = found.get(row.pk)
        return each if isinstance(each, Outlook) else None

    def score(key: str, name: str, title: Any, of: str, **more: Any) -> ListColumn[Recognition]:
        def value(row: Recognition) -> Any:
            each = outlook(row)
            return read(getattr(each, of), name) if each else None

        return ListColumn(key, title, value, **more)

    in_file = {"kind": "decimal", "on_page": False}
    return Listing(
        title=_("Who would keep its star"),
        order="product",
        columns=(
            ListColumn(
                "product",
                _("Product"),
                "product_name",
                width=34,
                sort="product__sort_key",
                link=lambda row: _page(row, into),
            ),
            ListColumn(
                "outcome",
                _("Outcome"),
                lambda row: str(OUTCOMES[outcome_of(found[row.pk])]),
                width=26,
                tone=lambda row: TONES[outcome_of(found[row.pk])],
                note=lambda row: _reason(found[row.pk]),
            ),
            ListColumn("stars", _("Star in force"), "stars", kind="integer", sort="stars"),
            score("then", "stars", _("By its own set"), "then", kind="integer"),
            score("then_total", "total", _("Total by its own set"), "then", **in_file),
            score("least", "stars", _("Without it"), "least", kind="integer"),
            score("least_total", "total", _("Total without it"), "least", **in_file),
            score("most", "stars", _("With it at most"), "most", kind="integer"),
            score("most_total", "total", _("Total with it at most"), "most", **in_file),
            ListColumn("basis", _("Rests on"), lambda row: _basis(outlook(row)), width=28),
            ListColumn("why", _("Why it cannot be told"), lambda row: _reason(found[row.pk]), on_page=False),
            ListColumn("area", pgettext_lazy("column", "Commune"), "area.name", sort="area__sort_key"),
            ListColumn("dossier", _("Dossier"), "dossier.code", width=20, on_page=False),
        ),
    )


def read(score: scoring.Score, name: str) -> Any:
    """A star (0 after a knock-out) or the total of a score."""
    return (score.stars or 0) if name == "stars" else score.total


def _page(row: Recognition, into: Target | None) -> str:
    """The comparison of the dossier, criterion by criterion; the recognition where it has none."""
    rating = into.of(row.dossier) if into and row.dossier else None
    if rating is None:
        return reverse("ratings:recognition", args=[row.pk])
    return f"{reverse('ratings:dossier_by', args=[row.dossier_id])}?bo={rating.code}"


def outcome_of(found: Outlook | Untold) -> str:
    """What becomes of the star, as addresses carry it."""
    return UNTOLD if isinstance(found, Untold) else found.verdict.value


def _reason(found: Outlook | Untold) -> str:
    return found.reason if isinstance(found, Untold) else ""


def _basis(found: Outlook | None) -> str:
    return str(SOURCES[found.basis.source]) if found else gettext("Nothing by criteria")
