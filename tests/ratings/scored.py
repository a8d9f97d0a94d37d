"""Dossiers with a result, for the tests of decisions."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from accounts.models import User
from products.models import Product
from ratings import resulting
from ratings.models import Dossier, DossierStep
from tests.factories import make_dossier

ACCEPTED, ASSESSED = date(2023, 11, 1), date(2023, 12, 5)


def enter(dossier: Dossier, total: str, *, by: User, level: str = "district", on: date = ASSESSED) -> Dossier:
    """Enter a result of so many points, spread over the parts A, B and C."""
    rest = Decimal(total)
    parts = {}
    for part, most in resulting.maxima(dossier.regulation).items():
        parts[f"part_{part.lower()}"] = points = min(rest, most)
        rest -= points
    resulting.enter_result(dossier, level=level, assessed_on=on, by=by, on=on, **parts)
    return dossier


def make_scored(product: Product, total: str, *, by: User, **fields) -> Dossier:
    """A dossier accepted on 01/11/2023 and assessed on 05/12/2023 by the district."""
    dossier = make_dossier(product, state="accepted", on=ACCEPTED, **fields)
    DossierStep.objects.create(dossier=dossier, to_state="accepted", by=by, by_name=str(by), on=ACCEPTED)
    return enter(dossier, total, by=by)
