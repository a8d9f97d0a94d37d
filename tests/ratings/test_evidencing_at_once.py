"""The same paper in several hands at one moment."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from enterprises import keeping
from enterprises.models import Evidence
from ratings import evidencing
from ratings.models import EvidenceUse
from ratings.workflow import Refused
from tests.enterprises.papers import kept_files, pdf
from tests.factories import make_dossier, make_enterprise, make_evidence, make_product
from tests.ratings.test_two_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)
FACTS = {"kind": "award", "title": "Giấy khen"}


def told(act: Callable[[], object]) -> Callable[[], object]:
    """The act, its refusal being its result."""

    def do() -> object:
        try:
            return act()
        except (PermissionDenied, Refused, ValidationError) as refused:
            return refused

    return do


def test_a_file_that_two_people_send_is_one_paper(world, commune_staff, officer, settings):
    maker = make_enterprise(world.dam_thuy)
    people = [commune_staff, officer, commune_staff]
    kept = at_once(*[lambda p=p: keeping.keep(maker, pdf(), by=p, **FACTS) for p in people])
    paper = Evidence.objects.get()
    assert (kept, kept_files(settings)) == ([paper] * 3, [paper.file])


def test_a_paper_is_replaced_by_one_of_two(world, commune_staff, officer, settings):
    old = make_evidence(make_enterprise(world.dam_thuy))
    replaced = at_once(
        told(lambda: keeping.replace(old, pdf(1), by=commune_staff, **FACTS)),
        told(lambda: keeping.replace(old, pdf(2), by=officer, **FACTS)),
    )
    assert sorted(isinstance(each, ValidationError) for each in replaced) == [False, True]
    assert kept_files(settings) == [Evidence.objects.get(replaces=old).file]


@pytest.mark.parametrize("attempt", range(3))
def test_a_paper_is_used_or_removed_and_never_both(attempt, world, commune_staff, officer):
    maker = make_enterprise(world.dam_thuy)
    paper, dossier = make_evidence(maker), make_dossier(make_product(world.dam_thuy, maker))
    at_once(
        told(lambda: evidencing.use(dossier, paper, by=commune_staff)),
        told(lambda: keeping.remove(paper, by=officer)),
    )
    removed = Evidence.objects.get().removed_at is not None
    assert EvidenceUse.objects.exists() != removed
