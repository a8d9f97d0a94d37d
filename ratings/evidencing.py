"""The evidence of a dossier: papers of the makers' libraries, each proving a criterion or the whole."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts import auditing
from accounts.models import User
from enterprises.models import Enterprise, Evidence
from enterprises.models.evidence import EvidenceQuerySet

from . import filing, unlocking
from .models import Criterion, Dossier, EvidenceUse
from .sections import REGISTRATION
from .unlocking import Unlocked
from .workflow import Refused


def may_prove(open_now: Unlocked, code: str | None) -> bool:
    """Whether the evidence of the criterion may be changed; without one that of the dossier as a whole.

    The papers that go with the whole dossier belong to its registration (Form 01).
    """
    return open_now.criterion(code) if code else open_now.section(REGISTRATION.key)


def uses_of(dossier: Dossier) -> list[EvidenceUse]:
    """The papers that the dossier uses, in the criteria's order, the whole's first: one statement."""
    related = ("evidence__replaced_by", "criterion")
    rows = dossier.evidence_uses.select_related(*related)
    return sorted(rows, key=lambda use: (_place(use), use.evidence.kind, use.evidence.sort_key, use.pk))


def by_criterion(uses: Iterable[EvidenceUse]) -> dict[int | None, list[EvidenceUse]]:
    """The uses by the key of their criterion; under ``None`` those of the dossier as a whole."""
    found: dict[int | None, list[EvidenceUse]] = {}
    for each in uses:
        found.setdefault(each.criterion_id, []).append(each)
    return found


def library_of(dossier: Dossier, user: User) -> list[Evidence]:
    """The papers that the person may choose from, none that was replaced: one statement."""
    rows = papers_in_sight(dossier, user).current().select_related("replaced_by")
    return list(rows.order_by("kind", "sort_key", "pk"))


def papers_in_sight(dossier: Dossier, user: User) -> EvidenceQuerySet:
    """The papers of the product's makers into whose libraries the person may look."""
    rows = Evidence.objects.visible_to(user).kept()
    return rows.filter(enterprise__makings__product=dossier.product_id)


def makers(dossier: Dossier, user: User) -> QuerySet[Enterprise]:
    """The product's makers into whose libraries the person may look, the leading one first."""
    rows = Enterprise.objects.visible_to(user).filter(makings__product=dossier.product_id)
    return rows.order_by("-makings__is_lead", "pk")


@transaction.atomic
def use(dossier: Dossier, evidence: Evidence, code: str | None = None, *, by: User) -> EvidenceUse:
    """Let the paper prove the criterion of that number, or without one the dossier as a whole.

    Doing it twice makes one use. A paper past its last day is taken and marked: whether it still proves
    something is the officer's to judge. Raises ``Refused`` after submission, for what a return did not
    unlock, for a paper of another organisation and for one that was removed or replaced,
    ``PermissionDenied`` outside one's area.
    """
    fresh = filing.editable(dossier, by=by)
    return _use(fresh, unlocking.of(fresh), evidence, code, by)


def _use(fresh: Dossier, open_now: Unlocked, evidence: Evidence, code: str | None, by: User) -> EvidenceUse:
    criterion = _criterion(fresh, code)
    _require_open(open_now, code)
    paper = _usable(fresh, evidence)
    made, new = EvidenceUse.objects.get_or_create(
        dossier=fresh, evidence=paper, criterion=criterion, defaults={"added_by": by}
    )
    if new:
        _record("dossier.evidence_used", fresh, paper, by, criterion=code or "")
    return made


def use_all(dossier: Dossier, papers: Iterable[Evidence], code: str | None = None, *, by: User) -> None:
    """``use`` of several papers, all or none."""
    use_each(dossier, [(paper, code) for paper in papers], by=by)


@transaction.atomic
def use_each(dossier: Dossier, pairs: Sequence[tuple[Evidence, str | None]], *, by: User) -> None:
    """``use`` of several papers, each for the criterion beside it, all or none."""
    if not pairs:
        return
    fresh = filing.editable(dossier, by=by)
    open_now = unlocking.of(fresh)
    for paper, code in pairs:
        _use(fresh, open_now, paper, code, by)


@transaction.atomic
def drop(use: EvidenceUse, *, by: User) -> None:
    """Take the paper away from the criterion; it stays in the library. Doing it twice does it once.

    Raises as ``use`` does.
    """
    fresh = filing.editable(use.dossier, by=by)
    code = _code(use)
    _require_open(unlocking.of(fresh), code)
    if EvidenceUse.objects.filter(pk=use.pk).delete()[0]:
        _record("dossier.evidence_dropped", fresh, use.evidence, by, criterion=code or "")


