"""What is on the radar of a person: one statement a kind, each row with its window and what can be done."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import Exists, OuterRef, QuerySet, Subquery

from accounts.models import Post, Role, User
from enterprises.models import Evidence
from enterprises.rules import MAKERS

from .. import filing
from ..models import Dossier, Recognition, RecognitionHolder
from . import stages
from .stages import Days

UNDER_WAY = sorted(set(Dossier.State.values) - {Dossier.State.DRAFT, *Dossier.CLOSED})


def certificates(user: User, days: Days) -> QuerySet[Recognition]:
    """Certificates in the person's scope that end within the radar's months or ended lately.

    Each has ``expiry``, ``valid_to``, ``stage``, ``holder_names``, ``open_dossier`` with ``open_code`` and
    ``open_state`` (the product's open dossier), and ``mine``: whether the person fills in dossiers there.
    """
    rows: Any = Recognition.objects.visible_to(user)
    found: QuerySet[Recognition] = staged(rows, days).annotate(mine=_holds(user, filing.FILLERS, "area"))
    return found.select_related("product", "area")


def ending(rows: Any, days: Days) -> Any:
    """Of the recognitions those on the radar, each with ``expiry`` and ``valid_to``."""
    standing = rows.given_by(days.on).not_ended(days.on).with_validity(days.on)
    return standing.filter(expiry__gte=days.since, expiry__lte=days.until)


def staged(rows: Any, days: Days) -> Any:
    """Of the recognitions those on the radar, with what :func:`certificates` says of each but ``mine``."""
    waiting = Dossier.objects.open().filter(product=OuterRef("product"))
    holders = RecognitionHolder.objects.filter(recognition=OuterRef("pk")).order_by().values("recognition")
    names = holders.annotate(names=StringAgg("name", "; ", order_by="pk"))
    return ending(rows, days).annotate(
        stage=stages.stage(days, "expiry", certificates=True),
        open_dossier=Subquery(waiting.values("pk")[:1]),
        open_code=Subquery(waiting.values("code")[:1]),
        open_state=Subquery(waiting.values("state")[:1]),
        holder_names=Subquery(names.values("names")[:1]),
    )


def papers(user: User, days: Days) -> QuerySet[Evidence]:
    """Papers of the libraries in the person's scope that end within the radar's months or ended lately.

    Those that were replaced don't count. Each has ``stage`` and ``mine``: whether the person may replace it.
    """
    rows: Any = Evidence.objects.visible_to(user)
    found: QuerySet[Evidence] = paper_stages(rows, days)
    mine = _holds(user, MAKERS, "enterprise__area")
    return found.annotate(mine=mine).select_related("enterprise__area", "replaced_by")


def ending_papers(rows: Any, days: Days) -> Any:
    """Of the papers those on the radar."""
    return rows.current().filter(expires_on__gte=days.since, expires_on__lte=days.until)


def paper_stages(rows: Any, days: Days) -> Any:
    """Of the papers those on the radar, each with its ``stage``."""
    return ending_papers(rows, days).annotate(stage=stages.stage(days, "expires_on"))


def _holds(user: User, roles: Any, area: str) -> Exists:
    """Whether the person holds one of the posts over the row's area today."""
    posts = Post.objects.of(user).working().filter(role__in=[Role(role) for role in roles])
    return Exists(posts.filter(area__covers__covered=OuterRef(area)))
