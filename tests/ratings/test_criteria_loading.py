"""Criteria sets out of files: all 26 of Decision 26/2026, and every rule of integrity broken once."""

from __future__ import annotations

import time

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import HealthCheck, given
from hypothesis import settings as trying
from hypothesis import strategies as st

from accounts.models import AuditEntry
from ocop_portal.lib.datafiles import BadFile
from products.loading import load as load_groups
from ratings import loading as regulation_files
from ratings.criteria import integrity, stored
from ratings.criteria import loading as loading_sets
from ratings.criteria.loading import load_drafts
from ratings.models import CriteriaSet, Criterion, CriterionOption
from tests.factories import load_criteria
from tests.ratings.criteria_files import at, changed, entry, file_of, part, shipped

ALL = [f"QD26-{number:02d}" for number in range(1, 27)]


@pytest.fixture
def ground(db):
    """What a criteria file names: the groups of products and the regulations."""
    load_groups()
    regulation_files.load_regulations((regulation_files.DATA / "regulations.yaml").read_bytes())


@pytest.fixture
def all_sets(db):
    return load_criteria(*ALL)


def faults(content: bytes) -> list[str]:
    with pytest.raises(BadFile) as refused:
        loading_sets.preview(content)
    return list(map(str, refused.value.faults))


def options(**fields) -> int:
    return CriterionOption.objects.filter(**fields).count()


def test_all_26_sets_are_loaded_whole_and_published(all_sets):
    leaves = Criterion.objects.filter(is_leaf=True)
    assert CriteriaSet.objects.published().count() == 26
    assert (leaves.count(), options()) == (787, 2579)
    assert (
        options(floor_for__isnull=False),
        options(floor_for=3),
        options(floor_for=4),
        options(floor_for=5),
    ) == (
        575,
        179,
        290,
        106,
    )
    assert [leaves.filter(depth=depth).count() for depth in (1, 2, 3)] == [139, 636, 12]
    assert leaves.filter(applies_if__isnull=False).count() == 25
    assert list(
        leaves.filter(knockout_if__isnull=False).values_list("criteria_set", "code", "knockout_if")
    ) == [(all_sets[15].pk, "6.4", {"criteria": ["6.1", "6.2", "6.3", "6.4"], "points": 0})]
    assert leaves.exclude(cases={}).values_list("criteria_set__code", "code").order_by("position").distinct()[
        ::1
    ] == [("QD26-26", "8"), ("QD26-26", "9"), ("QD26-26", "15")]
    assert leaves.exclude(knockout="").count() == 46
    assert leaves.exclude(requirement="").count() == 33
    assert leaves.exclude(evidence="").count() == 54
    assert leaves.filter(options_implied=True).count() == 22
    assert CriteriaSet.objects.exclude(knockout="").count() == 25
    assert list(CriteriaSet.objects.filter(requires_sample=False).values_list("code", flat=True)) == [
        "QD26-26"
    ]


def test_every_rule_holds_for_every_set_as_the_database_has_it(all_sets):
    parts = {"A": 40, "B": 25, "C": 35}
    proofs = [proof for each in all_sets for proof in integrity.proofs_of(stored.facts_of(each), parts)]
    assert [proof for proof in proofs if not proof.complete] == []
    assert sum(proof.of for proof in proofs if proof.words == "Số tiêu chí so với số văn bản nêu") == 787
    floors = [proof.of for proof in proofs if proof.words.endswith("sao so với danh sách của văn bản")]
    assert sum(floors) == 575


def test_options_are_keyed_by_position_where_points_repeat(all_sets):
    found = CriterionOption.objects.filter(criterion__code="3.1", criterion__criteria_set__code="QD26-07")
    assert list(found.values_list("position", "points")) == [(1, 1), (2, 1), (3, 3)]


