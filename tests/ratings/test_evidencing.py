"""The evidence of a dossier: chosen from the makers' libraries, by criterion, while it is open there."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.models import AuditEntry, Role
from enterprises import keeping
from enterprises.models import Evidence
from ratings import evidencing, freezing
from ratings.models import Dossier, DossierStep, EvidenceUse, ReturnPoint
from ratings.workflow import Refused
from tests.enterprises.papers import kept_files, pdf
from tests.factories import (
    load_criteria,
    make_dossier,
    make_enterprise,
    make_evidence,
    make_product,
    make_user,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)
JSON = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture(autouse=True)
def autumn_2026(settings):
    settings.OCOP_TODAY = TODAY


@pytest.fixture
def clerk(world):
    return make_user("xa.damthuy.2026", Role.COMMUNE, world.new_dam_thuy, full_name="Cán bộ xã")


@pytest.fixture
def clerks(clerk, client_of):
    """The clerk's browser."""
    return client_of(clerk)


@pytest.fixture
def criteria_set(world):
    return load_criteria("QD26-14")[0]


@pytest.fixture
def maker(world):
    return make_enterprise(world.new_dam_thuy, name="Hợp tác xã Mẫu")


@pytest.fixture
def dossier(world, maker, criteria_set):
    product = make_product(world.new_dam_thuy, maker, group=criteria_set.group)
    return make_dossier(product, on=date(2026, 11, 2), criteria_set=criteria_set)


@pytest.fixture
def paper(maker):
    return make_evidence(maker, title="Phiếu kiểm nghiệm 2026", expires_on=date(2026, 12, 18))


def page(dossier, *, tail: str = "") -> str:
    return f"/ho-so/{dossier.pk}/minh-chung/{tail}"


def where(dossier) -> list[tuple[str, str]]:
    """Which paper proves what, in the order of the page."""
    return [
        (use.criterion.code if use.criterion else "", use.evidence.title)
        for use in evidencing.uses_of(dossier)
    ]


def returned(dossier, *targets: str) -> Dossier:
    dossier.state = "returned"
    dossier.first_submitted_on = date(2026, 11, 3)
    dossier.regulation = dossier.criteria_set.regulation
    dossier.save()
    step = DossierStep.objects.create(dossier=dossier, to_state="returned", on=date(2026, 11, 9))
    for place, target in enumerate(targets):
        ReturnPoint.objects.create(step=step, dossier=dossier, position=place, target=target, text="Bổ sung")
    return dossier


def submitted(dossier) -> Dossier:
    returned(dossier)
    Dossier.objects.filter(pk=dossier.pk).update(state="submitted")
    dossier.refresh_from_db()
    return dossier


# --- using


def test_one_paper_proves_several_criteria_and_the_whole(dossier, paper, clerk):
    for code in ("5.1", "1.1", None):
        evidencing.use(dossier, paper, code, by=clerk)
    assert where(dossier) == [("", paper.title), ("1.1", paper.title), ("5.1", paper.title)]
    counted = Evidence.objects.with_use_counts().get()
    assert (counted.criterion_count, counted.dossier_count) == (2, 1)
    evidence = freezing.content_of(dossier)["evidence"]
    assert [(each["sha256"], sorted(each["criteria"])) for each in evidence] == [
        (paper.sha256, ["", "1.1", "5.1"])
    ]


def test_using_twice_is_using_once(dossier, paper, clerk):
    uses = [evidencing.use(dossier, paper, code, by=clerk) for code in ("1.1", "1.1", None, None)]
    assert (uses[0], uses[2]) == (uses[1], uses[3])
    assert EvidenceUse.objects.count() == 2
    acts = AuditEntry.objects.filter(act="dossier.evidence_used").order_by("pk")
    assert [(entry.details["criterion"], entry.details["sha256"]) for entry in acts] == [
        ("1.1", paper.sha256),
        ("", paper.sha256),
    ]


def test_one_file_serves_many_products(dossier, paper, maker, clerk, world, criteria_set):
    second = make_dossier(
        make_product(world.new_dam_thuy, maker, group=criteria_set.group), criteria_set=criteria_set
    )
    for each in (dossier, second):
        evidencing.use(each, paper, "1.1", by=clerk)
    counted = Evidence.objects.with_use_counts().get()
    assert (counted.criterion_count, counted.dossier_count) == (2, 2)


