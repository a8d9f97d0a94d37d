"""The administration pages: who gets in, what may be changed there, and that it is written down."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from accounts import managing
from accounts.admin_site import ReadOnlyAdmin
from accounts.models import AuditEntry, Post, Role, User
from areas.models import Area, Holiday, Signer, UnitProfile
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db
READ_ONLY = ["areas_area", "areas_succession", "areas_coverage", "areas_loadedfile", "accounts_auditentry"]
KEPT = ["accounts_user", "accounts_post", "areas_unitprofile", "areas_holiday"]


@pytest.fixture
def office(administrator, client_of) -> Client:
    """The browser of the province's administrator."""
    return client_of(administrator)


@pytest.fixture
def district_administrator(world) -> User:
    return make_user("quantri.huyen", Role.ADMINISTRATOR, world.district)


def acts() -> list[tuple[str, str]]:
    return list(AuditEntry.objects.order_by("pk").values_list("act", "object_label"))


def text_of(response) -> str:
    return response.content.decode()


# --- who gets in


def test_a_visitor_is_asked_to_sign_in_on_the_portals_own_page(visitor):
    for path in ["/quan-tri/", "/quan-tri/accounts/user/"]:
        assert visitor.get(path, follow=True).redirect_chain[-1] == (f"/dang-nhap/?next={path}", 302)
    tried = visitor.post("/quan-tri/login/", {"username": "x", "password": "y"})
    assert tried.headers["Location"] == "/dang-nhap/?next=/quan-tri/"


@pytest.mark.parametrize(
    "person", ["commune_staff", "officer", "leader", "council_member", "province_leader"]
)
def test_others_are_refused_with_the_reason(person, request, client_of):
    client = client_of(request.getfixturevalue(person))
    client.cookies["django_language"] = "en"
    for name in ["admin:index", *(f"admin:{model}_changelist" for model in [*READ_ONLY, *KEPT])]:
        response = client.get(reverse(name))
        assert response.status_code == 403
        assert "Only administrators may use the administration pages." in text_of(response)


@pytest.mark.parametrize("model", [*READ_ONLY, *KEPT])
def test_an_administrator_sees_every_list(office, model, world):
    make_user("xa.quoctoan", Role.COMMUNE, world.quoc_toan)
    assert office.get(reverse(f"admin:{model}_changelist"), {"q": "xa"}).status_code == 200


def test_the_administrations_doors_out_are_the_portals(office):
    assert office.get("/quan-tri/password_change/").headers["Location"] == "/mat-khau/"
    assert office.post("/quan-tri/logout/").headers["Location"] == "/dang-xuat/"


def test_facts_of_the_domain_are_read_only():
    changeable = {
        model._meta.label
        for model, page in admin.site._registry.items()
        if not isinstance(page, ReadOnlyAdmin)
    }
    assert changeable >= {"accounts.User", "accounts.Post", "areas.UnitProfile", "areas.Holiday"}
    assert {
        label for label in changeable if label.split(".")[0] in {"enterprises", "products", "ratings"}
    } == set()


@pytest.mark.parametrize("model", READ_ONLY)
def test_what_is_read_only_is_added_and_deleted_by_nobody(office, model):
    assert office.get(reverse(f"admin:{model}_add")).status_code == 403


def test_a_unit_can_be_looked_at_and_not_changed(office, commune):
    page = reverse("admin:areas_area_change", args=[commune.pk])
    assert office.get(page).status_code == 200
    assert office.post(page, {"name": "Xã Khác"}).status_code == 403
    assert office.post(reverse("admin:areas_area_delete", args=[commune.pk])).status_code == 403
    assert Area.objects.get(pk=commune.pk).name == "Xã Đàm Thuỷ"


# --- accounts


