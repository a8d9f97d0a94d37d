"""The leader's dashboard in a real browser: one sheet of A4, no wider than a phone, read by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from pypdf import PdfReader

from areas.models import Area, Level
from plans import loading, planning
from plans.models import Indicator, Plan
from ratings.models import FundingSource
from tests.browser.test_journey import CHROMIUM, Visit, chromium  # noqa: F401 - the fixture of the browser
from tests.factories import (
    cover,
    make_area,
    make_decision,
    make_dossier,
    make_enterprise,
    make_evidence,
    make_product,
    make_recognition,
)

LONG = (
    "trong đó phấn đấu phát triển sản phẩm tham gia Chương trình mỗi xã một sản phẩm của các tổ chức kinh tế"
)
A4 = (595, 842)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: the browser tests don't run"),
]


@pytest.fixture(autouse=True)
def settled() -> Iterator[None]:
    """Nothing of one test's server is left in the way of the next."""
    yield
    connection.close()


def crowd(unit: Area, officer: Any, year: int, today: date) -> None:
    """A unit with more of everything than a sheet holds: communes, targets, states, sources, names."""
    first = {"valid_from": date(2025, 7, 1)} if year > 2024 else {"valid_to": date(2025, 6, 30)}
    communes = [
        make_area(
            f"8{number:04}",
            f"Xã Tên Khá Là Dài {number:02}",
            Level.COMMUNE,
            unit,
            longitude=Decimal("105.4") + Decimal(number % 8) / 5,
            latitude=Decimal("22.4") + Decimal(number // 8) / 10,
            **first,
        )
        for number in range(56)
    ]
    cover()
    for number, commune in enumerate(communes[:16]):
        product = make_product(commune, name=f"Sản phẩm có tên rất dài để thử một trang giấy số {number}")
        decision = make_decision(unit, signed_on=date(year - 1, 3, 1))
        make_recognition(product, decision, stars=3 + number % 3, expires_on=date(year + 1, 3, 1))
    states = ["draft", "at_commune", "submitted", "returned", "accepted", "scored", "prepared", "forwarded"]
    for state in states:
        make_dossier(make_product(communes[0]), state=state, on=date(year, 2, 1), due_on=date(year, 3, 1))
    make_evidence(make_enterprise(communes[0]), expires_on=today)
    _plan(unit, officer, year)


def _plan(unit: Area, officer: Any, year: int) -> None:
    loading.load()
    head = {
        "number": f"{year}/KH-UBND",
        "signed_on": date(year, 1, 5),
        "issuing_body": "UBND",
        "title": LONG * 2,
    }
    plan = planning.create(by=officer, area=unit, first_year=year, last_year=year, **head)
    for number in range(14):
        planning.set_target(
            plan,
            by=officer,
            label=f"{number}",
            words=f"{LONG}, {LONG} số {number}",
            indicator=Indicator.objects.get(code="taking_part"),
            comparator="ge",
            number=Decimal(20),
        )
    for source in FundingSource.values:
        plan.budget_lines.create(content="Chi", source=source, planned="1234567.5", disbursed="234567.25")
    planning.publish(plan, by=officer)
    assert Plan.objects.published().exists()


def sheets_of(visit: Visit) -> list[Any]:
    printed = visit.page.pdf(prefer_css_page_size=True, print_background=False)
    return list(PdfReader(BytesIO(printed)).pages)


@pytest.mark.parametrize(
    ("code", "year", "today", "username"),
    [
        ("047", 2023, date(2023, 12, 29), "lanhdao.trungkhanh"),
        ("04", 2026, date(2026, 11, 23), "lanhdao.caobang"),
    ],
)
def test_the_fullest_dashboard_prints_on_one_sheet_of_a4(
    chromium,  # noqa: F811
    live_server,
    world,
    officer,
    province_officer,
    leader,
    province_leader,
    settings,
    code,
    year,
    today,
    username,
):
    settings.OCOP_TODAY = today
    unit = Area.objects.get(code=code)
    crowd(unit, officer if code == "047" else province_officer, year, today)
    visit = Visit(chromium, live_server)
    visit.sign_in(username)
    visit.go("reports:dashboard", query=f"?area={code}&period={year}")
    (sheet,) = sheets_of(visit)
    assert tuple(round(float(side)) for side in sheet.mediabox[2:]) == A4
    words = " ".join(sheet.extract_text().split())
    for said in (
        *("Bảng điều khiển", "Thực hiện so với kế hoạch", "Sản phẩm còn hiệu lực theo xã", "6 xã khác"),
        *("Hồ sơ đang xử lý hôm nay", "Đã trình cấp trên", "Kinh phí", "Xã chưa gửi báo cáo", "hạn gửi"),
        *("8 chỉ tiêu khác không in", "Xu hướng năm năm", str(year)),
    ):
        assert said in words, said
    assert "Lập báo cáo" not in words
    assert visit.complaints == []


def test_an_empty_dashboard_prints_on_one_sheet_too(chromium, live_server, world, leader):  # noqa: F811
    visit = Visit(chromium, live_server)
    visit.sign_in("lanhdao.trungkhanh")
    visit.go("reports:dashboard", query="?area=047&period=2023")
    assert len(sheets_of(visit)) == 1
    assert visit.complaints == []


def test_a_circle_of_the_map_is_reached_and_opened_by_keyboard(
    chromium,  # noqa: F811
    live_server,
    world,
    leader,
):
    Area.objects.filter(pk=world.dam_thuy.pk).update(longitude="106.7", latitude="22.85")
    make_recognition(make_product(world.dam_thuy), make_decision(world.district))
    visit = Visit(chromium, live_server)
    visit.sign_in("lanhdao.trungkhanh")
    visit.go("reports:dashboard", query="?area=047&period=2023")
    visit.page.focus(".map a")
    assert visit.page.evaluate("document.activeElement.getAttribute('aria-label')") == (
        "Xã Đàm Thuỷ: 1 sản phẩm còn hiệu lực"
    )
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_url("**/bao-cao/san-pham-theo-dia-ban/nguon/?*")
    assert "Sản phẩm" in visit.page.locator("main").inner_text()
    assert visit.complaints == []


def test_on_a_phone_what_a_target_says_has_room_beside_its_number(
    chromium,  # noqa: F811
    live_server,
    world,
    officer,
    leader,
):
    crowd(world.district, officer, 2023, date(2023, 12, 29))
    visit = Visit(chromium, live_server)
    visit.sign_in("lanhdao.trungkhanh")
    visit.page.set_viewport_size({"width": 360, "height": 700})
    visit.page.goto(f"{visit.url}/bao-cao/tien-do/?area=047&period=2023")
    words = visit.page.locator("[data-table='tong-hop'] tbody td:nth-child(2)").first.bounding_box()
    assert words["width"] >= 180
    assert (visit.complaints, visit.page.evaluate("document.documentElement.scrollWidth")) == ([], 360)
