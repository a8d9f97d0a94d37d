"""Named products that register after the plan was written are tied to its targets, published or not."""

from __future__ import annotations

from django.db import transaction

from accounts.auditing import record
from accounts.models import User

from . import naming, planning
from .models import Target
from .naming import Named


@transaction.atomic
def link_products(target: Target, *, by: User) -> Named:
    """Look again for the products that the target only knows by name; what is found counts from now on.

    The plan's words stay as they are. Names that several products bear are left, and told with these.
    """
    planning.may_write(by, target.plan.area).require()
    locked = Target.objects.select_for_update(of=["self"]).select_related("plan__area").get(pk=target.pk)
    found = naming.find_products(locked.plan, locked.unregistered)
    if found.products:
        locked.products.add(*found.products)
        locked.product_names = "\n".join([*found.unknown, *found.doubtful])
        locked.save(update_fields=["product_names"])
        names = ", ".join(product.name for product in found.products)
        record("plan.products_linked", locked.plan, by=by, target=str(locked), products=names)
    return found
