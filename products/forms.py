"""Forms of products and their photos."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from areas.models import Area
from enterprises.forms import CommuneField, CommuneFilter, RecordForm
from enterprises.models import Enterprise
from ocop_portal.lib import files, text
from ocop_portal.lib.forms import NormalisedForm, UploadField

from . import registering
from .models import Product, ProductGroup


class GroupField(forms.ModelChoiceField):
    """One of the subgroups, under their sectors."""

    def __init__(self, **options: Any) -> None:
        groups = ProductGroup.objects.assignable().select_related("parent__parent")
        super().__init__(groups, **options)

    def label_from_instance(self, obj: Any) -> str:
        """The sector's number, the group and the subgroup."""
        return f"{obj.parent.parent.code}. {obj.path}"


class MakerField(forms.ModelChoiceField):
    """An organisation, told apart from namesakes by its commune."""

    def label_from_instance(self, obj: Any) -> str:
        """Name and commune."""
        return f"{obj.name} ({obj.area.name})"


class MakersField(forms.ModelMultipleChoiceField):
    """Organisations, told apart from namesakes by their communes."""

    label_from_instance = MakerField.label_from_instance


class ProductForm(RecordForm[Product]):
    """A product, its organisations and variants."""

    groups = (
        (_("The product"), ("name", "group", "area", "code", "variants")),
        (_("Organisations"), ("lead", "others")),
        (_("For the public"), ("summary", "story")),
    )
    verb_fields = registering.FIELDS
    area = CommuneField(label=pgettext_lazy("column", "Commune"), queryset=Area.objects.none())
    group = GroupField(label=_("Product group"))
    lead = MakerField(Enterprise.objects.none(), label=_("Organisation that leads the dossier"))
    others = MakersField(
        Enterprise.objects.none(),
        label=_("Other organisations"),
        required=False,
        help_text=_("Only when several make the product together. Hold Ctrl to choose more than one."),
        widget=forms.SelectMultiple({"size": 6}),
    )
    variants = forms.CharField(
        label=_("Variants"),
        required=False,
        help_text=_("One a line, when several are rated together, such as 20°, 30° and 40°."),
        widget=forms.Textarea({"rows": 3}),
    )

    class Meta:
        model = Product
        fields = registering.FIELDS
        widgets = {"story": forms.Textarea({"rows": 8})}
        help_texts = {"code": _("As on earlier papers; leave it empty for a new product.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        product = self.instance if self.instance.pk else None
        makers = product.makers if product else []
        cast(CommuneField, self.fields["area"]).offer(self.by, product.area if product else None)
        seen = Q(pk__in=Enterprise.objects.visible_to(self.by).values("pk"))
        offered = Enterprise.objects.filter(seen | Q(pk__in=[maker.pk for maker in makers]))
        for name in ("lead", "others"):
            cast(MakerField, self.fields[name]).queryset = offered.select_related("area")
        if product and product.code_given_on:
            self.fields["code"].disabled = True
            self.fields["code"].help_text = _("Given by the portal when a dossier was accepted; it stays.")
        if product:
            self.initial["lead"] = makers[0].pk if makers else None
            self.initial["others"] = [maker.pk for maker in makers[1:]]
            self.initial["variants"] = "\n".join(variant.name for variant in product.variants.all())

    def clean(self) -> dict[str, Any]:
        """One product of an organisation is entered once: a second would be counted beside the first."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.instance.pk is None and not self.errors and _has_product(cleaned["lead"], cleaned["name"]):
            words = _("%(maker)s has a product of this name. Open that one, or say what tells the two apart.")
            self.add_error("name", words % {"maker": cleaned["lead"].name})
        return cleaned

    def particulars(self) -> dict[str, Any]:
        """What was typed, as the verbs of ``registering`` take it."""
        lead, others = self.cleaned_data["lead"], self.cleaned_data["others"]
        variants = self.cleaned_data["variants"].splitlines()
        return {
            **super().particulars(),
            "enterprises": [lead, *others],
            "lead": lead,
            "variants": variants,
        }


def _has_product(maker: Enterprise, name: str) -> bool:
    alike = Product.objects.filter(enterprises=maker, name_norm=text.search_key(name))
    return any(product.name.casefold() == name.casefold() for product in alike)


class PhotoForm(NormalisedForm):
    """One photo at a time: people see at once which one was refused, and why."""

    image = UploadField(
        kinds=files.IMAGES,
        label=_("Photo"),
        help_text=_("JPEG, PNG or WebP, at most 20 MB. The place where it was taken is removed."),
    )
    caption = forms.CharField(label=_("Caption"), max_length=200, required=False)


class ProductFilter(CommuneFilter):
    """The filter of the list of products."""

    field_order = ("q", "nhom", "xa", "chu_the")
    nhom = forms.ChoiceField(label=_("Product group"), required=False)
    chu_the = forms.ModelChoiceField(
        Enterprise.objects.none(), label=_("Organisation"), required=False, empty_label=_("All")
    )

    def __init__(self, *args: Any, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, by=by, **kwargs)
        self.fields["q"].label = _("Product or organisation")
        cast(forms.ChoiceField, self.fields["nhom"]).choices = _tiers()
        cast(forms.ModelChoiceField, self.fields["chu_the"]).queryset = Enterprise.objects.visible_to(by)

    def narrow(self, queryset: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        """Rows of the tier, the commune, the organisation and the words."""
        rows: Any = super().narrow(queryset, chosen)
        if chosen["nhom"]:
            rows = rows.filter(group__in=ProductGroup.objects.under(chosen["nhom"]))
        if chosen["chu_the"]:
            rows = rows.filter(enterprises=chosen["chu_the"])
        return cast(QuerySet[Any], rows.found_by(chosen["q"]))


def _tiers() -> list[tuple[Any, Any]]:
    """The sectors with their subgroups under them."""
    sectors: dict[str, list[tuple[str, str]]] = {}
    for group in ProductGroup.objects.assignable().select_related("parent__parent"):
        sector = group.parent.parent  # type: ignore[union-attr]
        words = f"{sector.code}. {sector.name}"  # type: ignore[union-attr]
        under = sectors.setdefault(words, [(sector.code, words)])  # type: ignore[union-attr]
        under.append((group.code, group.path))
    return [("", _("All")), *sectors.items()]
