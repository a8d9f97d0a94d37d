"""Revisions: a published target changes by them only, they append, earlier periods keep their numbers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from accounts.models import AuditEntry
from ocop_portal.lib import files, periods
from plans import planning, revising
from plans.models import Plan, Revision, Target
from plans.progress import State, progress
from plans.promises import in_force


def page_of(plan: Plan, name: str = "detail", *rest: object) -> str:
    return reverse(f"plans:{name}", args=[plan.pk, *rest])


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture
def desk(client_of, officer):
    return client_of(officer)


@pytest.fixture
def target(aim, plan, officer) -> Target:
    """A published target of 6 products, in a session that keeps it as the portal's own does."""
    aim("taking_part", 6, words="Ít nhất 06 sản phẩm tham gia")
    planning.publish(plan, by=officer)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ocop.testing_reset = 'off'")
    return Target.objects.get()


@pytest.fixture
def revise(target, officer):
    def write(number: int, on: date | None = date(2023, 7, 1), **fields: Any) -> Revision:
        facts = {"kind": "decision", "decision": "123/QĐ-UBND", "decided_on": on, "reason": "Thiếu vốn"}
        return revising.revise(target, by=officer, number=Decimal(number), **(facts | fields))

    return write


def sent(plan: Plan, **changes: str) -> dict[str, str]:
    plan.refresh_from_db()
    values = {
        "version": str(plan.version),
        "kind": "decision",
        "decision": "123/QĐ-UBND",
        "decided_on": "1/7/2023",
        "reason": "Bổ sung sản phẩm của xã mới",
        "words": "Ít nhất 08 sản phẩm tham gia",
        "comparator": "ge",
        "number": "8",
        "number_max": "",
        "deadline": "",
    }
    return values | changes


def test_an_officer_revises_a_published_target_and_everybody_reads_how(target, plan, desk, client):
    address = page_of(plan, "revise", target.pk)
    assert address in text_of(desk.get(page_of(plan)))
    assert 'value="6"' in text_of(desk.get(address))
    response = desk.post(address, sent(plan))
    assert (response.status_code, response["Location"]) == (302, page_of(plan))
    target.refresh_from_db()
    assert (target.number, target.words) == (8, "Ít nhất 08 sản phẩm tham gia")
    one = Revision.objects.get()
    assert (one.old_number, one.new_number, one.decided_on) == (6, 8, date(2023, 7, 1))
    told = (
        "Điều chỉnh theo Quyết định số 123/QĐ-UBND ngày 01/07/2023",
        "từ “ít nhất 06 sản phẩm” thành “ít nhất 08 sản phẩm”",
        "Bổ sung sản phẩm của xã mới",
    )
    row = desk.get(page_of(plan)).content.decode().partition('<tr class="table__under">')[2]
    assert told[0] in row.partition("</tr>")[0], "under the target's row, as wide as the table"
    for shown in (
        text_of(desk.get(page_of(plan))),
        text_of(desk.get(address)),
        text_of(client.get(reverse("public:plan", args=[plan.slug]))),
    ):
        assert [words for words in told if words not in shown] == []
        assert "Ít nhất 08 sản phẩm tham gia" in shown
    assert AuditEntry.objects.get(act="plan.target_revised").details["new"]["number"] == "8"


def test_a_report_on_an_earlier_period_keeps_the_number_of_then(plan, revise, take_part):
    take_part(3, on=date(2023, 3, 1))
    revise(3, on=date(2023, 7, 1), words="Ít nhất 03 sản phẩm", deadline=date(2023, 10, 31))
    before, after = (progress(plan, periods.parse(code))[0] for code in ("2023-H1", "2023-Q3"))
    assert (before.planned, before.words) == (6, "Ít nhất 06 sản phẩm tham gia")
    assert (before.percent, before.state) == (50, State.ON_TRACK)
    assert before.target.deadline is None
    assert (after.planned, after.words, after.percent) == (3, "Ít nhất 03 sản phẩm", 100)
    assert (after.state, after.target.deadline) == (State.MET, date(2023, 10, 31))


def test_a_decision_counts_from_its_own_day(plan, revise):
    revise(8, on=date(2023, 6, 30))
    days = {"2023-06": 8, "2023-05": 6, "2023-Q2": 8, "2023-Q1": 6, "2023": 8}
    assert {code: progress(plan, periods.parse(code))[0].planned for code in days} == days


def test_several_revisions_each_hold_until_the_next(target, revise):
    revise(8, on=date(2023, 4, 1))
    revise(5, on=date(2023, 9, 1), decision="200/QĐ-UBND")
    days = [date(2023, 3, 31), date(2023, 4, 1), date(2023, 8, 31), date(2023, 9, 1), date(2023, 12, 31)]
    target.refresh_from_db()
    assert [in_force(target, day).number for day in days] == [6, 8, 8, 5, 5]