def test_the_doubts_at_the_head_of_the_source_stand_beside_what_they_are_about(all_sets):
    doubted = Criterion.objects.exclude(doubt="").values_list("criteria_set__code", "code")
    named = {("QD26-19", "2.3"), ("QD26-10", "3.5"), ("QD26-26", "A"), ("QD26-07", "3.1"), ("QD26-23", "6.2")}
    assert named <= set(doubted)
    assert CriteriaSet.objects.get(code="QD26-26").doubt != ""
    others = Criterion.objects.exclude(doubt="").filter(doubt__contains="75%")
    assert set(others.values_list("title", flat=True)) == {
        "Liên kết sản xuất",
        "Liên kết chuỗi",
        "Lao động địa phương",
    }
    assert len(doubted) == len(named) + others.count() == 56


def test_the_sets_of_the_portal_are_loaded_in_seconds(ground):
    files = [shipped(code) for code in ALL]
    begun = time.process_time()  # other work on the machine doesn't count
    assert [loading_sets.load_sets(file) for file in files] == ["1 criteria sets new, 0 kept"] * 26
    assert time.process_time() - begun < 5


def test_loading_again_changes_nothing(ground):
    loading_sets.load_sets(shipped("QD26-14"))
    before = AuditEntry.objects.count()
    assert loading_sets.load_sets(shipped("QD26-14")) == "0 criteria sets new, 1 kept"
    assert AuditEntry.objects.count() == before


def test_all_sets_fit_into_one_file(ground):
    loaded = loading_sets.preview(file_of(*map(entry, ALL)))
    assert [each.facts.code for each in loaded] == ALL
    assert {each.act for each in loaded} == {loading_sets.Act.NEW}


