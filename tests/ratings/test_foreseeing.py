"""The pages of what finished dossiers would come to by other criteria: one dossier, all of an area."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook

from accounts.models import AuditEntry, Role
from ratings import agreeing, foreseeing
from ratings.criteria.loading import load_drafts
from ratings.criteria.publishing import publish
from ratings.models import CriteriaSet, Result
from ratings.would_keep import Source
from tests.factories import (
    load_criteria,
    make_decision,
    make_dossier,
    make_group,
    make_product,
    make_recognition,
    make_user,
)
from tests.ratings import scenes
from tests.ratings.criteria_files import at, changed
from tests.ratings.other_criteria import copy_of, new_law
from tests.ratings.scenes import text_of
from tests.ratings.sitting_council import BEST, TODAY, make_accepted, make_edges, score_all

AREA = "/quyet-dinh/giu-sao/"
DOSSIER_QUERIES, AREA_QUERIES = 8, 13


@pytest.fixture(autouse=True)
def in_june_2026(settings):
    settings.OCOP_TODAY = TODAY


@pytest.fixture
def law(db):
    make_edges()
    return new_law()


def retitled(row, options):
    row.title = "Vùng nguyên liệu"


def moved(row, options):
    row.code = f"{row.code}.1"


def halved(row, options):
    for option in options:
        option.points = option.points / 2


@pytest.fixture
def agreed(sitting_item, province_officer):
    """A dossier whose result a council of three agreed on: 100 points, 5★."""
    score_all(sitting_item, BEST, BEST, BEST, by=province_officer)
    agreeing.agree(sitting_item, by=province_officer)
    sitting_item.dossier.refresh_from_db()
    return sitting_item.dossier


def recognised(dossier, world, stars=5, **fields):
    facts = {"recognised_on": date(2026, 6, 1), "expires_on": date(2029, 6, 1), "dossier": dossier}
    return make_recognition(dossier.product, make_decision(world.province), stars, **(facts | fields))


def own_assessed(area, positions=BEST, total=70, stars=4):
    """A dossier with the organisation's own choices and a result of averages."""
    dossier = make_accepted(area, state="recognised")
    for code, position in positions.items():
        scenes.choose(dossier, code, position)
    parts = {"part_a": 30, "part_b": 20, "part_c": total - 50}
    Result.objects.create(
        dossier=dossier, level="province", total=total, stars=stars, assessed_on=TODAY, **parts
    )
    return dossier


def page_of(dossier, code=""):
    return f"/ho-so/{dossier.pk}/cham-theo/" + (f"?bo={code}" if code else "")


# --- one dossier


def test_a_dossier_by_a_set_of_a_new_regulation(agreed, law, province_officer, client_of):
    changes = {"1": retitled, "2": moved, "3": halved}
    other = copy_of(agreed.criteria_set, "MOI-1", law, changes)
    before = AuditEntry.objects.count()
    response = client_of(province_officer).get(page_of(agreed, other.code))
    found = response.context["outlook"]
    assert (found.basis.source, len(found.basis.sheets)) == (Source.COUNCIL, 3)
    assert [str(score.total) for score in response.context["columns"]] == ["100.00", "45.00", "85.00"]
    assert [score.stars for score in response.context["columns"]] == [5, 2, 4]
    assert [(line.old.code, line.fate.value) for line in found.lines] == [
        ("1", "lost"),
        ("2", "moved"),
        ("3", "same"),
        ("4", "same"),
    ]
    shown = text_of(response)
    for words in [
        "Dựa vào 3 phiếu chấm của hội đồng",
        "Giảm hạng sao",
        "Không chuyển được",
        "Phải đánh giá mới",
        "Vùng nguyên liệu",
        "2.1 Tiêu chí 2",
    ]:
        assert words in shown
    assert AuditEntry.objects.count() == before  # nothing is written
    assert agreed.results.get().total == 100


