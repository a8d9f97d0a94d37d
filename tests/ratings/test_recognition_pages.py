"""The pages of recognitions and value chains, through HTTP."""

from __future__ import annotations

import html
from datetime import date
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from ratings.models import Decision, Recognition, RecognitionEvent, ValueChainRecord
from tests.factories import make_decision, make_enterprise, make_product, make_recognition

LIST, NEW = "/quyet-dinh/cong-nhan/", "/quyet-dinh/cong-nhan/nhap/"
CHAINS, CHAIN = "/quyet-dinh/chuoi-gia-tri/", "/quyet-dinh/chuoi-gia-tri/nhap/"
UNKNOWN = {"recognised_on": None, "date_precision": "unknown", "expires_on": None}


def text_of(response) -> str:
    return html.unescape(response.content.decode())


def form_of(product, decision: Decision | None = None) -> str:
    return f"{NEW}?san-pham={product.pk}" + (f"&quyet-dinh={decision.pk}" if decision else "")


def page(recognition: Recognition, act: str = "") -> str:
    return f"{LIST}{recognition.pk}/{act}"


@pytest.fixture
def paper(product, district) -> dict:
    return {
        "decision_number": "2100/QĐ-UBND",
        "precision": "day",
        "signed_on": "5/11/21",
        "issuing_body": "UBND huyện Trùng Khánh",
        "issuing_area": district.pk,
        "stars": "3",
        "kind": "first",
        "holders": [maker.pk for maker in product.enterprises.all()],
    }


@pytest.fixture
def recognised(product, district) -> Recognition:
    return make_recognition(product, make_decision(district, signed_on=date(2021, 11, 5)))


def test_from_choosing_the_product_to_a_second_one_under_the_same_decision(
    paper, product, commune, client_of, officer
):
    twin = make_product(commune, name=product.name)
    make_product(commune, name="Hạt dẻ")
    browser = client_of(officer)
    assert [p.pk for p in browser.get(NEW, {"q": "ruou ngo"}).context["products"]] == [product.pk, twin.pk]
    shown = text_of(browser.get(form_of(product)))
    assert product.enterprises.get().name in shown
    made = browser.post(form_of(product), {**paper, "variants": "20°\n30°\n", "other_holders": "Chùa A\n"})
    decision = Decision.objects.get()
    assert (made.status_code, made["Location"]) == (302, f"/quyet-dinh/{decision.pk}/")
    first = Recognition.objects.get()
    assert (first.recognised_on, first.stars, first.variants) == (date(2021, 11, 5), 3, ["20°", "30°"])
    assert [holder.name for holder in first.holders.all()] == [product.enterprises.get().name, "Chùa A"]
    assert (decision.from_paper, decision.issuing_area.name) == (True, "Huyện Trùng Khánh")
    assert f"{NEW}?quyet-dinh={decision.pk}" in text_of(browser.get(made["Location"]))
    fields = {"stars": "4", "kind": "first", "holders": [twin.enterprises.get().pk]}
    browser.post(form_of(twin, decision), fields)
    assert sorted(decision.recognitions.values_list("product", "stars")) == [(product.pk, 3), (twin.pk, 4)]


@pytest.mark.parametrize(
    ("fields", "kept"),
    [
        ({"precision": "year", "signed_on": "", "year": "2020"}, (date(2020, 1, 1), "year")),
        (
            {"precision": "unknown", "signed_on": "", "decision_number": "", "issuing_body": ""},
            (None, "unknown"),
        ),
    ],
)
def test_what_is_not_known_is_left_out(paper, product, client_of, officer, fields, kept):
    made = client_of(officer).post(form_of(product), {**paper, "holders": [], **fields})
    assert made.status_code == 302
    found = Recognition.objects.get()
    assert (found.recognised_on, found.date_precision) == kept
    shown = text_of(client_of(officer).get(page(found)))
    assert ("Năm 2020" if kept[0] else "Không rõ ngày") in shown


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"signed_on": ""}, "Nhập ngày, hoặc chọn chỉ biết năm hay không rõ."),
        ({"precision": "year"}, "Nhập ngày, hoặc chọn chỉ biết năm hay không rõ."),
        ({"signed_on": "30/12/2023"}, "Ngày 30/12/2023 chưa đến."),
        ({"expires_on": "4/11/2021"}, "Ngày hết hạn trước ngày của quyết định."),
        ({"stars": "6"}, "6"),
    ],
)
def test_what_cannot_be_is_told_on_the_form(paper, product, client_of, officer, fields, told):
    refused = client_of(officer).post(form_of(product), {**paper, **fields})
    assert refused.status_code == 200
    assert told in text_of(refused)
    assert "2100/QĐ-UBND" in text_of(refused)
    assert (Recognition.objects.count(), Decision.objects.count()) == (0, 0)


def test_the_same_form_twice_ends_at_the_one_recognition(paper, product, client_of, officer):
    browser = client_of(officer)
    browser.post(form_of(product), paper)
    again = browser.post(form_of(product), paper)
    assert (again.status_code, again["Location"]) == (302, page(Recognition.objects.get()))


