"""Targets of every kind, as plans word them: entered by an officer, printed back, judged with the reason."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.urls import reverse

from enterprises.models import EnterpriseKind
from ocop_portal.lib import periods
from plans import planning, target_kinds
from plans.models import Indicator, Plan, Target
from plans.progress import progress
from plans.wording import narrowed_words, words_of
from products.models import ProductGroup
from ratings.models import DecisionItem, ValueChainRecord
from tests.factories import (
    make_decision,
    make_dossier,
    make_enterprise,
    make_group,
    make_kind,
    make_product,
    make_recognition,
)
from tests.rendering import Page

PLANS = yaml.safe_load((Path(__file__).parent / "plans.yaml").read_text(encoding="utf-8"))
YEAR = periods.parse("2023")


@pytest.fixture
def facts(world) -> dict[str, Any]:
    """The year: two new products of 3 stars, one of 2 stars by a commune, an upgrade, one that lapsed."""
    ProductGroup.objects.create(code="I", name="Thực phẩm", tier="sector")
    food, drink = make_group("QD26-07", "Miến", sector="I"), make_group()
    kinds = {code: make_kind(code, name, economic) for code, name, economic in KINDS_OF_MAKERS}
    makers = {
        "htx": make_enterprise(world.dam_thuy, kind=kinds["cooperative"], name="Hợp tác xã Nà Lại"),
        "ho": make_enterprise(world.chi_vien, kind=kinds["household"], name="Hộ Bế Thị Thử"),
        "cty": make_enterprise(world.tra_linh, kind=kinds["company"], name="Công ty Khau Slôi"),
        "xa": make_enterprise(world.quoc_toan, kind=kinds["cooperative"], name="Hợp tác xã Thông Huề"),
    }
    made = {
        name: make_product(makers[maker].area, makers[maker], name=name, group=group)
        for name, maker, group in (
            ("Miến dong Nà Lại", "htx", food),
            ("Rượu ngô Bản Chang", "ho", drink),
            ("Hạt dẻ sấy Pác Rao", "htx", food),
            ("Chè dây Khau Slôi", "cty", drink),
            ("Bánh khảo Lũng Đính", "ho", drink),
            ("Mật ong Thông Huề", "xa", food),
        )
    }
    _recognise(world, made)
    for month, name in enumerate(list(made)[:5], 3):
        if name != "Hạt dẻ sấy Pác Rao":
            make_dossier(made[name], state="submitted", on=date(2023, month, 1))
    return made


KINDS_OF_MAKERS = (
    ("cooperative", "Hợp tác xã", True),
    ("household", "Hộ kinh doanh", False),
    ("company", "Doanh nghiệp", True),
)


def _recognise(world, made: dict[str, Any]) -> None:
    by_district, by_commune = make_decision(world.district), make_decision(world.chi_vien)
    by_province = make_decision(world.province, signed_on=date(2023, 11, 1))
    nuts = made["Hạt dẻ sấy Pác Rao"]
    make_recognition(made["Miến dong Nà Lại"], by_district, 3, kind="first")
    make_recognition(made["Rượu ngô Bản Chang"], by_district, 3, kind="first")
    make_recognition(made["Bánh khảo Lũng Đính"], by_commune, 2, kind="first")
    make_recognition(nuts, make_decision(world.district, signed_on=date(2021, 5, 1)), 3, kind="first")
    make_recognition(nuts, by_province, 4, kind="upgrade")
    old = make_decision(world.other_district, signed_on=date(2020, 5, 1))
    make_recognition(made["Mật ong Thông Huề"], old, 3, kind="first")
    forwarded = make_dossier(nuts, state="forwarded", on=date(2023, 9, 1), kind="upgrade")
    DecisionItem.objects.create(
        decision=by_province, dossier=forwarded, outcome="recognise_and_forward", stars=4
    )
    ValueChainRecord.objects.create(
        product=made["Miến dong Nà Lại"],
        area=world.dam_thuy,
        enterprise=made["Miến dong Nà Lại"].makings.get().enterprise,
        chain="Chuỗi miến dong",
        joined_on=date(2023, 8, 1),
        funding_source="national_programmes",
    )


@pytest.fixture
def desk(client_of, province_officer):
    return client_of(province_officer)


def write_plan(content: dict[str, Any], area: Any, by: Any) -> Plan:
    plan = planning.create(
        by=by,
        area=area,
        issuing_body="UBND",
        title=content["title"],
        first_year=content.get("first_year", 2023),
        last_year=2023,
    )
    for line in content.get("budget", []):
        amounts = {name: Decimal(line[name]) for name in ("planned", "disbursed")}
        kept = planning.set_budget_line(
            plan, by=by, content="Nội dung", source=line["source"], planned=amounts["planned"]
        )
        planning.report_disbursement(kept, by=by, disbursed=amounts["disbursed"])
    return plan


def typed_into(row: dict[str, Any], plan: Plan) -> dict[str, Any]:
    """What the browser sends for the row: lists' rows by their keys."""
    plan.refresh_from_db()
    typed = dict(row["typed"]) | {"version": plan.version, "label": row["label"], "kieu": row["kieu"]}
    typed["indicator"] = Indicator.objects.get(code=row["indicator"]).pk
    if "kinds" in typed:
        typed["kinds"] = [EnterpriseKind.objects.get(code=code).pk for code in typed["kinds"]]
    if "group" in typed:
        typed["group"] = ProductGroup.objects.get(code=typed["group"]).pk
    if "parent" in row:
        typed["parent"] = plan.targets.get(label=row["parent"]).pk
    return typed


