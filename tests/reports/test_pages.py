"""The pages of reports: who sees what, what an address may ask, and how many statements it costs."""

from __future__ import annotations

from datetime import date

import pytest

from accounts.models import Post
from plans.models import Target
from reports import compiling
from reports.models import Run
from tests.factories import make_decision, make_dossier, make_product, make_recognition

READ = ["/bao-cao/", "/bao-cao/tien-do/", "/api/bao-cao/tien-do/"]


@pytest.mark.parametrize("path", READ)
@pytest.mark.parametrize(
    ("person", "query", "status"),
    [
        ("leader", {"area": "047", "period": "2023"}, 200),
        ("officer", {"area": "01495", "period": "2023-H1"}, 200),
        ("province_leader", {"area": "047", "period": "2023"}, 200),
        ("province_leader", {"area": "04"}, 200),
        ("commune_staff", {}, 200),
        ("commune_staff", {"area": "047", "period": "2023"}, 404),
        ("neighbour", {"area": "01495", "period": "2023"}, 404),
        ("other_officer", {"area": "047", "period": "2023"}, 404),
        ("council_member", {"area": "047", "period": "2023"}, 404),
        ("council_member", {}, 404),
        ("leader", {"area": "99999", "period": "2023"}, 404),
        ("leader", {"area": "047", "period": "2026"}, 404),
        ("leader", {"area": "047", "period": "2023-13"}, 400),
        ("leader", {"area": "047", "period": "khi nào"}, 400),
    ],
)
def test_who_may_ask_about_what(request, year, client_of, path, person, query, status):
    answer = client_of(request.getfixturevalue(person)).get(path, query)
    assert answer.status_code == status


@pytest.mark.parametrize("path", ["/bao-cao/", "/bao-cao/tien-do/", "/bao-cao/cua-toi/"])
def test_a_visitor_is_asked_to_sign_in(world, visitor, path):
    answer = visitor.get(path)
    assert (answer.status_code, answer.url) == (302, f"/dang-nhap/?next={path}")


def test_a_visitor_of_the_api_gets_json(world, visitor):
    answer = visitor.get("/api/bao-cao/tien-do/?area=047&period=2023")
    assert (answer.status_code, answer.json()) == (401, {"error": "Hãy đăng nhập trước."})


def test_what_cannot_be_answered_is_said_in_words(year, leader, client_of):
    client = client_of(leader)
    page = client.get("/bao-cao/tien-do/?area=01474&period=2023").content.decode()
    assert "không có đơn vị mã 01474" in page
    answer = client.get("/api/bao-cao/tien-do/?area=047&period=2023-13")
    assert answer.json()["error"].startswith("Kỳ được viết 2023, 2023-H1")


def test_what_is_behind_the_plan_says_so_with_an_icon_and_a_word(year, leader, client_of):
    page = client_of(leader).get("/bao-cao/?area=047&period=2023").content.decode()
    rows = [row for row in page.split("<tr>") if "Chỉ tiêu thử nghiệm số 1.1" in row]
    assert 'class="tag tag--warn"><svg' in rows[0]
    assert "Chậm so với kế hoạch" in rows[0]


def test_the_dashboard_tells_what_ends_soon_and_what_is_open(year, leader, client_of, world):
    product = make_product(world.dam_thuy, name="Sắp hết hạn thử nghiệm")
    decision = make_decision(world.district, signed_on=date(2021, 2, 1))
    make_recognition(product, decision, stars=4, expires_on=date(2024, 2, 1))
    page = client_of(leader).get("/bao-cao/?area=047&period=2023").content.decode()
    assert "Sắp hết hạn thử nghiệm" in page
    assert "01/02/2024" in page
    assert "Sản phẩm còn hiệu lực theo xã" in page


