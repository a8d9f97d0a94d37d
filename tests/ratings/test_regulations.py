"""The four regulations: loaded from a checked file, pinned by day, never changed."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
import yaml
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from ocop_portal.lib.datafiles import BadFile
from products.loading import load as load_groups
from ratings import loading
from ratings.models import Authority, Band, Regulation, RegulationPart

FILE = (loading.DATA / "regulations.yaml").read_bytes()


@pytest.fixture
def regulations(db):
    """The regulations, in a session that keeps them as the portal's own does."""
    loading.load_regulations(FILE)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ocop.testing_reset = 'off'")


class Plain(yaml.SafeDumper):
    """Writes everything out: references are not taken."""

    def ignore_aliases(self, data):
        return True


def changed(change) -> bytes:
    document = yaml.safe_load(FILE)
    change(document["regulations"])
    return yaml.dump(document, Dumper=Plain).encode()


def test_loading_again_changes_nothing(db):
    load_groups()
    assert loading.load()[0] == "ratings/regulations.yaml: 4 regulations new, 0 kept"
    assert loading.load()[0] == "ratings/regulations.yaml: unchanged"
    assert loading.load_regulations(FILE) == "0 regulations new, 4 kept"


@pytest.mark.parametrize(
    ("day", "code"),
    [
        ("2019-08-21", "QD1048-2019"),
        ("2023-02-23", "QD1048-2019"),
        ("2023-02-24", "QD148-2023"),
        ("2025-07-05", "QD148-2023"),
        ("2025-07-06", "QD148-2023-A1489"),
        ("2026-05-21", "QD148-2023-A1489"),
        ("2026-05-22", "QD26-2026"),
        ("2031-01-01", "QD26-2026"),
    ],
)
def test_each_day_pins_one_regulation(regulations, day, code):
    assert Regulation.objects.filing_on(date.fromisoformat(day)).code == code


def test_before_the_first_regulation_nothing_is_filed(regulations):
    with pytest.raises(Regulation.DoesNotExist):
        Regulation.objects.filing_on(date(2019, 8, 20))


def test_the_facts_of_decision_148(regulations):
    regulation = Regulation.objects.get(code="QD148-2023")
    assert dict(regulation.parts.values_list("code", "max_points")) == {"A": 40, "B": 25, "C": 35}
    assert list(regulation.bands.values_list("stars", "from_points")) == [
        (5, 90),
        (4, 70),
        (3, 50),
        (2, 30),
        (1, 0),
    ]
    assert list(regulation.authorities.values_list("level", "certifies", "forwards_from")) == [
        ("district", [3], Decimal(70)),
        ("province", [4], Decimal(90)),
        ("central", [5], None),
    ]
    assert (regulation.validity_months, regulation.certificate_from_stars) == (36, 3)
    assert regulation.decide_reevaluation_until == date(2026, 6, 21)


def test_the_parts_of_1048_differ(regulations):
    parts = RegulationPart.objects.filter(regulation__code="QD1048-2019")
    assert dict(parts.values_list("code", "max_points")) == {"A": 35, "B": 25, "C": 40}


@pytest.mark.parametrize(
    ("change", "faults"),
    [
        (lambda all_: all_[1].update(colour="red"), ["QD148-2023: Khóa lạ: colour."]),
        (lambda all_: all_[0].pop("parts"), ["QD1048-2019: Thiếu khóa: parts."]),
        (
            lambda all_: all_[0]["authority"][1].update(forward_from=1),
            ["QD1048-2019, cấp thứ 2: Khóa lạ: forward_from."],
        ),
        (
            lambda all_: all_[2]["authority"][0].update(level="village"),
            [
                "QD148-2023-A1489, cấp thứ 1, level: Không có giá trị “village”; "
                "hãy chọn trong: commune, district, province, central."
            ],
        ),
        (
            lambda all_: all_[0]["authority"].pop(),
            [
                "QD1048-2019, authority: Có 0 cấp công nhận 5 sao; "
                "từ 3 sao trở lên, mỗi hạng phải do đúng một cấp công nhận."
            ],
        ),
        (
            lambda all_: all_[0]["parts"].update(A=36),
            ["QD1048-2019, parts: Tổng điểm các phần là 101, không phải 100."],
        ),
        (
            lambda all_: all_[0]["star_bands"].update({4: 45}),
            ["QD1048-2019, star_bands: Hạng sao cao hơn phải cần nhiều điểm hơn."],
        ),
        (lambda all_: all_[0]["star_bands"].pop(1), ["QD1048-2019, star_bands: Thiếu khóa: 1."]),
        (
            lambda all_: all_[2].update(tree="same_as:QD999"),
            [
                "QD148-2023-A1489, tree: Không có giá trị “same_as:QD999”; "
                "hãy chọn trong: none, verified, same_as:MÃ."
            ],
        ),
        (lambda all_: all_.append(["x"]), ["quy định thứ 5 của tệp: Ở đây phải là các cặp khóa: giá trị."]),
        (
            lambda all_: all_[0].update(files_to=date(2023, 2, 24)),
            [
                "QD1048-2019, files_from: Thời gian nộp hồ sơ chồng lên QD148-2023. "
                "Hãy cho quy định ấy kết thúc trước một ngày.",
                "QD148-2023, files_from: Thời gian nộp hồ sơ chồng lên QD1048-2019. "
                "Hãy cho quy định ấy kết thúc trước một ngày.",
            ],
        ),
        (
            lambda all_: all_[3]["settings"]["floors"].update(cumulative="maybe"),
            ["QD26-2026, settings, floors, cumulative: Hãy ghi true hoặc false."],
        ),
        (
            lambda all_: all_[3]["settings"].update(signed=date(2026, 5, 22)),
            ["QD26-2026, settings, signed: Ở đây phải là chữ. Hãy đặt trong dấu nháy."],
        ),
        (
            lambda all_: (all_[0].update(validity_months="36"), all_[1].update(name="")),
            [
                "QD1048-2019, validity_months: Ở đây phải là số nguyên từ 1 đến 600.",
                "QD148-2023, name: Nội dung để trống.",
            ],
        ),
    ],
)
def test_a_bad_file_is_refused_with_all_places_and_reasons(db, change, faults):
    with pytest.raises(BadFile) as refused:
        loading.load_regulations(changed(change))
    assert list(map(str, refused.value.faults)) == faults
    assert Regulation.objects.count() == 0


