"""The tabs that the pages of decisions, recognitions and value chains share."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

Tab = tuple[str, str, bool]


def tabs(request: HttpRequest) -> list[Tab]:
    """Address, label and whether it is the page asked for."""
    names = {
        "ratings:decisions": _("Decisions"),
        "ratings:recognitions": _("Recognitions"),
        "ratings:radar": _("About to expire"),
        "ratings:inspections": _("Inspections"),
        "ratings:objections": _("Objections"),
        "ratings:value_chains": _("Value chains"),
    }
    return [
        (url := reverse(name), label, request.path in {url, f"{url}lich/"}) for name, label in names.items()
    ]
