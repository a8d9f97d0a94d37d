"""Inspections: planned with a checklist of what was recognised, written down, mended, or revoked upon."""

from __future__ import annotations

import html
from datetime import date
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from ratings import inspecting
from ratings.inspecting import Checked, Outcome
from ratings.models import CriterionOption, Inspection, RecognitionEvent
from ratings.workflow import Refused
from tests.factories import make_decision, make_dossier, make_product, make_recognition
from tests.ratings.scenes import TODAY, begin

PLANNED = date(2026, 11, 25)
CONFORMS, TO_REVOKE = Outcome("conforms"), Outcome("to_revoke", ground="misuse_of_mark")
TO_MEND = Outcome("to_mend", remedy="In lại nhãn", remedy_due_on=date(2026, 12, 10))


@pytest.fixture
def rating(settings, db):
    return begin(settings)


@pytest.fixture
def recognised(world, rating):
    """A product of today, recognised by the province out of a dossier under the set of rice wine."""

    def make(stars=4, name="Rượu ngô men lá", criteria_set=rating):
        product = make_product(world.new_dam_thuy, name=name)
        dossier = make_dossier(
            product,
            state="recognised",
            regulation=rating.regulation,
            criteria_set=criteria_set,
            level="province",
        )
        decision = make_decision(world.province, signed_on=date(2026, 9, 1), number=f"{dossier.pk}/QĐ-UBND")
        days = {"recognised_on": date(2026, 9, 1), "expires_on": date(2029, 9, 1)}
        return make_recognition(product, decision, stars, dossier=dossier, **days)

    return make


@pytest.fixture
def planned(recognised, province_officer):
    def make(**fields) -> Inspection:
        return inspecting.plan(recognised(**fields), planned_on=PLANNED, by=province_officer)

    return make


def text_of(response) -> str:
    return " ".join(html.unescape(response.content.decode()).split())


def all_conform(inspection: Inspection, **other: bool) -> dict[int, Checked]:
    return {line.pk: Checked(True) for line in inspection.lines.all()}


@pytest.mark.parametrize("stars", [3, 4, 5])
def test_the_checklist_asks_for_the_floors_up_to_the_star_and_the_knock_outs(planned, rating, stars):
    lines = list(planned(stars=stars).lines.all())
    floors = CriterionOption.objects.filter(criterion__criteria_set=rating, floor_for__lte=stars)
    with_floor = [line for line in lines if "ít nhất “" in line.words]
    assert {line.criterion_id for line in with_floor} == set(floors.values_list("criterion", flat=True))
    for line in with_floor:
        highest = floors.filter(criterion=line.criterion).order_by("-floor_for")[0]
        assert line.words == f"{line.criterion}: ít nhất “{highest.label}”"[:400]
    knockouts = rating.criteria.exclude(knockout="").count() + bool(rating.knockout)
    assert len(lines) == len(with_floor) + knockouts + 3
    assert [line.position for line in lines] == list(range(1, len(lines) + 1))


def test_a_recognition_without_criteria_is_checked_for_mark_labels_and_production(planned):
    words = [line.words for line in planned(criteria_set=None).lines.all()]
    assert words == [
        "Nhãn hiệu OCOP và hạng sao in trên nhãn đúng như được công nhận",
        "Nhãn ghi đủ nội dung pháp luật yêu cầu và giấy chứng nhận còn hiệu lực",
        "Sản phẩm vẫn được sản xuất, đúng nơi và đúng chủ thể được công nhận",
    ]


def test_planning_is_refused_for_the_past_twice_and_after_the_end(recognised, province_officer, neighbour):
    recognition = recognised()
    with pytest.raises(Refused):
        inspecting.plan(recognition, planned_on=date(2026, 11, 22), by=province_officer)
    with pytest.raises(PermissionDenied):
        inspecting.plan(recognition, planned_on=PLANNED, by=neighbour)
    inspecting.plan(recognition, planned_on=TODAY, by=province_officer)
    with pytest.raises(Refused):
        inspecting.plan(recognition, planned_on=PLANNED, by=province_officer)
    ended = recognised(name="Hạt dẻ")
    RecognitionEvent.objects.create(recognition=ended, kind="revoked", on=TODAY)
    with pytest.raises(Refused):
        inspecting.plan(ended, planned_on=PLANNED, by=province_officer)
    assert Inspection.objects.count() == 1


@pytest.mark.parametrize(
    ("outcome", "done_on"),
    [
        (CONFORMS, date(2026, 11, 24)),
        (CONFORMS, date(2026, 8, 31)),
        (Outcome("to_mend", remedy="In lại nhãn"), TODAY),
        (Outcome("to_mend", remedy_due_on=date(2026, 12, 10)), TODAY),
        (Outcome("to_mend", remedy="In lại nhãn", remedy_due_on=date(2026, 11, 22)), TODAY),
        (Outcome("to_revoke"), TODAY),
        (Outcome("perhaps"), TODAY),
    ],
)
def test_a_finding_without_what_it_needs_is_refused(planned, province_officer, outcome, done_on):
    inspection = planned()
    with pytest.raises(Refused):
        inspecting.record(
            inspection, outcome, done_on=done_on, lines=all_conform(inspection), by=province_officer
        )
    assert Inspection.objects.get().finding == ""


