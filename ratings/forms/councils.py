"""Forms of councils: the council and its statute, a seat, a session, interests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple, cast

from django import forms
from django.db.models import QuerySet
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from areas.models import Area
from ocop_portal.lib import text
from ocop_portal.lib.forms import DecimalField, NormalisedForm
from ocop_portal.lib.listing import FilterForm

from ..declaring import Standing, same_name
from ..models import Authority, Council, CouncilMember, Round, Session
from ..planning_rounds import levels_of
from .rounds import day_field, number_field

Seat = CouncilMember.Seat


class CouncilForm(NormalisedForm):
    """A council and its statute; a new one also says its level."""

    level = forms.ChoiceField(label=gettext_lazy("Level"))
    name = forms.CharField(label=gettext_lazy("Name of the council"), max_length=250)
    decision_number = forms.CharField(
        label=gettext_lazy("Set up by decision no."),
        max_length=50,
        required=False,
        widget=forms.TextInput({"class": "input-code"}),
    )
    decision_on = day_field(gettext_lazy("Day of the decision"), required=False)
    starts_on = day_field(gettext_lazy("From"))
    ends_on = day_field(
        gettext_lazy("To"), required=False, help_text=gettext_lazy("Empty: until another one replaces it.")
    )
    quorum_percent = number_field(gettext_lazy("Quorum (% of the members who score)"), 1, 100)
    chair_required = forms.BooleanField(label=gettext_lazy("Only with its chair"), required=False)
    spread_points = DecimalField(
        label=gettext_lazy("Members' totals differ by at most (points)"),
        min_value=0,
        max_value=100,
        max_digits=5,
        decimal_places=2,
        widget=forms.TextInput({"class": "input-number"}),
        help_text=gettext_lazy("Where they differ by more, the council discusses and scores again."),
    )
    floor_by = forms.ChoiceField(
        label=gettext_lazy("A floor is met by"), choices=Council.FloorBy.choices, widget=forms.RadioSelect
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, unit: Area, council: Council | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shown = council or Council(area=unit)
        self.initial = {**{name: getattr(shown, name) for name in self.fields}, **self.initial}
        if council is None:
            own = dict(Authority.AuthorityLevel.choices)
            levels = cast(forms.ChoiceField, self.fields["level"])
            levels.choices = [(each, own[each]) for each in levels_of(unit)]
            del self.fields["version"]
        else:
            del self.fields["level"]


class People(forms.ModelChoiceField):
    """Accounts by the person's name."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.full_name} ({obj.username})"


class SeatForm(NormalisedForm):
    """Who sits in the council, as what, from when."""

    user = People(
        label=gettext_lazy("Person"),
        queryset=User.objects.none(),
        help_text=gettext_lazy(
            "Accounts with a council post over the unit; an administrator gives the post."
        ),
    )
    seat = forms.ChoiceField(label=gettext_lazy("Seat"), choices=Seat.choices, initial=Seat.MEMBER)
    position = forms.CharField(
        label=gettext_lazy("Position in the administration"), max_length=150, required=False
    )
    starts_on = day_field(gettext_lazy("From"))
    replaces = forms.BooleanField(
        label=gettext_lazy("Takes the chair over from the one who has it"),
        required=False,
        help_text=gettext_lazy("The seat of the chair before ends on the day before."),
    )

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ModelChoiceField, self.fields["user"]).queryset = people

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("replaces") and cleaned.get("seat") != Seat.CHAIR:
            self.add_error("replaces", _("Only a chair takes the chair over."))
        return cleaned


class SeatEndForm(NormalisedForm):
    """The last day of a seat."""

    ends_on = day_field(gettext_lazy("Last day"))


class SessionForm(NormalisedForm):
    """When, where and how the council sits; a new session also says its kind."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=Session.Kind.choices,
        initial=Session.Kind.MEETING,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("A written opinion is asked for re-evaluations only."),
    )
    on = day_field(gettext_lazy("Day"))
    begins_at = forms.TimeField(
        label=gettext_lazy("Begins at"),
        required=False,
        input_formats=["%H:%M", "%Hh%M", "%H"],
        widget=forms.TimeInput({"class": "input-number", "placeholder": "08:00"}, format="%H:%M"),
        error_messages={"invalid": gettext_lazy("Write the hour like 08:00.")},
    )
    place = forms.CharField(label=gettext_lazy("Place"), max_length=200, required=False)
    round = forms.ModelChoiceField(
        Round.objects.none(),
        label=gettext_lazy("Round"),
        required=False,
        empty_label=gettext_lazy("No round"),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, council: Council, session: Session | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rounds = Round.objects.filter(area=council.area_id, level=council.level)
        cast(forms.ModelChoiceField, self.fields["round"]).queryset = rounds
        if session is None:
            del self.fields["version"]
            return
        del self.fields["kind"]
        self.initial = {**{name: getattr(session, name) for name in self.fields}, **self.initial}


class InvitationForm(NormalisedForm):
    """The text of the invitation; emptied, it is made from the facts again."""

    invitation = forms.CharField(
        label=gettext_lazy("Text of the invitation"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea({"rows": 14}),
        help_text=gettext_lazy("Emptied and saved, it is made from day, place and agenda again."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class AttendanceForm(NormalisedForm):
    """Who came, member by member."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, members: list[CouncilMember], came: dict[int, tuple[bool, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.members = members
        for member in members:
            there, note = came.get(member.pk, (False, ""))
            self.fields[f"co_mat_{member.pk}"] = forms.BooleanField(
                label=_("%(name)s is present") % {"name": member.user},
                required=False,
                initial=there,
                widget=forms.CheckboxInput({"class": "form-check-input"}),
            )
            self.fields[f"ghi_chu_{member.pk}"] = forms.CharField(
                label=_("Note on %(name)s") % {"name": member.user},
                required=False,
                max_length=200,
                initial=note,
                widget=forms.TextInput({"class": "form-control"}),
            )

    def lines(self) -> Iterator[tuple[CouncilMember, BoundField, BoundField]]:
        """Each member with his two fields, for the page."""
        for member in self.members:
            yield member, self[f"co_mat_{member.pk}"], self[f"ghi_chu_{member.pk}"]

    @property
    def came(self) -> dict[int, tuple[bool, str]]:
        """Member → there or not, and the note."""
        given = self.cleaned_data
        return {m.pk: (given[f"co_mat_{m.pk}"], given[f"ghi_chu_{m.pk}"]) for m in self.members}


