"""What an operator must mend before the portal goes to work (``manage.py check --deploy``)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register


@register(Tags.security, deploy=True)
def demonstration_is_off(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A portal at work serves no demonstration data and no assumed day."""
    found: list[CheckMessage] = []
    if settings.OCOP_DEMO:
        found.append(
            Error(
                "OCOP_DEMO is on",
                hint="Unset OCOP_DEMO: demo accounts have a public password",
                id="ocop_portal.E001",
            )
        )
    if settings.OCOP_TODAY:
        found.append(
            Error("OCOP_TODAY fixes the business day", hint="Unset OCOP_TODAY", id="ocop_portal.E002")
        )
    return found


@register(deploy=True)
def letters_can_be_sent(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Notices are mailed by a server; without one people find them in the portal only."""
    if settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        return []
    hint = "Set OCOP_EMAIL_URL=smtp+starttls://user:password@host:587 and OCOP_EMAIL_FROM"
    return [Warning("No mail server is named: notices are not mailed", hint=hint, id="ocop_portal.W004")]


@register(Tags.security, deploy=True)
def addresses_are_set(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Links in files and notices need the address under which people reach the portal."""
    if settings.OCOP_BASE_URL.startswith("https://"):
        return []
    hint = "Set OCOP_BASE_URL=https://… ; cookies are then sent over TLS only"
    return [Error("OCOP_BASE_URL does not begin with https://", hint=hint, id="ocop_portal.E003")]