def test_a_name_that_looks_like_markup_stays_a_name_in_a_table(year, leader, client_of, world):
    product = make_product(world.dam_thuy, name='Miến <b>dong</b> & "<script>alert(1)</script>"')
    make_recognition(product, make_decision(world.district, signed_on=date(2023, 3, 1)))
    page = client_of(leader).get("/bao-cao/tien-do/?area=047&period=2023").content.decode()
    assert "Miến &lt;b&gt;dong&lt;/b&gt; &amp; &quot;&lt;script&gt;" in page
    assert "<b>dong" not in page
    assert "<script>alert" not in page


@pytest.mark.parametrize(
    ("path", "statements"),
    [("/bao-cao/tien-do/?area=047&period=2023", 34), ("/bao-cao/?area=047&period=2023", 30)],
)
def test_the_number_of_statements_does_not_grow_with_the_rows(
    year, leader, client_of, world, django_assert_num_queries, path, statements
):
    client = client_of(leader)
    with django_assert_num_queries(statements):
        client.get(path)
    decision = make_decision(world.district, signed_on=date(2023, 3, 1))
    for _ in range(3):
        product = make_product(world.chi_vien)
        dossier = make_dossier(product, state="recognised")
        make_recognition(product, decision, dossier=dossier)
        make_dossier(make_product(world.dam_thuy), state="returned")
    with django_assert_num_queries(statements):
        client.get(path)


# ---- runs


@pytest.fixture
def done(year, ask) -> Run:
    run = ask()
    compiling.compile_run(run.pk)
    run.refresh_from_db()
    return run


def test_the_file_is_downloaded_under_its_name(done, leader, client_of):
    answer = client_of(leader).get(f"/bao-cao/luot/{done.pk}/tai-ve/")
    name = "Bao-cao-tien-do_huyen-trung-khanh_2023.xlsx"
    assert answer["Content-Disposition"] == f"attachment; filename=\"{name}\"; filename*=UTF-8''{name}"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert len(b"".join(answer.streaming_content)) == done.file_size


@pytest.mark.parametrize("person", ["commune_staff", "other_officer", "council_member"])
@pytest.mark.parametrize("page", ["", "tien-trinh/", "tai-ve/"])
def test_others_do_not_find_the_run(request, done, client_of, person, page):
    client = client_of(request.getfixturevalue(person))
    assert client.get(f"/bao-cao/luot/{done.pk}/{page}").status_code == 404


def test_permission_is_checked_at_each_download(done, leader, client_of):
    client = client_of(leader)
    Post.objects.filter(user=leader).update(ends_on=date(2023, 12, 28))
    assert client.get(f"/bao-cao/luot/{done.pk}/tai-ve/").status_code == 404
    assert "Bao-cao" not in client.get("/bao-cao/cua-toi/").content.decode()


def test_a_running_report_tells_its_progress_to_page_and_script(year, ask, leader, client_of):
    run = ask()
    Run.objects.filter(pk=run.pk).update(percent=37, step_name="Đang lập bảng 4/7: Hồ sơ")
    client = client_of(leader)
    page = client.get(f"/bao-cao/luot/{run.pk}/").content.decode()
    assert f'data-poll-url="/bao-cao/luot/{run.pk}/tien-trinh/"' in page
    assert "Đang lập bảng 4/7: Hồ sơ" in page
    assert client.get(f"/bao-cao/luot/{run.pk}/tien-trinh/").json() == {
        "percent": 37,
        "message": "Đang lập bảng 4/7: Hồ sơ",
        "finished": False,
    }


def test_my_reports_are_those_i_asked_for(done, ask, officer, leader, client_of):
    other = ask("2023-Q1", by=officer)
    page = client_of(leader).get("/bao-cao/cua-toi/").content.decode()
    assert f"/bao-cao/luot/{done.pk}/tai-ve/" in page
    assert f"/bao-cao/luot/{other.pk}/" not in page


def test_without_a_plan_the_report_counts_what_the_portal_knows(year, leader, client_of):
    Target.objects.all().delete()
    year.delete()
    page = client_of(leader).get("/bao-cao/tien-do/?area=047&period=2023").content.decode()
    assert "Đơn vị chưa có kế hoạch của kỳ này" in page
