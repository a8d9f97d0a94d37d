"""Pages of the library: who finds, uploads, completes, replaces and removes papers, and what is refused."""

from __future__ import annotations

import csv
import hashlib
import io
import unicodedata
from datetime import date
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from openpyxl import load_workbook
from PIL import Image

from enterprises import keeping
from enterprises.models import Evidence
from ocop_portal.lib import files
from ratings.models import EvidenceUse
from tests.enterprises.papers import PDF, kept_files, located, pdf, picture, pixel_bomb
from tests.factories import make_dossier, make_enterprise, make_evidence, make_product

pytestmark = pytest.mark.django_db


@pytest.fixture
def maker(world):
    return make_enterprise(world.dam_thuy)


@pytest.fixture
def staff(commune_staff, client_of):
    return client_of(commune_staff)


def library(maker) -> str:
    return f"{maker.get_absolute_url()}minh-chung/"


def typed(upload, **changes):
    fields = {
        "upload": upload,
        "kind": "test_report",
        "title": "Phiếu kiểm nghiệm",
        "number": "12/KN",
        "issuer": "Trung tâm Kiểm nghiệm",
        "issued_on": "5/1/23",
        "expires_on": "05/01/2025",
        "form_token": str(uuid4()),
        "arrived": "1",
    }
    return {**fields, **changes}


def single(upload, **changes):
    return {"form_token": str(uuid4()), "upload": upload, "arrived": "1", **changes}


def shown(response) -> list[list[str]]:
    return [[cell.words for cell in row] for row in response.context["listed"].rows]


def titles(response) -> list[str]:
    return [row[0] for row in shown(response)]


def said(response) -> str:
    """What the page or the answer to a script says."""
    is_json = response["Content-Type"] == "application/json"
    return str(response.json()) if is_json else response.content.decode()


def content(response) -> bytes:
    return b"".join(response.streaming_content)


def status(client, address: str) -> int:
    """The status of a download, read to its end as a browser does."""
    response = client.get(address)
    getattr(response, "getvalue", bytes)()
    return response.status_code


# --- uploading


def test_from_the_upload_to_the_files(maker, staff):
    sent = staff.post(f"{library(maker)}them/", typed(pdf()), follow=True)
    paper = Evidence.objects.get()
    assert sent.redirect_chain == [(library(maker), 302)]
    assert shown(sent) == [
        [
            *("Phiếu kiểm nghiệm", "Còn hiệu lực", "Phiếu kiểm nghiệm", "12/KN", "Trung tâm Kiểm nghiệm"),
            *("05/01/2023", "05/01/2025", "Chưa dùng", paper.sha256[:12]),
        ]
    ]
    rows = list(
        csv.reader(io.StringIO(content(staff.get(library(maker), {"xuat": "csv"})).decode("utf-8-sig")))
    )
    row = ["1", "Phiếu kiểm nghiệm", "Còn hiệu lực", "Phiếu kiểm nghiệm", "12/KN", "Trung tâm Kiểm nghiệm"]
    assert rows[1:] == [[*row, "05/01/2023", "05/01/2025", "0", "0", "giay.pdf", paper.sha256]]
    book = load_workbook(io.BytesIO(content(staff.get(library(maker), {"xuat": "xlsx"}))))
    assert [str(cell) for cell in next(book.active.iter_rows(min_row=2, values_only=True))][
        -1
    ] == paper.sha256


def test_a_paper_is_downloaded_as_an_attachment_nobody_guesses_at(maker, staff):
    staff.post(f"{library(maker)}them/", typed(pdf()))
    paper = Evidence.objects.get()
    response = staff.get(f"/minh-chung/{paper.pk}/tep/")
    assert hashlib.sha256(content(response)).hexdigest() == paper.sha256
    assert response["Content-Disposition"].startswith("attachment;")
    assert [response[name] for name in ("X-Content-Type-Options", "Cache-Control", "Content-Type")] == [
        "nosniff",
        "private, no-store",
        "application/pdf",
    ]


