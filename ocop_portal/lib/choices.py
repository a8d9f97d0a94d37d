"""The options of a list to choose from, written at once: lists of a thousand organisations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.utils.formats import localize
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

Group = tuple[Any, list[dict[str, Any]], int]


def options(groups: Iterable[Group]) -> SafeString:
    """The ``optgroups`` of a widget as Django's own templates print them, each text escaped."""
    return mark_safe("".join(_written(groups)))  # noqa: S308 - every text is escaped below


def _written(groups: Iterable[Group]) -> Iterator[str]:
    for name, members, _place in groups:
        if name:
            yield f'\n  <optgroup label="{conditional_escape(localize(name))}">'
        for option in members:
            value, label = conditional_escape(option["value"]), conditional_escape(localize(option["label"]))
            attributes = _attributes(option["attrs"]) if option["attrs"] else ""
            yield f'\n  <option value="{value}"{attributes}>{label}</option>'
        if name:
            yield "\n  </optgroup>"


def _attributes(attributes: Mapping[str, Any]) -> str:
    """As ``django/forms/widgets/attrs.html``: True is the name alone, False nothing."""
    given = [(conditional_escape(name), value) for name, value in attributes.items() if value is not False]
    return "".join(
        f" {name}" if value is True else f' {name}="{conditional_escape(value)}"' for name, value in given
    )