def enter(desk: Any, plan: Plan, row: dict[str, Any]) -> Target:
    """The officer's way: the kind, then only the fields that the form shows for it."""
    typed = typed_into(row, plan)
    page = reverse("plans:target_new", args=[plan.pk])
    shown = desk.get(page, {"kieu": row["kieu"], "indicator": typed["indicator"]})
    offered = set(shown.context["form"].fields)
    assert set(typed) <= offered, (row["label"], set(typed) - offered)
    answer = desk.post(page, typed | _shown(shown))
    assert answer.status_code == 302, answer.context["form"].errors
    target = plan.targets.get(label=row["label"])
    for day, value, note in row.get("told", []):
        told = {"as_of": day, "value": value, "note": note}
        assert desk.post(reverse("plans:figure", args=[plan.pk, target.pk]), told).status_code == 302
    return target


def _shown(answer: Any) -> dict[str, str]:
    """Which kind and indicator the page says that it shows."""
    page = Page(answer.content.decode())
    said = {name: page.named(name).get("value") or "" for name in ("shown_kind", "shown_indicator")}
    assert all(said.values())
    return said


@pytest.mark.parametrize("content", PLANS, ids=[plan["title"] for plan in PLANS])
def test_a_plan_is_entered_printed_back_and_judged(indicators, facts, world, desk, province_officer, content):
    plan = write_plan(content, getattr(world, content["area"]), province_officer)
    kept = {row["label"]: enter(desk, plan, row) for row in content["targets"]}
    page = " ".join(desk.get(reverse("plans:detail", args=[plan.pk])).content.decode().split())
    found = {one.label: one for one in progress(plan, YEAR)}
    for row in content["targets"]:
        one, label = found[row["label"]], row["label"]
        assert one.words == row["typed"]["words"]
        assert words_of(one.target) == row["printed"], label
        assert narrowed_words(one.target) == row.get("narrowed", narrowed_words(one.target)), label
        assert (one.state, label) == (row["state"], label), (one.cumulative, one.planned, one.reason)
        assert row.get("reason", "") in str(one.reason), label
        assert one.words in page
        assert row["printed"] in page
        assert target_kinds.kind_of(kept[label]).code == row["kieu"], label