def test_by_the_set_that_rated_it_the_star_is_the_results(agreed, province_officer, client_of):
    response = client_of(province_officer).get(page_of(agreed, agreed.criteria_set.code))
    result = agreed.results.get()
    assert [(score.total, score.stars) for score in response.context["columns"]] == [
        (result.total, result.granted)
    ] * 3
    assert "Giữ hạng sao" in text_of(response)


def test_by_a_correction_loaded_from_a_file(world, province_officer, administrator, client_of, settings):
    settings.OCOP_TODAY = scenes.TODAY
    wine = load_criteria("QD26-14")[0]
    dossier = make_dossier(
        make_product(world.new_dam_thuy),
        state="recognised",
        on=date(2026, 6, 1),
        criteria_set=wine,
        regulation=wine.regulation,
    )
    best = {}
    for criterion in wine.criteria.filter(is_leaf=True):
        option = criterion.options.order_by("-points", "position").first()
        scenes.choose(dossier, criterion.code, option.position)
        best[criterion.code] = option.points
    parts = {"part_a": 40, "part_b": 25, "part_c": 35, "total": 100, "stars": 5}
    Result.objects.create(dossier=dossier, level="province", assessed_on=scenes.TODAY, **parts)

    def correct(found):
        found.update(code="QD26-14-DC1", corrects="QD26-14")
        at(found, "1.1")["title"] = "Tiêu chí viết lại hoàn toàn"

    load_drafts(changed("QD26-14", correct), by=administrator)
    assert client_of(province_officer).get(page_of(dossier, "QD26-14-DC1")).status_code == 404  # a draft
    publish(CriteriaSet.objects.get(code="QD26-14-DC1"), by=administrator)
    response = client_of(province_officer).get(page_of(dossier, "QD26-14-DC1"))
    then, least, most = response.context["columns"]
    assert (then.total - least.total, most.total) == (best["1.1"], then.total)
    assert [line.old.code for line in response.context["outlook"].lost] == ["1.1"]
    assert "Dựa vào phần tự đánh giá của chủ thể" in text_of(response)


def test_without_a_set_the_page_asks_for_one_and_offers_those_that_may_be_read(
    agreed, law, province_officer, client_of
):
    copy_of(agreed.criteria_set, "MOI-1", law)
    shown = text_of(client_of(province_officer).get(page_of(agreed)))
    assert "Chọn bộ tiêu chí để xem hồ sơ theo bộ đó" in shown
    assert '<option value="MOI-1">' in shown
    assert '<optgroup label="Quyết định 99/2030/QĐ-TTg">' in shown


@pytest.mark.parametrize("code", ["KHONG-CO", "QD26-2026", "\x00"])
def test_a_set_that_does_not_exist_is_not_found(agreed, province_officer, client_of, code):
    assert client_of(province_officer).get(page_of(agreed), {"bo": code}).status_code == 404


def test_the_agreed_choices_and_the_knock_outs_of_the_council_stand(
    agreed, province_officer, client_of, council
):
    result = agreed.results.get()
    frozen = result.frozen
    frozen["council"]["floor_by"] = "agreed"
    frozen["agreed_choices"] = {"4": 1, "1": None}
    frozen["motions"] = [
        {"words": "Có chất cấm", "carried": True},
        {"words": "Hồ sơ giả", "carried": False},
    ]
    basis = foreseeing._of_council(
        frozen["passes"], frozen["agreed_choices"], frozen["motions"], None, frozen["council"]["floor_by"]
    )
    assert (basis.agreed, basis.findings) == ({"4": 1}, ("Có chất cấm",))


def test_only_averages_say_that_nothing_can_be_told(world, law, province_officer, client_of):
    dossier = own_assessed(world.new_dam_thuy, {})
    response = client_of(province_officer).get(page_of(dossier, dossier.criteria_set.code))
    assert "Không có phiếu chấm, cũng không có tự đánh giá theo tiêu chí" in text_of(response)


def test_a_dossier_without_a_result_is_not_finished(world, law, province_officer, client_of):
    dossier = make_accepted(world.new_dam_thuy)
    response = client_of(province_officer).get(page_of(dossier, dossier.criteria_set.code))
    assert "Hồ sơ chưa có kết quả đánh giá" in text_of(response)


