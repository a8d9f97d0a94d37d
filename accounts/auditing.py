"""The audit trail: one function writes it, a trigger in the database keeps it append-only."""

from __future__ import annotations

from typing import Any

from django.db.models import Model

from areas.models import Area

from .models import AuditEntry, User


def record(
    act: str, subject: Model, *, by: User | None, area: Area | None = None, **details: Any
) -> AuditEntry:
    """Write that ``by`` did ``act`` (an English verb, dotted: ``dossier.submitted``) to ``subject``.

    ``details`` must be JSON and carry neither password nor full personal ID; ``by`` is None for the portal
    itself. Call it in the transaction of the act.
    """
    return AuditEntry.objects.create(
        actor=by,
        actor_name=str(by) if by else "",
        act=act,
        object_type=subject._meta.label_lower,
        object_id=str(subject.pk),
        object_label=str(subject)[:300],
        area=area or getattr(subject, "area", None),
        details=details,
    )