VEG, TOUR, WATER = "QD26-01", "QD26-26", "QD26-16"
KEY_FAULTS = [
    (VEG, lambda e: e.update(colour="red"), ["QD26-01: Khóa lạ: colour."]),
    (VEG, lambda e: e.pop("name"), ["QD26-01: Thiếu khóa: name."]),
    (VEG, lambda e: e.pop("code"), ["bộ thứ 1 của tệp: Thiếu khóa: code."]),
    (VEG, lambda e: e.pop("star_floor"), ["QD26-01: Thiếu khóa: star_floor."]),
    (VEG, lambda e: part(e, "B").update(options=[]), ["QD26-01, B: Khóa lạ: options."]),
    (VEG, lambda e: at(e, "1").update(weight=1), ["QD26-01, 1: Khóa lạ: weight."]),
    (VEG, lambda e: at(e, "2.3").update(points=3), ["QD26-01, 2.3: Khóa lạ: points."]),
    (VEG, lambda e: at(e, "2.3").pop("title"), ["QD26-01, 2.3: Thiếu khóa: title."]),
    (VEG, lambda e: at(e, "1").update(cases={1: "a", 2: "b"}), ["QD26-01, 1: Khóa lạ: cases."]),
    (VEG, lambda e: at(e, "2.3")["options"][1].update(x=1), ["QD26-01, 2.3, mức 2: Khóa lạ: x."]),
    (VEG, lambda e: at(e, "2.3")["options"][1].pop("t"), ["QD26-01, 2.3, mức 2: Thiếu khóa: t."]),
    (
        WATER,
        lambda e: at(e, "6.4")["knockout_if"].update(at=1),
        ["QD26-16, 6.4, knockout_if: Khóa lạ: at."],
    ),
]
KIND_FAULTS = [
    (VEG, lambda e: e.update(parts="A"), ["QD26-01, parts: Ở đây phải là một danh sách có ít nhất một mục."]),
    (
        VEG,
        lambda e: e.update(code="qd 26"),
        ["qd 26, code: Mã chỉ gồm chữ hoa không dấu, chữ số và dấu gạch nối."],
    ),
    (VEG, lambda e: e.update(name=7), ["QD26-01, name: Ở đây phải là chữ. Hãy đặt trong dấu nháy."]),
    (VEG, lambda e: e.update(name="x" * 251), ["QD26-01, name: Nội dung dài hơn 250 ký tự."]),
    (VEG, lambda e: e.update(requires_sample="có"), ["QD26-01, requires_sample: Hãy ghi true hoặc false."]),
    (
        VEG,
        lambda e: e["agencies"].append(3),
        ["QD26-01, agencies, 2: Ở đây phải là chữ. Hãy đặt trong dấu nháy."],
    ),
    (
        VEG,
        lambda e: at(e, "2.3")["options"][1].update(p="2"),
        ["QD26-01, 2.3, mức 2, p: Điểm phải là số từ 0 đến 100, nhiều nhất hai chữ số thập phân."],
    ),
    (
        VEG,
        lambda e: at(e, "2.3")["options"][0].update(p=-1),
        ["QD26-01, 2.3, mức 1, p: Điểm phải là số từ 0 đến 100, nhiều nhất hai chữ số thập phân."],
    ),
    (
        VEG,
        lambda e: at(e, "2.4").update(code=2.4),
        ["QD26-01, 2, mục thứ 4: Số thứ tự phải đặt trong dấu nháy, như '1.1'; phần thì ghi chữ cái, như A."],
    ),
    (
        VEG,
        lambda e: at(e, "2.3")["options"][0].update(min_for_star=2),
        ["QD26-01, 2.3, mức 1, min_for_star: Ở đây phải là số nguyên từ 3 đến 5."],
    ),
    (
        VEG,
        lambda e: at(e, "5.2").update(applies_if="5.1 >= 1"),
        ["QD26-01, 5.2, applies_if: Điều kiện phải viết theo dạng “5.1 > 0”."],
    ),
    (
        VEG,
        lambda e: at(e, "2.3").update(options=[]),
        ["QD26-01, 2.3, options: Ở đây phải là một danh sách có ít nhất một mục."],
    ),
    (
        VEG,
        lambda e: e["parts"].__setitem__(1, "B"),
        ["QD26-01, mục thứ 2: Ở đây phải là các cặp khóa: giá trị."],
    ),
]
MEANING_FAULTS = [
    (
        VEG,
        lambda e: (at(e, "2.2")["options"][0].update(min_for_star=4), e["star_floor"][4].append("2.2≥0")),
        ["QD26-01, 2.2, mức 1: 0 điểm không thể là mức tối thiểu: ai cũng đạt."],
    ),
    (
        VEG,
        lambda e: (at(e, "2.2")["options"][1].update(min_for_star=4), e["star_floor"][4].append("2.2≥1")),
        ["QD26-01, 2.2, mức 2: Ở đây hạng sao cao hơn không đòi hỏi nhiều điểm hơn hạng thấp hơn."],
    ),
    (
        TOUR,
        lambda e: at(e, "9")["cases"].update({3: "ba"}),
        [
            "QD26-26, 9: Mức cao nhất của trường hợp 3 cho 0 điểm, còn điểm tối đa của tiêu chí là 2.",
            "QD26-26, 9, cases: Các trường hợp khác với tiêu chí 8; mỗi hồ sơ chọn một trường hợp cho cả bộ.",
        ],
    ),
    (
        TOUR,
        lambda e: at(e, "9").update(cases={1: "một"}),
        ["QD26-26, 9, cases: Tiêu chí chia trường hợp phải có ít nhất hai trường hợp."],
    ),
    (
        WATER,
        lambda e: at(e, "6.4")["knockout_if"]["criteria"].append("1.1"),  # it gives one point at least
        ["QD26-16, 6.4, knockout_if: Ở tiêu chí 1.1, điều kiện này không trúng mức nào hoặc trúng mọi mức."],
    ),
    (VEG, lambda e: e.update(regulation="QD99"), ["QD26-01, regulation: Chưa nạp quy định QD99."]),
    (
        VEG,
        lambda e: e.update(group="I.1"),
        ["QD26-01, group: Không có phân nhóm sản phẩm nào mang mã I.1."],
    ),
    (
        VEG,
        lambda e: e.update(corrects="QD26-77"),
        ["QD26-01, corrects: Không có bộ đã công bố nào mang mã QD26-77 để đính chính."],
    ),
    (VEG, lambda e: at(e, "2.4").update(code="2.2"), ["QD26-01, 2.2: Số thứ tự bị trùng trong bộ."] * 2),
    (
        VEG,
        lambda e: at(e, "2.4").update(code="3.9"),
        ["QD26-01, 3.9: Số thứ tự không đúng chỗ: ở đây phải là số dạng 2.1."],
    ),
    (
        VEG,
        lambda e: at(e, "2").update(max=11),
        [
            "QD26-01, A: Tổng điểm các mục bên dưới là 41, không phải 40.",
            "QD26-01, 2: Tổng điểm các mục bên dưới là 10, không phải 11.",
        ],
    ),
    (
        VEG,
        lambda e: (part(e, "A").update(max=41), at(e, "2").update(max=11), at(e, "2.3").update(max=4)),
        [
            "QD26-01, A: Quy định cho phần này 40 điểm, tệp ghi 41.",
            "QD26-01, 2.3: Mức cao nhất cho 3 điểm, còn điểm tối đa của tiêu chí là 4.",
        ],
    ),
    (
        VEG,
        lambda e: at(e, "2.2")["options"][3].update(p=4),
        ["QD26-01, 2.2: Mức cao nhất cho 4 điểm, còn điểm tối đa của tiêu chí là 3."],
    ),
    (
        TOUR,
        lambda e: at(e, "8")["options"][3].update(p=2),
        ["QD26-26, 8: Mức cao nhất của trường hợp 2 cho 2 điểm, còn điểm tối đa của tiêu chí là 3."],
    ),
    (
        VEG,
        lambda e: part(e, "C").update(code="D"),
        ["QD26-01: Thiếu phần C của quy định.", "QD26-01, D: Quy định không có phần này."],
    ),
    (
        VEG,
        lambda e: e.update(leaf_criteria=33),
        ["QD26-01, leaf_criteria: Văn bản nêu 33 tiêu chí, ở đây có 32."],
    ),
    (
        VEG,
        lambda e: e["star_floor"][3].append("2.3≥2"),
        [
            "QD26-01, star_floor 3, 2.3≥2: Không có mức nào được đánh dấu là mức tối thiểu này "
            "(min_for_star: 3)."
        ],
    ),
    (
        VEG,
        lambda e: e["star_floor"][3].append("2.3≥1"),
        ["QD26-01, star_floor 3, 2.3≥1: Mức tối thiểu này được liệt kê hai lần."],
    ),
    (
        VEG,
        lambda e: e["star_floor"][5].remove("4.1≥5"),
        [
            "QD26-01, 4.1, mức 4: Mức này được đánh dấu là tối thiểu 5 sao "
            "nhưng star_floor không liệt kê 4.1≥5."
        ],
    ),
    (
        VEG,
        lambda e: (
            at(e, "4.1")["options"][3].update(min_for_star=4),
            e["star_floor"].pop(5),
            e["star_floor"][4].append("4.1≥5"),
        ),
        [
            *(
                f"QD26-01, {place}: Mức này được đánh dấu là tối thiểu 5 sao "
                f"nhưng star_floor không liệt kê {floor}."
                for place, floor in [("1.3, mức 3", "1.3≥3"), ("1.5, mức 4", "1.5≥3")]
            ),
            "QD26-01, 4.1, mức 4: Đã có mức khác là mức tối thiểu của cùng hạng sao này.",
        ],
    ),
    (
        VEG,
        lambda e: at(e, "5.2").update(applies_if="5.9 > 0"),
        ["QD26-01, 5.2, applies_if: Bộ không có tiêu chí chấm điểm nào mang số 5.9."],
    ),
    (
        VEG,
        lambda e: at(e, "5.2").update(applies_if="5 > 0"),
        ["QD26-01, 5.2, applies_if: Bộ không có tiêu chí chấm điểm nào mang số 5."],
    ),
    (
        VEG,
        lambda e: at(e, "5.2").update(applies_if="5.2 > 0"),
        ["QD26-01, 5.2, applies_if: Tiêu chí không thể là điều kiện của chính nó."],
    ),
    (
        VEG,
        lambda e: at(e, "5.2").update(applies_if="5.1 > 5"),
        ["QD26-01, 5.2, applies_if: Tiêu chí 5.1 không bao giờ cho quá 5 điểm."],
    ),
    (
        VEG,
        lambda e: at(e, "5.3").update(applies_if="5.2 > 0"),
        ["QD26-01, 5.3, applies_if: Bản thân tiêu chí 5.2 cũng có điều kiện."],
    ),
    (
        WATER,
        lambda e: at(e, "6.4")["knockout_if"]["criteria"].append("6.9"),
        ["QD26-16, 6.4, knockout_if: Bộ không có tiêu chí chấm điểm nào mang số 6.9."],
    ),
    (
        WATER,
        lambda e: at(e, "6.4")["knockout_if"].update(points=5, criteria=["6.4"]),
        ["QD26-16, 6.4, knockout_if: Ở tiêu chí 6.4, điều kiện này không trúng mức nào hoặc trúng mọi mức."],
    ),
    (
        WATER,
        lambda e: at(e, "6.4").pop("knockout"),
        ["QD26-16, 6.4, knockout_if: Điều kiện chưa có lời văn: hãy ghi ở knockout."],
    ),
    (
        TOUR,
        lambda e: at(e, "8")["options"][0].update(case=3),
        ["QD26-26, 8, mức 1: Tiêu chí không có trường hợp 3."],
    ),
    (
        TOUR,
        lambda e: at(e, "8")["options"][0].pop("case"),
        ["QD26-26, 8, mức 1: Mức này chưa ghi thuộc trường hợp nào."],
    ),
    (
        TOUR,
        lambda e: at(e, "8").update(cases={1: "một", 3: "ba"}),
        ["QD26-26, 8, cases: Các trường hợp đánh số 1, 2…, mỗi trường hợp có lời mô tả."],
    ),
    (
        TOUR,
        lambda e: at(e, "9").pop("cases"),
        [f"QD26-26, 9, mức {n}: Tiêu chí không có trường hợp {1 if n < 3 else 2}." for n in (1, 2, 3, 4)],
    ),
]