def test_a_new_account_is_given_an_initial_password_shown_once(office, visitor):
    fields = {"username": " XA.Moi ", "full_name": "Cán bộ mới", "email": "", "phone": ""}
    page = office.post("/quan-tri/accounts/user/add/", fields)
    assert page.status_code == 200
    assert "no-store" in page.headers["Cache-Control"]
    password = text_of(page).split("<code>")[1].split("</code>")[0]
    newcomer = User.objects.get(username="xa.moi")
    assert newcomer.check_password(password)
    assert (newcomer.password_is_initial, newcomer.is_superuser, newcomer.is_staff) == (True, False, False)
    assert acts() == [("account.created", "Cán bộ mới")]
    assert password not in text_of(office.get(f"/quan-tri/accounts/user/{newcomer.pk}/change/"))


@pytest.mark.parametrize(
    ("username", "taken"), [("xa.damthuy", True), ("có dấu", False), ("a b", False), ("", False)]
)
def test_a_bad_user_name_is_refused(office, commune_staff, username, taken):
    before = User.objects.count()
    fields = {"username": username, "full_name": "Cán bộ mới"}
    assert office.post("/quan-tri/accounts/user/add/", fields).status_code == 200
    assert User.objects.count() == before


def test_extra_fields_do_nothing(office, commune_staff):
    page = f"/quan-tri/accounts/user/{commune_staff.pk}/change/"
    extra = {
        "username": "quantri2",
        "is_superuser": "1",
        "is_active": "",
        "password": "x",
        "session_epoch": "9",
    }
    inline = {"posts-TOTAL_FORMS": "0", "posts-INITIAL_FORMS": "0"}
    fields = {"full_name": "Bế Thử Nghiệm", "email": "a@example.com", "phone": "", **extra, **inline}
    assert office.post(page, fields).status_code == 302
    after = User.objects.get(pk=commune_staff.pk)
    assert (after.full_name, after.email) == ("Bế Thử Nghiệm", "a@example.com")
    assert (after.username, after.is_superuser, after.is_active) == ("xa.damthuy", False, True)
    assert after.check_password(PASSWORD)
    assert AuditEntry.objects.get().details == {"fields": ["full_name", "email"]}


def test_a_reset_shows_the_password_once_and_keeps_it_out_of_the_audit(office, commune_staff, client_of):
    signed_in = client_of(commune_staff)
    page = office.post(reverse("admin:accounts_user_reset", args=[commune_staff.pk]))
    password = text_of(page).split("<code>")[1].split("</code>")[0]
    assert User.objects.get(pk=commune_staff.pk).check_password(password)
    assert signed_in.get("/tai-khoan/").status_code == 302
    assert acts() == [("account.password_reset", "Cán bộ xã Đàm Thuỷ")]
    assert password not in str(AuditEntry.objects.values())


@pytest.mark.parametrize("page", ["reset", "switch"])
def test_buttons_answer_only_to_post_and_only_for_accounts_that_exist(office, commune_staff, page):
    assert office.get(reverse(f"admin:accounts_user_{page}", args=[commune_staff.pk])).status_code == 403
    assert office.post(reverse(f"admin:accounts_user_{page}", args=[99999])).status_code == 404
    assert acts() == []


def test_an_account_is_disabled_and_opened_again(office, commune_staff, client_of):
    signed_in = client_of(commune_staff)
    switch = reverse("admin:accounts_user_switch", args=[commune_staff.pk])
    assert office.post(switch).status_code == 302
    assert signed_in.get("/tai-khoan/").status_code == 302
    office.post(switch)
    assert User.objects.get(pk=commune_staff.pk).is_active
    assert [act for act, _ in acts()] == ["account.disabled", "account.enabled"]


def test_nobody_shuts_themselves_out(office, administrator):
    assert office.post(reverse("admin:accounts_user_switch", args=[administrator.pk])).status_code == 403
    assert User.objects.get(pk=administrator.pk).is_active


def test_accounts_and_posts_are_never_deleted(office, commune_staff):
    post = commune_staff.posts.get()
    assert office.post(reverse("admin:accounts_user_delete", args=[commune_staff.pk])).status_code == 403
    assert office.post(reverse("admin:accounts_post_delete", args=[post.pk])).status_code == 403


