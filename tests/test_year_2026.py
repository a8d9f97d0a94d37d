"""The communes' and the officer's side of 2026 through the pages, from the organisation to the next copy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from areas.models import Area
from enterprises.models import EnterpriseKind
from ocop_portal.demonstration import papers
from ocop_portal.lib import clock
from products.models import ProductGroup
from tests.factories import make_user
from tests.filling_in import fill_in, seen_form

LICENCE = {"kind": "business_registration", "title": "Giấy đăng ký kinh doanh", "number": "12/ĐKKD"}


class Office:
    """Commune staff, the province's officer and leader, each before a browser."""

    def __init__(self) -> None:
        call_command("load_reference", verbosity=0)
        units = {area.code: area for area in Area.objects.in_force(date(2026, 1, 1))}
        self.commune, province = units["01501"], units["04"]
        self.clerk = self._browser("xa.damthuy.2026", Role.COMMUNE, self.commune)
        self.officer = self._browser("tinh.caobang", Role.OFFICER, province)
        self.leader = self._browser("lanhdao.caobang", Role.LEADER, province)

    def _browser(self, name: str, role: Role, area: Area) -> Client:
        client = Client()
        user = make_user(name, role, area, full_name=f"Người dùng {name}")
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client


@pytest.fixture
def office(db: None) -> Office:
    return Office()


@contextmanager
def on(day: date) -> Iterator[None]:
    with clock.assumed(day):
        yield


def page(name: str, *args: object) -> str:
    return reverse(name, args=args)


def key_in(address: str) -> int:
    """The key of the row whose page the address is."""
    return int(re.findall(r"/(\d+)/", address)[0])


def test_a_dossier_of_2026_from_the_organisation_to_its_re_evaluation(office: Office):
    with on(date(2026, 9, 1)):
        maker, product = an_organisation_and_its_product(office)
        paper = a_paper_in_the_library(office, maker)
    with on(date(2026, 9, 3)):
        dossier = opened(office, product)
        forms_filled_in(office, dossier)
        assessed_by_its_own(office, dossier, paper)
        submitted(office, dossier)
    with on(date(2026, 9, 10)):
        proposed_by_the_commune(office, dossier)
    with on(date(2026, 9, 14)):
        given_out_and_looked_into(office, dossier)
        returned_with_places(office, dossier)
    with on(date(2026, 9, 21)):
        answered(office, dossier)
    with on(date(2026, 9, 23)):
        compared_and_accepted(office, dossier, product)
    with on(date(2026, 11, 9)):
        recognition = recognised(office, dossier)
    with on(date(2029, 6, 1)):
        copied_for_the_re_evaluation(office, recognition)


def an_organisation_and_its_product(office: Office) -> tuple[int, int]:
    address, _html = fill_in(
        office.clerk,
        page("enterprises:create"),
        name="Hộ kinh doanh Mẫu",
        kind=EnterpriseKind.objects.get(code="household").pk,
        tax_code="004999000777",
        area=office.commune.pk,
        address="Xóm Mẫu",
        representative="Nông Thị Mẫu",
        representative_sex="female",
        representative_ethnicity="Tày",
        phone="0900000123",
    )
    maker = key_in(address)
    fill_in(
        office.clerk,
        page("products:create"),
        name="Rượu ngô Mẫu",
        group=ProductGroup.objects.get(code="QD26-14").pk,
        area=office.commune.pk,
        enterprises=[maker],
        lead=maker,
        variants="Rượu 30°\nRượu 40°",
    )
    listed = office.clerk.get(page("products:list")).content.decode()
    return maker, int(re.search(r"/quan-ly/san-pham/(\d+)/", listed)[1])


def a_paper_in_the_library(office: Office, maker: int) -> int:
    upload: SimpleUploadedFile = papers.pdf(LICENCE["title"])
    fill_in(office.clerk, page("enterprises:evidence_new", maker), upload=upload, **LICENCE)
    library = office.clerk.get(page("enterprises:evidence", maker)).content.decode()
    assert "12/ĐKKD" in library
    return int(re.search(r"/minh-chung/(\d+)/", library)[1])


