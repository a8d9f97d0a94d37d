"""Entering a product and changing it, by commune staff and officers of its area."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import auditing
from accounts.models import User
from enterprises import editing, rules
from enterprises.editing import Changes
from enterprises.models import Enterprise
from ocop_portal.lib import text

from .models import Making, Product, ProductVariant

FIELDS = ("name", "group", "area", "code", "summary", "story")
LONGEST_VARIANT = 150
ACTS = {
    "product.registered": gettext_lazy("Entered"),
    "product.changed": gettext_lazy("Changed"),
    "product.code_given": gettext_lazy("Code given"),
    "product.handed_over": gettext_lazy("Handed over to the unit of today"),
    "product.photo_added": gettext_lazy("Photo added"),
    "product.photo_removed": gettext_lazy("Photo removed"),
}


@transaction.atomic
def register(
    *,
    enterprises: Sequence[Enterprise],
    lead: Enterprise,
    variants: Sequence[str] = (),
    by: User,
    on: date | None = None,
    form_token: UUID | None = None,
    **fields: Any,
) -> Product:
    """Enter a product of one or several organisations, of which ``lead`` leads its dossiers.

    ``variants`` names the members of a bundle that is rated together; ``fields`` are any of ``FIELDS``. The
    same ``form_token`` twice gives the same product. Raises ``PermissionDenied`` outside one's communes and
    for organisations out of one's sight, ``ValidationError`` for particulars that can't stand.
    """
    editing.one_form_at_a_time(by)
    if sent := editing.sent_before(Product, form_token, by):
        return sent
    rules.may_place(by, fields["area"], on).require()
    makers = _makers(enterprises, lead, by=by, known=())
    product = Product(form_token=form_token, created_by=by)
    editing.write(product, _known(fields))
    editing.save(product)
    _write_makers(product, makers)
    _write_variants(product, _variants(variants))
    auditing.record("product.registered", product, by=by)
    return product


@transaction.atomic
def change(
    product: Product,
    *,
    by: User,
    version: int,
    enterprises: Sequence[Enterprise] | None = None,
    lead: Enterprise | None = None,
    variants: Sequence[str] | None = None,
    **fields: Any,
) -> Product:
    """Change what is given; the same again changes nothing. ``enterprises`` and ``lead`` come together.

    Raises as :func:`register`, and ``editing.Stale`` when somebody else was first.
    """
    fresh = Product.objects.select_for_update().get(pk=product.pk)
    rules.may_enter(by, fresh.area).require()
    makers, names = _ordered(fresh.makers), [variant.name for variant in fresh.variants.all()]
    changes = editing.write(fresh, _known(fields))
    new_makers = makers
    if enterprises is not None and lead is not None:
        new_makers = _makers(enterprises, lead, by=by, known=makers)
        changes |= _difference("enterprises", makers, new_makers)
    if variants is not None:
        changes |= _difference("variants", names, _variants(variants))
    if not changes:
        return fresh
    if "code" in changes and fresh.code_given_on:
        raise ValidationError({"code": _("The portal gave this code when a dossier was accepted; it stays.")})
    if "area" in changes:
        rules.may_place(by, fresh.area).require()
    editing.save_next(fresh, seen=version)
    if "enterprises" in changes:
        _write_makers(fresh, new_makers)
    if "variants" in changes:
        _write_variants(fresh, _variants(variants or ()))
    auditing.record("product.changed", fresh, by=by, changes=changes)
    return fresh


def _known(fields: dict[str, Any]) -> dict[str, Any]:
    if unknown := sorted(set(fields) - set(FIELDS)):
        raise TypeError(f"A product has no {', '.join(unknown)}")
    return fields


def _difference(name: str, before: Sequence[object], after: Sequence[object]) -> Changes:
    if before == after:
        return {}
    return {name: [", ".join(map(str, before)), ", ".join(map(str, after))]}


def _makers(
    enterprises: Sequence[Enterprise], lead: Enterprise, *, by: User, known: Sequence[Enterprise]
) -> list[Enterprise]:
    """The organisations, each once, the leading one first; those not there yet must be in sight."""
    makers = _ordered([lead, *enterprises])
    new = {each.pk for each in makers} - {each.pk for each in known}
    if Enterprise.objects.visible_to(by).filter(pk__in=new).count() != len(new):
        raise PermissionDenied(_("An organisation outside your area cannot be chosen."))
    return makers


def _ordered(makers: Sequence[Enterprise]) -> list[Enterprise]:
    """The organisations, each once: the first stays the first, the others in the order of entry."""
    others = {each.pk: each for each in makers if each.pk != makers[0].pk}
    return [*makers[:1], *(others[pk] for pk in sorted(others))]


def _write_makers(product: Product, makers: Sequence[Enterprise]) -> None:
    """Store the organisations, the first as the leading one."""
    makings = Making.objects.filter(product=product)
    makings.exclude(enterprise__in=makers).delete()
    makings.update(is_lead=False)
    for place, enterprise in enumerate(makers):
        Making.objects.update_or_create(
            product=product, enterprise=enterprise, defaults={"is_lead": place == 0}
        )


def _variants(written: Sequence[str]) -> list[str]:
    """The names of the variants: one spelling, no empty one, none twice, in the order given."""
    names = list(dict.fromkeys(name for name in map(text.nfc, written) if name))
    if any(len(name) > LONGEST_VARIANT for name in names):
        longest = _("A variant's name has at most %(number)s characters.") % {"number": LONGEST_VARIANT}
        raise ValidationError({"variants": longest})
    return names


def _write_variants(product: Product, names: Sequence[str]) -> None:
    product.variants.exclude(name__in=names).delete()
    for position, name in enumerate(names, 1):
        ProductVariant.objects.update_or_create(product=product, name=name, defaults={"position": position})
