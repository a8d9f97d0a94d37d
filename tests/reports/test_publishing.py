"""A report that goes out: locked under its letter, superseded by a later one, checked by anyone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError, OperationalError
from django.utils import timezone

from accounts.models import AuditEntry
from ocop_portal.lib import periods
from reports import compiling, freezing, keeping, publishing, requesting
from reports.models import Publication, Run
from tests.factories import make_decision, make_enterprise, make_product, make_recognition

CHECK = "/kiem-tra-bao-cao/"
LETTER = {"number": "125/BC-UBND", "on": "29/12/2023"}


@pytest.fixture
def done(year, ask) -> Run:
    return compiled(ask())


def compiled(run: Run) -> Run:
    compiling.compile_run(run.pk)
    return Run.objects.select_related("snapshot", "area").get(pk=run.pk)


@pytest.fixture
def recognise_one_more(world):
    """A recognition of November that came into the portal after the first report was frozen."""

    def recognise():
        maker = make_enterprise(world.dam_thuy, name="HTX muộn")
        product = make_product(world.dam_thuy, maker, name="Chè muộn")
        decision = make_decision(world.district, number="2001/QĐ-UBND", signed_on=date(2023, 11, 3))
        return make_recognition(product, decision)

    return recognise


@pytest.fixture
def published(done, leader) -> Publication:
    return publishing.publish(done, number="125/BC-UBND", on=date(2023, 12, 29), by=leader)


@pytest.fixture
def superseding(published, ask, recognise_one_more, leader) -> Publication:
    recognise_one_more()
    second = compiled(ask())
    return publishing.publish(
        second, number="131/BC-UBND", on=date(2023, 12, 29), by=leader, reason="Bổ sung 01 sản phẩm"
    )


# ---- publishing


def test_a_report_is_published_with_its_letter(done, leader, client_of, settings):
    client = client_of(leader)
    answer = client.post(f"/bao-cao/luot/{done.pk}/phat-hanh/", LETTER, follow=True)
    page = answer.content.decode()
    assert "Đã phát hành và khóa" in page
    assert "125/BC-UBND" in page
    assert AuditEntry.objects.filter(act="report.published").count() == 1
    assert "125/BC-UBND" in client.get("/bao-cao/da-phat-hanh/").content.decode()


def test_the_file_carries_the_letters_number_and_the_same_figures(published, settings):
    run = Run.objects.get()
    book = openpyxl.load_workbook(Path(settings.REPORTS_ROOT) / run.file)
    words = [cell.value for row in book["Tổng hợp"].iter_rows() for cell in row if cell.value]
    assert "(Kèm theo Báo cáo số 125/BC-UBND ngày 29 tháng 12 năm 2023)" in words
    assert run.snapshot.code in str([c.value for r in book["Nguồn số liệu"].iter_rows() for c in r])


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"on": "30/12/2023"}, "không được sau ngày hôm nay"),
        ({"on": "28/12/2023"}, "không được trước ngày đó"),
        ({"number": ""}, "Có 1 lỗi cần sửa"),
    ],
)
def test_a_letter_that_cannot_be_is_refused_and_nothing_is_lost(done, leader, client_of, typed, words):
    page = client_of(leader).post(f"/bao-cao/luot/{done.pk}/phat-hanh/", LETTER | typed).content.decode()
    assert words in page
    assert (typed.get("number", "125/BC-UBND") or "29/12/2023") in page
    assert Publication.objects.count() == 0


def test_who_reads_does_not_publish(done, administrator, client_of):
    assert client_of(administrator).post(f"/bao-cao/luot/{done.pk}/phat-hanh/", LETTER).status_code == 403


def test_what_is_not_compiled_is_not_published(ask, year, leader, client_of):
    assert client_of(leader).post(f"/bao-cao/luot/{ask().pk}/phat-hanh/", LETTER).status_code == 403


def test_it_is_published_once(published, leader, client_of):
    answer = client_of(leader).post(f"/bao-cao/luot/{published.run_id}/phat-hanh/", LETTER)
    assert answer.status_code == 403
    assert "đã được phát hành" in answer.content.decode()


def test_a_disk_that_refuses_publishes_nothing(done, leader, monkeypatch):
    def full(*arguments, **options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(keeping.excel, "write", full)
    with pytest.raises(OSError, match="space"):
        publishing.publish(done, number="1/BC", on=date(2023, 12, 29), by=leader)
    assert Publication.objects.count() == 0


def test_a_published_file_is_kept_for_good(published, settings):
    Run.objects.update(finished_at=timezone.now() - timedelta(days=5000))
    assert keeping.tidy(timezone.now()) == 0


# ---- locked


@pytest.mark.parametrize(
    "change", ["letter_number = '9/BC'", "letter_on = '2020-01-01'", "reason = 'x'", "period = '2022'"]
)
def test_the_database_keeps_a_publication_as_it_was(published, change):
    with (
        pytest.raises((IntegrityError, OperationalError), match="does not change"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE reports_publication SET {change}")


def test_the_database_refuses_to_delete_a_publication(published):
    with (
        pytest.raises((IntegrityError, OperationalError), match="does not change"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SET LOCAL ocop.testing_reset = 'off'")
        cursor.execute("DELETE FROM reports_publication")


# ---- superseded


def test_a_later_report_takes_the_place_and_says_why(superseding, published, leader, client_of):
    published.refresh_from_db()
    assert (published.superseded_at is None, superseding.supersedes) == (False, published)
    page = client_of(leader).get(f"/bao-cao/luot/{published.run_id}/").content.decode()
    assert "nay đã được thay thế" in page
    assert "Bổ sung 01 sản phẩm" in page


def test_without_a_reason_nothing_is_superseded(published, ask, recognise_one_more, leader, client_of):
    recognise_one_more()
    second = compiled(ask())
    client = client_of(leader)
    page = client.post(f"/bao-cao/luot/{second.pk}/phat-hanh/", LETTER).content.decode()
    assert "Lý do thay thế báo cáo trước" in page
    assert Publication.objects.get() == published


def test_only_one_is_current(superseding):
    with pytest.raises(IntegrityError), transaction.atomic():
        run = superseding.run
        run.pk = None
        run.state = "done"
        run.save()
        Publication.objects.create(
            run=run, letter_number="1/BC", letter_on=date(2023, 12, 29), published_by=superseding.published_by
        )


def test_another_unit_does_not_find_it(published, other_officer, client_of):
    client = client_of(other_officer)
    assert client.post(f"/bao-cao/luot/{published.run_id}/phat-hanh/", LETTER).status_code == 404
    assert "125/BC-UBND" not in client.get("/bao-cao/da-phat-hanh/").content.decode()


# ---- the public check


def say(visitor, code: str, digest: str = "") -> str:
    answer = visitor.get(CHECK, {"ma": code, "digest": digest})
    assert answer.status_code == 200
    return answer.content.decode()


def test_anyone_checks_code_and_digest(published, visitor):
    snapshot = published.run.snapshot
    page = say(visitor, snapshot.code.lower(), snapshot.digest.upper())
    assert "Không thay đổi" in page
    assert "125/BC-UBND" in page


@pytest.mark.parametrize("typed", ["{head} {tail}", "{head}{tail}", " {head} – {tail} ", "{head}-{tail}."])
def test_the_code_is_found_however_it_is_typed(published, visitor, typed):
    head, tail = published.run.snapshot.code.lower().split("-")
    assert "125/BC-UBND" in say(visitor, typed.format(head=head, tail=tail))


@pytest.mark.parametrize(
    "spelled", [str, lambda code: code.replace("-", ""), lambda code: code.replace("-", " ")]
)
def test_the_longer_code_of_equal_figures_of_other_rows_is_found_too(done, leader, visitor, spelled):
    report = freezing.thaw(done.snapshot)
    key, record = next(iter(report.records.items()))
    other = replace(report, records={**report.records, key: replace(record, name="Tên khác")})
    again = freezing.freeze(other, done.snapshot.cut_off_at)
    assert again.code.startswith(f"{done.snapshot.code}-")
    Run.objects.filter(pk=done.pk).update(snapshot=again)
    publishing.publish(done, number="140/BC-UBND", on=date(2023, 12, 29), by=leader)
    assert "140/BC-UBND" in say(visitor, spelled(again.code))
    assert "Không có báo cáo đã phát hành" in say(visitor, done.snapshot.code)


def test_a_report_nobody_published_is_said_to_be_none(published, visitor):
    assert "Không có báo cáo này" in say(visitor, "TD-000000000000")


def test_the_list_of_published_reports_names_who_published(published, leader, client_of):
    page = client_of(leader).get("/bao-cao/da-phat-hanh/").content.decode()
    assert "Người phát hành" in page
    assert "Đơn vị đăng" not in page


def test_the_check_tells_nothing_of_the_content(published, visitor):
    page = say(visitor, published.run.snapshot.code, published.run.snapshot.digest)
    for words in ("Mật ong thử nghiệm", "Sản phẩm tham gia", "1887/QĐ-UBND"):
        assert words not in page


def test_a_digest_of_other_figures_is_told(published, visitor):
    assert "không phải số liệu đã phát hành" in say(visitor, published.run.snapshot.code, "0" * 64)


def test_a_superseded_report_names_the_one_that_took_its_place(superseding, published, visitor):
    page = say(visitor, published.run.snapshot.code, published.run.snapshot.digest)
    assert "Đã được thay thế" in page
    assert "131/BC-UBND" in page
    assert "Không thay đổi" in say(visitor, superseding.run.snapshot.code, superseding.run.snapshot.digest)


def test_a_draft_is_unknown_like_anything_else(done, visitor):
    draft = say(visitor, done.snapshot.code, done.snapshot.digest)
    unknown = say(visitor, "TD-KHONGCO", done.snapshot.digest)
    assert "Không có báo cáo đã phát hành nào mang mã này" in draft
    told = [page.split('role="status"')[1].split("</section>")[0] for page in (draft, unknown)]
    assert told[0] == told[1]


def test_half_a_digest_is_refused_in_words(published, visitor):
    assert "64 ký tự" in say(visitor, published.run.snapshot.code, "abc")


# ---- comparing


def test_two_equal_reports_are_said_to_be_the_same(done, ask, leader, client_of):
    second = compiled(ask())
    page = client_of(leader).get("/bao-cao/so-sanh/", {"truoc": done.pk, "sau": second.pk}).content.decode()
    assert "Số liệu giống nhau" in page


def test_what_came_in_is_new_and_figures_change(done, ask, recognise_one_more, leader, client_of):
    recognise_one_more()
    second = compiled(ask())
    client = client_of(leader)
    page = client.get("/bao-cao/so-sanh/", {"truoc": second.pk, "sau": done.pk}).content.decode()
    assert "Chè muộn" in page
    assert page.index("Báo cáo trước") < page.index(done.snapshot.code) < page.index(second.snapshot.code)
    assert (
        f"truoc={done.pk}&amp;sau={second.pk}" in client.get(f"/bao-cao/luot/{second.pk}/").content.decode()
    )


def test_reports_of_different_units_are_not_compared(done, ask, world, province_leader, client_of):
    other = compiled(ask(by=province_leader, area=world.province))
    page = client_of(province_leader).get("/bao-cao/so-sanh/", {"truoc": done.pk, "sau": other.pk})
    assert "cùng loại của cùng một đơn vị" in page.content.decode()


def test_a_run_outside_ones_posts_is_no_choice(done, other_officer, client_of):
    answer = client_of(other_officer).get("/bao-cao/so-sanh/", {"truoc": done.pk, "sau": done.pk})
    assert answer.status_code == 200
    assert done.snapshot.code not in answer.content.decode()


def test_reports_to_compare_are_told_apart_by_kind_and_by_the_hour_of_the_wall_clock(
    done, leader, client_of, world
):
    other = requesting.request("san-pham-cong-nhan", world.district, periods.parse("2023"), by=leader)
    compiling.compile_run(other.pk)
    Run.objects.update(created_at=datetime(2023, 12, 29, 1, 30, tzinfo=UTC))
    page = client_of(leader).get("/bao-cao/so-sanh/").content.decode()
    assert "Tiến độ thực hiện kế hoạch – Huyện Trùng Khánh – Năm 2023 – 29/12/2023 08:30" in page
    assert "Danh sách sản phẩm được công nhận – Huyện Trùng Khánh – Năm 2023 – 29/12/2023 08:30" in page
