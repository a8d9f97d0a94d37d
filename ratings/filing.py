"""Opening a dossier and filling it in, until it is submitted and again after a return."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import auditing, rules
from accounts.models import Role, User
from areas.models import Area, Level
from ocop_portal.lib import clock, files, text
from products.models import Product

from . import codes, freezing, levels, moves, unlocking, workflow
from .models import Attachment, CriteriaSet, Dossier, DossierStep, Recognition
from .sections import REGISTRATION
from .workflow import Refused, Stale

FILLERS = (Role.COMMUNE, Role.OFFICER)
PAPERS = files.PAPERS - {"webp"}
MOST_PAPERS = 30
FIELDS = (
    "kind",
    "previous",
    "requested_stars",
    "contact_name",
    "contact_phone",
    "presentation",
    "changes",
    "pledged",
)
PLEDGE = {"pledged"}
ONE_LINE = ("contact_name", "contact_phone")
LINES = ("presentation", "changes")


class AlreadyOpen(Refused):
    """The product has an open dossier; ``dossier`` is that one."""

    def __init__(self, dossier: Dossier) -> None:
        super().__init__(_("The product already has an open dossier: %(code)s.") % {"code": dossier.code})
        self.dossier = dossier


def may_fill_in(dossier: Dossier, user: User) -> rules.Verdict:
    """Whether the person may change the dossier's contents now."""
    if dossier.state not in moves.EDITABLE:
        return rules.Verdict(
            False, _("A dossier is changed only while it is a draft or returned for completion.")
        )
    return rules.needs(user, FILLERS, dossier.area)


def may_change(dossier: Dossier, user: User) -> rules.Verdict:
    """Whether the person may change the registration: all of a draft, else only where it was returned."""
    return _opened(may_fill_in(dossier, user), unlocking.of(dossier).section(REGISTRATION.key))


def may_attach(dossier: Dossier, user: User) -> rules.Verdict:
    """Whether the person may add and remove papers: where the registration or a criterion is open."""
    return _opened(may_fill_in(dossier, user), unlocking.of(dossier).papers)


def _opened(verdict: rules.Verdict, is_open: bool) -> rules.Verdict:
    if verdict and not is_open:
        return rules.Verdict(False, _("This part was not returned, so it stays as it was submitted."))
    return verdict


@transaction.atomic
def open_dossier(
    product: Product,
    *,
    kind: str,
    by: User,
    on: date | None = None,
    form_token: UUID | None = None,
    previous: Recognition | None = None,
    **fields: Any,
) -> Dossier:
    """Open a draft for the product in the commune that looks after it on the day.

    The same ``form_token`` twice gives the same dossier. Raises ``AlreadyOpen`` when another dossier of the
    product is open, ``Refused`` when nobody leads the product's organisations, ``PermissionDenied`` outside
    one's area.
    """
    day = on or clock.today()
    Product.objects.select_for_update(no_key=True).get(pk=product.pk)
    if form_token and (sent := Dossier.objects.filter(form_token=form_token, created_by=by).first()):
        return sent
    area = commune_of(product, day)
    rules.needs(by, FILLERS, area).require()
    if waiting := product.dossiers.open().first():
        raise AlreadyOpen(waiting)
    lead = product.makings.order_by("-is_lead", "pk").select_related("enterprise").first()
    if lead is None:
        raise Refused(_("The product has no organisation yet."))
    dossier = Dossier(
        code=_next_code(area, day),
        receipt_code=codes.unused_code(Dossier, "receipt_code"),
        product=product,
        enterprise=lead.enterprise,
        area=area,
        group=product.group,
        criteria_set=CriteriaSet.objects.rating_on(product.group, day),
        state_since=day,
        form_token=form_token,
        created_by=by,
    )
    _fill_in(dossier, {"kind": kind, "previous": previous, **fields})
    dossier.save()
    auditing.record("dossier.opened", dossier, by=by, product=product.pk)
    return dossier


@transaction.atomic
def change(dossier: Dossier, *, by: User, version: int | None = None, **fields: Any) -> Dossier:
    """Change the contents (any of ``FIELDS``) of a draft or a returned dossier.

    The pledge is given with each submission; the other fields are the registration's, and of a returned
    dossier they change only where the return opened it. Raises ``Stale`` for an older ``version``,
    ``Refused`` after submission, ``PermissionDenied`` outside one's area.
    """
    fresh = editable(dossier, by=by, version=version)
    if set(fields) - {"pledged"}:
        _refuse_closed(may_change(fresh, by))
    changed = _fill_in(fresh, fields)
    if changed:
        fresh.version += 1
        fresh.save()
        auditing.record("dossier.changed", fresh, by=by, fields=changed)
    dossier.refresh_from_db()
    return dossier


