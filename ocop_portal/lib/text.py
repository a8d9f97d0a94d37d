"""Vietnamese text: one spelling to store, one to search by, one to sort by, one for addresses and files."""

import re
import unicodedata

from django.db.models import Q

SORT_KEY_LENGTH = 255
"""The longest key `sort_key` gives; columns that hold it need this ``max_length``."""

_UNSEEN = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u200b\u2060\ufeff]")
"""Control characters, soft hyphens and spaces without width: what copying from PDF and Word leaves."""

_STROKED = "ĐđÐðƉɖ"
"""Đ, and the Icelandic and African letters that look like it and stand in old files instead of it."""

_WITHOUT_STROKE = str.maketrans(_STROKED, "DdDdDd")
_STROKE_APART = dict.fromkeys(map(ord, _STROKED), "d\u0335")

_LETTERS = {
    ("a", "\u0306"): "a1",  # ă
    ("a", "\u0302"): "a2",  # â
    ("d", "\u0335"): "d1",  # đ
    ("e", "\u0302"): "e1",  # ê
    ("o", "\u0302"): "o1",  # ô
    ("o", "\u031b"): "o2",  # ơ
    ("u", "\u031b"): "u1",  # ư
}
_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
"""huyền, hỏi, ngã, sắc, nặng; a syllable without a mark (ngang) sorts before them as 0."""

_WINDOWS_DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)


def nfc(text: str) -> str:
    """Return ``text`` on one line as it is stored: composed (NFC), single spaces, nothing unseen."""
    return " ".join(unicodedata.normalize("NFC", _UNSEEN.sub("", text)).split())


def nfc_lines(text: str) -> str:
    """Return ``text`` as `nfc` does line by line; empty lines stay between lines, none at the ends."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(nfc(line) for line in lines).strip("\n")


def search_key(text: str) -> str:
    """Return what a search compares: lower case, no diacritics, đ as d, words parted by one space.

    Spellings that differ only in the tone's place (Thuỷ, Thủy) or form (NFC, NFD) get the same key.
    """
    folded = _unmarked(_unmarked(text.translate(_WITHOUT_STROKE)).casefold())
    return " ".join("".join(c if c.isalnum() else " " for c in folded).split())


def sort_key(text: str) -> str:
    """Return a key of plain ASCII whose order, byte by byte, is the Vietnamese alphabet's.

    Letters decide first, a ă â b c d đ e ê … y z, over the whole text; where all are equal, the tones
    do, syllable by syllable: ngang, huyền, hỏi, ngã, sắc, nặng. Case, punctuation and the tone's place
    in the syllable make no difference. Digits sort before letters, other scripts after them. Only
    digits and small letters occur in the key, so every collation of the database orders it alike.
    The key is cut at `SORT_KEY_LENGTH`: texts equal over more than a hundred letters may tie.
    """
    words = [_weighed(word) for word in _words(text)]
    letters = "01".join(letters for letters, _ in words)
    return f"{letters}00{''.join(tone for _, tone in words)}"[:SORT_KEY_LENGTH]


def slug(text: str) -> str:
    """Return ``text`` for an address: unaccented small letters, digits and hyphens; may be empty."""
    return "-".join(search_key(search_key(text).encode("ascii", "ignore").decode()).split())


def file_name(text: str, *, longest: int = 100) -> str:
    """Return ``text`` as a file name that every system takes: ASCII letters, digits, ``._-``.

    Case is kept and the extension survives the cut at ``longest`` characters; never empty.
    """
    plain = _unmarked(text.translate(_WITHOUT_STROKE)).encode("ascii", "replace").decode()
    name = re.sub(r"-*\.-*", ".", re.sub(r"[^A-Za-z0-9._]+", "-", plain)).strip("-.")
    stem, dot, extension = name.rpartition(".") if "." in name[-8:] else (name, "", "")
    name = stem[: longest - len(dot + extension)] + dot + extension
    return f"_{name}" if _WINDOWS_DEVICE.fullmatch(name) else name or "file"


def mask(text: str, head: int = 3, tail: int = 3) -> str:
    """Return ``text`` with only its first ``head`` and last ``tail`` characters readable.

    A text that has no more than these is masked whole.
    """
    hidden = len(text) - head - tail
    if hidden <= 0:
        return "*" * len(text)
    return text[:head] + "*" * hidden + text[len(text) - tail :]


def same_place(one: str, other: str) -> bool:
    """Tell whether two spellings can name one place or organisation (Thuỷ/Thủy, Nậm/Nặm, Đ/Ð).

    It compares search keys, so it finds candidates: names that differ only by a mark are equal to it.
    """
    return search_key(one) == search_key(other)


def matches(field: str, query: str) -> Q:
    """Return the condition that ``field``, a column of search keys, contains every word of ``query``.

    A blank query asks for everything; one of nothing but punctuation for nothing.
    """
    words = search_key(query).split()
    if not words and query.strip():
        return Q(pk__in=[])
    return Q(*((f"{field}__contains", word) for word in words))


def _unmarked(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def _words(text: str) -> list[str]:
    """Return the words of ``text`` in small letters, decomposed, đ as d with a stroke."""
    decomposed = unicodedata.normalize("NFD", text.translate(_STROKE_APART).casefold())
    return "".join(c if c.isalnum() or unicodedata.combining(c) else " " for c in decomposed).split()


def _weighed(word: str) -> tuple[str, str]:
    """Return the weights of the letters of a decomposed word, two characters each, and its tone."""
    weights: list[str] = []
    tone, base = "0", ""
    for c in word:
        if not unicodedata.combining(c):
            base = c
            weights.append(_plain_weight(c))
        elif c in _TONES:
            tone = _TONES[c]
        elif (base, c) in _LETTERS:
            weights[-1] = _LETTERS[base, c]
    return "".join(weights), tone


def _plain_weight(c: str) -> str:
    if not c.isascii():
        return f"z9{ord(c):06x}"
    return f"1{c}" if c.isdigit() else f"{c}0"
