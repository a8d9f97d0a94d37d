"""The papers of a session, printed from its frozen results: Excel with real numbers, PDF to be signed."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook
from pypdf import PdfReader

from ratings import agreeing, sitting
from ratings.models import Attendance, Council, Dossier, Session
from tests.ratings.sitting_council import (
    BEST,
    TODAY,
    make_accepted,
    make_council,
    make_item,
    make_session,
    score_all,
    sheets_of,
)

pytestmark = pytest.mark.django_db
PAPERS = [("bien-ban", "xlsx"), ("bien-ban", "pdf"), ("tong-hop", "xlsx"), ("du-thao-quyet-dinh", "xlsx")]


@pytest.fixture(autouse=True)
def in_june_2026(settings):
    settings.OCOP_TODAY = TODAY


@pytest.fixture
def session(world, council, province_officer):
    """Five stars after a second pass; two stars by a missed floor; four stars."""
    council.quorum_percent = 60
    council.save()
    session = make_session(council, place="Cao Bằng")
    first = make_item(session, make_accepted(world.new_dam_thuy), recused=council.members.last())
    score_all(first, BEST, BEST | {"1": 1}, by=province_officer)
    sitting.discuss(first, "Thống nhất cách tính điểm nguyên liệu", by=province_officer)
    sitting.score_again(first, "Chênh lệch 40 điểm", by=province_officer)
    score_all(first, BEST, BEST | {"1": 5}, by=province_officer)
    agreeing.agree(first, by=province_officer, conclusion="Trình Trung ương")
    second = make_item(session, make_accepted(world.new_tra_linh))
    held = {"1": 6, "2": 3, "3": 2, "4": 1}
    score_all(second, held, held, held, by=province_officer)
    agreeing.agree(second, by=province_officer)
    third = make_item(session, make_accepted(world.new_tra_linh))
    score_all(third, *[held | {"4": 3}] * 3, by=province_officer)
    agreeing.agree(third, by=province_officer)
    return session


@pytest.fixture
def browser(client_of, province_officer):
    return client_of(province_officer)


def fetch(browser, session: Session, paper: str, kind: str):
    return browser.get(reverse("ratings:session_paper", args=[session.pk, paper, kind]))


def cells(content: bytes, sheet: int = 0) -> list[list[object]]:
    book = load_workbook(BytesIO(content))
    rows = book.worksheets[sheet].iter_rows(values_only=True)
    return [[value for value in row if value is not None] for row in rows]


def words(content: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).split())


class TestTheSummary:
    def test_has_real_numbers_as_printed(self, browser, session):
        rows = cells(fetch(browser, session, "tong-hop", "xlsx").getvalue())
        codes = [item.dossier.code for item in session.items.all()]
        found = {row[1]: row[5:] for row in rows if len(row) > 1 and row[1] in codes}
        assert found == {
            codes[0]: [2, 35.01, 25, 35, 95.01, 5, 5, "Tiềm năng 5 sao"],
            codes[1]: [3, 40, 25, 15, 80, 4, 2, "2 sao"],
            codes[2]: [3, 40, 25, 19, 84, 4, 4, "4 sao"],
        }

    def test_stands_under_the_letterhead(self, browser, session):
        rows = cells(fetch(browser, session, "tong-hop", "xlsx").getvalue())
        assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in rows[0]
        assert "HỘI ĐỒNG OCOP" in rows[1]
        assert ["CHỦ TỊCH HỘI ĐỒNG"] in rows


class TestTheMinutes:
    def test_name_who_came_and_who_was_recused(self, browser, session, council):
        text = words(fetch(browser, session, "bien-ban", "pdf").getvalue())
        last = str(council.members.last().user)
        assert f"Không tham gia chấm do có lợi ích liên quan: {last} (Cổ đông)." in text
        assert (
            "Có mặt: " + "; ".join(f"{m.user} ({m.get_seat_display()})" for m in council.members.all())
            in text
        )

    def test_carry_their_number_and_the_secretarys_note(self, browser, session):
        Session.objects.update(minutes_number="02/BB-HĐ", minutes_note="Họp trực tiếp.\nKhách mời: 02.")
        printed = words(fetch(browser, session, "bien-ban", "pdf").getvalue())
        listed = str(cells(fetch(browser, session, "bien-ban", "xlsx").getvalue()))
        for told in ("02/BB-HĐ", "Họp trực tiếp.", "Khách mời: 02."):
            assert told in printed
            assert told in listed

    def test_tell_each_pass_and_the_discussion(self, browser, session):
        text = words(fetch(browser, session, "bien-ban", "pdf").getvalue())
        assert "Lượt chấm 1: 2 phiếu. Chênh lệch 40,00 điểm." in text
        assert "Lượt chấm 2: 2 phiếu. Lý do chấm lại: Chênh lệch 40 điểm. Chênh lệch 9,99 điểm." in text
        assert "Thảo luận: Thống nhất cách tính điểm nguyên liệu" in text
        assert "Kết quả: 95,01 điểm; sao theo điểm: 5; sao theo mức tối thiểu: 5; Tiềm năng 5 sao." in text
        assert "Kết quả: 80,00 điểm; sao theo điểm: 4; sao theo mức tối thiểu: 2; 2 sao." in text

    def test_as_excel_keep_every_pass(self, browser, session):
        content = fetch(browser, session, "bien-ban", "xlsx").getvalue()
        passes = cells(content, 1)
        assert [(row[2], row[-1]) for row in passes[1:]] == [
            (1, 100),
            (1, 60),
            (2, 100),
            (2, 90.01),
            *[(1, 80)] * 3,
            *[(1, 84)] * 3,
        ]

    def test_come_from_the_frozen_results_alone(self, browser, session):
        before = [fetch(browser, session, *paper).getvalue() for paper in PAPERS]
        Attendance.objects.update(present=False)
        Dossier.objects.update(case=2)
        for dossier in Dossier.objects.all():
            dossier.product.name = "Tên mới"
            dossier.product.save()
        Council.objects.update(name="Hội đồng khác", spread_points=1)
        assert [fetch(browser, session, *paper).getvalue() for paper in PAPERS] == before


class TestTheDraftDecision:
    def test_lists_what_the_province_recognises_and_what_goes_above(self, browser, session):
        five, _two, four = (item.dossier for item in session.items.all())
        content = fetch(browser, session, "du-thao-quyet-dinh", "xlsx").getvalue()
        text, annex, above = (cells(content, place) for place in range(3))
        assert ["Điều 1", "Công nhận 1 sản phẩm OCOP theo danh sách kèm theo Quyết định này."] in text
        listed = [[row for row in rows if row and row[0] in (1, 2)] for rows in (annex, above)]
        assert listed == [
            [[1, four.product.name, four.enterprise.name, "Xã Trà Lĩnh", 84, 4]],
            [[1, five.product.name, five.enterprise.name, "Xã Đàm Thủy", 95.01, 5]],
        ]
        assert any("Kèm theo Quyết định số" in str(cell) for row in annex for cell in row)
        assert "ỦY BAN NHÂN DÂN CAO BẰNG" in annex[1]


class TestTheSheets:
    def test_stand_one_a_member_in_the_order_of_the_annex(self, browser, session):
        item = session.items.first()
        url = reverse("ratings:sheets_paper", args=[item.pk, "xlsx"])
        book = load_workbook(BytesIO(browser.get(url).getvalue()))
        assert book.sheetnames == ["Phiếu 1", "Phiếu 2"]
        rows = cells(browser.get(url).getvalue(), 1)
        marks = [(row[0], row[2], row[4]) for row in rows if row and row[0] in BEST]
        assert marks == [("1", 40, 30.01), ("2", 25, 25), ("3", 30, 30), ("4", 5, 5)]

    def test_as_pdf_to_be_signed(self, browser, session):
        item = session.items.first()
        text = words(browser.get(reverse("ratings:sheets_paper", args=[item.pk, "pdf"])).getvalue())
        assert text.count("PHIẾU CHẤM ĐIỂM SẢN PHẨM OCOP") == 2
        assert "Tổng điểm: 90,01 (phần A: 30,01, phần B: 25,00, phần C: 35,00)." in text

    def test_one_alone(self, browser, session):
        item = session.items.first()
        second = sheets_of(item)[1]
        url = reverse("ratings:sheets_paper", args=[item.pk, "xlsx"])
        book = load_workbook(BytesIO(browser.get(url, {"phieu": second.pk}).getvalue()))
        assert book.sheetnames == ["Phiếu 2"]


class TestWhoTakesThem:
    def test_only_after_a_result(self, browser, sitting_item):
        assert fetch(browser, sitting_item.session, "bien-ban", "pdf").status_code == 403
        url = reverse("ratings:sheets_paper", args=[sitting_item.pk, "pdf"])
        assert browser.get(url).status_code == 403

    def test_another_council_s_are_not_found(self, world, client_of, session):
        stranger = client_of(make_council(world.district).members.first().user)
        assert fetch(stranger, session, "bien-ban", "pdf").status_code == 404
        url = reverse("ratings:sheets_paper", args=[session.items.first().pk, "xlsx"])
        assert stranger.get(url).status_code == 404

    def test_an_unknown_paper_is_not_found(self, browser, session):
        for paper, kind in (("bien-ban", "doc"), ("khac", "pdf"), ("tong-hop", "pdf")):
            assert fetch(browser, session, paper, kind).status_code == 404

    @pytest.mark.parametrize(("paper", "kind"), PAPERS)
    def test_are_downloads_with_plain_names(self, browser, session, paper, kind):
        answer = fetch(browser, session, paper, kind)
        assert answer.getvalue()[:2] in (b"PK", b"%P")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert f'_2026-06-15_{session.pk}.{kind}"' in answer["Content-Disposition"]

    def test_take_one_statement_for_the_results(self, browser, session, django_assert_num_queries):
        with django_assert_num_queries(5):
            fetch(browser, session, "tong-hop", "xlsx").getvalue()
