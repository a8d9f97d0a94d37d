"""A generated province of any size is a sound one: what the benchmark measures is what the portal keeps."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise
from random import Random

import pytest
from django.db import transaction

from areas.models import Area, Level
from benchmarks.province import lives
from benchmarks.province.generating import generate
from benchmarks.province.measuring import Asked, addresses
from benchmarks.province.size import Size
from enterprises.models import Enterprise, EnterpriseKind, Evidence
from ocop_portal.lib.measures import Selection
from plans.models import Indicator, MonthlyReport, Plan, Target
from products.models import Product
from ratings.measures import MEASURES
from ratings.models import Dossier, Recognition, RecognitionEvent, Regulation
from ratings.moves import TABLE
from reports.catalogue import KINDS

SMALL = Size(products=30, organisations=20, dossiers=70, recognitions=36, first_year=2025)
TODAY = SMALL.last_day


@pytest.fixture(scope="module")
def generated(django_db_setup, django_db_blocker):
    """One province for all tests of the module, taken back at its end."""
    with django_db_blocker.unblock(), transaction.atomic():
        generate(SMALL)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def province(generated, db, settings) -> Area:
    settings.OCOP_TODAY = TODAY
    return Area.objects.get(code="04", level=Level.PROVINCE, valid_to=None)


def test_it_has_as_many_records_as_were_asked_for(province):
    counted = [model.objects.count() for model in (Product, Enterprise, Dossier, Recognition)]
    assert counted == [SMALL.products, SMALL.organisations, SMALL.dossiers, SMALL.recognitions]
    kinds = set(Enterprise.objects.values_list("kind__code", flat=True))
    assert kinds == set(EnterpriseKind.objects.values_list("code", flat=True))
    assert Evidence.objects.filter(expires_on__lt=TODAY).exists()
    assert Evidence.objects.filter(expires_on__gte=TODAY).exists()


def test_dossiers_stand_in_every_state_and_came_there_by_the_table_of_moves(province):
    dossiers = Dossier.objects.select_related("regulation", "refiled_as").prefetch_related("steps")
    assert {one.state for one in dossiers} == set(Dossier.State.values)
    for dossier in dossiers:
        steps = list(dossier.steps.all())
        assert (steps[-1].to_state, steps[-1].on) == (dossier.state, dossier.state_since)
        assert all(before.on <= after.on for before, after in pairwise(steps))
        assert steps[-1].on <= TODAY
        assert [
            (one.from_state, one.to_state) for one in steps[1:] if (one.from_state, one.to_state) not in TABLE
        ] == []
        assert hasattr(dossier, "refiled_as") == (dossier.state == Dossier.State.REFILED)


def test_each_dossier_pins_the_regulation_of_its_first_submission(province):
    for dossier in Dossier.objects.exclude(first_submitted_on=None).select_related("regulation"):
        assert dossier.regulation == Regulation.objects.filing_on(dossier.first_submitted_on)
        assert dossier.area.exists_on(dossier.first_submitted_on)


def test_recognitions_follow_each_other_and_the_later_one_supersedes(province):
    superseded = set(RecognitionEvent.objects.filter(kind="superseded").values_list("recognition", flat=True))
    by_product: dict[int, list[Recognition]] = {}
    for one in Recognition.objects.order_by("pk"):
        by_product.setdefault(one.product_id, []).append(one)
    expected = set()
    for held in by_product.values():
        in_order = sorted(held, key=lambda one: (one.recognised_on or date.min, one.pk))
        expected |= {one.pk for one in in_order[:-1]}
    assert superseded == expected
    assert Recognition.objects.filter(dossier=None).exists()
    followed = Dossier.objects.exclude(previous=None)
    assert {one.kind for one in followed} == {"upgrade", "reevaluation"}
    assert all(one.previous.product_id == one.product_id for one in followed.select_related("previous"))


@pytest.mark.parametrize("year", SMALL.years)
@pytest.mark.parametrize("code", MEASURES)
def test_figures_by_commune_add_up_to_those_of_the_province(province, code, year):
    selection = Selection(province, date(year, 1, 1), date(year, 12, 31))
    communes = Area.objects.within(province).in_force(TODAY).filter(level=Level.COMMUNE)
    by_area = MEASURES[code].by_area(selection, communes.values_list("pk", flat=True))
    total = MEASURES[code].total(selection).value
    if MEASURES[code].unit == MEASURES["organisations_valid"].unit:
        # One organisation may hold products of several communes: it counts in each, and once in the province.
        assert max(by_area.values(), default=0) <= total <= sum(by_area.values())
    else:
        assert sum(by_area.values()) == total


def test_what_is_counted_is_there_to_be_counted(province):
    whole = Selection(province, date(2025, 1, 1), TODAY)
    counted = {code: measure.total(whole).value for code, measure in MEASURES.items()}
    assert [code for code, value in counted.items() if not value] == []


def test_plans_of_every_year_name_every_measured_indicator(province):
    for year in SMALL.years:
        targets = Target.objects.filter(plan__area=province, plan__first_year=year)
        measured = set(Indicator.objects.exclude(measure="").values_list("code", flat=True))
        assert measured <= set(targets.values_list("indicator__code", flat=True))
    assert Plan.objects.filter(area__level=Level.DISTRICT).exists()
    assert Plan.objects.filter(area__level=Level.COMMUNE).exists()
    assert {
        report.area.exists_on(report.month) for report in MonthlyReport.objects.select_related("area")
    } == {True}


def test_the_same_seed_gives_the_same_lives_and_another_does_not():
    def lived(size: Size) -> list[list[lives.Filing]]:
        return lives.plan(size, Random(size.seed))

    assert lived(SMALL) == lived(SMALL)
    assert lived(SMALL) != lived(replace(SMALL, seed=2))


@pytest.mark.parametrize("wrong", [{"dossiers": 5}, {"dossiers": 500}, {"recognitions": 200}])
def test_a_size_that_no_lives_can_fill_is_refused(wrong):
    with pytest.raises(ValueError, match=r"so many|more recognitions"):
        lives.plan(replace(SMALL, **wrong), Random(1))


def test_the_benchmark_finds_the_pages_of_every_report_by_itself(province):
    found = addresses(Asked("04", "2026"))
    plan = Plan.objects.get(area=province, first_year=2026)
    assert {"/bao-cao/", "/quyet-dinh/sap-het-han/", f"/quan-ly/ke-hoach/{plan.pk}/"} <= set(found)
    assert {f"/bao-cao/{code}/" for code in KINDS} <= set(found)
