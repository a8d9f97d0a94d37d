import errno
import hashlib
import io
import struct
import tracemalloc
import unicodedata
import zipfile
import zlib
from pathlib import Path

import openpyxl
import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404
from django.utils import translation
from PIL import Image, PngImagePlugin

from ocop_portal.lib import archives, files
from ocop_portal.lib.forms import UploadField

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
EVERY = files.PAPERS
MEGABYTE = 1024 * 1024


def upload(name, content):
    return SimpleUploadedFile(name, content, content_type="text/html")


def inspect(name, content, kinds=EVERY, max_bytes=MEGABYTE):
    return files.inspect(upload(name, content), kinds=kinds, max_bytes=max_bytes)


def refusal(name, content, **options):
    with translation.override("en"), pytest.raises(files.UploadRefused) as caught:
        inspect(name, content, **options)
    return caught.value.code, caught.value.message


def picture(kind="jpeg", size=(40, 30), mode="RGB", **options):
    content = io.BytesIO()
    Image.new(mode, size, (200, 100, 50, 128)[: len(mode)]).save(content, format=kind, **options)
    return content.getvalue()


def located_jpeg(size=(40, 30)):
    """A photograph that knows where it was taken and lies on its side."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "MayAnhCuaToi"
    exif.get_ifd(0x8825).update({1: "N", 2: (22.0, 51.0, 14.5), 3: "E", 4: (106.0, 43.0, 30.0)})
    return picture(size=size, exif=exif, comment=b"nha toi o day")


def archive(**entries):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in entries.items():
            made.writestr(name, text)
    return content.getvalue()


def office(part, **more):
    return archive(**{"[Content_Types].xml": "<Types/>", part: "<x/>", **more})


def workbook():
    content = io.BytesIO()
    openpyxl.Workbook().save(content)
    return content.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "kind", "extension", "content_type"),
    [
        ("a.PDF", PDF, "pdf", ".pdf", "application/pdf"),
        ("a.jpeg", picture(), "jpeg", ".jpg", "image/jpeg"),
        ("a.png", picture("png"), "png", ".png", "image/png"),
        ("a.webp", picture("webp"), "webp", ".webp", "image/webp"),
        ("a.xlsx", workbook(), "xlsx", ".xlsx", files.KINDS["xlsx"].content_type),
        ("a.docx", office("word/document.xml"), "docx", ".docx", files.KINDS["docx"].content_type),
    ],
)
def test_a_file_is_what_its_content_says(name, content, kind, extension, content_type):
    found = inspect(name, content)
    assert (found.kind, found.extension, found.content_type) == (kind, extension, content_type)
    assert (found.size, found.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert found.file.read() == content


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.html", b"<html><script>alert(1)</script></html>"),
        ("a.pdf", b"<html>%PDF-1.7</html>"),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("a.jpg", b"GIF89a" + b"\0" * 20),
        ("a.exe", b"MZ" + b"\0" * 20),
        ("a.zip", archive(**{"a.txt": "a"})),
        ("a.docx", archive(**{"word/document.xml": "no list of contents"})),
        ("a.webp", b"RIFF\0\0\0\0WAVEfmt "),
    ],
)
def test_a_kind_that_is_not_taken_is_refused(name, content):
    kinds = "DOCX, JPEG, PDF, PNG, WEBP, XLSX"
    assert refusal(name, content) == ("kind", f"This kind of file is not taken here. Choose one of: {kinds}.")


def test_each_place_takes_its_own_kinds():
    assert refusal("a.pdf", PDF, kinds=files.SPREADSHEETS)[0] == "kind"
    assert inspect("a.pdf", PDF, kinds=files.DOCUMENTS).kind == "pdf"


@pytest.mark.parametrize(
    "name",
    ["a.jpg", "a", "a.dat", "a.pdf.exe", "a.php.pdf", "a.html.PDF", "a.docx.pdf", ".pdf", "a.xlsm.pdf"],
)
def test_a_name_that_claims_another_kind_is_refused(name):
    code, message = refusal(name, PDF)
    assert code == "name"
    assert ".pdf only" in message


@pytest.mark.parametrize(
    "name", ["QĐ 12.2023.pdf", "Báo cáo v1.2 (ký).pdf", "66.KH-UBND.pdf", "a.pdf.pdf", "Tp. Cao Bằng.pdf"]
)
def test_points_in_a_name_do_no_harm(name):
    assert inspect(name, PDF).safe_name == name


def test_empty_and_too_large_files_are_refused():
    assert refusal("a.pdf", b"") == ("empty", "The file is empty.")
    code, message = refusal("a.pdf", PDF + b" " * 2048, max_bytes=2048)
    assert (code, message) == ("size", "The file is larger than 2.0\u00a0KB.")
    assert inspect("a.pdf", PDF.ljust(2048), max_bytes=2048).size == 2048


def test_the_limit_is_the_settings_when_none_is_given(settings):
    settings.UPLOAD_MAX_BYTES = len(PDF)
    assert files.inspect(upload("a.pdf", PDF), kinds=EVERY).size == len(PDF)
    with pytest.raises(files.UploadRefused):
        files.inspect(upload("a.pdf", PDF + b" "), kinds=EVERY)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old or has a password"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old or has a password"),
        ("a.xlsm", office("xl/workbook.xml", **{"xl/vbaProject.bin": "x"}), "carries macros"),
        ("a.xlsx", workbook()[:-30], "damaged or incomplete"),
        ("a.xlsx", workbook()[:100], "damaged or incomplete"),
        ("a.xlsx", office("xl/workbook.xml").replace(b"PK\x01\x02", b"PK\x01\x03"), "damaged or incomplete"),
    ],
)
def test_old_locked_broken_and_macro_files_are_refused_in_words(name, content, words):
    assert words in refusal(name, content)[1]


def test_a_file_locked_inside_the_archive_is_refused():
    content = bytearray(office("word/document.xml"))
    at = content.index(b"PK\x01\x02")
    content[at + 8] |= 1
    assert "password" in refusal("a.docx", bytes(content))[1]


def test_archives_that_unpack_too_far_are_refused_unopened(monkeypatch):
    bomb = office("xl/workbook.xml", **{"xl/worksheets/sheet1.xml": b"0" * (archives.MAX_UNPACKED + 1)})
    assert len(bomb) < MEGABYTE
    tracemalloc.start()
    assert "unpacks to far more" in refusal("a.xlsx", bomb)[1]
    assert tracemalloc.get_traced_memory()[1] < 10 * MEGABYTE
    tracemalloc.stop()
    crowd = office("xl/workbook.xml", **{f"{n}": "" for n in range(archives.MAX_ENTRIES)})
    assert "unpacks to far more" in refusal("a.xlsx", crowd)[1]
    lying = crowd.replace(struct.pack("<HH", 2002, 2002), struct.pack("<HH", 2, 2))
    monkeypatch.setattr(archives, "MAX_DIRECTORY", 50_000)
    assert "unpacks to far more" in refusal("a.xlsx", lying)[1]


def test_an_archive_with_a_second_hidden_part_of_a_name_is_refused():
    content = office("xl/workbook.xml", **{"xl/workbook.xmm": "<y/>"}).replace(b".xmm", b".xml")
    assert "damaged" in refusal("a.xlsx", content)[1]


def test_an_archive_with_a_64_bit_end_that_overrules_the_short_one_is_refused():
    content = office("xl/workbook.xml")
    end = content.rindex(b"PK\x05\x06")
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, end, 1)
    assert "unpacks to far more" in refusal("a.xlsx", content[:end] + locator + content[end:])[1]


def test_a_picture_of_too_many_pixels_is_refused_at_its_header():
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    bomb = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b""))
        + chunk(b"IEND", b"")
    )
    code, message = refusal("a.png", bomb)
    assert (code, message) == (
        "pixels",
        "The picture has more than 50 million pixels. Make it smaller and retry.",
    )
    smaller = bomb.replace(
        chunk(b"IHDR", header), chunk(b"IHDR", struct.pack(">IIBBBBB", 8000, 7000, 8, 2, 0, 0, 0))
    )
    assert refusal("a.png", smaller)[0] == "pixels"


def test_a_picture_without_a_readable_header_is_refused():
    assert refusal("a.jpg", b"\xff\xd8\xff\xe0" + b"\0" * 50)[0] == "damaged"


def test_a_kept_photograph_does_not_tell_where_it_was_taken():
    content = located_jpeg((400, 300))
    assert b"MayAnhCuaToi" in content
    assert b"nha toi o day" in content
    drawn = files.clean_image(inspect("a.jpg", content))
    with Image.open(io.BytesIO(drawn)) as image:
        assert (image.format, image.size) == ("JPEG", (300, 400))
        assert dict(image.getexif()) == {}
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert b"MayAnhCuaToi" not in drawn
    assert b"nha toi o day" not in drawn


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp"])
def test_what_hangs_behind_a_picture_is_gone(kind):
    name = f"a.{files.KINDS[kind].extensions[0]}"
    polyglot = picture(kind) + b"<script>alert(1)</script>" + archive(**{"a.txt": "a"})
    drawn = files.clean_image(inspect(name, polyglot))
    assert b"<script>" not in drawn
    assert b"PK\x03\x04" not in drawn


def test_large_pictures_are_made_smaller_and_transparency_stays():
    drawn = files.clean_image(inspect("a.png", picture("png", (3000, 1500), "RGBA")))
    with Image.open(io.BytesIO(drawn)) as image:
        assert (image.size, image.mode) == ((2000, 1000), "RGBA")
    drawn = files.clean_image(inspect("a.jpg", picture("jpeg", (2400, 4800))))
    with Image.open(io.BytesIO(drawn)) as image:
        assert image.size == (1000, 2000)
    drawn = files.clean_image(inspect("a.jpg", picture("jpeg", mode="CMYK")))
    with Image.open(io.BytesIO(drawn)) as image:
        assert image.mode == "RGB"


def test_words_inside_a_png_are_gone():
    words = PngImagePlugin.PngInfo()
    words.add_text("Comment", "nha toi o day")
    drawn = files.clean_image(inspect("a.png", picture("png", pnginfo=words)))
    assert b"nha toi o day" not in drawn


def test_a_picture_cut_off_is_refused_when_it_is_drawn():
    content = picture(size=(400, 300))
    cut = inspect("a.jpg", content[: len(content) // 2])
    with pytest.raises(files.UploadRefused) as caught:
        files.clean_image(cut)
    assert caught.value.code == "damaged"


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (unicodedata.normalize("NFD", "Kế hoạch.pdf"), "Kế hoạch.pdf"),
        ("../../etc/passwd", "passwd"),
        (r"C:\Users\a\Tờ khai.pdf", "Tờ khai.pdf"),
        ("a\u202efdp.exe", "afdp.exe"),
        ("a\r\nb\x00.pdf", "a b.pdf"),
        ("...", "file"),
        ("", "file"),
        (".pdf", "pdf"),
        ("đ" * 300 + ".pdf", "đ" * 96 + ".pdf"),
        ("a." + "b" * 300, ("a." + "b" * 300)[:100]),
    ],
)
def test_names_are_made_safe_to_show(given, shown):
    assert files.safe_name(given) == shown


def test_a_kept_file_has_a_random_name_and_comes_back_as_it_was():
    found = inspect("Kế hoạch 66.pdf", PDF)
    one, two = files.store(found), files.store(found)
    assert one.name != two.name
    assert Path(one.name).parent == Path("2023")
    assert Path(one.name).suffix == ".pdf"
    assert len(Path(one.name).stem) == 32
    assert (one.file_name, one.content_type, one.size, one.sha256) == (
        "Kế hoạch 66.pdf",
        "application/pdf",
        len(PDF),
        hashlib.sha256(PDF).hexdigest(),
    )
    response = files.serve_private(one.name, one.file_name, one.content_type)
    assert response.streaming
    assert b"".join(response.streaming_content) == PDF
    response.file_to_stream.close()


def test_a_kept_picture_is_the_one_drawn_anew_and_its_digest_is_of_that():
    stored = files.store(inspect("a.jpg", located_jpeg()))
    with files.private().open(stored.name) as file:
        kept = file.read()
    assert b"MayAnhCuaToi" not in kept
    assert (stored.size, stored.sha256) == (len(kept), hashlib.sha256(kept).hexdigest())


def test_files_are_handed_out_as_downloads_only():
    stored = files.store(inspect('Kế "hoạch"; 66.pdf', PDF))
    response = files.serve_private(stored.name, stored.file_name, stored.content_type)
    response.file_to_stream.close()
    assert dict(response.headers) == {
        "Content-Type": "application/pdf",
        "Content-Length": str(len(PDF)),
        "Content-Disposition": 'attachment; filename="Ke-hoach-66.pdf"; '
        "filename*=UTF-8''K%E1%BA%BF%20%22ho%E1%BA%A1ch%22%3B%2066.pdf",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }


@pytest.mark.parametrize("name", ["", "2023/none.pdf", "2023", "../secret", "/etc/passwd", "a\0b"])
def test_a_file_that_is_not_there_is_not_found(name):
    files.store(inspect("a.pdf", PDF))
    with pytest.raises(Http404):
        files.serve_private(name, "a.pdf", "application/pdf")


def kept_files(settings):
    return [path for path in Path(settings.PRIVATE_ROOT).rglob("*") if path.is_file()]


def test_a_file_whose_record_fails_is_gone_again(settings):
    with files.storing(inspect("a.pdf", PDF)) as first:
        pass
    with pytest.raises(RuntimeError), files.storing(inspect("b.pdf", PDF)):
        raise RuntimeError
    assert [path.name for path in kept_files(settings)] == [Path(first.name).name]
    files.delete(first.name)
    files.delete(first.name)
    files.delete("")
    assert kept_files(settings) == []


def test_a_full_disk_is_said_in_words_and_leaves_nothing(settings, monkeypatch):
    def full(self, *args):
        yield PDF[:10]
        raise OSError(errno.ENOSPC, "No space left on device")

    found = inspect("a.pdf", PDF)
    monkeypatch.setattr("django.core.files.uploadedfile.InMemoryUploadedFile.chunks", full)
    with translation.override("vi"), pytest.raises(files.UploadRefused) as caught:
        files.store(found)
    assert caught.value.message == "Không lưu được tệp vì ổ đĩa của máy chủ từ chối. Vui lòng thử lại sau."
    assert kept_files(settings) == []


class PaperForm(forms.Form):
    paper = UploadField(kinds=files.DOCUMENTS, required=False)


def test_a_forms_file_comes_out_inspected():
    form = PaperForm({}, {"paper": upload("a.pdf", PDF)})
    assert form.is_valid()
    assert form.cleaned_data["paper"].kind == "pdf"
    assert PaperForm({}, {}).is_valid()
    assert 'accept=".docx,.pdf,.xlsx"' in str(form["paper"])
    with translation.override("vi"):
        wrong = PaperForm({}, {"paper": upload("a.pdf", b"<html>")})
        assert wrong.errors == {
            "paper": ["Không nhận loại tệp này. Hãy chọn một trong các loại: DOCX, PDF, XLSX."]
        }