def test_a_correction_holds_from_what_it_corrects(target, revise):
    revise(7, on=None, kind="correction", decision="", reason="Nhập nhầm")
    revise(9, on=date(2023, 7, 1))
    revise(10, on=None, kind="correction", decision="", reason="Nhập nhầm quyết định")
    target.refresh_from_db()
    assert [in_force(target, date(2023, month, 1)).number for month in (1, 6, 7, 12)] == [7, 7, 10, 10]
    assert target.number == 10


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"decision": ""}, "Hãy nhập số quyết định."),
        ({"decided_on": ""}, "Hãy nhập ngày quyết định."),
        ({"decided_on": "31/12/2099"}, "Ngày quyết định không được ở tương lai."),
        ({"decided_on": "31/1/2023"}, "Kế hoạch có ngày 01/02/2023"),
        ({"reason": ""}, "Lý do"),
        ({"number": ""}, "Nhập con số hoặc chọn"),
        ({"number": "sáu"}, "Con số"),
        ({"number": "-3"}, "Nhập số không âm."),
        ({"deadline": "31/12/2022"}, "Kế hoạch bắt đầu từ năm 2023"),
        ({"number_max": "7"}, "Cận trên của khoảng phải lớn hơn cận dưới."),
        ({"number": "6", "words": "Ít nhất 06 sản phẩm tham gia"}, "Chưa có thay đổi nào"),
    ],
)
def test_what_a_revision_lacks_is_said_and_nothing_typed_is_lost(target, plan, desk, changes, words):
    response = desk.post(page_of(plan, "revise", target.pk), sent(plan, **changes))
    shown = text_of(response)
    assert response.status_code == 200
    assert "error-summary" in shown
    assert words in shown
    if "reason" not in changes:
        assert "Bổ sung sản phẩm của xã mới" in shown
    assert not Revision.objects.exists()


def test_decisions_are_entered_in_their_order(revise):
    revise(8, on=date(2023, 9, 1))
    with pytest.raises(ValidationError, match="01/09/2023"):
        revise(7, on=date(2023, 8, 31))


def test_the_second_of_two_revisers_is_told_and_keeps_the_text(target, plan, desk, revise):
    old = sent(plan)
    revise(7)
    response = desk.post(page_of(plan, "revise", target.pk), old)
    assert response.status_code == 409
    assert "Bổ sung sản phẩm của xã mới" in text_of(response)
    assert Revision.objects.count() == 1


def test_a_target_that_was_never_published_is_changed_itself(aim, plan, officer, desk):
    draft = aim("taking_part", 6)
    with pytest.raises(planning.Refused):
        revising.revise(draft, by=officer, kind="correction", reason="x", number=Decimal(7))
    assert "không cần điều chỉnh" in text_of(desk.get(page_of(plan, "revise", draft.pk)))
    refused = desk.post(page_of(plan, "revise", draft.pk), sent(plan))
    assert refused.status_code == 403
    assert "hãy sửa trực tiếp" in text_of(refused)


@pytest.mark.parametrize("who", ["commune_staff", "leader", "other_officer"])
def test_only_officers_over_the_area_revise(request, target, who):
    person = request.getfixturevalue(who)
    facts = {"kind": "correction", "reason": "x", "number": Decimal(7)}
    with pytest.raises(PermissionDenied):
        revising.revise(target, by=person, **facts)


def test_a_plan_taken_off_the_public_pages_still_keeps_what_it_promised(target, plan, desk, officer):
    planning.unpublish(plan, by=officer, reason="Sửa nội dung")
    typed = sent(plan, kieu="mot-so", indicator=str(target.indicator_id), note="Ghi chú mới")
    response = desk.post(page_of(plan, "target_edit", target.pk), typed)
    assert response.status_code == 200
    assert "mục này chỉ thay đổi bằng điều chỉnh" in text_of(response)
    kept = typed | {"words": target.words, "number": "6"}
    assert desk.post(page_of(plan, "target_edit", target.pk), kept).status_code == 302
    target.refresh_from_db()
    assert (target.number, target.note) == (6, "Ghi chú mới")
    removed = desk.post(page_of(plan, "target_remove", target.pk))
    assert (removed.status_code, Target.objects.count()) == (403, 1)
    assert "không xóa được" in text_of(removed)


def test_what_is_added_to_a_plan_off_the_public_pages_is_free_until_it_is_published(
    target, plan, officer, aim
):
    planning.unpublish(plan, by=officer, reason="Bổ sung")
    added = aim("taking_part", 2, words="Thêm")
    planning.set_target(plan, by=officer, target=added, number=Decimal(3))
    planning.publish(plan, by=officer)
    assert set(plan.targets.values_list("promised_at", flat=True)) != {None}
    assert Target.objects.get(pk=target.pk).promised_at == target.promised_at
    assert Target.objects.get(pk=added.pk).promised_at is not None


# --- the decision's file

PDF = b"%PDF-1.7 quyet dinh"


def files_kept(settings) -> list[Any]:
    return [path for path in settings.PRIVATE_ROOT.rglob("*") if path.is_file()]