def opened(office: Office, product: int) -> int:
    address = f"{page('ratings:dossier_new')}?san-pham={product}"
    return key_in(fill_in(office.clerk, address, kind="first", requested_stars="3")[0])


def forms_filled_in(office: Office, dossier: int) -> None:
    """Section by section; numbers are typed as people type them."""
    sections = {
        "thong-tin-chung": {
            "papers_held": "Đăng ký kinh doanh",
            "history": "Nấu rượu từ năm 2010.",
            "structure": "Chủ hộ và bốn lao động.",
            "workers": "5",
            "workers_local": "5",
        },
        "ket-qua": {
            "has_results": "yes",
            "output_unit": "lít",
            "output_2025": "4.200",
            "revenue_2025": "315,5",
            "profit_2025": "52",
            "quality": "Kiểm nghiệm hằng năm.",
            "market": "Chợ và cửa hàng trong tỉnh.",
        },
        "phuong-an": {
            "aims": "Giữ ba sao.",
            "output_unit": "lít",
            "output_2027": "5.000",
            "revenue_2027": "400",
            "profit_2027": "60",
            "production_plan": "Thêm một nồi nấu.",
            "market_plan": "Mở điểm bán.",
            "resources_plan": "Vốn tự có.",
        },
    }
    for key, typed in sections.items():
        fill_in(office.clerk, page("ratings:dossier_section", dossier, key), **typed)


def options_of(office: Office, dossier: int) -> dict[str, list[str]]:
    """The options that the sheet lets one choose, by the criterion; not “none fits”."""
    form = seen_form(office.clerk, page("ratings:self_assessment", dossier))
    offered = {name: [value for value in form.choices[name] if value != "0"] for name in form.choices}
    return {name: values for name, values in offered.items() if name.startswith("o-")}


def assessed_by_its_own(office: Office, dossier: int, paper: int) -> None:
    """The last option of each criterion but 2.2, where the first is chosen; the licence proves 3.1.

    What depends on another criterion opens once that is answered, so the sheet is saved twice.
    """
    for _twice in range(2):
        chosen = {name: values[-1] for name, values in options_of(office, dossier).items()}
        first = options_of(office, dossier)["o-2.2"][0]
        address = page("ratings:self_assessment", dossier)
        _address, html = fill_in(office.clerk, address, **chosen | {"o-2.2": first})
        assert "Đã lưu" in html
    use = {"criterion": "3.1", "evidence": [paper]}
    assert office.clerk.post(page("ratings:dossier_evidence_use", dossier), use).status_code == 302
    attached = office.clerk.get(page("ratings:dossier_evidence", dossier)).content.decode()
    assert LICENCE["title"] in attached


def submitted(office: Office, dossier: int) -> None:
    address, html = fill_in(office.clerk, page("ratings:dossier_submit", dossier), pledged="on")
    assert address == page("ratings:dossier_receipt", dossier)
    assert "24/09/2026" in html  # fifteen working days of the commune; 2/9 was a holiday before


def proposed_by_the_commune(office: Office, dossier: int) -> None:
    matters = {
        "origin": "Ngô trồng tại xã.",
        "labour": "Người trong xã.",
        "idea": "Của người dân.",
        "identity": "Men lá cổ truyền.",
    }
    assert (
        office.officer.post(page("ratings:dossier_commune", dossier), {"act": "propose"}).status_code == 403
    )
    address = page("ratings:dossier_commune", dossier)
    _address, html = fill_in(office.clerk, address, proposes="co", number="3/ĐG", act="propose", **matters)
    assert "Đã nộp" in html


def given_out_and_looked_into(office: Office, dossier: int) -> None:
    """The officer takes the dossier, and settles the first question of the cross-checks."""
    queue, assign = page("ratings:queue"), page("ratings:queue_assign")
    form = seen_form(office.officer, queue, assign)
    [ticked] = form.choices["dossier"]
    [me] = [value for value in form.choices["officer"] if value.isdigit()]
    fill_in(office.officer, queue, assign, dossier=[ticked], officer=me)
    check, settle = page("ratings:dossier_check", dossier), page("ratings:dossier_settle", dossier)
    note = "Đã xem bản gốc tại cơ sở."
    _address, html = fill_in(office.officer, check, settle, note=note)
    assert note in html


