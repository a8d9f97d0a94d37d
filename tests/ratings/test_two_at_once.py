"""Two people, or one person's two tabs, at the same moment: the database lets one of them act."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from ratings import filing, filling, workflow
from ratings.models import Dossier
from tests.factories import make_product, make_user
from tests.ratings import filled

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Do the acts in threads that begin together; each gives its result or the refusal."""
    start = Barrier(len(acts))

    def do(act: Callable[[], object]) -> object:
        start.wait(timeout=10)
        try:
            return act()
        except workflow.Refused as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(do, acts))


def test_two_officers_decide_at_once(draft, commune_staff, officer, district):
    workflow.move(draft, "submitted", by=commune_staff)
    colleague, seen = make_user("huyen.2", "officer", district), draft.version
    one, two = Dossier.objects.get(), Dossier.objects.get()
    done = at_once(
        lambda: workflow.move(one, "accepted", by=officer, version=seen),
        lambda: workflow.move(two, "returned", by=colleague, version=seen, points=["x"]),
    )
    assert sorted(isinstance(each, workflow.Stale) for each in done) == [False, True]
    assert draft.steps.count() == 2


def test_two_people_save_a_section_for_the_first_time_at_once(world, settings):
    settings.OCOP_TODAY = filled.TODAY
    one = filled.make_clerk(world.new_dam_thuy)
    two = filled.make_clerk(world.new_dam_thuy, "xa.moi.2")
    dossier = filled.open_draft(world.new_dam_thuy, one)
    saves = [
        lambda by=by: filling.fill(dossier, "phuong-an", {"aims": by.username}, by=by, version=0)
        for by in (one, two)
    ]
    done = at_once(*saves)
    assert sorted(isinstance(each, filling.StaleSection) for each in done) == [False, True]
    assert dossier.sections.get().version == 1


def test_one_dossier_submitted_from_two_tabs_at_once_is_submitted_once(world, settings):
    settings.OCOP_TODAY = filled.TODAY
    clerk = filled.make_clerk(world.new_dam_thuy)
    dossier = filled.fill_forms(filled.open_draft(world.new_dam_thuy, clerk), clerk)
    tabs = [Dossier.objects.get(), Dossier.objects.get()]
    done = at_once(*[lambda tab=tab: filing.submit(tab, by=clerk, version=dossier.version) for tab in tabs])
    assert sorted(isinstance(each, workflow.Refused) for each in done) == [False, True]
    assert (dossier.steps.count(), dossier.submissions.count()) == (1, 1)


def test_the_same_form_from_two_tabs_opens_one_dossier(regulations, product, commune_staff):
    token = "5b0e6a4e-6f0c-4f6e-9d2c-0a8d6a1c0003"
    opened = at_once(
        *[lambda: filing.open_dossier(product, kind="first", by=commune_staff, form_token=token)] * 3
    )
    assert {dossier.pk for dossier in opened} == {Dossier.objects.get().pk}


def test_two_forms_for_one_product_open_one_dossier(regulations, product, commune_staff):
    opened = at_once(*[lambda: filing.open_dossier(product, kind="first", by=commune_staff)] * 2)
    assert sorted(isinstance(each, filing.AlreadyOpen) for each in opened) == [False, True]


def test_dossiers_opened_at_once_get_numbers_of_their_own(regulations, commune, commune_staff):
    products = [make_product(commune) for _product in range(4)]
    opened = at_once(*[lambda p=p: filing.open_dossier(p, kind="first", by=commune_staff) for p in products])
    assert sorted(dossier.code for dossier in opened) == [f"HS-01495-2023-{n:03d}" for n in range(1, 5)]