@pytest.mark.parametrize(("code", "change", "expected"), [*KEY_FAULTS, *KIND_FAULTS, *MEANING_FAULTS])
def test_a_broken_rule_is_refused_with_its_place_and_changes_nothing(ground, code, change, expected):
    content = changed(code, change)
    assert faults(content) == expected
    with pytest.raises(BadFile):
        load_drafts(content, by=None)
    assert (CriteriaSet.objects.count(), Criterion.objects.count()) == (0, 0)


def test_all_faults_of_all_sets_are_told_and_the_sound_ones_not_loaded(ground):
    one, other = entry(VEG), entry(WATER)
    at(one, "2.3")["options"][2]["p"] = 2
    one["colour"] = "red"
    other["leaf_criteria"] = 1
    content = file_of(one, other, entry(TOUR), entry(TOUR))
    assert faults(content) == [
        "QD26-01: Khóa lạ: colour.",
        "QD26-01, 2.3: Mức cao nhất cho 2 điểm, còn điểm tối đa của tiêu chí là 3.",
        "QD26-01, star_floor 4, 2.3≥3: Không có mức nào được đánh dấu là mức tối thiểu này "
        "(min_for_star: 4).",
        "QD26-01, 2.3, mức 3: Mức này được đánh dấu là tối thiểu 4 sao nhưng star_floor không liệt kê 2.3≥2.",
        "QD26-16, leaf_criteria: Văn bản nêu 1 tiêu chí, ở đây có 29.",
        "QD26-26: Mã ghi hai lần trong tệp.",
        "QD26-26: Mã ghi hai lần trong tệp.",
    ]
    with pytest.raises(BadFile):
        load_drafts(content, by=None)
    assert CriteriaSet.objects.count() == 0


