"""Notices as a person reads them: which, in what words, in what order; and the filter of their list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.db.models import BigIntegerField, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import notice_words, noticing
from accounts.models import Notice, NoticeQuerySet, Post, User
from ocop_portal.lib import clock
from ocop_portal.lib.forms import FilterForm
from ratings.models import Dossier

SHOWN = 20


@dataclass(frozen=True)
class Line:
    """One notice, in the reader's language."""

    pk: int
    title: str
    body: str
    url: str
    on: date
    due_on: date | None
    late: bool
    unread: bool
    settled: bool
    in_charge: str
    dossier: int | None = None

    @classmethod
    def of(cls, notice: Any) -> Line:
        """The line of a notice out of :func:`told`."""
        is_open = notice.settled_at is None
        return cls(
            pk=notice.pk,
            title=notice_words.title_of(notice),
            body=notice_words.body_of(notice),
            url=reverse("desk:notice", args=[notice.pk]),
            on=notice.on,
            due_on=notice.due_on,
            late=is_open and notice.due_on is not None and notice.due_on < clock.today(),
            unread=is_open and not notice.is_read,
            settled=not is_open,
            in_charge=notice.in_charge or "",
            dossier=notice.about,
        )


def told(notices: NoticeQuerySet, user: User) -> NoticeQuerySet:
    """The notices with what a line needs: whether read, and the officer in charge of the dossier."""
    dossier = Dossier.objects.filter(pk=OuterRef("about"))
    return (
        notices.with_read(user)
        .annotate(about=Cast(KT("facts__dossier"), BigIntegerField()))
        .annotate(in_charge=Subquery(dossier.values("assigned_to__full_name")[:1]))
    )


def waiting(user: User, posts: Iterable[Post]) -> list[Line]:
    """What the desk begins with: open notices of the posts, the longest overdue first. One statement.

    Where several ask for one act on a dossier (it came in, it is due soon) the desk shows the newest.
    """
    rows = told(Notice.objects.of_posts(posts).waiting_for(user), user)
    rows = rows.order_by(F("due_on").asc(nulls_last=True), "-on", "-pk")
    lines: dict[object, Line] = {}
    for row in rows[: 2 * SHOWN]:
        about = getattr(row, "about", None)
        same = row.asks and row.kind.startswith(("dossier.", "deadline."))
        lines.setdefault(("dossier", about) if same and about else row.pk, Line.of(row))
    return list(lines.values())[:SHOWN]


def listed(user: User) -> NoticeQuerySet:
    """All notices of the person's posts: unread ones first, then the newest."""
    rows = told(noticing.for_user(user), user)
    is_unread = Q(settled_at__isnull=True, is_read=False)
    return rows.annotate(is_unread=is_unread).order_by("-is_unread", "-on", "-pk")


class NoticeFilter(FilterForm):
    """The filter of the list of notices."""

    STATES = (("chua-doc", _("Unread")), ("con-viec", _("Not settled yet")), ("da-xong", _("Settled")))

    loai = forms.ChoiceField(label=_("About"), required=False)
    trang_thai = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("All notices")), *STATES]
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        topics = list(notice_words.TOPICS.items())
        self.fields["loai"].choices = [("", _("Everything")), *topics]  # type: ignore[attr-defined]

    def narrow(self, queryset: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        if chosen["loai"]:
            kinds = [name for name, kind in notice_words.KINDS.items() if kind.topic == chosen["loai"]]
            queryset = queryset.filter(kind__in=kinds)
        states = {
            "chua-doc": Q(is_unread=True),
            "con-viec": Q(settled_at__isnull=True),
            "da-xong": Q(settled_at__isnull=False),
        }
        return queryset.filter(states[chosen["trang_thai"]]) if chosen["trang_thai"] else queryset
