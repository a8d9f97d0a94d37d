"""The certificate of a recognition: product, holders, star, decision, validity, and the code to check it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.conf import settings
from django.urls import reverse
from reportlab.platypus import Flowable

from ocop_portal.lib import paper

from .. import certificates
from ..models import Recognition
from ..models.decisions import DatePrecision

COLUMNS = (250, 460)


def properties(recognition: Recognition) -> paper.Properties:
    """What the file says of itself."""
    return paper.Properties(
        title=f"Giấy chứng nhận {recognition.certificate_code}",
        author=recognition.decision.issuing_body,
        code=recognition.certificate_code,
        bordered=True,
    )


def story(recognition: Recognition, on: date) -> Iterator[Flowable]:
    """The certificate as it stands on the day; it reads ``holders`` and ``events``.

    An unknown day stays unsaid: nothing is printed that no paper says.
    """
    yield from paper.letterhead([recognition.decision.issuing_body.upper()], width=sum(COLUMNS))
    yield paper.centred("GIẤY CHỨNG NHẬN", 34, bold=True)
    yield paper.centred("SẢN PHẨM OCOP – MỖI XÃ MỘT SẢN PHẨM", 15, bold=True)
    yield paper.space(4)
    yield paper.Stars(recognition.stars)
    yield paper.centred(f"ĐẠT {recognition.stars} SAO", 17, bold=True)
    yield paper.space(4)
    yield paper.centred(recognition.product_name, 26, bold=True)
    if recognition.variants:
        yield paper.centred("Gồm: " + ", ".join(recognition.variants), 12)
    yield paper.space(2)
    for holder in recognition.holders.all():
        yield paper.centred(holder.name, 16)
    yield paper.centred(recognition.area.name, 14)
    yield paper.space(6)
    yield paper.beside(
        [paper.Qr(address(recognition)), paper.note(f"Mã kiểm tra: {spaced(recognition.certificate_code)}")],
        [paper.centred(line, 13) for line in _said(recognition, on)],
        COLUMNS,
    )


def address(recognition: Recognition) -> str:
    """Where anyone checks the certificate."""
    path = reverse("public:certificate", args=[recognition.certificate_code])
    return f"{settings.OCOP_BASE_URL.rstrip('/')}{path}"


def spaced(code: str) -> str:
    """The code in two halves, as people read it out: ``7KQ2M 9XT4B``."""
    return f"{code[:5]} {code[5:]}"


def _said(recognition: Recognition, on: date) -> Iterator[str]:
    decision = recognition.decision
    day = recognition.recognised_on
    dated = ""
    if day and recognition.date_precision == DatePrecision.DAY:
        dated = f" ngày {day:%d/%m/%Y}"
    elif day:
        dated = f" năm {day.year}"
    yield f"Theo Quyết định số {decision.number or '…'}{dated}".strip()
    until = certificates.valid_until(recognition, on)
    if until:
        yield f"Có hiệu lực đến hết ngày {until:%d/%m/%Y}"
    yield from certificates.corrections(recognition, on)
    if recognition.certificate_number:
        yield f"Số giấy chứng nhận: {recognition.certificate_number}"
    if decision.signer_name:
        yield f"Người ký: {decision.signer_name}"