@pytest.mark.parametrize("who", ["commune_staff", "leader", "administrator", "council_member"])
def test_only_officers_enter_papers_events_and_chains(
    paper, product, recognised, who, client_of, request, visitor
):
    browser = client_of(request.getfixturevalue(who))
    answers = [browser.get(NEW), browser.get(CHAIN), browser.post(form_of(product), paper)]
    assert [answer.status_code for answer in answers] == [403, 403, 403]
    event = browser.get(page(recognised, "su-viec/"))
    assert event.status_code == (404 if who == "council_member" else 403)
    assert visitor.get(NEW)["Location"].startswith("/dang-nhap/")


def test_products_and_decisions_of_others_are_not_found(
    paper, product, recognised, world, client_of, other_officer, officer
):
    browser = client_of(other_officer)
    assert browser.get(form_of(product)).status_code == 404
    assert browser.get(page(recognised)).status_code == 404
    assert browser.post(page(recognised, "su-viec/"), {}).status_code == 404
    assert browser.get(f"{CHAIN}?san-pham={product.pk}").status_code == 404
    own = make_product(world.quoc_toan)
    paper_decision = make_decision(world.district, from_paper=True)
    assert browser.get(form_of(own, paper_decision)).status_code == 404
    # A decision signed here takes nothing by hand, not even from its own officer.
    assert client_of(officer).get(form_of(product, recognised.decision)).status_code == 404


# --- events


EVENT = {
    "kind": "revoked",
    "on": "10/5/2023",
    "decision_number": "77/QĐ-UBND",
    "signed_on": "8/5/2023",
    "issuing_body": "UBND huyện Trùng Khánh",
    "note": "Không còn sản xuất",
}


def test_an_event_rests_on_its_own_decision_and_stands_in_the_history(
    recognised, client_of, officer, district
):
    browser = client_of(officer)
    assert "Còn hiệu lực đến hết ngày 05/11/2024" in text_of(browser.get(page(recognised)))
    entered = browser.post(page(recognised, "su-viec/"), EVENT)
    assert (entered.status_code, entered["Location"]) == (302, page(recognised))
    event = RecognitionEvent.objects.get()
    assert (event.kind, event.on, event.decision.signed_on) == (
        "revoked",
        date(2023, 5, 10),
        date(2023, 5, 8),
    )
    assert (event.decision.from_paper, event.decision.issuing_area) == (True, district)
    shown = text_of(browser.get(page(recognised)))
    assert "Bị thu hồi từ ngày 10/05/2023 (Quyết định số 77/QĐ-UBND)" in shown
    assert "Không còn sản xuất" in shown
    assert f"/quyet-dinh/{event.decision_id}/" in shown
    decision = text_of(browser.get(f"/quyet-dinh/{event.decision_id}/"))
    assert f"10/05/2023: Thu hồi — {recognised.product_name}" in decision


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"kind": "extended"}, "Nhập ngày hết hạn mới của giấy chứng nhận."),
        (
            {"kind": "extended", "new_expires_on": "5/11/2024"},
            "Ngày hết hạn mới phải sau ngày hết hạn",
        ),
        ({"on": "4/11/2021"}, "Sự việc có ngày trước ngày công nhận."),
        ({"on": "30/12/2023"}, "Ngày 30/12/2023 chưa đến."),
        ({"kind": "superseded"}, "superseded"),
        ({"decision_number": ""}, "Không còn sản xuất"),
    ],
)
def test_an_impossible_event_is_told_on_the_form(recognised, client_of, officer, fields, told):
    refused = client_of(officer).post(page(recognised, "su-viec/"), {**EVENT, **fields})
    assert (refused.status_code, RecognitionEvent.objects.count()) == (200, 0)
    assert told in text_of(refused)
    assert Decision.objects.count() == 1


# --- the list


@pytest.fixture
def recognitions(commune, world, district) -> list[Recognition]:
    def make(name, place, on, stars, **fields):
        product = make_product(place, name=name)
        return make_recognition(product, make_decision(district, signed_on=on), stars, **fields)

    found = [
        make("Rượu ngô", commune, date(2022, 5, 1), 3),
        make("Hạt dẻ", world.chi_vien, date(2019, 5, 1), 4),
        make("Mật ong", commune, date(2023, 5, 1), 4, **UNKNOWN),
        make("Thạch đen", commune, date(2023, 6, 1), 3),
    ]
    RecognitionEvent.objects.create(recognition=found[3], kind="revoked", on=date(2023, 7, 1))
    return found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["Hạt dẻ", "Mật ong", "Rượu ngô", "Thạch đen"]),
        ({"q": "ruou"}, ["Rượu ngô"]),
        ({"sao": "4"}, ["Hạt dẻ", "Mật ong"]),
        ({"sao": "9"}, []),
        ({"hieu_luc": "con"}, ["Rượu ngô"]),
        ({"hieu_luc": "het"}, ["Hạt dẻ", "Thạch đen"]),
        ({"hieu_luc": "khong-ro"}, ["Mật ong"]),
        ({"q": "rượu", "sao": "4"}, []),
    ],
)
def test_the_list_is_searched_and_narrowed(recognitions, client_of, officer, query, found):
    listed = client_of(officer).get(LIST, {**query, "sort": "product"}).context["listed"]
    assert [row.product_name for row in listed.page.object_list] == found


