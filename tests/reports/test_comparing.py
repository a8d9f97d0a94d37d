"""Two frozen reports side by side, as plain values; and the causes out of the audit trail."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts import auditing
from reports import causes, comparing
from reports.comparing import changes, restated
from reports.tables import TOTALS, Column, Record, Report, Share, Source, Table, UnitLine

COLUMNS = (
    Column("tt", "TT", "integer"),
    Column("xa", "Xã", "text", 20),
    Column("moi", "Công nhận mới", "integer", 10, "sum"),
)
LATE = Record("recognition:7", "Chè muộn", day=date(2023, 11, 3))
FRESH = Record("recognition:8", "Chè mới", day=date(2024, 1, 20))
GONE = Record("recognition:9", "Chè thu hồi", day=date(2023, 5, 5))


def report(rows: dict[str, int], sources=(), records=(), period="2023", as_of=date(2023, 12, 29)) -> Report:
    cells = tuple((place, name, n) for place, (name, n) in enumerate(rows.items(), start=1))
    table = Table(
        "dia-ban", "Theo địa bàn", COLUMNS, cells, (None, "Tổng cộng", sum(rows.values())), keys=tuple(rows)
    )
    return Report(
        code="tien-do",
        title="",
        area_code="047",
        area_name="Huyện Trùng Khánh",
        period=period,
        period_label=period,
        as_of=as_of,
        tables=(table,),
        sources=tuple(sources),
        records={record.key: record for record in records},
    )


def why(record: Record, is_late: bool) -> str:
    return "muộn" if is_late else "rút"


def test_rows_are_new_gone_or_changed_by_their_keys():
    found = changes(report({"A": 1, "B": 2, "C": 3}), report({"B": 2, "D": 1, "C": 5}))
    (table,) = found
    assert (table.new, table.gone) == (("D",), ("A",))
    assert [(row.name, [(c.column.key, c.before, c.after) for c in row.cells]) for row in table.changed] == [
        ("C", [("moi", 3, 5)])
    ]


def test_a_row_that_only_moved_is_no_change():
    assert changes(report({"A": 1, "B": 2}), report({"B": 2, "A": 1})) == []


@given(st.dictionaries(st.sampled_from("ABCDEFG"), st.integers(0, 9)), st.randoms())
def test_a_report_never_differs_from_itself_in_another_order(rows, random):
    shuffled = list(rows.items())
    random.shuffle(shuffled)
    assert changes(report(rows), report(dict(shuffled))) == []


@given(
    st.dictionaries(st.sampled_from("ABCDEFG"), st.integers(0, 9)),
    st.dictionaries(st.sampled_from("ABCDEFG"), st.integers(0, 9)),
)
def test_what_is_new_one_way_is_gone_the_other(before, after):
    there, back = changes(report(before), report(after)), changes(report(after), report(before))
    assert [(t.new, t.gone) for t in there] == [
        (tuple(sorted(t.gone, key=list(after).index)), tuple(sorted(t.new, key=list(before).index)))
        for t in back
    ]
    assert bool(there) == (before != after)


def test_tables_of_before_without_keys_are_matched_by_their_words():
    def old(rows):
        return replace(rows, tables=(replace(rows.tables[0], keys=()),))

    (table,) = changes(old(report({"A": 1})), old(report({"A": 2, "B": 1})))
    assert (table.new, [row.name for row in table.changed]) == (("B",), ["A"])


def test_a_record_of_the_time_spoken_of_restates_the_figure():
    before = report({"A": 0}, [Source("dia-ban", "A", "moi", ())])
    after = report({"A": 1}, [Source("dia-ban", "A", "moi", (LATE.key,))], [LATE])
    (one,) = restated(before, after, why)
    assert (one.row, one.column, one.before, one.after) == ("A", "Công nhận mới", 0, 1)
    assert [(m.record, m.is_late, m.cause) for m in one.moved] == [(LATE, True, "muộn")]


def test_what_happened_since_is_no_restatement():
    before = report({"A": 0}, [Source("dia-ban", "A", "moi", ())])
    after = report({"A": 1}, [Source("dia-ban", "A", "moi", (FRESH.key,))], [FRESH])
    assert restated(before, after, why) == []


def test_what_is_counted_no_more_restates_the_figure_and_the_total():
    before = report(
        {"A": 1},
        [Source("dia-ban", "A", "moi", (GONE.key,)), Source("dia-ban", TOTALS, "moi", (GONE.key,))],
        [GONE],
    )
    after = report({"A": 0}, [Source("dia-ban", "A", "moi", ()), Source("dia-ban", TOTALS, "moi", ())])
    found = restated(before, after, why)
    assert [(one.row, one.before, one.after) for one in found] == [("A", 1, 0), ("Tổng cộng", 1, 0)]
    assert found[0].moved[0].cause == "rút"


def test_one_in_one_out_is_restated_though_the_number_is_the_same():
    before = report({"A": 1}, [Source("dia-ban", "A", "moi", (GONE.key,))], [GONE])
    after = report({"A": 1}, [Source("dia-ban", "A", "moi", (LATE.key,))], [LATE])
    assert [move.is_late for move in restated(before, after, why)[0].moved] == [True, False]


def test_what_leaves_the_part_of_a_share_but_not_its_whole_restates_it():
    """Four stars that should have been three: the product is still valid, but counts no more."""
    keys = (GONE.key, LATE.key)
    was = Source("dia-ban", "A", "moi", (GONE.key,), share=Share(1, 2, keys, (GONE.key,)))
    now = Source("dia-ban", "A", "moi", (), share=Share(0, 2, keys))
    (one,) = restated(report({"A": 50}, [was], [GONE, LATE]), report({"A": 0}, [now], [GONE, LATE]), why)
    assert [(move.record, move.is_late) for move in one.moved] == [(GONE, False)]


def test_what_comes_into_a_share_and_its_whole_is_named_once():
    was = Source("dia-ban", "A", "moi", (), share=Share(0, 0, ()))
    now = Source("dia-ban", "A", "moi", (LATE.key,), share=Share(1, 1, (LATE.key,), (LATE.key,)))
    (one,) = restated(report({"A": 0}, [was]), report({"A": 100}, [now], [LATE]), why)
    assert [move.record for move in one.moved] == [LATE]


def of_units(**counts: str) -> Source:
    """A figure for each unit, of which each counts one record, or none."""
    lines = (
        UnitLine(f"area:{unit}", bool(key), bool(key), (key,) if key else ()) for unit, key in counts.items()
    )
    return Source("dia-ban", "A", "moi", tuple(filter(None, counts.values())), units=tuple(lines))


def test_a_record_of_another_unit_than_it_was_restates_the_number_of_units():
    before = report({"A": 1}, [of_units(a=GONE.key, b="")], [GONE])
    after = report({"A": 1}, [of_units(a="", b=GONE.key)], [GONE])
    (one,) = restated(before, after, why)
    assert [(move.record, move.is_late) for move in one.moved] == [(GONE, True), (GONE, False)]


def test_rows_of_units_kept_before_units_were_named_restate_nothing_where_the_figure_stands():
    """Such a report kept one row of each thing, also outside the units that are to reach the number."""
    before = report({"A": 1}, [Source("dia-ban", "A", "moi", (GONE.key,))], [GONE])
    after = report({"A": 1}, [of_units(a=LATE.key)], [LATE])
    assert restated(before, after, why) == []
    (one,) = restated(report({"A": 0}, before.sources, [GONE]), after, why)
    assert [move.record for move in one.moved] == [LATE, GONE]


def test_another_period_is_never_restated():
    before = report({"A": 0}, [Source("dia-ban", "A", "moi", ())], period="2022")
    after = report({"A": 1}, [Source("dia-ban", "A", "moi", (LATE.key,))], [LATE])
    assert restated(before, after, why) == []


@pytest.mark.django_db
def test_the_cause_is_the_last_act_on_the_record_in_between(world, officer, make):
    since = timezone.now()
    product = make.make_product(world.dam_thuy, name="Chè muộn")
    auditing.record("product.registered", product, by=officer)
    auditing.record("product.changed", product, by=officer)
    until = timezone.now()
    key = f"product:{product.pk}"
    cause = causes.between(since, until, [Record(key, "Chè muộn"), LATE])
    assert cause(Record(key, ""), True).endswith("sửa thông tin sản phẩm")
    assert cause(Record(key, ""), True).startswith("Cán bộ huyện Trùng Khánh, ")
    assert "sau khi số liệu trước đã chốt" in cause(LATE, True)
    assert "Không còn thuộc diện" in cause(LATE, False)
    later = causes.between(until, until + timedelta(days=1), [Record(key, "")])
    assert "sau khi số liệu trước đã chốt" in later(Record(key, ""), True)


def test_the_modules_of_comparison_know_no_database():
    assert "django" not in Path(comparing.__file__).read_text(encoding="utf-8")
