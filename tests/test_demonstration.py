"""The demonstration's year 2023 is the one the contract promises, whatever the seed, and loads only once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import AuditEntry, Post, User
from areas.models import Area
from enterprises.models import Enterprise
from ocop_portal.lib import periods
from ocop_portal.lib.measures import Selection
from plans.models import Plan
from ratings.measures import MEASURES
from ratings.models import Dossier, Recognition, Result, ValueChainRecord
from reports.catalogue import compile_report

ACCOUNTS = {
    "xa.damthuy": ("commune", "01495"),
    "xa.chivien": ("commune", "01501"),
    "huyen.trungkhanh": ("officer", "047"),
    **{f"hoidong.{n}": ("council", "047") for n in range(1, 6)},
    "lanhdao.trungkhanh": ("leader", "047"),
    "tinh.caobang": ("officer", "04"),
    "lanhdao.caobang": ("leader", "04"),
    "quantri": ("administrator", "04"),
}


# No commune assessed in words in 2023, and no regulation ended.
STATES_OF_2023 = {*Dossier.State.values} - {"at_commune", "refiled"}


def load(seed: int) -> str:
    said = StringIO()
    call_command("load_reference", stdout=StringIO())
    call_command("demo", stage="2023", seed=seed, stdout=said)
    return said.getvalue().strip()


def counted() -> dict[str, int]:
    district = Area.objects.get(code="047")
    year = Selection(district, date(2023, 1, 1), date(2023, 12, 31))
    economic = replace(year, economic_only=True)
    figures = {code: measure.total(year).value for code, measure in MEASURES.items()}
    return figures | {"new_economic": MEASURES["new_organisations"].total(economic).value}


def by_the_district_in_2023():
    return Recognition.objects.filter(
        recognised_on__year=2023,
        stars=3,
        dossier__isnull=False,
        regulation__code="QD148-2023",
        decision__issuing_area__code="047",
        decision__signed_on__year=2023,
    )


@pytest.mark.django_db
def test_the_year_that_the_contract_promises(settings):
    settings.OCOP_DEMO = True
    assert load(seed=1) == "Loaded the demonstration of 2023"
    figures = counted()
    assert figures["taking_part"] >= 6
    assert figures["newly_recognised"] == 3
    assert (figures["in_value_chain"], figures["new_economic"]) == (1, 1)
    assert by_the_district_in_2023().count() == 3
    assert ValueChainRecord.objects.filter(joined_on__year=2023).count() == 1
    assert set(Dossier.objects.values_list("state", flat=True)) == STATES_OF_2023
    assert set(Recognition.objects.filter(dossier=None).values_list("date_precision", flat=True)) == {
        "day",
        "year",
        "unknown",
    }
    communes = Area.objects.get(code="047").children.filter(level="commune")
    assert communes.count() == 21
    _the_accounts_of_the_contract()
    _the_plan_of_the_district()
    _nothing_looks_real()
    _the_same_again_changes_nothing()


def _the_accounts_of_the_contract() -> None:
    held = {
        name: Post.objects.values_list("role", "area__code").get(user__username=name) for name in ACCOUNTS
    }
    assert held == ACCOUNTS
    browser = Client()
    answer = browser.post("/dang-nhap/", {"username": "xa.damthuy", "password": "demo-OCOP-2023"})
    assert (answer.status_code, answer["Location"]) == (302, "/viec-cua-toi/")


def _the_plan_of_the_district() -> None:
    plan = Plan.objects.get(number="66/KH-UBND")
    assert (plan.area.code, plan.published_at is not None, plan.budget_lines.exists()) == ("047", True, True)
    report = compile_report("tien-do", plan.area, periods.parse("2023"))
    rows = {row["chi_tieu"]: row for row in report.table("tong-hop").records()}
    assert [row["luy_ke"] is None for row in rows.values()] == [False] * len(rows)


def _nothing_looks_real() -> None:
    """The particulars are marked, and no organisation's number is one that a tax office gives."""
    for enterprise in Enterprise.objects.all():
        assert enterprise.note == "Dữ liệu minh họa"
        assert enterprise.tax_code[:7] in {"", "4800999", "0049990"}
        assert enterprise.phone.startswith("0900000")


def _the_same_again_changes_nothing() -> None:
    before = (User.objects.count(), AuditEntry.objects.count(), counted())
    assert load(seed=2) == "The demonstration of 2023 is there already"
    assert (User.objects.count(), AuditEntry.objects.count(), counted()) == before


@pytest.mark.django_db
def test_another_seed_tells_the_same_year_with_other_particulars(settings):
    settings.OCOP_DEMO = True
    load(seed=7)
    assert by_the_district_in_2023().count() == 3
    assert counted()["taking_part"] >= 6
    assert set(Dossier.objects.values_list("state", flat=True)) == STATES_OF_2023
    totals = [
        result.total == result.part_a + result.part_b + result.part_c for result in Result.objects.all()
    ]
    assert totals == [True] * len(totals)


@pytest.mark.django_db
def test_without_the_word_of_the_operator_nothing_is_loaded(settings):
    settings.OCOP_DEMO = False
    with pytest.raises(CommandError, match="OCOP_DEMO=1"):
        call_command("demo", stage="2023", seed=1, stdout=StringIO())
    assert not User.objects.exists()


def test_a_stage_that_is_not_there_is_refused():
    with pytest.raises(CommandError, match="invalid choice"):
        call_command("demo", "--stage", "1999")


def test_the_stage_of_2026_adds_dossiers_of_the_communes_of_today(db, settings):
    settings.OCOP_DEMO, settings.OCOP_TODAY = True, date(2026, 11, 23)
    said = StringIO()
    call_command("load_reference", stdout=StringIO())
    for _twice in range(2):
        call_command("demo", stage="2026", seed=1, stdout=said)
    assert said.getvalue().splitlines() == [
        "Loaded the demonstration of 2023",
        "Loaded the demonstration of 2026",
        "The demonstration of 2023 is there already",
        "The demonstration of 2026 is there already",
    ]
    filed = Dossier.objects.filter(regulation__code="QD26-2026").order_by("first_submitted_on")
    assert list(filed.values_list("area__name", "kind", "state", "level")) == [
        ("Xã Đàm Thủy", "first", "scored", "province"),
        ("Xã Trùng Khánh", "upgrade", "accepted", "province"),
        ("Xã Trà Lĩnh", "upgrade", "submitted", "province"),
    ]
