"""Pages of criteria sets: reading, comparing, loading from a file, publishing and retiring."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import AuditEntry
from ocop_portal.lib import datafiles
from ratings import loading
from ratings.criteria import comparing, stored
from ratings.criteria.loading import load_drafts
from ratings.models import CriteriaSet, Regulation
from tests.factories import load_criteria, make_criteria_set, make_group
from tests.ratings.criteria_files import at, changed, entry, file_of, shipped

LIST, LOAD, COMPARE = "/bo-tieu-chi/", "/bo-tieu-chi/nap/", "/bo-tieu-chi/so-sanh/"
WATER, TOUR = "QD26-16", "QD26-26"
REGULATIONS = (loading.DATA / "regulations.yaml").read_bytes()


def text_of(response) -> str:
    """The page's words, without its marks."""
    words = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(unescape(words).split())


def send(client, content: bytes, name: str = "bo-tieu-chi.yaml"):
    return client.post(LOAD, {"file": SimpleUploadedFile(name, content)})


def confirm(client, page):
    return client.post(LOAD, {"content": page.context["confirm"].initial["content"]})


@pytest.fixture
def water(db) -> CriteriaSet:
    return load_criteria(WATER)[0]


@pytest.fixture
def tour(db) -> CriteriaSet:
    return load_criteria(TOUR)[0]


@pytest.fixture
def admin(client_of, administrator):
    return client_of(administrator)


@pytest.fixture
def reader(client_of, commune_staff):
    return client_of(commune_staff)


# The list


def test_the_list_is_searched_filtered_and_sorted(reader, db):
    load_criteria("QD26-01", "QD26-14", WATER)

    def codes(query: str) -> list[str]:
        return [each.code for each in reader.get(LIST + query).context["listed"].page.object_list]

    assert codes("") == ["QD26-01", "QD26-14", WATER]
    assert codes("?sort=-leaves") == ["QD26-01", "QD26-14", WATER]
    assert codes("?sort=-code") == [WATER, "QD26-14", "QD26-01"]
    assert codes("?q=ruou trang") == ["QD26-14"]
    assert codes("?q=qd26-16") == [WATER]
    assert codes("?sector=II") == ["QD26-14", WATER]
    assert codes("?regulation=QD148-2023") == []
    assert codes("?state=retired") == []
    assert codes("?sector=IX") == []


def test_the_list_says_how_large_each_set_is_and_goes_out_as_a_file(reader, water):
    row = reader.get(LIST).context["listed"].page.object_list[0]
    assert (row.leaves, row.options) == (29, 93)
    assert (
        reader.get(LIST + "?xuat=csv")
        .getvalue()
        .decode("utf-8-sig")
        .splitlines()[1]
        .startswith("1,QD26-16,Đang áp dụng,")
    )


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_same_few_questions_of_any_number_of_sets(
    reader, world, count, django_assert_num_queries
):
    for number in range(count):
        make_criteria_set(f"BTC-{number}", group=make_group(f"QD26-{number:02d}"))
    with django_assert_num_queries(10):
        reader.get(LIST)


# A whole set


def test_a_set_is_read_whole(reader, water):
    page = text_of(reader.get(water.get_absolute_url()))
    for words in (
        "Phần A (40 điểm)",
        "1.1 Nguồn nguyên liệu 4 điểm",
        "1. Có nguyên liệu trong tỉnh, <50% tối thiểu 3 sao 1 2. Nguyên liệu trong tỉnh",
        "Yêu cầu: Nội dung phải thể hiện rõ nguồn gốc",
        "Minh chứng cần có: Bản tiêu chuẩn sản phẩm phải kèm phiếu kiểm nghiệm",
        "Chỉ chấm khi tiêu chí 5.1 đạt trên 0 điểm",
        "(tự tính: 0 điểm ở một trong các tiêu chí 6.1, 6.2, 6.3, 6.4)",
        "Điều kiện loại Loại hồ sơ nếu: giả mạo hồ sơ",
        "Văn bản chỉ ghi điểm; không chọn mức nào là 0 điểm.",
    ):
        assert words in page


