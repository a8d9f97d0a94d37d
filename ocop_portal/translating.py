"""The portal's catalogues of words, kept without gettext's programs: gathered, merged, compiled, checked.

Each app has a catalogue of its own, ``locale/<app>/vi/LC_MESSAGES/django.po``; ``portal`` holds what
``ocop_portal`` and the templates outside the apps' folders say.
"""

import os
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from babel.messages import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po, write_po
from django.template import TemplateSyntaxError
from django.utils.translation.template import templatize

PORTAL = "portal"
LANGUAGE = "vi"
HEADER = """\
msgid ""
msgstr ""
"Project-Id-Version: ocop-portal\\n"
"Language: vi\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""
"""Without a date or a tool's name: a file changes only when its words do."""

_ONE = dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"))
_PLURAL = dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2))
_CONTEXT = dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2))
_CONTEXT_PLURAL = dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3))
KEYWORDS = {**_ONE, **_PLURAL, **_CONTEXT, **_CONTEXT_PLURAL}
_NAMED = re.compile(r"%\(\w+\)[a-z]|\{\w*\}")
_POSITIONAL = re.compile(r"%[sdif]")


class Key(NamedTuple):
    """What names an entry: its words (with their plural, where there is one) and their context."""

    words: tuple[str, ...]
    context: str


class TranslationError(Exception):
    """A source or a catalogue that cannot be read; the message names the file."""


def path_of(root: Path, name: str) -> Path:
    """Return where the catalogue ``name`` of the project at ``root`` is."""
    return root / "locale" / name / LANGUAGE / "LC_MESSAGES" / "django.po"


def update(root: Path, names: Collection[str], every: Collection[str]) -> dict[str, list[str]]:
    """Bring the catalogues ``names`` (of ``every`` one there is) in line with the sources.

    What is translated stays; what no source says any more goes; a new entry takes the words that any
    catalogue has for it already. Returns, by catalogue, the entries that still lack a translation.
    Raises `TranslationError`.
    """
    existing = {name: _read(path_of(root, name)) for name in every}
    known = {key: entry for name in every for key, entry in existing[name].items() if _is_translated(entry)}
    lacking: dict[str, list[str]] = {}
    for name in names:
        entries = known | {k: e for k, e in existing[name].items() if _is_translated(e)}
        merged = Catalog(locale=LANGUAGE)
        for key in gather(root, name, every):
            _add(merged, key, entries.get(key))
        _write(path_of(root, name), merged)
        lacking[name] = [_key(entry).words[0] for entry in _untranslated(merged)]
    return lacking


def compile_stale(root: Path, names: Iterable[str]) -> list[str]:
    """Compile each catalogue whose ``.mo`` is missing or not newer than its ``.po``; return their names.

    A reader never meets half a file. Raises `TranslationError`.
    """
    stale = [name for name in names if _is_stale(path_of(root, name))]
    for name in stale:
        source = path_of(root, name)
        fresh = source.with_name(f".{os.getpid()}.mo")
        with fresh.open("wb") as file:
            write_mo(file, _parsed(source))
        fresh.replace(source.with_suffix(".mo"))
    return stale


def check(root: Path, names: Collection[str]) -> list[str]:
    """Return what is wrong with the catalogues, a line each; nothing when they are complete."""
    catalogues = {name: _read(path_of(root, name)) for name in names}
    found: list[str] = []
    for name, entries in catalogues.items():
        found += _differences(name, entries, gather(root, name, names))
        found += [f"{name}: {fault}: {_shown(k)}" for k, e in entries.items() for fault in _faults(k, e)]
    return found + list(_contradictions(catalogues))


def gather(root: Path, name: str, every: Collection[str]) -> set[Key]:
    """Return every entry that the sources of catalogue ``name`` use. Raises `TranslationError`."""
    return {key for path in _sources(root, name, every) for key in _used(path)}


def _sources(root: Path, name: str, every: Collection[str]) -> Iterator[Path]:
    package = root / ("ocop_portal" if name == PORTAL else name)
    yield from (path for path in package.rglob("*.py") if "migrations" not in path.parts)
    templates = root / "templates"
    folders = set(every) - {PORTAL}
    for path in templates.rglob("*"):
        top = path.relative_to(templates).parts[0]
        if path.is_file() and (top if top in folders else PORTAL) == name:
            yield path


