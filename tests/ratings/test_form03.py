"""Form 03: the commune assesses in words, within its term, and proposes; nobody else does."""

from __future__ import annotations

from datetime import date

import pytest

from accounts.models import AuditEntry
from ratings import proposing, workflow
from ratings.models import CommuneAssessment, Dossier
from ratings.workflow import Refused, Stale
from tests.ratings import scenes
from tests.ratings.scenes import FORM_03, page, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(world, settings):
    scenes.begin(settings)
    return scenes.staff_of(world.new_dam_thuy)


@pytest.fixture
def dossier(world, staff):
    return scenes.submitted(scenes.product_of(world.new_dam_thuy), staff)


def sent(dossier, act, **fields):
    known = CommuneAssessment.objects.filter(dossier=dossier).first()
    versions = {"version": dossier.version, "assessment_version": known.version if known else 1}
    return {**versions, **FORM_03, "proposes": "co", "number": "12/TTr-UBND", "act": act, **fields}


def test_the_commune_has_fifteen_working_days_and_sees_them(dossier, staff, client_of):
    assert (dossier.state, dossier.due_on) == ("at_commune", date(2026, 12, 14))
    shown = text_of(client_of(staff).get(page("dossier_commune", dossier.pk)))
    assert "Đánh giá và đề nghị chậm nhất ngày 14/12/2026." in shown
    assert "Quy định cho xã 15 ngày làm việc kể từ khi nộp." in shown


def test_the_commune_saves_goes_on_and_proposes(dossier, staff, client_of):
    browser = client_of(staff)
    first = browser.post(page("dossier_commune", dossier.pk), sent(dossier, "save", labour="", proposes=""))
    assert first.headers["Location"] == page("dossier_commune", dossier.pk)
    dossier.refresh_from_db()
    kept = dossier.commune_assessment
    assert (dossier.state, kept.origin, kept.labour, kept.proposes) == (
        "at_commune",
        FORM_03["origin"],
        "",
        None,
    )
    assert FORM_03["origin"] in text_of(browser.get(page("dossier_commune", dossier.pk)))
    done = browser.post(page("dossier_commune", dossier.pk), sent(dossier, "propose"))
    assert done.headers["Location"] == page("dossier", dossier.pk)
    dossier.refresh_from_db()
    kept.refresh_from_db()
    assert (dossier.state, dossier.level, kept.proposes, kept.number, kept.assessed_on) == (
        "submitted",
        "province",
        True,
        "12/TTr-UBND",
        scenes.TODAY,
    )
    acts = AuditEntry.objects.filter(act="dossier.commune_assessed").count()
    assert (acts, dossier.steps.filter(to_state="submitted").count()) == (2, 1)
    again = browser.post(page("dossier_commune", dossier.pk), sent(dossier, "propose"))
    assert (again.status_code, dossier.steps.count()) == (302, 2)


@pytest.mark.parametrize(
    ("gap", "told"),
    [
        ({"identity": "  "}, "Có 1 lỗi cần sửa"),
        ({"proposes": "khong"}, "Xã chưa ghi là có đề nghị đánh giá sản phẩm."),
        ({"proposes": "", "labour": ""}, "Có 2 lỗi cần sửa"),
    ],
)
def test_nothing_goes_up_with_a_gap_or_without_the_proposal(dossier, staff, client_of, gap, told):
    response = client_of(staff).post(page("dossier_commune", dossier.pk), sent(dossier, "propose", **gap))
    shown = text_of(response)
    assert response.status_code == 200
    assert told in shown
    assert FORM_03["origin"] in shown  # what was typed is still there
    assert page("dossier_return", dossier.pk) in shown  # and the ways out
    assert page("dossier_withdraw", dossier.pk) in shown
    dossier.refresh_from_db()
    assert (dossier.state, CommuneAssessment.objects.count()) == ("at_commune", 0)


def test_the_rule_itself_asks_for_the_four_matters(dossier, staff):
    with pytest.raises(Refused, match="chưa điền đủ"):
        proposing.propose(dossier, by=staff, proposes=True, **(FORM_03 | {"idea": " "}))
    assert CommuneAssessment.objects.count() == 0


