"""Papers of a dossier: what is taken, how it is kept, who gets it back."""

from __future__ import annotations

import hashlib
import io
import unicodedata
import zipfile

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError
from django.urls import reverse
from PIL import Image

from accounts.models import AuditEntry
from ocop_portal.lib import files
from ratings import filing, workflow
from ratings.models import Attachment, Dossier

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


def picture(kind="JPEG", **options) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(made, kind, **options)
    return made.getvalue()


def with_place() -> bytes:
    exif = Image.Exif()
    exif.get_ifd(0x8825)[2] = (22.0, 51.0, 0.0)
    return picture(exif=exif)


def office(main: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(main, "<x/>")
    return made.getvalue()


TAKEN = {
    "giay.pdf": PDF,
    "anh.jpg": picture(),
    "anh.png": picture("PNG"),
    "bang.xlsx": office("xl/workbook.xml"),
    "don.docx": office("word/document.xml"),
}
REFUSED = {
    "two extensions": ("giay.php.pdf", PDF),
    "a program called a paper": ("giay.pdf", b"MZ\x90\x00" + b"0" * 200),
    "a page called a picture": ("anh.jpg", b"<html><script>alert(1)</script></html>"),
    "a paper called a picture": ("anh.jpg", PDF),
    "a picture with an archive behind a wrong name": ("anh.zip", picture() + office("x")),
    "an archive": ("giay.zip", office("x")),
    "a drawing with scripts": ("anh.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
    "no content": ("giay.pdf", b""),
    "no extension": ("giay", PDF),
    "a cut-off picture": ("anh.jpg", picture()[:60]),
    "webp": ("anh.webp", picture("WEBP")),
}


def kept_files(settings) -> list[str]:
    root = settings.PRIVATE_ROOT
    return sorted(str(p.relative_to(root)) for p in root.rglob("*") if p.is_file())


def status(client, address) -> int:
    """The status of a download, read to its end as a browser does."""
    response = client.get(address)
    if response.streaming:
        b"".join(response.streaming_content)
    return response.status_code


@pytest.fixture
def client(client_of, commune_staff):
    return client_of(commune_staff)


@pytest.fixture
def post(client, draft):
    def send(name: str, content: bytes):
        upload = SimpleUploadedFile(name, content, "application/octet-stream")
        data = {"kind": "test_report", "title": "Phiếu kiểm nghiệm", "upload": upload}
        return client.post(reverse("ratings:dossier_papers", args=[draft.pk]), data)

    draft.attachments.all().delete()
    return send


@pytest.mark.parametrize("name", TAKEN)
def test_papers_are_kept_under_random_names_and_served_as_attachments(name, post, client, draft, settings):
    assert post(name, TAKEN[name]).status_code == 302
    paper = draft.attachments.get()
    assert [paper.file] == kept_files(settings)
    assert (name.split(".")[0] in paper.file, paper.file_name) == (False, name)
    response = client.get(reverse("ratings:dossier_file", args=[draft.pk, paper.pk]))
    content = b"".join(response.streaming_content)
    assert hashlib.sha256(content).hexdigest() == paper.sha256
    assert len(content) == paper.size
    assert response["Content-Disposition"].startswith("attachment;")
    assert (response["X-Content-Type-Options"], response["Content-Type"]) == ("nosniff", paper.content_type)


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_paper_is_refused_at_its_field(case, post, draft, settings):
    response = post(*REFUSED[case])
    assert response.status_code == 200
    assert list(response.context["form"].errors) == ["upload"]
    assert (draft.attachments.count(), kept_files(settings)) == (0, [])


def test_a_file_above_the_limit_is_refused(post, draft, settings):
    settings.UPLOAD_MAX_BYTES = 1000
    assert list(post("giay.pdf", PDF + b"0" * 1000).context["form"].errors) == ["upload"]
    assert draft.attachments.count() == 0


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        (unicodedata.normalize("NFD", "Phiếu kiểm nghiệm.pdf"), "Phiếu kiểm nghiệm.pdf"),
        ("a" * 300 + ".pdf", "a" * 96 + ".pdf"),
    ],
)
def test_names_are_made_safe(name, shown, draft, commune_staff, settings):
    upload = SimpleUploadedFile("x.pdf", PDF)
    upload._name = name  # past Django's own cleaning, as another door might hand it over
    paper = filing.attach(draft, upload, kind="award", title="Giấy khen", by=commune_staff)
    assert paper.file_name == shown
    assert kept_files(settings) == [paper.file]


