"""Notices on the desk: the list, the door to what they are about, the badge, and the head of my work."""

from __future__ import annotations

from datetime import date

import pytest

from accounts import noticing
from accounts.models import Notice, Role
from tests.factories import make_dossier, make_product, make_user

LIST, WORK, COUNT = "/thong-bao/", "/viec-cua-toi/", "/thong-bao/so-moi/"


@pytest.fixture
def tell(world):
    def tell(key="a", kind="dossier.returned", role=Role.COMMUNE, area=None, **fields):
        fields = {"facts": {"code": key, "product": "Rượu", "enterprise": "HTX"}, "url": "/ho-so/"} | fields
        return noticing.tell(role, area or world.dam_thuy, kind=kind, key=key, **fields)

    return tell


@pytest.fixture
def browser(client_of, commune_staff):
    return client_of(commune_staff)


def codes(lines) -> list[str]:
    """The codes that the lines speak of."""
    return [line.title.split("Hồ sơ ")[1].split(" ")[0].rstrip(":") for line in lines]


def listed(browser, **query) -> list[str]:
    return codes(browser.get(LIST, query).context["page"].object_list)


def test_the_list_has_the_unread_first_then_the_newest(tell, browser):
    for key in "abc":
        tell(key)
    browser.get(f"{LIST}{Notice.objects.get(key='c').pk}/")
    tell("d")
    noticing.settle("d")
    assert listed(browser) == ["b", "a", "d", "c"]


def test_a_line_says_what_about_what_and_until_when(tell, browser, world):
    tell("HS-1", due_on=date(2023, 12, 28), on=date(2023, 12, 1))
    page = browser.get(LIST).content.decode()
    for words in ["Hồ sơ HS-1 bị trả lại để bổ sung", "Rượu — HTX", "28/12/2023", "01/12/2023", "quá hạn"]:
        assert words in page, words


def test_names_are_escaped(tell, browser):
    tell(facts={"code": "<b>1", "product": "<script>", "enterprise": "&"})
    page = browser.get(LIST).content.decode() + browser.get(WORK).content.decode()
    assert "<script>—" not in page.replace(" ", "")
    assert page.count("&lt;script&gt;") == 2


def test_who_is_in_charge_is_shown_and_the_notice_stays_with_the_post(tell, world, officer, client_of):
    colleague = make_user("huyen.2", Role.OFFICER, world.district, full_name="Nông Thị Phụ")
    dossier = make_dossier(make_product(world.dam_thuy), state="submitted", assigned_to=colleague)
    tell(role=Role.OFFICER, area=world.district, facts={"code": "x", "dossier": dossier.pk})
    for page in (LIST, WORK):
        assert "phụ trách: Nông Thị Phụ" in client_of(officer).get(page).content.decode()


def test_opening_marks_it_read_and_leads_to_the_thing(tell, browser, commune_staff):
    notice = tell(url="/ho-so/12/")
    assert browser.get(COUNT).json() == {"unread": 1}
    assert browser.head(f"{LIST}{notice.pk}/").status_code == 302
    assert browser.get(COUNT).json() == {"unread": 1}
    answer = browser.get(f"{LIST}{notice.pk}/")
    assert (answer.status_code, answer["Location"]) == (302, "/ho-so/12/")
    assert browser.get(COUNT).json() == {"unread": 0}


def test_a_colleague_has_it_unread_still(tell, browser, world, client_of):
    colleague = client_of(make_user("xa.2", Role.COMMUNE, world.dam_thuy))
    browser.get(f"{LIST}{tell().pk}/")
    assert colleague.get(COUNT).json() == {"unread": 1}


def test_the_link_of_a_letter_asks_a_visitor_to_sign_in_and_others_find_nothing(
    tell, visitor, client_of, neighbour
):
    notice = tell()
    answer = visitor.get(f"{LIST}{notice.pk}/")
    assert (answer.status_code, answer["Location"]) == (302, f"/dang-nhap/?next=/thong-bao/{notice.pk}/")
    assert client_of(neighbour).get(f"{LIST}{notice.pk}/").status_code == 404
    assert client_of(neighbour).post(f"{LIST}{notice.pk}/da-doc/").status_code == 404
    assert (listed(client_of(neighbour)), notice.reads.count()) == ([], 0)