def test_every_kind_is_in_the_test_data_and_can_be_chosen():
    used = {row["kieu"] for plan in PLANS for row in plan["targets"]}
    assert used == set(target_kinds.KINDS) == {kind.code for kind in target_kinds.OFFERED}
    assert {row["typed"].get("comparator") for plan in PLANS for row in plan["targets"]} >= {
        *("ge", "gt", "eq", "about", "nearly", "lt", None)
    }


@pytest.mark.parametrize("content", PLANS, ids=[plan["title"] for plan in PLANS])
def test_a_kept_target_opens_in_its_kind_and_saves_as_it_was(
    indicators, facts, world, desk, province_officer, content
):
    plan = write_plan(content, getattr(world, content["area"]), province_officer)
    for row in content["targets"]:
        target = enter(desk, plan, row)
        before = _state(target)
        page = reverse("plans:target_edit", args=[plan.pk, target.pk])
        shown = desk.get(page)
        form = shown.context["form"]
        assert form.kind.code == row["kieu"]
        sent = _as_shown(form) | _shown(shown)
        answer = desk.post(page, sent)
        assert answer.status_code == 302, answer.context["form"].errors
        assert _state(Target.objects.get(pk=target.pk)) == before, row["label"]


def _state(target: Target) -> dict[str, Any]:
    fields = {field.attname: getattr(target, field.attname) for field in Target._meta.concrete_fields}
    return fields | {
        name: sorted(getattr(target, name).values_list("pk", flat=True))
        for name in ("kinds", "units", "products")
    }


def _as_shown(form: Any) -> dict[str, Any]:
    """The form sent back as its page shows it."""
    sent: dict[str, Any] = {}
    for bound in form:
        value = bound.value()
        if value is None or value is False or value == "":
            continue
        if isinstance(value, list):
            sent[bound.html_name] = [getattr(one, "pk", one) for one in value]
        elif value is True:
            sent[bound.html_name] = "on"
        else:
            sent[bound.html_name] = bound.field.widget.format_value(value)
            if isinstance(sent[bound.html_name], list):
                sent[bound.html_name] = sent[bound.html_name][0]
    return sent


# --- the form


@pytest.fixture
def plan_here(indicators, facts, world, province_officer) -> Plan:
    return write_plan({"title": "Kế hoạch thử nghiệm"}, world.district, province_officer)


def _row(kind: str, indicator: str, **typed: Any) -> dict[str, Any]:
    return {"label": "1", "kieu": kind, "indicator": indicator, "typed": {"words": "Chỉ tiêu"} | typed}


def test_the_kind_is_asked_first(plan_here, desk):
    page = reverse("plans:target_new", args=[plan_here.pk])
    asked = desk.get(page)
    shown = asked.content.decode()
    assert set(asked.context["form"].fields) == {"kieu", "indicator"}
    for kind in target_kinds.OFFERED:
        assert f'value="{kind.code}"' in shown
    assert "Con số do đơn vị báo cáo" in shown
    wrong = desk.get(page, {"kieu": "kinh-phi", "indicator": Indicator.objects.get(code="upgraded").pk})
    assert "không thuộc loại chỉ tiêu này" in wrong.content.decode()
    assert set(desk.get(page, {"kieu": "khoang"}).context["form"].errors) == {"indicator"}
    assert set(desk.get(page, {"kieu": "x", "indicator": "y"}).context["form"].errors) == {
        "kieu",
        "indicator",
    }


