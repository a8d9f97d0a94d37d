"""What makes a target sound beyond its fields: where it aims, part of what, and what can be told apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from areas.models import Area
from ratings.measures import MEASURES

from .models import Indicator, Plan, Target

FILTERS: dict[str, tuple[str, Promise]] = {
    "stars": ("stars_min", gettext_lazy("stars")),
    "level": ("level", gettext_lazy("level of recognition")),
    "group": ("group", gettext_lazy("product group")),
    "kinds": ("kinds", gettext_lazy("kinds of organisations")),
    "economic_only": ("economic_only", gettext_lazy("economic organisations only")),
    "funding_source": ("funding_source", gettext_lazy("funding source")),
}
"""What a measure may narrow by → the target's field that says so, and its name."""


def check(plan: Plan, target: Target | None, fields: dict[str, Any], kinds: Sequence[Any] | None) -> None:
    """Raise ``ValidationError`` by field where the target can't be what it says."""
    wanted = {name: getattr(target, name, None) for name, _label in FILTERS.values() if name != "kinds"}
    wanted |= {name: getattr(target, name, None) for name in ("indicator", "parent", "scope", "percent_of")}
    old_kinds = target.kinds.all() if target and kinds is None else ()
    wanted |= {"kinds": kinds or old_kinds, "stars_max": getattr(target, "stars_max", None), **fields}
    errors = {
        "parent": _parent_problem(plan, target, wanted["parent"]),
        "scope": _scope_problem(plan, wanted["scope"]),
        "indicator": _filter_problem(wanted),
        "stars_min": _stars_problem(wanted),
    }
    if found := {name: words for name, words in errors.items() if words}:
        raise ValidationError(found)


def _parent_problem(plan: Plan, target: Target | None, parent: Target | None) -> str:
    if parent is not None and parent.plan_id != plan.pk:
        return _("The whole must be a target of the same plan.")
    while parent is not None:
        if target is not None and parent.pk == target.pk:
            return _("A target can't be a part of itself.")
        parent = parent.parent
    return ""


def _scope_problem(plan: Plan, scope: Area | None) -> str:
    if scope is None or Area.objects.within(plan.area).filter(pk=scope.pk).exists():
        return ""
    return _("The place must lie in the area of the plan.")


def _stars_problem(wanted: dict[str, Any]) -> str:
    if wanted["stars_max"] is not None and wanted["stars_min"] is None:
        return _("Say from how many stars.")
    return ""


def _filter_problem(wanted: dict[str, Any]) -> str:
    """A figure that ignores what the target asks for would be a wrong figure: refuse it."""
    indicator: Indicator | None = wanted["indicator"]
    if indicator is None or not indicator.is_measured or wanted["percent_of"]:
        return ""
    known = MEASURES[indicator.measure].filters
    unknown = [str(label) for key, (name, label) in FILTERS.items() if wanted[name] and key not in known]
    if not unknown:
        return ""
    words = _("The portal can't narrow “%(indicator)s” by: %(filters)s. Leave these empty or choose another.")
    return words % {"indicator": indicator.name, "filters": ", ".join(unknown)}