def test_groups_within_groups_and_cases_are_read(reader, tour):
    page = text_of(reader.get(tour.get_absolute_url()))
    assert "Trường hợp 2: Điểm dịch vụ du lịch" in page
    assert "Hồ sơ chọn một trường hợp" in page
    tea = load_criteria("QD26-11")[0]
    page = text_of(reader.get(tea.get_absolute_url()))
    assert "6.2 Nước pha 11 điểm 6.2.1 Màu nước 3 điểm" in page


def test_the_proof_is_counted_from_the_database(reader, water):
    def proofs() -> dict[str, str]:
        found = reader.get(water.get_absolute_url()).context["proofs"]
        return {each.words: f"{each.holds}/{each.of}" for each in found}

    assert proofs() == {
        "Phần có số điểm đúng với quy định": "3/3",
        "Số thứ tự không trùng, nằm đúng dưới mục cấp trên": "38/38",
        "Phần và nhóm có tổng điểm tiêu chí bằng điểm tối đa": "9/9",
        "Tiêu chí có mức cao nhất bằng điểm tối đa (từng trường hợp)": "29/29",
        "Số tiêu chí so với số văn bản nêu": "29/29",
        "Mức tối thiểu 3 sao so với danh sách của văn bản": "7/7",
        "Mức tối thiểu 4 sao so với danh sách của văn bản": "9/9",
        "Mức tối thiểu 5 sao so với danh sách của văn bản": "4/4",
        "Mức tối thiểu tăng theo hạng sao": "20/20",
        "Điều kiện để chấm gọi đúng tiêu chí của bộ": "1/1",
        "Điều kiện loại theo điểm gọi đúng tiêu chí của bộ": "4/4",
    }
    # Only the test's own session may do this; the page tells at once.
    water.criteria.filter(code="6.3").update(max_points=3)
    assert proofs()["Tiêu chí có mức cao nhất bằng điểm tối đa (từng trường hợp)"] == "28/29"
    assert proofs()["Phần và nhóm có tổng điểm tiêu chí bằng điểm tối đa"] == "8/9"
    assert "Sai" in text_of(reader.get(water.get_absolute_url()))


def test_the_page_of_a_set_asks_few_questions_however_large_it_is(reader, water, django_assert_num_queries):
    small = make_criteria_set("BTC-1")
    for found in (water, small):
        with django_assert_num_queries(11):
            reader.get(found.get_absolute_url())


def test_doubts_and_readings_are_for_administrators(admin, reader, officer, client_of, tour):
    page = text_of(admin.get(tour.get_absolute_url()))
    assert "3 điểm nghi vấn trong văn bản" in page
    assert page.count("Tiêu đề ghi 35 điểm, cột điểm cộng thành 40.") == 2  # at the top and beside the part
    assert "cách hiểu, không phải nguyên văn" in page
    assert "Mỗi hạng sao đòi hỏi cả mức tối thiểu của mọi hạng thấp hơn: có áp dụng" in page
    for client in (reader, client_of(officer)):
        page = text_of(client.get(tour.get_absolute_url()))
        assert "nghi vấn" not in page
        assert "Tiêu đề ghi 35 điểm" not in page
        assert "cách hiểu" not in page


def test_a_reading_that_is_not_applied_is_shown_as_such(admin, world):
    readings = {
        "cumulative": False,
        "higher_option_satisfies": True,
        "missed_floor_lowers_to_next_star": True,
    }
    regulation = make_criteria_set("BTC-1").regulation
    Regulation.objects.filter(pk=regulation.pk).update(settings={"floors": readings})
    page = text_of(admin.get("/bo-tieu-chi/BTC-1/"))
    assert "mọi hạng thấp hơn: không áp dụng" in page


def test_a_draft_is_for_administrators_only(admin, reader, world):
    draft = make_criteria_set("BTC-1", published=False)
    assert admin.get(draft.get_absolute_url()).status_code == 200
    assert reader.get(draft.get_absolute_url()).status_code == 404
    assert [each.code for each in reader.get(LIST).context["listed"].page.object_list] == []
    assert reader.get(COMPARE, {"a": "BTC-1", "b": "BTC-1"}).context.get("compared") is None


def test_a_regulation_is_read_with_its_readings(admin, reader, water):
    page = text_of(admin.get("/bo-tieu-chi/quy-dinh/QD26-2026/"))
    assert "cách hiểu, không phải nguyên văn" in page
    assert "A: 40 · B: 25 · C: 35" in page
    assert "từ 3 sao trở lên, hiệu lực 36 tháng" in page
    assert "cách hiểu" not in text_of(reader.get("/bo-tieu-chi/quy-dinh/QD26-2026/"))