def test_an_administrator_of_a_district_has_no_power_over_the_province(
    district_administrator, province_leader, commune_staff, client_of, world
):
    client = client_of(district_administrator)
    assert "lanhdao.caobang" not in text_of(client.get("/quan-tri/accounts/user/"))
    for page in ["reset", "switch"]:
        url = reverse(f"admin:accounts_user_{page}", args=[province_leader.pk])
        assert client.post(url).status_code == 404
    technical = User.objects.create_superuser("ky-thuat", PASSWORD)
    for person in [province_leader, technical]:
        for verb in [managing.reset_password, managing.disable, managing.enable]:
            with pytest.raises(PermissionDenied):
                verb(person, by=district_administrator)
    for area in [world.province, world.quoc_toan]:
        with pytest.raises(PermissionDenied):
            managing.give_post(commune_staff, role=Role.OFFICER, area=area, by=district_administrator)
    assert managing.reset_password(commune_staff, by=district_administrator)


def test_the_verb_refuses_a_user_name_that_is_taken(commune_staff):
    with pytest.raises(ValidationError):
        managing.create_account(username="XA.damthuy", full_name="Mới", by=None)


@pytest.mark.parametrize("person", ["commune_staff", "officer", "leader"])
def test_the_verbs_refuse_who_is_no_administrator(person, request, neighbour, world):
    by = request.getfixturevalue(person)
    with pytest.raises(PermissionDenied):
        managing.create_account(username="moi", full_name="Mới", by=by)
    with pytest.raises(PermissionDenied):
        managing.reset_password(neighbour, by=by)
    with pytest.raises(PermissionDenied):
        managing.give_post(by, role=Role.ADMINISTRATOR, area=world.district, by=by)
    with pytest.raises(PermissionDenied):
        managing.end_post(neighbour.posts.get(), by=by)


# --- posts


def test_a_post_that_was_given_is_shown_not_changed(office, commune_staff):
    address = f"/quan-tri/accounts/post/{commune_staff.posts.get().pk}/change/"
    page = office.get(address)
    assert (page.status_code, 'name="_save"' in page.content.decode()) == (200, False)
    assert office.post(address, {"role": "leader"}).status_code == 403


def test_a_post_is_given_and_ended_on_pages(office, commune_staff, world):
    page = office.get("/quan-tri/accounts/post/add/", {"user": commune_staff.pk})
    assert "Xã Chí Viễn, Huyện Trùng Khánh (01501)" in text_of(page)
    # Units that do not exist today are no choice.
    assert "Xã Đàm Thủy, Cao Bằng" not in text_of(page)
    fields = {"user": commune_staff.pk, "role": "commune", "area": world.chi_vien.pk, "title": "Kiêm nhiệm"}
    given = office.post("/quan-tri/accounts/post/add/", {**fields, "starts_on": "01/12/2023", "ends_on": ""})
    assert given.status_code == 302, given.context["errors"]
    post = Post.objects.get(area=world.chi_vien, user=commune_staff)
    assert (post.starts_on, post.ends_on, post.title) == (date(2023, 12, 1), None, "Kiêm nhiệm")

    end = reverse("admin:accounts_post_end", args=[post.pk])
    assert "29/12/2023" in text_of(office.get(end))
    assert office.post(end, {"on": "29/12/2023"}).status_code == 302
    post.refresh_from_db()
    assert post.ends_on == date(2023, 12, 28)
    assert [act for act, _ in acts()] == ["post.given", "post.ended"]
    assert AuditEntry.objects.get(act="post.ended").details == {
        "username": "xa.damthuy",
        "role": "commune",
        "area_code": "01501",
        "starts_on": "2023-12-01",
        "ends_on": None,
        "first_day_without": "2023-12-29",
    }


def test_the_same_post_is_not_held_twice_at_a_time(office, commune_staff, commune):
    fields = {"user": commune_staff.pk, "role": "commune", "area": commune.pk, "starts_on": "01/12/2023"}
    refused = office.post("/quan-tri/accounts/post/add/", fields)
    assert refused.status_code == 200
    assert commune_staff.posts.count() == 1
    with pytest.raises(ValidationError):
        managing.give_post(commune_staff, role=Role.COMMUNE, area=commune, by=None)