def test_papers_of_every_maker_of_the_product_may_prove(dossier, clerk, world):
    second = make_enterprise(world.new_dam_thuy)
    dossier.product.makings.create(enterprise=second)
    assert evidencing.use(dossier, make_evidence(second), "1.1", by=clerk).pk


def test_another_organisations_paper_proves_nothing(dossier, clerk, world):
    stranger = make_evidence(make_enterprise(world.new_dam_thuy))
    with pytest.raises(Refused, match="không làm ra sản phẩm"):
        evidencing.use(dossier, stranger, "1.1", by=clerk)


def test_a_removed_or_replaced_paper_is_not_taken(dossier, paper, maker, clerk):
    newer = make_evidence(maker, title="Phiếu mới", replaces=paper)
    with pytest.raises(Refused, match="Phiếu mới"):
        evidencing.use(dossier, paper, "1.1", by=clerk)
    keeping.remove(newer, by=clerk)
    with pytest.raises(Refused, match="bị gỡ"):
        evidencing.use(dossier, newer, "1.1", by=clerk)
    assert where(dossier) == []


@pytest.mark.parametrize("code", ["1", "99.9", "A"])
def test_only_criteria_with_options_are_proved(code, dossier, paper, clerk):
    with pytest.raises(Refused, match=f"không có tiêu chí {code}"):
        evidencing.use(dossier, paper, code, by=clerk)


def test_under_an_older_regulation_papers_prove_the_whole(world, maker, paper, clerk):
    old = make_dossier(make_product(world.new_dam_thuy, maker))
    assert evidencing.use(old, paper, by=clerk).criterion is None
    with pytest.raises(Refused):
        evidencing.use(old, paper, "1.1", by=clerk)


def test_a_paper_past_its_last_day_is_taken_and_marked(dossier, maker, clerk, clerks):
    late = make_evidence(maker, title="Phiếu cũ", expires_on=date(2026, 11, 22))
    evidencing.use(dossier, late, "1.1", by=clerk)
    care = clerks.get(page(dossier)).context["care"]
    assert [(row["paper"], row["codes"], str(row["paper"].status.label)) for row in care] == [
        (late, ["1.1"], "Đã hết hạn")
    ]


# --- when and by whom


def test_after_submission_nothing_changes(dossier, paper, clerk):
    use = evidencing.use(dossier, paper, "1.1", by=clerk)
    submitted(dossier)
    for act in (
        lambda: evidencing.use(dossier, paper, "1.2", by=clerk),
        lambda: evidencing.drop(use, by=clerk),
        lambda: evidencing.swap(dossier, paper, paper, by=clerk),
        lambda: evidencing.renew(dossier, by=clerk),
    ):
        with pytest.raises(Refused):
            act()
    assert where(dossier) == [("1.1", paper.title)]


def test_a_return_unlocks_what_it_names(dossier, paper, maker, clerk):
    uses = {code: evidencing.use(dossier, paper, code, by=clerk) for code in ("1.1", "1.2", None)}
    returned(dossier, "criterion:1.1")
    other = make_evidence(maker, title="Khác")
    evidencing.use(dossier, other, "1.1", by=clerk)
    evidencing.drop(uses["1.1"], by=clerk)
    for code in ("1.2", None):
        with pytest.raises(Refused, match="không mở"):
            evidencing.use(dossier, other, code, by=clerk)
        with pytest.raises(Refused, match="không mở"):
            evidencing.drop(uses[code], by=clerk)
    assert where(dossier) == [("", paper.title), ("1.1", "Khác"), ("1.2", paper.title)]


@pytest.mark.parametrize("target", ["section:dang-ky", ""])
def test_the_papers_of_the_whole_go_with_the_registration(target, dossier, paper, clerk):
    returned(dossier, target)
    assert evidencing.use(dossier, paper, by=clerk).pk


def test_others_change_nothing(dossier, paper, clerk, world, leader):
    stranger = make_user("xa.tralinh.2026", Role.COMMUNE, world.new_tra_linh)
    use = evidencing.use(dossier, paper, "1.1", by=clerk)
    for person in (stranger, leader):
        with pytest.raises((Refused, PermissionDenied)):
            evidencing.use(dossier, paper, "1.2", by=person)
        with pytest.raises((Refused, PermissionDenied)):
            evidencing.drop(use, by=person)
    assert where(dossier) == [("1.1", paper.title)]


# --- dropping and exchanging


