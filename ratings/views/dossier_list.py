"""The list of dossiers: its columns, on the page and in the file."""

from __future__ import annotations

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as gettext_now
from django.utils.translation import gettext_lazy as _

from ocop_portal.lib import clock, svg
from ocop_portal.lib.listing import ListColumn, Listing

from .. import outcomes, whereabouts
from ..models import Dossier
from .showing import tone


def _address(dossier: Dossier) -> str:
    return reverse("ratings:dossier", args=[dossier.pk])


def _late(dossier: Dossier) -> str:
    late = dossier.due_on is not None and dossier.due_on < clock.today()
    return gettext_now("Overdue") if late else ""


def _where(dossier: Dossier) -> str:
    return whereabouts.of(dossier).unit


def _potential(dossier: Dossier) -> str:
    five = svg.star_words(svg.HIGHEST_STAR)
    return gettext_now("potential %(stars)s") % {"stars": five} if outcomes.is_potential(dossier) else ""


def _next(dossier: Dossier) -> str:
    return whereabouts.of(dossier).action


DOSSIERS: Listing[Dossier] = Listing(
    title=_("Dossiers"),
    columns=(
        ListColumn("code", _("Dossier code"), "code", width=22, sort="code", link=_address),
        ListColumn(
            "state", _("State"), "get_state_display", width=20, sort="state", tone=tone, note=_potential
        ),
        ListColumn("product", _("Product"), "product.name", width=34, sort="product__sort_key"),
        ListColumn("enterprise", _("Organisation"), "enterprise.name", width=34, sort="enterprise__sort_key"),
        ListColumn("area", capfirst(_("commune")), "area.name", width=20, sort="area__sort_key"),
        ListColumn("kind", _("Kind of dossier"), "get_kind_display", sort="kind"),
        ListColumn(
            "submitted", _("Submitted on"), "first_submitted_on", kind="date", sort="first_submitted_on"
        ),
        ListColumn("where", _("Now with"), _where, width=24, note=_next),
        ListColumn("due", _("Due on"), "due_on", kind="date", sort="due_on", note=_late),
        ListColumn("receipt", _("Receipt code"), "receipt_code", on_page=False),
        ListColumn(
            "opened", _("Entered at"), "created_at", kind="datetime", sort="created_at", on_page=False
        ),
    ),
    order="-opened",
)
