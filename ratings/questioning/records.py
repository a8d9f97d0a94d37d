"""What the portal knows of the product and its organisation elsewhere, beside what the dossier says."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext as _

from ocop_portal.lib import text
from products.models import Product

from ..models import Dossier, Recognition, Result
from ..unlocking import CRITERION
from .ground import Ground, Question, day, points

# As far as members of a council may usually differ before they discuss: no rule of a regulation.
FAR = Decimal(10)
MOST_NAMED = 10


def same_story(ground: Ground) -> Iterator[Question]:
    """Another product tells the same story, but for marks, case and punctuation; short ones say nothing."""
    product = ground.dossier.product
    if not product.story_digest:
        return
    same = Product.objects.filter(story_digest=product.story_digest).exclude(pk=product.pk)
    others = list(same.order_by("pk").values_list("pk", flat=True)[:MOST_NAMED])
    if others:
        stories = (c.code for c in ground.claims.values() if c.title == "Câu chuyện sản phẩm")
        code = next(stories, None)
        yield Question(
            key=f"same-story:{product.story_digest[:16]}",
            about=f"{CRITERION}{code}" if code else "",
            words=_("Another product tells the same story: is it this product's own?"),
            facts={"products": others},
        )


def recognised_already(ground: Ground) -> Iterator[Question]:
    """The dossier asks for a first rating, but a recognition of the product is in force.

    The product is the same row, or one of the same name held by the same organisation.
    """
    dossier = ground.dossier
    if dossier.kind != Dossier.Kind.FIRST:
        return
    mine = Q(product=dossier.product_id) | Q(holders__enterprise=dossier.enterprise_id)
    found = Recognition.objects.in_force(ground.on).filter(mine).exclude(dossier=dossier.pk)
    name = text.sort_key(dossier.product.name)
    for recognition in found.order_by("pk").distinct():
        same = recognition.product_id == dossier.product_id
        if not same and text.sort_key(recognition.product_name) != name:
            continue
        yield Question(
            key=f"recognised:{recognition.pk}",
            about="",
            words=_(
                "“%(name)s” of this organisation holds %(stars)s stars until %(expires)s: "
                "is the dossier an upgrade or a re-evaluation?"
            )
            % {
                "name": recognition.product_name,
                "stars": recognition.stars,
                "expires": day(recognition.expiry),
            },
            facts={"recognition": recognition.pk, "stars": recognition.stars},
        )


def far_above_the_last_result(ground: Ground) -> Iterator[Question]:
    """The organisation's own total is far above what a council last gave the product."""
    if ground.own is None:
        return
    results = Result.objects.filter(
        dossier__product=ground.dossier.product_id, assessed_on__lte=ground.on
    ).exclude(dossier=ground.dossier)
    last = results.order_by("assessed_on", "pk").last()
    if last is None or ground.own.total - last.total < FAR:
        return
    yield Question(
        key=f"far-above:{last.pk}:{ground.own.total}",
        about="",
        words=_(
            "The own total of %(own)s points is %(more)s above the council's last result "
            "(%(total)s on %(day)s): what has changed?"
        )
        % {
            "own": points(ground.own.total),
            "more": points(ground.own.total - last.total),
            "total": points(last.total),
            "day": day(last.assessed_on),
        },
        facts={"result": last.pk, "own": str(ground.own.total), "total": str(last.total)},
    )