REFUSED = {
    "two extensions": ("giay.php.pdf", PDF),
    "a program called a paper": ("giay.pdf", b"MZ\x90\x00" + b"0" * 200),
    "a page called a picture": ("anh.jpg", b"<html><script>alert(1)</script></html>"),
    "a picture with an archive behind": ("anh.zip", picture() + b"PK\x03\x04"),
    "a paper called a picture": ("anh.jpg", PDF),
    "a drawing with scripts": ("anh.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
    "an old Office file": ("bang.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600),
    "a picture of too many pixels": ("anh.png", pixel_bomb()),
    "a picture that was cut off": ("anh.jpg", picture()[:60]),
    "no content": ("giay.pdf", b""),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_paper_is_refused_at_its_field_and_to_the_script(case, maker, staff, settings):
    name, sent = REFUSED[case]
    page = staff.post(f"{library(maker)}them/", typed(SimpleUploadedFile(name, sent)))
    assert (page.status_code, list(page.context["form"].errors)) == (200, ["upload"])
    answer = staff.post(f"{library(maker)}tai-len/", single(SimpleUploadedFile(name, sent)))
    told = [str(words) for words in page.context["form"].errors["upload"]]
    assert (answer.status_code, answer.json()) == (422, {"error": " ".join(told)})
    assert (Evidence.objects.count(), kept_files(settings)) == (0, [])


def test_a_huge_file_is_refused(maker, staff, settings):
    settings.UPLOAD_MAX_BYTES = 1000
    big = pdf(int("9" * 1000))
    assert list(staff.post(f"{library(maker)}them/", typed(big)).context["form"].errors) == ["upload"]
    assert (Evidence.objects.count(), kept_files(settings)) == (0, [])


def test_a_picture_loses_its_place_and_an_archive_behind_it(maker, staff):
    hidden = located() + b"PK\x03\x04 an archive behind the picture"
    staff.post(f"{library(maker)}them/", typed(SimpleUploadedFile("anh.jpg", hidden)))
    kept = content(staff.get(f"/minh-chung/{Evidence.objects.get().pk}/tep/"))
    assert (dict(Image.open(io.BytesIO(kept)).getexif()), b"PK\x03\x04" in kept) == ({}, False)


def test_names_are_composed_and_without_folders(maker, staff, settings):
    decomposed = unicodedata.normalize("NFD", "Phiếu kiểm nghiệm.pdf")
    staff.post(f"{library(maker)}tai-len/", single(SimpleUploadedFile(f"../../etc/{decomposed}", PDF)))
    paper = Evidence.objects.get()
    assert (paper.file_name, paper.title, paper.kind) == (
        "Phiếu kiểm nghiệm.pdf",
        "Phiếu kiểm nghiệm",
        "test_report",
    )
    assert kept_files(settings) == [paper.file]


def test_an_upload_that_was_cut_off_leaves_nothing_and_says_so(maker, staff, settings):
    """Without the mark behind the file the person would only hear that a file is missing."""
    for page, answers in (("them/", 200), ("tai-len/", 422)):
        fields = typed(pdf(1)) if page == "them/" else single(pdf(1))
        last = {name: fields.pop(name) for name in ("upload", "arrived")}
        body = encode_multipart(BOUNDARY, {**fields, **last})
        for at in (body.index(b"endobj"), body.index(b'name="arrived"')):
            cut = staff.generic("POST", f"{library(maker)}{page}", body[:at], MULTIPART_CONTENT)
            assert (cut.status_code, "bị ngắt giữa chừng" in said(cut)) == (answers, True)
            assert len(kept_files(settings)) == Evidence.objects.count() == (page == "tai-len/")
        whole = staff.generic("POST", f"{library(maker)}{page}", body, MULTIPART_CONTENT)
        assert "bị ngắt giữa chừng" not in said(whole)
        assert len(kept_files(settings)) == 1
        assert Evidence.objects.count() == 1


def test_the_form_that_comes_back_after_a_cut_can_be_sent(maker, staff):
    cut = staff.post(
        f"{library(maker)}them/", {name: v for name, v in typed(pdf()).items() if name != "arrived"}
    )
    assert '<input type="hidden" name="arrived" value="1"' in cut.content.decode()


def test_an_upload_sent_again_is_one_paper_with_one_answer(maker, staff, settings):
    form = single(pdf())
    answers = [staff.post(f"{library(maker)}tai-len/", form | {"upload": pdf()}) for _time in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    paper = Evidence.objects.get()
    assert answers[0].json() == {
        "id": paper.pk,
        "title": "Giay",
        "kind": "",
        "url": f"/minh-chung/{paper.pk}/",
        "edit": f"/minh-chung/{paper.pk}/sua/",
        "unconfirmed": True,
        "known": False,
    }
    third = staff.post(f"{library(maker)}tai-len/", single(pdf()))
    assert (third.json()["id"], third.json()["known"]) == (paper.pk, True)
    assert kept_files(settings) == [paper.file]


def test_the_plain_form_says_what_was_there(maker, staff):
    staff.post(f"{library(maker)}them/", typed(pdf(), title="Bản đầu"))
    again = staff.post(f"{library(maker)}them/", typed(pdf(), title="Bản hai"), follow=True)
    assert "đã có trong thư viện: Bản đầu" in again.content.decode()
    assert Evidence.objects.count() == 1


def test_a_full_disk_is_said_in_words(maker, staff, settings, monkeypatch):
    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(type(files.private()), "_save", full)
    answer = staff.post(f"{library(maker)}tai-len/", single(pdf()))
    assert (answer.status_code, "đĩa" in answer.json()["error"]) == (422, True)
    page = staff.post(f"{library(maker)}them/", typed(pdf()))
    assert (page.status_code, "đĩa" in page.content.decode()) == (200, True)
    assert (Evidence.objects.count(), kept_files(settings)) == (0, [])


def test_days_are_checked_where_they_stand(maker, staff):
    wrong = [
        typed(pdf(), issued_on="30/12/2023", expires_on=""),
        typed(pdf(), issued_on="05/01/2023", expires_on="04/01/2023"),
    ]
    errors = [list(staff.post(f"{library(maker)}them/", each).context["form"].errors) for each in wrong]
    assert errors == [["issued_on"], ["expires_on"]]


def test_extra_fields_change_nothing(maker, staff, world):
    other = make_enterprise(world.dam_thuy)
    extra = {"enterprise": other.pk, "sha256": "1" * 64, "unconfirmed": "on", "removed_at": "2023-01-01"}
    staff.post(f"{library(maker)}them/", typed(pdf(), **extra))
    paper = Evidence.objects.get()
    assert (paper.enterprise, paper.unconfirmed, paper.removed_at) == (maker, False, None)


# --- completing, replacing, removing


def test_papers_to_complete_are_gone_through_one_after_the_other(maker, staff):
    for number in (1, 2):
        staff.post(f"{library(maker)}tai-len/", single(pdf(number, f"IMG_{number}.pdf")))
    waiting = staff.get(library(maker), {"hieu_luc": "thieu"})
    assert shown(waiting)[0][:3] == ["IMG 1", "Cần điền thông tin", "–"]
    first, second = Evidence.objects.order_by("pk")
    facts = {"kind": "award", "title": "Giấy khen", "version": "1"}
    saved = staff.post(f"/minh-chung/{first.pk}/sua/", facts)
    assert saved.url == f"{library(maker)}?hieu_luc=thieu"
    assert staff.post(f"/minh-chung/{second.pk}/sua/", facts).url == f"/minh-chung/{second.pk}/"
    assert list(Evidence.objects.unconfirmed()) == []


def test_the_form_of_particulars_asks_for_the_kind(maker, staff):
    paper = make_evidence(maker, kind="", unconfirmed=True)
    refused = staff.post(f"/minh-chung/{paper.pk}/sua/", {"kind": "", "title": "Ảnh", "version": "1"})
    assert list(refused.context["form"].errors) == ["kind"]


def test_who_saves_second_keeps_the_text(maker, staff, officer):
    paper = make_evidence(maker)
    keeping.change(paper, by=officer, version=1, title="Của huyện")
    late = {"kind": "award", "title": "Của xã", "version": "1"}
    told = staff.post(f"/minh-chung/{paper.pk}/sua/", late)
    page = told.content.decode()
    assert (told.status_code, "Cán bộ huyện Trùng Khánh" in page, "Của xã" in page) == (409, True, True)
    assert staff.post(f"/minh-chung/{paper.pk}/sua/", {**late, "version": "2"}).status_code == 302
    paper.refresh_from_db()
    assert paper.title == "Của xã"


def test_a_newer_paper_is_shown_in_the_place_of_the_older(maker, staff):
    staff.post(f"{library(maker)}them/", typed(pdf(1), title="Bản 2022"))
    old = Evidence.objects.get()
    sent = staff.post(f"/minh-chung/{old.pk}/thay/", typed(pdf(2), title="Bản 2023"))
    newer = Evidence.objects.get(replaces=old)
    assert sent.url == newer.get_absolute_url()
    assert [titles(staff.get(library(maker), {"hieu_luc": state})) for state in ("", "thay")] == [
        ["Bản 2023"],
        ["Bản 2022"],
    ]
    assert "Bản 2023" in staff.get(old.get_absolute_url()).content.decode()
    twice = staff.post(f"/minh-chung/{old.pk}/thay/", typed(pdf(3)))
    assert (twice.status_code, Evidence.objects.count()) == (200, 2)


def test_a_removed_paper_is_not_found_any_more(maker, staff, settings):
    staff.post(f"{library(maker)}them/", typed(pdf()))
    paper = Evidence.objects.get()
    pages = [f"/minh-chung/{paper.pk}/{page}" for page in ("", "sua/", "thay/", "tep/")]
    assert [status(staff, page) for page in pages] == [200, 200, 200, 200]
    assert staff.get(f"/minh-chung/{paper.pk}/bo/").status_code == 405
    assert staff.post(f"/minh-chung/{paper.pk}/bo/").url == library(maker)
    assert [status(staff, page) for page in pages] == [404, 404, 404, 404]
    assert (titles(staff.get(library(maker))), kept_files(settings)) == ([], [paper.file])


def test_the_page_says_which_dossiers_hold_a_paper(maker, staff, world):
    paper = make_evidence(maker)
    dossier = make_dossier(make_product(world.dam_thuy, maker), state="submitted")
    EvidenceUse.objects.create(dossier=dossier, evidence=paper)
    page = staff.get(paper.get_absolute_url()).content.decode()
    assert f"dựa vào giấy tờ này: {dossier.code}" in page
    refused = staff.post(f"/minh-chung/{paper.pk}/bo/")
    assert (refused.status_code, dossier.code in refused.content.decode()) == (403, True)


def test_uses_in_dossiers_out_of_sight_are_a_number(maker, staff, world):
    paper = make_evidence(maker)
    foreign = make_dossier(make_product(world.chi_vien, maker))
    EvidenceUse.objects.create(dossier=foreign, evidence=paper)
    page = staff.get(paper.get_absolute_url())
    assert (list(page.context["uses"]), page.context["unseen"]) == ([], 1)
    assert foreign.code not in page.content.decode()


# --- finding


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ["Chứng nhận", "Giấy khen", "Phiếu A", "Phiếu B"]),
        ({"q": "phieu"}, ["Phiếu A", "Phiếu B"]),
        ({"q": "77/attp"}, ["Chứng nhận"]),
        ({"q": "chi cuc"}, ["Chứng nhận"]),
        ({"loai": "award"}, ["Giấy khen"]),
        ({"loai": "nonsense"}, []),
        ({"hieu_luc": "con"}, ["Chứng nhận"]),
        ({"hieu_luc": "sap"}, ["Phiếu B"]),
        ({"hieu_luc": "het"}, ["Phiếu A"]),
        ({"hieu_luc": "khong"}, ["Giấy khen"]),
        ({"sort": "-expires"}, ["Giấy khen", "Chứng nhận", "Phiếu B", "Phiếu A"]),
    ],
)
def test_papers_are_searched_filtered_and_sorted(asked, found, maker, staff):
    facts = {"number": "77/ATTP", "issuer": "Chi cục An toàn"}
    make_evidence(maker, title="Phiếu B", expires_on=date(2024, 1, 10))
    make_evidence(maker, title="Phiếu A", expires_on=date(2023, 12, 1))
    make_evidence(maker, title="Giấy khen", kind="award")
    make_evidence(
        maker, title="Chứng nhận", kind="production_conditions", expires_on=date(2026, 1, 1), **facts
    )
    assert titles(staff.get(library(maker), asked)) == found


def test_an_empty_library_says_what_to_do(maker, staff):
    page = staff.get(library(maker)).content.decode()
    assert ("Chưa có giấy tờ nào" in page, f"{library(maker)}them/" in page) == (True, True)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ["Hết", "Còn 25", "Còn 70"]),
        ({"het-han": "da"}, ["Hết"]),
        ({"het-han": "30"}, ["Còn 25"]),
        ({"het-han": "60"}, ["Còn 25"]),
        ({"het-han": "90"}, ["Còn 25", "Còn 70"]),
        ({"het-han": "31"}, []),
        ({"xa": "01501@2023"}, []),
        ({"q": "con 7"}, ["Còn 70"]),
    ],
)
def test_the_area_sees_what_expires(asked, found, maker, staff, world):
    old = make_evidence(maker, title="Đã thay", expires_on=date(2023, 12, 1))
    make_evidence(maker, title="Mới", replaces=old, expires_on=date(2030, 1, 1))
    make_evidence(maker, title="Hết", expires_on=date(2023, 12, 28))
    make_evidence(maker, title="Còn 25", expires_on=date(2024, 1, 23))
    make_evidence(maker, title="Còn 70", expires_on=date(2024, 3, 8))
    make_evidence(make_enterprise(world.chi_vien), title="Nhà bên", expires_on=date(2023, 12, 1))
    assert titles(staff.get("/minh-chung/", asked)) == found