def test_dropping_leaves_the_paper_in_the_library(dossier, paper, clerk):
    use = evidencing.use(dossier, paper, "1.1", by=clerk)
    for _time in range(2):
        evidencing.drop(use, by=clerk)
    assert (where(dossier), list(Evidence.objects.current())) == ([], [paper])
    assert AuditEntry.objects.filter(act="dossier.evidence_dropped").count() == 1


def test_a_newer_paper_takes_over_all_places_at_once(dossier, paper, maker, clerk):
    newer = make_evidence(maker, title="Phiếu mới", replaces=paper)
    for code in ("1.1", "5.1"):
        EvidenceUse.objects.create(
            dossier=dossier,
            evidence=paper,
            criterion=dossier.criteria_set.criteria.get(code=code),
        )
    evidencing.use(dossier, newer, "1.1", by=clerk)
    assert evidencing.swap(dossier, paper, newer, by=clerk) == 2
    assert where(dossier) == [("1.1", "Phiếu mới"), ("5.1", "Phiếu mới")]
    assert evidencing.swap(dossier, paper, newer, by=clerk) == 0
    entry = AuditEntry.objects.get(act="dossier.evidence_swapped")
    assert (entry.details["old"], entry.details["criteria"]) == (paper.pk, ["1.1", "5.1"])


def test_a_return_lets_only_its_places_be_exchanged(dossier, paper, maker, clerk):
    for code in ("1.1", "1.2"):
        evidencing.use(dossier, paper, code, by=clerk)
    newer = make_evidence(maker, title="Phiếu mới", replaces=paper)
    returned(dossier, "criterion:1.2")
    assert evidencing.renew(dossier, by=clerk) == 1
    assert where(dossier) == [("1.1", paper.title), ("1.2", "Phiếu mới")]
    with pytest.raises(Refused):
        evidencing.swap(dossier, paper, newer, by=clerk)


def test_renewing_finds_the_newest_of_a_chain(dossier, paper, maker, clerk, clerks):
    evidencing.use(dossier, paper, "1.1", by=clerk)
    make_evidence(maker, title="Thứ ba", replaces=make_evidence(maker, title="Thứ hai", replaces=paper))
    assert "Dùng các bản mới" in clerks.get(page(dossier)).content.decode()
    assert clerks.post(page(dossier, tail="doi/")).url == page(dossier)
    assert where(dossier) == [("1.1", "Thứ ba")]


# --- pages


def test_papers_are_ticked_and_taken_off_without_scripts(dossier, paper, maker, clerks):
    second = make_evidence(maker, title="Giấy khen", kind="award")
    back = f"/ho-so/{dossier.pk}/tu-danh-gia/"
    ticked = {"criterion": "1.1", "evidence-1.1": [paper.pk, second.pk], "next": f"{back}?phan=A"}
    sent = clerks.post(page(dossier, tail="them/"), ticked)
    assert sent.url == f"{back}?phan=A#minh-chung-1.1"
    assert where(dossier) == [("1.1", "Giấy khen"), ("1.1", paper.title)]
    use = EvidenceUse.objects.get(evidence=second)
    drop = page(dossier, tail=f"{use.pk}/bo/")
    assert [clerks.post(drop, {"criterion": "1.1"}).url for _time in range(2)] == [
        f"{page(dossier)}#minh-chung-1.1"
    ] * 2
    assert where(dossier) == [("1.1", paper.title)]


def test_ticks_of_another_criterion_do_not_go_along(dossier, paper, maker, clerks):
    second = make_evidence(maker, title="Khác")
    ticked = {"criterion": "1.1", "evidence-1.1": paper.pk, "evidence-1.2": second.pk}
    clerks.post(page(dossier, tail="them/"), ticked)
    assert where(dossier) == [("1.1", paper.title)]


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example/", "/\\evil.example/"])
def test_nobody_is_sent_to_another_site(address, dossier, paper, clerks):
    sent = clerks.post(page(dossier, tail="them/"), {"evidence": paper.pk, "next": address})
    assert sent.url == f"{page(dossier)}#minh-chung-ho-so"


def test_a_script_gets_the_criterion_as_it_is_now(dossier, paper, clerks):
    ticked = {"criterion": "1.1", "evidence-1.1": paper.pk}
    told = clerks.post(page(dossier, tail="them/"), ticked, **JSON).json()
    use = EvidenceUse.objects.get()
    assert sorted(told) == ["html", "message"]
    assert 'id="minh-chung-1.1"' in told["html"]
    assert page(dossier, tail=f"{use.pk}/tep/") in told["html"]
    gone = clerks.post(page(dossier, tail=f"{use.pk}/bo/"), {"criterion": "1.1"}, **JSON).json()
    assert (page(dossier, tail=f"{use.pk}/tep/") in gone["html"], where(dossier)) == (False, [])


