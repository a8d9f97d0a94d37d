"""Photos are drawn anew, shown to staff of the area, at most eight, and gone with their files."""

import io
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts.models import AuditEntry
from products.models import ProductPhoto
from tests.factories import make_enterprise, make_product

pytestmark = pytest.mark.django_db


def picture(kind: str = "JPEG", name: str = "anh.jpg", size: tuple[int, int] = (60, 40)):
    drawn = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "toa do bi mat"
    exif.get_ifd(0x8825).update({1: "N", 2: (22.0, 51.0, 14.5), 3: "E", 4: (106.0, 43.0, 30.0)})
    Image.new("RGB", size, "green").save(drawn, kind, exif=exif)
    return SimpleUploadedFile(name, drawn.getvalue())


@pytest.fixture
def product(world):
    return make_product(world.dam_thuy, make_enterprise(world.dam_thuy))


@pytest.fixture
def staff(commune_staff, client_of):
    return client_of(commune_staff)


def add(client, product, upload, caption=""):
    return client.post(f"{product.get_absolute_url()}anh/", {"image": upload, "caption": caption})


def kept(settings) -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def test_a_photo_is_shown_to_the_areas_staff_without_what_the_camera_knew(product, staff, settings):
    assert add(staff, product, picture(), "Chai 500 ml").url == product.get_absolute_url()
    photo = ProductPhoto.objects.get()
    assert [photo.caption, photo.width, photo.height, photo.url] == [
        "Chai 500 ml",
        60,
        40,
        f"{product.get_absolute_url()}anh/{photo.pk}/",
    ]
    seen = staff.get(photo.url)
    content = b"".join(seen.streaming_content)
    drawn, taken = Image.open(io.BytesIO(content)), Image.open(picture())
    assert [b"toa do bi mat" in content, drawn.size] == [False, (60, 40)]
    assert [bool(image.getexif().get_ifd(0x8825)) for image in (taken, drawn)] == [True, False]
    assert [seen[name] for name in ["Content-Type", "X-Content-Type-Options", "Cache-Control"]] == [
        "image/jpeg",
        "nosniff",
        "private, no-store",
    ]
    names = [path.relative_to(settings.MEDIA_ROOT).as_posix() for path in kept(settings)]
    assert [name.startswith(f"products/{timezone.localdate().year}/") for name in names] == [True]
    assert "anh.jpg" not in names[0]


@pytest.mark.parametrize(
    "upload",
    [
        SimpleUploadedFile("anh.jpg", b"<script>alert(1)</script>"),
        SimpleUploadedFile("anh.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        SimpleUploadedFile("anh.jpg", b"\xff\xd8\xff\xe0 broken"),
        SimpleUploadedFile("anh.jpg", b""),
    ],
)
def test_what_is_no_picture_is_refused(product, staff, upload, settings):
    refused = add(staff, product, upload)
    assert [refused.status_code, list(refused.context["photo_form"].errors)] == [200, ["image"]]
    assert [ProductPhoto.objects.count(), kept(settings)] == [0, []]


def test_a_kind_must_fit_its_name(product, staff):
    assert list(add(staff, product, picture("PNG", "anh.jpg")).context["photo_form"].errors) == ["image"]


def test_eight_photos_are_enough(product, staff, settings):
    for _ in range(8):
        add(staff, product, picture())
    refused = add(staff, product, picture())
    assert [refused.status_code, ProductPhoto.objects.count(), len(kept(settings))] == [200, 8, 8]
    assert "nhiều nhất 8 ảnh" in refused.content.decode()
    assert list(ProductPhoto.objects.values_list("position", flat=True)) == [1, 2, 3, 4, 5, 6, 7, 8]


def test_a_removed_photo_is_gone_with_its_file(product, staff, settings, django_capture_on_commit_callbacks):
    add(staff, product, picture())
    photo = ProductPhoto.objects.get()
    address = f"{product.get_absolute_url()}anh/{photo.pk}/bo/"
    assert staff.get(address).status_code == 405
    with django_capture_on_commit_callbacks(execute=True):
        assert staff.post(address).url == product.get_absolute_url()
    assert [staff.get(photo.url).status_code, kept(settings)] == [404, []]
    acts = AuditEntry.objects.order_by("pk").values_list("act", flat=True)
    assert list(acts) == ["product.photo_added", "product.photo_removed"]


def test_a_photo_whose_file_is_lost_is_not_found(product, staff, settings):
    add(staff, product, picture())
    kept(settings)[0].unlink()
    assert staff.get(ProductPhoto.objects.get().url).status_code == 404


def test_a_photo_is_not_public_before_the_product_is_recognised(product, staff, visitor):
    add(staff, product, picture())
    photo = ProductPhoto.objects.get()
    assert visitor.get(photo.url).status_code == 302
    assert visitor.get(reverse("public:photo", args=[photo.pk])).status_code == 404


def test_photos_of_another_product_and_of_another_commune_stay(world, product, staff, client_of, neighbour):
    add(staff, product, picture())
    photo = ProductPhoto.objects.get()
    twin = make_product(world.dam_thuy, make_enterprise(world.dam_thuy))
    answers = [
        staff.post(f"{twin.get_absolute_url()}anh/{photo.pk}/bo/"),
        client_of(neighbour).post(f"{product.get_absolute_url()}anh/{photo.pk}/bo/"),
        client_of(neighbour).get(photo.url),
    ]
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert ProductPhoto.objects.count() == 1


def test_leaders_take_no_photo_away(product, staff, client_of, leader):
    add(staff, product, picture())
    photo = ProductPhoto.objects.get()
    refused = client_of(leader).post(f"{product.get_absolute_url()}anh/{photo.pk}/bo/")
    assert [refused.status_code, ProductPhoto.objects.count()] == [403, 1]


def test_a_photo_that_the_database_refuses_leaves_no_file(product, staff, settings, monkeypatch):
    def refuse(*args: object, **kwargs: object) -> None:
        raise RuntimeError("no audit, no act")

    monkeypatch.setattr("accounts.auditing.record", refuse)
    staff.raise_request_exception = False
    assert add(staff, product, picture()).status_code == 500
    assert [ProductPhoto.objects.count(), kept(settings)] == [0, []]
