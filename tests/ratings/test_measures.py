"""What the programme counts: the words that count, dates of every precision, one statement a figure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from areas.models import Area, Coverage
from ocop_portal.lib.measures import Counts, Figure, Selection
from ratings.measures import MEASURES
from ratings.models import DecisionItem, Recognition, RecognitionEvent, ValueChainRecord
from tests.factories import (
    make_decision,
    make_dossier,
    make_enterprise,
    make_group,
    make_kind,
    make_product,
    make_recognition,
)

YEAR = (date(2023, 1, 1), date(2023, 12, 31))
FIRST_HALF = (date(2023, 1, 1), date(2023, 6, 30))
UNKNOWN = {"recognised_on": None, "date_precision": "unknown", "expires_on": None}


def year_only(year: int) -> dict:
    return {"recognised_on": date(year, 1, 1), "date_precision": "year", "expires_on": None}


def figure(code: str, area: Area, period=YEAR, **filters) -> Figure:
    return MEASURES[code].total(Selection(area, *period, **filters))


def decided(product, on: date, stars: int = 3, **fields) -> Recognition:
    issuing_area = fields.pop("issuing_area", product.area.parent)
    decision = make_decision(product.area.parent, signed_on=on, issuing_area=issuing_area)
    return make_recognition(product, decision, stars, **fields)


@pytest.fixture
def product(commune):
    return make_product(commune)


def test_every_measure_is_one_statement_whatever_narrows_it(
    district, commune, product, django_assert_num_queries
):
    decided(product, date(2023, 5, 1), kind="first")
    kind = make_kind()
    narrow = Selection(
        district,
        *YEAR,
        stars=(3, 4),
        group="II",
        kinds=(kind.pk,),
        economic_only=True,
        funding_source="central",
        level="district",
    )
    for measure in MEASURES.values():
        for selection in (Selection(district, *YEAR), narrow):
            with django_assert_num_queries(1):
                measure.total(selection)
            with django_assert_num_queries(1):
                measure.by_area(selection, [commune.pk])
            with django_assert_num_queries(1):
                list(measure.rows(selection))


def test_the_codes_are_those_that_plans_name():
    assert list(MEASURES) == [
        "taking_part",
        "newly_recognised",
        "upgraded",
        "new_or_upgraded",
        "reevaluated",
        "recognised_in_all",
        "still_valid",
        "potential_five",
        "new_organisations",
        "organisations_taking_part",
        "organisations_valid",
        "in_value_chain",
    ]
    assert [code for code, measure in MEASURES.items() if measure.code != code] == []


def test_taking_part_counts_a_product_once_whatever_became_of_its_dossiers(district, product, commune):
    make_dossier(product, state="withdrawn", on=date(2023, 2, 1))
    make_dossier(product, state="submitted", on=date(2023, 11, 1), kind="upgrade")
    make_dossier(make_product(commune), state="draft")
    make_dossier(make_product(commune), state="recognised", on=date(2022, 12, 31))
    assert figure("taking_part", district) == Figure(1)
    assert figure("taking_part", district, (date(2022, 1, 1), date(2022, 12, 31))) == Figure(1)


def test_taking_part_by_group_and_kind_of_organisation(district, commune):
    household = make_kind("household", "Hộ kinh doanh", economic=False)
    tea = make_group("QD26-20", "Chè", sector="I")
    make_dossier(make_product(commune, make_enterprise(commune, kind=household)), state="submitted")
    make_dossier(make_product(commune, group=tea), state="submitted")
    assert figure("taking_part", district) == Figure(2)
    assert figure("taking_part", district, economic_only=True) == Figure(1)
    assert figure("taking_part", district, kinds=(household.pk,)) == Figure(1)
    assert figure("taking_part", district, group="I") == Figure(1)
    assert figure("taking_part", district, group="QD26-20") == Figure(1)
    assert figure("taking_part", district, group="no such group") == Figure(0)


def test_new_is_the_first_recognition_ever(district, product, commune):
    decided(product, date(2020, 5, 1))
    decided(product, date(2023, 5, 1), kind="first")
    decided(make_product(commune), date(2023, 12, 31), kind="first")
    assert figure("newly_recognised", district) == Figure(1)
    assert figure("newly_recognised", district, (date(2020, 1, 1), date(2020, 12, 31))) == Figure(1)


def test_a_recognition_of_unknown_date_came_before_every_known_one(district, product):
    decided(product, date(2023, 5, 1), kind="first")
    assert figure("newly_recognised", district) == Figure(1)
    make_recognition(product, make_decision(district), **UNKNOWN)
    assert figure("newly_recognised", district) == Figure(0, unplaced=1)


def test_an_upgrade_is_not_new_even_when_nobody_entered_what_it_follows(district, product):
    decided(product, date(2023, 5, 1), kind="upgrade", stars=4)
    assert figure("newly_recognised", district) == Figure(0)
    assert figure("upgraded", district) == Figure(1)
    assert figure("upgraded", district, stars=(4, 4)) == Figure(1)
    assert figure("upgraded", district, stars=(3, 3)) == Figure(0)
    assert figure("reevaluated", district) == Figure(0)


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        (YEAR, Figure(1)),
        (FIRST_HALF, Figure(0, unplaced=1)),
        ((date(2022, 7, 1), date(2024, 6, 30)), Figure(1)),
        ((date(2023, 1, 2), date(2023, 12, 31)), Figure(0, unplaced=1)),
        ((date(2023, 12, 31), date(2024, 12, 31)), Figure(0, unplaced=1)),
        ((date(2022, 1, 1), date(2022, 12, 31)), Figure(0)),
        ((date(2024, 1, 1), date(2024, 12, 31)), Figure(0)),
    ],
)
def test_a_year_is_placed_only_where_the_whole_of_it_lies(district, product, period, expected):
    make_recognition(product, make_decision(district), **year_only(2023))
    assert figure("newly_recognised", district, period) == expected


def test_what_is_counted_is_not_unplaced_as_well(district, product):
    decided(product, date(2023, 5, 1), kind="reevaluation")
    make_recognition(product, make_decision(district), **UNKNOWN, kind="reevaluation")
    assert figure("reevaluated", district) == Figure(1)


def test_new_or_upgraded_counts_a_product_once(district, product, commune):
    decided(product, date(2023, 2, 1), stars=3, kind="first")
    decided(product, date(2023, 8, 1), stars=4, kind="upgrade")
    old = make_product(commune)
    decided(old, date(2020, 5, 1), kind="first")
    decided(old, date(2023, 5, 1), stars=4, kind="upgrade")
    again = make_product(commune)
    decided(again, date(2020, 5, 1), kind="first")
    decided(again, date(2023, 5, 1), kind="reevaluation")
    counted = set(
        Recognition.objects.filter(recognised_on__year=2023, kind__in=("first", "upgrade")).values_list(
            "product", flat=True
        )
    )
    assert figure("new_or_upgraded", district) == Figure(len(counted)) == Figure(2)
    assert figure("new_or_upgraded", district, stars=(3, 3)) == Figure(1)
    assert figure("new_or_upgraded", district, stars=(4, 4)) == Figure(2)
    assert figure("new_or_upgraded", district, FIRST_HALF) == Figure(2)


def test_filters_ask_the_first_recognition_and_not_a_later_one(district, product):
    decided(product, date(2023, 2, 1), stars=3)
    decided(product, date(2023, 8, 1), stars=4, kind="upgrade")
    assert figure("newly_recognised", district, stars=(3, 3)) == Figure(1)
    assert figure("newly_recognised", district, stars=(4, None)) == Figure(0)


def test_kinds_are_those_of_the_day_of_the_decision(district, commune):
    household = make_kind("household", "Hộ kinh doanh", economic=False)
    maker = make_enterprise(commune, kind=household)
    recognition = decided(make_product(commune, maker), date(2023, 5, 1))
    maker.kind = make_kind()
    maker.save()
    assert figure("newly_recognised", district, economic_only=True) == Figure(0)
    recognition.holders.update(kind=None)
    assert figure("newly_recognised", district, economic_only=True) == Figure(1)


def test_one_product_of_two_organisations_is_one_product(district, commune):
    household = make_kind("household", "Hộ kinh doanh", economic=False)
    product = make_product(commune, make_enterprise(commune), make_enterprise(commune, kind=household))
    decided(product, date(2023, 5, 1))
    assert figure("newly_recognised", district) == Figure(1)
    assert figure("newly_recognised", district, economic_only=True) == Figure(1)
    assert figure("newly_recognised", district, kinds=(household.pk,)) == Figure(1)


def test_the_level_is_that_of_the_unit_that_decided(world, district, commune):
    decided(make_product(commune), date(2023, 5, 1))
    decided(make_product(commune), date(2023, 5, 1), stars=4, issuing_area=world.province)
    from tests.factories import make_regulation

    decided(make_product(commune), date(2023, 5, 1), stars=5, issuing_area=None, regulation=make_regulation())
    levels = ("district", "province", "central", "commune")
    assert [figure("newly_recognised", district, level=level).value for level in levels] == [1, 1, 1, 0]


def test_recognised_in_all_takes_the_latest_star_and_papers_without_a_date(district, product, commune):
    decided(product, date(2021, 5, 1), stars=4)
    decided(product, date(2023, 5, 1), stars=3)
    make_recognition(make_product(commune), make_decision(district), **UNKNOWN)
    decided(make_product(commune), date(2024, 1, 1))
    assert figure("recognised_in_all", district) == Figure(2)
    assert figure("recognised_in_all", district, stars=(3, 3)) == Figure(2)
    assert figure("recognised_in_all", district, stars=(4, 4)) == Figure(0)
    assert figure("recognised_in_all", district, (YEAR[0], date(2022, 12, 31)), stars=(4, 4)) == Figure(1)


def test_recognised_in_all_leaves_a_year_that_is_not_over_unplaced(district, product):
    make_recognition(product, make_decision(district), **year_only(2023))
    assert figure("recognised_in_all", district, FIRST_HALF) == Figure(0, unplaced=1)
    decided(product, date(2021, 5, 1), stars=4)
    assert figure("recognised_in_all", district, FIRST_HALF) == Figure(1)
    assert figure("recognised_in_all", district, FIRST_HALF, stars=(4, 4)) == Figure(1)
    assert figure("recognised_in_all", district, YEAR, stars=(3, 3)) == Figure(1)


def test_still_valid_asks_the_last_day_of_the_period(district, product, commune):
    decided(product, date(2020, 12, 31), expires_on=date(2023, 12, 31))
    decided(make_product(commune), date(2020, 12, 30), expires_on=date(2023, 12, 30))
    revoked = decided(make_product(commune), date(2022, 1, 1))
    RecognitionEvent.objects.create(recognition=revoked, kind="revoked", on=date(2023, 12, 31))
    make_recognition(make_product(commune), make_decision(district), **UNKNOWN)
    assert figure("still_valid", district) == Figure(1, unplaced=1)
    assert figure("still_valid", district, (YEAR[0], date(2023, 12, 30))) == Figure(3, unplaced=1)
    assert figure("recognised_in_all", district) == Figure(4)


def test_potential_five_are_what_the_province_forwards(world, district, commune):
    for number, (unit, outcome, state) in enumerate(
        [
            (world.province, "forward", "signed"),
            (world.province, "recognise_and_forward", "signed"),
            (world.province, "forward", "prepared"),
            (world.province, "recognise", "signed"),
            (world.district, "forward", "signed"),
        ]
    ):
        decision = make_decision(unit, state=state, number=f"{number}/QĐ-UBND")
        DecisionItem.objects.create(
            decision=decision,
            dossier=make_dossier(make_product(commune), state="forwarded"),
            outcome=outcome,
            stars=4 if "recognise" in outcome else None,
        )
    assert figure("potential_five", district) == Figure(2)
    assert figure("potential_five", world.other_district) == Figure(0)
    assert figure("potential_five", district, FIRST_HALF) == Figure(0)


def test_an_organisation_is_new_with_its_first_dossier(district, commune):
    old, new = make_enterprise(commune), make_enterprise(commune)
    household = make_enterprise(commune, kind=make_kind("household", "Hộ kinh doanh", economic=False))
    make_enterprise(commune)
    make_dossier(make_product(commune, old), state="recognised", on=date(2022, 6, 1))
    make_dossier(make_product(commune, old), state="submitted", on=date(2023, 6, 1))
    make_dossier(make_product(commune, new), state="submitted", on=date(2023, 6, 1))
    make_dossier(make_product(commune, new), state="submitted", on=date(2023, 7, 1))
    make_dossier(make_product(commune, household), state="withdrawn", on=date(2023, 6, 1))
    assert figure("new_organisations", district) == Figure(2)
    assert figure("new_organisations", district, economic_only=True) == Figure(1)
    assert figure("new_organisations", district, kinds=(household.kind_id,)) == Figure(1)


def test_organisations_taking_part_are_counted_once_by_who_files(district, commune):
    maker, household = make_enterprise(commune), make_enterprise(commune, kind=make_kind("household", "Hộ"))
    make_dossier(make_product(commune, maker), state="submitted", on=date(2022, 6, 1))
    for day in (date(2023, 3, 1), date(2023, 9, 1)):
        make_dossier(make_product(commune, maker), state="submitted", on=day)
    make_dossier(make_product(commune, household), state="withdrawn", on=date(2023, 9, 1))
    make_dossier(make_product(commune, make_enterprise(commune)), state="draft")
    assert figure("organisations_taking_part", district) == Figure(2)
    assert figure("organisations_taking_part", district, FIRST_HALF) == Figure(1)
    assert figure("organisations_taking_part", district, kinds=(household.kind_id,)) == Figure(1)
    assert figure("new_organisations", district) == Figure(1)


def test_organisations_with_a_valid_product_by_kind_and_star(district, commune):
    household = make_kind("household", "Hộ kinh doanh", economic=False)
    cooperative, family = make_enterprise(commune), make_enterprise(commune, kind=household)
    decided(make_product(commune, cooperative, family), date(2022, 5, 1))
    decided(make_product(commune, cooperative), date(2023, 5, 1), stars=4)
    lapsed = make_enterprise(commune)
    decided(make_product(commune, lapsed), date(2020, 1, 1), expires_on=date(2023, 1, 1))
    unknown = decided(make_product(commune), date(2023, 5, 1))
    unknown.holders.update(enterprise=None)
    assert figure("organisations_valid", district) == Figure(2)
    assert figure("organisations_valid", district, (YEAR[0], date(2022, 12, 31))) == Figure(3)
    assert figure("organisations_valid", district, kinds=(household.pk,)) == Figure(1)
    assert figure("organisations_valid", district, economic_only=True) == Figure(1)
    assert figure("organisations_valid", district, stars=(4, None)) == Figure(1)
    assert figure("organisations_valid", district, stars=(4, None), kinds=(household.pk,)) == Figure(0)


@pytest.fixture
def varied(world, commune):
    """Two products of a cooperative and two of a household, of two groups, stars, levels and sources."""
    household = make_kind("household", "Hộ kinh doanh", economic=False)
    for year, kind in ((2022, None), (2023, household)):
        maker = make_enterprise(commune, kind=kind) if kind else make_enterprise(commune)
        for stars, group, source, issuer in (
            (3, make_group("I"), "central", world.district),
            (4, make_group("II"), "province", world.province),
        ):
            made = make_product(commune, maker, group=group)
            filed = make_dossier(made, state="submitted", on=date(year, 2, 1), kind="first")
            for month, kept in ((5, "first"), (9, "upgrade"), (11, "reevaluation")):
                decided(made, date(year, month, 1), stars, kind=kept, group=group, issuing_area=issuer)
            forward = make_decision(world.province, signed_on=date(year, 6, 1), state="signed")
            DecisionItem.objects.create(decision=forward, dossier=filed, outcome="forward")
            ValueChainRecord.objects.create(
                product=made, area=commune, chain="Chuỗi", joined_on=date(year, 3, 1), funding_source=source
            )
    return household


@pytest.mark.parametrize("code", MEASURES)
def test_figures_of_several_filters_and_days_asked_together_are_those_asked_alone(
    world, varied, code, django_assert_num_queries
):
    measure = MEASURES[code]
    filters = ({}, {"stars": (4, 5)}, {"group": "I"}, {"kinds": (varied.pk,)}, {"economic_only": True})
    filters += ({"funding_source": "central"}, {"level": "province"})
    periods = (YEAR, (date(2022, 1, 1), date(2022, 12, 31)), (date(2022, 1, 1), date(2023, 3, 31)))
    asked = [Selection(world.district, *days, **narrow) for days in periods for narrow in filters]
    alone = [measure.total(selection) for selection in asked]
    counts = Counts()
    counts.expect((measure, selection) for selection in asked)
    assert [counts.total(measure, selection) for selection in asked] == alone
    assert len(set(alone)) > 1, "a world in which the filters of this measure make no difference"
    with django_assert_num_queries(len({measure.basis(selection) for selection in asked})):
        counts = Counts()
        counts.expect((measure, selection) for selection in asked)
        assert [counts.value(measure, selection) for selection in asked] == [one.value for one in alone]


def test_every_measure_counts_only_what_and_where_it_is_asked(world, commune, product):
    other = make_product(world.chi_vien)
    for each in (product, other):
        decided(each, date(2023, 5, 1), kind="first")
        make_dossier(each, state="submitted", on=date(2023, 2, 1))
        ValueChainRecord.objects.create(
            product=each, area=each.area, chain="Chuỗi", joined_on=date(2023, 3, 1)
        )
    for code in ("taking_part", "newly_recognised", "still_valid", "in_value_chain", "organisations_valid"):
        whole = Selection(world.district, *YEAR)
        counted = set(MEASURES[code].rows(whole).values_list(MEASURES[code].counts, flat=True))
        assert len(counted) == 2, code
        assert MEASURES[code].total(replace(whole, only=(min(counted),))).value == 1, code
        assert MEASURES[code].total(replace(whole, only=())).value == 0, code
        here = replace(whole, places=(world.chi_vien.pk,))
        assert MEASURES[code].total(here).value == 1, code
        assert MEASURES[code].rows(replace(whole, places=())).count() == 0, code


@pytest.mark.parametrize(
    ("paper", "new"),
    [({"recognised_on": date(2021, 5, 1)}, 0), (UNKNOWN, 0), ({"recognised_on": date(2023, 9, 1)}, 1)],
)
def test_an_organisation_named_on_an_earlier_paper_is_not_new(district, commune, paper, new):
    maker = make_enterprise(commune)
    make_recognition(make_product(commune, maker), make_decision(district), **paper)
    make_dossier(make_product(commune, maker), state="submitted", on=date(2023, 6, 1))
    assert figure("new_organisations", district) == Figure(new)


def test_in_a_value_chain_by_day_source_and_organisation(district, product, commune):
    def joined(product, on, **fields):
        ValueChainRecord.objects.create(
            product=product, area=commune, chain=f"Chuỗi {on}", joined_on=on, **fields
        )

    joined(product, date(2023, 3, 1), funding_source="national_programmes")
    joined(product, date(2023, 4, 1), funding_source="province")
    household = make_enterprise(commune, kind=make_kind("household", "Hộ kinh doanh", economic=False))
    joined(make_product(commune, household), date(2023, 12, 31), enterprise=household)
    joined(make_product(commune), date(2024, 1, 1))
    assert figure("in_value_chain", district) == Figure(2)
    assert figure("in_value_chain", district, economic_only=True) == Figure(1)
    assert figure("in_value_chain", district, funding_source="national_programmes") == Figure(1)
    assert figure("in_value_chain", district, funding_source="central") == Figure(0)


def test_a_merged_commune_is_counted_then_and_now(world):
    before = [world.dam_thuy, world.chi_vien, world.tra_linh, world.quoc_toan]
    for commune in before:
        decided(make_product(commune), date(2023, 5, 1))
    measure = MEASURES["newly_recognised"]
    whole = Selection(world.province, *YEAR)
    then = measure.by_area(whole, [commune.pk for commune in before])
    assert then == {commune.pk: 1 for commune in before}
    now = measure.by_area(whole, [world.new_dam_thuy.pk, world.new_tra_linh.pk])
    assert now == {world.new_dam_thuy.pk: 2, world.new_tra_linh.pk: 2}
    assert measure.total(whole) == Figure(4)
    assert measure.total(Selection(world.district, *YEAR)) == Figure(3)
    assert measure.by_area(Selection(world.district, *YEAR), [world.new_tra_linh.pk]) == {
        world.new_tra_linh.pk: 1
    }
    assert Coverage.objects.filter(unit=world.dam_thuy).count() == 1