def test_a_pictures_place_is_not_kept(post, draft, client):
    content = with_place()
    assert Image.open(io.BytesIO(content)).getexif().get_ifd(0x8825)
    post("anh.jpg", content)
    address = reverse("ratings:dossier_file", args=[draft.pk, draft.attachments.get().pk])
    kept = Image.open(io.BytesIO(b"".join(client.get(address).streaming_content)))
    assert dict(kept.getexif()) == {}


def test_a_dossier_holds_thirty_papers(post, draft, with_paper, settings):
    for _paper in range(30):
        with_paper(draft)
    assert post("giay.pdf", PDF).status_code == 403
    assert (draft.attachments.count(), kept_files(settings)) == (30, [])


def test_a_failed_row_leaves_no_file(draft, commune_staff, settings, monkeypatch):
    def fail(*args, **kwargs):
        raise DatabaseError

    monkeypatch.setattr(filing.auditing, "record", fail)
    with pytest.raises(DatabaseError):
        filing.attach(draft, SimpleUploadedFile("x.pdf", PDF), kind="award", title="x", by=commune_staff)
    assert kept_files(settings) == []


def test_a_removed_paper_is_not_found_but_its_file_stays(post, client, draft, settings):
    post("giay.pdf", PDF)
    paper = draft.attachments.get()
    address = reverse("ratings:dossier_file", args=[draft.pk, paper.pk])
    assert status(client, address) == 200
    remove = reverse("ratings:dossier_file_remove", args=[draft.pk, paper.pk])
    assert client.get(remove).status_code == 405
    assert client.post(remove).status_code == 302
    assert status(client, address) == 404
    assert client.post(remove).status_code == 404
    assert kept_files(settings) == [paper.file]
    acts = AuditEntry.objects.filter(act__startswith="dossier.paper").order_by("pk")
    assert [(entry.act, entry.details["sha256"]) for entry in acts] == [
        ("dossier.paper_attached", paper.sha256),
        ("dossier.paper_removed", paper.sha256),
    ]


@pytest.mark.parametrize(
    ("who", "answer"),
    [("officer", 200), ("leader", 200), ("neighbour", 404), ("council_member", 404), ("other_officer", 404)],
)
def test_each_download_asks_again_who_reads(who, answer, request, client_of, post, draft):
    post("giay.pdf", PDF)
    address = reverse("ratings:dossier_file", args=[draft.pk, draft.attachments.get().pk])
    assert status(client_of(request.getfixturevalue(who)), address) == answer


def test_a_paper_is_found_in_its_own_dossier_only(post, client, draft, make, commune, commune_staff):
    post("giay.pdf", PDF)
    paper = draft.attachments.get()
    other = filing.open_dossier(make.make_product(commune), kind="first", by=commune_staff)
    for name in ("dossier_file", "dossier_file_remove"):
        assert client.post(reverse(f"ratings:{name}", args=[other.pk, paper.pk])).status_code == 404
    assert Attachment.objects.get(removed_at__isnull=True) == paper


def test_no_paper_is_added_or_removed_after_submission(post, client, draft, commune_staff, officer):
    post("giay.pdf", PDF)
    workflow.move(draft, Dossier.State.SUBMITTED, by=commune_staff)
    assert post("giay.pdf", PDF).status_code == 403
    paper = draft.attachments.get()
    assert client.post(reverse("ratings:dossier_file_remove", args=[draft.pk, paper.pk])).status_code == 403
    paper.refresh_from_db()
    assert paper.removed_at is None
    with pytest.raises(workflow.Refused):
        filing.attach(draft, SimpleUploadedFile("x.pdf", PDF), kind="award", title="x", by=officer)


def test_the_neighbour_and_the_leader_attach_nothing(draft, neighbour, leader, settings):
    for person in (neighbour, leader):
        with pytest.raises(PermissionDenied):
            filing.attach(draft, SimpleUploadedFile("x.pdf", PDF), kind="award", title="x", by=person)
    assert kept_files(settings) == []


def test_a_file_that_is_gone_is_not_found(post, client, draft):
    post("giay.pdf", PDF)
    paper = draft.attachments.get()
    files.delete(paper.file)
    assert status(client, reverse("ratings:dossier_file", args=[draft.pk, paper.pk])) == 404
