"""Organisations of every kind with their papers, and the products they make."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from enterprises.models import Enterprise, Evidence, EvidenceKind
from ocop_portal.lib import text
from products.models import Making, Product, ProductVariant

from . import words
from .ground import LAST_OF_DISTRICTS, Ground, Place, write
from .size import Size

_KINDS = {
    "cooperative": 40,
    "household": 24,
    "company": 12,
    "cooperative_group": 10,
    "farm": 4,
    "other": 3,
    "association": 2,
    "tourism_centre": 2,
    "branch": 1,
    "restaurant": 1,
    "cooperative_union": 1,
    "pagoda": 0.5,
}
_TERMS = {"production_conditions": 1095, "test_report": 365, "quality_system": 1095}


@dataclass
class Made:
    """A product as the generator knows it: where it is made, by whom, and what it is about."""

    product: Product
    place: Place
    makers: list[Enterprise]
    number: int = 0
    papers: list[Evidence] = field(default_factory=list)

    @property
    def lead(self) -> Enterprise:
        """The organisation that files."""
        return self.makers[0]


def make(size: Size, ground: Ground, rng: Random) -> list[Made]:
    """Write organisations, products and papers; each organisation makes one product at least where it can."""
    places = [ground.place(rng) for _each in range(size.organisations)]
    organisations = write(_organisation(n, place, ground, rng, size) for n, place in enumerate(places))
    made = [_made(n, organisations, places, ground, rng) for n in range(size.products)]
    write(one.product for one in made)
    write(
        Making(product=one.product, enterprise=maker, is_lead=maker is one.lead)
        for one in made
        for maker in one.makers
    )
    write(
        ProductVariant(product=one.product, name=f"{degrees}°N", position=place)
        for one in made
        if one.number % 20 == 0
        for place, degrees in enumerate((20, 30, 40))
    )
    _papers(made, rng, size)
    return made


def _organisation(n: int, place: Place, ground: Ground, rng: Random, size: Size) -> Enterprise:
    # The first twelve are one of each kind; the rest as often as in a real province.
    code = list(_KINDS)[n] if n < len(_KINDS) else rng.choices(list(_KINDS), list(_KINDS.values()))[0]
    name = text.nfc(words.organisation_name(rng, code))
    numbered = code != "household" and rng.random() < 0.85
    handed_over = size.last_day > LAST_OF_DISTRICTS and rng.random() < 0.6
    return Enterprise(
        name=name,
        name_norm=text.search_key(name),
        sort_key=text.sort_key(name),
        kind=ground.kinds[code],
        tax_code=f"49{n:08d}" if numbered else "",
        no_tax_code_reason="" if numbered else "Chưa đăng ký thuế",
        area=place.now if handed_over else place.then,
        address=f"Xóm {name.split()[-1]}" if rng.random() < 0.8 else "",
        registered_on=date(rng.randint(2008, 2023), rng.randint(1, 12), rng.randint(1, 28)),
        representative=words.person_name(rng),
        representative_position="Giám đốc" if code in {"cooperative", "company"} else "",
        representative_sex=rng.choice(["female", "male", "male", ""]),
        representative_ethnicity=rng.choice(["Tày", "Nùng", "Mông", "Dao", "Kinh", ""]),
    )


def _made(n: int, organisations: list[Enterprise], places: list[Place], ground: Ground, rng: Random) -> Made:
    at = n if n < len(organisations) else rng.randrange(len(organisations))
    place, makers = places[at], [organisations[at]]
    if rng.random() < 0.06 and (other := rng.choice(organisations)) is not makers[0]:
        makers.append(other)
    goods, number = rng.choice(words.GOODS)
    name = text.nfc(words.product_name(rng, goods, place.then.short_name))
    product = Product(
        name=name,
        slug=f"{text.slug(name)[:150]}-{n}",
        name_norm=text.search_key(name),
        sort_key=text.sort_key(name),
        group=ground.groups[number],
        area=place.then,
        summary=f"{goods} làm theo lối quen của địa phương",
    )
    return Made(product, place, makers, n)


def _papers(made: list[Made], rng: Random, size: Size) -> None:
    """About three papers an organisation, many with a day on which they end."""
    by_maker: dict[int, list[Evidence]] = {}
    papers = []
    for maker in {one.lead.pk: one.lead for one in made}.values():
        by_maker[maker.pk] = list(_papers_of(maker, rng, size))
        papers += by_maker[maker.pk]
    write(papers)
    for one in made:
        one.papers = by_maker[one.lead.pk]


def _papers_of(maker: Enterprise, rng: Random, size: Size) -> Iterator[Evidence]:
    for kind in rng.sample(EvidenceKind.values, rng.randint(2, 4)):
        issued = size.last_day - timedelta(days=rng.randint(10, 1300))
        term = _TERMS.get(kind, 730 if rng.random() < 0.3 else 0)
        title, number = str(EvidenceKind(kind).label), f"{rng.randint(1, 999)}/{issued.year}"
        yield Evidence(
            enterprise=maker,
            kind=kind,
            title=title,
            number=number,
            search_key=text.search_key(f"{title} {number}"),
            sort_key=text.sort_key(title),
            issued_on=issued,
            expires_on=issued + timedelta(days=term) if term else None,
            file=f"sinh-mau/{maker.pk}-{kind}.pdf",
            file_name=f"{kind}.pdf",
            content_type="application/pdf",
            size=1000,
            sha256=hashlib.sha256(f"{maker.pk}-{kind}".encode()).hexdigest(),
        )
