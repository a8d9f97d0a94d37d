"""A button pressed twice, a request tried again: each creating form makes one record."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import AuditEntry
from plans.models import Activity, BudgetLine, Plan, ReportedFigure
from public.models import Article
from ratings.models import Attachment, Recognition, RecognitionEvent, ValueChainRecord
from tests import reporting
from tests.factories import make_decision, make_dossier, make_product, make_recognition

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


@pytest.fixture
def twice(client_of, officer):
    """Send a form twice as the officer; both answers lead on, to the same page."""

    def send(page: str, data: dict[str, object]) -> None:
        browser = client_of(officer)
        answers = [browser.post(page, data) for _time in range(2)]
        assert [answer.status_code for answer in answers] == [302, 302], answers[-1].content.decode()
        assert answers[0]["Location"] == answers[1]["Location"]

    return send


def test_an_article(twice, district):
    text = {"title": "Hội chợ OCOP", "summary": "", "body": "Một & hai", "news_date": "05/03/2023"}
    twice("/quan-ly/tin-tuc/moi/", {"area": district.pk, **text})
    assert Article.objects.count() == 1
    assert AuditEntry.objects.filter(act="article.created").count() == 1


def test_a_paper_of_a_dossier(client_of, commune_staff, commune, settings):
    dossier = make_dossier(make_product(commune))
    page, browser = reverse("ratings:dossier_papers", args=[dossier.pk]), client_of(commune_staff)
    for _time in range(2):
        upload = SimpleUploadedFile("phieu.pdf", PDF, "application/pdf")
        assert browser.post(page, {"kind": "award", "title": "Phiếu", "upload": upload}).status_code == 302
    assert Attachment.objects.count() == 1
    assert len([kept for kept in settings.PRIVATE_ROOT.rglob("*") if kept.is_file()]) == 1


def test_a_product_in_a_value_chain(twice, commune):
    product = make_product(commune)
    page = f"/quyet-dinh/chuoi-gia-tri/nhap/?san-pham={product.pk}"
    twice(page, {"chain": "Chuỗi hạt dẻ", "joined_on": "01/07/2023", "funding_source": ""})
    assert ValueChainRecord.objects.count() == 1


def test_a_recognition_from_paper(client_of, officer, commune):
    product = make_product(commune)
    typed = {
        "stars": "3",
        "kind": "unknown",
        "precision": "year",
        "year": "2021",
        "issuing_body": "UBND tỉnh",
    }
    page = f"/quyet-dinh/cong-nhan/nhap/?san-pham={product.pk}"
    answers = [client_of(officer).post(page, typed).status_code for _time in range(2)]
    assert (answers, Recognition.objects.count()) == ([302, 302], 1)


def test_an_event_of_a_recognition(twice, commune, district):
    recognition = make_recognition(make_product(commune), make_decision(district))
    typed = {
        "kind": "revoked",
        "on": "01/12/2023",
        "decision_number": "9/QĐ-UBND",
        "signed_on": "01/12/2023",
        "issuing_body": "UBND huyện Trùng Khánh",
    }
    twice(reverse("ratings:recognition_event", args=[recognition.pk]), typed)
    assert RecognitionEvent.objects.count() == 1


@pytest.fixture
def plan(world, officer) -> Plan:
    return reporting.make_year(world, officer)


@pytest.mark.parametrize(
    ("part", "model", "typed"),
    [
        ("nhiem-vu", Activity, {"content": "Mở lớp tập huấn", "state": "planned"}),
        ("kinh-phi", BudgetLine, {"content": "Hội chợ", "source": "local", "planned": "10"}),
    ],
)
def test_a_row_of_a_plan(client_of, officer, plan, part, model, typed):
    page = reverse("plans:row_new", args=[plan.pk, part])
    browser = client_of(officer)
    form = browser.get(page).context["form"]
    typed["version"] = form["version"].value()
    before = model.objects.count()
    answers = [browser.post(page, typed).status_code for _time in range(2)]
    assert (answers, model.objects.count()) == ([302, 409], before + 1)


def test_a_figure_told_by_hand(twice, plan):
    target = plan.targets.get(label="4")
    page = reverse("plans:figure", args=[plan.pk, target.pk])
    twice(page, {"as_of": "15/12/2023", "value": "4", "note": "Phòng Nông nghiệp"})
    assert ReportedFigure.objects.get().as_of == date(2023, 12, 15)
