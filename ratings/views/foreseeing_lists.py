"""The columns of the list of what an area's products would come to."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import partial

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ocop_portal.lib.listing import ListColumn, Listing

from .. import scoring
from ..foreseeing import Target, Untold
from ..forms.foreseeing import OUTCOMES, UNTOLD
from ..models import Recognition
from ..would_keep import Outlook, Source, Verdict, rank

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
    columns = (_product(into), _outcome(found), _STARS, *_scores(found), *_basis(found), *_PLACE)
    return Listing(title=_("Who would keep its star"), order="product", columns=columns)


def _product(into: Target | None) -> ListColumn[Recognition]:
    return ListColumn(
        "product",
        _("Product"),
        "product_name",
        width=34,
        sort="product__sort_key",
        link=lambda row: _page(row, into),
    )


def _outcome(found: Found) -> ListColumn[Recognition]:
    return ListColumn(
        "outcome",
        _("Outcome"),
        lambda row: str(OUTCOMES[outcome_of(found[row.pk])]),
        width=26,
        tone=lambda row: TONES[outcome_of(found[row.pk])],
        note=lambda row: _reason(found[row.pk]),
    )


def _scores(found: Found) -> list[ListColumn[Recognition]]:
    """Star and total by the dossier's own set, without what is not carried over and with it at most."""
    titles = {
        "then": (_("By its own set"), _("Total by its own set")),
        "least": (_("Without it"), _("Total without it")),
        "most": (_("With it at most"), _("Total with it at most")),
    }
    columns = []
    for of, (stars, total) in titles.items():
        points = partial(_total, found, of)
        columns += [
            ListColumn[Recognition](of, stars, partial(_star, found, of), kind="integer"),
            ListColumn[Recognition](f"{of}_total", total, points, kind="decimal", on_page=False),
        ]
    return columns


def _basis(found: Found) -> list[ListColumn[Recognition]]:
    def source(row: Recognition) -> str:
        each = found[row.pk]
        return str(SOURCES[each.basis.source]) if isinstance(each, Outlook) else ""

    return [
        ListColumn("basis", _("Rests on"), source, width=28),
        ListColumn("why", _("Why it cannot be told"), lambda row: _reason(found[row.pk]), on_page=False),
    ]


def _star(found: Found, of: str, row: Recognition) -> int | None:
    """The star, 0 after a knock-out; None where nothing can be told."""
    each = found[row.pk]
    return rank(getattr(each, of)) if isinstance(each, Outlook) else None


def _total(found: Found, of: str, row: Recognition) -> Decimal | None:
    each = found[row.pk]
    score: scoring.Score | None = getattr(each, of) if isinstance(each, Outlook) else None
    return score.total if score else None


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


_STARS = ListColumn[Recognition]("stars", _("Star in force"), "stars", kind="integer", sort="stars")
_PLACE = (
    ListColumn[Recognition]("area", pgettext_lazy("column", "Commune"), "area.name", sort="area__sort_key"),
    ListColumn[Recognition]("dossier", _("Dossier"), "dossier.code", width=20, on_page=False),
)
