"""What stands behind a figure, as a page lists it: live or frozen, the same.

Rows that count; of a share also its whole; of a figure that counts units these, each leading on to its rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

from django.core.paginator import Page
from django.http import Http404, HttpRequest

from ocop_portal.lib import paging

from .tables import Record, Share, Source, UnitLine

ROWS = 100
UNIT = "don-vi"
"""The parameter that names the unit whose rows are asked for."""
COUNTED, WHOLE, UNPLACED = "", "ca", "chua-ro"
"""The lists of a page, as its address names the one whose pages are turned."""
Look = Callable[[Iterable[str]], Mapping[str, Record]]
"""What gives the records of keys, as far as they are there."""


@dataclass
class Listed:
    """One list of the page, of which ``rows`` are shown; ``code`` names it where its pages are turned."""

    code: str
    page: Page[str]
    rows: list[Record] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many rows it has in all."""
        return self.page.paginator.count


class UnitRow(NamedTuple):
    """A unit that is to reach a number, as its row shows it; ``query`` leads to what it counts."""

    record: Record
    line: UnitLine
    query: str


@dataclass(frozen=True)
class Behind:
    """Everything the page lists. ``unit`` is the one whose rows are shown, where one is asked for.

    ``back`` are the parameters that lead from it to all units.
    """

    source: Source
    counted: Listed
    whole: Listed
    unplaced: Listed
    units: list[UnitRow]
    unit: UnitRow | None
    back: str

    @property
    def share(self) -> Share | None:
        """The share's two numbers, where the figure is one."""
        return self.source.share

    @property
    def among(self) -> frozenset[str]:
        """Those of the whole's rows that count."""
        return frozenset(self.share.among if self.share else ())

    @property
    def count(self) -> int:
        """The figure where rows or units are counted; of a unit alone, its rows."""
        if self.source.units and not self.unit:
            return sum(one.reaches for one in self.source.units)
        return self.counted.count


def behind(source: Source, look: Look, request: HttpRequest) -> Behind:
    """What explains a figure; the records of the whole page are looked up at once."""
    line = _asked_unit(source, request)
    lines: Sequence[UnitLine] = [line] if line else source.units
    lists = {code: _listed(code, keys, request) for code, keys in _keys(source, line).items()}
    found = look(chain((one.key for one in lines), *(one.page.object_list for one in lists.values())))
    for one in lists.values():
        one.rows = [found[key] for key in one.page.object_list if key in found]
    rows = [UnitRow(found[one.key], one, _query(one, request)) for one in lines if one.key in found]
    unit = rows[0] if line and rows else None
    return Behind(
        source,
        counted=lists[COUNTED],
        whole=lists[WHOLE],
        unplaced=lists[UNPLACED],
        units=[] if line else rows,
        unit=unit,
        back=_query(None, request),
    )


def _keys(source: Source, unit: UnitLine | None) -> dict[str, Sequence[str]]:
    """The keys of each list; the rows of units are listed unit by unit."""
    if unit:
        return {COUNTED: unit.counts, WHOLE: (), UNPLACED: ()}
    counted = () if source.units else source.counts
    return {COUNTED: counted, WHOLE: source.share.keys if source.share else (), UNPLACED: source.unplaced}


def _listed(code: str, keys: Sequence[str], request: HttpRequest) -> Listed:
    return Listed(code, paging.page_of(keys, request, ROWS, part=code))


def _asked_unit(source: Source, request: HttpRequest) -> UnitLine | None:
    wanted = request.GET.get(UNIT)
    if not wanted:
        return None
    found = next((one for one in source.units if one.key == wanted), None)
    if found is None:
        raise Http404
    return found


def _query(unit: UnitLine | None, request: HttpRequest) -> str:
    """The page's parameters for a unit, or for all of them, at their first page."""
    kept = request.GET.copy()
    for name in (UNIT, paging.PART, paging.PARAMETER):
        kept.pop(name, None)
    if unit:
        kept[UNIT] = unit.key
    return kept.urlencode()
