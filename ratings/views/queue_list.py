"""The queue of dossiers: its columns, on the page and in the file."""

from __future__ import annotations

from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from ocop_portal.lib.listing import ListColumn, Listing

from .. import whereabouts
from ..clocks import Clock
from ..models import Dossier
from .showing import tone


def queue_listing(clock: Clock) -> Listing[Dossier]:
    """The list on the clock's day, which is read once for all rows; boxes to give dossiers out by."""
    boxes = ListColumn[Dossier]("chosen", _("Choose"), "pk", show=_box, in_file=False)
    return Listing(title=_("Queue of dossiers"), columns=(boxes, *_columns(clock)), order="due")


def _columns(clock: Clock) -> list[ListColumn[Dossier]]:
    def note(dossier: Dossier) -> str:
        day = f"{dossier.due_on:%d/%m/%Y}" if dossier.due_on else ""
        return " · ".join(filter(None, [day, clock.paused(dossier)]))

    def left(dossier: Dossier) -> str:
        return clock.left(dossier) or whereabouts.why_no_term(dossier)

    def pressing(dossier: Dossier) -> str:
        return "warn" if clock.late(dossier) else "neutral"

    return [
        ListColumn("code", _("Dossier code"), "code", width=22, sort="code", link=_address),
        ListColumn("state", _("State"), "get_state_display", width=20, sort="state", tone=tone),
        ListColumn("left", _("Time left"), left, width=26, tone=pressing, note=note),
        *_ABOUT,
        *_WITH,
    ]


def _box(dossier: Dossier) -> str:
    return format_html(
        '<input type="checkbox" class="form-check-input" form="assign" name="dossier" value="{}-{}"'
        ' aria-label="{}">',
        dossier.pk,
        dossier.assigned_to_id or "",
        _("Choose %(code)s") % {"code": dossier.code},
    )


def _address(dossier: Dossier) -> str:
    return reverse("ratings:dossier_check", args=[dossier.pk])


def _organisation(dossier: Dossier) -> str:
    return str(dossier.enterprise.name)


def _kind(dossier: Dossier) -> str:
    return str(dossier.get_kind_display())


def _holder(dossier: Dossier) -> str:
    return whereabouts.of(dossier).unit


def _next(dossier: Dossier) -> str:
    return whereabouts.of(dossier).action


def _officer(dossier: Dossier) -> str:
    return str(dossier.assigned_to) if dossier.assigned_to else str(_("Nobody yet"))


_ABOUT: list[ListColumn[Dossier]] = [
    ListColumn(
        "product", _("Product"), "product.name", width=34, sort="product__sort_key", note=_organisation
    ),
    ListColumn("enterprise", _("Organisation"), _organisation, width=34, on_page=False),
    ListColumn("area", capfirst(_("commune")), "area.name", width=20, sort="area__sort_key", note=_kind),
    ListColumn("kind", _("Kind of dossier"), _kind, on_page=False),
    ListColumn("submitted", _("Submitted on"), "first_submitted_on", kind="date", sort="first_submitted_on"),
]
_WITH: list[ListColumn[Dossier]] = [
    ListColumn("where", _("Now with"), _holder, width=24, note=_next),
    ListColumn("officer", _("Officer in charge"), _officer, width=24, sort="assigned_to__full_name"),
    ListColumn("due", _("Due on"), "due_on", kind="date", sort="due_on", on_page=False),
]