def test_text_that_is_not_yaml_is_refused(db):
    with pytest.raises(ValueError, match="Dòng 3: Chỗ này không đúng dạng YAML"):
        loading.load_regulations(b"regulations:\n- {code: [")


KEPT = "Quy định này đã công bố và không sửa được. Bản đính chính phải mang mã mới."


@pytest.mark.parametrize(
    ("change", "faults"),
    [
        (lambda all_: all_[1]["star_bands"].update({3: 55}), [f"QD148-2023: {KEPT}"]),
        (
            lambda all_: all_[1].update(files_to=date(2025, 7, 4)),
            ["QD148-2023, files_to: Đã công bố là 05/07/2025 và không sửa được."],
        ),
        (
            lambda all_: all_[1]["decides_until"].pop("first"),
            ["QD148-2023, decide_first_until: Đã công bố là 21/07/2026 và không sửa được."],
        ),
    ],
)
def test_a_published_regulation_is_not_corrected(regulations, change, faults):
    with pytest.raises(BadFile) as refused:
        loading.load_regulations(changed(change))
    assert list(map(str, refused.value.faults)) == faults


def test_a_tree_may_be_that_of_a_regulation_loaded_before(regulations):
    def add(all_):
        new = all_[3] | {"code": "QD-SAU", "files_from": date(2030, 1, 1), "tree": "same_as:QD26-2026"}
        all_[:] = [all_[3] | {"files_to": date(2029, 12, 31)}, new]

    loading.load_regulations(changed(add))
    assert Regulation.objects.get(code="QD-SAU").tree == "verified"


def test_only_administrators_load_regulations(regulations, officer):
    with pytest.raises(PermissionDenied):
        loading.load_entries(FILE, by=officer)


def test_an_open_regulation_is_closed_when_its_successor_comes(regulations):
    def close_and_add(all_):
        # The successor may stand first in the file.
        all_.insert(0, all_[3] | {"code": "QD-SAU", "files_from": date(2030, 1, 1)})
        all_[4] = all_[4] | {"files_to": date(2029, 12, 31), "decides_until": {"first": date(2030, 6, 30)}}

    assert loading.load_regulations(changed(close_and_add)) == "1 regulations new, 4 kept"
    old = Regulation.objects.get(code="QD26-2026")
    assert (old.files_to, old.decide_first_until) == (date(2029, 12, 31), date(2030, 6, 30))
    assert Regulation.objects.filing_on(date(2030, 1, 1)).code == "QD-SAU"


@pytest.mark.parametrize("table", ["regulation", "regulationpart", "band", "authority"])
@pytest.mark.parametrize("act", ["DELETE FROM {}", "TRUNCATE {} CASCADE", "UPDATE {} SET id = id + 1000"])
def test_the_database_keeps_published_rows(regulations, table, act):
    with (
        pytest.raises(IntegrityError, match="published regulation"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(act.format(f"ratings_{table}"))


def test_not_even_a_threshold_is_changed(regulations):
    for rows, value in [
        (Band.objects.filter(stars=3), {"from_points": 49}),
        (Authority.objects.filter(level="district"), {"certifies": [3, 4]}),
        (Regulation.objects.all(), {"validity_months": 60}),
        (Regulation.objects.filter(code="QD148-2023"), {"files_to": date(2025, 7, 4)}),
    ]:
        with pytest.raises(IntegrityError, match="published regulation"), transaction.atomic():
            rows.update(**value)


def test_filing_spans_never_overlap(regulations):
    last = Regulation.objects.get(code="QD26-2026")
    last.pk, last.code, last.files_from = None, "QD-CHONG", last.files_from + timedelta(days=30)
    with pytest.raises(IntegrityError, match="regulation_filing_spans_apart"), transaction.atomic():
        last.save()
