"""Forms of whoever checks dossiers: the queue's filter, a return place by place, term, samples, answers."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from areas.models import Area
from ocop_portal.lib import clock
from ocop_portal.lib.forms import DateField, NormalisedForm
from products.models import ProductGroup

from .. import assigning, checking
from ..models import Dossier, DossierStep
from ..places import Place
from ..workflow import Point
from .dossiers import DossierFilter, LinesWidget

State = Dossier.State
ALL = ("", _("All"))
QUEUED = (
    *(State.SUBMITTED, State.RETURNED, State.ACCEPTED, State.SCORED, State.PREPARED, State.FORWARDED),
    State.AT_COMMUNE,
)
ME, NOBODY = "toi", "chua"


class QueueFilter(DossierFilter):
    """Which dossiers of the unit's queue are shown; communes, groups and officers are those of the queue."""

    group = forms.ModelChoiceField(
        ProductGroup.objects.none(), label=_("Product group"), empty_label=_("All"), required=False
    )
    officer = forms.ChoiceField(label=_("Officer in charge"), required=False)
    answered = forms.BooleanField(label=_("Returned and answered"), required=False)
    field_order = ("q", "state", "commune", "group", "kind", "officer", "due", "answered")

    def __init__(self, *args: Any, user: User, queue: QuerySet[Dossier], **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        del self.fields["mine"]
        rows = queue.order_by()
        communes = Area.objects.filter(pk__in=rows.values("area"))
        groups = ProductGroup.objects.filter(pk__in=rows.values("group"))
        cast(forms.ModelChoiceField, self.fields["commune"]).queryset = communes
        cast(forms.ModelChoiceField, self.fields["group"]).queryset = groups
        states = [(state.value, state.label) for state in QUEUED]
        cast(forms.ChoiceField, self.fields["state"]).choices = [ALL, *states]
        in_charge = User.objects.filter(pk__in=rows.values("assigned_to")).order_by("full_name", "pk")
        people = [(str(pk), name) for pk, name in in_charge.values_list("pk", "full_name")]
        own = [(ME, _("Me")), (NOBODY, _("Nobody yet"))]
        cast(forms.ChoiceField, self.fields["officer"]).choices = [ALL, *own, *people]

    def narrow(self, rows: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        """As the list of dossiers; besides by group, by who is in charge, and by answered returns."""
        rows = super().narrow(rows, {**chosen, "mine": False})
        if chosen["group"]:
            rows = rows.filter(group=chosen["group"])
        if chosen["officer"]:
            rows = rows.filter(self._in_charge(chosen["officer"]))
        if chosen["answered"]:
            returns = DossierStep.objects.filter(dossier=OuterRef("pk"), to_state=State.RETURNED)
            rows = rows.filter(Exists(returns), state__in=(State.SUBMITTED, State.AT_COMMUNE))
        return rows

    def _in_charge(self, officer: str) -> Q:
        if officer == NOBODY:
            return Q(assigned_to__isnull=True)
        return Q(assigned_to=self.user.pk if officer == ME else officer)


class AssignForm(forms.Form):
    """The dossiers ticked, each with who was in charge when the person saw it, and who shall be."""

    officer = forms.ChoiceField(label=_("Give the dossiers ticked to"))
    dossier = forms.MultipleChoiceField(required=False, widget=forms.MultipleHiddenInput)

    def __init__(self, data: Any = None, *, user: User) -> None:
        super().__init__(data, auto_id="assign_%s")
        self.fields["officer"].error_messages["required"] = _("Choose an officer, or take the dossiers back.")
        self.people = {str(person.pk): person for person in assigning.colleagues(user)}
        named = [(pk, str(person)) for pk, person in self.people.items()]
        offered = [("", _("Choose an officer")), *named, (NOBODY, _("Nobody: take them back"))]
        cast(forms.ChoiceField, self.fields["officer"]).choices = offered
        ticked = data.getlist("dossier") if data else []
        rows = [(value, value) for value in ticked if _seen(value)]
        cast(forms.MultipleChoiceField, self.fields["dossier"]).choices = rows

    def clean_officer(self) -> User | None:
        """The person chosen; None to take the dossiers back."""
        return self.people.get(self.cleaned_data["officer"])

    def clean_dossier(self) -> dict[int, int | None]:
        """The keys of the dossiers with the key of who was in charge of each."""
        seen = dict(filter(None, map(_seen, self.cleaned_data["dossier"])))
        if not seen:
            raise forms.ValidationError(_("Tick the dossiers to give out."))
        return seen


def _seen(value: str) -> tuple[int, int | None] | None:
    """``"12-7"``: the dossier 12, of which 7 was in charge; ``"12-"``: nobody was."""
    dossier, _dash, officer = value.partition("-")
    if not (dossier.isdecimal() and len(dossier) < 19 and (not officer or officer.isdecimal())):
        return None
    return int(dossier), int(officer) if officer else None


class ReturnForm(NormalisedForm):
    """A return: for each place a box and the reason, and points that concern the dossier as a whole."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    whole = forms.CharField(
        label=_("What concerns the dossier as a whole"),
        widget=LinesWidget(3),
        required=False,
        help_text=_("One point a line. It opens the whole dossier to change."),
    )

    def __init__(self, data: Any = None, *, dossier: Dossier, places: list[Place]) -> None:
        super().__init__(data, initial={"version": dossier.version})
        self.places = places
        for place in places:
            self.fields[f"back-{place.target}"] = forms.BooleanField(
                label=_("Return this part"), required=False
            )
            reason = forms.CharField(label=_("Reason"), widget=LinesWidget(2), required=False)
            self.fields[f"why-{place.target}"] = reason

    def clean(self) -> dict[str, Any]:
        """A box without a reason and a reason without a box are both mistakes; nothing at all is one too."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        for place in self.places:
            back, why = given.get(f"back-{place.target}"), given.get(f"why-{place.target}")
            if back and not why:
                self.add_error(
                    f"why-{place.target}",
                    _("Say why “%(place)s” is returned.") % {"place": place.title},
                )
            if why and not back:
                self.add_error(
                    f"back-{place.target}",
                    _("Tick “%(place)s” to return it, or delete the reason.") % {"place": place.title},
                )
        if not self.errors and not self.points:
            self.add_error(None, _("Name at least one point to mend."))
        return given

    @property
    def points(self) -> list[str | Point]:
        """What to mend, as ``workflow.move`` takes it: the places in the dossier's order, then the whole."""
        given = self.cleaned_data
        placed = [Point(given[f"why-{p.target}"], p.target) for p in self.places if given[f"back-{p.target}"]]
        return [*placed, *(line for line in given["whole"].splitlines() if line)]

    @property
    def kept(self) -> list[tuple[str, str]]:
        """The reasons typed with their places, for a person who comes too late."""
        typed = [(str(p.title), self.data.get(f"why-{p.target}", "")) for p in self.places]
        return [(title, why) for title, why in [*typed, ("", self.data.get("whole", ""))] if why.strip()]

    def of(self, place: Place) -> tuple[forms.BoundField, forms.BoundField]:
        """The box and the reason of the place."""
        return self[f"back-{place.target}"], self[f"why-{place.target}"]


class ExtendForm(NormalisedForm):
    """A new last day for the term that runs, and why."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    new_due_on = DateField(
        label=_("New last day"), widget=forms.DateInput({"class": "input-date"}, format="%d/%m/%Y")
    )
    reason = forms.CharField(label=_("Reason"), widget=LinesWidget())

    def __init__(self, data: Any = None, *, dossier: Dossier) -> None:
        super().__init__(data, initial={"version": dossier.version})
        self.dossier = dossier

    def clean_new_due_on(self) -> Any:
        day = self.cleaned_data["new_due_on"]
        if self.dossier.due_on and (day <= self.dossier.due_on or day < clock.today()):
            raise forms.ValidationError(_("The new day lies after the present one, and not before today."))
        return day


class SamplesForm(NormalisedForm):
    """Samples that came in: how many, when, in what condition."""

    count = forms.IntegerField(
        label=_("Number of samples"),
        min_value=1,
        max_value=checking.MOST_SAMPLES,
        widget=forms.NumberInput({"class": "input-number"}),
    )
    received_on = DateField(
        label=_("Received on"), widget=forms.DateInput({"class": "input-date"}, format="%d/%m/%Y")
    )
    condition = forms.CharField(label=_("Condition"), max_length=250, required=False)

    def clean_received_on(self) -> Any:
        day = self.cleaned_data["received_on"]
        if day > clock.today():
            raise forms.ValidationError(_("%(day)s is still to come.") % {"day": f"{day:%d/%m/%Y}"})
        return day


class ComparisonForm(forms.Form):
    """Which two submissions to compare."""

    tu = forms.TypedChoiceField(label=_("From submission"), coerce=int)
    den = forms.TypedChoiceField(label=_("To submission"), coerce=int)

    def __init__(self, data: Any, *, numbers: list[int]) -> None:
        last = {"tu": str(numbers[-2]), "den": str(numbers[-1])} if len(numbers) > 1 else {}
        super().__init__({**last, **{name: data[name] for name in ("tu", "den") if name in data}})
        for field in self.fields.values():
            cast(forms.TypedChoiceField, field).choices = [(number, str(number)) for number in numbers]