def test_a_script_is_told_why_not(dossier, paper, clerks):
    nothing = clerks.post(page(dossier, tail="them/"), {"criterion": "1.1"}, **JSON)
    assert (nothing.status_code, nothing.json()) == (422, {"error": "Hãy đánh dấu ít nhất một giấy tờ."})
    submitted(dossier)
    ticked = {"criterion": "1.1", "evidence": paper.pk}
    refused = clerks.post(page(dossier, tail="them/"), ticked, **JSON)
    assert (refused.status_code, list(refused.json())) == (403, ["error"])
    assert clerks.post(page(dossier, tail="them/"), ticked).status_code == 403
    assert where(dossier) == []


def test_a_paper_that_may_not_be_chosen_is_not_found(dossier, paper, world, clerks):
    stranger = make_evidence(make_enterprise(world.new_tra_linh))
    elsewhere = make_enterprise(world.new_tra_linh)
    dossier.product.makings.create(enterprise=elsewhere)
    unseen = make_evidence(elsewhere)
    for foreign in (stranger.pk, unseen.pk, 999_999, "x"):
        sent = clerks.post(page(dossier, tail="them/"), {"evidence": [paper.pk, foreign]})
        assert sent.status_code == 404
    assert where(dossier) == []


def test_a_use_is_found_in_its_own_dossier_only(dossier, paper, maker, clerk, clerks, world, criteria_set):
    use = evidencing.use(dossier, paper, "1.1", by=clerk)
    second = make_dossier(
        make_product(world.new_dam_thuy, maker, group=criteria_set.group), criteria_set=criteria_set
    )
    assert clerks.post(page(second, tail=f"{use.pk}/bo/")).status_code == 404
    assert clerks.get(page(second, tail=f"{use.pk}/tep/")).status_code == 404
    assert where(dossier) == [("1.1", paper.title)]


def test_a_new_paper_goes_into_the_library_and_is_used_at_once(dossier, maker, clerks, settings):
    form = {"kind": "award", "title": "Giấy khen", "criterion": "1.1", "form_token": str(uuid4())}
    for _time in range(2):
        sent = clerks.post(page(dossier, tail="tai-len/"), {**form, "upload": pdf(), "arrived": "1"})
        assert sent.url == f"{page(dossier)}#minh-chung-1.1"
    kept = maker.evidence.get()
    assert (where(dossier), kept_files(settings)) == ([("1.1", "Giấy khen")], [kept.file])


def test_the_library_is_chosen_where_several_make_the_product(dossier, maker, clerks, world):
    second = make_enterprise(world.new_dam_thuy, name="Hộ Mẫu")
    dossier.product.makings.create(enterprise=second)
    form = {"kind": "award", "title": "Giấy khen", "form_token": str(uuid4()), "arrived": "1"}
    clerks.post(page(dossier, tail="tai-len/"), {**form, "upload": pdf(), "maker": second.pk})
    assert (second.evidence.count(), maker.evidence.count(), where(dossier)) == (1, 0, [("", "Giấy khen")])
    stranger = make_enterprise(world.new_dam_thuy)
    lost = clerks.post(page(dossier, tail="tai-len/"), {**form, "upload": pdf(2), "maker": stranger.pk})
    assert (lost.status_code, stranger.evidence.count()) == (404, 0)


def test_a_refused_upload_comes_back_with_the_text(dossier, clerks, settings):
    form = {"kind": "award", "title": "Giấy khen", "form_token": str(uuid4()), "criterion": "1.1"}
    back = clerks.post(
        page(dossier, tail="tai-len/"), {**form, "upload": pdf(name="a.php.pdf"), "arrived": "1"}
    )
    assert (back.status_code, list(back.context["form"].errors)) == (200, ["upload"])
    assert 'value="Giấy khen"' in back.content.decode()
    assert (Evidence.objects.count(), kept_files(settings)) == (0, [])


def test_no_paper_is_uploaded_where_the_return_did_not_unlock(dossier, clerks, settings):
    returned(dossier, "criterion:1.1")
    form = {"kind": "award", "title": "x", "form_token": str(uuid4()), "arrived": "1", "criterion": "1.2"}
    assert clerks.post(page(dossier, tail="tai-len/"), {**form, "upload": pdf()}).status_code == 403
    assert (Evidence.objects.count(), kept_files(settings)) == (0, [])


