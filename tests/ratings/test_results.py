"""Results of the levels side by side: what they allow, the centre's on paper, correcting a mistyped one."""

from __future__ import annotations

import html
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import AuditEntry
from ratings import deciding, outcomes, resulting
from ratings.deciding import ItemDraft
from ratings.models import Dossier, Recognition, RecognitionEvent, Result
from ratings.outcomes import Choice
from ratings.workflow import Refused, Stale
from tests.enterprises.papers import pdf
from tests.factories import make_dossier
from tests.ratings.scored import enter, make_scored

DAY = date(2023, 12, 20)
LATER = date(2023, 12, 28)
REFUSE = Choice("not_recognise")
TYPED = {"part_a": "39", "part_b": "24", "part_c": "25", "assessed_on": "28/12/2023"}


@pytest.fixture
def scored(regulations, officer, product) -> Dossier:
    return make_scored(product, "75", by=officer)


@pytest.fixture
def at_centre(regulations, product, province_officer) -> Dossier:
    """A dossier that the province has sent to the centre with 93 points."""
    dossier = make_dossier(product, state="accepted", level="province", on=date(2023, 11, 1))
    enter(dossier, "93", by=province_officer, level="province")
    Dossier.objects.filter(pk=dossier.pk).update(state="forwarded", level="central", state_since=DAY)
    dossier.refresh_from_db()
    return dossier


def judged(dossier: Dossier, **fields) -> list[Choice]:
    Result.objects.filter(dossier=dossier).update(**fields)
    return outcomes.choices(dossier, DAY)


def text_of(response) -> str:
    return " ".join(html.unescape(response.content.decode()).split())


def decide(dossier, outcome, stars, officer, leader, area, on=DAY):
    decision = deciding.prepare(area=area, items=[ItemDraft(dossier, outcome, stars)], by=officer, on=on)
    return deciding.sign(decision, number=f"{on:%d}/QĐ", signed_on=on, signer_name="Thử", by=leader)


def test_floors_hold_back_what_the_points_would_forward(scored):
    """75 points reach the 70 from which a district forwards, but a four-star floor is unmet."""
    assert judged(scored, held=3) == [Choice("recognise", 3), REFUSE]
    assert judged(scored, held=2) == [REFUSE]
    assert judged(scored, held=5) == [Choice("recognise_and_forward", 3), Choice("forward"), REFUSE]


def test_a_knock_out_leaves_nothing_but_to_refuse(scored):
    assert judged(scored, knockout="Giấy tờ giả") == [REFUSE]


def test_three_stars_now_stay_when_the_province_does_not_confirm_four(
    scored, officer, leader, district, world, province_officer, province_leader
):
    decide(scored, "recognise_and_forward", 3, officer, leader, district)
    scored.refresh_from_db()
    enter(scored, "66", by=province_officer, level="province", on=LATER)
    assert outcomes.choices(scored, LATER) == [REFUSE]
    decide(scored, "not_recognise", None, province_officer, province_leader, world.province, LATER)
    assert [row.stars for row in Recognition.objects.in_force(LATER)] == [3]
    scored.refresh_from_db()
    assert scored.state == "recognised"  # with the three stars that stand, not “not recognised”


def test_three_stars_that_were_revoked_meanwhile_do_not_stand(
    scored, officer, leader, district, world, province_officer, province_leader
):
    decide(scored, "recognise_and_forward", 3, officer, leader, district)
    scored.refresh_from_db()
    RecognitionEvent.objects.create(
        recognition=Recognition.objects.get(), kind="revoked", on=DAY, ground="other"
    )
    enter(scored, "66", by=province_officer, level="province", on=LATER)
    decide(scored, "not_recognise", None, province_officer, province_leader, world.province, LATER)
    scored.refresh_from_db()
    assert scored.state == "not_recognised"


def test_what_the_province_recognised_is_not_recognised_again_after_the_centre(
    at_centre, province_officer, province_leader, world, client_of
):
    Dossier.objects.filter(pk=at_centre.pk).update(state="scored", level="province")
    decide(
        Dossier.objects.get(pk=at_centre.pk),
        "recognise_and_forward",
        4,
        province_officer,
        province_leader,
        world.province,
    )
    enter(Dossier.objects.get(pk=at_centre.pk), "88", by=province_officer, level="central", on=LATER)
    assert outcomes.choices(at_centre, LATER) == [REFUSE]
    shown = text_of(client_of(province_officer).get("/quyet-dinh/moi/"))
    assert "4★ đã được công nhận theo hồ sơ này và vẫn giữ nguyên." in shown


