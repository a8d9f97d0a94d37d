"""Pieces that several public pages show: facts of a certificate, tabs, pictures, addresses."""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpRequest
from django.utils.translation import gettext as _

from areas.models import Area
from products.models import Product
from ratings import certificates
from ratings.certificates import Status
from ratings.models import Recognition

from .catalogue import commune_now, told
from .wording import day_in_words

A_DAY = 24 * 3600


@dataclass(frozen=True)
class Record:
    """One recognition with all that the public may know of it."""

    recognition: Recognition
    status: Status
    decided: str
    commune_now: Area | None

    @property
    def moved(self) -> bool:
        """Whether the commune is another unit now than in the decision."""
        return self.commune_now is not None and self.commune_now.pk != self.recognition.area_id


def record_of(recognition: Recognition, on: date) -> Record:
    """The facts of a recognition, fetched by ``catalogue.told``, as they stand on the day."""
    decided = day_in_words(recognition.recognised_on, recognition.date_precision)
    status = certificates.status_in_full(recognition, on)
    return Record(recognition, status, decided, commune_now(recognition.area, on))


def history_of(product: Product, shown: Recognition, on: date) -> list[tuple[Recognition, Status, str]]:
    """The product's other recognitions, newest first, each with how it stands and when it was decided."""
    rows = Recognition.objects.given_by(on).filter(product=product).exclude(pk=shown.pk)
    return [
        (row, certificates.status_in_full(row, on), day_in_words(row.recognised_on, row.date_precision))
        for row in told(rows, on)
    ]


def sort_tabs(request: HttpRequest, current: str) -> list[tuple[str, str, bool]]:
    """The orders of the catalogue as (address, words, chosen); the filters are kept."""
    labels = {"": _("By name"), "moi": _("Newest first"), "sao": _("Most stars first")}
    tabs = []
    for key, label in labels.items():
        query = request.GET.copy()
        query.pop("page", None)
        query.pop("sort", None)
        if key:
            query["sort"] = key
        tabs.append((f"{request.path}?{query.urlencode()}", label, key == current))
    return tabs


def canonical(request: HttpRequest) -> str:
    """The page's one address, whatever the query string."""
    return f"{settings.OCOP_BASE_URL}{request.path}"


def picture(image: FieldFile) -> FileResponse:
    """A stored picture to show in a page; 404 where there is none."""
    if not image:
        raise Http404
    try:
        file = image.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    kind = mimetypes.guess_type(image.name or "")[0] or "application/octet-stream"
    response = FileResponse(file, content_type=kind)
    response["Cache-Control"] = f"public, max-age={A_DAY}"
    response["X-Content-Type-Options"] = "nosniff"
    return response
