"""Formulas as far as forms use them: arithmetic, comparisons, sums, counts, conditions, rounding."""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Protocol


@dataclass(frozen=True)
class ExcelError:
    """A value such as ``#DIV/0!``."""

    code: str


class Unknown(Exception):
    """A formula that is not understood here."""


Single = None | bool | float | str | ExcelError
Known = Single | Unknown
Range = list[Single]
Thunk = Callable[[], "Single | Range"]


class Reader(Protocol):
    """Where the values of cells come from."""

    def area(self, home: str, prefix: str, area: str) -> Range:
        """The values of a range in reading order."""

    def named(self, home: str, name: str) -> tuple[str, str]:
        """The sheet's prefix and the range that a defined name stands for; :class:`Unknown` for others."""


class _Failed(Exception):
    def __init__(self, error: ExcelError) -> None:
        super().__init__(error.code)
        self.error = error


_CELL = r"\$?[A-Z]{1,3}\$?[0-9]{1,7}"
_TOKEN = re.compile(
    rf"""\s*(?:(?P<number>\d+(?:\.\d+)?(?:E[+-]?\d+)?)(?![\w:])|(?P<text>"(?:[^"]|"")*")
    |(?P<sheet>(?:'(?:[^']|'')++'|\w[\w.]*)!)?(?P<area>{_CELL}(?::{_CELL})?)(?![\w(.!])
    |(?P<function>[A-Z][A-Z0-9.]*)\(|(?P<word>TRUE|FALSE)\b|(?P<name>[^\W\d][\w.]*)(?![\w(!\[])
    |(?P<sign><=|>=|<>|[-+*/^&=<>(),;%]))""",
    re.VERBOSE,
)


def evaluate(formula: str, reader: Reader, home: str) -> Single:
    """The formula's value on the sheet ``home``. Raises :class:`Unknown`."""
    parser = _Parser(formula, reader, home)
    thunk = parser.comparison()
    if parser.tokens:
        raise Unknown
    try:
        value = _single(thunk())
    except _Failed as failed:
        return failed.error
    except (OverflowError, ArithmeticError, ValueError):
        return ExcelError("#NUM!")
    return 0.0 if value is None else value


class _Parser:
    """Turns a formula into functions that compute its parts when they are asked."""

    def __init__(self, formula: str, reader: Reader, home: str) -> None:
        self.reader, self.home = reader, home
        self.tokens: list[re.Match[str]] = []
        at = 0
        while at < len(formula.rstrip()):
            found = _TOKEN.match(formula, at)
            if found is None or found.end() == at:
                raise Unknown
            self.tokens.append(found)
            at = found.end()
        self.tokens.reverse()

    def comparison(self) -> Thunk:
        return self._chain(self._joined, _COMPARISONS)

    def _joined(self) -> Thunk:
        return self._chain(self._sum, {"&": lambda one, other: _text(one) + _text(other)})

    def _sum(self) -> Thunk:
        return self._chain(self._product, {"+": _numeric(operator.add), "-": _numeric(operator.sub)})

    def _product(self) -> Thunk:
        return self._chain(self._power, {"*": _numeric(operator.mul), "/": _numeric(_divided)})

    def _power(self) -> Thunk:
        return self._chain(self._signed, {"^": _numeric(math.pow)})

    def _signed(self) -> Thunk:
        if self._next("-"):
            inner = self._signed()
            return lambda: -_number(_single(inner()))
        if self._next("+"):
            return self._signed()
        value = self._atom()
        while self._next("%"):
            value = _hundredth(value)
        return value

    def _atom(self) -> Thunk:
        if not self.tokens:
            raise Unknown
        if self._next("("):
            value = self.comparison()
            self._expect(")")
            return value
        token = self.tokens.pop()
        if token["area"]:
            prefix, area = token["sheet"] or "", token["area"]
            return lambda: self._cells(prefix, area)
        if token["name"]:
            prefix, area = self.reader.named(self.home, token["name"])
            return lambda: self._cells(prefix, area)
        if token["function"]:
            return self._function(token["function"])
        return _constant(token)

    def _cells(self, prefix: str, area: str) -> Single | Range:
        found = self.reader.area(self.home, prefix, area)
        return found if ":" in area else found[0]

    def _function(self, name: str) -> Thunk:
        arguments: list[Thunk] = []
        while not self._next(")"):
            arguments.append(self.comparison())
            if not self._next(","):
                self._expect(")")
                break
        if name in _LAZY:
            return lambda: _LAZY[name](*arguments)
        if name not in _FUNCTIONS:
            raise Unknown
        return lambda: _called(name, [argument() for argument in arguments])

    def _chain(self, part: Callable[[], Thunk], acts: dict[str, Callable[[Single, Single], Single]]) -> Thunk:
        value = part()
        while self.tokens and self.tokens[-1]["sign"] in acts:
            act = acts[self.tokens.pop()["sign"]]
            value = _applied(act, value, part())
        return value

    def _next(self, sign: str) -> bool:
        if self.tokens and self.tokens[-1]["sign"] == sign:
            self.tokens.pop()
            return True
        return False

    def _expect(self, sign: str) -> None:
        if not self._next(sign):
            raise Unknown


