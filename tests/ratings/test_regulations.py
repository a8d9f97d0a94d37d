"""The four regulations: loaded from a checked file, pinned by day, never changed."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
import yaml
from django.db import IntegrityError, connection, transaction

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


def changed(change) -> bytes:
    document = yaml.safe_load(FILE)
    change(document["regulations"])
    return yaml.safe_dump(document).encode()


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
    ("change", "reason"),
    [
        (lambda all_: all_[1].update(colour="red"), r"^regulation 2: unknown colour$"),
        (lambda all_: all_[0].pop("parts"), r"^regulation 1: without parts$"),
        (
            lambda all_: all_[0]["authority"][1].update(forward_from=1),
            r"^regulation 1 \(QD1048-2019\), authority 2: unknown forward_from$",
        ),
        (lambda all_: all_[2]["authority"][0].update(level="village"), "unknown level village"),
        (lambda all_: all_[0]["parts"].update(A=36), "sum up to 100"),
        (lambda all_: all_[0]["star_bands"].update({4: 45}), "more stars need more points"),
        (lambda all_: all_[0]["star_bands"].pop(1), "each of 1 to 5 stars"),
        (lambda all_: all_[2].update(tree="same_as:QD999"), "unknown tree same_as:QD999"),
        (lambda all_: all_.append(["x"]), "regulation 5: a mapping is expected"),
    ],
)
def test_a_bad_file_is_refused_with_place_and_reason(db, change, reason):
    with pytest.raises(ValueError, match=reason):
        loading.load_regulations(changed(change))
    assert Regulation.objects.count() == 0


def test_text_that_is_not_yaml_is_refused(db):
    with pytest.raises(ValueError, match="not YAML"):
        loading.load_regulations(b"{")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda all_: all_[1]["star_bands"].update({3: 55}), "QD148-2023: it is published"),
        (lambda all_: all_[1].update(files_to=date(2025, 7, 6)), "files_to is published as 2025-07-05"),
        (lambda all_: all_[1].pop("decides_until"), "decide_first_until is published"),
    ],
)
def test_a_published_regulation_is_not_corrected(regulations, change, reason):
    with pytest.raises(ValueError, match=reason):
        loading.load_regulations(changed(change))


def test_an_open_regulation_is_closed_when_its_successor_comes(regulations):
    def close_and_add(all_):
        all_.append(all_[3] | {"code": "QD-SAU", "files_from": date(2030, 1, 1)})
        all_[3] = all_[3] | {"files_to": date(2029, 12, 31), "decides_until": {"first": date(2030, 6, 30)}}

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