def test_groups_nest_three_deep_and_no_deeper(ground):
    def deepen(found):
        leaf = at(found, "6.1.1")
        inner = {"code": "6.1.1.1", "title": "Trong", "max": leaf["max"], "options": leaf.pop("options")}
        leaf["criteria"] = [inner]

    assert "QD26-11, 6.1.1: Nhóm tiêu chí lồng nhiều nhất ba cấp." in faults(changed("QD26-11", deepen))
    assert loading_sets.preview(shipped("QD26-11"))[0].act == loading_sets.Act.NEW


LEAF_CODES = [each["code"] for each in [at(entry(VEG), code) for code in ("1.1", "2.3", "4.1", "5.3", "7")]]
WRONG = st.one_of(
    st.none(),
    st.booleans(),
    st.floats(),
    st.text(max_size=5),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
    st.dates(),
    st.binary(max_size=4),
)


@trying(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.sampled_from(sorted({"max", "title", "options", "code"})), st.sampled_from(LEAF_CODES), WRONG)
def test_no_value_of_a_wrong_kind_gets_past(ground, key, code, value):
    """Whatever stands in place of a value: a refusal with places, or a set that is as sound as before."""
    content = changed(VEG, lambda e: at(e, code).update({key: value}))
    try:
        loading_sets.preview(content)
    except BadFile as bad:
        assert all(fault.place and fault.reason for fault in bad.faults)
    else:
        assert key == "title" and isinstance(value, str)