def test_the_officer_sees_the_papers_of_all_communes(maker, client_of, officer, world):
    make_evidence(maker, title="Một", expires_on=date(2023, 12, 1))
    make_evidence(make_enterprise(world.chi_vien), title="Hai", expires_on=date(2023, 12, 2))
    make_evidence(make_enterprise(world.quoc_toan), title="Ngoài", expires_on=date(2023, 12, 3))
    assert titles(client_of(officer).get("/minh-chung/")) == ["Một", "Hai"]


# --- scope


@pytest.mark.parametrize(
    ("who", "answer"),
    [("officer", 200), ("leader", 200), ("neighbour", 404), ("council_member", 404), ("other_officer", 404)],
)
def test_each_download_asks_again_who_reads(who, answer, request, client_of, maker, staff):
    staff.post(f"{library(maker)}them/", typed(pdf()))
    address = f"/minh-chung/{Evidence.objects.get().pk}/tep/"
    assert status(client_of(request.getfixturevalue(who)), address) == answer


def test_a_post_that_ended_opens_nothing_on_the_next_request(maker, staff, commune_staff):
    staff.post(f"{library(maker)}them/", typed(pdf()))
    address = f"/minh-chung/{Evidence.objects.get().pk}/tep/"
    assert status(staff, address) == 200
    commune_staff.posts.update(ends_on="2023-12-28")
    assert status(staff, address) == 404


