"""Judges of an Excel file that share nothing with its writer: two readers, an evaluator, LibreOffice."""

import operator
import re
import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import partial
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils import get_column_letter, range_boundaries
from python_calamine import CalamineWorkbook

Cells = dict[tuple[str, str], object]
TOLERANCE = 1e-9


# ---- reading


def values_by_openpyxl(path: Path) -> Cells:
    """Every cell that shows something, by (sheet, address), as openpyxl reads the cached values."""
    book = openpyxl.load_workbook(path, data_only=True)
    return {
        (sheet.title, cell.coordinate): _unescaped(cell.value)
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.value not in (None, "")
    }


def values_by_calamine(path: Path) -> Cells:
    """The same as calamine reads it."""
    book = CalamineWorkbook.from_path(str(path))
    cells: Cells = {}
    for title in book.sheet_names:
        for row, values in enumerate(book.get_sheet_by_name(title).to_python(skip_empty_area=False), start=1):
            for column, value in enumerate(values, start=1):
                if value not in (None, ""):
                    cells[title, f"{get_column_letter(column)}{row}"] = value
    return cells


def formulas(path: Path) -> dict[tuple[str, str], str]:
    """Every formula, by (sheet, address), with its ``=``."""
    book = openpyxl.load_workbook(path)
    return {
        (sheet.title, cell.coordinate): cell.value
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    }


def same(one: object, other: object) -> bool:
    """Equal as a person sees it: numbers to nine digits, a date like its midnight, text exactly."""
    one, other = _comparable(one), _comparable(other)
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) <= TOLERANCE * max(1.0, abs(one), abs(other))
    return one == other


def differences(one: Cells, other: Cells) -> list[tuple[str, str, object, object]]:
    """Cells in which two readings differ: (sheet, address, one, other)."""
    return [
        (*key, one.get(key), other.get(key))
        for key in sorted(one.keys() | other.keys())
        if not same(one.get(key), other.get(key))
    ]


def _comparable(value: object) -> object:
    if isinstance(value, bool):
        return value
    if isinstance(value, datetime):
        return value.replace(microsecond=0)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)
    return float(value) if isinstance(value, int | float | Decimal | Fraction) else value


def _unescaped(value: object) -> object:
    """openpyxl hands out Excel's ``_xHHHH_`` escapes as they stand in the file."""
    if not isinstance(value, str):
        return value
    return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda match: chr(int(match[1], 16)), value)


# ---- evaluating


@dataclass(frozen=True)
class Disagreement:
    sheet: str
    cell: str
    formula: str
    cached: object
    computed: object


def wrong_formulas(path: Path) -> list[Disagreement]:
    """Formulas of the file whose cached value isn't what the formula gives."""
    cached = values_by_openpyxl(path)
    evaluator = Evaluator(cached, formulas(path))
    return [
        Disagreement(sheet, cell, text, cached.get((sheet, cell)), computed)
        for (sheet, cell), text in evaluator.formulas.items()
        if not same(cached.get((sheet, cell), ""), computed := evaluator.value(sheet, cell))
    ]


_TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d+\.?\d*(?:[Ee][+-]?\d+)?)|(?P<text>"(?:[^"]|"")*")
    |(?P<reference>(?:(?:'(?:[^']|'')+'|[^\W\d]\w*)!)?\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?)(?![\w(])
    |(?P<name>[A-Z]+)(?=\()|(?P<sign><=|>=|<>|[-+*/^&=<>(),]))""",
    re.VERBOSE,
)


class Evaluator:
    """Computes formulas from the cells they name, never from the cached values of other formulas.

    Knows + - * / ^ &, comparisons, and SUM, SUBTOTAL(9|109), COUNTA, COUNTIF, AVERAGE, MIN, MAX, ROUND, ABS,
    IF, IFERROR; anything else is an error, so no new kind of formula passes unexamined. Numbers are exact.
    """

    def __init__(self, values: Mapping[tuple[str, str], object], formulas: Mapping[tuple[str, str], str]):
        self.values = values
        self.formulas = formulas
        self._known: Cells = {}
        self._open: set[tuple[str, str]] = set()

    def value(self, sheet: str, cell: str) -> object:
        key = (sheet, cell)
        if key not in self.formulas:
            value = self.values.get(key)
            return Fraction(str(value)) if _is_number(value) else value
        if key in self._open:
            raise AssertionError(f"{sheet}!{cell} refers to itself")
        if key not in self._known:
            self._open.add(key)
            self._known[key] = _Expression(self, sheet, self.formulas[key]).result()
            self._open.remove(key)
        return self._known[key]


Thunk = Callable[[], object]


class _Expression:
    """A formula as nested functions without arguments, so that IF looks only at the branch it takes."""

    def __init__(self, evaluator: Evaluator, sheet: str, formula: str):
        self.evaluator, self.sheet, self.formula = evaluator, sheet, formula
        self.tokens = list(self._scan(formula.removeprefix("=")))

    def _scan(self, text: str) -> Iterator[tuple[str, str]]:
        at = 0
        while text[at:].strip():
            match = _TOKEN.match(text, at)
            assert match and match.lastgroup, f"can't read {text[at:]!r} in {self.formula}"
            yield match.lastgroup, match[match.lastgroup]
            at = match.end()

    def result(self) -> object:
        whole = self._comparison()
        assert not self.tokens, f"{self.tokens} left over in {self.formula}"
        value = _single(whole())
        return Fraction(0) if value is None else value  # Excel shows a reference to an empty cell as 0

    def _next(self, signs: Iterable[str]) -> str:
        if self.tokens and self.tokens[0][0] == "sign" and self.tokens[0][1] in signs:
            return self.tokens.pop(0)[1]
        return ""

    def _chain(self, operand: Callable[[], Thunk], operators: Mapping[str, Callable[..., object]]) -> Thunk:
        left = operand()
        while sign := self._next(operators):
            left = partial(_apply, operators[sign], left, operand())
        return left

    def _comparison(self) -> Thunk:
        return self._chain(self._joined, _COMPARISONS)

    def _joined(self) -> Thunk:
        return self._chain(self._sum, {"&": lambda one, other: f"{one}{other}"})

    def _sum(self) -> Thunk:
        return self._chain(self._product, {"+": _on_numbers(operator.add), "-": _on_numbers(operator.sub)})

    def _product(self) -> Thunk:
        times, over = _on_numbers(operator.mul), _on_numbers(operator.truediv)
        return self._chain(self._power, {"*": times, "/": over})

    def _power(self) -> Thunk:
        return self._chain(self._atom, {"^": _on_numbers(operator.pow)})

    def _atom(self) -> Thunk:
        if self._next("-"):
            inner = self._atom()
            return lambda: -_number(inner())
        if self._next("+"):
            return self._atom()
        if self._next("("):
            value = self._comparison()
            assert self._next(")"), self.formula
            return value
        kind, text = self.tokens.pop(0)
        if kind == "number":
            return lambda: Fraction(text)
        if kind == "text":
            return lambda: text[1:-1].replace('""', '"')
        if kind == "reference":
            return lambda: self._reference(text)
        assert kind == "name", f"{text!r} out of place in {self.formula}"
        return self._function(text)

    def _reference(self, text: str) -> object:
        sheet, cells = self.sheet, text
        if "!" in text:
            sheet, cells = text.rsplit("!", 1)
            sheet = sheet.strip("'").replace("''", "'")
        cells = cells.replace("$", "")
        if ":" not in cells:
            return self.evaluator.value(sheet, cells)
        left, top, right, bottom = range_boundaries(cells)
        return [
            self.evaluator.value(sheet, f"{get_column_letter(column)}{row}")
            for row in range(top, bottom + 1)
            for column in range(left, right + 1)
        ]

    def _function(self, name: str) -> Thunk:
        assert self._next("(")
        arguments = []
        while not self._next(")"):
            arguments.append(self._comparison())
            self._next(",")
        if name in _LAZY:
            return lambda: _LAZY[name](*arguments)
        return lambda: _FUNCTIONS[name](*[argument() for argument in arguments])


def _apply(combine: Callable[..., object], left: Thunk, right: Thunk) -> object:
    return combine(_single(left()), _single(right()))


def _on_numbers(combine: Callable[..., object]) -> Callable[..., object]:
    return lambda one, other: Fraction(combine(_number(one), _number(other)))


def _on_comparable(combine: Callable[..., object]) -> Callable[..., object]:
    """An empty cell compares as the nothing of the other side's kind."""

    def compare(one: object, other: object) -> object:
        one = ("" if isinstance(other, str) else 0) if one is None else one
        other = ("" if isinstance(one, str) else 0) if other is None else other
        return combine(one, other)

    return compare


_COMPARISONS = {
    "=": _on_comparable(operator.eq),
    "<>": _on_comparable(operator.ne),
    "<": _on_comparable(operator.lt),
    ">": _on_comparable(operator.gt),
    "<=": _on_comparable(operator.le),
    ">=": _on_comparable(operator.ge),
}


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | Fraction) and not isinstance(value, bool)