def test_the_page_offers_only_what_is_open(dossier, paper, clerk, clerks):
    evidencing.use(dossier, paper, "1.2", by=clerk)
    everything = clerks.get(page(dossier)).context["groups"]
    leaves = dossier.criteria_set.criteria.filter(is_leaf=True).values_list("code", flat=True)
    assert [group.criterion.code if group.criterion else "" for group in everything] == ["", *leaves]
    returned(dossier, "criterion:1.1")
    offered = clerks.get(page(dossier)).context["groups"]
    assert [(group.criterion.code, group.may_edit, len(group.uses)) for group in offered] == [
        ("1.1", True, 0),
        ("1.2", False, 1),
    ]


def test_a_large_library_is_chosen_from_on_a_page_of_the_criterion(dossier, maker, clerks):
    for _paper in range(31):
        make_evidence(maker)
    asked = ({}, {"tieu-chi": "1.1"}, {"tieu-chi": "ho-so"})
    pages = [clerks.get(page(dossier), each).content.decode() for each in asked]
    assert [text.count('type="checkbox"') for text in pages] == [0, 31, 31]


def test_the_officer_reads_the_papers_of_an_organisation_of_another_area(
    dossier, clerk, world, client_of, maker, settings
):
    """The product is made in two provinces' worth of places; the dossier decides who reads its papers."""
    elsewhere = make_enterprise(world.quoc_toan)
    dossier.product.makings.create(enterprise=elsewhere)
    keeper = make_user("xa.quoctoan", Role.OFFICER, world.province)
    paper = keeping.keep(elsewhere, pdf(), by=keeper, kind="award", title="Giấy khen")
    use = evidencing.use(dossier, paper, "1.1", by=clerk)
    submitted(dossier)
    browser = client_of(make_user("can.bo.xa", Role.OFFICER, world.new_dam_thuy))
    assert browser.get(f"/minh-chung/{paper.pk}/tep/").status_code == 404
    response = browser.get(page(dossier, tail=f"{use.pk}/tep/"))
    assert (response.status_code, response["Content-Disposition"].startswith("attachment;")) == (200, True)
    assert response["X-Content-Type-Options"] == "nosniff"
    assert len(response.getvalue()) == paper.size
    shown = browser.get(page(dossier))
    assert [(group.criterion.code, group.may_edit) for group in shown.context["groups"]] == [("1.1", False)]


def test_a_paper_taken_off_is_no_longer_handed_out_by_the_dossier(dossier, maker, clerk, clerks):
    paper = keeping.keep(maker, pdf(), by=clerk, kind="award", title="Giấy khen")
    use = evidencing.use(dossier, paper, "1.1", by=clerk)
    file = page(dossier, tail=f"{use.pk}/tep/")
    response = clerks.get(file)
    assert (response.status_code, len(response.getvalue())) == (200, paper.size)
    evidencing.drop(use, by=clerk)
    assert clerks.get(file).status_code == 404


def test_the_dossiers_page_leads_to_its_evidence(dossier, clerks):
    assert page(dossier) in clerks.get(reverse("ratings:dossier", args=[dossier.pk])).content.decode()


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("state", "queries"), [("draft", 9), ("returned", 10), ("submitted", 6)])
def test_the_page_costs_the_same_at_any_length(
    rows, state, queries, dossier, maker, clerk, clerks, django_assert_num_queries
):
    for code in ("1.1", "1.2", "5.1")[:rows]:
        for _paper in range(rows):
            evidencing.use(dossier, make_evidence(maker, expires_on=TODAY), code, by=clerk)
    if state != "draft":
        returned(dossier, "")
        Dossier.objects.filter(pk=dossier.pk).update(state=state)
    clerks.get(page(dossier))
    with django_assert_num_queries(queries):
        assert clerks.get(page(dossier)).status_code == 200


def test_only_who_may_add_papers_is_sent_to_their_page(dossier, clerks, province_officer, client_of):
    papers = f"/ho-so/{dossier.pk}/giay-to/"
    assert papers in clerks.get(page(dossier)).content.decode()
    assert clerks.get(papers).status_code == 200
    submitted(dossier)
    assert papers not in client_of(province_officer).get(page(dossier)).content.decode()


def test_who_misses_a_product_is_led_to_registering_it(clerks):
    assert 'href="/quan-ly/san-pham/them/"' in clerks.get("/ho-so/moi/").content.decode()
