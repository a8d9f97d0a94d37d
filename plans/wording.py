"""The number part of a target in words: "at least 6 products", "20–25", "more than 2.83 billion đồng"."""

from __future__ import annotations

from decimal import Decimal

from django.utils import formats
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from .models import Target


def words_of(target: Target) -> str:
    """The comparison, number or range, and unit; what a share is taken of; empty where no number is named."""
    if target.number is None:
        return ""
    number = _range(target)
    unit = target.unit or target.indicator.unit
    amount = f"{number}%" if unit == "%" else f"{number} {unit}".strip()
    if target.percent_of:
        amount = _("%(share)s of %(whole)s") % {"share": amount, "whole": target.percent_of}
    return _compared(target, amount)


def figure_words(value: Decimal | None) -> str:
    """A figure of a target: no needless decimals, a dash where unknown."""
    return "–" if value is None else str(formats.number_format(plain(value)))


def _range(target: Target) -> str:
    number = _official(target.number)
    return f"{number}–{_official(target.number_max)}" if target.number_max is not None else number


def _compared(target: Target, amount: str) -> str:
    words = {
        Target.Comparator.AT_LEAST: _("at least %(amount)s"),
        Target.Comparator.MORE_THAN: _("more than %(amount)s"),
        Target.Comparator.ABOUT: _("about %(amount)s"),
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