def test_the_centre_finds_less_than_five_stars_and_the_province_falls_back(at_centre, province_officer):
    enter(at_centre, "85", by=province_officer, level="central", on=LATER)
    assert outcomes.choices(at_centre, LATER) == [Choice("recognise", 4), REFUSE]


def test_while_at_the_centre_the_product_is_a_potential_five_stars(
    at_centre, client_of, province_officer, officer
):
    browser = client_of(province_officer)
    for address in (f"/ho-so/{at_centre.pk}/", "/ho-so/"):
        assert "tiềm năng 5 sao" in text_of(browser.get(address))
    Dossier.objects.filter(pk=at_centre.pk).update(state="not_recognised")
    for address in (f"/ho-so/{at_centre.pk}/", "/ho-so/"):
        assert "tiềm năng 5 sao" not in text_of(browser.get(address))


def test_the_centres_result_comes_with_the_file_of_its_decision(
    at_centre, settings, client_of, province_officer, neighbour, commune_staff
):
    settings.OCOP_TODAY = LATER
    browser, address = client_of(province_officer), f"/ho-so/{at_centre.pk}/ket-qua/"
    sent = TYPED | {"version": at_centre.version, "council": "Hội đồng OCOP Trung ương"}
    refused = browser.post(address, sent)
    assert "Chọn tệp quyết định hoặc thông báo của Trung ương." in text_of(refused)
    assert 'value="39' in refused.content.decode()
    assert at_centre.results.count() == 1
    assert browser.post(address, sent | {"upload": pdf(1, "tb-tw.pdf")}).status_code == 302
    result = at_centre.results.get(level="central")
    assert (str(result.total), result.stars, result.paper_name) == ("88.00", 4, "tb-tw.pdf")
    shown = text_of(browser.get(f"/ho-so/{at_centre.pk}/"))
    levels = [shown.index(word) for word in ('<th scope="col">Cấp tỉnh', '<th scope="col">Trung ương')]
    assert levels == sorted(levels)
    file = f"/ho-so/{at_centre.pk}/ket-qua/{result.pk}/tep/"
    assert file in shown
    for person in (province_officer, commune_staff):
        assert b"".join(client_of(person).get(file).streaming_content).startswith(b"%PDF")
    assert client_of(neighbour).get(file).status_code == 404
    empty = at_centre.results.get(level="province")
    assert browser.get(f"/ho-so/{at_centre.pk}/ket-qua/{empty.pk}/tep/").status_code == 404


def test_a_mistyped_result_is_corrected_before_a_decision_and_the_audit_keeps_both(
    scored, client_of, officer, commune_staff
):
    address = f"/ho-so/{scored.pk}/ket-qua/sua/"
    scored.refresh_from_db()
    browser = client_of(officer)
    assert address in text_of(browser.get(f"/ho-so/{scored.pk}/"))
    sent = TYPED | {"version": scored.version, "assessed_on": "05/12/2023", "part_a": "29"}
    assert browser.post(address, sent).status_code == 302
    result = scored.results.get()
    assert (str(result.part_a), str(result.total), result.stars) == ("29.00", "78.00", 4)
    kept = AuditEntry.objects.get(act="result.corrected").details
    assert (kept["before"]["total"], kept["after"]["total"]) == ("75.00", "78.00")
    late = browser.post(address, sent | {"part_a": "10"})
    assert late.status_code == 409
    assert client_of(commune_staff).get(address).status_code == 403


def test_nothing_is_corrected_once_decided_or_when_a_council_froze_it(scored, officer, leader, district):
    parts = {"part_a": 30, "part_b": 20, "part_c": 20, "assessed_on": date(2023, 12, 5)}
    with pytest.raises(Stale):
        resulting.correct_result(scored, by=officer, version=0, **parts)
    with pytest.raises(Refused, match="40"):
        resulting.correct_result(scored, by=officer, **(parts | {"part_a": 41}))
    Result.objects.update(frozen={"sheets": []})
    with pytest.raises(PermissionDenied):
        resulting.correct_result(scored, by=officer, **parts)
    Result.objects.update(frozen=None)
    deciding.prepare(area=district, items=[ItemDraft(scored, "recognise_and_forward", 3)], by=officer, on=DAY)
    with pytest.raises(PermissionDenied):
        resulting.correct_result(scored, by=officer, **parts)
    assert str(scored.results.get().total) == "75.00"
