"""The year 2023 through the pages: a commune files, the district decides, the leader downloads."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from io import BytesIO
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import Role, User
from areas.models import Area
from enterprises.models import Enterprise, EnterpriseKind
from ocop_portal.lib import clock
from plans import planning
from plans.importing import PLAN_66, plan_from_file
from products.models import Product, ProductGroup
from ratings.models import Decision, Dossier, Recognition
from reports import compiling
from reports.models import Run
from tests.factories import make_user

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


class Office:
    """The people of the year, each before a browser, on the day that the story has reached."""

    def __init__(self) -> None:
        call_command("load_reference", verbosity=0)
        day = date(2023, 1, 1)
        unit = {area.code: area for area in Area.objects.in_force(day)}
        self.district, self.commune = unit["047"], unit["01495"]
        self.clerk = self._browser("xa.damthuy", Role.COMMUNE, self.commune)
        self.officer = self._browser("huyen.trungkhanh", Role.OFFICER, self.district)
        self.leader = self._browser("lanhdao.trungkhanh", Role.LEADER, self.district)

    def _browser(self, name: str, role: Role, area: Area) -> Client:
        client = Client()
        client.force_login(make_user(name, role, area), backend="django.contrib.auth.backends.ModelBackend")
        return client


@pytest.fixture
def office(db: None) -> Office:
    return Office()


def sent(client: Client, name: str, data: dict[str, object], *args: object, query: str = "") -> str:
    """Send a form and follow it; a form that comes back (200 without a redirect) fails with its errors."""
    response = client.post(reverse(name, args=args) + query, data, follow=True)
    assert response.redirect_chain, response.content.decode()[:4000]
    assert response.status_code == 200
    return response.content.decode()


def register(office: Office, name: str, tax_code: str, kind: str, group: str) -> Product:
    sent(
        office.clerk,
        "enterprises:create",
        {
            "form_token": str(uuid4()),
            "name": f"Cơ sở {name}",
            "kind": EnterpriseKind.objects.get(code=kind).pk,
            "tax_code": tax_code,
            "area": office.commune.pk,
            "address": "Xóm Mẫu",
            "representative": "Nông Thị Mẫu",
        },
    )
    maker = Enterprise.objects.latest("pk")
    sent(
        office.clerk,
        "products:create",
        {
            "form_token": str(uuid4()),
            "name": name,
            "group": ProductGroup.objects.get(code=group).pk,
            "area": office.commune.pk,
            "enterprises": [maker.pk],
            "lead": maker.pk,
            "variants": "",
        },
    )
    return Product.objects.latest("pk")


def file_dossier(office: Office, product: Product) -> Dossier:
    form = {"kind": "first", "requested_stars": "3", "form_token": str(uuid4())}
    sent(office.clerk, "ratings:dossier_new", form, query=f"?san-pham={product.pk}")
    dossier = Dossier.objects.latest("pk")
    paper = SimpleUploadedFile("phieu.pdf", PDF, "application/pdf")
    form = {"kind": "registration_form", "title": "Phiếu đăng ký", "upload": paper}
    sent(office.clerk, "ratings:dossier_papers", form, dossier.pk)
    return submit(office, dossier)


def submit(office: Office, dossier: Dossier, **answers: str) -> Dossier:
    dossier.refresh_from_db()
    form = {"version": dossier.version, "pledged": "on", **answers}
    sent(office.clerk, "ratings:dossier_submit", form, dossier.pk)
    dossier.refresh_from_db()
    return dossier


def decide_on_papers(office: Office, dossier: Dossier, points: tuple[str, str, str]) -> None:
    """The officer accepts the dossier and enters the council's averages."""
    dossier.refresh_from_db()
    sent(office.officer, "ratings:dossier_accept", {"version": dossier.version}, dossier.pk)
    dossier.refresh_from_db()
    parts = dict(zip(("part_a", "part_b", "part_c"), points, strict=True))
    form = {**parts, "assessed_on": f"{clock.today():%d/%m/%Y}", "version": dossier.version}
    sent(office.officer, "ratings:dossier_result", form, dossier.pk)
    dossier.refresh_from_db()


