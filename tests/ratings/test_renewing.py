"""Upgrade and re-evaluation: a copy of the last accepted dossier, with what still holds, the rest listed."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone, translation

from accounts.models import AuditEntry
from ratings import carrying, filing, freezing, renewing, since
from ratings.models import CriteriaSet, Dossier, DossierStep, RecognitionEvent
from ratings.views import carried
from ratings.workflow import Refused
from tests.factories import make_decision, make_dossier, make_enterprise, make_recognition
from tests.ratings import scenes
from tests.ratings.scenes import page, text_of

pytestmark = pytest.mark.django_db
EXPIRY = date(2027, 3, 23)  # 120 days after the day of the scenes


@pytest.fixture
def rating(world, settings):
    return scenes.begin(settings)


@pytest.fixture
def staff(world, rating):
    return scenes.staff_of(world.new_dam_thuy)


@pytest.fixture
def product(world, rating):
    return scenes.product_of(world.new_dam_thuy)


@pytest.fixture
def maker(product):
    return product.makings.get().enterprise


@pytest.fixture
def source(product, rating, world):
    """The dossier that was recognised: two answers, a section, contact and presentation."""
    dossier = make_dossier(
        product,
        state="recognised",
        on=date(2026, 6, 1),
        regulation=rating.regulation,
        criteria_set=rating,
        presentation="Rượu chưng cất từ ngô nếp.",
        contact_name="Bế Thử",
        contact_phone="0206",
        changes="Cũ",
        requested_stars=3,
    )
    scenes.choose(dossier, "1.1", 2, "70 % trong tỉnh")
    scenes.choose(dossier, "2.2", 3)
    scenes.section(dossier, "thong-tin-chung", workers=12)
    return dossier


@pytest.fixture
def recognition(product, source, world):
    decision = make_decision(world.province, signed_on=date(2024, 3, 23))
    return make_recognition(product, decision, dossier=source, expires_on=EXPIRY)


def renewed(recognition, staff, kind="upgrade", **fields):
    return renewing.renew(recognition, kind, by=staff, **fields)


def answers(dossier):
    rows = dossier.answers.values_list("criterion__code", "option__position", "note")
    return {code: (position, note) for code, position, note in rows}


def uses(dossier):
    return sorted(
        (use.evidence.title, use.criterion.code if use.criterion else "")
        for use in dossier.evidence_uses.select_related("evidence", "criterion")
    )


def told(dossier):
    with translation.override("vi"):
        return {group.title: group.lines for group in carried.in_words(dossier.carried).groups}


def test_one_click_copies_what_the_accepted_dossier_said(recognition, source, staff):
    dossier = renewed(recognition, staff)
    assert (dossier.kind, dossier.state, dossier.previous, dossier.copied_from) == (
        "upgrade",
        "draft",
        recognition,
        source,
    )
    assert (dossier.requested_stars, dossier.presentation, dossier.contact_name, dossier.contact_phone) == (
        4,
        "Rượu chưng cất từ ngô nếp.",
        "Bế Thử",
        "0206",
    )
    assert (dossier.changes, dossier.pledged, dossier.criteria_set) == ("", False, source.criteria_set)
    assert answers(dossier) == {"1.1": (2, "70 % trong tỉnh"), "2.2": (3, "")}
    assert dict(dossier.sections.values_list("section", "content")) == {"thong-tin-chung": {"workers": 12}}
    assert told(dossier) == {
        "Đã chuyển sang": ["Thông tin chung về chủ thể", "2 tiêu chí đã chọn mức"],
    }
    assert AuditEntry.objects.get(act="dossier.copied").details == {
        "source": source.code,
        "emptied": 0,
        "missing": 0,
    }


def test_valid_evidence_goes_over_expired_is_emptied_and_the_newest_is_taken(
    recognition, source, staff, maker
):
    today, yesterday = scenes.TODAY, date(2026, 11, 22)
    scenes.use(source, scenes.evidence(maker, "Còn hạn", expires_on=today), "1.1")
    scenes.use(source, scenes.evidence(maker, "Không hạn"))
    scenes.use(source, scenes.evidence(maker, "Hết hạn", expires_on=yesterday, number=""), "1.1")
    scenes.use(source, scenes.evidence(maker, "Đã bỏ", removed_at=timezone.now(), number=""), "2.2")
    old = scenes.evidence(maker, "Bản cũ", expires_on=yesterday, number="")
    newer = scenes.evidence(maker, "Bản giữa", replaces=old, number="")
    scenes.evidence(maker, "Bản mới", replaces=newer, expires_on=date(2028, 1, 1), number="")
    scenes.use(source, old, "2.2")
    scenes.use(source, newer, "2.2")  # both are the same paper by now
    stranger = scenes.evidence(make_enterprise(recognition.area), "Của người khác", number="")
    scenes.use(source, stranger)
    dossier = renewed(recognition, staff)
    assert uses(dossier) == [("Bản mới", "2.2"), ("Còn hạn", "1.1"), ("Không hạn", "")]
    report = told(dossier)
    assert sorted(report["Để trống"]) == [
        "Của người khác: thuộc chủ thể khác",
        "Hết hạn: hết hạn ngày 22/11/2026 (tiêu chí 1.1)",
        "Đã bỏ: đã gỡ khỏi thư viện minh chứng (tiêu chí 2.2)",
    ]
    assert report["Thay bằng giấy tờ mới nhất"] == ["Bản mới thay cho Bản cũ", "Bản mới thay cho Bản giữa"]
    assert uses(source)[0][0] == "Bản cũ"  # the old dossier keeps what it was submitted with


def test_a_removed_newest_paper_leaves_the_one_before(recognition, source, staff, maker):
    old = scenes.evidence(maker, "Bản cũ")
    scenes.evidence(maker, "Nhầm", replaces=old, removed_at=timezone.now())
    scenes.use(source, old)
    assert uses(renewed(recognition, staff)) == [("Bản cũ", "")]


def test_papers_of_the_old_form_go_over_but_not_the_signed_form(recognition, source, staff):
    scenes.paper(source, "story", "Câu chuyện")
    scenes.paper(source, "registration_form", "Phiếu cũ")
    gone = scenes.paper(source, "award", "Đã gỡ")
    type(gone).objects.filter(pk=gone.pk).update(removed_at=timezone.now())
    dossier = renewed(recognition, staff)
    assert list(dossier.attachments.values_list("title", flat=True)) == ["Câu chuyện"]
    assert told(dossier)["Không có mục tương ứng"] == ["Mẫu đã ký “Phiếu cũ”: phải ký mẫu mới"]
    assert source.attachments.count() == 3


def test_another_set_takes_what_corresponds_and_lists_the_rest(recognition, source, staff, maker, rating):
    """Against a set made for it: equal words, equal points, another number, another title, no option."""
    other = CriteriaSet.objects.create(
        code="QD26-14-b", name="Rượu trắng (đính chính)", regulation=rating.regulation, group=rating.group
    )
    before = {code: rating.criteria.get(code=code) for code in ("1.1", "1.2", "1.3", "1.4", "2.2", "2.4")}

    def offer(position, code, title, *options):
        leaf = other.criteria.create(
            code=code, title=title, part="A", position=position, depth=2, is_leaf=True, max_points=4
        )
        for place, (points, label) in enumerate(options, start=1):
            leaf.options.create(position=place, points=points, label=label)

    offer(1, "1.1", before["1.1"].title, (4, "Khác"), (2, "Nguyên liệu trong tỉnh  50–<75%"))
    offer(2, "1.2", before["1.2"].title, (2, "Lời khác, cùng điểm"), (3, "Khác"))
    offer(3, "1.3", before["1.3"].title, (9, "Lời khác"))
    offer(4, "3.9", before["2.2"].title, (5, before["2.2"].options.get(position=3).label))
    offer(5, "2.4", "Tên khác hẳn", (1, "Có"))
    for code, position in {"1.2": 2, "1.3": 1, "2.4": 2, "1.4": 1}.items():
        scenes.choose(source, code, position)
    scenes.use(source, scenes.evidence(maker, "Giấy A"), "1.1")
    scenes.use(source, scenes.evidence(maker, "Giấy B", number=""), "2.4")
    CriteriaSet.objects.filter(pk=rating.pk).update(state="retired", retired_on=scenes.TODAY)
    CriteriaSet.objects.filter(pk=other.pk).update(state="published", published_on=scenes.TODAY)
    dossier = renewed(recognition, staff)
    assert dossier.criteria_set == other
    assert answers(dossier) == {
        "1.1": (2, "70 % trong tỉnh"),
        "1.2": (1, ""),
        "1.3": (None, ""),
        "3.9": (1, ""),
    }
    assert uses(dossier) == [("Giấy A", "1.1"), ("Giấy B", "")]
    report = told(dossier)
    assert [line.split(" ")[0] for line in report["Đã chuyển sang, cần xem lại"]] == ["1.2", "3.9"]
    assert report["Không có mục tương ứng"] == [
        "Tiêu chí 1.3 Năng lực sản xuất, mức “Quy mô nhỏ”: phải chọn lại",
        "Tiêu chí 1.4 Liên kết chuỗi: “Không/không rõ liên kết”",
        "Tiêu chí 2.4 Nhãn song ngữ: “Có”",
        "Tiêu chí 2.4 Nhãn song ngữ, minh chứng “Giấy B”: giữ làm minh chứng chung của hồ sơ",
    ]


def test_a_product_recognised_on_paper_gets_an_empty_dossier_that_says_so(product, world, staff, client_of):
    made = make_recognition(product, make_decision(world.province, from_paper=True), expires_on=EXPIRY)
    dossier = renewed(made, staff)
    assert (dossier.copied_from, dossier.previous, dossier.answers.count()) == (None, made, 0)
    shown = text_of(client_of(staff).get(page("dossier", dossier.pk)))
    assert "hệ thống chưa có hồ sơ để sao chép nên hồ sơ này bắt đầu từ trống" in shown


def test_without_a_dossier_behind_it_the_latest_accepted_one_is_copied(product, world, staff, source, rating):
    make_dossier(product, state="withdrawn", on=date(2026, 9, 1), criteria_set=rating)
    earlier = make_dossier(product, state="not_recognised", on=date(2025, 9, 1), level="province")
    made = make_recognition(product, make_decision(world.province, from_paper=True), expires_on=EXPIRY)
    assert renewed(made, staff).copied_from == source
    assert earlier.pk != source.pk


def test_the_product_itself_names_its_last_recognition(product, recognition, staff):
    assert renewing.renew(product, "upgrade", by=staff).previous == recognition


def test_pressing_twice_opens_one_dossier(recognition, staff, client_of):
    browser, address = client_of(staff), page("recognition_upgrade", recognition.pk)
    token = str(uuid4())
    first = browser.post(address, {"form_token": token})
    second = browser.post(address, {"form_token": token})
    third = browser.post(address, {"form_token": str(uuid4())})
    made = Dossier.objects.get(kind="upgrade")
    for response in (first, second, third):
        assert response.headers["Location"] == page("dossier", made.pk)
    assert (made.answers.count(), AuditEntry.objects.filter(act="dossier.copied").count()) == (2, 1)


def test_what_cannot_follow_is_refused_and_nothing_is_left(recognition, product, staff, world):
    stranger = scenes.staff_of(world.new_tra_linh, "xa.tralinh.2026")
    with pytest.raises(PermissionDenied):
        renewed(recognition, stranger)
    with pytest.raises(Refused):
        renewed(recognition, staff, kind="first")
    with pytest.raises(Refused):
        renewing.renew(scenes.product_of(world.new_dam_thuy), "upgrade", by=staff)
    type(recognition).objects.filter(pk=recognition.pk).update(stars=5)
    recognition.refresh_from_db()
    with pytest.raises(Refused):
        renewed(recognition, staff)
    RecognitionEvent.objects.create(recognition=recognition, kind="revoked", on=scenes.TODAY)
    with pytest.raises(Refused, match="23/11/2026"):
        renewed(recognition, staff, kind="reevaluation")
    assert (
        Dossier.objects.filter(state="draft").count(),
        renewing.last_recognition(product, scenes.TODAY),
    ) == (
        0,
        None,
    )


def test_two_kinds_ask_for_the_star_that_fits(recognition, staff):
    assert renewed(recognition, staff, kind="reevaluation").requested_stars == 3


@pytest.mark.parametrize("name", ["recognition", "products"])
def test_the_buttons_stand_on_the_pages_of_recognition_and_product(name, recognition, staff, client_of):
    address = page("recognition", recognition.pk)
    if name == "products":
        address = recognition.product.get_absolute_url()
    shown = text_of(client_of(staff).get(address))
    assert page("recognition_upgrade", recognition.pk) in shown
    assert page("recognition_reevaluate", recognition.pk) in shown
    assert "24/09/2026" in shown  # 180 days before the certificate expires
    dossier = renewed(recognition, staff)
    shown = text_of(client_of(staff).get(address))
    assert page("recognition_upgrade", recognition.pk) not in shown
    assert page("dossier", dossier.pk) in shown


def test_who_may_only_read_sees_no_button(recognition, province_leader, client_of):
    shown = text_of(client_of(province_leader).get(page("recognition", recognition.pk)))
    assert "24/09/2026" in shown
    assert page("recognition_upgrade", recognition.pk) not in shown
    response = client_of(province_leader).post(page("recognition_upgrade", recognition.pk))
    assert (response.status_code, Dossier.objects.filter(state="draft").count()) == (403, 0)


# --- what changed since


def test_what_changed_since_is_compared_and_filled_in(recognition, source, staff, maker, client_of):
    shared = scenes.evidence(maker, "Còn hạn")
    scenes.use(source, shared)
    dossier = renewed(recognition, staff)
    assert since.since(dossier) == []
    dossier.answers.filter(criterion__code="1.1").update(
        option=dossier.criteria_set.criteria.get(code="1.1").options.get(position=3)
    )
    dossier.sections.update(content={"workers": 20})
    scenes.use(dossier, scenes.evidence(maker, "Giải thưởng", number="5"))
    dossier.evidence_uses.filter(evidence=shared).delete()
    browser = client_of(staff)
    with translation.override("vi"):
        places = [each.place for each in since.since(Dossier.objects.get(pk=dossier.pk))]
    assert places == ["section:thong-tin-chung", "criterion:1.1", "evidence", "evidence", "score"]
    assert "Giải thưởng · 5" in text_of(browser.get(page("dossier", dossier.pk)))
    assert "Giải thưởng · 5" in text_of(browser.get(page("dossier_changes", dossier.pk)))
    typed = {"version": dossier.version, "changes": "Mở rộng xưởng.", "fill": "1"}
    filled = browser.post(page("dossier_changes", dossier.pk), typed)
    words = filled.context["form"]["changes"].value()
    assert words.startswith("Mở rộng xưởng.\n- ")
    assert "Số lao động (người): trước: 12; nay: 20" in words
    dossier.refresh_from_db()
    assert dossier.changes == ""  # filling in saves nothing
    kept = browser.post(page("dossier_changes", dossier.pk), {"version": dossier.version, "changes": words})
    dossier.refresh_from_db()
    assert (kept.status_code, dossier.changes) == (302, words)
    late = browser.post(page("dossier_changes", dossier.pk), {"version": 1, "changes": "Của người sau"})
    assert (late.status_code, "Của người sau" in text_of(late)) == (409, True)


def test_what_was_submitted_is_compared_not_what_stands_now(recognition, source, staff):
    step = DossierStep.objects.create(dossier=source, to_state="submitted", on=date(2026, 6, 1))
    freezing.freeze(source, step)
    dossier = renewed(recognition, staff)
    source.sections.update(content={"workers": 99})
    assert since.since(dossier) == []


def test_a_dossier_that_is_no_copy_compares_with_nothing(product, staff, client_of):
    dossier = scenes.opened(product, staff)
    assert since.since(dossier) == []
    response = client_of(staff).get(page("dossier", dossier.pk))
    assert "Nội dung đã chuyển sang" not in text_of(response)


@pytest.mark.parametrize("papers", [1, 3])
def test_the_page_of_a_copy_asks_as_much_for_three_papers_as_for_one(
    papers, recognition, source, staff, maker, client_of, django_assert_num_queries
):
    for number in range(papers):
        scenes.use(source, scenes.evidence(maker, f"Giấy {number}"), "1.1")
    dossier = renewed(recognition, staff)
    browser = client_of(staff)
    browser.get(page("dossier", dossier.pk))
    with django_assert_num_queries(COPY_QUERIES):
        browser.get(page("dossier", dossier.pk))


@pytest.mark.parametrize("papers", [1, 3])
def test_a_plan_asks_as_much_for_three_papers_as_for_one(
    papers, source, maker, rating, django_assert_num_queries
):
    for number in range(papers):
        scenes.use(source, scenes.evidence(maker, f"Giấy {number}"), "1.1")
    with django_assert_num_queries(7):
        carrying.plan(source, act="renewal", into=rating, enterprise=maker, on=scenes.TODAY)


COPY_QUERIES = 47


def test_an_open_dossier_of_the_product_is_shown_instead(recognition, product, staff, client_of):
    waiting = filing.open_dossier(product, kind="first", by=staff)
    response = client_of(staff).post(page("recognition_upgrade", recognition.pk))
    assert response.headers["Location"] == page("dossier", waiting.pk)