@pytest.mark.parametrize(
    ("kind", "indicator", "there", "absent"),
    [
        (
            "mot-so",
            "taking_part",
            {"number", "group", "kinds"},
            {"number_max", "stars_min", "money", "level"},
        ),
        (
            "mot-so",
            "new_recognised",
            {"stars_min", "stars_max", "level"},
            {"base", "per_unit", "product_names"},
        ),
        ("khong-so", "support", {"words", "deadline"}, {"number", "comparator", "unit"}),
        ("kinh-phi", "budget", {"money", "money_sources", "unit"}, {"stars_min", "group", "scope"}),
        ("neu-ten", "upgraded", {"product_names", "number"}, {"number_max", "base"}),
        ("ty-le", "still_valid", {"base", "percent_of", "stars_min"}, {"unit", "per_unit"}),
        (
            "bao-tay",
            "sales_points",
            {"number", "number_max", "unit"},
            {"stars_min", "kinds", "funding_source"},
        ),
        ("moi-don-vi", "taking_part", {"per_unit", "unit_names"}, {"number_max", "base", "money"}),
    ],
)
def test_the_form_shows_only_what_the_kind_needs(plan_here, desk, kind, indicator, there, absent):
    asked = {"kieu": kind, "indicator": Indicator.objects.get(code=indicator).pk}
    page = Page(desk.get(reverse("plans:target_new", args=[plan_here.pk]), asked).content.decode())
    names = {attrs.get("name") for _tag, attrs in page.tags}
    assert there <= names
    assert not absent & names
    assert not page.dangling()


def test_changing_the_kind_keeps_what_was_typed_and_saves_nothing(plan_here, desk):
    page = reverse("plans:target_new", args=[plan_here.pk])
    typed = typed_into(
        _row("mot-so", "new_recognised", comparator="gt", number="7", stars_min="3", level="district"),
        plan_here,
    )
    shown = {"shown_kind": "mot-so", "shown_indicator": typed["indicator"]}
    turned = desk.post(page, typed | shown | {"kieu": "khong-so", "show": "1"})
    form = turned.context["form"]
    assert (turned.status_code, form.kind.code, form.errors) == (200, "khong-so", {})
    assert ("number", "7") in form.carried
    assert 'type="hidden" name="number" value="7"' in turned.content.decode()
    assert Target.objects.count() == 0
    back = desk.post(page, typed | {"kieu": "mot-so", "shown_kind": "khong-so"})
    assert back.context["form"]["number"].value() == "7"
    assert Target.objects.count() == 0
    assert desk.post(page, typed | shown).status_code == 302
    assert Target.objects.get().stars_min == 3


def test_a_kind_changed_without_the_button_shows_its_fields_before_it_saves(plan_here, desk):
    page = reverse("plans:target_new", args=[plan_here.pk])
    typed = typed_into(
        _row("mot-so", "new_recognised", comparator="ge", number="7", stars_min="3"), plan_here
    )
    shown = {"shown_kind": "mot-so", "shown_indicator": typed["indicator"]}
    other = Indicator.objects.get(code="taking_part").pk
    answer = desk.post(page, typed | shown | {"indicator": other})
    assert (answer.status_code, Target.objects.count()) == (200, 0)
    assert ("stars_min", "3") in answer.context["form"].carried


def test_what_a_kept_target_says_is_shown_even_where_its_kind_does_not_ask(plan_here, desk, province_officer):
    target = planning.set_target(
        plan_here,
        by=province_officer,
        words="Làng nghề có sản phẩm ba sao",
        indicator=Indicator.objects.get(code="craft_villages"),
        number=Decimal(2),
        stars_min=3,
    )
    page = reverse("plans:target_edit", args=[plan_here.pk, target.pk])
    form = desk.get(page).context["form"]
    assert (form.kind.code, form["stars_min"].value()) == ("bao-tay", 3)
    assert desk.post(page, _as_shown(form) | {"words": "Viết lại"}).status_code == 302
    target.refresh_from_db()
    assert (target.words, target.stars_min) == ("Viết lại", 3)


def test_the_page_of_a_figure_says_what_is_told_of_units_and_shares(plan_here, desk):
    of_units = enter(
        desk, plan_here, _row("moi-don-vi", "product_ideas", per_unit="commune", comparator="ge", number="2")
    )
    page = desk.get(reverse("plans:figure", args=[plan_here.pk, of_units.pk])).content.decode()
    assert "số đơn vị đã đạt" in page
    row = _row("ty-le", "e_commerce", comparator="ge", number="50", base="still_valid") | {"label": "2"}
    share = enter(desk, plan_here, row)
    page = desk.get(reverse("plans:figure", args=[plan_here.pk, share.pk])).content.decode()
    assert "nhập chính con số đó (sản phẩm)" in page