def test_a_late_writer_keeps_the_text_and_decides_again(dossier, staff, client_of):
    stale = sent(dossier, "save", origin="Chữ của người sau")
    proposing.assess(dossier, by=staff, version=1, origin="Chữ của người trước")
    browser = client_of(staff)
    response = browser.post(page("dossier_commune", dossier.pk), stale)
    assert response.status_code == 409
    assert "Chữ của người sau" in text_of(response)
    assert dossier.commune_assessment.origin == "Chữ của người trước"
    again = stale | {"assessment_version": response.context["form"].data["assessment_version"]}
    assert browser.post(page("dossier_commune", dossier.pk), again).status_code == 302
    assert CommuneAssessment.objects.get().origin == "Chữ của người sau"
    with pytest.raises(Stale):
        proposing.propose(dossier, by=staff, version=dossier.version - 1, proposes=True, **FORM_03)


def test_a_return_from_the_commune_goes_back_to_it(dossier, staff, client_of):
    browser = client_of(staff)
    assert page("dossier_commune", dossier.pk) in text_of(browser.get(page("dossier", dossier.pk)))
    points = {"version": dossier.version, "points": "Thiếu hợp đồng"}
    assert browser.post(page("dossier_return", dossier.pk), points).status_code == 302
    dossier.refresh_from_db()
    assert dossier.state == "returned"
    with pytest.raises(Refused):
        proposing.assess(dossier, by=staff, origin="x")
    answers = {point.pk: "Đã bổ sung" for point in workflow.open_points(dossier)}
    workflow.move(dossier, "at_commune", by=staff, answers=answers)
    assert dossier.state == "at_commune"


def test_officers_read_it_afterwards_and_change_nothing(dossier, staff, province_officer, client_of):
    browser = client_of(province_officer)
    assert "Xã chưa có đánh giá." in text_of(browser.get(page("dossier_commune", dossier.pk)))
    assert browser.post(page("dossier_commune", dossier.pk), sent(dossier, "save")).status_code == 403
    scenes.proposed(dossier, staff)
    shown = text_of(browser.get(page("dossier_commune", dossier.pk)))
    assert all(words in shown for words in FORM_03.values())
    assert "Xã đề nghị đánh giá, phân hạng sản phẩm" in shown
    assert "data-print" in shown
    printed = browser.get(page("dossier_commune_print", dossier.pk))
    assert all(words in text_of(printed) for words in FORM_03.values())
    assert page("dossier_commune", dossier.pk) in text_of(browser.get(page("dossier", dossier.pk)))
    assert (
        client_of(staff).post(page("dossier_commune", dossier.pk), sent(dossier, "save")).status_code == 302
    )
    assert browser.post(page("dossier_commune", dossier.pk), sent(dossier, "save")).status_code == 403
    assert CommuneAssessment.objects.get().version == 2


@pytest.mark.parametrize("name", ["dossier_commune", "dossier_commune_print"])
def test_a_neighbour_finds_nothing(dossier, world, client_of, name):
    neighbour = scenes.staff_of(world.new_tra_linh, "xa.tralinh.2026")
    assert client_of(neighbour).get(page(name, dossier.pk)).status_code == 404


def test_there_is_no_form_where_the_commune_has_no_say(world, officer, client_of, make):
    earlier = make.make_dossier(scenes.product_of(world.dam_thuy), state="submitted")
    assert client_of(officer).get(page("dossier_commune", earlier.pk)).status_code == 404


def test_the_page_asks_the_database_the_same_for_every_dossier(
    dossier, staff, client_of, django_assert_num_queries
):
    browser = client_of(staff)
    for _turn in range(2):
        with django_assert_num_queries(FORM_QUERIES):
            browser.get(page("dossier_commune", dossier.pk))
        proposing.assess(dossier, by=staff, **FORM_03)
    assert Dossier.objects.count() == 1


FORM_QUERIES = 7