def _used(path: Path) -> Iterator[Key]:
    text = path.read_text(encoding="utf-8")
    try:
        if path.suffix != ".py":
            # In brackets, because a template's indentation is not Python's.
            text = f"(\n{templatize(text, origin=str(path))}\n)"
        found = list(extract("python", BytesIO(text.encode()), keywords=KEYWORDS))
    except (TemplateSyntaxError, SyntaxError) as error:
        raise TranslationError(f"{path} cannot be read: {error}") from error
    for _, words, _, context in found:
        yield Key((words,) if isinstance(words, str) else tuple(words), context or "")


def _parsed(path: Path) -> Catalog:
    try:
        with path.open("rb") as file:
            return read_po(file, locale=LANGUAGE, charset="utf-8", abort_invalid=True)
    except (PoFileError, UnicodeDecodeError) as error:
        raise TranslationError(f"{path} cannot be read: {error}") from error


def _read(path: Path) -> dict[Key, Message]:
    if not path.exists():
        return {}
    return {_key(entry): entry for entry in _parsed(path) if entry.id}


def _write(path: Path, catalogue: Catalog) -> None:
    body = BytesIO()
    write_po(
        body, catalogue, width=0, omit_header=True, no_location=True, sort_output=True, ignore_obsolete=True
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEADER + body.getvalue().decode().strip("\n") + "\n", encoding="utf-8")


def _add(catalogue: Catalog, key: Key, entry: Message | None) -> None:
    words: str | tuple[str, ...] = key.words[0] if len(key.words) == 1 else key.words
    string = entry.string if entry else "" if len(key.words) == 1 else ("",)
    comments = entry.user_comments if entry else ()
    flags = {"fuzzy"} if entry and entry.fuzzy else set()
    catalogue.add(words, string, context=key.context or None, user_comments=comments, flags=flags)


def _key(entry: Message) -> Key:
    return Key((entry.id,) if isinstance(entry.id, str) else tuple(entry.id), entry.context or "")


def _strings(entry: Message) -> tuple[str, ...]:
    return (entry.string,) if isinstance(entry.string, str) else tuple(entry.string or [""])


def _is_translated(entry: Message) -> bool:
    return all(_strings(entry))


def _untranslated(catalogue: Catalog) -> list[Message]:
    return sorted(entry for entry in catalogue if entry.id and not _is_translated(entry))


def _is_stale(source: Path) -> bool:
    compiled = source.with_suffix(".mo")
    if not source.exists():
        return False
    return not compiled.exists() or compiled.stat().st_mtime_ns <= source.stat().st_mtime_ns


def _differences(name: str, entries: Mapping[Key, Message], used: Collection[Key]) -> Iterator[str]:
    for key in sorted(set(used) - set(entries)):
        yield f"{name}: not in the catalogue, run “translations update {name}”: {_shown(key)}"
    for key in sorted(set(entries) - set(used)):
        yield f"{name}: no source says it any more, run “translations update {name}”: {_shown(key)}"


def _faults(key: Key, entry: Message) -> Iterator[str]:
    if not _is_translated(entry):
        yield "untranslated"
        return
    if entry.fuzzy:
        yield "fuzzy"
    strings = _strings(entry)
    if len(strings) != 1:
        yield "Vietnamese has one form for every number"
    if any(not unicodedata.is_normalized("NFC", string) for string in strings):
        yield "not composed (NFC)"
    if any(_places(string) != _places(key.words[-1]) for string in strings):
        yield "its placeholders differ"


def _places(text: str) -> tuple[set[str], Counter[str]]:
    """Return the named placeholders of ``text`` and how often each kind without a name occurs."""
    text = text.replace("%%", "")
    return set(_NAMED.findall(text)), Counter(_POSITIONAL.findall(text))


def _contradictions(catalogues: Mapping[str, Mapping[Key, Message]]) -> Iterator[str]:
    said: dict[Key, dict[tuple[str, ...], str]] = {}
    for name, entries in catalogues.items():
        for key, entry in entries.items():
            if _is_translated(entry):
                said.setdefault(key, {}).setdefault(_strings(entry), name)
    for key, ways in said.items():
        if len(ways) > 1:
            words = ", ".join(f"{name} “{strings[0]}”" for strings, name in ways.items())
            yield f"said in more than one way: {_shown(key)}: {words}"


def _shown(key: Key) -> str:
    return f"“{key.words[0]}”" + (f" ({key.context})" if key.context else "")
