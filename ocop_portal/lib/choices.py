"""The options of a list to choose from, written at once: lists of a thousand organisations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from html import escape
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
            yield f'\n  <optgroup label="{_text(name)}">'
        for option in members:
            attributes = _attributes(option["attrs"]) if option["attrs"] else ""
            label = _text(option["label"])
            yield f'\n  <option value="{_plain(option["value"])}"{attributes}>{label}</option>'
        if name:
            yield "\n  </optgroup>"


def _attributes(attributes: Mapping[str, Any]) -> str:
    """As ``django/forms/widgets/attrs.html``: True is the name alone, False nothing."""
    given = [(_plain(name), value) for name, value in attributes.items() if value is not False]
    return "".join(f" {name}" if value is True else f' {name}="{_plain(value)}"' for name, value in given)


def _plain(value: Any) -> str:
    """Escaped as by a template; what is a bare string, as nearly all is, without the detours."""
    return escape(value) if type(value) is str else str(conditional_escape(value))


def _text(value: Any) -> str:
    """As :func:`_plain`, a number as the reader writes it."""
    return _plain(value if type(value) is str else localize(value))
