"""Why a record counts now that did not, or no longer: what the audit trail says happened to it in between."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import AuditEntry

from .comparing import Cause
from .tables import Record

ACTS: dict[str, str | Promise] = {
    "decision.entered_from_paper": gettext_lazy("a decision on paper was entered"),
    "decision.signed": gettext_lazy("a decision was signed"),
    "dossier.submitted": gettext_lazy("the dossier was submitted"),
    "product.changed": gettext_lazy("the product's particulars were changed"),
    "enterprise.changed": gettext_lazy("the organisation's particulars were changed"),
    "plan.figure_reported": gettext_lazy("a figure was reported"),
    "recognition.entered_from_paper": gettext_lazy("a recognition on paper was entered"),
    "recognition.superseded": gettext_lazy("a later recognition took its place"),
    "value_chain.joined": gettext_lazy("the product was recorded in a value chain"),
    "handover.done": gettext_lazy("the records of an ended unit were handed over"),
}


def between(since: datetime, until: datetime, records: Iterable[Record]) -> Cause:
    """What gives the cause for one of ``records``: its last act in the audit trail between the two moments.

    One statement for all of them. Where the trail knows nothing of the record itself, the words say only
    that it came in late or is counted no more.
    """
    last = _last_acts(since, until, {record.key for record in records})

    def cause(record: Record, is_late: bool) -> str:
        entry = last.get(record.key)
        if entry:
            words = _("%(who)s, %(when)s: %(what)s")
            when = f"{timezone.localtime(entry.at):%d/%m/%Y %H:%M}"
            return words % {"who": entry.actor_name, "when": when, "what": _act(entry)}
        if is_late:
            return str(_("It came into the portal after the earlier figures were frozen."))
        return str(_("It no longer fulfils what the figure counts."))

    return cause


def _act(entry: AuditEntry) -> str:
    return str(ACTS.get(entry.act) or _("the record was changed (%(act)s)") % {"act": entry.act})


def _last_acts(since: datetime, until: datetime, keys: set[str]) -> dict[str, AuditEntry]:
    """By the record's key (``product:12``) the last entry of the trail about it."""
    numbers = {key.rpartition(":")[2] for key in keys}
    entries = AuditEntry.objects.filter(at__gt=since, at__lte=until, object_id__in=numbers).order_by(
        "at", "pk"
    )
    found: dict[str, AuditEntry] = {}
    for entry in entries:
        key = f"{entry.object_type.rpartition('.')[2]}:{entry.object_id}"
        if key in keys:
            found[key] = entry
    return found
