"""When the law changed: a stuck dossier is filed anew, a draft goes over to the set of today."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import AuditEntry, Post
from ratings import filing, refiling, renewing, workflow
from ratings.models import CommuneAssessment, CriteriaSet, Dossier, DossierStep, Regulation, Result
from ratings.moves import MOVES
from ratings.workflow import Refused, Stale
from tests.factories import make_decision, make_dossier, make_product, make_recognition
from tests.ratings import scenes
from tests.ratings.scenes import page, text_of

pytestmark = pytest.mark.django_db
STUCK = ("at_commune", "submitted", "returned", "accepted", "scored", "forwarded")


@pytest.fixture
def rating(world, settings):
    return scenes.begin(settings)


@pytest.fixture
def staff(world, rating):
    return scenes.staff_of(world.new_dam_thuy)


def stuck(world, state="submitted", **fields) -> Dossier:
    """A dossier of 2025 under Decision 148/2023, which decides first ratings until 21/7/2026."""
    law = Regulation.objects.get(code="QD148-2023")
    facts = {"regulation": law, "level": "province", "presentation": "Rượu ngô.", "requested_stars": 3}
    return make_dossier(
        scenes.product_of(world.dam_thuy, name=f"Rượu {state}"),
        state=state,
        on=date(2025, 6, 1),
        **(facts | fields),
    )


def refiled(dossier, by, **fields) -> Dossier:
    return refiling.refile(dossier, by=by, **({"reason": "Quy định cũ hết áp dụng"} | fields))


@pytest.mark.parametrize("state", STUCK)
def test_a_stuck_dossier_is_closed_and_a_draft_takes_its_place(world, staff, state):
    old = stuck(world, state)
    scenes.section(old, "ket-qua", doanh_thu="120")
    scenes.paper(old, "story", "Câu chuyện")
    draft = refiled(old, staff)
    old.refresh_from_db()
    assert (old.state, old.due_on, draft.refiled_from, draft.state) == ("refiled", None, old, "draft")
    assert (draft.regulation, draft.area, draft.kind, draft.presentation, draft.requested_stars) == (
        None,
        world.new_dam_thuy,
        "first",
        "Rượu ngô.",
        3,
    )
    assert draft.criteria_set == CriteriaSet.objects.get(code="QD26-14")
    assert list(draft.sections.values_list("section", flat=True)) == ["ket-qua"]
    assert list(draft.attachments.values_list("title", flat=True)) == ["Câu chuyện"]
    step = DossierStep.objects.get(dossier=old)
    assert (step.from_state, step.to_state, step.reason) == (state, "refiled", "Quy định cũ hết áp dụng")
    assert AuditEntry.objects.get(act="dossier.filed_anew").details["source"] == old.code
    assert (old.first_submitted_on, old.regulation.code) == (date(2025, 6, 1), "QD148-2023")


def test_what_the_offices_added_is_listed_and_done_anew(world, staff):
    old = stuck(world, "scored")
    CommuneAssessment.objects.create(dossier=old, origin="Đã ghi")
    Result.objects.create(
        dossier=old,
        level="province",
        part_a=30,
        part_b=20,
        part_c=20,
        total=70,
        stars=4,
        assessed_on=date(2025, 7, 1),
    )
    draft = refiled(old, staff)
    assert [row["what"] for row in draft.carried["missing"]] == ["commune_assessment", "results"]
    assert (draft.results.count(), hasattr(draft, "commune_assessment")) == (0, False)


@pytest.mark.parametrize(("on", "late"), [(date(2026, 7, 21), False), (date(2026, 7, 22), True)])
def test_the_last_day_of_deciding_is_still_in_time(world, staff, on, late, settings):
    settings.OCOP_TODAY = on
    old = stuck(world)
    offered = [row.target for row in workflow.available(old, staff)]
    assert (Dossier.State.REFILED in offered) is late
    if late:
        assert refiled(old, staff).state == "draft"
    else:
        with pytest.raises(Refused, match="21/07/2026"):
            refiled(old, staff)
        with pytest.raises(Refused):
            workflow.move(old, "refiled", by=staff, reason="x")
        assert Dossier.objects.count() == 1


def test_reevaluations_end_a_month_earlier(world, staff, settings):
    settings.OCOP_TODAY = date(2026, 6, 22)
    made = make_recognition(scenes.product_of(world.dam_thuy), make_decision(world.district))
    old = make_dossier(
        made.product,
        state="submitted",
        regulation=Regulation.objects.get(code="QD148-2023"),
        kind="reevaluation",
        previous=made,
        changes="Thêm nguyên liệu",
        level="province",
    )
    draft = refiled(old, staff)
    assert (draft.kind, draft.previous, draft.changes) == ("reevaluation", made, "Thêm nguyên liệu")
    filing.change(draft, by=staff, pledged=True)
    scenes.paper(draft)
    scenes.complete(draft)
    # The organisation asked in time under the law of then: the window of today is not held against it.
    workflow.move(draft, "at_commune", by=staff)
    assert draft.late_since is None


def test_who_may_file_anew(world, staff, province_officer, province_leader, client_of):
    neighbour = scenes.staff_of(world.new_tra_linh, "xa.tralinh.2026")
    old = stuck(world)
    with pytest.raises(Refused):
        refiled(old, neighbour)
    with pytest.raises(Refused):
        refiled(old, province_leader)
    assert client_of(neighbour).get(page("dossier_refile", old.pk)).status_code == 404
    assert client_of(province_leader).get(page("dossier_refile", old.pk)).status_code == 403
    assert refiled(old, province_officer).created_by == province_officer


def test_an_ended_post_files_nothing_anew(world, staff):
    old = stuck(world)
    Post.objects.filter(user=staff).update(ends_on=date(2026, 1, 1))
    with pytest.raises((Refused, PermissionDenied)):
        refiled(old, staff)
    assert Dossier.objects.get().state == "submitted"


def test_the_page_previews_then_acts_once(world, staff, client_of):
    old, browser = stuck(world), client_of(staff)
    scenes.section(old, "ket-qua", doanh_thu="120")
    scenes.paper(old, "registration_form", "Phiếu cũ")
    shown = text_of(browser.get(page("dossier", old.pk)))
    assert page("dossier_refile", old.pk) in shown
    preview = text_of(browser.get(page("dossier_refile", old.pk)))
    assert "Kết quả thực hiện phương án kinh doanh" in preview
    assert "Mẫu đã ký “Phiếu cũ”: phải ký mẫu mới" in preview
    assert "Quyết định 26/2026/QĐ-TTg" in preview
    assert Dossier.objects.count() == 1
    empty = browser.post(page("dossier_refile", old.pk), {"version": old.version, "reason": " "})
    assert (empty.status_code, Dossier.objects.count()) == (200, 1)
    typed = {"version": old.version, "reason": "Hết thời hạn quyết định"}
    first = browser.post(page("dossier_refile", old.pk), typed)
    second = browser.post(page("dossier_refile", old.pk), typed)
    draft = Dossier.objects.get(state="draft")
    for response in (first, second):
        assert response.headers["Location"] == page("dossier", draft.pk)
    assert draft.code in text_of(browser.get(page("dossier", old.pk)))


def test_a_page_opened_before_another_act_is_told(world, staff):
    old = stuck(world)
    with pytest.raises(Stale):
        refiled(old, staff, version=old.version - 1)
    assert Dossier.objects.count() == 1


def test_the_table_lets_every_stuck_state_out():
    out = {row.source.value for row in MOVES if row.target == Dossier.State.REFILED}
    # A draft is bound to nothing yet; one in a prepared decision is taken out of it first.
    assert out == {
        state for state in Dossier.State.values if state not in ("draft", "prepared", *Dossier.CLOSED)
    }


# --- drafts under a set that no longer rates


@pytest.fixture
def newer(rating):
    """A correction of the set with one criterion of the same words and one of other words."""
    made = CriteriaSet.objects.create(
        code="QD26-14-b",
        name="Rượu trắng (đính chính)",
        regulation=rating.regulation,
        group=rating.group,
        corrects=rating,
    )
    for position, code in enumerate(["1.1", "1.2"], start=1):
        old = rating.criteria.get(code=code)
        leaf = made.criteria.create(
            code=code,
            title=old.title if code == "1.1" else "Khác",
            part="A",
            position=position,
            depth=2,
            is_leaf=True,
            max_points=4,
        )
        for option in old.options.all():
            leaf.options.create(position=option.position, points=option.points, label=option.label)
    CriteriaSet.objects.filter(pk=rating.pk).update(state="retired", retired_on=scenes.TODAY)
    CriteriaSet.objects.filter(pk=made.pk).update(state="published", published_on=scenes.TODAY)
    return made


@pytest.fixture
def draft(world, staff, rating):
    dossier = scenes.opened(scenes.product_of(world.new_dam_thuy), staff)
    scenes.choose(dossier, "1.1", 2, "ghi chú")
    scenes.choose(dossier, "1.2", 1)
    scenes.section(dossier, "ket-qua", doanh_thu="120")
    proof = scenes.evidence(dossier.enterprise)
    scenes.use(dossier, proof, "1.1")
    scenes.use(dossier, proof, "1.2")
    scenes.paper(dossier)
    return dossier


def test_a_draft_goes_over_to_the_set_of_today(draft, newer, staff, client_of):
    browser = client_of(staff)
    with pytest.raises(Refused):
        filing.submit(draft, by=staff)
    draft.refresh_from_db()
    assert page("dossier_follow_law", draft.pk) in text_of(browser.get(page("dossier", draft.pk)))
    assert "QD26-14-b" in text_of(browser.get(page("dossier_follow_law", draft.pk)))
    assert draft.answers.filter(criterion__criteria_set=newer).count() == 0
    done = browser.post(page("dossier_follow_law", draft.pk), {"version": draft.version})
    assert done.headers["Location"] == page("dossier", draft.pk)
    draft.refresh_from_db()
    assert draft.criteria_set == newer
    assert [(a.criterion.code, a.option.position, a.note) for a in draft.answers.all()] == [
        ("1.1", 2, "ghi chú")
    ]
    assert sorted(use.criterion.code if use.criterion else "" for use in draft.evidence_uses.all()) == [
        "",
        "1.1",
    ]
    assert draft.sections.get().content == {"doanh_thu": "120"}
    assert [row["what"] for row in draft.carried["missing"]] == ["criterion", "place"]
    filing.submit(scenes.complete(draft), by=staff)
    assert (draft.state, draft.submissions.get().content["criteria_set"]) == ("at_commune", "QD26-14-b")


def test_going_over_twice_changes_nothing_more(draft, newer, staff, client_of):
    refiling.follow_the_law(draft, by=staff)
    seen = draft.version
    refiling.follow_the_law(draft, by=staff)
    assert draft.version == seen
    assert client_of(staff).get(page("dossier_follow_law", draft.pk)).status_code == 302


def test_a_current_draft_and_a_submitted_dossier_stay_as_they_are(draft, staff, rating):
    assert not refiling.behind_the_law(draft, scenes.TODAY)
    refiling.follow_the_law(draft, by=staff)
    assert draft.criteria_set == rating
    filing.submit(scenes.complete(draft), by=staff)
    with pytest.raises(Refused):
        refiling.follow_the_law(draft, by=staff)


def test_a_stale_page_changes_nothing(draft, newer, staff, rating):
    with pytest.raises(Stale):
        refiling.follow_the_law(draft, by=staff, version=draft.version - 1)
    draft.refresh_from_db()
    assert draft.criteria_set == rating


def test_a_renewed_draft_keeps_its_first_report(world, staff, rating, client_of):
    product = scenes.product_of(world.new_dam_thuy)
    source = make_dossier(product, state="recognised", regulation=rating.regulation, criteria_set=rating)
    scenes.choose(source, "1.1", 2)
    made = make_recognition(product, make_decision(world.province), dossier=source)
    dossier = renewing.renew(made, "upgrade", by=staff)
    CriteriaSet.objects.filter(pk=rating.pk).update(state="retired", retired_on=scenes.TODAY)
    refiling.follow_the_law(dossier, by=staff)
    assert (dossier.criteria_set, dossier.answers.count()) == (None, 0)
    assert dossier.carried["earlier"]["source"]["code"] == source.code
    shown = text_of(client_of(staff).get(page("dossier", dossier.pk)))
    assert source.code in shown


def test_evidence_of_an_old_criterion_keeps_a_draft_from_being_submitted(world, staff, rating, newer):
    dossier = make_dossier(make_product(world.new_dam_thuy), state="draft", criteria_set=rating)
    scenes.use(dossier, scenes.evidence(dossier.enterprise), "1.2")
    scenes.paper(dossier)
    with pytest.raises(Refused):
        filing.submit(dossier, by=staff)
