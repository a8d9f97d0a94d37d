"""What changed between two submissions of a dossier: pure, over the JSON that was frozen at each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enterprises.models import EvidenceKind

from . import sections
from .models import Attachment, Dossier
from .questionnaire import in_order, question_of
from .questions import shown
from .unlocking import CRITERION, SECTION

Content = Mapping[str, Any]
# One thing that contents say: the key by which both sides are matched, its place, its title, the words.
Said = tuple[str, str, str, str]
_OWN: dict[str, str | Promise] = {
    "product": gettext_lazy("Product"),
    "organisation": gettext_lazy("Organisation that files"),
    "kind": gettext_lazy("Kind of dossier"),
    "requested_stars": gettext_lazy("Star asked for"),
    "criteria_set": gettext_lazy("Criteria set"),
    "case": gettext_lazy("Case"),
    "contact_name": gettext_lazy("Contact person"),
    "contact_phone": gettext_lazy("Contact's phone"),
    "presentation": gettext_lazy("Presentation of the product"),
    "changes": gettext_lazy("What has changed since"),
    "pledged": gettext_lazy("The organisation pledges that the papers are true."),
}
_CHOICES: dict[str, Mapping[str, str | Promise]] = {"kind": dict(Dossier.Kind.choices)}
EVIDENCE, PAPERS, SCORE = "evidence", "papers", "score"


@dataclass(frozen=True)
class Difference:
    """One change: its place (as for returns, or ``evidence``, ``papers``, ``score``), what, and how it read.

    An empty ``before`` was added, an empty ``after`` taken away.
    """

    place: str
    title: str
    before: str
    after: str


def between(before: Content, after: Content) -> list[Difference]:
    """What of the contents reads otherwise in ``after``; nothing for the same contents twice.

    Both are as ``freezing.content_of`` makes them.
    """
    pairs = [
        *_sides(before, after, _own_fields),
        *_sides(before, after, _section_fields),
        *_sides(before, after, _answers),
        *_sides(before, after, _evidence),
        *_sides(before, after, _papers),
        *_sides(before, after, _score),
    ]
    return [Difference(place, title, old, new) for (place, title), old, new in pairs if old != new]


def _sides(
    before: Content, after: Content, read: Callable[[Content], Iterable[Said]]
) -> list[tuple[tuple[str, str], str, str]]:
    """Both readings row by row. Rows are matched by their own key, and titled as they stood last."""
    old, new = ({key: (place, title, said) for key, place, title, said in read(c)} for c in (before, after))
    return [
        ((new.get(key) or old[key])[:2], old.get(key, ("", "", ""))[2], new.get(key, ("", "", ""))[2])
        for key in [*old, *(key for key in new if key not in old)]
    ]


def _own_fields(content: Content) -> Iterable[Said]:
    place = f"{SECTION}{sections.REGISTRATION.key}"
    for name, label in _OWN.items():
        value = content.get(name)
        chosen = _CHOICES.get(name, {}).get(str(value))
        yield name, place, str(label), str(chosen) if chosen else in_words(value)


def _section_fields(content: Content) -> Iterable[Said]:
    for section, fields in (content.get("sections") or {}).items():
        names = in_order(section, fields)
        for name, (title, words) in zip(names, said_in(section, fields), strict=True):
            yield f"{section}.{name}", f"{SECTION}{section}", title, words


def said_in(section: str, fields: Content) -> Iterator[tuple[str, str]]:
    """What a section says, field by field in the order of the form: the question and the answer in words."""
    for name in in_order(section, fields):
        value = fields[name]
        asked = question_of(section, name)
        yield (asked.caption, shown(asked, value)) if asked else (name, in_words(value))


def _answers(content: Content) -> Iterable[Said]:
    answers = content.get("answers") or {}
    # The database keeps the keys of JSON in an order of its own: here 2 comes before 10, and 1.9 before 1.10.
    for code in sorted(answers, key=lambda code: [int(part) for part in code.split(".") if part.isdigit()]):
        answer = answers[code]
        place, title = f"{CRITERION}{code}", f"{code} {answer.get('title', '')}".strip()
        # Under another set the same number may ask something else: the title belongs to the key.
        yield title, place, title, answer_in_words(answer)
        note_title = _("%(criterion)s: note") % {"criterion": title}
        yield note_title, place, note_title, in_words(answer.get("note"))


def answer_in_words(answer: Content) -> str:
    """The option chosen for a criterion, with its points; empty where nothing is chosen."""
    if answer.get("option") is None:
        return _("no option fits") if answer.get("none_fits") else ""
    points = points_in_words(answer.get("points"))
    return _("%(points)s points: %(option)s") % {"points": points, "option": answer.get("label", "")}


def _evidence(content: Content) -> Iterable[Said]:
    kinds = dict(EvidenceKind.choices)
    for paper in content.get("evidence") or []:
        whole, until = _("the dossier as a whole"), in_words(paper.get("expires_on"))
        proves = ", ".join(sorted(code or whole for code in paper.get("criteria", [])))
        said = [
            paper.get("title", ""),
            paper.get("number", ""),
            paper.get("issuer", ""),
            in_words(paper.get("issued_on")),
            _("valid until %(day)s") % {"day": until} if until else "",
            _("proves %(criteria)s") % {"criteria": proves},
            f"SHA-256 {paper.get('sha256', '')[:12]}",
        ]
        title = str(kinds.get(paper.get("kind", ""), paper.get("kind", "")))
        yield str(paper.get("id")), EVIDENCE, title, " · ".join(word for word in said if word)


def _papers(content: Content) -> Iterable[Said]:
    kinds = dict(Attachment.Kind.choices)
    for paper in content.get("papers") or []:
        digest = paper.get("sha256", "")
        kind = str(kinds.get(paper.get("kind", ""), paper.get("kind", "")))
        words = f"{paper.get('title', '')} ({paper.get('file_name', '')}, SHA-256 {digest[:12]})"
        yield f"{paper.get('kind')} {words} {digest}", PAPERS, kind, words


def _score(content: Content) -> Iterable[Said]:
    for part, points in (content.get("parts") or {}).items():
        yield f"part {part}", SCORE, _("Part %(part)s") % {"part": part}, points_in_words(points)
    yield "total", SCORE, _("Own total"), points_in_words(content.get("total"))
    yield "stars", SCORE, _("Own star"), in_words(content.get("stars"))


def points_in_words(points: str | None) -> str:
    """Points as frozen (``"2.50"``) the reader's way; empty where there are none."""
    return str(number_format(f"{Decimal(points).normalize():f}")) if points else ""


def in_words(value: Any) -> str:
    """A value of the frozen contents as people read it; empty for what is not filled in."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, Mapping):
        return "; ".join(f"{name}: {said}" for name, each in value.items() if (said := in_words(each)))
    if isinstance(value, list):
        return "\n".join(said for each in value if (said := in_words(each)))
    return _scalar(value)


def _scalar(value: Any) -> str:
    if isinstance(value, int | float):
        return str(number_format(Decimal(str(value))))
    text = str(value)
    if len(text) == 10 and text[4] == text[7] == "-":
        try:
            return f"{date.fromisoformat(text):%d/%m/%Y}"
        except ValueError:
            return text
    return text
