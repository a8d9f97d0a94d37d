"""The pages of decisions and rounds, through HTTP: who sees and does what, and what is said when refused."""

from __future__ import annotations

import html
from datetime import date
from io import BytesIO

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import Role
from ratings import deciding
from ratings.deciding import ItemDraft
from ratings.models import Decision, Dossier, Recognition
from tests.factories import make_decision, make_dossier, make_product, make_recognition, make_user
from tests.ratings.scored import make_scored

SIGNATURE = {"number": "1887/QĐ-UBND", "signed_on": "20/12/2023", "signer_name": "Bế Ký Thử"}
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n%%EOF\n"
NEW = "/quyet-dinh/moi/"


@pytest.fixture
def scored(regulations, officer):
    def make(product, total="62", **fields):
        return make_scored(product, total, by=officer, **fields)

    return make


@pytest.fixture
def prepared(scored, product, officer, district) -> Decision:
    dossier = scored(product)
    drafts = [ItemDraft(dossier, "recognise", 3)]
    return deciding.prepare(area=district, items=drafts, by=officer, on=date(2023, 12, 11))


def text_of(response) -> str:
    return html.unescape(response.content.decode())


def page(decision: Decision, act: str = "") -> str:
    return f"/quyet-dinh/{decision.pk}/{act}"


def test_what_only_an_ended_level_rated_is_named_and_goes_into_no_decision(
    scored, commune, client_of, province_officer, settings
):
    dossier = scored(make_product(commune, name="Rượu ngô"))
    settings.OCOP_TODAY = date(2026, 7, 1)
    browser = client_of(province_officer)
    shown = text_of(browser.get(NEW))
    assert "kết quả là của cấp đã kết thúc hoạt động" in shown
    assert f'<a href="/ho-so/{dossier.pk}/">Rượu ngô</a>' in shown
    assert f"take_{dossier.pk}" not in shown
    refused = browser.post(NEW, {f"take_{dossier.pk}": "on", f"outcome_{dossier.pk}": "recognise:3"})
    assert (refused.status_code, Decision.objects.count()) == (200, 0)


def test_from_the_form_to_the_signed_decision(scored, commune, client_of, officer, leader):
    one = scored(make_product(commune, name="Rượu ngô"))
    other = scored(make_product(commune, name="Hạt dẻ"), "75")
    third = scored(make_product(commune, name="Mật ong"))
    browser = client_of(officer)
    offered = browser.get(NEW).context["form"].cases
    assert [case.dossier.product.name for case in offered] == [
        "Hạt dẻ",
        "Mật ong",
        "Rượu ngô",
    ]
    sent = {
        f"take_{one.pk}": "on",
        f"outcome_{one.pk}": "not_recognise:",
        f"take_{other.pk}": "on",
        f"outcome_{other.pk}": "recognise_and_forward:3",
        f"outcome_{third.pk}": "recognise:3",
        "title": "Công nhận đợt 2",
    }
    made = browser.post(NEW, sent)
    decision = Decision.objects.get()
    assert (made.status_code, made["Location"]) == (302, page(decision))
    assert [(i.dossier, i.outcome, i.stars) for i in decision.items.order_by("dossier_id")] == [
        (one, "not_recognise", None),
        (other, "recognise_and_forward", 3),
    ]
    shown = text_of(browser.get(page(decision)))
    assert "Chờ lãnh đạo" not in shown
    assert "Lãnh đạo Huyện Trùng Khánh ký quyết định này." in shown
    chief = client_of(leader)
    assert text_of(chief.get(page(decision))).count(page(decision, "ky/")) == 1
    signed = chief.post(page(decision, "ky/"), {**SIGNATURE, "signed_on": "29/12/23"})
    assert (signed.status_code, signed["Location"]) == (302, page(decision))
    shown = text_of(chief.get(page(decision)))
    assert "Quyết định số 1887/QĐ-UBND" in shown
    assert "29/12/2023 · Bế Ký Thử" in shown
    recognition = Recognition.objects.get()
    assert (recognition.product_name, recognition.recognised_on) == ("Hạt dẻ", date(2023, 12, 29))
    states = Dossier.objects.order_by("product__sort_key").values_list("state", flat=True)
    assert list(states) == ["forwarded", "scored", "not_recognised"]


