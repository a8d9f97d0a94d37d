"""XML parts edited in place: what nobody edits stays as it was written, character for character.

A part is first judged by expat (well formed, no document type, so no entity can be declared), then cut into
elements by a pattern that is exact on such a text. An edit replaces a span; nothing is printed anew, so
namespaces, ``mc:Ignorable`` and extensions that this portal never heard of survive.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from xml.parsers import expat
from xml.sax.saxutils import escape

MAX_ELEMENTS = 250_000
"""Of all parts that are read; an office's form has some thousands."""

MAX_DEPTH = 200

_TOKEN = re.compile(
    r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|(?P<close></)[^>]*>"
    r"|<(?P<tag>[^\s/>!?]+)(?P<rest>[^>\"']*(?:\"[^\"]*\"[^>\"']*|'[^']*'[^>\"']*)*)>",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"([^\s=/]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_ENTITY = re.compile(r"&(?:#(\d+)|#x([0-9A-Fa-f]+)|(amp|lt|gt|quot|apos));")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_HIDDEN = re.compile(r"<!--.*?-->|<!\[CDATA\[(.*?)\]\]>|<\?.*?\?>", re.DOTALL)
_ENCODING = re.compile(r"^\ufeff?<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']+)[\"']")


class MarkupError(ValueError):
    """A part that is not well formed, declares a document type, or is larger than a form can be."""


class TooManyElements(MarkupError):
    """A part with more elements than a form has."""


class Node:
    """One element: where its tags stand in the text, and what lies in it."""

    __slots__ = ("children", "end", "inner", "name", "outer", "parent", "start", "tag")

    def __init__(self, tag: str, start: int, inner: int, parent: Node | None) -> None:
        self.tag, self.name = tag, tag.rpartition(":")[2]
        self.start, self.inner, self.outer, self.end = start, inner, inner, inner
        self.parent = parent
        self.children: Sequence[Node] = ()

    def add(self, child: Node) -> None:
        """Put a child behind the others; most elements have none and keep no list."""
        if isinstance(self.children, list):
            self.children.append(child)
        else:
            self.children = [child]

    @property
    def prefix(self) -> str:
        """The namespace's prefix with its colon, or nothing."""
        return self.tag[: len(self.tag) - len(self.name)]

    def find(self, name: str) -> Node | None:
        """The first child of this local name."""
        return next((child for child in self.children if child.name == name), None)

    def walk(self) -> Iterator[Node]:
        """The element and everything in it, in the order of the text."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.children))


class Document:
    """A part as text, its elements, and the edits made so far."""

    def __init__(self, content: bytes, limit: int = MAX_ELEMENTS) -> None:
        """Raises :class:`MarkupError`, also for more elements than ``limit``."""
        self.text, self.count = checked(content, limit)
        self.root = _tree(self.text)
        self._edits: list[tuple[int, int, str]] = []

    def nodes(self, *names: str) -> Iterator[Node]:
        """All elements with one of these local names."""
        return (node for node in self.root.walk() if node.name in names)

    def attributes(self, node: Node) -> dict[str, str]:
        """The attributes by their names as written, prefix included."""
        head = self.text[node.start + 1 + len(node.tag) : node.inner]
        return {name: unescaped(one or other) for name, one, other in _ATTRIBUTE.findall(head)}

    def attribute(self, node: Node, name: str) -> str:
        """The attribute of this local name whatever its prefix; nothing where it is missing."""
        found = self.attributes(node)
        return next((value for key, value in found.items() if key.rpartition(":")[2] == name), "")

    def content(self, node: Node) -> str:
        """The text in the element, its children's text not counted."""
        pieces, at = [], node.inner
        for child in node.children:
            pieces.append(self.text[at : child.start])
            at = child.end
        pieces.append(self.text[at : node.outer])
        return plain("".join(pieces))

    def raw(self, node: Node) -> str:
        """The element as it is written."""
        return self.text[node.start : node.end]

    def replace(self, start: int, end: int, words: str) -> None:
        """Put ``words``, which are XML, in place of a span that no other edit touches."""
        self._edits.append((start, end, words))

    def set(self, node: Node, name: str, value: str) -> None:
        """Give the attribute a value; one that is missing is added."""
        if (edit := attribute_edit(self.text, node, name, value)) is not None:
            self._edits.append(edit)

    def set_content(self, node: Node, words: str) -> None:
        """Give an element that has no children another text."""
        self.replace(node.inner, node.outer, escape(words))

    @property
    def is_edited(self) -> bool:
        """Whether anything changed."""
        return bool(self._edits)

    def result(self) -> bytes:
        """The part with its edits."""
        return edited(self.text, 0, len(self.text), self._edits).encode("utf-8")


def attribute_edit(text: str, node: Node, name: str, value: str) -> tuple[int, int, str] | None:
    """The edit that gives the attribute the value, or None where it has it."""
    head_at = node.start + 1 + len(node.tag)
    written = escape(value, {'"': "&quot;"})
    for found in _ATTRIBUTE.finditer(text, head_at, node.inner):
        if found[1] == name:
            group = 2 if found[2] is not None else 3
            return None if found[group] == written else (found.start(group), found.end(group), written)
    return head_at, head_at, f' {name}="{written}"'


def edited(text: str, start: int, end: int, edits: list[tuple[int, int, str]]) -> str:
    """The span ``start`` to ``end`` of the text with edits that lie in it and do not overlap."""
    pieces, at = [], start
    for first, last, words in sorted(edits, key=lambda edit: edit[:2]):
        pieces += [text[at:first], words]
        at = last
    pieces.append(text[at:end])
    return "".join(pieces)


def checked(content: bytes, limit: int = MAX_ELEMENTS) -> tuple[str, int]:
    """The part as text, and how many elements it has.

    Raises :class:`MarkupError` for what is no plain XML in UTF-8, and as soon as there are more elements, or
    elements within elements, than a form has.
    """
    parser, counter = expat.ParserCreate(), _Counter(limit)
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler, parser.EndElementHandler = counter.begin, counter.end
    try:
        parser.Parse(content, True)
        text = content.decode("utf-8")
    except (expat.ExpatError, UnicodeDecodeError) as error:
        raise MarkupError(str(error)) from error
    declared = _ENCODING.match(text)
    if declared and declared[1].lower().replace("_", "-") not in {"utf-8", "us-ascii", "ascii"}:
        raise MarkupError(f"The encoding {declared[1]} is not read")
    return text, counter.count


class _Counter:
    """Counts elements while expat reads, and stops it."""

    def __init__(self, limit: int) -> None:
        self._limit, self._depth, self.count = limit, 0, 0

    def begin(self, _tag: str, _attributes: object) -> None:
        """An element begins."""
        self.count += 1
        self._depth += 1
        if self.count > self._limit or self._depth > MAX_DEPTH:
            raise TooManyElements

    def end(self, _tag: str) -> None:
        """An element ends."""
        self._depth -= 1


def plain(raw: str) -> str:
    """Character data as the text it stands for."""
    if "<" in raw:
        raw = _HIDDEN.sub(lambda found: escape(found[1] or ""), raw)
    return unescaped(raw)


def unescaped(raw: str) -> str:
    """The text that ``raw``, character data or an attribute's value, stands for."""
    return _ENTITY.sub(_character, raw) if "&" in raw else raw


def _character(found: re.Match[str]) -> str:
    if found[3]:
        return _NAMED[found[3]]
    return chr(int(found[1]) if found[1] else int(found[2], 16))


def _refuse_doctype(*_declared: object) -> None:
    raise MarkupError("A document type is declared")


def _tree(text: str) -> Node:
    top = Node("", 0, 0, None)
    current = top
    for token in _TOKEN.finditer(text):
        if token["close"]:
            current.outer, current.end = token.start(), token.end()
            current = current.parent or top
        elif token["tag"]:
            node = Node(token["tag"], token.start(), token.end(), current)
            current.add(node)
            if not token["rest"].endswith("/"):
                current = node
    root = top.children[0]
    root.parent = None
    return root
