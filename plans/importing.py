"""A whole plan out of a YAML file, through the same verbs as the pages."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction
from django.db.models import Model

from accounts.models import User
from areas.models import Area
from enterprises.models import EnterpriseKind
from ocop_portal.lib.files import Upload

from . import naming, planning
from .aiming import SEVERAL
from .loading import DATA
from .models import Activity, BudgetLine, Indicator, Plan, Target

PLAN_66 = DATA / "plan-66-2023.yaml"


@transaction.atomic
def plan_from_file(path: Path, *, area: Area, by: User, document: Upload | None = None) -> Plan:
    """Write the plan that the file describes, unpublished, with its targets, work, budget and document.

    Raises ``ValueError`` for an unknown field, indicator, whole, kind of organisation or unit, for products
    that share a name, and what the verbs refuse; nothing is then written.
    """
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    targets, activities, budget = (content.pop(key, []) for key in ("targets", "activities", "budget"))
    plan = planning.create(by=by, area=area, document=document, **_known(content, Plan))
    written: dict[str, Target] = {}
    for fields in targets:
        known = _known(fields, Target, "part_of", *SEVERAL)
        values = _target_fields(known, written) | _rows(plan, known)
        written[str(fields["label"])] = planning.set_target(plan, by=by, **values)
    for fields in activities:
        planning.set_activity(plan, by=by, **_known(fields, Activity))
    for fields in budget:
        known = _known(fields, BudgetLine)
        amount = Decimal(known["planned"]) if "planned" in known else None
        planning.set_budget_line(plan, by=by, **{**known, "planned": amount})
    return plan


def _known(fields: dict[str, Any], model: type[Model], *also: str) -> dict[str, Any]:
    """The fields, if the model has each: an unquoted comma in the file makes a field of half a sentence."""
    if unknown := fields.keys() - {field.name for field in model._meta.fields if field.editable} - {*also}:
        raise ValueError(f"{model._meta.model_name}: unknown {', '.join(sorted(unknown))}")
    return fields


def _target_fields(fields: dict[str, Any], written: dict[str, Target]) -> dict[str, Any]:
    """The file's row as the fields of a target: codes become rows, a whole becomes the parent."""
    values = dict(fields)
    code, whole = values.pop("indicator"), values.pop("part_of", None)
    indicator = Indicator.objects.filter(code=code).first()
    if indicator is None:
        raise ValueError(f"no indicator is named {code!r}")
    if whole is not None and whole not in written:
        raise ValueError(f"target {values.get('label')}: no target before it is labelled {whole!r}")
    return {**values, "indicator": indicator, "parent": written[whole] if whole else None}


def _rows(plan: Plan, fields: dict[str, Any]) -> dict[str, Any]:
    """The rows that the file names as people write them; a product that is not registered stays a name."""
    codes, label = fields.get("kinds", []), fields.get("label")
    kinds = list(EnterpriseKind.objects.filter(code__in=codes))
    units, unknown = naming.find_units(plan, fields.get("per_unit", ""), fields.get("units", []))
    products = naming.find_products(plan, fields.get("products", []))
    unknown += sorted(set(codes) - {kind.code for kind in kinds}) + sorted(products.doubtful)
    if unknown:
        raise ValueError(f"target {label}: unknown or not the only one: {', '.join(unknown)}")
    names = fields.get("product_names") or "\n".join(products.unknown)
    return {"kinds": kinds, "units": units, "products": products.products, "product_names": names}
