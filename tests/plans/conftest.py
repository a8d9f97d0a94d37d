"""What the tests of plans share: the indicators as loaded, a plan of the district, targets in one line."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from ocop_portal.lib import periods
from plans import loading, planning
from plans.importing import PLAN_66, plan_from_file
from plans.models import Indicator, Plan, Target
from plans.progress import TargetProgress, progress
from tests.factories import make_dossier, make_product


@pytest.fixture
def indicators(db: None) -> None:
    loading.load()


@pytest.fixture
def plan(indicators, district, officer) -> Plan:
    return planning.create(
        by=officer,
        area=district,
        number="10/KH-UBND",
        signed_on=date(2023, 2, 1),
        issuing_body="UBND huyện Trùng Khánh",
        title="Kế hoạch thử nghiệm",
        first_year=2023,
        last_year=2023,
    )


@pytest.fixture
def plan_66(indicators, district, officer) -> Plan:
    return plan_from_file(PLAN_66, area=district, by=officer)


@pytest.fixture
def aim(plan, officer):
    """Write a target: ``aim("taking_part", 6)``."""

    def write(indicator: str = "taking_part", number: str | int | None = 1, **fields: Any) -> Target:
        values: dict[str, Any] = {"words": "Chỉ tiêu thử nghiệm", "comparator": "ge", **fields}
        values["number"] = None if number is None else Decimal(number)
        values["indicator"] = Indicator.objects.get(code=indicator)
        return planning.set_target(fields.pop("plan", plan), by=officer, **values)

    return write


@pytest.fixture
def standing(plan):
    """How the plan's only (or first) target stands."""

    def ask(period: str = "2023", of: Plan | None = None) -> TargetProgress:
        return progress(of or plan, periods.parse(period))[0]

    return ask


@pytest.fixture
def take_part(commune):
    """File first dossiers of as many products, on a day, in a commune."""

    def file(count: int = 1, on: date = date(2023, 6, 1), area=None, **fields: Any) -> list[Any]:
        return [
            make_dossier(make_product(area or commune, **fields), state="submitted", on=on)
            for _ in range(count)
        ]

    return file
