"""Forms of dossiers: contents, papers, the texts of a move, the result."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast
from uuid import uuid4

from django import forms
from django.core.validators import MaxValueValidator
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from areas.forms_ground import GroundFilter
from areas.models import Area
from ocop_portal.lib import clock, text
from ocop_portal.lib.files import PAPERS
from ocop_portal.lib.forms import DateField, DecimalField, NormalisedForm, NormalisedModelForm, UploadField
from products.models import Product

from .. import codes, filing, moves, places, terms, workflow
from ..models import Attachment, Authority, Dossier, Recognition, Regulation, Result
from ..models.dossiers import DossierQuerySet
from ..resulting import maxima


class LinesWidget(forms.Textarea):
    """A text of several lines, of a height that fits what is usually written."""

    def __init__(self, rows: int = 4) -> None:
        super().__init__({"rows": rows})


OPEN = "open"


class DossierFilter(GroundFilter):
    """Which dossiers the list shows; communes are those in which the person sees dossiers."""

    state = forms.ChoiceField(
        label=_("State"),
        choices=[("", _("All")), (OPEN, _("All open dossiers")), *Dossier.State.choices],
        required=False,
    )
    kind = forms.ChoiceField(
        label=_("Kind of dossier"), choices=[("", _("All")), *Dossier.Kind.choices], required=False
    )
    commune = forms.ModelChoiceField(
        Area.objects.none(), label=capfirst(_("commune")), empty_label=_("All"), required=False
    )
    term = forms.ChoiceField(label=_("Term"), choices=[("", _("All")), *terms.CHOICES], required=False)
    due = forms.BooleanField(label=_("Overdue"), required=False)
    mine = forms.BooleanField(label=_("Waiting for me"), required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["q"].label = _("Code, product or organisation")
        seen = Dossier.objects.visible_to(user).order_by().values("area")
        cast(forms.ModelChoiceField, self.fields["commune"]).queryset = Area.objects.filter(pk__in=seen)

    def narrow(self, rows: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        """See the fields' labels; the search finds codes whole or in part, names without diacritics."""
        rows = self._in_state(cast(DossierQuerySet, self.on_ground(rows)), chosen["state"])
        for name, path in (("kind", "kind"), ("commune", "area")):
            if chosen[name]:
                rows = rows.filter(**{path: chosen[name]})
        if chosen["due"]:
            rows = rows.overdue(clock.today())
        if chosen["term"]:
            rows = rows.filter(terms.condition(chosen["term"], clock.today()))
        if chosen["mine"]:
            rows = rows.filter(workflow.waiting_for(self.user))
        return rows.filter(self._found(chosen["q"])) if chosen["q"] else rows

    def _in_state(self, rows: DossierQuerySet, state: str) -> DossierQuerySet:
        if state == OPEN:
            return rows.open()
        return rows.filter(state=state) if state else rows

    def _found(self, query: str) -> Q:
        code = text.nfc(query).replace(" ", "")
        names = text.matches("product__name_norm", query) | text.matches("enterprise__name_norm", query)
        return names | Q(code__icontains=code) | Q(receipt_code=codes.as_typed(query)) if code else names


class ContentsForm(NormalisedModelForm):
    """What the dossier asks for; a draft may have gaps, the submission may not."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Dossier
        fields = (
            "kind",
            "previous",
            "changes",
            "requested_stars",
            "presentation",
            "contact_name",
            "contact_phone",
        )
        widgets = {"kind": forms.RadioSelect, "changes": LinesWidget(), "presentation": LinesWidget(6)}
        help_texts = {
            "previous": _("For an upgrade or a re-evaluation."),
            "changes": _("For an upgrade or a re-evaluation: what has changed, and which papers show it."),
        }

    def __init__(self, *args: Any, product: Product, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        earlier = Recognition.objects.filter(product=product)
        cast(forms.ModelChoiceField, self.fields["previous"]).queryset = earlier
        if not earlier.exists():
            del self.fields["previous"], self.fields["changes"]
            first = (Dossier.Kind.FIRST.value, Dossier.Kind.FIRST.label)
            cast(forms.ChoiceField, self.fields["kind"]).choices = [first]
        if self.instance.pk:
            self.fields["version"].initial = self.instance.version

    def keep_text_of_a_late_writer(self, told: str, version: int) -> None:
        """Say who was first; the text stays, and saving it again is then a decision."""
        self.add_error(None, told)
        self.add_error(None, _("Your text is kept: compare, then save again if it shall stand."))
        data = cast(QueryDict, self.data).copy()
        data["version"] = str(version)
        self.data = data

    @property
    def contents(self) -> dict[str, Any]:
        """The cleaned values, as the verbs of ``filing`` take them."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields if name in self.cleaned_data}


class OpenForm(ContentsForm):
    """A new dossier; the token lets a form sent twice open one dossier only."""

    form_token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)