def returned_with_places(office: Office, dossier: int) -> None:
    wanted = {
        "back-criterion:2.2": "on",
        "why-criterion:2.2": "Chụp lại bao bì.",
        "back-section:phuong-an": "on",
        "why-section:phuong-an": "Nêu kinh phí.",
    }
    _address, html = fill_in(office.officer, page("ratings:dossier_check", dossier), **wanted)
    assert "Chụp lại bao bì." in html


def answered(office: Office, dossier: int) -> None:
    """Only what was returned opens; the commune mends it, answers both points and submits again."""
    closed = page("ratings:dossier_section", dossier, "ket-qua")
    assert office.clerk.post(closed, {"version": 1}).status_code == 403
    plan = page("ratings:dossier_section", dossier, "phuong-an")
    fill_in(office.clerk, plan, market_plan="Mở điểm bán, 30 triệu đồng.")
    offered = options_of(office, dossier)
    assert list(offered) == ["o-2.2"]
    sheet = page("ratings:self_assessment", dossier)
    fill_in(office.clerk, sheet, **{"o-2.2": offered["o-2.2"][-1]})
    submit = page("ratings:dossier_submit", dossier)
    points = [name for name in seen_form(office.clerk, submit).values if name.startswith("answer_")]
    assert len(points) == 2
    fill_in(office.clerk, submit, pledged="on", **dict.fromkeys(points, "Đã bổ sung."))


def compared_and_accepted(office: Office, dossier: int, product: int) -> None:
    changed = office.officer.get(page("ratings:dossier_differences", dossier)).content.decode()
    assert "Mở điểm bán, 30 triệu đồng." in changed
    assert "2.2" in changed
    fill_in(office.officer, page("ratings:dossier_check", dossier), page("ratings:dossier_accept", dossier))
    shown = office.clerk.get(page("products:detail", product)).content.decode()
    assert "04-01501-001-2026" in shown


def recognised(office: Office, dossier: int) -> int:
    """The council's averages, the decision and the signature; the key of the recognition."""
    fill_in(
        office.officer,
        page("ratings:dossier_result", dossier),
        part_a="30,5",
        part_b="15",
        part_c="20",
        assessed_on="09/11/2026",
    )
    decisions = page("ratings:decision_new")
    taken = {f"take_{dossier}": "on", f"outcome_{dossier}": "recognise:3", "title": "Phê duyệt kết quả"}
    address, _html = fill_in(office.officer, decisions, **taken)
    signature = {"number": "2001/QĐ-UBND", "signed_on": "09/11/2026", "signer_name": "Hà Thị Mẫu"}
    _address, html = fill_in(office.leader, page("ratings:decision_sign", key_in(address)), **signature)
    return int(re.search(r"/cong-nhan/(\d+)/", html)[1])


def copied_for_the_re_evaluation(office: Office, recognition: int) -> None:
    """Five months before the certificate ends, one click opens a dossier with everything in it."""
    shown, again = (
        page("ratings:recognition", recognition),
        page("ratings:recognition_reevaluate", recognition),
    )
    address, html = fill_in(office.clerk, shown, again)
    assert "Rượu ngô Mẫu" in html
    copy = key_in(address)
    plan = seen_form(office.clerk, page("ratings:dossier_section", copy, "phuong-an"))
    assert plan.values["market_plan"] == ["Mở điểm bán, 30 triệu đồng."]
    sheet = seen_form(office.clerk, page("ratings:self_assessment", copy))
    assert {name for name in sheet.choices if name.startswith("o-")} <= set(sheet.values)
    assert LICENCE["title"] in office.clerk.get(page("ratings:dossier_evidence", copy)).content.decode()
    submit = office.clerk.get(page("ratings:dossier_submit", copy)).content.decode()
    assert "Chưa nêu nội dung thay đổi so với lần công nhận trước." in submit
