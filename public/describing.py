"""A product in the words of the JSON interface; its names stay as they are."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse

from ratings.models.decisions import DatePrecision

from .catalogue import Entry


def product(entry: Entry) -> dict[str, Any]:
    """Dates are ISO, ``stars`` is null when no recognition is in force; a year alone is ``recognised_in``."""
    row, recognition = entry.product, entry.recognition
    until = recognition.expiry  # type: ignore[attr-defined]
    on = recognition.recognised_on
    by_day = on is not None and recognition.date_precision == DatePrecision.DAY
    return {
        "slug": row.slug,
        "name": row.name,
        "code": row.code or None,
        "url": f"{settings.OCOP_BASE_URL}{reverse('public:product', args=[row.slug])}",
        "stars": entry.stars_now,
        "state": entry.status.key,
        "last_stars": recognition.stars,
        "recognised_on": on.isoformat() if on and by_day else None,
        "recognised_in": on.year if on else None,
        "valid_until": until.isoformat() if until else None,
        "decision": recognition.decision.number or None,
        "issuing_body": recognition.decision.issuing_body,
        "group": {"code": row.group.code, "name": row.group.name},
        "commune": {"code": row.area.code, "name": row.area.name},
        "producers": entry.producers,
    }
