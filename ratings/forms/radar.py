"""The filter of the radar of what ends."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, cast

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from accounts.models import Post, User
from accounts.scoping import READING_ROLES
from areas import choosing, finding
from areas.forms_ground import GroundFilter
from areas.models import Area, Level
from enterprises.models import Enterprise, Evidence
from ocop_portal.lib import text
from ocop_portal.lib.dates import add_months

from ..expiry import months
from ..expiry.stages import Days
from ..models import Recognition, RecognitionHolder

CERTIFICATES, PAPERS = "chung-nhan", "minh-chung"
WITHIN_DAYS = (30, 120, 180)
"""So many days ahead the list can be asked for; they set no term."""
KINDS = ((CERTIFICATES, _("Certificate")), (PAPERS, _("Evidence")))


class RadarFilter(GroundFilter):
    """What ends by kind, window, month, unit, organisation and name; without a kind: certificates.

    The calendar shows both kinds and every month, so it asks for the rest only.
    """

    def __init__(self, *args: Any, by: User, days: Days, calendar: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.days = days
        self.fields["q"].label = _("Product, paper or organisation")
        if not calendar:
            self._choose("loai", _("Kind"), KINDS, all_of_them=False)
            windows = days.labels() | days.labels(papers=True)
            self._choose("cua_so", _("Window"), list(windows.items()))
            self._choose("trong", _("Ends within"), [(str(n), _days(n)) for n in WITHIN_DAYS])
            self._choose("thang", _("Ends in the month"), _months(days))
        self._choose("xa", pgettext_lazy("filter", "Area"), choosing.choices(_units_read_by(by)))
        organisations = _organisations(by, days).order_by("sort_key", "pk").values_list("pk", "name")
        self._choose("chu_the", _("Organisation"), [(str(pk), name) for pk, name in organisations])

    @property
    def is_filtered(self) -> bool:
        """The kind only says which of the two lists is shown."""
        return bool(self._given([name for name in self.fields if name != "loai"]))

    @property
    def kind(self) -> str:
        """The kind of rows that the list shows."""
        return PAPERS if self.data.get("loai") == PAPERS else CERTIFICATES

    def _choose(self, name: str, label: Any, choices: Sequence[Any], *, all_of_them: bool = True) -> None:
        offered = [*([("", _("All"))] if all_of_them else []), *choices]
        self.fields[name] = forms.ChoiceField(label=label, choices=offered, required=False)

    def filter_as(self, kind: str, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The rows of the kind that fit, whichever kind the list shows; the calendar asks for both."""
        if not self.is_valid():
            return rows.none()
        chosen = self.cleaned_data
        rows = self._ending(self.on_ground(rows), "expiry" if kind == CERTIFICATES else "expires_on")
        if chosen["xa"]:
            area = finding.find(chosen["xa"], self.days.on)
            rows = cast(Any, rows).within(area) if area else rows.none()
        if chosen["chu_the"]:
            rows = rows.filter(_of_organisation(kind, int(chosen["chu_the"])))
        return rows.filter(_named(kind, chosen["q"])) if chosen["q"] else rows

    def narrow(self, queryset: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        """The rows of the kind that the list shows, those of the window alone."""
        rows = self.filter_as(self.kind, queryset)
        return rows.filter(stage=chosen["cua_so"]) if chosen["cua_so"] else rows

    def _ending(self, rows: QuerySet[Any], day: str) -> QuerySet[Any]:
        asked = self.cleaned_data.get("thang")
        if within := self.cleaned_data.get("trong"):
            rows = rows.filter(**{f"{day}__range": (self.days.on, self.days.after(int(within)))})
        if not asked:
            return rows
        first = date.fromisoformat(f"{asked}-01")
        return rows.filter(**{f"{day}__range": (first, add_months(first, 1) - timedelta(days=1))})


def _of_organisation(kind: str, pk: int) -> Q:
    if kind == PAPERS:
        return Q(enterprise=pk)
    return Q(pk__in=RecognitionHolder.objects.filter(enterprise=pk).values("recognition"))


def _named(kind: str, words: str) -> Q:
    if kind == PAPERS:
        return text.matches("search_key", words) | text.matches("enterprise__name_norm", words)
    holders = RecognitionHolder.objects.filter(text.matches("enterprise__name_norm", words))
    return text.matches("product__name_norm", words) | Q(pk__in=holders.values("recognition"))


def _organisations(by: User, days: Days) -> QuerySet[Enterprise]:
    """The organisations of which anything ends within the radar's months."""
    recognitions: Any = Recognition.objects.visible_to(by)
    held = recognitions.given_by(days.on).with_expiry(days.on).filter(expiry__range=(days.since, days.until))
    holders = RecognitionHolder.objects.filter(recognition__in=held.values("pk"))
    kept = Evidence.objects.visible_to(by).current()
    ending = kept.filter(expires_on__range=(days.since, days.until))
    return Enterprise.objects.filter(
        Q(pk__in=holders.values("enterprise")) | Q(pk__in=ending.values("enterprise"))
    )


def _units_read_by(user: User) -> QuerySet[Area]:
    """The communes and districts whose records the person reads, those of former days among them."""
    posts = Post.objects.of(user).filter(role__in=READING_ROLES)
    units = Area.objects.filter(
        level__in=[Level.DISTRICT, Level.COMMUNE], covered_by__unit__in=posts.values("area")
    )
    return units.select_related("parent").distinct().order_by("-level", "sort_key", "code")


def _days(number: int) -> str:
    return ngettext("%(days)s day", "%(days)s days", number) % {"days": number}


def _months(days: Days) -> list[tuple[str, str]]:
    return [(month.key, f"{month.first:%m/%Y}") for month in months.months(days)]
