"""Rendering a piece of template as a visitor gets it, and asking the result what a test wants to know."""

from html.parser import HTMLParser

from django.contrib.auth.models import AnonymousUser
from django.template import RequestContext, Template
from django.test import RequestFactory
from django.utils import translation


class Page(HTMLParser):
    """What a test asks of a rendered page: ids, references between elements, and attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def ids(self) -> list[str]:
        return [attrs["id"] for _, attrs in self.tags if attrs.get("id")]

    def named(self, name: str) -> dict[str, str | None]:
        return next(attrs for _, attrs in self.tags if attrs.get("name") == name)

    def dangling(self) -> set[str]:
        """References to ids that are not on the page."""
        wanted = {attrs["for"] for _, attrs in self.tags if attrs.get("for")}
        wanted |= {attrs["href"][1:] for _, attrs in self.tags if (attrs.get("href") or "").startswith("#")}
        for _, attrs in self.tags:
            wanted |= {
                *(attrs.get("aria-describedby") or "").split(),
                *(attrs.get("aria-labelledby") or "").split(),
            }
        return wanted - set(self.ids())


def render(source: str, path: str = "/", language: str = "vi", **context: object) -> str:
    request = RequestFactory().get(path)
    request.user = AnonymousUser()
    with translation.override(language):
        return Template("{% load portal %}" + source).render(RequestContext(request, context))
