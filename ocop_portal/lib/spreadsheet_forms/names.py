"""Placeholders: how they are written in a cell, and which ones a report knows."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ocop_portal.lib import text

WRITTEN = re.compile(r"\{\{([^{}]{1,120})\}\}")
"""Bounded, so that a text of nothing but braces costs no more than its length."""

CLOSE = 0.75
"""How like a known name must be to be offered: a letter wrong, left out or doubled, not another word."""


def fold(name: str) -> str:
    """The name as it is compared: ``Sản phẩm . Tên``, ``SAN-PHAM.ten`` and ``san_pham.ten`` are one."""
    parts = (text.search_key(part).replace(" ", "_") for part in name.split("."))
    return ".".join(parts)


def written_in(words: str) -> list[str]:
    """The names between double braces, folded, in their order."""
    return [fold(found[1]) for found in WRITTEN.finditer(words)]


def is_unclosed(words: str) -> bool:
    """Whether braces are left over: ``{{ky``, ``{{ky}``, ``ky}}``."""
    rest = WRITTEN.sub("", words)
    return "{{" in rest or "}}" in rest


def _likeness(name: str, known: str) -> float:
    """From 0 to 1. In one table the columns alone are compared: their long beginning makes any two alike."""
    table, point, column = name.partition(".")
    if point and known.startswith(f"{table}."):
        name, known = column, known.partition(".")[2]
    likeness = difflib.SequenceMatcher(None, name, known)
    return likeness.ratio() if min(likeness.real_quick_ratio(), likeness.quick_ratio()) >= CLOSE else 0.0


@dataclass(frozen=True)
class Vocabulary:
    """The names that may be written, each with what it stands for.

    ``single`` stand for one value; ``rows`` are tables by column, whose row repeats; ``keyed`` stand for one
    cell of a table: beginning, the row's label (which may have points), column: ``chi_tieu.1.1.luy_ke``.
    """

    single: Mapping[str, str] = field(default_factory=dict)
    rows: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    keyed: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def table_of(self, name: str) -> str:
        """The table whose rows repeat the name's row, or nothing."""
        table, _point, column = name.partition(".")
        return table if column in self.rows.get(table, {}) else ""

    def meaning(self, name: str) -> str:
        """What the name stands for; nothing for a name that is not known."""
        if name in self.single:
            return self.single[name]
        if table := self.table_of(name):
            return self.rows[table][name.partition(".")[2]]
        parts = name.split(".")
        return self.keyed.get(parts[0], {}).get(parts[-1], "") if len(parts) > 2 and all(parts) else ""

    def nearest(self, name: str) -> list[str]:
        """Up to three known names that somebody may have meant; none where none is really close."""
        known = {written: written for written in self._all()}
        for table, columns in self.rows.items():
            known |= {f"{table}.{fold(title)}": f"{table}.{column}" for column, title in columns.items()}
        close = ((likeness, one) for one in known if (likeness := _likeness(name, one)) >= CLOSE)
        best_first = (known[one] for _likeness_of_it, one in sorted(close, reverse=True))
        return list(dict.fromkeys(best_first))[:3]

    def _all(self) -> Iterator[str]:
        yield from self.single
        for table, columns in self.rows.items():
            yield from (f"{table}.{column}" for column in columns)
        for beginning, columns in self.keyed.items():
            yield from (f"{beginning}.1.{column}" for column in columns)