@transaction.atomic
def swap(dossier: Dossier, old: Evidence, new: Evidence, *, by: User) -> int:
    """Let ``new`` prove all that ``old`` proves in the dossier, where that is open; how many uses moved.

    Nothing to move is no error. Raises ``Refused`` as ``use`` does, and where ``old`` is used only in places
    that a return did not unlock.
    """
    fresh = filing.editable(dossier, by=by)
    moved = _move(fresh, old, new, by)
    if not moved and fresh.evidence_uses.filter(evidence=old).exists():
        raise Refused(_("The return did not unlock the criteria that this paper proves."))
    return moved


@transaction.atomic
def renew(dossier: Dossier, *, by: User) -> int:
    """Let the newest papers take the places of those that they replaced, in one step; how many uses moved.

    What a return did not unlock stays as it is. Raises ``Refused`` after submission, ``PermissionDenied``
    outside one's area.
    """
    fresh = filing.editable(dossier, by=by)
    used = Evidence.objects.filter(uses__dossier=fresh, replaced_by__isnull=False).distinct()
    return sum(_move(fresh, old, _newest(old), by) for old in used.select_related("replaced_by"))


def require_open(dossier: Dossier, code: str | None, *, by: User) -> None:
    """Raise ``Refused`` unless the person may change the evidence of the criterion (or of the whole) now."""
    verdict = filing.may_fill_in(dossier, by)
    if not verdict:
        raise Refused(str(verdict.reason))
    _criterion(dossier, code)
    _require_open(unlocking.of(dossier), code)


def _move(dossier: Dossier, old: Evidence, new: Evidence, by: User) -> int:
    """Move the uses of ``old`` that are open now to ``new``, none twice."""
    open_now = unlocking.of(dossier)
    uses = dossier.evidence_uses.filter(evidence=old).select_related("criterion")
    movable = [each for each in uses if may_prove(open_now, _code(each))]
    if not movable:
        return 0
    paper = _usable(dossier, new)
    for each in movable:
        EvidenceUse.objects.get_or_create(
            dossier=dossier, evidence=paper, criterion=each.criterion, defaults={"added_by": by}
        )
    EvidenceUse.objects.filter(pk__in=[each.pk for each in movable]).delete()
    codes = [_code(each) or "" for each in movable]
    _record("dossier.evidence_swapped", dossier, paper, by, old=old.pk, criteria=codes)
    return len(movable)


def _place(use: EvidenceUse) -> int:
    return use.criterion.position if use.criterion else -1


def _code(use: EvidenceUse) -> str | None:
    return use.criterion.code if use.criterion else None


def _criterion(dossier: Dossier, code: str | None) -> Criterion | None:
    if not code:
        return None
    found = Criterion.objects.filter(criteria_set=dossier.criteria_set_id, code=code, is_leaf=True).first()
    if found is None:
        raise Refused(_("The criteria set of the dossier has no criterion %(code)s.") % {"code": code})
    return found


def _require_open(open_now: Unlocked, code: str | None) -> None:
    if may_prove(open_now, code):
        return
    if code:
        raise Refused(_("The return did not unlock the criterion %(code)s.") % {"code": code})
    raise Refused(_("The return did not unlock the papers of the dossier as a whole."))


def _usable(dossier: Dossier, evidence: Evidence) -> Evidence:
    """The paper's row, kept from being removed until the transaction ends."""
    rows = Evidence.objects.select_for_update(of=("self",), no_key=True).select_related("replaced_by")
    paper: Evidence = rows.get(pk=evidence.pk)
    if not dossier.product.makings.filter(enterprise=paper.enterprise_id).exists():
        raise Refused(_("The paper belongs to an organisation that does not make this product."))
    if paper.removed_at:
        raise Refused(_("This paper has been removed from the library."))
    if paper.newer:
        raise Refused(
            _("A newer paper has replaced this one: %(title)s. Use that.") % {"title": paper.newer.title}
        )
    return paper


def _newest(paper: Evidence) -> Evidence:
    while paper.newer:
        paper = paper.newer
    return paper


def _record(act: str, dossier: Dossier, paper: Evidence, by: User, **details: Any) -> None:
    auditing.record(act, dossier, by=by, evidence=paper.pk, title=paper.title, sha256=paper.sha256, **details)