def _single(value: object) -> object:
    assert not isinstance(value, list), "a range where one value belongs"
    return value


def _number(value: object) -> Fraction:
    if value in (None, ""):
        return Fraction(0)
    assert isinstance(value, int | Fraction), f"{value!r} is no number"
    return Fraction(value)


def _numbers(arguments: tuple[object, ...]) -> list[Fraction]:
    flat = [item for one in arguments for item in (one if isinstance(one, list) else [one])]
    return [Fraction(item) for item in flat if _is_number(item)]


def _if(condition: Thunk, then: Thunk, otherwise: Thunk = lambda: False) -> object:
    return then() if condition() else otherwise()


def _iferror(value: Thunk, otherwise: Thunk) -> object:
    try:
        return value()
    except ZeroDivisionError:
        return otherwise()


def _round(value: object, places: object) -> Fraction:
    step = Fraction(10) ** int(places)
    scaled = abs(_number(value)) * step + Fraction(1, 2)
    return Fraction(scaled.numerator // scaled.denominator) / step * (1 if _number(value) >= 0 else -1)


def _subtotal(kind: object, *ranges: object) -> Fraction:
    assert kind in (9, 109), f"SUBTOTAL({kind}) is not known here"
    return sum(_numbers(ranges), Fraction(0))


_FUNCTIONS = {
    "SUM": lambda *ranges: sum(_numbers(ranges), Fraction(0)),
    "SUBTOTAL": _subtotal,
    "AVERAGE": lambda *ranges: sum(_numbers(ranges), Fraction(0)) / len(_numbers(ranges)),
    "MIN": lambda *ranges: min(_numbers(ranges), default=Fraction(0)),
    "MAX": lambda *ranges: max(_numbers(ranges), default=Fraction(0)),
    "COUNTA": lambda *ranges: Fraction(sum(item is not None for one in ranges for item in one)),
    "COUNTIF": lambda cells, wanted: Fraction(sum(item == wanted for item in cells)),
    "ABS": lambda value: abs(_number(value)),
    "ROUND": _round,
}
_LAZY = {"IF": _if, "IFERROR": _iferror}


# ---- LibreOffice

_ALWAYS_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""


def find_libreoffice() -> str:
    """LibreOffice's program; where there is none, the test that asks is skipped and says so."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        pytest.skip("LibreOffice was not found, so its recalculation was not compared")
    return program


def recalculated(path: Path, folder: Path) -> Path:
    """A copy of the workbook that LibreOffice computed anew, in a profile of its own inside ``folder``."""
    profile = folder / "profile"
    settings = profile / "user" / "registrymodifications.xcu"
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text(_ALWAYS_RECALCULATE)
    out = folder / "recalculated"
    command = [find_libreoffice(), f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore"]
    command += ["--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(out), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)
    assert (out / path.name).exists(), done.stdout + done.stderr
    return out / path.name


def disagreements_with_libreoffice(path: Path, folder: Path) -> list[tuple[str, str, object, object]]:
    """Formulas whose cached value isn't what LibreOffice computes: (sheet, address, cached, computed)."""
    cells = formulas(path)
    cached, computed = values_by_openpyxl(path), values_by_openpyxl(recalculated(path, folder))
    return [
        (*key, cached.get(key), computed.get(key))
        for key in cells
        if not same(cached.get(key), computed.get(key))
    ]
