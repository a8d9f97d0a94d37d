"""Which recognition of a product comes first and which last: conditions for the database.

They follow each other by the day, of two on one day by the order in which they were entered; an unknown day
comes before every known one: such papers were there before the portal.
"""

from __future__ import annotations

from django.db.models import BooleanField

from ocop_portal.lib.written import Written

_NEVER = "DATE '0001-01-01'"
_OTHERS = "SELECT 1 FROM ratings_recognition other WHERE other.product_id = {product}"
_ITS_ORDER = f"(COALESCE(other.recognised_on, {_NEVER}), other.id)"
_THIS_ORDER = f"(COALESCE({{recognised_on}}, {_NEVER}), {{pk}})"


class IsFirst(Written):
    """That the product has no earlier recognition."""

    columns = ("pk", "product", "recognised_on")
    output_field = BooleanField()
    sql = f"NOT EXISTS ({_OTHERS} AND {_ITS_ORDER} < {_THIS_ORDER})"


class IsLatest(Written):
    """That the product has no later recognition, of those given for certain by ``by``.

    One of which the year alone is known was given for certain by ``by`` if its first of January is not after
    ``of_year``.
    """

    columns = ("pk", "product", "recognised_on")
    output_field = BooleanField()
    sql = f"""NOT EXISTS ({_OTHERS} AND {_ITS_ORDER} > {_THIS_ORDER}
    AND (other.recognised_on IS NULL OR other.recognised_on <= {{by}})
    AND (other.date_precision <> 'year' OR other.recognised_on <= {{of_year}})
)"""