def test_the_page_is_for_officers_and_leaders_of_the_area(agreed, world, client_of):
    staff = scenes.staff_of(world.new_dam_thuy)
    neighbour = scenes.staff_of(world.new_tra_linh, "xa.tralinh.2026")
    leader = make_user("lanhdao.2026", Role.LEADER, world.province)
    codes = [client_of(user).get(page_of(agreed)).status_code for user in (staff, neighbour, leader)]
    assert codes == [403, 404, 200]
    assert client_of(staff).get(AREA).status_code == 403


def test_the_dossier_leads_to_it_where_it_has_a_result(agreed, world, province_officer, client_of):
    open_one = make_accepted(world.new_dam_thuy)
    staff, browser = scenes.staff_of(world.new_dam_thuy), client_of(province_officer)
    assert page_of(agreed) in text_of(browser.get(f"/ho-so/{agreed.pk}/"))
    assert page_of(open_one) not in text_of(browser.get(f"/ho-so/{open_one.pk}/"))
    assert page_of(agreed) not in text_of(client_of(staff).get(f"/ho-so/{agreed.pk}/"))
    assert AREA in text_of(browser.get("/quyet-dinh/cong-nhan/"))
    assert AREA not in text_of(client_of(staff).get("/quyet-dinh/cong-nhan/"))


# --- all of an area


@pytest.fixture
def products(agreed, world, law):
    """Of Đàm Thủy: scored by a council, self-assessed, averages only, from paper; of Trà Lĩnh: one more."""
    rows = {
        "council": recognised(agreed, world, product_name="Rượu hội đồng"),
        "own": recognised(own_assessed(world.new_dam_thuy), world, 4, product_name="Rượu tự chấm"),
        "averages": recognised(own_assessed(world.new_dam_thuy, {}), world, 4, product_name="Rượu bình quân"),
    }
    on_paper = make_product(world.new_dam_thuy, name="Rượu giấy")
    rows["paper"] = make_recognition(
        on_paper, make_decision(world.province), recognised_on=date(2025, 1, 1), expires_on=date(2028, 1, 1)
    )
    rows["elsewhere"] = recognised(
        own_assessed(world.new_tra_linh, BEST | {"1": 1}), world, 3, product_name="Rượu nơi khác"
    )
    return rows


def outcomes(response):
    """The number of products by what becomes of their stars, as the top of the page says."""
    return {key: number for key, _label, _tone, number in response.context["sums"] if number}


def listed(response):
    return [row.product_name for row in response.context["listed"].page.object_list]


def test_all_products_of_an_area_by_a_new_regulation_none_left_out(
    products, agreed, law, province_officer, client_of
):
    copy_of(agreed.criteria_set, "MOI-1", law, {"1": retitled, "3": halved})
    browser = client_of(province_officer)
    whole = browser.get(AREA, {"bo": law.code})
    # 100 points: at least 45, at most 85, so 5★ are lost; 60 of the one elsewhere: 45 to 85, from 3★.
    assert outcomes(whole) == {"mat": 2, "tuy": 1, "khong-ro": 2}
    assert len(listed(whole)) == 5
    of_commune = browser.get(AREA, {"bo": law.code, "area": "01501"})
    assert outcomes(of_commune) == {"mat": 2, "khong-ro": 2}
    assert "Rượu nơi khác" not in listed(of_commune)
    shown = text_of(whole)
    assert "Công nhận nhập từ giấy: không có hồ sơ trên hệ thống" in shown
    assert "chỉ biết điểm trung bình từng phần" in shown
    assert page_of(agreed, "MOI-1") in shown
    assert listed(browser.get(AREA, {"bo": law.code, "ket_qua": "tuy"})) == ["Rượu nơi khác"]
    assert listed(browser.get(AREA, {"bo": law.code, "q": products["own"].product.name})) == ["Rượu tự chấm"]


