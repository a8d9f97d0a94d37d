"""The report of a copy in the reader's words: what was carried over, what was left empty, what to look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from .. import carrying, sections

WHY: dict[str, str | Promise] = {
    carrying.EXPIRED: gettext_lazy("expired on %(until)s"),
    carrying.REMOVED: gettext_lazy("removed from the library"),
    carrying.OTHERS: gettext_lazy("belongs to another organisation"),
}
WHAT: dict[str, str | Promise] = {
    "case": gettext_lazy("Case %(code)s of the old set"),
    "criterion": gettext_lazy("Criterion %(code)s %(title)s: “%(label)s”"),
    "option": gettext_lazy("Criterion %(code)s %(title)s, the option “%(label)s”: choose anew"),
    "place": gettext_lazy(
        "Criterion %(code)s %(title)s, the paper “%(label)s”: it stays with the dossier as a whole"
    ),
    "form": gettext_lazy("The signed form “%(title)s”: sign a new one"),
    "commune_assessment": gettext_lazy("The commune's assessment (Form 03): the commune assesses anew"),
    "results": gettext_lazy("The result entered: the council assesses anew"),
    "return_points": gettext_lazy("The points of earlier returns and their answers"),
}


@dataclass(frozen=True)
class Group:
    """Lines of one sort under a heading; ``tone`` as of a status tag."""

    title: str
    tone: str
    lines: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Carried:
    """The report as a page prints it; ``source`` is the key of the dossier copied, ``earlier`` the report
    of an act before this one.
    """

    head: str
    source: int | None
    groups: list[Group]
    earlier: Carried | None = None


def in_words(report: Mapping[str, Any]) -> Carried:
    """The report that ``carrying`` made, in the reader's language."""
    source = report["source"]
    groups = [
        Group(_("Carried over"), "good", _kept(report["kept"])),
        Group(_("Replaced by the newest paper"), "info", _newer(report["newer"])),
        Group(_("Left empty"), "warn", [_emptied(row) for row in report["emptied"]]),
        Group(_("Carried over, to be looked at"), "warn", [_check(row) for row in report["check"]]),
        Group(_("Without counterpart"), "warn", [str(WHAT[row["what"]]) % row for row in report["missing"]]),
    ]
    shown = [group for group in groups if group.lines]
    copied = source["id"] if source and report["act"] != carrying.LAW else None
    earlier = report.get("earlier")
    return Carried(_head(report), copied, shown, in_words(earlier) if earlier else None)


def _head(report: Mapping[str, Any]) -> str:
    source, day = report["source"], _day(report["on"])
    if source is None:
        return _(
            "The product was recognised on paper: the portal has no dossier to copy, "
            "so this one begins empty."
        )
    before, after = report["sets"]
    if report["act"] == carrying.LAW:
        return _("On %(day)s the draft went from the criteria set %(before)s to %(after)s.") % {
            "day": day,
            "before": before or "–",
            "after": after or "–",
        }
    return _("Copied on %(day)s from the dossier %(code)s.") % {"day": day, "code": source["code"]}


def _kept(kept: Mapping[str, list[str]]) -> list[str]:
    titles = [str(sections.BY_KEY[key].title) if key in sections.BY_KEY else key for key in kept["sections"]]
    answers = len(kept["answers"])
    return [
        *titles,
        *([ngettext("%(n)s answer", "%(n)s answers", answers) % {"n": answers}] if answers else []),
        *kept["evidence"],
        *kept["papers"],
    ]


def _newer(rows: list[dict[str, str]]) -> list[str]:
    words = _("%(title)s instead of %(old)s")
    return [words % {"title": row["title"], "old": row["instead_of"]} for row in rows]


def _emptied(row: Mapping[str, Any]) -> str:
    why = str(WHY[row["why"]]) % {"until": _day(row["until"])}
    if not row["places"]:
        return f"{row['title']}: {why}"
    places = _("criteria %(codes)s") % {"codes": ", ".join(row["places"])}
    return f"{row['title']}: {why} ({places})"


def _check(row: Mapping[str, str]) -> str:
    return f"{row['code']} {row['title']}: “{row['before']}” → “{row['after']}”"


def _day(iso: str) -> str:
    return f"{date.fromisoformat(iso):%d/%m/%Y}" if iso else ""