def test_the_neighbour_touches_nothing(maker, client_of, neighbour, settings):
    paper = make_evidence(maker)
    browser = client_of(neighbour)
    answers = [
        browser.post(f"{library(maker)}them/", typed(pdf())),
        browser.post(f"{library(maker)}tai-len/", single(pdf())),
        browser.post(f"/minh-chung/{paper.pk}/sua/", {"kind": "award", "title": "x", "version": "1"}),
        browser.post(f"/minh-chung/{paper.pk}/thay/", typed(pdf())),
        browser.post(f"/minh-chung/{paper.pk}/bo/"),
    ]
    assert [answer.status_code for answer in answers] == [404] * 5
    assert (list(Evidence.objects.values_list("title", "version")), kept_files(settings)) == (
        [(paper.title, 1)],
        [],
    )


def test_an_expired_session_sends_to_sign_in_and_enters_nothing(maker, visitor):
    answer = visitor.post(f"{library(maker)}tai-len/", single(pdf()))
    assert (answer.status_code, "/dang-nhap/" in answer.url, Evidence.objects.count()) == (302, True, 0)


# --- constant costs


@pytest.mark.parametrize(("page", "queries"), [("library", 8), ("expiring", 6), ("organisation", 8)])
@pytest.mark.parametrize("rows", [1, 3])
def test_lists_cost_the_same_at_any_length(
    page, queries, rows, maker, staff, world, django_assert_num_queries
):
    dossier = make_dossier(make_product(world.dam_thuy, maker))
    for _row in range(rows):
        paper = make_evidence(maker, expires_on=date(2023, 12, 1))
        EvidenceUse.objects.create(dossier=dossier, evidence=paper)
    address = {
        "library": library(maker),
        "expiring": "/minh-chung/",
        "organisation": maker.get_absolute_url(),
    }[page]
    staff.get(address)
    with django_assert_num_queries(queries):
        assert staff.get(address).status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_a_papers_page_costs_the_same_however_often_it_is_used(
    rows, maker, staff, world, django_assert_num_queries
):
    paper = make_evidence(maker)
    for _row in range(rows):
        dossier = make_dossier(make_product(world.dam_thuy, maker))
        EvidenceUse.objects.create(dossier=dossier, evidence=paper)
    staff.get(paper.get_absolute_url())
    with django_assert_num_queries(11):
        assert staff.get(paper.get_absolute_url()).status_code == 200
