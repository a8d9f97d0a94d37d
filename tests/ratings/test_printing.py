"""The dossier as paper and as a bundle: forms as filled in, evidence in its order; blank forms."""

from __future__ import annotations

import hashlib
import zipfile
from datetime import date
from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils.html import escape
from PIL import Image
from pypdf import PdfReader, PdfWriter

from accounts.models import AuditEntry
from enterprises.models import Evidence
from ocop_portal.lib import files
from ratings import filing, proposing
from ratings.models import Criterion, EvidenceUse
from tests.factories import load_criteria
from tests.ratings.filled import fill_forms, make_clerk, open_draft

TODAY = date(2026, 11, 23)
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.fixture(autouse=True)
def autumn_of_2026(settings):
    settings.OCOP_TODAY = TODAY


@pytest.fixture
def clerk(world):
    return make_clerk(world.new_dam_thuy)


@pytest.fixture
def dossier(world, clerk):
    """A complete draft: its forms filled in, its criteria answered."""
    return fill_forms(open_draft(world.new_dam_thuy, clerk), clerk)


def two_pages() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.add_blank_page(200, 200)
    file = BytesIO()
    writer.write(file)
    return file.getvalue()


def photo() -> bytes:
    drawn = BytesIO()
    Image.new("RGB", (60, 40), "green").save(drawn, "JPEG")
    return drawn.getvalue()


def keep(dossier, title: str, content: bytes, content_type: str, extension: str, *codes: str) -> Evidence:
    """A paper of the library that proves the criteria in this dossier."""
    evidence = Evidence.objects.create(
        enterprise=dossier.enterprise,
        kind="origin",
        title=title,
        file=files.private().save(f"thu{extension}", ContentFile(content)),
        file_name=f"thu{extension}",
        content_type=content_type,
        size=len(content),
        sha256=hashlib.sha256(title.encode()).hexdigest(),
    )
    criteria = Criterion.objects.filter(criteria_set=dossier.criteria_set, code__in=codes)
    for criterion in criteria:
        EvidenceUse.objects.create(dossier=dossier, evidence=evidence, criterion=criterion)
    if not codes:
        EvidenceUse.objects.create(dossier=dossier, evidence=evidence)
    return evidence


@pytest.fixture
def proved(dossier):
    """Evidence put in out of order: a PDF of two pages for 2.1 and 1.5, a photo for 1.1, a Word file."""
    EvidenceUse.objects.filter(dossier=dossier).delete()
    keep(dossier, "Hợp đồng liên kết", two_pages(), "application/pdf", ".pdf", "2.1", "1.4")
    keep(dossier, "Ảnh vùng nguyên liệu", photo(), "image/jpeg", ".jpg", "1.1")
    keep(dossier, "Câu chuyện sản phẩm", b"PK\x03\x04", WORD, ".docx", "5.1")
    return dossier


def taken(client, dossier, name: str) -> bytes:
    answer = client.get(reverse(f"ratings:{name}", args=[dossier.pk]))
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def words(content: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).split())


def test_the_paper_says_what_the_forms_say(client_of, clerk, dossier):
    text = words(taken(client_of(clerk), dossier, "dossier_pdf"))
    for said in (dossier.code, dossier.product.name, dossier.enterprise.name, "Mẫu số 01", "Mẫu số 02"):
        assert said in text
    answer = dossier.answers.select_related("criterion", "option").first()
    assert answer.criterion.title in text


def test_evidence_follows_in_the_order_of_the_criteria_each_once(client_of, clerk, proved):
    reader = PdfReader(BytesIO(taken(client_of(clerk), proved, "dossier_pdf")))
    outline = [(item.title, reader.get_destination_page_number(item) + 1) for item in reader.outline]
    front = outline[1][1] - 1
    assert [title for title, _page in outline[1:]] == ["1. Ảnh vùng nguyên liệu", "2. Hợp đồng liên kết"]
    assert [page for _title, page in outline] == [1, front + 1, front + 2]
    assert len(reader.pages) == front + 3


def test_the_table_of_contents_names_the_pages_and_what_is_left_out(client_of, clerk, proved):
    content = taken(client_of(clerk), proved, "dossier_pdf")
    reader = PdfReader(BytesIO(content))
    front = reader.get_destination_page_number(reader.outline[1])
    contents = " ".join(reader.pages[0].extract_text().split())
    assert f"Tiêu chí 1.1 {front + 1}" in contents
    assert f"Tiêu chí 1.4, 2.1 {front + 2}" in contents
    assert "3 Câu chuyện sản phẩm" in contents
    assert "mở trong gói tệp nén" in contents