def test_the_bar_leads_there(client_of, leader, council_member):
    assert "Bộ tiêu chí" in text_of(client_of(leader).get("/viec-cua-toi/"))
    assert client_of(council_member).get(LIST).status_code == 200


# Two sets side by side


@pytest.fixture
def correction(water, administrator) -> CriteriaSet:
    def correct(found):
        found.update(code="QD26-16-DC1", corrects=WATER, agencies=["Bộ Y tế", "Bộ Công Thương"])
        at(found, "6.1")["title"] = "Tạp chất, cặn"
        at(found, "6.3")["options"][1].update(p=1, t="Có mùi nhẹ")
        group = at(found, "1")
        group["criteria"] = [c for c in group["criteria"] if c["code"] != "1.6"]
        group["criteria"].append(
            {"code": "1.7", "title": "Chuyển đổi số", "max": 1, "options": [{"p": 1, "t": "Có"}]}
        )

    load_drafts(changed(WATER, correct), by=administrator)
    return CriteriaSet.objects.get(code="QD26-16-DC1")


def test_a_set_and_its_correction_side_by_side(admin, correction):
    page = admin.get(COMPARE, {"a": WATER, "b": "QD26-16-DC1", "different": "on"})
    rows = page.context["rows"]
    assert [(row.kind, row.one and row.one.code, row.other and row.other.code) for row in rows] == [
        ("one", "1.6", None),
        ("other", None, "1.7"),
        ("changed", "6.1", "6.1"),
        ("changed", "6.3", "6.3"),
    ]
    said = [(d.name, d.one, d.other) for row in rows for d in row.differences]
    assert said == [
        ("Tiêu đề", "Tạp chất lạ", "Tạp chất, cặn"),
        ("Mức 2", "2 điểm: Có mùi nhẹ, tự nhiên, chấp nhận được", "1 điểm: Có mùi nhẹ"),
    ]
    assert [(d.name, d.other) for d in page.context["compared"].differences] == [
        ("Cơ quan phụ trách", "Bộ Y tế, Bộ Công Thương")
    ]
    words = text_of(page)
    for count in ("26 tiêu chí giống nhau", "2 tiêu chí có thay đổi", "1 tiêu chí chỉ có ở bộ thứ nhất"):
        assert count in words


def test_sets_of_two_groups_are_matched_by_title_where_numbers_moved(db):
    veg, water = load_criteria("QD26-01", WATER)
    found = comparing.compare(stored.facts_of(veg), stored.facts_of(water))
    pairs = {row.one.title: row.other and row.other.code for row in found.rows if row.one}
    assert pairs["Năng lực sản xuất"] == "1.3"  # 1.4 in the other set
    assert pairs["Chứng nhận vùng nguyên liệu"] is None  # 1.2 is another criterion there
    moved = next(row for row in found.rows if row.one and row.one.title == "Năng lực sản xuất")
    assert [(d.name, d.one, d.other) for d in moved.differences] == [("Số", "1.4", "1.3")]


def test_every_criterion_stands_once_in_a_comparison(db):
    sets = [stored.facts_of(each) for each in load_criteria("QD26-01", "QD26-11", "QD26-23", TOUR)]
    for one in sets:
        for other in sets:
            rows = comparing.compare(one, other).rows
            assert sorted(r.one.code for r in rows if r.one) == sorted(c.code for c in one.leaves)
            assert sorted(r.other.code for r in rows if r.other) == sorted(c.code for c in other.leaves)
            if one is other:
                assert {row.kind for row in rows} == {"same"}


def test_floors_are_compared(admin, water, administrator):
    def loosen(found):
        found.update(code="QD26-16-DC1", corrects=WATER)
        at(found, "7")["options"][3].pop("min_for_star")
        found["star_floor"][5].remove("7≥5")

    load_drafts(changed(WATER, loosen), by=administrator)
    row = admin.get(COMPARE, {"a": WATER, "b": "QD26-16-DC1", "different": "on"}).context["rows"][0]
    assert [(d.name, d.one, d.other) for d in row.differences] == [
        (
            "Mức 4",
            "5 điểm: Rất độc đáo và có tính đặc trưng · tối thiểu 5 sao",
            "5 điểm: Rất độc đáo và có tính đặc trưng",
        )
    ]


