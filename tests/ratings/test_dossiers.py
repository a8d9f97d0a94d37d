"""Dossiers through the pages: who sees what, what each form takes, and what it can't be made to do."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import AuditEntry, Post
from ratings import codes, filing, workflow
from ratings.models import Dossier, DossierStep
from tests.factories import make_decision, make_dossier, make_enterprise, make_product, make_recognition

State = Dossier.State
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


def page(name, dossier, *more):
    return reverse(f"ratings:{name}", args=[dossier.pk, *more])


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture
def submitted(draft, commune_staff):
    workflow.move(draft, State.SUBMITTED, by=commune_staff, on=date(2023, 12, 1))
    return draft


@pytest.fixture
def accepted(submitted, officer):
    workflow.move(submitted, State.ACCEPTED, by=officer, on=date(2023, 12, 4))
    return submitted


OPEN = {"kind": "first", "requested_stars": "3", "form_token": "5b0e6a4e-6f0c-4f6e-9d2c-0a8d6a1c0001"}


def test_a_commune_files_and_the_district_accepts(
    client_of, commune_staff, officer, regulations, product, django_capture_on_commit_callbacks
):
    commune, district = client_of(commune_staff), client_of(officer)
    opened = commune.post(reverse("ratings:dossier_new") + f"?san-pham={product.pk}", OPEN)
    dossier = Dossier.objects.get()
    assert opened.headers["Location"] == page("dossier", dossier)
    assert (dossier.code, dossier.requested_stars) == ("HS-01495-2023-001", 3)
    paper = {
        "kind": "registration_form",
        "title": "Phiếu đăng ký",
        "upload": SimpleUploadedFile("phieu.pdf", PDF, "application/pdf"),
    }
    assert commune.post(page("dossier_papers", dossier), paper).status_code == 302
    sent = commune.post(page("dossier_submit", dossier), {"version": dossier.version, "pledged": "on"})
    assert sent.headers["Location"] == page("dossier_receipt", dossier)
    dossier.refresh_from_db()
    assert (dossier.state, dossier.pledged, dossier.level) == ("submitted", True, "district")
    receipt = text_of(commune.get(page("dossier_receipt", dossier)))
    assert dossier.receipt_code in receipt
    assert "Huyện Trùng Khánh" in receipt
    assert "12/01/2024" in receipt  # ten working days of 29/12/2023 (no holidays are loaded here)
    returned = {"version": dossier.version, "points": "Thiếu phiếu kiểm nghiệm\n\nẢnh mờ"}
    assert district.post(page("dossier_return", dossier), returned).status_code == 302
    dossier.refresh_from_db()
    one, two = dossier.return_points.all()
    answers = {f"answer_{one.pk}": "Đã bổ sung", f"answer_{two.pk}": "Đã chụp lại"}
    again = {"version": dossier.version, "pledged": "on", **answers}
    assert commune.post(page("dossier_submit", dossier), again).status_code == 302
    dossier.refresh_from_db()
    assert district.post(page("dossier_accept", dossier), {"version": dossier.version}).status_code == 302
    parts = {"part_a": "31,00", "part_b": "15.5", "part_c": " 20,25 ", "assessed_on": "29/12/2023"}
    dossier.refresh_from_db()
    done = district.post(page("dossier_result", dossier), parts | {"version": dossier.version}, follow=True)
    dossier.refresh_from_db()
    result = dossier.results.get()
    assert (dossier.state, result.total, result.stars) == ("scored", Decimal("66.75"), 3)
    assert "66,75" in text_of(done)
    assert [step.to_state for step in dossier.steps.all()] == [
        "submitted",
        "returned",
        "submitted",
        "accepted",
        "scored",
    ]


PAGES = [
    "dossier",
    "dossier_edit",
    "dossier_papers",
    "dossier_submit",
    "dossier_receipt",
    "dossier_return",
    "dossier_accept",
    "dossier_withdraw",
    "dossier_result",
]


@pytest.mark.parametrize("who", ["neighbour", "other_officer", "council_member"])
@pytest.mark.parametrize("name", PAGES)
def test_out_of_scope_is_not_found(name, who, request, client_of, submitted):
    client = client_of(request.getfixturevalue(who))
    before = Dossier.objects.values().get()
    assert client.get(page(name, submitted)).status_code == 404
    assert client.post(page(name, submitted), {"version": submitted.version}).status_code == 404
    assert Dossier.objects.values().get() == before


@pytest.mark.parametrize("name", PAGES)
def test_a_visitor_is_sent_to_sign_in(name, visitor, submitted):
    response = visitor.get(page(name, submitted))
    assert (response.status_code, response.headers["Location"].split("?")[0]) == (302, "/dang-nhap/")


@pytest.mark.parametrize("who", ["leader", "administrator", "province_officer", "commune_staff"])
def test_who_may_see_but_not_act_is_told_why(who, request, client_of, submitted):
    client = client_of(request.getfixturevalue(who))
    assert client.get(page("dossier", submitted)).status_code == 200
    response = client.post(page("dossier_accept", submitted), {"version": submitted.version})
    assert response.status_code == 403
    assert "Cán bộ chương trình" in text_of(response) or "Programme officer" in text_of(response)
    submitted.refresh_from_db()
    assert (submitted.state, submitted.steps.count()) == ("submitted", 1)


def test_an_ended_post_acts_no_more(client_of, officer, submitted):
    client = client_of(officer)
    assert client.get(page("dossier", submitted)).status_code == 200
    Post.objects.filter(user=officer).update(ends_on=date(2023, 12, 28))
    assert client.post(page("dossier_accept", submitted), {"version": 2}).status_code == 404


def test_extra_fields_change_nothing_else(client_of, commune_staff, officer, draft, accepted, world):
    """State, star, total, area and regulation are never read from a form."""
    extra = {
        "state": "recognised",
        "stars": "5",
        "total": "99",
        "area": world.chi_vien.pk,
        "level": "central",
    }
    parts = {"part_a": "31", "part_b": "15", "part_c": "20", "assessed_on": "20/12/2023"}
    client_of(officer).post(page("dossier_result", accepted), parts | extra | {"version": accepted.version})
    accepted.refresh_from_db()
    result = accepted.results.get()
    assert (accepted.state, accepted.area, accepted.level) == ("scored", world.dam_thuy, "district")
    assert (result.total, result.stars, result.level) == (Decimal(66), 3, "district")


def test_opening_ignores_what_the_form_has_no_field_for(
    client_of, commune_staff, regulations, product, world
):
    extra = {
        "state": "accepted",
        "area": world.chi_vien.pk,
        "code": "X",
        "receipt_code": "X",
        "pledged": "on",
    }
    client_of(commune_staff).post(reverse("ratings:dossier_new") + f"?san-pham={product.pk}", OPEN | extra)
    dossier = Dossier.objects.get()
    assert (dossier.state, dossier.area, dossier.code, dossier.pledged) == (
        "draft",
        world.dam_thuy,
        "HS-01495-2023-001",
        False,
    )


def test_a_product_of_the_neighbour_opens_nothing(client_of, neighbour, regulations, product):
    response = client_of(neighbour).post(reverse("ratings:dossier_new") + f"?san-pham={product.pk}", OPEN)
    assert (response.status_code, Dossier.objects.count()) == (404, 0)


def test_the_same_form_twice_opens_one_dossier(client_of, commune_staff, regulations, product):
    client, address = client_of(commune_staff), reverse("ratings:dossier_new") + f"?san-pham={product.pk}"
    first, second = client.post(address, OPEN), client.post(address, OPEN)
    assert first.headers["Location"] == second.headers["Location"]
    assert Dossier.objects.count() == 1


def test_a_second_open_dossier_is_refused_with_the_way_to_the_first(client_of, commune_staff, draft):
    other = OPEN | {"form_token": "5b0e6a4e-6f0c-4f6e-9d2c-0a8d6a1c0002"}
    address = reverse("ratings:dossier_new") + f"?san-pham={draft.product_id}"
    response = client_of(commune_staff).post(address, other)
    assert (response.status_code, Dossier.objects.count()) == (409, 1)
    assert page("dossier", draft) in text_of(response)
    assert client_of(commune_staff).get(address).status_code == 200


def test_codes_number_each_commune_and_year(regulations, commune_staff, neighbour, world):
    def opened(area, by, on):
        return filing.open_dossier(make_product(area), kind="first", by=by, on=on).code

    assert [
        opened(world.dam_thuy, commune_staff, date(2023, 3, 1)),
        opened(world.dam_thuy, commune_staff, date(2023, 4, 1)),
        opened(world.chi_vien, neighbour, date(2023, 4, 1)),
        opened(world.dam_thuy, commune_staff, date(2024, 1, 2)),
    ] == ["HS-01495-2023-001", "HS-01495-2023-002", "HS-01501-2023-001", "HS-01495-2024-001"]


def test_an_old_products_dossier_is_filed_where_its_commune_went(regulations, product, world, settings, make):
    settings.OCOP_TODAY = date(2025, 8, 1)
    staff = make.make_user("xa.moi", "commune", world.new_dam_thuy)
    dossier = filing.open_dossier(product, kind="first", by=staff, pledged=True)
    assert (dossier.area, dossier.code) == (world.new_dam_thuy, "HS-01501-2025-001")


def test_submit_pressed_twice_gives_one_step_and_the_same_receipt(client_of, commune_staff, draft):
    client, sent = client_of(commune_staff), {"version": draft.version, "pledged": "on"}
    places = [client.post(page("dossier_submit", draft), sent).headers["Location"] for _press in range(2)]
    assert places == [page("dossier_receipt", draft)] * 2
    assert DossierStep.objects.count() == 1
    draft.refresh_from_db()
    shown = text_of(client.get(places[0]))
    assert shown.count(f'<span class="panel__code">{draft.receipt_code}</span>') == 1


def test_without_the_pledge_nothing_is_submitted(client_of, commune_staff, draft):
    Dossier.objects.update(pledged=False)
    response = client_of(commune_staff).post(page("dossier_submit", draft), {"version": draft.version})
    assert (response.status_code, DossierStep.objects.count()) == (200, 0)


def test_an_incomplete_dossier_shows_what_is_missing(client_of, commune_staff, draft):
    draft.attachments.all().delete()
    client = client_of(commune_staff)
    shown = text_of(client.get(page("dossier_submit", draft)))
    assert "<form" not in shown.split("<main")[1]
    response = client.post(page("dossier_submit", draft), {"version": draft.version, "pledged": "on"})
    assert (response.status_code, DossierStep.objects.count()) == (403, 0)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("dossier_edit", {"kind": "first", "requested_stars": "5"}),
        ("dossier_papers", {"kind": "award", "title": "x"}),
    ],
)
def test_nothing_is_edited_after_submission(name, data, client_of, commune_staff, submitted):
    before = Dossier.objects.values().get()
    response = client_of(commune_staff).post(page(name, submitted), data)
    assert response.status_code == 403
    assert Dossier.objects.values().get() == before


def test_a_replayed_return_leaves_no_trace(client_of, officer, submitted):
    client, seen = client_of(officer), submitted.version
    data = {"version": seen, "points": "Thiếu phiếu"}
    assert client.post(page("dossier_return", submitted), data).status_code == 302
    response = client.post(page("dossier_return", submitted), data)
    assert (response.status_code, submitted.steps.count(), submitted.return_points.count()) == (409, 2, 1)


def test_a_skipped_step_is_refused(client_of, officer, submitted):
    parts = {"part_a": "31", "part_b": "15", "part_c": "20", "assessed_on": "20/12/2023"}
    response = client_of(officer).post(page("dossier_result", submitted), parts)
    assert (response.status_code, submitted.steps.count(), submitted.results.count()) == (403, 1, 0)


def test_the_second_officer_is_told_and_keeps_the_text(client_of, officer, submitted, make, district):
    colleague = make.make_user("huyen.2", "officer", district, full_name="Đồng nghiệp")
    client_of(officer).post(page("dossier_accept", submitted), {"version": submitted.version})
    data = {"version": submitted.version, "points": "Thiếu giấy chứng nhận"}
    response = client_of(colleague).post(page("dossier_return", submitted), data)
    shown = text_of(response)
    assert response.status_code == 409
    assert "Cán bộ huyện Trùng Khánh" in shown
    assert "Thiếu giấy chứng nhận" in shown


def test_two_editors_the_second_keeps_the_text(client_of, commune_staff, officer, draft):
    seen = draft.version
    filing.change(draft, by=officer, contact_name="Bế Thử")
    data = {"kind": "first", "presentation": "Rượu nấu bằng men lá", "version": seen}
    response = client_of(commune_staff).post(page("dossier_edit", draft), data)
    assert response.status_code == 409
    assert "Rượu nấu bằng men lá" in text_of(response)
    draft.refresh_from_db()
    assert (draft.contact_name, draft.presentation) == ("Bế Thử", "")
    # Having been told, the person may save the text again.
    assert response.context["form"]["version"].value() == str(draft.version)


def test_an_upgrade_says_what_it_follows_and_what_changed(client_of, commune_staff, draft, district):
    earlier = make_recognition(draft.product, make_decision(district))
    foreign = make_recognition(make_product(draft.area), make_decision(district))
    client = client_of(commune_staff)
    change = {"kind": "upgrade", "previous": foreign.pk, "changes": "Thêm vùng trồng"}
    assert client.post(page("dossier_edit", draft), change).status_code == 200
    draft.refresh_from_db()
    assert draft.kind == "first"
    change["previous"] = earlier.pk
    assert client.post(page("dossier_edit", draft), change).status_code == 302
    draft.refresh_from_db()
    assert (draft.kind, draft.previous, draft.changes) == ("upgrade", earlier, "Thêm vùng trồng")


def test_the_history_escapes_what_people_write(client_of, officer, submitted):
    workflow.move(submitted, State.RETURNED, by=officer, points=["<script>alert(1)</script>"])
    shown = text_of(client_of(officer).get(page("dossier", submitted)))
    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert(1)" in shown


def test_a_commune_withdraws_with_a_reason(client_of, commune_staff, submitted):
    client = client_of(commune_staff)
    assert client.post(page("dossier_withdraw", submitted), {"version": submitted.version}).status_code == 200
    data = {"version": submitted.version, "reason": "Ngừng sản xuất"}
    assert client.post(page("dossier_withdraw", submitted), data).status_code == 302
    submitted.refresh_from_db()
    assert (submitted.state, submitted.steps.last().reason) == ("withdrawn", "Ngừng sản xuất")


@pytest.mark.parametrize(
    ("total", "parts", "stars"),
    [
        ("29.99", ("9,99", "10", "10"), 1),
        ("30", ("10", "10", "10"), 2),
        ("49.99", ("20", "10", "19,99"), 2),
        ("50", ("20", "10", "20"), 3),
        ("69.99", ("29,99", "20", "20"), 3),
        ("70", ("30", "20", "20"), 4),
        ("89.99", ("39.99", "25", "25"), 4),
        ("90", ("40", "25", "25"), 5),
        ("89.99", ("39.994", "25", "25"), 4),
        ("90.00", ("39.995", "25", "25"), 5),
    ],
)
def test_the_star_is_computed_from_what_was_typed(total, parts, stars, client_of, officer, accepted):
    data = dict(zip(("part_a", "part_b", "part_c"), parts, strict=True))
    data |= {"assessed_on": "20/12/2023", "version": accepted.version}
    with_english = client_of(officer)
    # 39.994 with a point: in Vietnamese a point before three digits would part thousands.
    if any(len(part.partition(".")[2]) == 3 for part in parts):
        with_english.cookies["django_language"] = "en"
    assert with_english.post(page("dossier_result", accepted), data).status_code == 302
    result = accepted.results.get()
    assert (result.total, result.stars) == (Decimal(total), stars)


@pytest.mark.parametrize("part_a", ["40,01", "-1", "ba mươi", ""])
def test_points_outside_the_part_are_refused_at_the_field(part_a, client_of, officer, accepted):
    data = {"part_a": part_a, "part_b": "15", "part_c": "20", "assessed_on": "20/12/2023"}
    response = client_of(officer).post(page("dossier_result", accepted), data | {"version": accepted.version})
    assert response.status_code == 200
    assert list(response.context["form"].errors) == ["part_a"]
    assert accepted.results.count() == 0


# --- the list


@pytest.fixture
def dossiers(world, regulations):
    """Three dossiers of Đàm Thủy and one of the neighbour."""
    return [
        make_dossier(
            make_product(world.dam_thuy, name="Mật ong Bản Giốc"),
            state="submitted",
            due_on=date(2023, 12, 28),
        ),
        make_dossier(
            make_product(world.dam_thuy, name="Hạt dẻ"), state="returned", due_on=date(2023, 12, 29)
        ),
        make_dossier(make_product(world.dam_thuy, name="Rượu ngô"), state="withdrawn", kind="upgrade"),
        make_dossier(
            make_product(world.chi_vien, make_enterprise(world.chi_vien, name="HTX Phong Nậm"), name="Lê"),
            state="accepted",
        ),
    ]


def listed(client, **query) -> list[str]:
    response = client.get(reverse("ratings:dossiers"), query)
    assert response.status_code == 200
    return [dossier.product.name for dossier in response.context["listed"].page]


def test_each_sees_the_dossiers_of_his_area(
    client_of, commune_staff, neighbour, officer, council_member, dossiers
):
    own = ["Rượu ngô", "Hạt dẻ", "Mật ong Bản Giốc"]
    assert listed(client_of(commune_staff)) == own
    assert listed(client_of(neighbour)) == ["Lê"]
    assert listed(client_of(officer)) == ["Lê", *own]
    assert listed(client_of(council_member)) == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "mat ong"}, ["Mật ong Bản Giốc"]),
        ({"q": "HTX phong nam"}, ["Lê"]),
        ({"q": "không có"}, []),
        ({"state": "returned"}, ["Hạt dẻ"]),
        ({"state": "x"}, []),
        ({"kind": "upgrade"}, ["Rượu ngô"]),
        ({"due": "on"}, ["Mật ong Bản Giốc"]),
        ({"term": "soon"}, ["Hạt dẻ"]),
        ({"term": "rest"}, ["Lê"]),
        ({"term": "x"}, []),
        ({"state": "open"}, ["Lê", "Hạt dẻ", "Mật ong Bản Giốc"]),
        ({"state": "open", "dia_ban": "01501"}, ["Lê"]),
        ({"dia_ban": "01495", "kind": "upgrade"}, ["Rượu ngô"]),
        ({"mine": "on"}, ["Lê", "Mật ong Bản Giốc"]),
        ({"sort": "product"}, ["Hạt dẻ", "Lê", "Mật ong Bản Giốc", "Rượu ngô"]),
    ],
)
def test_the_list_is_narrowed_and_sorted(query, found, client_of, officer, dossiers):
    assert listed(client_of(officer), **query) == found


def test_codes_are_found_whole_or_in_part(client_of, officer, dossiers):
    wanted = dossiers[1]
    client = client_of(officer)
    assert listed(client, q=wanted.code.lower()) == ["Hạt dẻ"]
    assert listed(client, q=f" {wanted.receipt_code.lower()} ") == ["Hạt dẻ"]


def test_the_list_names_where_each_dossier_is(client_of, officer, dossiers):
    shown = text_of(client_of(officer).get(reverse("ratings:dossiers"), {"sort": "product"}))
    rows = shown.split("<tbody>")[1].split("<tr>")[1:]
    assert ["Huyện Trùng Khánh" in row for row in rows] == [False, True, True, False]
    assert "Xã Đàm Thuỷ" in rows[0]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_database_as_often_for_three_rows_as_for_one(
    rows, client_of, officer, world, regulations, django_assert_num_queries
):
    for _row in range(rows):
        make_dossier(make_product(world.dam_thuy), state="submitted")
    client = client_of(officer)
    client.get(reverse("ratings:dossiers"))
    with django_assert_num_queries(LIST_QUERIES):
        client.get(reverse("ratings:dossiers"))


LIST_QUERIES = 8


@pytest.mark.parametrize("rows", [1, 3])
def test_a_dossiers_page_asks_as_often_for_three_papers_and_steps_as_for_one(
    rows, client_of, officer, submitted, commune_staff, with_paper, django_assert_num_queries
):
    for _row in range(rows - 1):
        with_paper(submitted)
        workflow.move(submitted, State.RETURNED, by=officer, points=["a", "b"])
        answers = {point.pk: "x" for point in workflow.open_points(submitted)}
        workflow.move(submitted, State.SUBMITTED, by=commune_staff, answers=answers)
    client = client_of(officer)
    client.get(page("dossier", submitted))
    with django_assert_num_queries(PAGE_QUERIES):
        client.get(page("dossier", submitted))


PAGE_QUERIES = 17


def test_the_page_offers_the_buttons_of_the_table(client_of, officer, commune_staff, leader, submitted):
    def offered(user):
        return [b["url"] for b in client_of(user).get(page("dossier", submitted)).context["buttons"]]

    assert offered(officer) == [page("dossier_return", submitted), page("dossier_accept", submitted)]
    assert offered(commune_staff) == [page("dossier_withdraw", submitted)]
    assert offered(leader) == []


def test_codes_are_read_out_safely():
    made = {codes.random_code() for _code in range(200)}
    assert len(made) == 200
    assert set("".join(made)) <= set(codes.CROCKFORD)
    assert codes.as_typed(" a1b-oil 0z ") == "A1B0110Z"


def test_every_act_is_audited(client_of, commune_staff, draft):
    filing.change(draft, by=commune_staff, contact_name="Bế Thử")
    client_of(commune_staff).post(page("dossier_submit", draft), {"version": draft.version, "pledged": "on"})
    acts = (
        AuditEntry.objects.filter(object_type="ratings.dossier").order_by("pk").values_list("act", flat=True)
    )
    assert list(acts) == ["dossier.opened", "dossier.changed", "dossier.submitted"]
