"""Photos of products: drawn anew on upload, at most eight, public once the product is recognised."""

from __future__ import annotations

import secrets
from pathlib import PurePosixPath

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import auditing
from accounts.models import User
from enterprises import rules
from ocop_portal.lib import files, text
from ocop_portal.lib.files import Upload

from .models import Product, ProductPhoto

MOST_PHOTOS = 8


def add_photo(product: Product, upload: Upload, *, caption: str = "", by: User) -> ProductPhoto:
    """Keep the picture, drawn anew, as the product's last photo.

    Raises ``ValidationError`` when the product has eight already or the picture is damaged,
    ``PermissionDenied`` outside one's area. A failure leaves no file behind.
    """
    drawn = ContentFile(files.clean_image(upload), name=f"{secrets.token_hex(16)}{upload.extension}")
    photo = ProductPhoto(product=product, image=drawn, caption=text.nfc(caption))
    try:
        with transaction.atomic():
            _place(photo, by)
            photo.save()
            auditing.record("product.photo_added", product, by=by, photo=photo.pk)
    except BaseException:
        photo.image.storage.delete(str(photo.image.name))
        raise
    return photo


def _place(photo: ProductPhoto, by: User) -> None:
    """Give the photo the next place on its (locked) product, if there is one left."""
    product = Product.objects.select_for_update().get(pk=photo.product_id)
    rules.may_enter(by, product.area).require()
    if product.photos.count() >= MOST_PHOTOS:
        words = _("A product has at most %(number)s photos. Remove one first.")
        raise ValidationError(words % {"number": MOST_PHOTOS})
    last = product.photos.last()
    photo.position = last.position + 1 if last else 1


@transaction.atomic
def remove_photo(photo: ProductPhoto, *, by: User) -> None:
    """Take the photo away, its file too once the database has let it go.

    Raises ``PermissionDenied`` outside one's area.
    """
    product = photo.product
    rules.may_enter(by, product.area).require()
    storage, name = photo.image.storage, str(photo.image.name)
    auditing.record("product.photo_removed", product, by=by, photo=photo.pk)
    photo.delete()
    transaction.on_commit(lambda: storage.delete(name))


def content_type(photo: ProductPhoto) -> str:
    """The kind of picture that the photo's file is: it was drawn by us and is named after its kind."""
    extension = PurePosixPath(str(photo.image.name)).suffix
    return next(kind.content_type for kind in files.KINDS.values() if extension in kind.extensions)