def test_what_another_kind_held_is_gone_once_the_kind_is_saved(plan_here, desk):
    target = enter(desk, plan_here, _row("khoang", "upgraded", comparator="ge", number="2", number_max="4"))
    page = reverse("plans:target_edit", args=[plan_here.pk, target.pk])
    typed = typed_into(_row("khong-so", "upgraded"), plan_here)
    assert desk.post(page, typed).status_code == 302
    target.refresh_from_db()
    assert (target.comparator, target.number, target.number_max) == ("none", None, None)


@pytest.mark.parametrize(
    ("row", "field", "words"),
    [
        (_row("mot-so", "upgraded", comparator="ge", number="nhiều"), "number", "số"),
        (_row("khoang", "upgraded", comparator="ge", number="4"), "number_max", "bắt buộc"),
        (_row("ty-le", "upgraded", comparator="ge", number="4"), "percent_of", "tỷ lệ tính trên nội dung gì"),
        (
            _row("ty-le", "new_organisations", comparator="ge", number="4", base="still_valid"),
            "base",
            "Không tính được tỷ lệ",
        ),
        (
            _row(
                "moi-don-vi",
                "upgraded",
                comparator="ge",
                number="1",
                per_unit="commune",
                unit_names="Mường Lạ",
            ),
            "unit_names",
            "Mường Lạ",
        ),
        (
            _row(
                "moi-don-vi",
                "upgraded",
                comparator="ge",
                number="1",
                per_unit="commune",
                unit_names="Quốc Toản",
            ),
            "unit_names",
            "Quốc Toản",
        ),
        (_row("neu-ten", "upgraded", comparator="eq", product_names=""), "product_names", "bắt buộc"),
        (
            _row("mot-so", "upgraded", comparator="ge", number="4", stars_min="4", stars_max="3"),
            "stars_max",
            "sao",
        ),
        (
            _row("mot-so", "upgraded", comparator="ge", number="4", stars_max="3"),
            "stars_min",
            "sao thấp nhất",
        ),
        (_row("kinh-phi", "budget", comparator="ge", number="4", unit="USD", money="planned"), "unit", "USD"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(plan_here, desk, row, field, words):
    answer = desk.post(reverse("plans:target_new", args=[plan_here.pk]), typed_into(row, plan_here))
    assert answer.status_code == 200
    errors = answer.context["form"].errors
    assert set(errors) == {field}, errors
    assert words in " ".join(errors[field])
    assert row["typed"]["words"] in answer.content.decode()


def test_products_of_one_name_are_told_apart_by_who_makes_them(plan_here, desk, facts, world):
    other = make_enterprise(world.chi_vien, name="Hợp tác xã Pò Tấu")
    make_product(world.chi_vien, other, name="Miến dong Nà Lại")
    page = reverse("plans:target_new", args=[plan_here.pk])
    row = _row("neu-ten", "new_recognised", comparator="eq", number="", product_names="Miến dong Nà Lại")
    refused = desk.post(page, typed_into(row, plan_here)).context["form"].errors["product_names"]
    assert "Miến dong Nà Lại (Hợp tác xã Pò Tấu)" in refused[0]
    row["typed"]["product_names"] = "Miến dong Nà Lại (Hợp tác xã Nà Lại)"
    target = enter(desk, plan_here, row)
    assert list(target.products.all()) == [facts["Miến dong Nà Lại"]]
    assert (target.number, target.product_names) == (1, "")


def test_a_product_elsewhere_is_no_named_product_of_the_plan(plan_here, desk, facts):
    row = _row("neu-ten", "new_recognised", comparator="eq", number="", product_names="Mật ong Thông Huề")
    answer = desk.post(
        reverse("plans:target_new", args=[plan_here.pk]), typed_into(row, plan_here), follow=True
    )
    assert "Chưa có trong danh sách sản phẩm đã đăng ký" in answer.content.decode()
    assert Target.objects.get().unregistered == ["Mật ong Thông Huề"]
    assert not Target.objects.get().products.exists()
