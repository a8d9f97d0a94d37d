"""The forms of a dossier's sections: lenient to type into, strict in meaning, all optional in a draft."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from ocop_portal.lib.forms import DateField, DecimalField, NormalisedForm

from .. import completeness, filling
from ..models import Dossier
from ..questionnaire import ASKED
from ..questions import (
    LONGEST_LINE,
    LONGEST_TEXT,
    NUMBERS,
    PLACES,
    Content,
    Kind,
    Question,
    YearTable,
    read,
)
from ..sections import REGISTRATION, Section
from .dossiers import ContentsForm, LinesWidget


class Cell(NamedTuple):
    """One question for one year."""

    year: int
    field: forms.BoundField


class Row(NamedTuple):
    """One question of a year table: its caption, and a cell for each year."""

    caption: str
    cells: list[Cell]


class Table(NamedTuple):
    """A year table as the page shows it."""

    caption: str
    years: list[int]
    rows: list[Row]


class Block(NamedTuple):
    """What stands below one another on the page: a field or a table."""

    field: forms.BoundField | None
    table: Table | None


class OneSection:
    """What the forms of all sections have in common: the version seen, saving by field, a late writer."""

    fields: dict[str, forms.Field]
    data: Any

    def mark_for_saving(self) -> None:
        """Name the controls to the script that saves while one types."""
        for name, field in self.fields.items():
            key = "data-autosave-version" if name == "version" else "data-autosave-field"
            field.widget.attrs[key] = name

    def keep_only(self, names: Collection[str]) -> None:
        """Leave the named fields only: saving while one types sends the field that changed."""
        for name in set(self.fields) - set(names) - {"version"}:
            del self.fields[name]

    def keep_text_of_a_late_writer(self, told: str, version: int) -> None:
        """Say who was first; the text stays, and saving it again is then a decision."""
        self.add_error(None, told)  # type: ignore[attr-defined]
        self.add_error(None, _("Your text is kept: compare, then save again if it shall stand."))  # type: ignore[attr-defined]
        data: QueryDict = self.data.copy()
        data["version"] = str(version)
        self.data = data


class RegistrationForm(OneSection, ContentsForm):
    """Form 01: what it prints of organisation and product is not asked again; contact as with these."""

    def __init__(self, data: Any = None, *, dossier: Dossier) -> None:
        maker = dossier.enterprise
        known = {"contact_name": maker.representative, "contact_phone": maker.phone}
        initial = {name: value for name, value in known.items() if not getattr(dossier, name)}
        super().__init__(data, instance=dossier, product=dossier.product, initial=initial)
        self.fields["version"].initial = dossier.version
        for name in ("requested_stars", "contact_name", "contact_phone", "previous", "changes"):
            if name in self.fields:
                self.fields[name].needed = True  # type: ignore[attr-defined]
        self.mark_for_saving()

    def blocks(self) -> Iterator[Block]:
        """The fields, one below another."""
        return (Block(field, None) for field in self.visible_fields())


class QuestionsForm(OneSection, NormalisedForm):
    """A section of Form 02, made from what is asked in it; a draft may have gaps, no impossible values."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, dossier: Dossier, section: Section) -> None:
        self.section = section
        self.year = completeness.filing_year(dossier)
        self.questions = ASKED[section.key].questions(self.year)
        row = dossier.sections.filter(section=section.key).first()
        content: Content = row.content if row else {}
        initial = {q.name: read(q, content.get(q.name)) for q in self.questions}
        initial["version"] = row.version if row else filling.NEVER_SAVED
        super().__init__(data, initial=initial)
        for question in self.questions:
            self.fields[question.name] = _field(question)
        self.mark_for_saving()

    def clean_version(self) -> int:
        """The version seen; a form that names none has seen nothing, so it overwrites nothing."""
        seen: int | None = self.cleaned_data["version"]
        return filling.NEVER_SAVED if seen is None else seen

    def clean(self) -> dict[str, Any]:
        """Refuse parts that are greater than their wholes, where both are given."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        whole_numbers = {name: str(value) for name, value in given.items() if value is not None}
        for part, whole in completeness.exceeding(self.section, whole_numbers, self.year):
            words = _("No more than “%(whole)s”.") % {"whole": whole.label}
            self.add_error(part.name, words)
        return given

    @property
    def contents(self) -> dict[str, Any]:
        """The cleaned values, as ``filling.fill`` takes them."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    def blocks(self) -> Iterator[Block]:
        """Fields and tables in the order in which the section asks."""
        for block in ASKED[self.section.key].blocks:
            if isinstance(block, YearTable):
                yield Block(None, self._table(block))
            else:
                yield Block(self[block.name], None)

    def _table(self, table: YearTable) -> Table:
        years = table.years(self.year)
        rows = [
            Row(q.caption, [Cell(year, self[f"{q.name}_{year}"]) for year in years]) for q in table.questions
        ]
        return Table(str(table.caption), years, rows)


SectionForm = RegistrationForm | QuestionsForm


def form_of(dossier: Dossier, section: Section, data: Any = None) -> SectionForm:
    """The form of a section of the dossier."""
    if section == REGISTRATION:
        return RegistrationForm(data, dossier=dossier)
    return QuestionsForm(data, dossier=dossier, section=section)


def _field(question: Question) -> forms.Field:
    common: dict[str, Any] = {
        "label": question.caption,
        "help_text": question.help,
        "required": False,
    }
    field = _number(question, common) if question.kind in NUMBERS else _other(question, common)
    field.needed = question.needed  # type: ignore[attr-defined]
    return field


def _number(question: Question, common: dict[str, Any]) -> forms.Field:
    places = 0 if question.kind == Kind.WHOLE else PLACES
    field = DecimalField(
        min_value=question.least,
        max_value=question.most,
        max_digits=12 + places,
        decimal_places=places,
        **common,
    )
    field.widget.attrs["class"] = "input-number"
    return field


def _other(question: Question, common: dict[str, Any]) -> forms.Field:
    if question.kind == Kind.DAY:
        widget = forms.DateInput({"class": "input-date"}, format="%d/%m/%Y")
        return DateField(widget=widget, **common)
    if question.kind == Kind.CHOICE:
        return forms.ChoiceField(choices=question.choices, widget=forms.RadioSelect, **common)
    if question.kind == Kind.LINE:
        return forms.CharField(max_length=LONGEST_LINE, **common)
    return forms.CharField(widget=LinesWidget(5), max_length=LONGEST_TEXT, **common)
