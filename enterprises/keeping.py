"""Keeping an organisation's evidence: entering a paper, completing it, replacing it, taking it away."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import auditing
from accounts.models import User
from accounts.rules import ALLOWED, Verdict
from accounts.scoping import read_by
from ocop_portal.lib import clock, files

from . import editing, guessing, rules
from .models import Enterprise, Evidence

FIELDS = ("kind", "title", "number", "issuer", "issued_on", "expires_on", "note")
PAPERS = files.PAPERS
MOST_PAPERS = 300
"""Of one organisation: far more than a dossier asks for, and at 20 MB a file no library fills the disk."""

LISTED = 10
ACTS = {
    "evidence.kept": gettext_lazy("Entered"),
    "evidence.changed": gettext_lazy("Changed"),
    "evidence.replaced": gettext_lazy("Replaced by a newer paper"),
    "evidence.removed": gettext_lazy("Removed from the library"),
}


def keep(
    enterprise: Enterprise,
    upload: files.Upload | File[bytes],
    *,
    by: User,
    form_token: UUID | None = None,
    replaces: Evidence | None = None,
    **fields: Any,
) -> Evidence:
    """Put a paper into the organisation's library; its particulars are any of ``FIELDS``.

    Without ``kind`` and ``title`` both are guessed from the file's name and the paper waits for its
    particulars (``unconfirmed``). The same ``form_token`` twice gives the same paper, and a file that the
    library has already gives the paper that is there (see ``was_there``), with the particulars given now
    where it still waits for them. Raises ``files.UploadRefused``
    for a file that is not taken or a disk that is full, ``PermissionDenied`` outside one's area,
    ``ValidationError`` for particulars that can't stand or beyond ``MOST_PAPERS``; then neither row nor
    file is left.
    """
    rules.may_enter(by, enterprise.area).require()
    if not isinstance(upload, files.Upload):
        upload = files.inspect(upload, kinds=PAPERS)
    with files.storing(upload) as stored, transaction.atomic():
        Enterprise.objects.select_for_update(no_key=True).get(pk=enterprise.pk)
        there = editing.sent_before(Evidence, form_token, by)
        there = there or _same_file(enterprise, stored.sha256, replaces)
        if there:
            files.delete(stored.name)
            return _completed(there, fields, by)
        if enterprise.evidence.kept().count() >= MOST_PAPERS:
            raise ValidationError(_("A library holds at most %(most)s papers.") % {"most": MOST_PAPERS})
        paper = _new(enterprise, stored, fields)
        paper.form_token, paper.uploaded_by, paper.replaces = form_token, by, _replaceable(replaces)
        editing.save(paper)
        _record("evidence.kept", paper, by, sha256=paper.sha256, file_name=paper.file_name)
        if replaces:
            _record("evidence.replaced", replaces, by, newer=paper.pk)
    return paper


def was_there(paper: Evidence, form_token: UUID | None) -> bool:
    """Whether ``keep``, called with this token, found the file in the library instead of entering it."""
    return form_token is None or paper.form_token != form_token


def replace(
    evidence: Evidence,
    upload: files.Upload | File[bytes],
    *,
    by: User,
    form_token: UUID | None = None,
    **fields: Any,
) -> Evidence:
    """Enter a newer paper in place of ``evidence``, which stays for the dossiers that rest on it.

    Raises as ``keep``, and ``ValidationError`` when the file is in the library already or ``evidence`` was
    replaced or removed before.
    """
    return keep(evidence.enterprise, upload, by=by, form_token=form_token, replaces=evidence, **fields)


@transaction.atomic
def change(evidence: Evidence, *, by: User, version: int, **fields: Any) -> Evidence:
    """Change particulars (any of ``FIELDS``), which are thereby confirmed; the file stays as it is.

    Raises ``PermissionDenied`` outside one's area, ``editing.Stale`` when somebody else was first,
    ``ValidationError`` for what can't stand and for a paper that was removed.
    """
    fresh = _locked(evidence)
    rules.may_enter(by, fresh.enterprise.area).require()
    changes = editing.write(fresh, _known(fields))
    if not changes and not fresh.unconfirmed:
        return fresh
    _refuse_days_to_come(fresh)
    if not fresh.kind:
        raise ValidationError({"kind": _("Choose the kind of evidence.")})
    fresh.unconfirmed = False
    editing.save_next(fresh, seen=version)
    _record("evidence.changed", fresh, by, changes=changes)
    return fresh


def holding(evidence: Evidence) -> QuerySet[Any]:
    """The uses that hold the paper in the library: by open dossiers and by those ever submitted.

    Only a dossier withdrawn as a draft lets go of its papers.
    """
    return evidence.uses.exclude(dossier__first_submitted_on__isnull=True, dossier__state="withdrawn")


def may_remove(evidence: Evidence, user: User) -> Verdict:
    """Whether the person may take the paper out of the library; the reason names who holds it."""
    may = rules.may_enter(user, evidence.enterprise.area)
    if not may:
        return may
    holders = _named(holding(evidence), user)
    if not holders:
        return ALLOWED
    words = _("These dossiers rest on the paper: %(codes)s. Replace it instead.")
    return Verdict(False, words % {"codes": ", ".join(holders)})


@transaction.atomic
def remove(evidence: Evidence, *, by: User) -> None:
    """Take the paper out of the library; row and file stay for the history, the older paper is current again.

    Removing it twice changes nothing. Raises ``PermissionDenied`` outside one's area, and while a dossier
    holds it (see ``may_remove``).
    """
    fresh = Evidence.objects.select_for_update(of=("self",)).select_related("enterprise").get(pk=evidence.pk)
    if fresh.removed_at:
        return
    may_remove(fresh, by).require()
    replaced, fresh.replaces = fresh.replaces_id, None
    fresh.removed_at = timezone.now()
    fresh.version += 1
    fresh.save(update_fields=["replaces", "removed_at", "version", "updated_at"])
    _record("evidence.removed", fresh, by, sha256=fresh.sha256, replaced=replaced)


def _named(uses: QuerySet[Any], user: User) -> list[str]:
    """The dossiers behind the uses: codes of those the person may read, the others as a number."""
    seen = uses.filter(dossier__area__in=read_by(user).values("covered"))
    codes = sorted(set(seen.values_list("dossier__code", flat=True)))[:LISTED]
    others = len(set(uses.values_list("dossier", flat=True))) - len(codes)
    return [*codes, _("%(number)s more") % {"number": others}] if others else codes


def _new(enterprise: Enterprise, stored: files.Stored, fields: dict[str, Any]) -> Evidence:
    """The row of a stored file, not yet saved."""
    guess = guessing.guess(stored.file_name)
    known = _known(fields)
    paper = Evidence(
        enterprise=enterprise,
        unconfirmed=not (known.get("kind") and known.get("title")),
        file=stored.name,
        file_name=stored.file_name,
        content_type=stored.content_type,
        size=stored.size,
        sha256=stored.sha256,
    )
    given = {name: value for name, value in known.items() if value}
    editing.write(paper, {"kind": guess.kind, "title": guess.title, **given})
    _refuse_days_to_come(paper)
    return paper


def _completed(there: Evidence, fields: dict[str, Any], by: User) -> Evidence:
    """The paper that was there; what was typed for its file is not lost where it has no particulars yet."""
    known = {name: value for name, value in _known(fields).items() if value}
    if not (there.unconfirmed and known.get("kind") and known.get("title")):
        return there
    return change(there, by=by, version=there.version, **known)


def _same_file(enterprise: Enterprise, sha256: str, replaces: Evidence | None) -> Evidence | None:
    there = enterprise.evidence.kept().filter(sha256=sha256).first()
    if there and replaces:
        words = _("This file is in the library already: %(title)s. Choose the newer paper's file.")
        raise ValidationError({"upload": words % {"title": there.title}})
    return there


def _replaceable(replaces: Evidence | None) -> Evidence | None:
    """The paper to be replaced, locked; refused when it was replaced or removed meanwhile."""
    if replaces is None:
        return None
    fresh = _locked(replaces)
    if fresh.newer:
        words = _("This paper has been replaced already, by %(title)s.")
        raise ValidationError(words % {"title": fresh.newer.title})
    return fresh


def _locked(evidence: Evidence) -> Evidence:
    rows = Evidence.objects.select_for_update(of=("self",)).select_related("enterprise__area")
    fresh: Evidence = rows.get(pk=evidence.pk)
    if fresh.removed_at:
        raise ValidationError(_("This paper has been removed from the library."))
    return fresh


def _refuse_days_to_come(paper: Evidence) -> None:
    if paper.issued_on and paper.issued_on > clock.today():
        raise ValidationError({"issued_on": _("The day of issue is still to come.")})


def _record(act: str, paper: Evidence, by: User, **details: Any) -> None:
    auditing.record(act, paper, by=by, area=paper.enterprise.area, **details)


def _known(fields: dict[str, Any]) -> dict[str, Any]:
    if unknown := sorted(set(fields) - set(FIELDS)):
        raise TypeError(f"A paper has no {', '.join(unknown)}")
    return fields