def test_a_year_in_the_life(office: Office, client_of: Callable[[User], Client], settings, tmp_path):
    officer = User.objects.get(username="huyen.trungkhanh")
    with clock.assumed(date(2023, 3, 7)):
        plan = plan_from_file(PLAN_66, area=office.district, by=officer)
        planning.publish(plan, by=officer)
    names = ["Gạo nếp", "Mật ong", "Miến dong", "Rượu ngô", "Thạch đen", "Chè đắng"]
    groups = ["QD26-03", "QD26-04", "QD26-06", "QD26-14", "QD26-07", "QD26-12"]
    with clock.assumed(date(2023, 4, 10)):
        dossiers = []
        for place, (name, group) in enumerate(zip(names, groups, strict=True)):
            kind = "cooperative" if place == 0 else "household"
            code = "4800999101" if place == 0 else f"00499900{place:04d}"
            dossiers.append(file_dossier(office, register(office, name, code, kind, group)))
    returned_and_answered(office, dossiers[0])
    with clock.assumed(date(2023, 7, 14)):
        for dossier in dossiers[:3]:
            decide_on_papers(office, dossier, ("25,50", "15.00", "20,25"))
    with clock.assumed(date(2023, 8, 4)):
        recognised_by_decision(office, dossiers[:3])
    assert Recognition.objects.count() == 3
    the_public_finds_it(dossiers[0])
    the_leader_downloads(office)


def returned_and_answered(office: Office, dossier: Dossier) -> None:
    """The officer returns the first dossier with a point to mend; the commune answers it."""
    with clock.assumed(date(2023, 4, 17)):
        form = {"version": dossier.version, "points": "Thiếu phiếu kiểm nghiệm", "reason": "Thiếu giấy tờ"}
        sent(office.officer, "ratings:dossier_return", form, dossier.pk)
    point = dossier.return_points.get()
    with clock.assumed(date(2023, 4, 20)):
        submit(office, dossier, **{f"answer_{point.pk}": "Đã bổ sung phiếu kiểm nghiệm"})
    assert dossier.state == Dossier.State.SUBMITTED
    assert dossier.first_submitted_on == date(2023, 4, 10)


def recognised_by_decision(office: Office, dossiers: list[Dossier]) -> None:
    """The officer prepares a decision on the scored dossiers; the leader, not the officer, signs it."""
    form: dict[str, object] = {"area": office.district.pk, "title": "Phê duyệt kết quả"}
    for dossier in dossiers:
        form |= {f"take_{dossier.pk}": "on", f"outcome_{dossier.pk}": "recognise:3"}
    sent(office.officer, "ratings:decision_new", form)
    decision = Decision.objects.get()
    signature = {"number": "1466/QĐ-UBND", "signed_on": "04/08/2023", "signer_name": "Nguyễn Thị Mẫu"}
    url = reverse("ratings:decision_sign", args=[decision.pk])
    assert office.officer.post(url, signature | {"version": decision.version}).status_code == 403
    sent(office.leader, "ratings:decision_sign", signature | {"version": decision.version}, decision.pk)


def the_public_finds_it(dossier: Dossier) -> None:
    """Anybody finds the product without accents, its certificate by code, its dossier by receipt."""
    visitor = Client()
    recognition = Recognition.objects.get(dossier=dossier)
    catalogue = visitor.get(reverse("public:catalogue"), {"q": "gao nep", "sao": "3"}).content.decode()
    assert "Gạo nếp" in catalogue
    assert "Miến dong" not in catalogue
    check = visitor.get(reverse("public:certificate", args=[recognition.certificate_code.lower()]))
    assert "1466/QĐ-UBND" in check.content.decode()
    state = visitor.get(reverse("public:lookup"), {"ma": dossier.receipt_code}).content.decode()
    assert "Đã công nhận" in state


def the_leader_downloads(office: Office) -> None:
    """Progress shows the plan met where it is, and the file says the same."""
    asked = {"area": "047", "period": "2023"}
    sent(office.leader, "reports:request", asked, "tien-do")
    run = Run.objects.get()
    compiling.compile_run(run.pk)
    file = office.leader.get(reverse("reports:download", args=[run.pk]))
    assert "Bao-cao-tien-do_huyen-trung-khanh_2023.xlsx" in file.headers["Content-Disposition"]
    book = load_workbook(BytesIO(b"".join(file.streaming_content)), data_only=True)
    rows = {row[0].value: [cell.value for cell in row[3:7]] for row in book["Tổng hợp"].iter_rows()}
    assert rows["1"] == [6, 6, 6, 100]
    assert rows["1.1"] == [3, 3, 3, 100]
    assert rows["2"] == [1, 0, 0, 0]
    assert rows["3"] == [1, 1, 1, 100]
    answer = office.leader.get(reverse("reports:api_report", args=["tien-do"]), asked).json()
    run.refresh_from_db()
    assert answer["digest"] == run.snapshot.digest
