"""The columns of the radar's two lists, on the page and in the file."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from enterprises.lists import used
from enterprises.models import Evidence
from ocop_portal.lib import svg
from ocop_portal.lib.listing import ListColumn, Listing

from .. import windows
from ..expiry import stages
from ..expiry.stages import Days
from ..models import Dossier, Recognition
from .renewals import LABELS, PAGES

REEVALUATION = Dossier.Kind.REEVALUATION


def certificates(days: Days) -> Listing[Recognition]:
    """The list of certificates on the day."""

    def note(row: Any) -> str:
        return kept_in_words(row) or left_in_words(row, "expiry", days)

    until = ListColumn[Recognition](
        "until", _("Valid until"), "expiry", kind="date", sort="expiry", note=note
    )
    submit = ListColumn[Recognition]("submit", _("To submit"), lambda row: to_submit(row, days), width=26)
    act = ListColumn[Recognition]("act", _("Dossier"), "open_code", show=lambda row: _dossier(row, days))
    columns = (_PRODUCT, _window(days), until, submit, *_PARTICULARS, act, _STATE)
    return Listing(title=_("Certificates by expiry"), order="until", columns=columns)


def papers(days: Days) -> Listing[Evidence]:
    """The list of evidence on the day."""

    def note(row: Any) -> str:
        return left_in_words(row, "expires_on", days)

    until = ListColumn[Evidence](
        "until", _("Valid until"), "expires_on", kind="date", sort="expires_on", note=note
    )
    columns = (_PAPER, _window(days, papers=True), until, *_OWNER_AND_USE)
    return Listing(title=_("Evidence that ends"), order="until", columns=columns)


def to_submit(row: Any, days: Days) -> str:
    """From when to when a re-evaluation is in time; empty where no window is set."""
    if days.earliest is None or days.latest is None:
        return ""
    window = windows.Window(row.expiry, days.earliest, days.latest, row.expiry)
    return f"{window.first:%d/%m/%Y} – {window.last:%d/%m/%Y}"


def kept_in_words(row: Any) -> str:
    """Until when at most the late re-evaluation that is under way keeps an ended certificate valid."""
    if row.stage != stages.REEVALUATING:
        return ""
    return gettext("stays valid until %(day)s at most") % {"day": f"{row.valid_to:%d/%m/%Y}"}


def left_in_words(row: Any, field: str, days: Days) -> str:
    """How many days are left, or since how many it has ended."""
    left = (getattr(row, field) - days.on).days
    if left < 0:
        return gettext("ended %(days)s days ago") % {"days": -left}
    return gettext("%(days)s days left") % {"days": left} if left else gettext("last day today")


def _window(days: Days, *, papers: bool = False) -> ListColumn[Any]:
    """The window that a row stands in; the words are read once for the list."""
    labels = days.labels(papers=papers)
    return ListColumn(
        "window",
        _("Window"),
        lambda row: labels[row.stage],
        width=34,
        tone=lambda row: stages.TONES.get(row.stage, "neutral"),
    )


def _stars(row: Recognition) -> str:
    return svg.stars(row.stars)


def _state(row: Any) -> str:
    return str(Dossier.State(row.open_state).label) if row.open_state else ""


def _dossier(row: Any, days: Days) -> str:
    """The open dossier, or the button that opens a pre-filled one; it posts the list's form."""
    if row.open_dossier:
        address = reverse("ratings:dossier", args=[row.open_dossier])
        note = format_html('<span class="table__note">{}</span>', _state(row))
        return format_html('<a href="{}">{}</a>{}', address, row.open_code, note)
    if not row.mine or (days.has_window and days.on > row.expiry + timedelta(days=days.extension)):
        return ""
    return format_html(
        '<button class="btn btn-secondary btn-sm" formaction="{}" name="form_token" value="{}">{}'
        '<span class="visually-hidden"> {}</span></button>',
        reverse(PAGES[REEVALUATION], args=[row.pk]),
        uuid4(),
        LABELS[REEVALUATION],
        row.product_name,
    )


def _replace(row: Any) -> str:
    return reverse("enterprises:paper_replace", args=[row.pk]) if row.mine else ""


def _replacing(row: Any) -> str:
    return gettext("Replace the paper") if row.mine else ""


_PRODUCT = ListColumn[Recognition](
    "product",
    _("Product"),
    "product_name",
    width=34,
    sort="product__sort_key",
    link=lambda row: reverse("ratings:recognition", args=[row.pk]),
    note=lambda row: str(getattr(row, "holder_names", "") or ""),
)
_PARTICULARS = (
    ListColumn[Recognition]("area", pgettext_lazy("column", "Commune"), "area.name", sort="area__sort_key"),
    ListColumn[Recognition]("holders", _("Organisations"), "holder_names", width=40, on_page=False),
    ListColumn[Recognition]("stars", _("Stars"), "stars", sort="stars", show=_stars, in_file=False),
    ListColumn[Recognition]("star", _("Stars"), "stars", kind="integer", width=8, on_page=False),
    ListColumn[Recognition]("code", _("Certificate check code"), "certificate_code", on_page=False),
)
_STATE = ListColumn[Recognition]("state", _("State of the dossier"), _state, width=24, on_page=False)
_PAPER = ListColumn[Evidence](
    "paper", _("Paper"), str, width=40, sort="sort_key", link=lambda row: row.get_absolute_url()
)
_OWNER_AND_USE = (
    ListColumn[Evidence](
        "organisation",
        _("Organisation"),
        "enterprise.name",
        width=36,
        sort="enterprise__sort_key",
        link=lambda row: row.enterprise.get_absolute_url(),
    ),
    ListColumn[Evidence](
        "area",
        pgettext_lazy("column", "Commune"),
        "enterprise.area.name",
        sort="enterprise__area__sort_key",
    ),
    ListColumn[Evidence]("kind", _("Kind of evidence"), "get_kind_display", width=28, sort="kind"),
    ListColumn[Evidence]("used", _("Used in"), used, in_file=False),
    ListColumn[Evidence]("criteria", _("Criteria"), "criterion_count", kind="integer", on_page=False),
    ListColumn[Evidence]("dossiers", _("Dossiers"), "dossier_count", kind="integer", on_page=False),
    ListColumn[Evidence]("act", _("Act"), _replacing, link=_replace, in_file=False),
)