def test_the_usual_outcome_stands_ready(scored, product, client_of, officer):
    dossier = scored(product, "75")
    form = text_of(client_of(officer).get(NEW))
    select = form.split(f'name="outcome_{dossier.pk}"')[1].split("</select>")[0]
    options = select.split("<option")[1:]
    assert [option.split(">")[1].split("<")[0] for option in options] == [
        "Công nhận và trình cấp trên: 3★",
        "Trình cấp trên",
        "Không công nhận",
    ]


def test_nothing_ticked_or_an_outcome_not_offered_is_told_on_the_form(scored, commune, client_of, officer):
    one, other = scored(make_product(commune)), scored(make_product(commune))
    browser = client_of(officer)
    nothing = browser.post(NEW, {"title": "Tên đã gõ"})
    assert (nothing.status_code, Decision.objects.count()) == (200, 0)
    assert "Chọn ít nhất một hồ sơ." in text_of(nothing)
    assert "Tên đã gõ" in text_of(nothing)
    forged = {f"take_{one.pk}": "on", f"outcome_{one.pk}": "recognise:5", f"take_{other.pk}": ""}
    assert browser.post(NEW, forged).status_code == 200
    assert Decision.objects.count() == 0


def test_a_dossier_of_another_district_is_not_taken(scored, world, client_of, officer, other_officer):
    stranger = make_dossier(make_product(world.quoc_toan), state="accepted", on=date(2023, 11, 1))
    from tests.ratings.scored import enter

    enter(stranger, "62", by=other_officer)
    own = scored(make_product(world.dam_thuy))
    sent = {f"take_{stranger.pk}": "on", f"outcome_{stranger.pk}": "recognise:3", f"take_{own.pk}": ""}
    assert client_of(officer).post(NEW, sent).status_code == 200
    assert Decision.objects.count() == 0


@pytest.mark.parametrize("who", ["commune_staff", "leader", "council_member", "administrator"])
def test_who_prepares_no_decision_is_told_who_does(scored, product, who, client_of, request):
    scored(product)
    refused = client_of(request.getfixturevalue(who)).get(NEW)
    assert refused.status_code == 403
    assert "Chỉ các vị trí công tác sau tại địa bàn" in text_of(refused)
    assert client_of(request.getfixturevalue(who)).post(NEW, {}).status_code == 403


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("officer", 200),
        ("leader", 200),
        ("administrator", 200),
        ("province_officer", 200),
        ("commune_staff", 404),
        ("neighbour", 404),
        ("other_officer", 404),
        ("council_member", 404),
    ],
)
def test_a_prepared_decision_is_seen_in_its_unit(prepared, who, status, client_of, request):
    assert client_of(request.getfixturevalue(who)).get(page(prepared)).status_code == status


@pytest.mark.parametrize(
    ("who", "status"), [("commune_staff", 200), ("neighbour", 404), ("other_officer", 404)]
)
def test_a_signed_decision_is_seen_where_its_products_are(prepared, who, status, client_of, leader, request):
    deciding.sign(prepared, number="1/QĐ-UBND", signed_on=date(2023, 12, 20), signer_name="B", by=leader)
    assert client_of(request.getfixturevalue(who)).get(page(prepared)).status_code == status


def test_the_leader_of_another_district_finds_nothing(prepared, world, client_of):
    stranger = client_of(make_user("lanhdao.quanghoa", Role.LEADER, world.other_district))
    assert stranger.get(page(prepared)).status_code == 404
    assert stranger.get(page(prepared, "ky/")).status_code == 404
    assert stranger.post(page(prepared, "ky/"), SIGNATURE).status_code == 404
    assert stranger.post(page(prepared, "bo/")).status_code == 404
    prepared.refresh_from_db()
    assert prepared.state == "prepared"


@pytest.mark.parametrize(
    ("who", "reason"),
    [
        ("officer", "Lãnh đạo"),
        ("province_leader", "Chỉ lãnh đạo Huyện Trùng Khánh ký"),
        ("administrator", "Lãnh đạo"),
    ],
)
def test_who_may_not_sign_reads_why(prepared, who, reason, client_of, request):
    refused = client_of(request.getfixturevalue(who)).post(page(prepared, "ky/"), SIGNATURE)
    assert refused.status_code == 403
    assert reason in text_of(refused)
    assert Recognition.objects.count() == 0


def test_signing_twice_ends_on_the_same_page(prepared, client_of, leader):
    browser = client_of(leader)
    answers = [browser.post(page(prepared, "ky/"), SIGNATURE) for _ in range(2)]
    assert [(a.status_code, a["Location"]) for a in answers] == [(302, page(prepared))] * 2
    assert Recognition.objects.count() == 1


