"""The verbs guard themselves: who calls them past the forms is refused all the same."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.urls import reverse

from accounts.models import AuditEntry
from enterprises import editing, registering
from enterprises.models import Enterprise
from products import registering as products_registering
from products.models import Product
from tests.factories import make_enterprise, make_group, make_kind, make_product


def particulars(area, **changes):
    return {"name": "HTX Thử", "kind": make_kind(), "tax_code": "4800123456", "area": area, **changes}


def of_product(area, lead, **changes):
    fields = {"name": "Mật ong", "group": make_group(), "area": area, "enterprises": [lead], "lead": lead}
    return {**fields, **changes}


@pytest.mark.django_db
@pytest.mark.parametrize("person", ["neighbour", "leader", "council_member", "administrator"])
def test_only_staff_of_the_area_enter_and_change(world, request, person):
    by = request.getfixturevalue(person)
    enterprise = make_enterprise(world.dam_thuy)
    product = make_product(world.dam_thuy, enterprise)
    acts = [
        lambda: registering.register(by=by, **particulars(world.dam_thuy)),
        lambda: registering.change(enterprise, by=by, version=1, name="Khác"),
        lambda: products_registering.register(by=by, **of_product(world.dam_thuy, enterprise)),
        lambda: products_registering.change(product, by=by, version=1, name="Khác"),
    ]
    for act in acts:
        with pytest.raises(PermissionDenied):
            act()
    assert [Enterprise.objects.count(), Product.objects.count(), AuditEntry.objects.count()] == [1, 1, 0]


@pytest.mark.django_db
def test_nothing_is_moved_into_a_commune_of_others_or_of_the_past(world, commune_staff, settings):
    enterprise = make_enterprise(world.dam_thuy)
    product = make_product(world.dam_thuy, enterprise)
    for area in [world.chi_vien, world.new_dam_thuy]:
        with pytest.raises(PermissionDenied):
            registering.change(enterprise, by=commune_staff, version=1, area=area)
        with pytest.raises(PermissionDenied):
            products_registering.change(product, by=commune_staff, version=1, area=area)
    settings.OCOP_TODAY = date(2025, 9, 1)
    with pytest.raises(PermissionDenied):
        registering.register(by=commune_staff, **particulars(world.dam_thuy))


@pytest.mark.django_db
def test_an_organisation_out_of_sight_makes_nothing_here(world, commune_staff):
    lead, stranger = make_enterprise(world.dam_thuy), make_enterprise(world.chi_vien)
    with pytest.raises(PermissionDenied):
        products_registering.register(
            by=commune_staff, **of_product(world.dam_thuy, lead, enterprises=[lead, stranger])
        )
    assert Product.objects.count() == 0


@pytest.mark.django_db
def test_particulars_that_cannot_stand_are_refused(world, commune_staff):
    make_enterprise(world.dam_thuy, tax_code="4800123456")
    for changes in [{}, {"tax_code": "123"}, {"tax_code": ""}, {"name": ""}]:
        with pytest.raises(ValidationError):
            registering.register(by=commune_staff, **particulars(world.dam_thuy, **changes))
    with pytest.raises(TypeError):
        registering.register(
            by=commune_staff, **particulars(world.dam_thuy, tax_code="4800000009", version=7)
        )
    assert Enterprise.objects.count() == 1


def at_once(act, *cases) -> list[object]:
    """Do the act for each case in threads that begin together; each gives its result or its refusal."""
    start = Barrier(len(cases))

    def do(case):
        start.wait(timeout=10)
        try:
            return act(case)
        except (editing.Stale, ValidationError) as refused:
            return type(refused)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(cases)) as pool:
        return list(pool.map(do, cases))


@pytest.mark.django_db(transaction=True)
def test_a_form_sent_three_times_at_once_enters_one(world, commune_staff):
    token, fields = uuid4(), particulars(world.dam_thuy)
    made = at_once(lambda _: registering.register(by=commune_staff, form_token=token, **fields), *range(3))
    assert [each.pk for each in made] == [Enterprise.objects.get().pk] * 3
    assert AuditEntry.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_people_enter_one_tax_code_at_once(world, commune_staff, officer):
    fields = particulars(world.dam_thuy)
    done = at_once(lambda by: registering.register(by=by, **fields), commune_staff, officer)
    assert [Enterprise.objects.count(), sum(each is ValidationError for each in done)] == [1, 1]


@pytest.mark.django_db(transaction=True)
def test_two_people_change_one_organisation_at_once(world, commune_staff, officer):
    enterprise = make_enterprise(world.dam_thuy)
    done = at_once(
        lambda by: registering.change(enterprise, by=by, version=1, name=f"Của {by.username}"),
        commune_staff,
        officer,
    )
    assert sum(each is editing.Stale for each in done) == 1
    assert [Enterprise.objects.get().version, AuditEntry.objects.count()] == [2, 1]


@pytest.mark.django_db
def test_administrators_read_the_kinds_and_groups_and_change_none(administrator, client_of):
    client = client_of(administrator)
    for model, row in [
        ("enterprises_enterprisekind", make_kind()),
        ("products_productgroup", make_group()),
    ]:
        changed = client.post(reverse(f"admin:{model}_change", args=[row.pk]), {"name": "Khác"})
        listed = client.get(reverse(f"admin:{model}_changelist"))
        added = client.get(reverse(f"admin:{model}_add"))
        assert [listed.status_code, added.status_code, changed.status_code] == [200, 403, 403]
        assert row.name in listed.content.decode()