def test_a_post_ends_in_the_future_without_a_word_to_its_holder(commune_staff, client_of):
    client = client_of(commune_staff)
    managing.end_post(commune_staff.posts.get(), on=date(2024, 1, 15), by=None)
    assert commune_staff.posts.get().ends_on == date(2024, 1, 14)
    assert client.get("/tai-khoan/").status_code == 200


def test_a_post_given_by_mistake_today_is_gone_today(commune_staff, world):
    post = managing.give_post(commune_staff, role=Role.LEADER, area=world.district, by=None)
    managing.end_post(post, by=None)
    assert commune_staff.posts.count() == 1
    assert (
        AuditEntry.objects.get(act="post.ended").object_id
        == AuditEntry.objects.get(act="post.given").object_id
    )


# --- reference data


def test_the_profile_of_a_unit_and_its_signers_are_kept_and_audited(office, district):
    profile = UnitProfile.objects.get(area=district)
    signer = profile.signers.get()
    fields = {
        "issuing_body": profile.issuing_body,
        "superior_body": profile.superior_body,
        "place": "Trùng Khánh",
        "number_suffix": "UBND",
        "recipients": "",
        "check_within_days": 7,
        "answer_within_days": 15,
        "decide_within_days": 30,
        "signers-TOTAL_FORMS": 1,
        "signers-INITIAL_FORMS": 1,
        "signers-0-id": signer.pk,
        "signers-0-profile": profile.pk,
        "signers-0-capacity": "TM",
        "signers-0-collective": "ỦY BAN NHÂN DÂN",
        "signers-0-head_position": "CHỦ TỊCH",
        "signers-0-full_name": "Nông Văn Mẫu",
    }
    assert (
        office.post(reverse("admin:areas_unitprofile_change", args=[profile.pk]), fields).status_code == 302
    )
    profile.refresh_from_db()
    assert profile.check_within_days == 7
    assert Signer.objects.get(profile=profile).full_name == "Nông Văn Mẫu"
    assert [act for act, _ in acts()] == ["unitprofile.changed", "signer.changed"]
    assert AuditEntry.objects.first().area == district


def test_holidays_are_added_and_removed(office):
    fields = {"day": "02/06/2023", "kind": "holiday", "name": "Nghỉ đột xuất"}
    assert office.post("/quan-tri/areas/holiday/add/", fields).status_code == 302
    day = Holiday.objects.get()
    assert day.day == date(2023, 6, 2)
    assert (
        office.post(reverse("admin:areas_holiday_delete", args=[day.pk]), {"post": "yes"}).status_code == 302
    )
    assert [act for act, _ in acts()] == ["holiday.created", "holiday.deleted"]


# --- lists


@pytest.mark.parametrize(
    ("model", "queries"),
    [("accounts_user", 7), ("accounts_post", 6), ("accounts_auditentry", 6), ("areas_area", 6)],
)
def test_lists_ask_the_same_queries_at_one_row_and_at_three(
    office, world, model, queries, django_assert_num_queries
):
    page = reverse(f"admin:{model}_changelist")
    for rows in [1, 3]:
        while AuditEntry.objects.count() < 2 * rows:
            n = AuditEntry.objects.count()
            person = managing.create_account(username=f"xa.moi{n}", full_name="Mới", by=None).user
            managing.give_post(person, role=Role.COMMUNE, area=world.dam_thuy, by=None)
        office.get(page)
        with django_assert_num_queries(queries):
            office.get(page)


def test_each_field_of_a_signer_has_a_label_of_its_own(office, world):
    page = office.get(reverse("admin:areas_unitprofile_add")).content.decode()
    for name in ("capacity", "collective", "head_position", "own_position", "full_name"):
        assert f'for="id_signers-0-{name}"' in page
    assert "bạn" not in page.lower().replace("ban nhân dân", "")


def test_people_of_one_name_are_told_apart_when_a_post_is_given(office, world):
    for username in ("xa.mot", "xa.hai"):
        make_user(username, Role.COMMUNE, world.dam_thuy, full_name="Nông Thị Mẫu")
    page = office.get("/quan-tri/accounts/post/add/").content.decode()
    for username in ("xa.mot", "xa.hai"):
        assert f">Nông Thị Mẫu ({username})</option>" in page