def test_the_archive_holds_every_file_under_a_sorted_plain_name(client_of, clerk, proved):
    archive = zipfile.ZipFile(BytesIO(taken(client_of(clerk), proved, "dossier_zip")))
    assert archive.namelist() == [
        "00_ho-so-va-muc-luc.pdf",
        "01_1.1_anh-vung-nguyen-lieu.jpg",
        "02_1.4_hop-dong-lien-ket.pdf",
        "03_5.1_cau-chuyen-san-pham.docx",
    ]
    assert archive.read("02_1.4_hop-dong-lien-ket.pdf") == two_pages()
    contents = words(archive.read("00_ho-so-va-muc-luc.pdf")).replace(" ", "")
    assert "02_1.4_hop-dong-lien-ket.pdf" in contents


def test_a_file_that_is_gone_is_named_and_stops_nothing(client_of, clerk, proved):
    gone = Evidence.objects.get(title="Hợp đồng liên kết")
    files.delete(gone.file)
    assert "không còn trong kho" in words(taken(client_of(clerk), proved, "dossier_pdf"))
    archive = zipfile.ZipFile(BytesIO(taken(client_of(clerk), proved, "dossier_zip")))
    assert "02_1.4_hop-dong-lien-ket.pdf.txt" in archive.namelist()


def test_form_03_and_the_receipts_stand_on_paper_once_given(client_of, clerk, dossier):
    filing.submit(dossier, by=clerk)
    proposing.assess(dossier, by=clerk, origin="Ngô trồng tại xã", proposes=True)
    text = words(taken(client_of(clerk), dossier, "dossier_pdf"))
    assert "Mẫu số 03" in text
    assert "Ngô trồng tại xã" in text
    assert dossier.receipt_code in text


def test_taking_a_dossier_away_is_on_record(client_of, clerk, dossier):
    taken(client_of(clerk), dossier, "dossier_zip")
    entry = AuditEntry.objects.latest("pk")
    assert (entry.act, entry.actor, entry.object_id) == ("dossier.taken_as_zip", clerk, str(dossier.pk))


@pytest.mark.parametrize(("form", "said"), [("01", "PHIẾU ĐĂNG KÝ"), ("02", "TỰ ĐÁNH GIÁ"), ("03", "CẤP XÃ")])
def test_blank_forms_are_there_for_pen_and_paper(client_of, clerk, form, said):
    answer = client_of(clerk).get(reverse("ratings:blank_form", args=[form]))
    assert said in words(b"".join(answer.streaming_content))


def test_a_blank_form_03_has_room_for_its_signature_on_its_one_page(client_of, clerk):
    answer = client_of(clerk).get(reverse("ratings:blank_form", args=["03"]))
    assert len(PdfReader(BytesIO(b"".join(answer.streaming_content))).pages) == 1


def test_that_no_option_fits_is_printed_as_the_answer_it_is(client_of, clerk, dossier):
    answer = dossier.answers.filter(criterion__code="1.1").get()
    answer.option, answer.none_fits = None, True
    answer.save()
    printed = client_of(clerk).get(reverse("ratings:dossier_print", args=[dossier.pk])).content.decode()
    paper = client_of(clerk).get(reverse("ratings:dossier_pdf", args=[dossier.pk]))
    for said in (printed, words(b"".join(paper.streaming_content))):
        assert (said.count("không đạt mức nào"), "(chưa chọn)" in said) == (1, False)


def test_a_blank_form_02_offers_every_option_of_the_set(client_of, clerk):
    found = load_criteria("QD26-14")[0]
    answer = client_of(clerk).get(reverse("ratings:blank_form", args=["02"]), {"bo": found.code})
    text = words(b"".join(answer.streaming_content))
    leaves = found.criteria.filter(is_leaf=True)
    assert [leaf.code for leaf in leaves if leaf.title not in text] == []


def test_an_unknown_form_or_set_is_not_found(client_of, clerk):
    client = client_of(clerk)
    assert client.get(reverse("ratings:blank_form", args=["04"])).status_code == 404
    assert client.get(reverse("ratings:blank_form", args=["02"]), {"bo": "QD26-99"}).status_code == 404


def test_another_communes_dossier_is_not_found(client_of, world, dossier):
    stranger = client_of(make_clerk(world.new_tra_linh, "xa.khac"))
    assert stranger.get(reverse("ratings:dossier_pdf", args=[dossier.pk])).status_code == 404


def test_the_print_page_shows_all_that_the_dossier_says(client_of, clerk, proved):
    client = client_of(clerk)
    page = client.get(reverse("ratings:dossier_print", args=[proved.pk])).content.decode()
    answer = proved.answers.select_related("criterion", "option").first()
    for said in (proved.product.name, answer.criterion.title, answer.option.label, "Hợp đồng liên kết"):
        assert escape(said) in page
    assert "/sua/" not in page
    assert "/phan/" not in page
