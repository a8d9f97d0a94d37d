"""Rows that are read when they are asked for: a page reads its hundred, a file all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any, overload

from django.utils import translation

from .tables import Cell

Row = tuple[Cell, ...]


class Window(Sequence[Row]):
    """The rows of a list, in the order of ``keys``; each begins with its number.

    ``read`` gives the rows of some of the keys without their numbers, in the order given, in as many
    statements whatever their number. A slice reads its own keys; whoever goes through all reads them once.
    """

    def __init__(self, keys: Sequence[Any], read: Callable[[Sequence[Any]], Iterable[Row]]) -> None:
        self._keys, self._read = keys, read

    def __len__(self) -> int:
        return len(self._keys)

    def __iter__(self) -> Iterator[Row]:
        return iter(self._whole)

    @overload
    def __getitem__(self, place: int) -> Row: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Row]: ...
    def __getitem__(self, place: int | slice) -> Row | Sequence[Row]:
        if isinstance(place, int):
            return self._whole[place]
        return self._numbered(range(len(self))[place])

    @cached_property
    def _whole(self) -> tuple[Row, ...]:
        return self._numbered(range(len(self)))

    def _numbered(self, places: range) -> tuple[Row, ...]:
        with translation.override("vi"):  # the words of a report, whoever reads it
            rows = self._read([self._keys[place] for place in places]) if places else ()
            return tuple((place + 1, *row) for place, row in zip(places, rows, strict=True))