def test_the_second_leader_reads_who_signed_and_keeps_the_text(prepared, client_of, leader, district):
    deputy = make_user("pho.trungkhanh", Role.LEADER, district)
    client_of(leader).post(page(prepared, "ky/"), SIGNATURE)
    late = client_of(deputy).post(page(prepared, "ky/"), {**SIGNATURE, "number": "1999/QĐ-UBND"})
    assert late.status_code == 409
    assert "Lãnh đạo huyện Trùng Khánh đã ký quyết định này, số 1887/QĐ-UBND ngày 20/12/2023." in text_of(
        late
    )
    assert "1999/QĐ-UBND" in text_of(late)


@pytest.mark.parametrize("day", ["30/12/2023", "04/12/2023", "ngày mai"])
def test_an_impossible_day_is_told_on_the_form(prepared, client_of, leader, day):
    refused = client_of(leader).post(page(prepared, "ky/"), {**SIGNATURE, "signed_on": day})
    assert refused.status_code == 200
    assert day in text_of(refused)
    assert Decision.objects.get().state == "prepared"


def test_extra_fields_change_nothing(prepared, client_of, leader, district):
    forged = {
        **SIGNATURE,
        "state": "prepared",
        "stars": "5",
        "area": "1",
        "signed_by": "1",
        "from_paper": "on",
    }
    client_of(leader).post(page(prepared, "ky/"), forged)
    decision = Decision.objects.get()
    assert (decision.state, decision.area, decision.signed_by, decision.from_paper) == (
        "signed",
        district,
        leader,
        False,
    )
    assert Recognition.objects.get().stars == 3


def test_the_scan_is_kept_once_and_served_to_those_who_see_the_decision(
    prepared, client_of, leader, commune_staff, neighbour
):
    def scan():
        return SimpleUploadedFile("Quyết định.pdf", PDF)

    browser = client_of(leader)
    for _ in range(2):
        assert browser.post(page(prepared, "ky/"), {**SIGNATURE, "scan": scan()}).status_code == 302
    kept = [path for path in settings.PRIVATE_ROOT.rglob("*") if path.is_file()]
    assert len(kept) == 1
    got = client_of(commune_staff).get(page(prepared, "ban-chup/"))
    assert (got.status_code, b"".join(got.streaming_content)) == (200, PDF)
    assert got["Content-Disposition"].startswith("attachment")
    assert client_of(neighbour).get(page(prepared, "ban-chup/")).status_code == 404


def test_a_refused_signature_leaves_no_file(prepared, client_of, leader):
    scan = SimpleUploadedFile("qd.pdf", PDF)
    client_of(leader).post(page(prepared, "ky/"), {**SIGNATURE, "signed_on": "04/12/2023", "scan": scan})
    assert [path for path in settings.PRIVATE_ROOT.rglob("*") if path.is_file()] == []
    assert client_of(leader).get(page(prepared, "ban-chup/")).status_code == 404


def test_an_officer_gives_a_prepared_decision_up(prepared, client_of, officer, leader):
    assert client_of(officer).get(page(prepared, "bo/")).status_code == 405
    assert client_of(leader).post(page(prepared, "bo/")).status_code == 403
    assert client_of(officer).post(page(prepared, "bo/"))["Location"] == "/quyet-dinh/"
    assert (Decision.objects.count(), Dossier.objects.get().state) == (0, "scored")
    assert client_of(officer).post(page(prepared, "bo/")).status_code == 404


def test_a_signed_decision_is_not_given_up(prepared, client_of, officer, leader):
    client_of(leader).post(page(prepared, "ky/"), SIGNATURE)
    refused = client_of(officer).post(page(prepared, "bo/"))
    assert (refused.status_code, Decision.objects.count()) == (403, 1)
    assert "Quyết định đã ký thì không thay đổi được." in text_of(refused)


def test_a_visitor_signs_in_first(visitor, prepared):
    for address in ["/quyet-dinh/", NEW, page(prepared), page(prepared, "ky/"), "/hoi-dong/"]:
        answer = visitor.get(address)
        assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/dang-nhap/")


# --- the list


