"""What a target says in words: "at least 06 products", "each commune: at least 01 product", "20–25 %"."""

from __future__ import annotations

from decimal import Decimal

from django.utils import formats
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from ratings.measures import MEASURES
from ratings.models import FundingSource

from .models import Target

LEVELS = {
    "commune": gettext_lazy("recognised at commune level"),
    "district": gettext_lazy("recognised at district level"),
    "province": gettext_lazy("recognised at provincial level"),
    "central": gettext_lazy("recognised at central level"),
}
"""The level that recognises, as a plan says it: by a level of ``ratings.Authority``."""


def words_of(target: Target) -> str:
    """The comparison, number or range, and unit, in the way of the target's kind.

    What a share is taken of, of which units each, which products by name, whose money. Empty where the plan
    names neither a number nor products.
    """
    amount = "" if target.number is None else _compared(target, _amount(target))
    if target.per_unit:
        words = _("%(units)s: %(amount)s") % {"units": _each(target), "amount": amount}
    elif target.is_cumulative and amount:
        words = _("in all %(amount)s") % {"amount": amount}
    elif target.money:
        words = f"{amount} ({_money(target)})"
    else:
        words = amount
    names = [*(product.name for product in target.products.all()), *target.unregistered]
    return ": ".join(filter(None, [words, ", ".join(names)]))


def narrowed_words(target: Target) -> str:
    """What narrows the count, part by part: stars, level, group, kinds of organisations, source, place."""
    kinds = ", ".join(kind.name for kind in target.kinds.all())
    group = _("group: %(name)s") % {"name": target.group.name} if target.group else ""
    source = FundingSource(target.funding_source).label if target.funding_source else ""
    place = target.scope_words or (target.scope.name if target.scope else "")
    until = _("by %(day)s") % {"day": f"{target.deadline:%d/%m/%Y}"} if target.deadline else ""
    parts = [
        _stars(target),
        LEVELS.get(target.level, ""),
        group,
        kinds,
        _("economic organisations") if target.economic_only else "",
        source,
        place,
        until,
    ]
    return "; ".join(str(part) for part in parts if part)


def figure_words(value: Decimal | None) -> str:
    """A figure of a target: no needless decimals, two at most, a dash where unknown."""
    return "–" if value is None else str(formats.number_format(plain(round(value, 2))))


def base_words(target: Target) -> str:
    """Of what the target is a share: in the plan's words, else as the portal names what it counts."""
    name = str(MEASURES[target.base].name) if target.base else ""
    return target.percent_of or name[:1].lower() + name[1:]


def _amount(target: Target) -> str:
    number = _range(target)
    unit = target.counted_in
    if target.unit == Target.MoneyUnit.SHARE and target.money:
        return _("%(share)s of what is planned") % {"share": f"{number}%"}
    amount = f"{number}%" if unit == "%" else f"{number} {unit}".strip()
    whole = base_words(target)
    return _("%(share)s of %(whole)s") % {"share": amount, "whole": whole} if whole else amount


def _each(target: Target) -> str:
    named = ", ".join(unit.name for unit in target.units.all())
    if named:
        return _("each of %(units)s") % {"units": named}
    return str(dict(Target.PER_UNIT)[target.per_unit])


def _money(target: Target) -> str:
    sources = ", ".join(str(FundingSource(source).label) for source in target.money_sources)
    column = str(Target.Money(target.money).label)
    return f"{column}; {sources}" if sources else column


def _stars(target: Target) -> str:
    least, most = target.stars_min, target.stars_max
    if least is None:
        return ""
    if most is None:
        return _("%(least)d stars and more") % {"least": least}
    if least == most:
        return ngettext("%(least)d star", "%(least)d stars", least) % {"least": least}
    return _("%(least)d to %(most)d stars") % {"least": least, "most": most}


def _range(target: Target) -> str:
    number = _official(target.number)
    return f"{number}–{_official(target.number_max)}" if target.number_max is not None else number


def _compared(target: Target, amount: str) -> str:
    words = {
        Target.Comparator.AT_LEAST: _("at least %(amount)s"),
        Target.Comparator.MORE_THAN: _("more than %(amount)s"),
        Target.Comparator.ABOUT: _("about %(amount)s"),
        Target.Comparator.NEARLY: _("nearly %(amount)s"),
        Target.Comparator.LESS_THAN: _("less than %(amount)s"),
    }.get(Target.Comparator(target.comparator), "%(amount)s")
    is_plain_range = target.number_max is not None and target.comparator == Target.Comparator.AT_LEAST
    return amount if is_plain_range else words % {"amount": amount}


def _official(value: Decimal | None) -> str:
    """As official papers write it: in Vietnamese a whole number under ten gets a leading zero."""
    if value is None:
        return ""
    short = plain(value)
    is_small = short == short.to_integral_value() and 0 < short < 10
    return f"0{short:f}" if is_small and get_language() == "vi" else str(formats.number_format(short))


def plain(value: Decimal) -> Decimal:
    """The value without trailing zeros, never in powers of ten."""
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()