def attach(
    dossier: Dossier, upload: files.Upload | File[bytes], *, kind: str, title: str, by: User
) -> Attachment:
    """Put a paper into a draft or a returned dossier; the file is kept privately under a random name.

    The same file under the same title again is the paper that is there.
    Raises ``files.UploadRefused`` for a file that is not taken, ``Refused`` after submission or beyond
    ``MOST_PAPERS``, ``PermissionDenied`` outside one's area; then neither row nor file is left.
    """
    if not isinstance(upload, files.Upload):
        upload = files.inspect(upload, kinds=PAPERS)
    with files.storing(upload) as stored, transaction.atomic():
        fresh = editable(dossier, by=by)
        _refuse_closed(may_attach(fresh, by))
        papers = fresh.attachments.filter(removed_at__isnull=True)
        if sent := papers.filter(kind=kind, title=text.nfc(title), sha256=stored.sha256).first():
            files.delete(stored.name)
            return sent
        if papers.count() >= MOST_PAPERS:
            raise Refused(_("A dossier holds at most %(most)s papers.") % {"most": MOST_PAPERS})
        paper = Attachment.objects.create(
            dossier=fresh,
            kind=kind,
            title=text.nfc(title),
            file=stored.name,
            file_name=stored.file_name,
            content_type=stored.content_type,
            size=stored.size,
            sha256=stored.sha256,
            uploaded_by=by,
        )
        auditing.record(
            "dossier.paper_attached", fresh, by=by, title=paper.title, kind=kind, sha256=stored.sha256
        )
    return paper


@transaction.atomic
def remove_attachment(paper: Attachment, *, by: User) -> None:
    """Take a paper out of a draft or a returned dossier; the file itself stays with the history.

    Of a returned dossier with forms, only a paper that came after the return, unless Form 01 was returned.
    Raises ``Refused`` after submission, ``PermissionDenied`` outside one's area.
    """
    fresh = editable(paper.dossier, by=by)
    last = fresh.steps.order_by("pk").last()
    was_submitted = last is not None and paper.uploaded_at < last.at
    _refuse_closed(may_change(fresh, by) if was_submitted else may_attach(fresh, by))
    if Attachment.objects.filter(pk=paper.pk, removed_at__isnull=True).update(removed_at=timezone.now()):
        auditing.record("dossier.paper_removed", fresh, by=by, title=paper.title, sha256=paper.sha256)


@transaction.atomic
def submit(
    dossier: Dossier,
    *,
    by: User,
    version: int | None = None,
    seen: str = "",
    on: date | None = None,
    **texts: Any,
) -> DossierStep:
    """Take down the organisation's pledge and submit the dossier, in one act; ``texts`` as for ``move``.

    ``seen`` is the digest of what the person read and pledged (``freezing.pledged_digest``): raises ``Stale``
    where the dossier says something else by now. Empty: not compared.
    """
    change(dossier, by=by, version=version, pledged=True)
    if seen and seen != freezing.pledged_digest(dossier):
        raise Stale(
            _("The dossier has changed since you opened this page. Read it again before you submit it."),
            dossier,
        )
    return workflow.move(dossier, submission_target(dossier, on), by=by, on=on, **texts)


def submission_target(dossier: Dossier, on: date | None = None) -> Dossier.State:
    """The state that submitting the dossier on the day (today unless given) brings it to."""
    at_commune = levels.goes_to_commune(dossier, on or clock.today())
    return Dossier.State.AT_COMMUNE if at_commune else Dossier.State.SUBMITTED


def submitted_by(dossier: Dossier, user: User) -> bool:
    """Whether the dossier's last step is this person's submission: a form sent twice finds it done."""
    last = dossier.steps.order_by("pk").last()
    return bool(last and last.to_state in moves.SUBMISSIONS and last.by_id == user.pk)


def editable(dossier: Dossier, *, by: User, version: int | None = None) -> Dossier:
    """The dossier's row, locked, once it is sure that ``by`` may change its contents."""
    fresh = workflow.locked(dossier, version)
    rules.needs(by, FILLERS, fresh.area).require()
    _refuse_closed(may_fill_in(fresh, by))
    return fresh


def _refuse_closed(verdict: rules.Verdict) -> None:
    if not verdict:
        raise Refused(str(verdict.reason))


def commune_of(product: Product, on: date) -> Area:
    """The commune in which a dossier of the product is filed on the day: its own, or the successor."""
    if product.area.exists_on(on):
        return product.area
    successors = Area.objects.covering(product.area).in_force(on).filter(level=Level.COMMUNE)
    return successors.order_by("pk").first() or product.area


def _fill_in(dossier: Dossier, fields: dict[str, Any]) -> list[str]:
    """Set the given fields, cleaned; the names of those that changed."""
    changed = []
    for name, value in fields.items():
        if name not in FIELDS:
            raise TypeError(f"a dossier's contents have no field {name}")
        if name in ONE_LINE:
            value = text.nfc(value)
        elif name in LINES:
            value = text.nfc_lines(value)
        if getattr(dossier, name) != value:
            setattr(dossier, name, value)
            changed.append(name)
    if dossier.previous and dossier.previous.product_id != dossier.product_id:
        raise Refused(_("The recognition chosen belongs to another product."))
    return changed


def _next_code(area: Area, on: date) -> str:
    """``HS-01495-2023-001``: the next number of the commune in the year, under the commune's lock."""
    Area.objects.select_for_update(no_key=True).get(pk=area.pk)
    prefix = f"HS-{area.code}-{on.year}-"
    taken = Dossier.objects.filter(code__startswith=prefix).values_list("code", flat=True)
    last = max((int(code.removeprefix(prefix)) for code in taken), default=0)
    return f"{prefix}{last + 1:03d}"
