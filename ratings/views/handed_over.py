"""The lists of a handover as pages print them, before and after the act."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Role

from ..models import Authority, Dossier

Row = Mapping[str, Any]
# A list on the page shows so many rows; the number of all stands above it.
SHOWN = 200
WHY: dict[str, str | Promise] = {
    "split": gettext_lazy("its commune was split: choose the commune of today on its page"),
    "no_successor": gettext_lazy("the unit has no successor: give a post where the person works now"),
    "administrator": gettext_lazy("an administrator who looks after the account ends the post"),
}
WHAT: dict[str, str | Promise] = {
    "enterprises": gettext_lazy("Organisation"),
    "products": gettext_lazy("Product"),
    "posts": gettext_lazy("Post"),
    "new_post": gettext_lazy("New post"),
}
PAGES = {"enterprises": "enterprises:edit", "products": "products:edit"}


@dataclass(frozen=True)
class Line:
    """One row: its name, what was and what will be (or is) in its place, and the page to open."""

    name: str
    before: str
    after: str
    page: str = ""
    key: int = 0


@dataclass(frozen=True)
class Table:
    """One list of a handover."""

    title: str
    count: int
    lines: list[Line] = field(default_factory=list)

    @property
    def more(self) -> int:
        """How many rows are not shown."""
        return self.count - len(self.lines)


def tables(items: Mapping[str, list[dict[str, Any]]]) -> list[Table]:
    """The lists that have rows, in the order of the act, what is left for a person last."""
    kinds: list[tuple[str, str, Callable[[Row], Line]]] = [
        ("dossiers", _("Open dossiers"), _dossier),
        ("enterprises", _("Organisations, with their evidence"), _record("enterprises:detail")),
        ("products", _("Products"), _record("products:detail")),
        ("posts", _("Posts"), _post),
        ("left", _("Left for a person to do"), _left),
    ]
    return [
        Table(title, len(rows), [line(row) for row in rows[:SHOWN]])
        for name, title, line in kinds
        if (rows := items.get(name, []))
    ]


def _record(page: str) -> Callable[[Row], Line]:
    return lambda row: Line(row["name"], row["from"], row["to"], page, row["id"])


def _dossier(row: Row) -> Line:
    before, after = (_level(level) for level in row["level"])
    terms = [_due(day) for day in row["due_on"]]
    was, officer = row["officer"], row["assigned_to"][1]
    freed = _("nobody in charge yet") if was and officer is None else ""
    return Line(
        f"{row['code']} · {row['product']}",
        " · ".join(word for word in (before, terms[0], was) if word),
        " · ".join(word for word in (after, terms[1], freed) if word),
        "ratings:dossier",
        row["id"],
    )


def _post(row: Row) -> Line:
    name = f"{row['name']} ({row['user']})"
    role = str(Role(row["role"]).label)
    ended = _("ended on %(day)s") % {"day": _day(row["ends_on"])}
    return Line(name, f"{role}, {row['from']}: {ended}", f"{role}, {row['to']}" if row["to"] else "–")


def _left(row: Row) -> Line:
    words = row.get("name", "")
    if "user" in row:
        words = f"{words} ({row['user']}), {Role(row['role']).label}"
    page = PAGES.get(row["what"], "")
    return Line(f"{WHAT[row['what']]}: {words}", row["from"], str(WHY[row["why"]]), page, row["id"])


def _level(level: str) -> str:
    return str(Authority.AuthorityLevel(level).label) if level else str(Dossier.State.DRAFT.label)


def _due(iso: str | None) -> str:
    return _("due on %(day)s") % {"day": _day(iso)} if iso else ""


def _day(iso: str | None) -> str:
    return f"{date.fromisoformat(iso):%d/%m/%Y}" if iso else ""
