"""Telling posts of what concerns them, and settling it: a notice goes to a role in a unit, never to a person.

Who holds the post on a day reads it (``NoticeQuerySet.of_posts``); e-mail with a link follows (``mailing``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from areas.models import Area
from ocop_portal.lib import clock

from . import mailing
from .models import Notice, NoticeQuerySet, NoticeRead, Post, Role, User
from .notice_words import KINDS

BATCH = 500


@dataclass(frozen=True)
class Word:
    """A notice before it is told: to whom, of what, and the ``key`` that names the event."""

    role: Role
    area_id: int
    kind: str
    key: str
    facts: dict[str, Any] = field(default_factory=dict)
    url: str = ""
    due_on: date | None = None


def tell(
    role: Role,
    area: Area,
    *,
    kind: str,
    key: str,
    facts: dict[str, Any],
    url: str,
    due_on: date | None = None,
    on: date | None = None,
    by: User | None = None,
) -> Notice:
    """Tell the holders of a post (``role`` in ``area``) once: the same ``key`` again is the notice told.

    It belongs to the caller's transaction: rolled back, nobody was told. ``facts`` fill the words of
    ``kind`` (KeyError for one nobody registered); ``url`` is a path of the portal. ``by``, who did what is
    told, has read it. Once committed, a worker is woken to mail the link.
    """
    word = Word(role, area.pk, kind, key, facts, url, due_on)
    notice, is_new = Notice.objects.get_or_create(
        role=role, area=area, key=key, defaults=_columns(word, on or clock.today())
    )
    if is_new and by is not None:
        NoticeRead.objects.create(notice=notice, user=by)
    if is_new and notice.mail_due_at:
        transaction.on_commit(partial(mailing.wake, notice.pk), robust=True)
    return notice


@transaction.atomic
def tell_all(words: Sequence[Word], *, on: date | None = None) -> int:
    """Tell many at once, those told already left out; returns how many were new.

    Two statements a batch of ``BATCH``, whatever their number; the sweeper mails them. The same event is not
    told again to the unit that took over from one that was told.
    """
    day, told = on or clock.today(), 0
    for start in range(0, len(words), BATCH):
        batch = words[start : start + BATCH]
        known = set(_known(batch))
        fresh = [
            word
            for word in batch
            if {(word.role, word.key), (word.role, word.key, word.area_id)}.isdisjoint(known)
        ]
        rows = [
            Notice(role=word.role, area_id=word.area_id, key=word.key, **_columns(word, day))
            for word in fresh
        ]
        Notice.objects.bulk_create(rows, ignore_conflicts=True)
        told += len(rows)
    return told


def settle(prefix: str) -> int:
    """End the notices whose key begins with ``prefix`` (``dossier:12:``): their matter is done with."""
    return end(Notice.objects.filter(key__startswith=prefix))


def end(notices: NoticeQuerySet) -> int:
    """Settle the open ones of these notices, with their e-mail where it has not gone; returns how many."""
    return notices.open().update(settled_at=timezone.now(), mail_due_at=None)


def for_user(user: User, on: date | None = None) -> NoticeQuerySet:
    """The notices that the posts which the person holds today, in units that exist, are to read."""
    return Notice.objects.of_posts(Post.objects.of(user, on).working(on).select_related("area"), on)


def mark_read(notices: Iterable[Notice], *, by: User) -> None:
    """Keep that the person has read these notices; twice is once."""
    rows = [NoticeRead(notice=notice, user=by) for notice in notices]
    NoticeRead.objects.bulk_create(rows, BATCH, ignore_conflicts=True)


def _columns(word: Word, on: date) -> dict[str, Any]:
    return {
        "kind": word.kind,
        "facts": word.facts,
        "url": word.url,
        "due_on": word.due_on,
        "on": on,
        "asks": KINDS[word.kind].asks,
        "mail_due_at": timezone.now() if mailing.is_on() else None,
    }


def _known(batch: Sequence[Word]) -> Iterable[tuple[Any, ...]]:
    """What was told already: exactly this post, or while it stands this role in whatever unit."""
    found = Notice.objects.filter(key__in=[word.key for word in batch])
    for role, key, area_id, settled_at in found.values_list("role", "key", "area_id", "settled_at"):
        yield (role, key, area_id)
        if settled_at is None:
            yield (role, key)
