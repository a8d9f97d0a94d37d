"""A file from an administrator, of regulations or criteria sets: what loading it would do, then doing it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from ocop_portal.lib import datafiles
from ocop_portal.lib.datafiles import BadFile, Fault

from .. import loading as regulations
from . import loading as sets


@dataclass(frozen=True)
class Line:
    """One regulation or set of the file: what it is, and what loading does with it."""

    code: str
    name: str
    act: str
    label: str
    details: str
    url: str = ""

    @property
    def tone(self) -> str:
        """The tone of the tag that says what loading does."""
        return {"new": "good", "kept": "neutral"}.get(self.act, "info")


@dataclass(frozen=True)
class Contents:
    """What a sound file holds; ``digest`` is that of the file (SHA-256), as the audit trail keeps it."""

    of_sets: bool
    lines: Sequence[Line]
    digest: str

    @property
    def changes(self) -> bool:
        """Whether loading the file would change anything."""
        return any(line.act != "kept" for line in self.lines)


def preview(content: bytes) -> Contents:
    """What loading the file would do. Raises ``BadFile`` with every fault; nothing changes either way."""
    document = datafiles.read(content)
    digest = hashlib.sha256(content).hexdigest()
    if _holds_sets(document):
        return Contents(True, [_set_line(each) for each in sets.preview_of(document)], digest)
    return Contents(False, [_regulation_line(each) for each in regulations.preview_of(document)], digest)


def load(content: bytes, *, by: User) -> Contents:
    """Load the file: sets become drafts, regulations are published at once.

    Raises ``PermissionDenied`` unless an administrator asks, and ``BadFile`` with every fault; then nothing
    has changed.
    """
    digest = hashlib.sha256(content).hexdigest()
    if _holds_sets(datafiles.read(content)):
        return Contents(True, [_set_line(each) for each in sets.load_drafts(content, by=by)], digest)
    loaded = regulations.load_entries(content, by=by)
    return Contents(False, [_regulation_line(each) for each in loaded], digest)


def _holds_sets(document: dict[Any, Any]) -> bool:
    keys = set(document)
    if keys not in ({"sets"}, {"regulations"}):
        reason = _(
            "The file begins with “sets:” (criteria sets) or “regulations:”, and holds only one of them."
        )
        raise BadFile([Fault(_("The file"), reason)])
    return keys == {"sets"}


def _set_line(loaded: sets.Loaded) -> Line:
    labels = {
        sets.Act.NEW: _("New draft"),
        sets.Act.REPLACED: _("Replaces the draft"),
        sets.Act.KEPT: _("Kept, the same already"),
    }
    facts, made = loaded.facts, loaded.criteria_set
    figures = {"criteria": len(facts.leaves), "options": loaded.options, "regulation": facts.regulation}
    return Line(
        code=facts.code,
        name=facts.name,
        act=loaded.act.value,
        label=labels[loaded.act],
        details=_("%(criteria)s criteria, %(options)s options; regulation %(regulation)s") % figures,
        url=made.get_absolute_url() if made else "",
    )


def _regulation_line(loaded: regulations.Loaded) -> Line:
    labels = {
        regulations.Act.NEW: _("New, published at once"),
        regulations.Act.FILLED: _("Filled in"),
        regulations.Act.KEPT: _("Kept, the same already"),
    }
    entry, made = loaded.entry, loaded.regulation
    since, to = entry["files_from"], entry.get("files_to")
    days = {"since": f"{since:%d/%m/%Y}", "to": f"{to:%d/%m/%Y}" if to else ""}
    return Line(
        code=entry["code"],
        name=entry["name"],
        act=loaded.act.value,
        label=labels[loaded.act],
        details=(_("Files from %(since)s to %(to)s") if to else _("Files from %(since)s on")) % days,
        url=reverse("ratings:regulation", args=[made.code]) if made else "",
    )
