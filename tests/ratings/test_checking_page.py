"""Checking a dossier of 2026: read beside its evidence, returned place by place, answered, compared."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.urls import reverse

from accounts.models import AuditEntry, Role
from enterprises.models import Evidence
from ratings import checking, differences, filing, places, questioning, unlocking, workflow
from ratings.models import Answer, CommuneAssessment, Dossier, EvidenceUse, SectionContent
from ratings.workflow import Point, Refused
from tests.factories import load_criteria, make_dossier, make_product, make_user
from tests.ratings import scenes

State = Dossier.State
FILED, TODAY = date(2026, 6, 1), date(2026, 6, 15)


@pytest.fixture
def rice_wine(db, settings):
    settings.OCOP_TODAY = TODAY
    return load_criteria("QD26-14")[0]


@pytest.fixture
def clerk(world):
    return make_user("xa.damthuy.2026", Role.COMMUNE, world.new_dam_thuy, full_name="Cán bộ Đàm Thủy mới")


@pytest.fixture
def draft(world, rice_wine, clerk, with_paper):
    """A draft with two answers, a note, a section and a paper for criterion 2.2 that has run out."""
    product = make_product(world.new_dam_thuy, group=rice_wine.group, name="Rượu ngô Bản Giốc")
    dossier = filing.open_dossier(product, kind="first", by=clerk, on=FILED, pledged=True)
    with_paper(dossier)
    answer(dossier, "1.1", 1, note="Ngô của xóm")
    answer(dossier, "2.2", 1)
    SectionContent.objects.create(
        dossier=dossier, section="thong-tin-chung", content={"history": "Nấu từ năm 1990"}
    )
    return scenes.complete(dossier)


def answer(dossier, code, position, note=""):
    criterion = dossier.criteria_set.criteria.get(code=code)
    option = criterion.options.get(position=position)
    Answer.objects.update_or_create(
        dossier=dossier, criterion=criterion, defaults={"option": option, "note": note}
    )
    return criterion


def prove(dossier, code="", **fields):
    stored = storages["private"].save("minh-chung.pdf", ContentFile(b"%PDF-1.7"))
    defaults = {
        "kind": "test_report",
        "title": "Phiếu kiểm nghiệm",
        "number": "12/PKN",
        "file": stored,
        "file_name": "minh-chung.pdf",
        "content_type": "application/pdf",
        "size": 8,
        "sha256": f"{Evidence.objects.count():064d}",
    }
    paper = Evidence.objects.create(enterprise=dossier.enterprise, **(defaults | fields))
    criterion = dossier.criteria_set.criteria.get(code=code) if code else None
    return EvidenceUse.objects.create(dossier=dossier, evidence=paper, criterion=criterion)


@pytest.fixture
def submitted(draft, clerk):
    """Proposed by the commune to the province on 3/6/2026."""
    prove(draft, "2.2", expires_on=date(2026, 6, 14))
    workflow.move(draft, State.AT_COMMUNE, by=clerk, on=FILED)
    CommuneAssessment.objects.create(
        dossier=draft, **dict.fromkeys(("origin", "labour", "idea", "identity"), "Đạt"), proposes=True,
        assessed_on=FILED,
    )  # fmt: skip
    workflow.move(draft, State.SUBMITTED, by=clerk, on=date(2026, 6, 3))
    return draft


def page(name, dossier):
    return reverse(f"ratings:{name}", args=[dossier.pk])


def text_of(response):
    return response.content.decode()


def box(target, why="Chưa rõ"):
    return {f"back-{target}": "on", f"why-{target}": why}


def entry(response, target):
    return response.context["page"].at(target)


# --- reading


def test_a_section_reads_in_the_order_in_which_it_is_asked(client_of, submitted, province_officer):
    # Written in another order, and the database keeps the keys in one of its own.
    said = {
        "market": "Chợ",
        "profit_2025": "5",
        "revenue_2024": "1",
        "has_results": "yes",
        "revenue_2023": "2",
    }
    SectionContent.objects.update_or_create(dossier=submitted, section="ket-qua", defaults={"content": said})
    shown = client_of(province_officer).get(page("dossier_check", submitted))
    assert [row["label"] for row in entry(shown, "section:ket-qua").rows] == [
        "Sản phẩm đã bán ra trong các năm trước chưa?",
        "Doanh thu, năm 2023 (triệu đồng)",
        "Doanh thu, năm 2024 (triệu đồng)",
        "Lợi nhuận, năm 2025 (triệu đồng)",
        "Thị trường",
    ]


def test_a_dossier_is_read_place_by_place_beside_its_evidence(client_of, submitted, province_officer):
    shown = client_of(province_officer).get(page("dossier_check", submitted))
    leaves = submitted.criteria_set.criteria.filter(is_leaf=True).values_list("code", flat=True)
    assert [each.place.target for each in shown.context["page"].entries] == [
        "section:dang-ky",
        "section:thong-tin-chung",
        "section:ket-qua",
        "section:tu-danh-gia",
        *[f"criterion:{code}" for code in leaves],
        "section:phuong-an",
    ]
    first = entry(shown, "criterion:1.1")
    option = submitted.answers.get(criterion__code="1.1").option
    assert (first.claim.option, first.claim.points, first.claim.most) == (option.label, 1, 4)
    assert first.claim.note == "Ngô của xóm"
    assert [(f.floor.stars, f.floor.points, f.met) for f in first.claim.floors] == [(3, 1, True)]
    said = {row["label"]: row["value"] for row in entry(shown, "section:thong-tin-chung").rows}
    assert said["Lịch sử hình thành"] == "Nấu từ năm 1990"
    proof = entry(shown, "criterion:2.2").evidence
    assert [(p["name"], p["validity"], p["tone"]) for p in proof] == [
        ("Phiếu kiểm nghiệm", "hết hạn ngày 14/06/2026", "warn")
    ]
    assert [f.name for f in shown.context["form"].visible_fields()].count("back-criterion:1.1") == 1
    assert 'href="#criterion:2.2"' in text_of(shown)


@pytest.mark.parametrize(
    ("expires_on", "words", "tone"),
    [
        (date(2026, 6, 14), "hết hạn ngày 14/06/2026", "warn"),
        (date(2026, 6, 15), "có hiệu lực đến 15/06/2026", "good"),
        (None, "không ghi thời hạn", "neutral"),
    ],
)
def test_the_last_day_of_a_paper_is_still_valid(
    client_of, submitted, province_officer, expires_on, words, tone
):
    Evidence.objects.update(expires_on=expires_on)
    shown = client_of(province_officer).get(page("dossier_check", submitted))
    (paper,) = entry(shown, "criterion:2.2").evidence
    assert (paper["validity"], paper["tone"]) == (words, tone)


def test_a_paper_of_the_whole_dossier_stands_with_the_registration(client_of, submitted, province_officer):
    prove(submitted, title="Đăng ký kinh doanh")
    shown = client_of(province_officer).get(page("dossier_check", submitted))
    assert [paper["name"] for paper in entry(shown, "section:dang-ky").evidence] == ["Đăng ký kinh doanh"]


def test_what_people_write_is_escaped(client_of, submitted, province_officer):
    Answer.objects.update(note="<script>alert(1)</script>")
    shown = text_of(client_of(province_officer).get(page("dossier_check", submitted)))
    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert(1)" in shown


def test_who_may_see_the_dossier_reads_it_and_only_who_checks_it_returns_it(
    client_of, submitted, clerk, province_officer, province_leader, administrator, neighbour
):
    offered = {
        who: client_of(who).get(page("dossier_check", submitted)).context["form"] is not None
        for who in (clerk, province_officer, province_leader, administrator)
    }
    assert list(offered.values()) == [False, True, False, False]
    assert client_of(neighbour).get(page("dossier_check", submitted)).status_code == 404
    sent = {"version": submitted.version, **box("criterion:1.1")}
    for who in (clerk, province_leader, administrator):
        assert client_of(who).post(page("dossier_check", submitted), sent).status_code == 403
    submitted.refresh_from_db()
    assert submitted.state == "submitted"


def test_a_draft_is_nobodys_to_check(client_of, draft, clerk, province_officer):
    for name in ("dossier_check", "dossier_differences", "dossier_extend", "dossier_samples"):
        assert client_of(clerk).get(page(name, draft)).status_code == 404


def test_an_older_dossier_without_criteria_is_read_by_its_registration_and_papers(
    client_of, officer, world, regulations, settings
):
    settings.OCOP_TODAY = date(2023, 12, 29)
    old = make_dossier(make_product(world.dam_thuy), state="submitted")
    shown = client_of(officer).get(page("dossier_check", old))
    assert [each.place.target for each in shown.context["page"].entries] == ["section:dang-ky"]
    workflow.move(old, State.RETURNED, by=officer, points=[Point("Sai tên", "section:dang-ky")])
    with pytest.raises(Refused):
        workflow.move(old, State.RETURNED, by=officer, points=[Point("x", "section:ket-qua")])


PAGE_QUERIES = 24


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_asks_as_often_for_three_of_everything_as_for_one(
    rows, client_of, submitted, province_officer, clerk, django_assert_num_queries, monkeypatch
):
    monkeypatch.setattr(questioning, "questions_of", lambda dossier, on: [])  # the checks count their own
    for number in range(rows):
        prove(submitted, "1.1", title=f"Giấy {number}", expires_on=date(2026, 6, 1))
        checking.receive_samples(submitted, count=1, received_on=TODAY, by=province_officer)
        workflow.move(
            submitted,
            State.RETURNED,
            by=province_officer,
            points=[Point("a", "criterion:1.1"), Point("b", "criterion:2.2")],
        )
        answers = {point.pk: "x" for point in workflow.open_points(submitted)}
        workflow.move(submitted, State.SUBMITTED, by=clerk, answers=answers)
    client = client_of(province_officer)
    client.get(page("dossier_check", submitted))
    with django_assert_num_queries(PAGE_QUERIES):
        client.get(page("dossier_check", submitted))


# --- returning


def test_a_return_names_places_and_opens_only_these(client_of, submitted, province_officer, clerk):
    sent = {
        "version": submitted.version,
        **box("criterion:2.2", "Phiếu hết hạn\nNộp phiếu mới"),
        **box("section:thong-tin-chung", "Thiếu số thành viên"),
    }
    done = client_of(province_officer).post(page("dossier_check", submitted), sent)
    assert done.headers["Location"] == page("dossier", submitted)
    submitted.refresh_from_db()
    assert submitted.state == "returned"
    assert [(p.target, p.text) for p in submitted.return_points.all()] == [
        ("section:thong-tin-chung", "Thiếu số thành viên"),
        ("criterion:2.2", "Phiếu hết hạn\nNộp phiếu mới"),
    ]
    opened = unlocking.of(submitted)
    assert [opened.criterion("2.2"), opened.criterion("1.1")] == [True, False]
    assert [opened.section("thong-tin-chung"), opened.section("dang-ky")] == [True, False]
    with pytest.raises(Refused, match="không bị trả lại"):
        filing.change(submitted, by=clerk, presentation="Mới")
    assert client_of(clerk).get(page("dossier_edit", submitted)).status_code == 403
    assert client_of(clerk).get(page("dossier_papers", submitted)).status_code == 200


@pytest.mark.parametrize(
    ("points", "edits", "attaches"),
    [
        (["Cả hồ sơ"], True, True),
        ([Point("x", "section:dang-ky")], True, True),
        ([Point("x", "section:tu-danh-gia")], False, True),
        ([Point("x", "criterion:1.1")], False, True),
        ([Point("x", "section:ket-qua")], False, False),
    ],
)
def test_registration_and_papers_open_with_what_they_prove(
    submitted, province_officer, clerk, points, edits, attaches
):
    workflow.move(submitted, State.RETURNED, by=province_officer, points=points)
    assert bool(filing.may_change(submitted, clerk)) is edits
    assert bool(filing.may_attach(submitted, clerk)) is attaches
    paper = submitted.attachments.get()  # it was submitted: only with the registration does it come out
    if edits:
        filing.remove_attachment(paper, by=clerk)
    else:
        with pytest.raises(Refused, match="không bị trả lại"):
            filing.remove_attachment(paper, by=clerk)


def test_the_self_assessment_returned_as_a_section_opens_every_criterion(submitted, province_officer):
    point = Point("Chấm lại", "section:tu-danh-gia")
    workflow.move(submitted, State.RETURNED, by=province_officer, points=[point])
    assert [unlocking.of(submitted).criterion(code) for code in ("1.1", "9")] == [True, True]


@pytest.mark.parametrize("target", ["section:x", "criterion:99", "criterion:", "x"])
def test_a_place_that_the_dossier_does_not_have_is_refused(submitted, province_officer, target):
    with pytest.raises(Refused):
        workflow.move(submitted, State.RETURNED, by=province_officer, points=[Point("x", target)])
    assert submitted.return_points.count() == 0


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        ({"back-criterion:1.1": "on"}, ["why-criterion:1.1"]),
        ({"why-criterion:1.1": "Chưa rõ"}, ["back-criterion:1.1"]),
        ({}, ["__all__"]),
        ({"whole": " \n "}, ["__all__"]),
    ],
)
def test_a_return_half_filled_in_comes_back_with_what_was_typed(
    client_of, submitted, province_officer, sent, wrong
):
    data = {"version": submitted.version, **sent}
    answer = client_of(province_officer).post(page("dossier_check", submitted), data)
    assert (answer.status_code, list(answer.context["form"].errors)) == (200, wrong)
    assert all(value in text_of(answer) for name, value in sent.items() if name.startswith("why"))
    submitted.refresh_from_db()
    assert submitted.state == "submitted"


def test_the_second_of_two_officers_is_told_and_keeps_every_reason(
    client_of, submitted, province_officer, world
):
    colleague = make_user("tinh.2", Role.OFFICER, world.province, full_name="Đồng nghiệp")
    seen = submitted.version
    client_of(province_officer).post(page("dossier_accept", submitted), {"version": seen})
    sent = {
        "version": seen,
        **box("criterion:2.2", "Phiếu hết hạn"),
        "why-section:ket-qua": "Thiếu doanh thu",
        "whole": "Ảnh mờ",
    }
    answer = client_of(colleague).post(page("dossier_check", submitted), sent)
    shown = text_of(answer)
    assert answer.status_code == 409
    assert re.search(r"Cán bộ tỉnh Cao Bằng .*\d\d:\d\d \d\d/\d\d/\d{4}: Đã tiếp nhận", shown)
    for words in ("2.2 ", "Phiếu hết hạn", "Thiếu doanh thu", "Ảnh mờ"):
        assert words in shown
    assert submitted.return_points.count() == 0


def test_a_return_sent_twice_is_done_once(client_of, submitted, province_officer):
    client, sent = client_of(province_officer), {"version": submitted.version, **box("criterion:1.1")}
    codes = [client.post(page("dossier_check", submitted), sent).status_code for _press in range(2)]
    assert (codes, submitted.return_points.count()) == ([302, 409], 1)


def test_the_commune_returns_to_the_organisation_on_the_same_page(client_of, draft, clerk, province_officer):
    workflow.move(draft, State.AT_COMMUNE, by=clerk, on=FILED)
    assert (draft.due_on, draft.level) == (date(2026, 6, 22), "commune")
    assert client_of(province_officer).get(page("dossier_check", draft)).context["form"] is None
    shown = client_of(clerk).get(page("dossier_check", draft))
    assert shown.context["accepts"] is False
    sent = {"version": draft.version, **box("criterion:1.1", "Chưa rõ vùng nguyên liệu")}
    assert client_of(clerk).post(page("dossier_check", draft), sent).status_code == 302
    draft.refresh_from_db()
    assert (draft.state, draft.paused_days) == ("returned", 5)
    answers = {point.pk: "Đã bổ sung" for point in workflow.open_points(draft)}
    workflow.move(draft, State.AT_COMMUNE, by=clerk, on=TODAY, answers=answers)
    assert draft.due_on == date(2026, 6, 22)


def test_the_dossiers_return_button_leads_to_this_page_where_criteria_rate_it(
    client_of, submitted, province_officer
):
    buttons = client_of(province_officer).get(page("dossier", submitted)).context["buttons"]
    assert [each["url"] for each in buttons] == [
        page("dossier_check", submitted),
        page("dossier_accept", submitted),
    ]


# --- answering


def test_each_point_is_answered_at_its_place(client_of, submitted, province_officer, clerk):
    points = [Point("Sai số điện thoại", "section:dang-ky"), Point("Chưa rõ", "criterion:1.1"), "Ảnh mờ"]
    workflow.move(submitted, State.RETURNED, by=province_officer, points=points)
    form = client_of(clerk).get(page("dossier_submit", submitted)).context["form"]
    fields = [form.fields[f"answer_{point.pk}"] for point in submitted.return_points.all()]
    assert [field.label for field in fields] == [
        "1. Đăng ký: Sai số điện thoại",
        f"2. {places.titles(submitted)['criterion:1.1']}: Chưa rõ",
        "3. Ảnh mờ",
    ]
    assert reverse("ratings:dossier_section", args=[submitted.pk, "dang-ky"]) in str(fields[0].help_text)
    assert 'href="/ho-so/' in str(fields[1].help_text)
    assert "1.1" in str(fields[1].help_text)
    assert "href" not in str(fields[2].help_text)


# --- what changed


def test_a_second_submission_is_compared_with_the_first(client_of, submitted, province_officer, clerk):
    workflow.move(submitted, State.RETURNED, by=province_officer, points=[Point("x", "criterion:1.1")])
    before = submitted.answers.get(criterion__code="1.1").option.label
    answer(submitted, "1.1", 2, note="Có hợp đồng")
    points = workflow.open_points(submitted)
    workflow.move(submitted, State.SUBMITTED, by=clerk, answers={points[0].pk: "Đã chọn lại"})
    client = client_of(province_officer)
    shown = client.get(page("dossier_check", submitted))
    rows = differences.between(*(s.content for s in submitted.submissions.order_by("number")))
    assert [row.place for row in rows] == ["criterion:1.1"] * 2 + ["score"] * 2
    assert shown.context["changed"] == {"number": 2, "changes": len(rows)}
    assert f"Lần nộp 2 thay đổi {len(rows)} mục" in text_of(shown)
    assert entry(shown, "criterion:1.1").earlier == [(1, f"1 điểm: {before}")]
    assert entry(shown, "criterion:2.2").earlier == []
    assert [(p.text, p.answer) for p in entry(shown, "criterion:1.1").points] == [("x", "Đã chọn lại")]
    table = client.get(page("dossier_differences", submitted))
    assert [title for title, _rows in table.context["groups"]] == [
        places.titles(submitted)["criterion:1.1"],
        "Điểm tự chấm",
    ]
    same = client.get(page("dossier_differences", submitted), {"tu": 2, "den": 2})
    assert same.context["groups"] == []


@pytest.mark.parametrize("query", [{"tu": "x", "den": "2"}, {"tu": "0"}, {"den": "9"}, {"tu": ""}])
def test_a_submission_that_is_not_there_is_said_so(client_of, submitted, province_officer, clerk, query):
    workflow.move(submitted, State.RETURNED, by=province_officer, points=["x"])
    points = workflow.open_points(submitted)
    workflow.move(submitted, State.SUBMITTED, by=clerk, answers={points[0].pk: "y"})
    shown = client_of(province_officer).get(page("dossier_differences", submitted), query)
    assert (shown.status_code, "groups" in shown.context) == (200, False)
    assert shown.context["form"].errors


def test_one_submission_has_nothing_to_be_compared_with(client_of, submitted, province_officer):
    shown = client_of(province_officer).get(page("dossier_differences", submitted))
    assert "Mới có một lần nộp" in text_of(shown)


# --- questions, samples


def expired(response):
    """The row of the question about the paper that has run out."""
    rows = response.context["questions"]
    return next(row for row in rows if row["question"].key.startswith("expired:"))


def test_a_question_is_settled_with_a_note_by_who_checks(
    client_of, submitted, province_officer, clerk, province_leader
):
    client = client_of(province_officer)
    row = expired(client.get(page("dossier_check", submitted)))
    question = row["question"]
    assert (question.about, row["settled"]) == ("criterion:2.2", None)
    sent = {"key": question.key, "note": "Đã có phiếu mới\nsố 15"}
    for who in (clerk, province_leader):
        assert client_of(who).post(page("dossier_settle", submitted), sent).status_code == 403
    empty = client.post(page("dossier_settle", submitted), {"key": question.key, "note": " "}, follow=True)
    assert "Hãy ghi kết quả làm rõ." in text_of(empty)
    assert client.post(page("dossier_settle", submitted), sent).status_code == 302
    shown = client.get(page("dossier_check", submitted))
    row = expired(shown)
    assert (row["settled"].note, row["settled"].by, row["settled"].on) == (
        "Đã có phiếu mới\nsố 15",
        province_officer,
        TODAY,
    )
    assert question not in entry(shown, "criterion:2.2").questions
    again = client.post(page("dossier_settle", submitted), sent | {"note": "Khác"})
    assert again.status_code == 403
    assert client.post(page("dossier_settle", submitted), sent | {"key": "x"}).status_code == 403
    assert AuditEntry.objects.latest("pk").act == "dossier.question_settled"


def test_samples_are_counted_against_what_the_regulation_asks_for(
    client_of, submitted, province_officer, clerk
):
    client = client_of(province_officer)
    assert "đã nhận 0/5 mẫu" in text_of(client.get(page("dossier_check", submitted)))
    sent = {"count": "3", "received_on": "14/6/26", "condition": "Còn niêm phong"}
    assert client.post(page("dossier_samples", submitted), sent).status_code == 302
    kept = submitted.samples.get()
    assert (kept.count, kept.received_on, kept.condition, kept.by) == (
        3,
        date(2026, 6, 14),
        "Còn niêm phong",
        province_officer,
    )
    client.post(page("dossier_samples", submitted), sent | {"count": "2"})
    shown = client.get(page("dossier_check", submitted))
    assert (shown.context["samples"]["came"], shown.context["samples"]["short"]) == (5, False)
    assert "đã nhận 5/5 mẫu" in text_of(client_of(clerk).get(page("dossier", submitted)))
    assert client_of(clerk).post(page("dossier_samples", submitted), sent).status_code == 403
    assert submitted.samples.count() == 2


@pytest.mark.parametrize(
    "wrong", [{"count": "0"}, {"count": "-1"}, {"count": "1000"}, {"received_on": "16/6/2026"}]
)
def test_impossible_samples_are_not_written_down(client_of, submitted, province_officer, wrong):
    sent = {"count": "5", "received_on": "15/6/2026"} | wrong
    answer = client_of(province_officer).post(page("dossier_samples", submitted), sent)
    assert (answer.status_code, list(answer.context["form"].errors)) == (200, list(wrong))
    with pytest.raises(Refused):
        checking.receive_samples(
            submitted,
            count=int(sent["count"]),
            received_on=date(2026, 6, int(sent["received_on"].split("/")[0])),
            by=province_officer,
        )
    assert submitted.samples.count() == 0


def test_tourism_brings_no_samples(client_of, submitted, province_officer):
    (tourism,) = load_criteria("QD26-26")
    assert checking.samples_asked(submitted) == 5
    Dossier.objects.filter(pk=submitted.pk).update(criteria_set=tourism, group=tourism.group)
    dossier = Dossier.objects.get(pk=submitted.pk)
    without_set = Dossier(regulation=dossier.regulation, group=tourism.group)
    assert [checking.samples_asked(each) for each in (dossier, without_set)] == [None, None]
    with pytest.raises(Refused):
        checking.receive_samples(dossier, count=5, received_on=TODAY, by=province_officer)
    assert "không yêu cầu" in text_of(client_of(province_officer).get(page("dossier", dossier)))


# --- withdrawing


def test_a_withdrawn_dossier_lets_its_product_file_anew_with_the_same_paper(
    submitted, clerk, province_officer
):
    workflow.move(submitted, State.RETURNED, by=province_officer, points=["x"])
    workflow.move(submitted, State.WITHDRAWN, by=clerk, reason="Làm lại hồ sơ")
    assert (submitted.assigned_to, submitted.due_on, submitted.paused_days) == (None, None, None)
    again = filing.open_dossier(submitted.product, kind="first", by=clerk)
    paper = submitted.evidence_uses.get().evidence
    EvidenceUse.objects.create(dossier=again, evidence=paper)
    assert (again.state, paper.uses.filter(dossier__in=Dossier.objects.open()).count()) == ("draft", 1)
