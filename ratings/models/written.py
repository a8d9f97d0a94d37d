"""Expressions whose SQL is written by hand: what every count of recognitions asks of every one of them.

The same questions put together from the framework's subqueries took several times as long, half of it in
composing them.
"""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.db.models import F, Func


class Written(Func):
    """``sql`` with the names of ``columns`` of the row filled in, and what is given; it has no parameters.

    Days alone may be given: they are written as they are, and nothing that a person typed is.
    """

    columns: ClassVar[tuple[str, ...]] = ("pk",)
    sql: ClassVar[str]

    def __init__(self, **days: date) -> None:
        super().__init__(*(F(column) for column in self.columns))
        self.days = days

    def as_sql(self, compiler: Any, connection: Any, *_args: Any, **_options: Any) -> tuple[str, tuple[()]]:
        """The expression's SQL."""
        columns = (compiler.compile(source)[0] for source in self.get_source_expressions())
        days = {name: f"DATE '{day.isoformat()}'" for name, day in self.days.items()}
        return self.sql.format(**dict(zip(self.columns, columns, strict=True)), **days), ()