def test_the_list_is_narrowed_to_a_commune_of_the_area(recognitions, world, client_of, officer):
    browser = client_of(officer)
    listed = browser.get(LIST, {"xa": world.chi_vien.pk}).context["listed"]
    assert [row.product_name for row in listed.page.object_list] == ["Hạt dẻ"]
    assert browser.get(LIST, {"xa": world.quoc_toan.pk}).context["listed"].page.paginator.count == 0


def test_a_certificate_code_and_a_decision_number_find_theirs(recognitions, client_of, officer):
    browser = client_of(officer)
    Recognition.objects.filter(pk=recognitions[0].pk).update(certificate_code="K01M2N3P4Q")
    for query in ("ko1m2 n3p4q", recognitions[0].decision.number):
        listed = browser.get(LIST, {"q": query}).context["listed"]
        assert recognitions[0] in list(listed.page.object_list)


def test_the_list_is_taken_away_as_excel(recognitions, client_of, officer):
    file = client_of(officer).get(LIST, {"xuat": "xlsx", "sort": "product"})
    sheet = load_workbook(BytesIO(b"".join(file.streaming_content))).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    columns = [rows[0].index(name) for name in ("Sản phẩm", "Hiệu lực", "Hạng sao", "Có hiệu lực đến")]
    table = [[row[column] for column in columns] for row in rows[1:]]
    assert [[*row[:3], row[3] and row[3].date()] for row in table] == [
        ["Hạt dẻ", "Hết hiệu lực", 4, date(2022, 5, 1)],
        ["Mật ong", "Chưa rõ hiệu lực", 4, None],
        ["Rượu ngô", "Còn hiệu lực", 3, date(2025, 5, 1)],
        ["Thạch đen", "Thu hồi", 3, date(2026, 6, 1)],
    ]


# --- value chains


def test_an_officer_enters_a_product_in_a_value_chain(product, commune, client_of, officer, commune_staff):
    browser = client_of(officer)
    assert product.name in text_of(browser.get(CHAIN))
    fields = {
        "enterprise": product.enterprises.get().pk,
        "chain": "Chuỗi lạc đỏ",
        "joined_on": "1/5/2023",
        "funding_source": "national_programmes",
        "document": "12/QĐ-UBND 01/05/2023",
    }
    address = f"{CHAIN}?san-pham={product.pk}"
    for _ in range(2):
        assert browser.post(address, fields)["Location"] == CHAINS
    record = ValueChainRecord.objects.get()
    assert (record.product, record.area, record.joined_on) == (product, commune, date(2023, 5, 1))
    shown = text_of(client_of(commune_staff).get(CHAINS, {"nguon": "national_programmes", "q": "lạc"}))
    assert "Các chương trình mục tiêu quốc gia" in shown
    assert client_of(officer).get(CHAINS, {"nguon": "central"}).context["listed"].page.paginator.count == 0


@pytest.mark.parametrize("wrong", [{"joined_on": "30/12/2023"}, {"chain": " "}, {"enterprise": "stranger"}])
def test_an_impossible_value_chain_is_told_on_the_form(product, commune, client_of, officer, wrong):
    stranger = make_enterprise(commune)
    fields = {"chain": "A", "joined_on": "1/5/2023", **wrong}
    if "enterprise" in wrong:
        fields["enterprise"] = stranger.pk
    assert client_of(officer).post(f"{CHAIN}?san-pham={product.pk}", fields).status_code == 200
    assert ValueChainRecord.objects.count() == 0


# --- how much is asked of the database


def asked(browser, address: str) -> int:
    browser.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(address).status_code == 200
    return len(queries)


@pytest.mark.parametrize("number", [1, 3])
def test_pages_ask_as_much_for_three_rows_as_for_one(number, commune, district, client_of, officer):
    decision = make_decision(district, from_paper=True)
    product = make_product(commune)
    for n in range(number):
        maker = make_enterprise(commune)
        found = make_recognition(make_product(commune, maker, make_enterprise(commune)), decision)
        make_recognition(product, make_decision(district))
        event = {"kind": "extended", "new_expires_on": date(2027, 1, 1), "decision": make_decision(district)}
        RecognitionEvent.objects.create(recognition=found, on=date(2023, 12, 1), **event)
        ValueChainRecord.objects.create(
            product=product, area=commune, enterprise=maker, chain=f"Chuỗi {n}", joined_on=date(2023, 5, 1)
        )
    browser = client_of(officer)
    pages = [LIST, page(found), f"/quyet-dinh/{decision.pk}/", CHAINS, NEW]
    assert [asked(browser, address) for address in pages] == [13, 22, 11, 6, 6]