def test_comparing_asks_few_questions(admin, correction, django_assert_num_queries):
    with django_assert_num_queries(12):
        admin.get(COMPARE, {"a": WATER, "b": "QD26-16-DC1"})


@pytest.mark.parametrize("query", [{}, {"a": WATER}, {"a": "XX", "b": WATER}])
def test_without_two_sets_the_page_asks_for_them(reader, water, query):
    page = reader.get(COMPARE, query)
    assert (page.status_code, page.context.get("compared")) == (200, None)


# Loading


def test_a_set_is_loaded_from_a_file_after_a_look_at_what_it_changes(admin, water, administrator):
    content = changed(WATER, lambda found: found.update(code="QD26-16-DC1", corrects=WATER))
    page = send(admin, content)
    assert "Tệp hợp lệ. Chưa có gì được nạp." in text_of(page)
    assert "QD26-16-DC1 Bản nháp mới" in text_of(page)
    assert CriteriaSet.objects.count() == 1
    answer = confirm(admin, page)
    assert answer.url == "/bo-tieu-chi/QD26-16-DC1/"
    draft = CriteriaSet.objects.get(code="QD26-16-DC1")
    assert (draft.state, draft.loaded_by) == ("draft", administrator)
    logged = AuditEntry.objects.get(act="criteria_set.loaded", actor=administrator)
    assert logged.details["file_digest"] == page.context["contents"].digest
    # Once more: nothing would change, so nothing is offered.
    assert "Mọi nội dung trong tệp đều đã được nạp." in text_of(send(admin, content))


def test_a_file_of_several_sets_says_what_becomes_of_each(admin, water, administrator):
    load_drafts(shipped("QD26-01"), by=administrator)
    veg, new = entry("QD26-01"), entry("QD26-14")
    at(veg, "1.1")["title"] = "Nguồn gốc"
    page = send(admin, file_of(entry(WATER), veg, new))
    assert [(line.code, line.act) for line in page.context["contents"].lines] == [
        (WATER, "kept"),
        ("QD26-01", "replaced"),
        ("QD26-14", "new"),
    ]
    assert confirm(admin, page).url == LIST
    assert CriteriaSet.objects.get(code="QD26-01").criteria.get(code="1.1").title == "Nguồn gốc"


def test_a_bad_file_is_refused_with_place_and_reason_and_changes_nothing(admin, water):
    def spoil(found):
        found.update(code="QD26-16-DC1", colour="red")
        at(found, "2.3")["options"][2]["p"] = 9

    audits = AuditEntry.objects.count()
    page = send(admin, changed(WATER, spoil))
    assert page.status_code == 400
    words = text_of(page)
    assert "Không nhận tệp: có 4 lỗi. Dữ liệu giữ nguyên, chưa thay đổi gì." in words
    assert "QD26-16-DC1 Khóa lạ: colour." in words
    assert "QD26-16-DC1, 2.3 Mức cao nhất cho 9 điểm, còn điểm tối đa của tiêu chí là 3." in words
    assert (CriteriaSet.objects.count(), AuditEntry.objects.count()) == (1, audits)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"sets: [\n", "không đúng dạng YAML"),
        (b"PK\x03\x04\xff", "Tệp không phải văn bản UTF-8"),
        (b"news: []", "Tệp phải mở đầu bằng “sets:”"),
        (b"sets: []\nregulations: []", "chỉ chứa một trong hai"),
        (b"sets: []", "Tệp, sets Ở đây phải là một danh sách"),
        (b"a: &a [1]\nsets: *a", "Không nhận tham chiếu"),
    ],
)
def test_other_files_are_refused_in_words(admin, water, content, words):
    page = send(admin, content)
    assert (page.status_code, words in text_of(page)) == (400, True)


def test_a_file_too_large_or_none_at_all_is_refused(admin, world):
    large = send(admin, b"#" * (datafiles.MAX_BYTES + 1))
    assert "Tệp lớn hơn 1 MB." in text_of(large)
    assert "Có 1 lỗi cần sửa" in text_of(admin.post(LOAD))
    assert "Có 1 lỗi cần sửa" in text_of(send(admin, b""))