def _constant(token: re.Match[str]) -> Thunk:
    if token["number"]:
        number = float(token["number"])
        return lambda: number
    if token["text"]:
        words = token["text"][1:-1].replace('""', '"')
        return lambda: words
    if token["word"]:
        truth = token["word"] == "TRUE"
        return lambda: truth
    raise Unknown


def _applied(act: Callable[[Single, Single], Single], one: Thunk, other: Thunk) -> Thunk:
    return lambda: act(_single(one()), _single(other()))


def _hundredth(value: Thunk) -> Thunk:
    return lambda: _number(_single(value())) / 100


def _called(name: str, arguments: list[Single | Range]) -> Single:
    try:
        return _FUNCTIONS[name](*arguments)
    except TypeError as error:  # another number of arguments than is understood
        raise Unknown from error


def _single(value: Single | Range) -> Single:
    if isinstance(value, list):
        raise Unknown  # an implicit intersection
    if isinstance(value, ExcelError):
        raise _Failed(value)
    return value


def _number(value: Single) -> float:
    if value is None:
        return 0.0
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError as error:
            raise _Failed(ExcelError("#VALUE!")) from error
    if isinstance(value, ExcelError):
        raise _Failed(value)
    return float(value)


def _text(value: Single) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{value:.15g}"
    return str(value)


def _numeric(act: Callable[[float, float], float]) -> Callable[[Single, Single], Single]:
    return lambda one, other: act(_number(one), _number(other))


def _divided(one: float, other: float) -> float:
    if other == 0:
        raise _Failed(ExcelError("#DIV/0!"))
    return one / other


def _compared(act: Callable[[object, object], bool]) -> Callable[[Single, Single], Single]:
    """Numbers before texts before truths; an empty cell is the nothing of the other side."""

    def compare(one: Single, other: Single) -> bool:
        return act(_rank(one, other), _rank(other, one))

    return compare


def _rank(value: Single, beside: Single) -> tuple[int, float | str]:
    if value is None:
        return (1, "") if isinstance(beside, str) else (0, 0.0)
    if isinstance(value, bool):
        return 2, float(value)
    return (1, value.casefold()) if isinstance(value, str) else (0, _number(value))


_COMPARISONS = {
    "=": _compared(operator.eq),
    "<>": _compared(operator.ne),
    "<": _compared(operator.lt),  # type: ignore[arg-type]
    ">": _compared(operator.gt),  # type: ignore[arg-type]
    "<=": _compared(operator.le),  # type: ignore[arg-type]
    ">=": _compared(operator.ge),  # type: ignore[arg-type]
}


def _flat(arguments: tuple[Single | Range, ...]) -> Range:
    found: Range = []
    for one in arguments:
        found += one if isinstance(one, list) else [one]
    for value in found:
        if isinstance(value, ExcelError):
            raise _Failed(value)
    return found


def _numbers(arguments: tuple[Single | Range, ...]) -> list[float]:
    return [value for value in _flat(arguments) if isinstance(value, float)]


def _mean(*arguments: Single | Range) -> float:
    found = _numbers(arguments)
    return _divided(math.fsum(found), len(found))


def _rounded(value: Single | Range, places: Single | Range = 0.0) -> float:
    number, digits = _number(_single(value)), int(_number(_single(places)))
    return float(Decimal(repr(number)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))


def _subtotal(kind: Single | Range, *ranges: Single | Range) -> float:
    """Sums alone; every other kind is left to Excel."""
    if _single(kind) not in {9.0, 109.0}:
        raise Unknown
    return math.fsum(_numbers(ranges))


def _if(condition: Thunk, then: Thunk, otherwise: Thunk = lambda: False) -> Single:
    return _single(then() if _number(_single(condition())) else otherwise())


def _iferror(value: Thunk, otherwise: Thunk) -> Single:
    try:
        return _single(value())
    except _Failed:
        return _single(otherwise())


_FUNCTIONS: dict[str, Callable[..., Single]] = {
    "SUM": lambda *ranges: math.fsum(_numbers(ranges)),
    "SUBTOTAL": _subtotal,
    "AVERAGE": _mean,
    "MIN": lambda *ranges: min(_numbers(ranges), default=0.0),
    "MAX": lambda *ranges: max(_numbers(ranges), default=0.0),
    "COUNT": lambda *ranges: float(len(_numbers(ranges))),
    "COUNTA": lambda *ranges: float(sum(value is not None for value in _flat(ranges))),
    "ABS": lambda value: abs(_number(_single(value))),
    "ROUND": _rounded,
    "CONCATENATE": lambda *texts: "".join(_text(_single(one)) for one in texts),
}
_LAZY: dict[str, Callable[..., Single]] = {"IF": _if, "IFERROR": _iferror}
