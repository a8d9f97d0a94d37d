"""Writing news: programme officers write articles of their units, publish them and take them back."""

from __future__ import annotations

import secrets
from datetime import date
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import auditing, rules
from accounts.models import AuditEntry, Role, User
from areas.models import Area
from ocop_portal.lib import files, html, text
from ocop_portal.lib.files import Upload
from public.models import Article

WRITERS = (Role.OFFICER,)


class Stale(Exception):
    """Somebody changed the article since the form was opened; the text says who and when.

    ``version`` is the one that stands now.
    """

    def __init__(self, words: str, version: int) -> None:
        super().__init__(words)
        self.version = version


def may_write(user: User, area: Area | None = None) -> rules.Verdict:
    """Whether the person may write news: officers, of the area where one is given."""
    return rules.needs(user, WRITERS, area)


@transaction.atomic
def create(*, by: User, area: Area, news_date: date, picture: Upload | None = None, **fields: Any) -> Article:
    """Write a new article, not yet published. ``fields`` are those of :class:`Article`.

    The same text of the same person again, as a button pressed twice sends it, is the article that stands.
    """
    may_write(by, area).require()
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    article = Article(area=area, news_date=news_date, author=by, **fields)
    if sent := _sent_before(article):
        return sent
    _save(article, picture)
    auditing.record("article.created", article, by=by)
    return article


@transaction.atomic
def change(
    article: Article, *, by: User, version: int, picture: Upload | None = None, **fields: Any
) -> Article:
    """Change an article; a new picture takes the place of the old. Raises ``Stale`` for an old version."""
    locked = _locked(article, by)
    if locked.version != version:
        raise Stale(_last_change(locked), locked.version)
    may_write(by, fields.get("area", locked.area)).require()
    changed = [name for name, value in fields.items() if getattr(locked, name) != value]
    for name in changed:
        setattr(locked, name, fields[name])
    locked.version += 1
    _save(locked, picture)
    auditing.record("article.changed", locked, by=by, changed=changed + ["image"] * bool(picture))
    return locked


@transaction.atomic
def publish(article: Article, *, by: User) -> Article:
    """Let everybody read the article; one that is published stays as it is."""
    locked = _locked(article, by)
    if locked.published_at is None:
        locked.published_at = timezone.now()
        locked.save(update_fields=["published_at"])
        auditing.record("article.published", locked, by=by)
    return locked


@transaction.atomic
def unpublish(article: Article, *, by: User) -> Article:
    """Take the article off the public pages; it can be published again."""
    locked = _locked(article, by)
    if locked.published_at is not None:
        locked.published_at = None
        locked.save(update_fields=["published_at"])
        auditing.record("article.unpublished", locked, by=by)
    return locked


def _locked(article: Article, by: User) -> Article:
    locked = Article.objects.select_for_update(of=("self",)).select_related("area").get(pk=article.pk)
    may_write(by, locked.area).require()
    return locked


def _sent_before(article: Article) -> Article | None:
    same = {"author": article.author, "area": article.area, "news_date": article.news_date, "version": 1}
    title, body = text.nfc(article.title), html.clean(article.body)
    return Article.objects.filter(**same, title=title, body=body, published_at=None).first()


def _save(article: Article, picture: Upload | None) -> None:
    """Save the article with its new picture, drawn anew under a random name; the old one goes afterwards."""
    if picture is None:
        article.save()
        return
    storage, old = article.image.storage, article.image.name
    name = f"{secrets.token_hex(16)}{picture.extension}"
    article.image.save(name, ContentFile(files.clean_image(picture)), save=False)
    try:
        article.save()
    except BaseException:
        storage.delete(str(article.image.name))
        raise
    if old:
        transaction.on_commit(lambda: storage.delete(old))


def _last_change(article: Article) -> str:
    entries = AuditEntry.objects.filter(object_type="public.article", object_id=str(article.pk))
    last = entries.order_by("-pk").first()
    words = _("%(who)s changed this article at %(when)s. Your text is kept; saving again replaces theirs.")
    when = timezone.localtime(last.at if last else article.updated_at)
    return words % {"who": last.actor_name if last else "", "when": f"{when:%H:%M %d/%m/%Y}"}
