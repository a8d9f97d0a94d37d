"""The lists of decisions, recognitions and value chains: their columns, on the page and in the file."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ocop_portal.lib import clock, svg
from ocop_portal.lib.listing import ListColumn, Listing

from .. import amending, certificates
from ..models import Decision, DecisionAct, Recognition, ValueChainRecord
from ..models.decisions import DatePrecision

TONES = {Decision.State.PREPARED: "info", Decision.State.SIGNED: "good"}


def decision_tone(decision: Decision) -> str:
    """The tone of the state's tag."""
    return TONES[Decision.State(decision.state)]


def decision_acts(
    decision: Decision, own: QuerySet[Recognition]
) -> list[tuple[DecisionAct, amending.Clock | None]]:
    """What the decision does to recognitions, revocations with their term; ``own``: those one may open."""
    acts = decision.acts.select_related("recognition__area", "recognition__regulation", "decision")
    rows = acts.annotate(is_seen=Exists(own.filter(pk=OuterRef("recognition"))))
    return [(act, amending.revocation_clock(act, clock.today())) for act in rows]


def known_day(row: Decision | Recognition) -> date | None:
    """The day of a decision or recognition where it is known to the day."""
    day = row.signed_on if isinstance(row, Decision) else row.recognised_on
    return day if row.date_precision == DatePrecision.DAY else None


def day_in_words(row: Decision | Recognition) -> str:
    """The day as far as it is known: 05/11/2021, “year 2021”, “day unknown”."""
    day = row.signed_on if isinstance(row, Decision) else row.recognised_on
    if day is None:
        return gettext("Day unknown") if row.date_precision == DatePrecision.UNKNOWN else ""
    if row.date_precision == DatePrecision.YEAR:
        return gettext("Year %(year)s") % {"year": day.year}
    return f"{day:%d/%m/%Y}"


def _decision(decision: Decision) -> str:
    return reverse("ratings:decision", args=[decision.pk])


def _recognition(recognition: Recognition) -> str:
    return reverse("ratings:recognition", args=[recognition.pk])


def _origin(decision: Decision) -> str:
    return gettext("Entered from paper") if decision.from_paper else ""


def _standing(recognition: Recognition) -> str:
    return certificates.status(recognition, clock.today()).label


def _tone(recognition: Recognition) -> str:
    return certificates.status(recognition, clock.today()).tone


def _stars(recognition: Recognition) -> SafeString:
    return svg.stars(recognition.stars)


def _holders(recognition: Recognition) -> str:
    return "; ".join(holder.name for holder in recognition.holders.all())


def _until(recognition: Recognition) -> date | None:
    return certificates.valid_until(recognition, clock.today())


DECISIONS: Listing[Decision] = Listing(
    title=_("Decisions"),
    columns=(
        ListColumn("number", _("Number"), str, width=20, sort="number", link=_decision, note=_origin),
        ListColumn("state", _("State"), "get_state_display", sort="state", tone=decision_tone),
        ListColumn("signed", _("Signed on"), known_day, kind="date", sort="signed_on", show=day_in_words),
        ListColumn("title", _("Subject"), "title", width=44, sort="title"),
        ListColumn("body", _("Issuing body"), "issuing_body", width=34, sort="issuing_body"),
        ListColumn("size", _("Number of products"), "size", kind="integer", width=10, sort="size"),
        ListColumn("known", _("Date known to"), "get_date_precision_display", on_page=False),
        ListColumn(
            "entered", _("Entered at"), "created_at", kind="datetime", sort="created_at", on_page=False
        ),
    ),
    order="-entered",
)
RECOGNITIONS: Listing[Recognition] = Listing(
    title=_("Recognitions"),
    columns=(
        ListColumn(
            "product", _("Product"), "product_name", width=34, sort="product__sort_key", link=_recognition
        ),
        ListColumn("state", _("Validity"), _standing, width=20, tone=_tone),
        ListColumn("stars", _("Stars"), "stars", sort="stars", show=_stars, in_file=False),
        ListColumn("star", _("Stars"), "stars", kind="integer", width=8, on_page=False),
        ListColumn("holders", _("Organisations"), _holders, width=40),
        ListColumn("area", _("Commune"), "area.name", width=20, sort="area__sort_key"),
        ListColumn("decision", _("Decision"), "decision.number", width=18, sort="decision__number"),
        ListColumn("on", _("Recognised on"), known_day, kind="date", sort="recognised_on", show=day_in_words),
        ListColumn("until", _("Valid until"), _until, kind="date", sort="expires_on"),
        ListColumn("kind", _("Kind"), "get_kind_display", on_page=False),
        ListColumn("body", _("Issuing body"), "decision.issuing_body", width=34, on_page=False),
        ListColumn("known", _("Date known to"), "get_date_precision_display", on_page=False),
        ListColumn("code", _("Certificate check code"), "certificate_code", on_page=False),
        ListColumn(
            "entered", _("Entered at"), "created_at", kind="datetime", sort="created_at", on_page=False
        ),
    ),
    order="-on",
)
VALUE_CHAINS: Listing[ValueChainRecord] = Listing(
    title=_("Value chains"),
    columns=(
        ListColumn("product", _("Product"), "product.name", width=34, sort="product__sort_key"),
        ListColumn("chain", _("Value chain"), "chain", width=34, sort="chain"),
        ListColumn("enterprise", _("Organisation"), "enterprise.name", width=34, sort="enterprise__sort_key"),
        ListColumn("area", _("Commune"), "area.name", width=20, sort="area__sort_key"),
        ListColumn("joined", _("Joined on"), "joined_on", kind="date", sort="joined_on"),
        ListColumn(
            "source", _("Funding source"), "get_funding_source_display", width=30, sort="funding_source"
        ),
        ListColumn("partner", _("Partner"), "partner", width=30),
        ListColumn("document", _("Document"), "document", width=30, on_page=False),
        ListColumn("note", _("Note"), "note", width=30, on_page=False),
    ),
    order="-joined",
)
