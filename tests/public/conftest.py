"""Products with recognitions, as the public pages show them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from areas.models import Area
from products.models import Product
from ratings.models import Recognition
from tests.factories import make_decision, make_product, make_recognition


@pytest.fixture
def recognise(world) -> Callable[..., Recognition]:
    """Recognise a product of Đàm Thuỷ (or of ``area``) with 3 stars on 1/10/2023 unless told otherwise."""

    def one(name: str = "Rượu ngô Bản Giốc", stars: int = 3, **fields: Any) -> Recognition:
        area: Area = fields.pop("area", world.dam_thuy)
        made = {key: fields.pop(key) for key in ("group", "summary", "story") if key in fields}
        product: Product = fields.pop("product", None) or make_product(area, name=name, **made)
        signed_on = fields.pop("signed_on", date(2023, 10, 1))
        decision = fields.pop("decision", None) or make_decision(world.district, signed_on=signed_on)
        return make_recognition(product, decision, stars, **fields)

    return one