def test_a_revision_keeps_the_decisions_file_for_those_who_read_the_plan(
    target, plan, desk, client, client_of, other_officer, neighbour
):
    paper = SimpleUploadedFile("QĐ 123.pdf", PDF)
    desk.post(page_of(plan, "revise", target.pk), sent(plan) | {"document": paper})
    one = Revision.objects.get()
    address = page_of(plan, "revision_file", one.pk)
    for page in (page_of(plan), page_of(plan, "revise", target.pk)):
        assert f'href="{address}">QĐ 123.pdf</a>' in text_of(desk.get(page))
    for reader in (desk, client_of(neighbour)):
        file = reader.get(address)
        assert (b"".join(file.streaming_content), file["Content-Type"]) == (PDF, "application/pdf")
        assert file["Content-Disposition"].startswith("attachment")
    assert client_of(other_officer).get(address).status_code == 404
    assert client.get(address).status_code == 302
    public = text_of(client.get(reverse("public:plan", args=[plan.slug])))
    assert "123/QĐ-UBND" in public
    assert "QĐ 123.pdf" not in public
    assert AuditEntry.objects.get(act="plan.target_revised").details["document"] == one.document_sha256


def test_the_file_is_read_no_more_where_the_plan_is_not(target, plan, revise, officer, client_of, neighbour):
    upload = files.inspect(SimpleUploadedFile("qd.pdf", PDF), kinds=files.PAPERS)
    address = page_of(plan, "revision_file", revise(8, document=upload).pk)
    planning.unpublish(plan, by=officer, reason="Sửa")
    assert client_of(neighbour).get(address).status_code == 404
    assert b"".join(client_of(officer).get(address).streaming_content) == PDF


def test_a_file_of_another_plan_or_none_is_not_found(target, plan, revise, desk, officer, district):
    upload = files.inspect(SimpleUploadedFile("qd.pdf", PDF), kinds=files.PAPERS)
    one, bare = revise(8, document=upload), revise(9)
    other = planning.create(
        by=officer, area=district, title="Khác", issuing_body="UBND", first_year=2023, last_year=2023
    )
    assert desk.get(page_of(other, "revision_file", one.pk)).status_code == 404
    assert desk.get(page_of(plan, "revision_file", bare.pk)).status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "changed", "words"),
    [
        ("qd.pdf", b"MZ exe", {}, "PDF"),
        ("qd.exe", PDF, {}, "qd.exe"),
        ("qd.pdf", PDF, {"decided_on": "1/1/2022"}, "Kế hoạch có ngày"),
        ("qd.pdf", PDF, {"words": "Ít nhất 06 sản phẩm tham gia", "number": "6"}, "Chưa có thay đổi nào"),
    ],
)
def test_what_is_refused_leaves_no_file(target, plan, desk, settings, name, content, changed, words):
    data = sent(plan, **changed) | {"document": SimpleUploadedFile(name, content)}
    response = desk.post(page_of(plan, "revise", target.pk), data)
    assert response.status_code == 200
    assert words in text_of(response)
    assert (Revision.objects.count(), files_kept(settings)) == (0, [])


def test_the_file_of_a_revision_stays_as_it_was_given(target, plan, revise):
    upload = files.inspect(SimpleUploadedFile("qd.pdf", PDF), kinds=files.PAPERS)
    rows = Revision.objects.filter(pk=revise(8, document=upload).pk)
    others = {"document": "2023/khac.pdf", "document_name": "khac.pdf", "document_sha256": "0" * 64}
    for name, value in others.items():
        assert refused_by_the_database(lambda change={name: value}: rows.update(**change))
    bare = Revision.objects.filter(pk=revise(9).pk)
    assert refused_by_the_database(lambda: bare.update(document="2023/khac.pdf"))


# --- kept by the database


def refused_by_the_database(act) -> bool:
    try:
        with transaction.atomic():
            act()
    except DatabaseError:
        return True
    return False


def test_the_database_keeps_revisions_and_promises(target, plan, revise):
    one = revise(8)
    rows, kept = Revision.objects.filter(pk=one.pk), Target.objects.filter(pk=target.pk)
    for act in (
        lambda: rows.update(reason="Khác"),
        lambda: rows.update(new_number=9),
        rows.delete,
        lambda: kept.update(number=9),
        lambda: kept.update(words="Khác"),
        lambda: kept.update(comparator="about"),
        lambda: kept.update(number_max=20),
        lambda: kept.update(deadline=date(2023, 9, 9)),
        lambda: kept.update(promised_at=None),
        kept._raw_delete,
    ):
        run = (lambda: kept._raw_delete("default")) if act == kept._raw_delete else act
        assert refused_by_the_database(run)
    kept.update(note="Ghi chú")
    assert kept.get().number == 8


@pytest.mark.parametrize("count", [1, 3])
def test_revisions_cost_the_page_the_same_however_many(
    target, plan, revise, desk, client, count, django_assert_num_queries
):
    for number in range(count):
        revise(7 + number)
    desk.get(page_of(plan))
    with django_assert_num_queries(17):
        desk.get(page_of(plan))
    with django_assert_num_queries(6):
        client.get(reverse("public:plan", args=[plan.slug]))