def test_a_product_conforms_only_where_every_line_does(planned, province_officer):
    inspection = planned()
    for wrong in (Checked(False, "Nhãn sai"), Checked(None)):
        lines = all_conform(inspection) | {inspection.lines.all()[0].pk: wrong}
        with pytest.raises(Refused):
            inspecting.record(inspection, CONFORMS, done_on=TODAY, lines=lines, by=province_officer)
    inspecting.record(inspection, CONFORMS, done_on=TODAY, lines=all_conform(inspection), by=province_officer)
    assert set(inspection.lines.values_list("conforms", flat=True)) == {True}
    with pytest.raises(inspecting.ChangedMeanwhile):
        inspecting.record(inspection, TO_REVOKE, done_on=TODAY, lines={}, by=province_officer)


def test_what_was_to_be_mended_is_followed_up(planned, province_officer, settings):
    inspection = planned()
    with pytest.raises(Refused):
        inspecting.mended(inspection, remedied_on=TODAY, by=province_officer)
    inspecting.record(inspection, TO_MEND, done_on=TODAY, lines={}, by=province_officer)
    settings.OCOP_TODAY = date(2026, 12, 9)
    for day in (date(2026, 11, 22), date(2026, 12, 10)):
        with pytest.raises(Refused):
            inspecting.mended(inspection, remedied_on=day, by=province_officer)
    inspecting.mended(inspection, remedied_on=date(2026, 12, 8), by=province_officer)
    inspecting.mended(inspection, remedied_on=date(2026, 12, 8), by=province_officer)
    assert (inspection.remedied_on, inspection.version) == (date(2026, 12, 8), 3)
    with pytest.raises(Refused):
        inspecting.mended(inspection, remedied_on=date(2026, 12, 9), by=province_officer)


def test_from_the_plan_to_the_prepared_revocation_through_the_pages(
    recognised, client_of, province_officer, neighbour
):
    recognition = recognised()
    browser = client_of(province_officer)
    start = f"/quyet-dinh/cong-nhan/{recognition.pk}/kiem-tra/"
    assert start in text_of(browser.get(f"/quyet-dinh/cong-nhan/{recognition.pk}/"))
    browser.post(start, {"planned_on": "23/11/2026", "reason": "Theo kế hoạch"})
    inspection = Inspection.objects.get()
    page = f"/quyet-dinh/kiem-tra/{inspection.pk}/"
    assert "Theo kế hoạch" in text_of(browser.get(page))
    sent = {f"line_{line.pk}": "1" for line in inspection.lines.all()}
    first = inspection.lines.all()[0]
    sent |= {f"line_{first.pk}": "0", f"note_{first.pk}": "Nhãn in 5 sao", "version": "1"}
    sent |= {"done_on": "23/11/2026", "finding": "to_revoke", "words": "Dùng sai nhãn"}
    refused = text_of(browser.post(f"{page}ghi/", sent))
    assert [words in refused for words in ("Nêu căn cứ thu hồi", "Nhãn in 5 sao", "Dùng sai nhãn")] == [
        True
    ] * 3
    assert browser.post(f"{page}ghi/", sent | {"ground": "misuse_of_mark"}).status_code == 302
    shown = text_of(browser.get(page))
    link = (
        f"/quyet-dinh/cong-nhan/{recognition.pk}/de-xuat/?viec=revoked&can-cu=misuse_of_mark&ngay=23/11/2026"
    )
    assert link in shown
    offered = text_of(browser.get(link))
    assert '<option value="misuse_of_mark" selected>' in offered
    assert 'value="23/11/2026"' in offered
    assert browser.post(f"{page}ghi/", sent | {"ground": "other"}).status_code == 409
    assert client_of(neighbour).get(page).status_code == 404


def test_the_minutes_are_printed_before_and_after(planned, client_of, province_officer):
    inspection = planned()
    address = f"/quyet-dinh/kiem-tra/{inspection.pk}/bien-ban.pdf"

    def printed() -> str:
        answer = client_of(province_officer).get(address)
        pages = PdfReader(BytesIO(b"".join(answer.streaming_content))).pages
        return " ".join(" ".join(page.extract_text() for page in pages).split())

    assert "BIÊN BẢN" in printed()
    inspecting.record(inspection, TO_MEND, done_on=TODAY, lines={}, by=province_officer)
    after = printed()
    assert "ngày 23 tháng 11 năm 2026" in after
    assert "In lại nhãn" in after
    assert "trước hết ngày 10/12/2026" in after


def test_the_list_tells_what_waits_and_what_is_late(planned, client_of, province_officer, settings):
    planned(name="Hạt dẻ")
    inspecting.record(planned(name="Mật ong"), TO_MEND, done_on=TODAY, lines={}, by=province_officer)
    browser = client_of(province_officer)

    def named(state: str) -> list[bool]:
        shown = text_of(browser.get(f"/quyet-dinh/kiem-tra/?tinh_trang={state}"))
        return [name in shown for name in ("Hạt dẻ", "Mật ong")]

    assert [named(state) for state in ("cho", "khac-phuc", "to_mend", "qua-han")] == [
        [True, False],
        [False, True],
        [False, True],
        [False, False],
    ]
    settings.OCOP_TODAY = date(2026, 12, 11)
    assert named("qua-han") == [True, True]
    file = browser.get("/quyet-dinh/kiem-tra/?xuat=csv")
    told = b"".join(file.streaming_content).decode("utf-8-sig")
    assert [name in told for name in ("Hạt dẻ", "Mật ong", "In lại nhãn")] == [True] * 3


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_asks_as_much_for_three_inspections_as_for_one(planned, client_of, province_officer, number):
    for place in range(number):
        planned(name=f"Sản phẩm {place}")
    browser = client_of(province_officer)
    with CaptureQueriesContext(connection) as queries:
        assert browser.get("/quyet-dinh/kiem-tra/").status_code == 200
    assert len(queries) == 5
