"""News: the one thing the public pages keep themselves."""

from __future__ import annotations

from html import unescape
from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.html import linebreaks
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.scoping import AreaScopedQuerySet
from areas.models import Area
from ocop_portal.lib import html, slugs, text


class ArticleQuerySet(AreaScopedQuerySet):
    """News articles; scope comes from the unit that publishes them."""

    def published(self) -> Self:
        """Articles that the public may read now."""
        return self.filter(published_at__lte=timezone.now())


class Article(models.Model):
    """A news article (tin tức); its body is cleaned when it is saved."""

    title = models.CharField(_("title"), max_length=250)
    slug = models.SlugField(max_length=200, unique=True, editable=False)
    summary = models.CharField(_("summary"), max_length=400, blank=True)
    body = models.TextField(_("text"))
    image = models.ImageField(_("picture"), upload_to="news/%Y", blank=True, max_length=200)
    image_caption = models.CharField(_("caption"), max_length=200, blank=True)
    area = models.ForeignKey(Area, models.PROTECT, related_name="articles", verbose_name=_("published by"))
    plan = models.ForeignKey(
        "plans.Plan",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="articles",
        verbose_name=_("plan announced"),
    )
    news_date = models.DateField(_("date"))
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    author = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    name_norm = models.CharField(max_length=260, editable=False)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = _("news article")
        verbose_name_plural = _("news")
        ordering = ["-news_date", "-pk"]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: object, **kwargs: object) -> None:
        self.title = text.nfc(self.title)
        self.body = html.clean(self.body)
        self.name_norm = text.search_key(self.title)
        self.slug = self.slug or slugs.free(Article, self.title, "tin")
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    @property
    def body_html(self) -> SafeString:
        """The text as pages print it, cleaned once more; one typed without markup gets its paragraphs."""
        cleaned = html.clean(self.body)
        return mark_safe(cleaned if "<" in cleaned else linebreaks(cleaned, autoescape=False))  # noqa: S308

    @property
    def body_as_typed(self) -> str:
        """The text as its form shows it: without markup, signs such as & stand as they were typed."""
        return self.body if "<" in self.body else unescape(self.body)