def test_of_very_many_faults_the_first_are_shown(admin, water):
    words = text_of(send(admin, file_of(*({"code": f"BTC-{number}"} for number in range(300)))))
    assert "có 300 lỗi" in words
    assert "Hiện 200 lỗi đầu trong số 300 lỗi." in words
    assert "BTC-199 Thiếu khóa" in words
    assert "BTC-200 " not in words


@pytest.mark.parametrize("content", ["", "%%%", "Zm9v"])
def test_a_confirmation_that_was_tampered_with_loads_nothing(admin, water, content):
    page = admin.post(LOAD, {"content": content})
    assert page.status_code in (200, 400)
    assert CriteriaSet.objects.count() == 1


def test_what_changed_between_look_and_confirmation_is_noticed(admin, water, administrator):
    page = send(admin, changed("QD26-14", lambda found: found.update(name="Rượu")))
    load_criteria("QD26-14")
    answer = confirm(admin, page)
    assert "Bộ này đã công bố và không sửa được." in text_of(answer)
    assert CriteriaSet.objects.get(code="QD26-14").name == "Rượu trắng"


def test_a_regulation_is_loaded_and_published_at_once(admin, water, administrator):
    words = REGULATIONS.decode()
    head, last = words.split("- code: QD26-2026")
    closed = "- code: QD26-2026" + last.replace(
        "files_from: 2026-05-22", "files_from: 2026-05-22\n  files_to: 2029-12-31"
    )
    new = "- code: QD-SAU-2030" + last.replace("files_from: 2026-05-22", "files_from: 2030-01-01")
    page = send(admin, (head + closed + new).encode(), "quy-dinh.yaml")
    assert [(line.code, line.act) for line in page.context["contents"].lines] == [
        ("QD1048-2019", "kept"),
        ("QD148-2023", "kept"),
        ("QD148-2023-A1489", "kept"),
        ("QD26-2026", "filled"),
        ("QD-SAU-2030", "new"),
    ]
    assert "Nộp hồ sơ từ 01/01/2030" in text_of(page)
    assert "công bố ngay, không sửa và không rút lại được" in text_of(page)
    assert confirm(admin, page).url == LIST
    assert Regulation.objects.get(code="QD-SAU-2030").settings["extension_max_days"] == 180
    acts = AuditEntry.objects.filter(actor=administrator).order_by("pk").values_list("act", flat=True)
    assert list(acts) == ["regulation.filled_in", "regulation.loaded"]


def test_a_bad_regulation_is_refused(admin, water):
    spoilt = REGULATIONS.replace(b"validity_months: 36", b"validity_months: '36'", 1)
    page = send(admin, spoilt.replace(b"QD1048-2019", b"QD1048-MOI"))
    assert page.status_code == 400
    assert "QD1048-MOI, validity_months Ở đây phải là số nguyên từ 1 đến 600." in text_of(page)
    assert "QD1048-MOI, files_from Thời gian nộp hồ sơ chồng lên QD1048-2019." in text_of(page)
    assert Regulation.objects.count() == 4


# Publishing


def test_a_draft_is_published_after_a_question(admin, correction, water):
    address = reverse("ratings:criteria_publish", args=["QD26-16-DC1"])
    assert address in admin.get(correction.get_absolute_url()).content.decode()
    question = text_of(admin.get(address))
    assert "QD26-16 Nước khoáng thiên nhiên, nước uống đóng chai thôi áp dụng trong cùng ngày." in question
    correction.refresh_from_db()
    assert correction.state == "draft"
    assert admin.post(address).url == correction.get_absolute_url()
    states = dict(CriteriaSet.objects.values_list("code", "state"))
    assert states == {WATER: "retired", "QD26-16-DC1": "published"}
    page = text_of(admin.get(water.get_absolute_url()))
    assert "Bộ này được đính chính bởi QD26-16-DC1" in page
    assert admin.post(address).status_code == 403


def test_a_published_set_is_retired_after_a_question(admin, water):
    address = reverse("ratings:criteria_retire", args=[WATER])
    assert "hồ sơ mới của nhóm sản phẩm không có bộ tiêu chí" in text_of(admin.get(address))
    admin.post(address)
    water.refresh_from_db()
    assert (water.state, str(water.retired_on)) == ("retired", "2023-12-29")
    assert admin.post(address).status_code == 403
