"""What every page shows around its content: the agency, the navigation by post, its banner."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def portal(request: HttpRequest) -> dict[str, Any]:
    """Context for ``base.html``."""
    return {
        "portal": {
            "name": settings.OCOP_NAME,
            "agency": settings.OCOP_AGENCY,
            "demo": settings.OCOP_DEMO,
            "fixed_today": settings.OCOP_TODAY,
        },
        "nav_items": [],
    }
