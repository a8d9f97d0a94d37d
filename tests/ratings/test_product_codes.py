"""Product codes: by the scheme of the regulation, given once at acceptance, never changed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import AuditEntry
from products import registering
from products.models import Product
from ratings import product_codes, workflow
from ratings.models import Dossier, Regulation
from ratings.product_codes import ProductCode
from tests.factories import make_dossier, make_product
from tests.ratings import scenes

NEW = ["province", "commune", "sequence", "year"]
OLD = ["province", "district", "commune", "sequence", "year"]
DIGITS = st.text("0123456789", min_size=1, max_size=6)


@given(
    DIGITS,
    DIGITS,
    DIGITS,
    st.integers(1, 99_999),
    st.integers(1000, 9999),
    st.permutations(OLD),
    st.booleans(),
)
def test_what_is_written_is_read_again(province, district, commune, sequence, year, parts, with_district):
    parts = parts if with_district else [part for part in parts if part != "district"]
    code = ProductCode(province, commune, sequence, year, district if with_district else "")
    assert product_codes.parse(code.format(parts), parts) == code


@pytest.mark.parametrize(
    "text",
    ["", "04", "04-01501-1-2026", "04-01501-000-2026", "04-01501-001-2026-9", "04-01501-x-2026", "04 01501"],
)
def test_what_is_written_otherwise_is_not_read(text):
    with pytest.raises(ValueError, match="not written as"):
        product_codes.parse(text, NEW)


@pytest.fixture
def scene(world, settings):
    scenes.begin(settings)


def ready(area, regulation="QD26-2026", level="province", **fields) -> Dossier:
    law = Regulation.objects.get(code=regulation)
    return make_dossier(
        make_product(area), state="submitted", on=date(2023, 6, 1), regulation=law, level=level, **fields
    )


def code_after(dossier, by, on=None) -> str:
    workflow.move(dossier, "accepted", by=by, on=on)
    return Product.objects.get(pk=dossier.product_id).code


@pytest.mark.django_db
def test_acceptance_gives_the_next_number_of_the_commune_in_the_year(world, scene, province_officer):
    codes = [code_after(ready(world.new_dam_thuy), province_officer) for _time in range(2)]
    assert codes == ["04-01501-001-2026", "04-01501-002-2026"]
    assert code_after(ready(world.new_tra_linh), province_officer) == "04-01447-001-2026"
    assert code_after(ready(world.new_dam_thuy), province_officer, on=date(2027, 1, 4)) == "04-01501-001-2027"
    entry = AuditEntry.objects.filter(act="product.code_given").order_by("pk").first()
    assert (entry.actor, entry.details["changes"]) == (province_officer, {"code": ["", "04-01501-001-2026"]})
    assert Product.objects.get(code="04-01501-001-2026").code_given_on == scenes.TODAY


@pytest.mark.django_db
def test_older_regulations_write_the_district_too(world, scene, officer, settings):
    settings.OCOP_TODAY = date(2023, 12, 29)
    dossier = ready(world.dam_thuy, "QD148-2023", "district")
    assert code_after(dossier, officer) == "04-047-01495-001-2023"


@pytest.mark.django_db
def test_a_dossier_of_before_is_coded_by_the_place_that_the_scheme_can_write(world, scene, province_officer):
    """Codes without district name the commune of the day, those with district the commune that filed."""
    assert code_after(ready(world.dam_thuy), province_officer) == "04-01501-001-2026"
    older = ready(world.chi_vien, "QD148-2023", "district")
    assert code_after(older, province_officer) == "04-047-01501-001-2026"


@pytest.mark.django_db
def test_a_code_from_paper_stays_and_its_number_is_not_given_again(world, scene, province_officer):
    own = ready(world.new_dam_thuy)
    Product.objects.filter(pk=own.product_id).update(code="04-01501-007-2026")
    assert code_after(own, province_officer) == "04-01501-007-2026"
    assert Product.objects.get(pk=own.product_id).code_given_on is None
    odd = make_product(world.new_dam_thuy, code="04-01501-9-2026")
    assert code_after(ready(world.new_dam_thuy), province_officer) == "04-01501-008-2026"
    assert odd.code == "04-01501-9-2026"


@pytest.mark.django_db
def test_a_second_acceptance_gives_no_second_code(world, scene, province_officer):
    dossier = ready(world.new_dam_thuy)
    code = code_after(dossier, province_officer)
    Dossier.objects.filter(pk=dossier.pk).update(state="recognised")
    again = make_dossier(
        dossier.product, state="submitted", regulation=dossier.regulation, level="province", kind="upgrade"
    )
    assert code_after(again, province_officer) == code
    assert AuditEntry.objects.filter(act="product.code_given").count() == 1


@pytest.mark.django_db
def test_a_given_code_never_changes(world, scene, province_officer, client_of):
    staff = scenes.staff_of(world.new_dam_thuy)
    dossier = ready(world.new_dam_thuy)
    code = code_after(dossier, province_officer)
    product = Product.objects.get(pk=dossier.product_id)
    with pytest.raises(ValidationError, match="do hệ thống cấp"):
        registering.change(product, by=staff, version=product.version, code="Khác")
    for spoil in ({"code": "Khác"}, {"code_given_on": None}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Product.objects.filter(pk=product.pk).update(**spoil)
    registering.change(product, by=staff, version=product.version, summary="Rượu ngon", code=code)
    form = client_of(staff).get(f"/quan-ly/san-pham/{product.pk}/sua/").context["form"]
    assert form.fields["code"].disabled
    product.refresh_from_db()
    assert (product.code, product.summary) == (code, "Rượu ngon")


@pytest.mark.django_db
def test_a_form_opened_before_the_code_was_given_does_not_take_it_away(
    world, scene, province_officer, client_of
):
    staff = scenes.staff_of(world.new_dam_thuy)
    dossier = ready(world.new_dam_thuy)
    product = dossier.product
    maker = product.makings.get().enterprise_id
    typed = {"name": "Rượu", "group": product.group_id, "area": product.area_id, "lead": maker, "code": ""}
    code = code_after(dossier, province_officer)
    response = client_of(staff).post(f"/quan-ly/san-pham/{product.pk}/sua/", typed | {"version": 1})
    product.refresh_from_db()
    assert (response.status_code, product.code) == (409, code)


@pytest.mark.django_db(transaction=True)
def test_dossiers_accepted_at_once_get_codes_of_their_own(world, scene, province_officer):
    dossiers = [ready(world.new_dam_thuy) for _time in range(4)]
    start = Barrier(len(dossiers))

    def accept(dossier):
        start.wait(timeout=10)
        try:
            return code_after(dossier, province_officer)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(dossiers)) as pool:
        codes = list(pool.map(accept, dossiers))
    assert sorted(codes) == [f"04-01501-{number:03d}-2026" for number in range(1, 5)]