@trying(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.data())
def test_points_moved_anywhere_are_noticed(ground, data):
    """No single figure of a set can be changed without a rule that notices it."""
    found = entry(VEG)
    code = data.draw(st.sampled_from(["1", "2", "1.1", "2.3", "4.1", "5.3", "9", "A", "C"]))
    criterion = at(found, code)
    criterion["max"] += data.draw(st.sampled_from([-1, 1, 2, 0.5]))
    assert any(fault.startswith(f"QD26-01, {code}:") for fault in faults(file_of(found)))


def test_an_administrator_loads_drafts_and_replaces_them(ground, administrator):
    load_drafts(shipped(WATER), by=administrator)
    draft = CriteriaSet.objects.get(code=WATER)
    assert (draft.state, draft.loaded_by, draft.published_on) == ("draft", administrator, None)
    loaded = load_drafts(changed(WATER, lambda e: at(e, "6.1").update(title="Cặn")), by=administrator)
    assert [each.act for each in loaded] == [loading_sets.Act.REPLACED]
    again = CriteriaSet.objects.get(code=WATER)
    assert (again.pk, again.state, again.criteria.get(code="6.1").title) == (draft.pk, "draft", "Cặn")
    assert again.criteria.filter(is_leaf=True).count() == 29
    acts = AuditEntry.objects.filter(object_id=str(draft.pk), actor=administrator).order_by("pk")
    assert list(acts.values_list("act", flat=True)) == ["criteria_set.loaded", "criteria_set.replaced"]
    assert acts.last().details["digest"] == again.digest != draft.digest


def test_a_published_set_is_not_loaded_over(ground):
    loading_sets.load_sets(shipped(WATER))
    assert faults(changed(WATER, lambda e: at(e, "6.1").update(title="Cặn"))) == [
        "QD26-16: Bộ này đã công bố và không sửa được. "
        "Bản đính chính phải mang mã mới và có dòng corrects: QD26-16."
    ]


def test_a_correction_names_a_published_set_of_its_group(ground, administrator):
    loading_sets.load_sets(shipped(WATER))
    load_drafts(changed(WATER, lambda e: e.update(code="QD26-16-DC1", corrects=WATER)), by=administrator)
    correction = CriteriaSet.objects.get(code="QD26-16-DC1")
    assert (correction.state, correction.corrects.code) == ("draft", WATER)
    other = changed(VEG, lambda e: e.update(code="QD26-01-DC1", corrects=WATER))
    assert faults(other) == ["QD26-01-DC1, corrects: QD26-16 thuộc quy định khác hoặc nhóm sản phẩm khác."]
    draft = changed(WATER, lambda e: e.update(code="QD26-16-DC2", corrects="QD26-16-DC1"))
    assert faults(draft) == [
        "QD26-16-DC2, corrects: Không có bộ đã công bố nào mang mã QD26-16-DC1 để đính chính."
    ]


def test_nobody_else_loads_sets(ground, officer, leader, commune_staff):
    for person in (officer, leader, commune_staff):
        with pytest.raises(PermissionDenied):
            load_drafts(shipped(WATER), by=person)
    assert CriteriaSet.objects.count() == 0