class Line(NamedTuple):
    """One dossier of a form of declarations; without fields where nothing can be declared any more."""

    standing: Standing
    choice: BoundField | None
    reason: BoundField | None
    same_name: bool
    linked: str


NONE, SOME = "khong", "co"


class DeclarationForm(NormalisedForm):
    """A member's declarations, dossier by dossier; what is left open is declared later."""

    def __init__(
        self,
        *args: Any,
        standings: list[Standing],
        member: CouncilMember,
        open_items: set[int],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.standings, self.member, self.open_items = standings, member, open_items
        for standing in standings:
            if standing.item.pk in open_items:
                self._add(standing)

    def _add(self, standing: Standing) -> None:
        item, before = standing.item, standing.declared.get(self.member.pk)
        self.fields[f"khai_{item.pk}"] = forms.ChoiceField(
            label=_("Your interest in %(product)s") % {"product": item.dossier.product.name},
            choices=[(NONE, _("No interest")), (SOME, _("Has an interest"))],
            required=False,
            initial=None if before is None else (SOME if before.has_interest else NONE),
            widget=forms.RadioSelect,
        )
        self.fields[f"ly_do_{item.pk}"] = forms.CharField(
            label=_("Which interest in %(product)s") % {"product": item.dossier.product.name},
            required=False,
            max_length=250,
            initial=before.reason if before else "",
            widget=forms.TextInput({"class": "form-control"}),
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for key in self.open_items:
            if cleaned.get(f"khai_{key}") == SOME and not cleaned.get(f"ly_do_{key}"):
                self.add_error(f"ly_do_{key}", _("Say which interest it is."))
        if not any(cleaned.get(f"khai_{key}") for key in self.open_items):
            raise forms.ValidationError(_("Declare for at least one dossier."))
        return cleaned

    def lines(self) -> Iterator[Line]:
        """Each dossier of the agenda with its fields, for the page."""
        for standing in self.standings:
            key = standing.item.pk
            asked = key in self.open_items
            own = [found.reason for found in standing.recusals if found.member.pk == self.member.pk]
            said = standing.declared.get(self.member.pk)
            yield Line(
                standing,
                self[f"khai_{key}"] if asked else None,
                self[f"ly_do_{key}"] if asked else None,
                same_name(standing.item, self.member),
                own[0] if own and not (said and said.has_interest) else "",
            )

    @property
    def declared(self) -> list[tuple[Standing, bool, str]]:
        """What is declared: dossier, interest or none, which."""
        given = self.cleaned_data
        rows = [each for each in self.standings if each.item.pk in self.open_items]
        return [
            (row, choice == SOME, given[f"ly_do_{row.item.pk}"])
            for row in rows
            if (choice := given[f"khai_{row.item.pk}"])
        ]


class ReasonForm(NormalisedForm):
    """A reason, in a line or more."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=1000)


class InterestForm(NormalisedForm):
    """A person's lasting interest in an organisation."""

    user = People(label=gettext_lazy("Council member"), queryset=User.objects.none())
    reason = forms.CharField(
        label=gettext_lazy("Which interest"),
        max_length=250,
        help_text=gettext_lazy("For example: relative of the director, adviser of the organisation."),
    )

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ModelChoiceField, self.fields["user"]).queryset = people


class InterestFilter(FilterForm):
    """Interests by person or organisation."""

    def narrow(self, rows: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        """Names of organisations without diacritics, of persons as written."""
        query = chosen["q"]
        if not query:
            return rows
        named = [
            pk
            for pk, name in rows.values_list("pk", "user__full_name")
            if text.search_key(query) in text.search_key(name)
        ]
        own = rows.filter(text.matches("enterprise__name_norm", query))
        return rows.filter(pk__in=[*named, *own.values_list("pk", flat=True)])
