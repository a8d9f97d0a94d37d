"""The order of targets and activities: up and down by buttons; a part with its like, a whole with parts."""

from __future__ import annotations

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from plans import ordering, planning
from plans.models import Plan, Target


def page_of(plan: Plan, name: str = "detail", *rest: object) -> str:
    return reverse(f"plans:{name}", args=[plan.pk, *rest])


@pytest.fixture
def desk(client_of, officer):
    return client_of(officer)


@pytest.fixture
def family(aim) -> dict[str, Target]:
    """A, with the parts A1 and A2; B; C."""
    made = {"A": aim(words="A"), "B": aim(words="B"), "C": aim(words="C")}
    made["A1"], made["A2"] = aim(words="A1", parent=made["A"]), aim(words="A2", parent=made["A"])
    return made


def order_of(plan: Plan) -> str:
    return " ".join(plan.targets.order_by("position").values_list("words", flat=True))


def test_a_target_moves_up_and_down_with_its_parts(plan, family, desk):
    shown = desk.get(page_of(plan)).content.decode()
    address = page_of(plan, "row_move", "chi-tieu", family["A"].pk)
    assert f'action="{address}"' in shown
    response = desk.post(address, {"down": "1"})
    assert (response.status_code, response["Location"]) == (302, f"{page_of(plan)}#chi-tieu")
    assert order_of(plan) == "B A A1 A2 C"
    desk.post(page_of(plan, "row_move", "chi-tieu", family["C"].pk), {"up": "1"})
    assert order_of(plan) == "B C A A1 A2"


def test_a_part_changes_places_with_parts_of_its_whole_only(plan, family, desk):
    desk.post(page_of(plan, "row_move", "chi-tieu", family["A2"].pk), {"up": "1"})
    assert order_of(plan) == "A A2 A1 B C"
    for _ in range(2):
        desk.post(page_of(plan, "row_move", "chi-tieu", family["A1"].pk), {"down": "1"})
    assert order_of(plan) == "A A2 A1 B C"


def test_the_first_has_nothing_before_it_and_the_last_nothing_behind(plan, family, desk, officer):
    assert not ordering.move(family["A"], up=True, by=officer)
    assert not ordering.move(family["C"], up=False, by=officer)


def test_activities_move_too_and_what_is_no_list_does_not(plan, desk, officer):
    rows = [planning.set_activity(plan, by=officer, content=content) for content in ("A", "B")]
    line = planning.set_budget_line(plan, by=officer, content="Tiền", source="local")
    desk.post(page_of(plan, "row_move", "nhiem-vu", rows[1].pk), {"up": "1"})
    assert list(plan.activities.values_list("content", flat=True)) == ["B", "A"]
    assert desk.post(page_of(plan, "row_move", "kinh-phi", line.pk), {"up": "1"}).status_code == 404


def test_rows_of_one_position_are_told_apart(plan, family, officer):
    plan.targets.update(position=0)
    ordering.move(family["B"], up=True, by=officer)
    assert order_of(plan) == "B A A1 A2 C"


def test_a_published_plan_keeps_its_order(plan, family, desk, officer):
    planning.publish(plan, by=officer)
    assert "thu-tu" not in desk.get(page_of(plan)).content.decode()
    refused = desk.post(page_of(plan, "row_move", "chi-tieu", family["B"].pk), {"up": "1"})
    assert refused.status_code == 403
    assert "đã công bố" in refused.content.decode()


@given(wholes=st.lists(st.none() | st.integers(0, 5), min_size=1, max_size=8))
def test_every_target_stands_once_behind_its_whole(wholes):
    rows = [
        Target(pk=number + 1, parent_id=whole + 1 if whole is not None and whole < number else None)
        for number, whole in enumerate(wholes)
    ]
    found = [row.pk for row in ordering._in_order(rows)]
    assert sorted(found) == [row.pk for row in rows]
    assert all(found.index(row.parent_id) < found.index(row.pk) for row in rows if row.parent_id)
