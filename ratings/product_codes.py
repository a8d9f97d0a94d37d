"""The code of a product by the scheme of a regulation, given when its dossier is accepted.

Decision 26/2026/QĐ-TTg writes province – commune – sequence in the commune – year, older regulations also the
district; which parts and in which order is data of the regulation (``product_code_parts``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import F

from accounts import auditing
from accounts.models import User
from areas import finding
from areas.models import Area, Level
from products.models import Product

from .models import Dossier

PROVINCE, DISTRICT, COMMUNE, SEQUENCE, YEAR = "province", "district", "commune", "sequence", "year"
PARTS = (PROVINCE, DISTRICT, COMMUNE, SEQUENCE, YEAR)
SEPARATOR = "-"
SEQUENCE_DIGITS = 3


@dataclass(frozen=True)
class ProductCode:
    """The parts of a code; ``district`` is empty under a scheme without districts."""

    province: str
    commune: str
    sequence: int
    year: int
    district: str = ""

    def format(self, parts: Sequence[str]) -> str:
        """The code as written under a scheme: ``04-01501-001-2026``."""
        written = {
            PROVINCE: self.province,
            DISTRICT: self.district,
            COMMUNE: self.commune,
            SEQUENCE: f"{self.sequence:0{SEQUENCE_DIGITS}d}",
            YEAR: f"{self.year:04d}",
        }
        return SEPARATOR.join(written[part] for part in parts)


def parse(code: str, parts: Sequence[str]) -> ProductCode:
    """Read a code written under a scheme. Raises ``ValueError`` for any other text."""
    written = code.split(SEPARATOR)
    if len(written) != len(parts) or not all(each.isascii() and each.isdigit() for each in written):
        raise ValueError(f"{code!r} is not written as {SEPARATOR.join(parts)}")
    found = dict(zip(parts, written, strict=True))
    made = ProductCode(
        found[PROVINCE], found[COMMUNE], int(found[SEQUENCE]), int(found[YEAR]), found.get(DISTRICT, "")
    )
    if made.sequence < 1 or made.format(parts) != code:
        raise ValueError(f"{code!r} is not written as {SEPARATOR.join(parts)}")
    return made


def give(dossier: Dossier, *, by: User, on: date) -> str:
    """Give the dossier's product its code by the pinned regulation, unless it has one; returns the code.

    Call it in the transaction that accepts the dossier: product and commune stay locked until it ends, so a
    number is given once. The code never changes afterwards.
    """
    product = Product.objects.select_for_update(no_key=True).get(pk=dossier.product_id)
    if product.code or dossier.regulation is None:
        return product.code
    parts = dossier.regulation.product_code_parts
    code = _next(place_of(dossier, parts, on), parts, on)
    Product.objects.filter(pk=product.pk).update(code=code, code_given_on=on, version=F("version") + 1)
    dossier.product.refresh_from_db()
    auditing.record("product.code_given", product, by=by, changes={"code": ["", code]}, dossier=dossier.code)
    return code


def place_of(dossier: Dossier, parts: Sequence[str], on: date) -> Area:
    """The commune whose code is written: that of the day; under a scheme with districts, when those ended,
    the commune that filed the dossier in its district.
    """
    commune = finding.today_unit(dossier.area, on) or dossier.area
    if DISTRICT in parts and _above(commune, Level.DISTRICT) is None:
        return dossier.area
    return commune


def _next(commune: Area, parts: Sequence[str], on: date) -> str:
    """The next code of the commune in the year of the day, the commune locked."""
    Area.objects.select_for_update(no_key=True).get(pk=commune.pk)
    first = _first(commune, parts, on)
    before, _number, _after = first.format(parts).rpartition(f"{SEPARATOR}{1:0{SEQUENCE_DIGITS}d}")
    taken = [0]
    for code in Product.objects.filter(code__startswith=before).values_list("code", flat=True):
        try:
            other = parse(code, parts)
        except ValueError:
            continue  # written by hand, from an older paper
        if replace(first, sequence=other.sequence) == other:
            taken.append(other.sequence)
    return replace(first, sequence=max(taken) + 1).format(parts)


def _first(commune: Area, parts: Sequence[str], on: date) -> ProductCode:
    district = _above(commune, Level.DISTRICT) if DISTRICT in parts else None
    province = _above(commune, Level.PROVINCE)
    return ProductCode(
        province.code if province else "",
        commune.code,
        1,
        on.year,
        district.code if district else "",
    )


def _above(commune: Area, level: str) -> Area | None:
    above: Area | None = commune.parent
    while above is not None and above.level != level:
        above = above.parent
    return above
