"""A person before a browser: reads the form that a page shows, fills in some fields, sends it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

from django.test import Client


@dataclass
class SeenForm:
    """A form of a page: where it is sent, what stands in it, what its choices offer."""

    action: str
    values: dict[str, list[str]] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)


class FormReader(HTMLParser):
    """The forms of a page, with the fields behind them that name their form; what is disabled is not sent."""

    def __init__(self, html: str, url: str) -> None:
        super().__init__()
        self.url, self.forms = url, list[SeenForm]()
        self.by_id: dict[str, SeenForm] = {}
        self.now: SeenForm | None = None
        self.text: tuple[SeenForm, str] | None = None
        self.select: tuple[SeenForm, str] | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        seen: dict[str, Any] = dict(attrs)
        if tag == "form":
            self.now = SeenForm(urljoin(self.url, seen.get("action") or ""))
            self.forms.append(self.now)
            self.by_id[seen.get("id") or ""] = self.now
        elif tag == "option" and self.select:
            form, name = self.select
            form.choices.setdefault(name, []).append(seen.get("value", ""))
            if "selected" in seen:
                form.values.setdefault(name, []).append(seen.get("value", ""))
        elif tag in {"input", "textarea", "select"} and seen.get("name") and "disabled" not in seen:
            form = self.by_id.get(seen["form"]) if "form" in seen else self.now
            if form:
                self._take(form, tag, seen)

    def _take(self, form: SeenForm, tag: str, seen: dict[str, Any]) -> None:
        name, kind = seen["name"], seen.get("type", "text")
        if tag == "select":
            self.select = form, name
        elif tag == "textarea":
            self.text, form.values[name] = (form, name), [""]
        elif kind in {"radio", "checkbox"}:
            form.choices.setdefault(name, []).append(seen.get("value", "on"))
            if "checked" in seen:
                form.values.setdefault(name, []).append(seen.get("value", "on"))
        elif kind not in {"submit", "button", "file"}:
            form.values.setdefault(name, []).append(seen.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.now = None
        elif tag == "textarea":
            self.text = None
        elif tag == "select":
            self.select = None

    def handle_data(self, data: str) -> None:
        if self.text:
            form, name = self.text
            form.values[name][0] = (form.values[name][0] + data).lstrip("\r\n")


def seen_form(client: Client, page: str, action: str = "") -> SeenForm:
    """The form of the page that is sent to ``action`` (the page itself unless given).

    Of several the one with most fields: the others are there for scripts, or ask for one thing.
    """
    response = client.get(page)
    assert response.status_code == 200, _plain(response.content.decode())
    forms = FormReader(response.content.decode(), page).forms
    fitting = [form for form in forms if form.action.partition("#")[0] == (action or page)]
    return max(fitting, key=lambda form: len(form.values.keys() | form.choices.keys()))


def fill_in(client: Client, page: str, action: str = "", **typed: Any) -> tuple[str, str]:
    """Fill in the page's form and send it: the address it leads to, and what that page says.

    A form that comes back instead fails with its errors.
    """
    form = seen_form(client, page, action)
    response = client.post(form.action, {**form.values, **typed}, follow=True)
    html = response.content.decode()
    assert (response.status_code, bool(response.redirect_chain)) == (200, True), _plain(html)
    return response.redirect_chain[-1][0], html


def _plain(html: str) -> str:
    """What the page says, without its tags: why a form came back."""
    words = re.sub(r"<[^>]+>", " ", html.partition("<main")[2] or html)
    return " ".join(words.split())[:3000]
