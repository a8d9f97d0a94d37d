"""What changed since the dossier that was copied: compared with what it said at its last submission."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from . import carrying, freezing, sections
from .models import Dossier

# What differs by its nature: another dossier asks for something else, and pledges for itself.
OWN = ("kind", "changes", "pledged", "requested_stars", "parts", "criteria_set", "case")
NAMED = ("product", "organisation", "presentation", "contact_name", "contact_phone")
# Compared only where both dossiers were scored by criteria.
SCORED = ("total", "stars")


@dataclass(frozen=True)
class Difference:
    """One thing that differs: its place (``criterion:1.1``), its title, and the words before and after."""

    place: str
    title: str
    before: str
    after: str

    def __str__(self) -> str:
        return _("%(title)s: before: %(before)s; now: %(after)s") % {
            "title": self.title,
            "before": self.before or "–",
            "after": self.after or "–",
        }


def since(dossier: Dossier) -> list[Difference]:
    """What the dossier says otherwise than the one it was copied from; empty for one that is no copy."""
    source = dossier.copied_from
    return between(said_by(source), freezing.content_of(dossier)) if source else []


def in_words(differences: list[Difference]) -> str:
    """The differences as lines of text, to begin the field “what has changed” with."""
    return "\n".join(f"- {each}" for each in differences)


def said_by(source: Dossier) -> dict[str, Any]:
    """What the dossier said when it was last submitted; one from before submissions were kept: says now."""
    last = source.submissions.order_by("number").last()
    return last.content if last else freezing.content_of(source)


def between(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """How two contents (see ``freezing.content_of``) differ, in the order of the forms."""
    return [
        *_facts(before, after),
        *_sections(before.get("sections", {}), after.get("sections", {})),
        *_answers(before, after),
        *_papers(before, after),
    ]


def _facts(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Difference]:
    for name in NAMED:
        old, new = _text(before.get(name)), _text(after.get(name))
        if old != new:
            yield Difference(name, _name(name), old, new)
    for name in SCORED:
        scores = before.get(name), after.get(name)
        if None not in scores and scores[0] != scores[1]:
            old, new = (number_format(Decimal(str(score))) for score in scores)
            yield Difference(name, _name(name), old, new)


def _name(field: str) -> str:
    own = {
        "product": _("Product"),
        "organisation": _("Organisation that files"),
        "total": _("Own total"),
        "stars": _("Own star"),
    }
    return own.get(field) or capfirst(str(Dossier._meta.get_field(field).verbose_name))  # type: ignore[union-attr]


def _sections(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Difference]:
    for key in dict.fromkeys([*before, *after]):
        old, new = before.get(key) or {}, after.get(key) or {}
        known = sections.BY_KEY.get(key)
        title = str(known.title) if known else key
        for name in sorted({*old, *new}):
            if _text(old.get(name)) != _text(new.get(name)):
                yield Difference(f"section:{key}", title, _text(old.get(name)), _text(new.get(name)))


def _answers(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Difference]:
    """Answers by number and title: under another set the same number may ask something else."""
    old, new = _asked(before), _asked(after)
    for code, title in dict.fromkeys([*old, *new]):
        was, now = old.get((code, title), {}), new.get((code, title), {})
        if _chosen(was) != _chosen(now):
            yield Difference(f"criterion:{code}", f"{code} {title}".strip(), _chosen(was), _chosen(now))


def _asked(content: Mapping[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    answers: dict[str, dict[str, Any]] = content.get("answers", {})
    return {(code, answer.get("title", "")): answer for code, answer in answers.items()}


def _chosen(answer: Mapping[str, Any]) -> str:
    """Option and note in words; empty where nothing is chosen."""
    points = _text(answer.get("points"))
    label = f"{answer.get('label', '')} ({_('%(points)s points') % {'points': points}})" if points else ""
    return " · ".join(words for words in (label, answer.get("note", "")) if words)


def _papers(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Difference]:
    """Papers by the digest of their file: what came, what went."""
    for place, title in (("evidence", _("Evidence")), ("papers", _("Papers"))):
        old, new = _by_digest(before.get(place, [])), _by_digest(after.get(place, []))
        for digest in old.keys() - new.keys():
            yield Difference(place, title, old[digest], _("left out"))
        for digest in new.keys() - old.keys():
            yield Difference(place, title, "", new[digest])


def _by_digest(papers: list[dict[str, Any]]) -> dict[str, str]:
    return {
        paper["sha256"]: " ".join(part for part in (paper["title"], paper.get("number", "")) if part)
        for paper in sorted(papers, key=lambda each: str(each["title"]))
        if paper.get("kind") not in carrying.NOT_COPIED
    }


def _text(value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, dict):
        return "; ".join(f"{_text(each)}" for each in value.values() if each not in (None, ""))
    if isinstance(value, list):
        return "\n".join(_text(each) for each in value)
    return str(value)
