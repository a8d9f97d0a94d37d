"""The day districts ended: what was open passes to the successors, once, previewed; facts stay put."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import AuditEntry, Post
from areas.models import Area, Level, Succession
from enterprises.models import Enterprise, Evidence
from ocop_portal.lib.measures import Selection
from products.models import Product
from ratings import handing_over, resulting, workflow
from ratings.measures import MEASURES
from ratings.models import Dossier, Handover, Regulation, Result
from ratings.workflow import Refused, Stale
from tests.factories import (
    cover,
    make_area,
    make_decision,
    make_dossier,
    make_enterprise,
    make_product,
    make_recognition,
    make_user,
)
from tests.ratings import scenes
from tests.ratings.scenes import page, text_of

pytestmark = pytest.mark.django_db
DAY = date(2025, 7, 10)
LAST_DAY = date(2025, 6, 30)


@pytest.fixture
def scene(world, settings):
    scenes.begin(settings, DAY)


@pytest.fixture
def admin(administrator, scene):
    return administrator


@pytest.fixture
def at_province(province_officer, scene):
    return province_officer


def filed(area, state="submitted", **fields) -> Dossier:
    law = Regulation.objects.get(code="QD148-2023")
    facts = {"regulation": law, "level": "district", "due_on": date(2025, 6, 20)}
    return make_dossier(make_product(area), state=state, on=date(2025, 6, 2), **(facts | fields))


def of(handover, name):
    return handover.items[name]


# --- dossiers


@pytest.mark.parametrize(
    ("state", "due"),
    [
        ("submitted", date(2025, 7, 24)),  # 10 working days of the province's own standard
        ("returned", date(2025, 7, 31)),  # 15
        ("accepted", date(2025, 8, 21)),  # 30
        ("scored", None),
        ("prepared", None),
    ],
)
def test_open_dossiers_of_the_district_go_to_the_province_with_a_new_term(world, at_province, state, due):
    dossier = filed(world.dam_thuy, state, paused_days=3)
    before = dossier.version
    handing_over.hand_over(world.province, by=at_province)
    dossier.refresh_from_db()
    assert (dossier.level, dossier.due_on, dossier.paused_days) == ("province", due, None)
    assert (dossier.area, dossier.state, dossier.version) == (world.dam_thuy, state, before + 1)
    entry = AuditEntry.objects.get(act="dossier.handed_over")
    assert (entry.actor, entry.details["level"]) == (at_province, ["district", "province"])


def test_closed_dossiers_drafts_and_those_of_the_province_stay(world, at_province):
    closed = filed(world.dam_thuy, "recognised")
    draft = make_dossier(make_product(world.chi_vien), state="draft")
    forwarded = filed(world.tra_linh, "forwarded", level="province")
    before = list(Dossier.objects.order_by("pk").values())
    done = handing_over.hand_over(world.province, by=at_province)
    assert list(Dossier.objects.order_by("pk").values()) == before
    assert of(done, "dossiers") == []
    assert {closed.level, draft.level, forwarded.level} == {"district", "", "province"}


def test_an_officer_without_a_working_post_over_it_is_freed_of_the_dossier(world, at_province, officer):
    his, mine = filed(world.dam_thuy), filed(world.chi_vien)
    Dossier.objects.filter(pk=his.pk).update(assigned_to=officer)
    Dossier.objects.filter(pk=mine.pk).update(assigned_to=at_province)
    forwarded = filed(world.tra_linh, "forwarded", level="province", assigned_to=officer)
    done = handing_over.hand_over(world.province, by=at_province)
    held = dict(Dossier.objects.values_list("pk", "assigned_to"))
    assert held == {his.pk: None, mine.pk: at_province.pk, forwarded.pk: None}
    rows = {row["id"]: row["assigned_to"] for row in of(done, "dossiers")}
    assert rows == {
        his.pk: [officer.pk, None],
        mine.pk: [at_province.pk, at_province.pk],
        forwarded.pk: [officer.pk, None],
    }


def test_a_result_of_the_district_is_assessed_again_by_the_province(world, at_province):
    dossier = filed(world.dam_thuy, "scored")
    facts = {"part_a": 30, "part_b": 15, "part_c": 15, "total": 60, "stars": 3}
    Result.objects.create(dossier=dossier, level="district", assessed_on=date(2025, 6, 20), **facts)
    handing_over.hand_over(world.province, by=at_province)
    dossier.refresh_from_db()
    workflow.move(dossier, "accepted", by=at_province)
    parts = {"part_a": Decimal(31), "part_b": Decimal(15), "part_c": Decimal(15), "assessed_on": DAY}
    resulting.enter_result(dossier, level="province", by=at_province, **parts)
    assert list(dossier.results.order_by("pk").values_list("level", "total")) == [
        ("district", 60),
        ("province", 61),
    ]
    with pytest.raises(Refused):
        workflow.move(dossier, "accepted", by=at_province)  # its own result is no reason


# --- organisations and products


def test_organisations_evidence_and_products_go_to_the_commune_of_today(world, at_province, commune_staff):
    maker = make_enterprise(world.chi_vien)
    proof = scenes.evidence(maker)
    product = make_product(world.quoc_toan, maker)
    done = handing_over.hand_over(world.province, by=at_province)
    maker.refresh_from_db()
    product.refresh_from_db()
    assert (maker.area, product.area, maker.version, product.version) == (
        world.new_dam_thuy,
        world.new_tra_linh,
        2,
        2,
    )
    staff = scenes.staff_of(world.new_dam_thuy)
    assert list(Evidence.objects.visible_to(staff)) == [proof]
    assert of(done, "enterprises")[0]["area"] == [world.chi_vien.pk, world.new_dam_thuy.pk]
    acts = (
        AuditEntry.objects.filter(act__endswith=".handed_over").order_by("act").values_list("act", "details")
    )
    assert list(acts) == [
        ("enterprise.handed_over", {"changes": {"area": ["Xã Chí Viễn", "Xã Đàm Thủy"]}}),
        ("product.handed_over", {"changes": {"area": ["Xã Quốc Toản", "Xã Trà Lĩnh"]}}),
    ]


def test_a_split_commune_is_left_for_a_person_to_choose(world, at_province, client_of):
    """Chí Viễn went into two: what was there is listed, with the page on which to choose."""
    Succession.objects.create(predecessor=world.chi_vien, successor=world.new_tra_linh, partial=True)
    cover()
    maker = make_enterprise(world.chi_vien)
    product = make_product(world.chi_vien, maker)
    there = make_product(world.dam_thuy, maker)
    done = handing_over.hand_over(world.province, by=at_province)
    maker.refresh_from_db()
    product.refresh_from_db()
    there.refresh_from_db()
    assert (maker.area, product.area, there.area) == (world.chi_vien, world.chi_vien, world.new_dam_thuy)
    assert [(row["what"], row["id"], row["why"]) for row in of(done, "left")] == [
        ("enterprises", maker.pk, "split"),
        ("products", product.pk, "split"),
    ]
    shown = text_of(client_of(at_province).get(page("handover", done.pk)))
    assert f"/chu-the/{maker.pk}/sua/" in shown


def test_one_successor_that_took_only_a_part_is_no_certain_one(world, at_province):
    Succession.objects.filter(predecessor=world.dam_thuy).update(partial=True)
    maker = make_enterprise(world.dam_thuy)
    assert handing_over.hand_over(world.province, by=at_province) is None
    maker.refresh_from_db()
    assert maker.area == world.dam_thuy


def test_a_second_merger_leads_to_the_commune_that_stands(world, at_province):
    day = {"valid_from": date(2025, 7, 5)}
    Area.objects.filter(pk=world.new_dam_thuy.pk).update(valid_to=date(2025, 7, 4))
    newest = make_area("01503", "Xã Bản Giốc", Level.COMMUNE, world.province, **day)
    Succession.objects.create(predecessor=world.new_dam_thuy, successor=newest)
    cover()
    maker = make_enterprise(world.dam_thuy)
    handing_over.hand_over(world.province, by=at_province)
    maker.refresh_from_db()
    assert maker.area == newest


# --- posts


def test_an_administrator_ends_posts_and_lets_those_of_communes_go_on(
    world, admin, commune_staff, officer, leader
):
    done = handing_over.hand_over(world.province, by=admin)
    posts = Post.objects.filter(user__in=[commune_staff, officer, leader]).order_by(
        "user__username", "starts_on"
    )
    assert [(p.user.username, p.role, p.area, p.starts_on, p.ends_on) for p in posts] == [
        ("huyen.trungkhanh", "officer", world.district, date(2020, 1, 1), LAST_DAY),
        ("lanhdao.trungkhanh", "leader", world.district, date(2020, 1, 1), LAST_DAY),
        ("xa.damthuy", "commune", world.dam_thuy, date(2020, 1, 1), LAST_DAY),
        ("xa.damthuy", "commune", world.new_dam_thuy, DAY, None),
    ]
    assert [(row["what"], row["user"], row["why"]) for row in of(done, "left")] == [
        ("new_post", "huyen.trungkhanh", "no_successor"),
        ("new_post", "lanhdao.trungkhanh", "no_successor"),
    ]
    assert (
        Post.objects.filter(area=world.province, ends_on__isnull=True).count() == 1
    )  # the administrator's own


def test_officers_leave_posts_to_the_administrator(world, at_province, commune_staff, admin):
    filed(world.dam_thuy)
    done = handing_over.hand_over(world.province, by=at_province)
    assert Post.objects.get(user=commune_staff).ends_on is None
    assert [(row["what"], row["why"]) for row in of(done, "left")] == [("posts", "administrator")]
    then = handing_over.hand_over(world.province, by=admin)
    assert (of(then, "dossiers"), [row["user"] for row in of(then, "posts")]) == ([], ["xa.damthuy"])


def test_whoever_holds_the_new_post_already_is_given_no_second_one(world, admin, commune_staff):
    scenes.post_in(commune_staff, world.new_dam_thuy, starts_on=date(2025, 7, 1))
    scenes.post_in(commune_staff, world.chi_vien, starts_on=date(2024, 1, 1))
    handing_over.hand_over(world.province, by=admin)
    new = Post.objects.filter(user=commune_staff, area=world.new_dam_thuy)
    assert [post.starts_on for post in new] == [date(2025, 7, 1)]


def test_two_old_posts_go_on_as_one(world, admin, commune_staff):
    scenes.post_in(commune_staff, world.chi_vien, starts_on=date(2024, 1, 1))
    handing_over.hand_over(world.province, by=admin)
    assert Post.objects.filter(user=commune_staff, area=world.new_dam_thuy).count() == 1


def test_accounts_beyond_the_administrator_and_closed_ones(world, admin, commune_staff, neighbour):
    elsewhere = make_area("20", "Tỉnh Khác", Level.PROVINCE)
    cover()
    scenes.post_in(neighbour, elsewhere, starts_on=date(2024, 1, 1))
    commune_staff.is_active = False
    commune_staff.save()
    done = handing_over.hand_over(world.province, by=admin)
    assert Post.objects.get(user=neighbour, area=world.chi_vien).ends_on is None
    assert Post.objects.get(user=commune_staff).ends_on == LAST_DAY
    assert [(row["user"], row["why"]) for row in of(done, "left")] == [("xa.chivien", "administrator")]


def test_people_of_the_old_units_have_no_more_than_the_new_posts_give(
    world, admin, commune_staff, officer, client_of
):
    own, other = filed(world.dam_thuy), filed(world.tra_linh)
    joined = filed(world.chi_vien)  # the same commune today
    handing_over.hand_over(world.province, by=admin)
    officer.refresh_from_db()
    commune_staff.refresh_from_db()
    district, commune = client_of(officer), client_of(commune_staff)
    assert [district.get(page("dossier", each.pk)).status_code for each in (own, other, joined)] == [404] * 3
    assert [commune.get(page("dossier", each.pk)).status_code for each in (own, other, joined)] == [
        200,
        404,
        200,
    ]
    with pytest.raises(Refused):
        workflow.move(own, "accepted", by=officer)
    assert set(Enterprise.objects.visible_to(officer)) == set()
    assert Product.objects.visible_to(commune_staff).count() == 2


def test_open_sessions_end_with_the_post(world, admin, commune_staff, client_of):
    browser = client_of(commune_staff)
    assert browser.get("/viec-cua-toi/").status_code == 200
    handing_over.hand_over(world.province, by=admin)
    assert browser.get("/viec-cua-toi/").status_code == 302


# --- one act


def test_a_second_run_moves_nothing(world, admin, commune_staff):
    filed(world.dam_thuy)
    first = handing_over.hand_over(world.province, by=admin)
    before = list(Dossier.objects.values()), list(Product.objects.values()), list(Post.objects.values())
    audited = AuditEntry.objects.count()
    assert handing_over.hand_over(world.province, by=admin) is None
    assert (
        list(Dossier.objects.values()),
        list(Product.objects.values()),
        list(Post.objects.values()),
    ) == before
    assert (list(Handover.objects.all()), AuditEntry.objects.count()) == ([first], audited)


def test_before_the_unit_ends_there_is_nothing_to_hand_over(world, admin, commune_staff, settings):
    filed(world.dam_thuy)
    assert handing_over.hand_over(world.province, by=admin, on=LAST_DAY) is None
    assert handing_over.hand_over(world.province, by=admin, on=date(2025, 7, 1)).on == date(2025, 7, 1)


@pytest.mark.parametrize("who", ["commune_staff", "officer", "leader", "province_leader", "council_member"])
def test_nobody_else_hands_over(who, request, world, scene, client_of):
    user = request.getfixturevalue(who)
    dossier = filed(world.dam_thuy)
    with pytest.raises(PermissionDenied):
        handing_over.hand_over(world.province, by=user)
    with pytest.raises(PermissionDenied):
        handing_over.hand_over(world.district, by=user)
    for address in (page("handovers"), page("handover", 1)):
        assert client_of(user).get(address).status_code == 403
    assert client_of(user).post(page("handover_confirm"), {"seen": "x"}).status_code == 403
    dossier.refresh_from_db()
    assert (dossier.level, Handover.objects.count()) == ("district", 0)


def test_the_page_previews_confirms_and_keeps_the_list(world, admin, client_of, commune_staff):
    dossier = filed(world.dam_thuy)
    browser = client_of(admin)
    preview = browser.get(page("handovers"))
    shown = text_of(preview)
    assert dossier.code in shown
    assert "Cán bộ xã Đàm Thuỷ (xa.damthuy)" in shown
    dossier.refresh_from_db()
    assert dossier.level == "district"
    seen = preview.context["preview"].digest
    done = browser.post(page("handover_confirm"), {"seen": seen})
    made = Handover.objects.get()
    assert done.headers["Location"] == page("handover", made.pk)
    assert {name: len(rows) for name, rows in made.items.items()} == {
        "dossiers": 1,
        "enterprises": 1,
        "products": 1,
        "posts": 1,
        "left": 0,
    }
    assert dossier.code in text_of(browser.get(page("handover", made.pk)))
    again = browser.post(page("handover_confirm"), {"seen": seen})
    assert (again.headers["Location"], Handover.objects.count()) == (page("handovers"), 1)
    assert page("handover", made.pk) in text_of(browser.get(page("handovers")))
    assert page("handovers") in text_of(browser.get(page("dossiers")))


def test_what_was_not_previewed_is_not_done(world, admin, client_of):
    filed(world.dam_thuy)
    browser = client_of(admin)
    seen = browser.get(page("handovers")).context["preview"].digest
    late = filed(world.tra_linh)
    assert browser.post(page("handover_confirm"), {"seen": seen}).status_code == 409
    with pytest.raises(Stale):
        handing_over.hand_over(world.province, by=admin, seen=seen)
    late.refresh_from_db()
    assert (late.level, Handover.objects.count()) == ("district", 0)


def test_a_fault_half_way_leaves_everything_as_it_was(world, admin, commune_staff, monkeypatch):
    dossier = filed(world.dam_thuy)

    def fail(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(handing_over, "_move_posts", fail)
    with pytest.raises(RuntimeError):
        handing_over.hand_over(world.province, by=admin)
    dossier.refresh_from_db()
    dossier.product.refresh_from_db()
    assert (dossier.level, dossier.product.area) == ("district", world.dam_thuy)
    assert AuditEntry.objects.filter(act="dossier.handed_over").count() == 0


# --- figures


def test_totals_of_the_province_are_the_same_before_and_after_and_so_are_those_of_then(world, admin):
    communes = [world.dam_thuy, world.chi_vien, world.tra_linh, world.quoc_toan]
    decision = make_decision(world.district, signed_on=date(2024, 5, 1))
    for commune in communes:
        make_recognition(make_product(commune), decision)
        filed(commune)
    period = date(2024, 1, 1), date(2025, 12, 31)
    units = [
        world.province,
        world.district,
        world.other_district,
        *communes,
        world.new_dam_thuy,
        world.new_tra_linh,
    ]

    def figures():
        return {
            (code, unit.pk): measure.total(Selection(unit, *period))
            for code, measure in MEASURES.items()
            for unit in units
        }

    before = figures()
    counted = (
        Enterprise.objects.within(world.province).count(),
        Product.objects.within(world.province).count(),
    )
    handing_over.hand_over(world.province, by=admin)
    assert figures() == before
    assert before["taking_part", world.district.pk].value == 3
    assert before["new_organisations", world.district.pk].value == 3
    assert counted == (
        Enterprise.objects.within(world.province).count(),
        Product.objects.within(world.province).count(),
    )
    assert Product.objects.within(world.new_dam_thuy).count() == 4


def test_the_public_finds_products_on_the_map_of_then_and_of_now(world, admin, visitor):
    decision = make_decision(world.district, signed_on=date(2024, 5, 1))
    make_recognition(make_product(world.chi_vien, name="Của Chí Viễn"), decision)
    make_recognition(make_product(world.dam_thuy, name="Của Đàm Thuỷ"), decision)

    def found(commune):
        shown = text_of(visitor.get("/san-pham/", {"xa": commune}))
        return [name for name in ("Của Chí Viễn", "Của Đàm Thuỷ") if name in shown]

    def both_maps():
        return {commune: found(commune) for commune in ("01501@2023", "01495@2023", "01501")}

    before = both_maps()
    handing_over.hand_over(world.province, by=admin)
    assert before == both_maps()
    assert before == {
        "01501@2023": ["Của Chí Viễn"],
        "01495@2023": ["Của Đàm Thuỷ"],
        "01501": ["Của Chí Viễn", "Của Đàm Thuỷ"],
    }


# --- how much is asked


@pytest.mark.parametrize("rows", [1, 3])
def test_the_preview_asks_as_much_for_three_as_for_one(
    rows, world, admin, client_of, django_assert_num_queries
):
    for number in range(rows):
        filed(world.dam_thuy)
        make_user(f"xa.damthuy.{number}", "commune", world.dam_thuy)
    browser = client_of(admin)
    browser.get(page("handovers"))
    with django_assert_num_queries(HANDOVER_QUERIES):
        browser.get(page("handovers"))


HANDOVER_QUERIES = 24
