"""Expressions whose SQL is written by hand: what nearly every statement asks of nearly every row.

The same questions put together from the framework's lookups and subqueries took several times as long, half
of it in composing them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

from django.db.models import F, Func

Given = date | Sequence[int]


class Written(Func):
    """``sql`` with the row's ``columns`` and what is given filled in, each under its name; no parameters.

    Days and keys alone may be given: they are written as they are, and nothing that a person typed is.
    ``paths`` lead to the columns where these are not fields of that name.
    """

    columns: ClassVar[tuple[str, ...]] = ("pk",)
    sql: ClassVar[str]

    def __init__(self, *paths: str, **given: Given) -> None:
        super().__init__(*(F(path) for path in paths or self.columns))
        self.given = given

    def as_sql(self, compiler: Any, connection: Any, *_args: Any, **_options: Any) -> tuple[str, tuple[()]]:
        """The expression's SQL."""
        columns = (compiler.compile(source)[0] for source in self.get_source_expressions())
        given = {name: _literal(value) for name, value in self.given.items()}
        return self.sql.format(**dict(zip(self.columns, columns, strict=True)), **given), ()


def _literal(value: Given) -> str:
    if isinstance(value, date):
        return f"DATE '{value.isoformat()}'"
    return ", ".join(str(int(key)) for key in value) or "NULL"
