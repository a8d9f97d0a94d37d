"""What a visitor may ask of the catalogue; a value that means nothing gives an empty result."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from areas.finding import find
from areas.models import Area, Level
from ocop_portal.lib import clock, text
from ocop_portal.lib.svg import star_words
from products.models import Making, Product, ProductGroup
from ratings import codes
from ratings.models import Recognition

DIGEST_LENGTH = 64
CODE_HEAD, CODE_DIGITS = 2, 12
"""How many signs of a report's code stand before its first hyphen, and between it and a second.

A second one comes where the same figures were frozen before and count other rows (``reports/freezing.py``).
"""


class CatalogueFilter(forms.Form):
    """The filters of page and API alike; the names are those of the contract."""

    q = forms.CharField(label=_("Product or producer"), required=False, max_length=200)
    sao = forms.MultipleChoiceField(
        label=_("Stars in force"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=lambda: [(str(n), star_words(n)) for n in (3, 4, 5)],
    )
    nhom = forms.CharField(label=_("Sector or group"), required=False, widget=forms.Select)
    xa = forms.CharField(label=_("Commune of today"), required=False, widget=forms.Select)

    def offer_choices(self) -> None:
        """Fill the lists that the page offers: two statements the API need not make."""
        communes = Area.objects.in_force(clock.today()).filter(level=Level.COMMUNE)
        offered = [(area.code, area.name) for area in communes]
        asked = self.data.get("xa", "")
        if asked and asked not in dict(offered):
            offered.append((asked, asked))
        self.fields["xa"].widget.choices = [("", _("All communes")), *offered]
        self.fields["nhom"].widget.choices = [("", _("All sectors")), *_group_choices()]

    def clean_nhom(self) -> QuerySet[ProductGroup] | None:
        """The groups that the code means."""
        code = "".join(self.cleaned_data["nhom"].split()).upper()
        return ProductGroup.objects.under(code) if code else None

    def clean_xa(self) -> Area | None:
        """The unit that the code means today, or in the year written behind it."""
        code = self.cleaned_data["xa"]
        area = find(code) if code else None
        if code and area is None:
            raise forms.ValidationError(_("No unit has this code."))
        return area

    def filter(self, products: QuerySet[Any]) -> QuerySet[Any]:
        """The products asked for; none when a value can't be understood."""
        if not self.is_valid():
            return products.none()
        asked = self.cleaned_data
        if asked["q"]:
            products = products.filter(_named(asked["q"]))
        if asked["sao"]:
            products = products.filter(stars_now__in=asked["sao"])
        if asked["nhom"] is not None:
            products = products.filter(group__in=asked["nhom"])
        return products.filter(pk__in=_within(asked["xa"])) if asked["xa"] else products


def _named(asked: str) -> Q:
    makers = Making.objects.filter(text.matches("enterprise__name_norm", asked))
    return text.matches("name_norm", asked) | Q(pk__in=makers.values("product"))


def _within(area: Area) -> QuerySet[Any]:
    """Products of a unit of today; of an ended one those recognised in it, wherever they are now."""
    if area.exists_on(clock.today()):
        return Product.objects.within(area).values("pk")
    return Recognition.objects.within(area).values("product")


def _group_choices() -> list[tuple[str, str]]:
    """Sectors with the groups and sets below them, as one indented list."""
    below: dict[int | None, list[ProductGroup]] = {}
    for group in ProductGroup.objects.all():
        below.setdefault(group.parent_id, []).append(group)
    choices: list[tuple[str, str]] = []

    def add(parent: int | None, depth: int) -> None:
        for group in below.get(parent, []):
            number = f"{group.code}. " if not depth else ""
            choices.append((group.code, f"{'— ' * depth}{number}{group.name}"))
            add(group.pk, depth + 1)

    add(None, 0)
    return choices


class CodeForm(forms.Form):
    """A code that somebody reads from a paper: small letters, spaces and hyphens do no harm."""

    ma = forms.CharField(
        label=_("Code"),
        max_length=40,
        widget=forms.TextInput(attrs={"class": "input-code", "autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_ma(self) -> str:
        """The code as it is stored; marks that belong to no code fall away."""
        code = "".join(sign for sign in codes.as_typed(self.cleaned_data["ma"]) if sign.isalnum())
        if not code:
            raise forms.ValidationError(self.fields["ma"].error_messages["required"], code="required")
        return code


class ReceiptForm(CodeForm):
    """The code on a dossier's receipt, beside which the receipt bears the dossier's own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ma"].label = _("Receipt code")
        self.fields["ma"].help_text = _(
            "The 10 signs at the head of the receipt, e.g. AP2FB87XDH; not the dossier's code HS-…"
        )


class ReportCheckForm(forms.Form):
    """Code and digest of a report as they are printed on its last sheet; spaces and capitals do no harm."""

    ma = forms.CharField(
        label=_("Report code"),
        max_length=40,
        help_text=_("e.g. TD-4F2A90C31B7E"),
        widget=forms.TextInput(attrs={"class": "input-code", "autocomplete": "off", "spellcheck": "false"}),
    )
    digest = forms.CharField(
        label=_("Digest of the figures (SHA-256)"),
        max_length=120,
        required=False,
        help_text=_("64 digits and letters; without it only the code is checked"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_ma(self) -> str:
        """The code as it is stored; nothing but its letters and digits counts."""
        code = "".join(sign for sign in codes.as_typed(self.cleaned_data["ma"]) if sign.isalnum())
        end = CODE_HEAD + CODE_DIGITS
        return "-".join(filter(None, (code[:CODE_HEAD], code[CODE_HEAD:end], code[end:])))

    def clean_digest(self) -> str:
        """The digest in small letters; anything that is none is told."""
        typed = "".join(self.cleaned_data["digest"].split()).lower()
        if typed and (len(typed) != DIGEST_LENGTH or set(typed) - set("0123456789abcdef")):
            raise forms.ValidationError(
                _("A digest has 64 signs, digits and the letters a to f: copy all of it.")
            )
        return typed
