"""What amounts and days of a plan can't be: slips of the keyboard that would be judged as if meant."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from .models import Plan

_AMOUNTS = ("number", "number_max", "value")
_DAYS = ("deadline", "as_of")
WHOLE = Decimal(100)


def check(plan: Plan, fields: Mapping[str, Any]) -> None:
    """Raise ``ValidationError`` by field: an amount below zero, a share above the whole, too early a day."""
    errors = {name: _amount_problem(fields.get(name)) for name in _AMOUNTS}
    errors |= {name: _day_problem(plan, fields.get(name)) for name in _DAYS}
    if fields.get("base") and (fields.get("number") or 0) > WHOLE:
        errors["number"] = _("A share of what the portal counts is a number from 0 to 100.")
    if found := {name: words for name, words in errors.items() if words}:
        raise ValidationError(found)


def check_money(allocated: Decimal | None, disbursed: Decimal | None) -> None:
    """Raise ``ValidationError`` where more is disbursed than was allocated."""
    if allocated is not None and disbursed is not None and disbursed > allocated:
        raise ValidationError(
            {"disbursed": _("No more can be disbursed than was allocated. Amounts are in million đồng.")}
        )


def _amount_problem(amount: Decimal | None) -> str:
    return _("Enter a number that is not below zero.") if amount is not None and amount < 0 else ""


def _day_problem(plan: Plan, day: date | None) -> str:
    if day is None or day.year >= plan.first_year:
        return ""
    return _("The plan begins in %(year)s: the day can't lie before that.") % {"year": plan.first_year}