def test_one_or_all_are_marked_as_read(tell, browser, neighbour, world):
    for key in "abc":
        tell(key)
    other = tell("x", area=world.chi_vien)
    browser.post(f"{LIST}{Notice.objects.get(key='b').pk}/da-doc/")
    assert listed(browser, trang_thai="chua-doc") == ["c", "a"]
    assert browser.post(f"{LIST}da-doc/").status_code == 302
    assert (listed(browser, trang_thai="chua-doc"), other.reads.count()) == ([], 0)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["d", "c", "b", "a"]),
        ({"loai": "dossier"}, ["b", "a"]),
        ({"loai": "deadline"}, ["c"]),
        ({"loai": "evidence"}, ["d"]),
        ({"loai": "decision"}, []),
        ({"trang_thai": "con-viec"}, ["d", "c", "b"]),
        ({"trang_thai": "da-xong"}, ["a"]),
        ({"trang_thai": "con-viec", "loai": "dossier"}, ["b"]),
        ({"loai": "khong-co"}, []),
    ],
)
def test_the_list_is_filtered_by_matter_and_state(tell, client_of, commune_staff, browser, query, expected):
    kinds = {
        "a": "dossier.returned",
        "b": "dossier.accepted",
        "c": "deadline.missed",
        "d": "evidence.expiring",
    }
    for key, kind in kinds.items():
        tell(key, kind)
    noticing.mark_read(Notice.objects.all(), by=commune_staff)
    noticing.settle("a")
    page = browser.get(LIST, query)
    lines = page.context["page"].object_list
    keys = [Notice.objects.get(pk=line.pk).key for line in lines]
    assert keys == expected
    if not expected:
        assert "Xóa bộ lọc" in page.content.decode()


def test_an_empty_list_says_what_will_come(browser):
    assert "Ông/bà chưa có thông báo nào" in browser.get(LIST).content.decode()


def test_the_list_turns_pages(tell, browser):
    for number in range(30):
        tell(f"n{number:02d}")
    assert len(listed(browser)) == 25
    assert listed(browser, page=2) == ["n04", "n03", "n02", "n01", "n00"]


def test_my_work_begins_with_what_waits_the_late_first(tell, browser, commune_staff):
    tell("news", "dossier.accepted")
    tell("asks")
    tell("later", due_on=date(2024, 1, 5))
    tell("late", due_on=date(2023, 12, 28))
    tell("done")
    noticing.settle("done")
    lines = browser.get(WORK).context["desk"].notices
    assert [(code, line.late) for code, line in zip(codes(lines), lines, strict=True)] == [
        ("late", True),
        ("later", False),
        ("asks", False),
        ("news", False),
    ]
    page = browser.get(WORK).content.decode()
    assert page.index("bị trả lại để bổ sung") < page.index("Hồ sơ bị trả lại cần bổ sung")
    noticing.mark_read(Notice.objects.all(), by=commune_staff)
    assert codes(browser.get(WORK).context["desk"].notices) == ["late", "later", "asks"]


def test_my_work_shows_one_line_for_an_act_on_a_dossier_and_all_its_news(tell, browser, commune_staff):
    due = {"due_on": date(2023, 12, 28)}
    for key, kind, dossier in [
        ("came", "dossier.returned", 1),
        ("soon", "deadline.approaching", 1),
        ("paper", "evidence.expiring", 1),
        ("longer", "dossier.extended", 1),
        ("other", "dossier.returned", 2),
    ]:
        facts = {"code": key, "dossier": dossier, "until": "x"}
        tell(key, kind, facts=facts, **(due if key != "longer" else {}))
    lines = browser.get(WORK).context["desk"].notices
    assert [Notice.objects.get(pk=line.pk).key for line in lines] == ["other", "paper", "soon", "longer"]


def test_a_settled_notice_is_never_late(tell, browser):
    tell(due_on=date(2023, 12, 1))
    noticing.settle("a")
    (line,) = browser.get(LIST).context["page"].object_list
    assert (line.late, line.unread, line.settled) == (False, False, True)


def test_my_work_without_notices_says_so(browser):
    assert "Không có thông báo nào đang chờ" in browser.get(WORK).content.decode()


def test_every_page_of_a_signed_in_person_links_the_notices_and_asks_for_their_number_later(browser, visitor):
    page = browser.get("/chu-the/").content.decode()
    assert f'data-unread-url="{COUNT}"' in page
    assert "/static/js/notices.js" in page
    assert COUNT not in visitor.get("/").content.decode()
    assert "notices.js" not in visitor.get("/").content.decode()
    assert browser.get(COUNT)["Cache-Control"] == ("max-age=0, no-cache, no-store, must-revalidate, private")


@pytest.mark.parametrize("rows", [1, 3])
def test_no_notice_asks_the_database_for_more(tell, browser, rows, django_assert_num_queries):
    for number in range(rows):
        tell(f"n{number}", facts={"dossier": number})
    with django_assert_num_queries(6):
        browser.get(LIST)
    with django_assert_num_queries(4):
        browser.get(COUNT)