@pytest.fixture
def decisions(district) -> list[Decision]:
    return [
        make_decision(district, number="1887/QĐ-UBND", signed_on=date(2022, 5, 1), title="Công nhận đợt 1"),
        make_decision(district, number="12/QĐ-UBND", title="Công nhận đợt 2"),
        make_decision(district, number="", signed_on=None, state="prepared", title="Dự thảo"),
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["", "12/QĐ-UBND", "1887/QĐ-UBND"]),
        ({"q": "1887"}, ["1887/QĐ-UBND"]),
        ({"q": "đợt 2"}, ["12/QĐ-UBND"]),
        ({"trang_thai": "prepared"}, [""]),
        ({"nam": "2022"}, ["1887/QĐ-UBND"]),
        ({"nam": "hai nghìn"}, []),
        ({"sort": "number"}, ["", "12/QĐ-UBND", "1887/QĐ-UBND"]),
    ],
)
def test_the_list_is_searched_and_narrowed(decisions, client_of, officer, query, found):
    listed = client_of(officer).get("/quyet-dinh/", query).context["listed"]
    assert [decision.number for decision in listed.page.object_list] == found


def test_the_list_is_taken_away_as_excel(decisions, product, client_of, officer):
    make_recognition(product, decisions[1])
    file = client_of(officer).get("/quyet-dinh/", {"xuat": "xlsx"})
    sheet = load_workbook(BytesIO(b"".join(file.streaming_content))).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0][:7] == [
        "TT",
        "Số",
        "Trạng thái",
        "Ngày ký",
        "Trích yếu",
        "Cơ quan ban hành",
        "Số sản phẩm",
    ]
    assert [row[6] for row in rows[1:]] == [0, 1, 0]
    assert [row[1] for row in rows[1:]] == ["Dự thảo quyết định", "12/QĐ-UBND", "1887/QĐ-UBND"]


def test_a_decision_of_the_province_is_listed_where_its_products_are(world, product, client_of, request):
    make_recognition(product, make_decision(world.province, number="99/QĐ-UBND"))
    seen = {}
    for who in ("commune_staff", "neighbour", "officer", "other_officer"):
        browser = client_of(request.getfixturevalue(who))
        seen[who] = browser.get("/quyet-dinh/").context["listed"].page.paginator.count
    assert seen == {"commune_staff": 1, "neighbour": 0, "officer": 1, "other_officer": 0}


# --- rounds


def test_rounds_show_what_waits_and_what_was_found(
    scored, commune, client_of, officer, leader, province_officer
):
    waiting = make_dossier(make_product(commune, name="Hạt dẻ"), state="accepted", on=date(2023, 11, 1))
    upstairs = make_dossier(
        make_product(commune, name="Thạch đen"), state="forwarded", on=date(2023, 11, 1), level="province"
    )
    scored(make_product(commune, name="Rượu ngô"), "62.5")
    shown = text_of(client_of(officer).get("/hoi-dong/"))
    entering = [reverse("ratings:dossier_result", args=[dossier.pk]) for dossier in (waiting, upstairs)]
    assert [address in shown for address in entering] == [True, False]
    assert "Chờ kết quả đánh giá: Cấp huyện" in shown
    assert "62,50" in shown
    assert "Kết quả đánh giá năm 2023" in shown
    assert [address in text_of(client_of(leader).get("/hoi-dong/")) for address in entering] == [False, False]
    above = text_of(client_of(province_officer).get("/hoi-dong/"))
    assert [address in above for address in entering] == [False, True]


def test_rounds_show_nothing_of_other_areas(scored, product, client_of, neighbour, council_member):
    scored(product)
    for person in (neighbour, council_member):
        shown = text_of(client_of(person).get("/hoi-dong/"))
        assert product.name not in shown
        assert "Không có hồ sơ nào chờ kết quả đánh giá" in shown


# --- how much is asked of the database


def asked(browser, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(address).status_code == 200
    return len(queries)


@pytest.mark.parametrize("number", [1, 3])
def test_pages_ask_as_much_for_three_rows_as_for_one(number, scored, commune, client_of, officer):
    for _ in range(number):
        scored(make_product(commune), "62")
        make_dossier(make_product(commune), state="accepted", on=date(2023, 11, 1))
    browser = client_of(officer)
    for address in (NEW, "/hoi-dong/"):
        browser.get(address)
    before = {address: asked(browser, address) for address in (NEW, "/hoi-dong/")}
    drafts = [ItemDraft(dossier, "recognise", 3) for dossier in Dossier.objects.filter(state="scored")]
    decision = deciding.prepare(area=commune.parent, items=drafts, by=officer)
    for _ in range(number - 1):
        make_decision(commune.parent)
    after = [asked(browser, page(decision)), asked(browser, "/quyet-dinh/")]
    assert (before, after) == ({NEW: 11, "/hoi-dong/": 18}, [12, 6])
