"""The queue of a unit's officers: what is in it, in which order, narrowed how, and given out to whom."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import AuditEntry, Role
from ratings import assigning, workflow
from ratings.assigning import NotAssigned
from ratings.models import Dossier, DossierStep
from tests.factories import make_dossier, make_group, make_product, make_user

State = Dossier.State
QUEUE, ASSIGN = reverse("ratings:queue"), reverse("ratings:queue_assign")


@pytest.fixture
def colleague(district):
    return make_user("huyen.2", Role.OFFICER, district, full_name="Đồng nghiệp")


@pytest.fixture
def queued(world, regulations, colleague):
    """Three of Đàm Thuỷ, one of Chí Viễn; the order of the names is not that of the terms."""

    def put(name, area=world.dam_thuy, **fields):
        return make_dossier(make_product(area, name=name, **fields.pop("product", {})), **fields)

    chestnut = {"group": make_group("QD26-99", "Hạt", "I")}
    return {
        "rượu": put("Rượu", state="submitted", due_on=date(2024, 1, 3)),
        "hạt dẻ": put("Hạt dẻ", state="returned", due_on=date(2023, 12, 27), product=chestnut, paused_days=4),
        "lê": put("Lê", world.chi_vien, state="accepted", kind="upgrade", assigned_to=colleague),
        "mật ong": put("Mật ong", state="submitted", due_on=date(2023, 12, 20)),
    }


def names(response) -> list[str]:
    assert response.status_code == 200
    return [row.product.name for row in response.context["listed"].page]


def ticks(*dossiers):
    return [f"{each.pk}-{each.assigned_to_id or ''}" for each in dossiers]


def give(client, to, *dossiers):
    return client.post(ASSIGN, {"officer": getattr(to, "pk", to), "dossier": ticks(*dossiers)})


def in_charge():
    return dict(Dossier.objects.order_by("pk").values_list("product__name", "assigned_to__username"))


def test_overdue_first_then_by_term_and_those_without_a_term_last(client_of, officer, queued):
    assert names(client_of(officer).get(QUEUE)) == ["Mật ong", "Hạt dẻ", "Rượu", "Lê"]


def test_each_row_says_how_long_is_left_who_holds_it_and_who_is_in_charge(client_of, officer, queued):
    shown = client_of(officer).get(QUEUE).content.decode()
    rows = [" ".join(row.split()) for row in shown.split("<tbody>")[1].split("<tr>")[1:]]
    for row, words in zip(
        rows,
        [
            ["quá hạn 7 ngày làm việc", "20/12/2023", "Huyện Trùng Khánh", "Chưa phân công"],
            ["quá hạn 2 ngày làm việc", "tạm dừng: còn 4 ngày làm việc", "Xã Đàm Thuỷ"],
            ["còn 3 ngày làm việc", "03/01/2024", "Huyện Trùng Khánh"],
            ["đơn vị chưa đặt thời hạn cho bước này", "Đồng nghiệp"],
        ],
        strict=True,
    ):
        assert [word for word in words if word not in row] == []


def test_only_what_waits_at_the_level_of_the_post_is_queued(
    client_of, officer, other_officer, province_officer, leader, queued, world
):
    for state in ("draft", "withdrawn", "recognised"):
        make_dossier(make_product(world.dam_thuy), state=state)
    make_dossier(make_product(world.dam_thuy, name="Ở xã"), state="at_commune", level="commune")
    make_dossier(make_product(world.dam_thuy, name="Ở tỉnh"), state="forwarded", level="province")
    assert sorted(names(client_of(officer).get(QUEUE))) == ["Hạt dẻ", "Lê", "Mật ong", "Rượu"]
    assert sorted(names(client_of(leader).get(QUEUE))) == ["Hạt dẻ", "Lê", "Mật ong", "Rượu"]
    assert names(client_of(province_officer).get(QUEUE)) == ["Ở tỉnh"]
    assert names(client_of(other_officer).get(QUEUE)) == []


@pytest.mark.parametrize("who", ["commune_staff", "council_member", "administrator"])
def test_the_queue_is_the_officers(who, request, client_of, queued):
    client = client_of(request.getfixturevalue(who))
    assert client.get(QUEUE).status_code == 403
    assert client.post(ASSIGN, {"dossier": ticks(queued["rượu"])}).status_code == 403
    assert in_charge()["Rượu"] is None


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "mat ong"}, ["Mật ong"]),
        ({"state": "returned"}, ["Hạt dẻ"]),
        ({"state": "draft"}, []),
        ({"kind": "upgrade"}, ["Lê"]),
        ({"officer": "toi"}, []),
        ({"officer": "chua"}, ["Mật ong", "Hạt dẻ", "Rượu"]),
        ({"officer": "999999"}, []),
        ({"due": "on"}, ["Mật ong", "Hạt dẻ"]),
        ({"answered": "on"}, ["Rượu"]),
        ({"sort": "product"}, ["Hạt dẻ", "Lê", "Mật ong", "Rượu"]),
        ({"sort": "-due"}, ["Lê", "Rượu", "Hạt dẻ", "Mật ong"]),
    ],
)
def test_the_queue_is_narrowed_and_sorted(query, found, client_of, officer, queued):
    for name in ("rượu", "hạt dẻ"):
        DossierStep.objects.create(dossier=queued[name], to_state="returned", on=date(2023, 12, 1))
    assert names(client_of(officer).get(QUEUE, query)) == found


def test_the_queue_is_narrowed_to_commune_group_and_person(client_of, officer, queued, world, colleague):
    client = client_of(officer)
    assert names(client.get(QUEUE, {"commune": world.chi_vien.pk})) == ["Lê"]
    assert names(client.get(QUEUE, {"group": queued["hạt dẻ"].group_id})) == ["Hạt dẻ"]
    assert names(client.get(QUEUE, {"officer": colleague.pk})) == ["Lê"]
    assert names(client_of(colleague).get(QUEUE, {"officer": "toi"})) == ["Lê"]


def test_the_queue_goes_into_a_file_as_it_is_filtered(client_of, officer, queued):
    client = client_of(officer)
    answer = client.get(QUEUE, {"due": "on", "xuat": "xlsx"})
    sheet = load_workbook(BytesIO(answer.getvalue())).active
    head = [cell.value for cell in sheet[1]]
    assert head == [
        "TT",
        "Mã hồ sơ",
        "Trạng thái",
        "Thời gian còn lại",
        "Sản phẩm",
        "Chủ thể",
        "Xã",
        "Loại hồ sơ",
        "Ngày nộp",
        "Đang ở",
        "Cán bộ phụ trách",
        "Hạn xử lý",
    ]
    assert [row[4].value for row in sheet.iter_rows(min_row=2)] == ["Mật ong", "Hạt dẻ"]
    assert [row[3].value for row in sheet.iter_rows(min_row=2)] == [
        "quá hạn 7 ngày làm việc",
        "quá hạn 2 ngày làm việc",
    ]
    lines = client.get(QUEUE, {"due": "on", "xuat": "csv"}).getvalue().decode("utf-8-sig").splitlines()
    assert len(lines) == 3


QUEUE_QUERIES = 12


@pytest.mark.parametrize("rows", [1, 3])
def test_the_queue_asks_as_often_for_three_rows_as_for_one(
    rows, client_of, officer, world, regulations, django_assert_num_queries
):
    for _row in range(rows):
        make_dossier(make_product(world.dam_thuy), state="returned", due_on=date(2023, 12, 28), paused_days=2)
    client = client_of(officer)
    client.get(QUEUE)
    with django_assert_num_queries(QUEUE_QUERIES):
        client.get(QUEUE)


# --- giving out


def test_dossiers_are_given_out_together_and_taken_back(client_of, officer, colleague, queued):
    client = client_of(officer)
    assert give(client, colleague, queued["rượu"], queued["mật ong"]).status_code == 302
    assert in_charge() == {"Rượu": "huyen.2", "Hạt dẻ": None, "Lê": "huyen.2", "Mật ong": "huyen.2"}
    entries = AuditEntry.objects.filter(act="dossier.assigned").order_by("pk")
    assert [(e.object_label, e.details) for e in entries] == [
        (queued["rượu"].code, {"to": "Đồng nghiệp"}),
        (queued["mật ong"].code, {"to": "Đồng nghiệp"}),
    ]
    for dossier in queued.values():
        dossier.refresh_from_db()
    assert give(client, "chua", queued["rượu"], queued["lê"]).status_code == 302
    assert in_charge() == {"Rượu": None, "Hạt dẻ": None, "Lê": None, "Mật ong": "huyen.2"}


def test_without_an_officer_or_a_tick_nothing_is_given_out(client_of, officer, colleague, queued):
    client = client_of(officer)
    for sent, lacking in (
        ({"dossier": ticks(queued["lê"]), "officer": ""}, "Hãy chọn cán bộ"),
        ({"officer": colleague.pk}, "Hãy chọn hồ sơ"),
        ({"officer": colleague.pk, "dossier": ["x", "-", "9" * 40, "1-x"]}, ""),
    ):
        told = client.post(ASSIGN, sent)
        assert told.status_code == 200
        assert f"<ul><li>{lacking}" in told.content.decode()
        assert "những hồ sơ sau" not in told.content.decode(), "no dossier stands in the way"
    assert in_charge() == {"Rượu": None, "Hạt dẻ": None, "Lê": "huyen.2", "Mật ong": None}


def test_an_officer_without_a_post_over_one_of_them_gets_none_of_them(
    officer, colleague, queued, world, other_officer, province_officer
):
    for stranger in (other_officer, province_officer):
        with pytest.raises(NotAssigned) as told:
            assigning.assign([queued["rượu"].pk, queued["lê"].pk], stranger, by=officer)
        assert told.value.failures == [
            f"{queued[name].code}: {stranger} không giữ vị trí cán bộ chương trình"
            " ở cấp đang xử lý hồ sơ này."
            for name in ("rượu", "lê")
        ]
    assert in_charge()["Rượu"] is None


def test_a_leader_or_clerk_is_nobody_to_give_work_to(officer, leader, commune_staff, queued, client_of):
    for person in (leader, commune_staff):
        with pytest.raises(NotAssigned):
            assigning.assign([queued["rượu"].pk], person, by=officer)
        assert give(client_of(officer), person, queued["rượu"]).status_code == 200
    assert in_charge()["Rượu"] is None


def test_one_that_moved_on_keeps_all_as_they_were_and_is_named(client_of, officer, colleague, queued, world):
    seen = ticks(queued["rượu"], queued["mật ong"])
    Dossier.objects.filter(pk=queued["mật ong"].pk).update(state="withdrawn")
    answer = client_of(officer).post(ASSIGN, {"officer": colleague.pk, "dossier": seen})
    assert answer.status_code == 409
    assert f"{queued['mật ong'].code}: đơn vị của ông/bà hiện không xử lý" in answer.content.decode()
    assert in_charge()["Rượu"] is None


def test_the_second_of_two_givers_is_told_whom_the_first_one_chose(client_of, officer, colleague, queued):
    seen = ticks(queued["rượu"])
    give(client_of(officer), colleague, queued["rượu"])
    answer = client_of(officer).post(ASSIGN, {"officer": officer.pk, "dossier": seen})
    assert answer.status_code == 409
    assert "trong lúc đó đã giao cho Đồng nghiệp phụ trách" in answer.content.decode()
    assert in_charge()["Rượu"] == "huyen.2"


def test_a_dossier_of_another_area_is_not_found(client_of, other_officer, colleague, queued):
    assert give(client_of(other_officer), other_officer, queued["rượu"]).status_code == 404
    assert in_charge()["Rượu"] is None


def test_the_way_back_leads_only_into_the_portal(client_of, officer, colleague, queued):
    sent = {"officer": colleague.pk, "dossier": ticks(queued["rượu"])}
    client = client_of(officer)
    back = client.post(ASSIGN, sent | {"next": f"{QUEUE}?due=on"})
    assert back.headers["Location"] == f"{QUEUE}?due=on"
    away = client.post(ASSIGN, sent | {"next": "https://example.com/"})
    assert (away.status_code, "example.com" in away.content.decode()) == (409, False)


@pytest.mark.parametrize("rows", [1, 3])
def test_giving_out_writes_two_rows_a_dossier_and_reads_no_more_for_three(
    rows, officer, colleague, world, regulations, django_assert_num_queries
):
    keys = [make_dossier(make_product(world.dam_thuy), state="submitted").pk for _row in range(rows)]
    with django_assert_num_queries(7 + 2 * rows):
        assigning.assign(keys, colleague, by=officer)


# --- who is in charge, later on


def test_a_new_level_and_a_withdrawal_let_go_of_the_officer(queued, officer, commune_staff, colleague):
    assigning.assign([queued["rượu"].pk], colleague, by=officer)
    queued["rượu"].refresh_from_db()
    workflow.move(queued["rượu"], State.ACCEPTED, by=officer)
    assert queued["rượu"].assigned_to == colleague
    workflow.move(queued["rượu"], State.WITHDRAWN, by=commune_staff, reason="Ngừng sản xuất")
    assert queued["rượu"].assigned_to is None


def test_giving_out_makes_nobody_who_reads_the_dossier_late(queued, officer, colleague):
    seen = queued["rượu"].version
    assigning.assign([queued["rượu"].pk], colleague, by=officer)
    workflow.move(queued["rượu"], State.ACCEPTED, by=officer, version=seen)
    assert queued["rượu"].state == "accepted"


def test_the_bar_and_my_work_lead_to_the_queue(client_of, officer, commune_staff, queued):
    items = client_of(officer).get(QUEUE).context["nav_items"]
    assert [item.label for item in items if item.current] == ["Hàng đợi"]
    assert QUEUE in client_of(officer).get(reverse("desk:my_work")).content.decode()
    own = client_of(commune_staff).get(reverse("desk:my_work"))
    assert QUEUE not in own.content.decode()