def test_by_one_set_only_its_group_can_be_told(products, agreed, law, province_officer, client_of):
    other = copy_of(agreed.criteria_set, "CHE-1", law, group=make_group("QD26-15", "Chè"))
    response = client_of(province_officer).get(AREA, {"bo": other.code})
    assert outcomes(response) == {"khong-ro": 5}
    assert "Không có bộ tiêu chí nào ở đó dùng cho nhóm sản phẩm này" in text_of(response)


def test_by_the_same_set_every_star_is_kept(products, agreed, province_officer, client_of):
    response = client_of(province_officer).get(AREA, {"bo": agreed.criteria_set.code})
    assert outcomes(response) == {"giu": 3, "khong-ro": 2}


def test_the_published_set_of_a_group_goes_before_a_retired_one(agreed, law, province_officer):
    old = copy_of(agreed.criteria_set, "MOI-1", law)
    CriteriaSet.objects.filter(pk=old.pk).update(state="retired", retired_on=TODAY)
    new = copy_of(agreed.criteria_set, "MOI-0", law)
    found = foreseeing.target(law.code, foreseeing.targets(province_officer))
    assert found.of(agreed) == new


def test_what_is_no_longer_in_force_is_not_asked_about(products, agreed, province_officer, client_of):
    type(products["own"]).objects.filter(pk=products["own"].pk).update(expires_on=date(2026, 6, 1))
    response = client_of(province_officer).get(AREA, {"bo": agreed.criteria_set.code})
    assert "Rượu tự chấm" not in listed(response)


def test_the_excel_file_says_stars_totals_and_why_nothing_can_be_told(
    products, agreed, law, province_officer, client_of
):
    copy_of(agreed.criteria_set, "MOI-1", law, {"1": retitled})
    response = client_of(province_officer).get(AREA, {"bo": law.code, "area": "01501", "xuat": "xlsx"})
    head, *lines = load_workbook(BytesIO(response.getvalue())).active.iter_rows(values_only=True)
    found = {line[1]: dict(zip(head, line, strict=True)) for line in lines}
    council = found["Rượu hội đồng"]
    assert council["Kết luận"] == "Tùy phần phải đánh giá mới"
    totals = [council[name] for name in head if name.startswith("Tổng điểm")]
    assert totals == [100, 60, 100]
    assert council["Căn cứ"] == "Phiếu chấm của hội đồng"
    assert found["Rượu tự chấm"]["Căn cứ"] == "Tự đánh giá của chủ thể"
    assert found["Rượu giấy"]["Lý do chưa xác định được"].startswith("Công nhận nhập từ giấy")
    assert set(found) == {"Rượu hội đồng", "Rượu tự chấm", "Rượu bình quân", "Rượu giấy"}


def test_without_a_choice_the_page_asks_for_one(products, province_officer, client_of):
    response = client_of(province_officer).get(AREA)
    assert "Chọn bộ tiêu chí hoặc quy định" in text_of(response)
    assert listed(response) == []
    assert listed(client_of(province_officer).get(AREA, {"bo": "KHONG-CO"})) == []


def test_an_area_beyond_the_post_is_not_found(products, world, client_of):
    elsewhere = make_user("huyen.2026", Role.OFFICER, world.new_tra_linh)
    browser = client_of(elsewhere)
    assert browser.get(AREA, {"area": "01501"}).status_code == 404
    edges = make_edges().code
    assert listed(browser.get(AREA, {"bo": edges})) == ["Rượu nơi khác"]


@pytest.mark.parametrize("count", [1, 3])
def test_the_pages_ask_as_much_for_three_products_as_for_one(
    count, agreed, world, law, province_officer, client_of, django_assert_num_queries
):
    other = copy_of(agreed.criteria_set, "MOI-1", law, {"1": retitled})
    recognised(agreed, world)
    for _each in range(count):
        recognised(own_assessed(world.new_dam_thuy), world)
    browser = client_of(province_officer)
    for address in (page_of(agreed, other.code), f"{AREA}?bo={law.code}"):
        browser.get(address)
    with django_assert_num_queries(DOSSIER_QUERIES):
        browser.get(page_of(agreed, other.code))
    with django_assert_num_queries(AREA_QUERIES):
        browser.get(f"{AREA}?bo={law.code}")