class PaperForm(NormalisedForm):
    """One paper at a time: people see at once which one was refused, and why."""

    kind = forms.ChoiceField(label=_("Kind of paper"), choices=Attachment.Kind.choices)
    title = forms.CharField(
        label=_("Name of the paper"),
        max_length=200,
        required=False,
        help_text=_("Empty: the kind of paper."),
    )
    upload = UploadField(
        label=_("File"),
        kinds=filing.PAPERS,
        help_text=_("PDF, JPEG, PNG, Excel (.xlsx) or Word (.docx), at most 20 MB."),
    )

    def clean(self) -> dict[str, Any]:
        """Name a paper without a name after its kind: a refused form would lose the chosen file."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if "kind" in given and not given.get("title"):
            given["title"] = str(Attachment.Kind(given["kind"]).label)
        return given


class MoveForm(NormalisedForm):
    """The texts that a row of the table asks for, and the version that the person saw."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self,
        data: Any = None,
        *,
        dossier: Dossier,
        row: moves.Move,
        address: Callable[[Dossier, str], str] | None = None,
    ) -> None:
        """``address`` gives the page of the place that a point of the return is about."""
        super().__init__(data, initial={"version": dossier.version})
        self.row = row
        self.answered = workflow.open_points(dossier) if row.asks_answers else []
        if row.asks_reason:
            self.fields["reason"] = forms.CharField(label=_("Reason"), widget=LinesWidget())
        if row.asks_points:
            self.fields["points"] = forms.CharField(
                label=_("What to mend"), widget=LinesWidget(8), help_text=_("One point a line.")
            )
        titles = places.titles(dossier) if any(point.target for point in self.answered) else {}
        for number, point in enumerate(self.answered, start=1):
            place = f"{titles.get(point.target, point.target)}: " if point.target else ""
            url = address(dossier, point.target) if address and point.target else ""
            self.fields[f"answer_{point.pk}"] = forms.CharField(
                label=f"{number}. {place}{point.text}", widget=LinesWidget(3), help_text=_help(url)
            )
        if row.source in moves.EDITABLE and row.target in moves.SUBMISSIONS:
            self.fields["pledged"] = forms.BooleanField(
                label=_("The organisation pledges that the papers are true."),
                initial=dossier.pledged,
                error_messages={"required": _("Tick the pledge to submit the dossier.")},
            )

    @property
    def texts(self) -> dict[str, Any]:
        """The cleaned texts, as ``workflow.move`` takes them."""
        given = self.cleaned_data
        return {
            "version": given["version"],
            "reason": given.get("reason", ""),
            "points": given.get("points", "").splitlines(),
            "answers": {point.pk: given[f"answer_{point.pk}"] for point in self.answered},
        }


def _help(url: str) -> str:
    """What to write, and the way to the place that was returned."""
    if not url:
        return gettext("What was done")
    return format_html('{} · <a href="{}">{}</a>', _("What was done"), url, _("To the place"))


class ResultForm(NormalisedForm):
    """The council's averages; total and star are the portal's to compute.

    ``result`` is the one to correct. What the centre found comes with the file of its decision.
    """

    OF_THE_RESULT = ("part_a", "part_b", "part_c", "assessed_on", "council", "note")

    version = forms.IntegerField(widget=forms.HiddenInput)
    part_a = DecimalField(min_value=0, max_digits=7, decimal_places=4)
    part_b = DecimalField(min_value=0, max_digits=7, decimal_places=4)
    part_c = DecimalField(min_value=0, max_digits=7, decimal_places=4)
    assessed_on = DateField(
        label=_("Day of the assessment"),
        widget=forms.DateInput({"class": "input-date"}, format="%d/%m/%Y"),
    )
    council = forms.CharField(label=_("Council"), max_length=250, required=False)
    note = forms.CharField(label=_("Note"), widget=LinesWidget(3), required=False)
    upload = UploadField(
        label=_("File of the decision or the minutes"),
        kinds=PAPERS,
        required=False,
        help_text=_("A scan or document. Needed for what the centre found."),
    )

    def __init__(
        self,
        data: Any = None,
        upload: Any = None,
        *,
        dossier: Dossier,
        regulation: Regulation,
        level: str,
        result: Result | None = None,
    ) -> None:
        known = {name: getattr(result, name) for name in self.OF_THE_RESULT} if result else {}
        super().__init__(data, upload, initial={"version": dossier.version, **known})
        self.dossier, self.level, self.result = dossier, level, result
        for code, most in maxima(regulation).items():
            field = self.fields[f"part_{code.lower()}"]
            field.label = _("Part %(part)s") % {"part": code}
            field.help_text = _("At most %(most)s points") % {"most": number_format(f"{most.normalize():f}")}
            field.validators.append(MaxValueValidator(most))
            field.widget.attrs["class"] = "input-number"

    def clean_assessed_on(self) -> Any:
        day = self.cleaned_data["assessed_on"]
        first = self.dossier.first_submitted_on
        if day > clock.today() or (first and day < first):
            raise forms.ValidationError(_("The day of the assessment lies between the submission and today."))
        return day

    def clean_upload(self) -> Any:
        given = self.cleaned_data["upload"]
        has_one = bool(self.result and self.result.paper)
        if self.level == Authority.AuthorityLevel.CENTRAL and not (given or has_one):
            raise forms.ValidationError(_("Choose the file of the centre's decision or notice."))
        return given

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned values, as ``resulting.enter_with_paper`` and ``correct_with_paper`` take them."""
        names = (*self.OF_THE_RESULT, "version")
        return {"upload": self.cleaned_data["upload"] or None, **{n: self.cleaned_data[n] for n in names}}
