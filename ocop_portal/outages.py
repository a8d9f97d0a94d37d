"""What a visitor sees while the database is away, and when a form went stale: a page that says what to do."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.defaults import server_error

log = logging.getLogger(__name__)


class DatabaseOutageMiddleware:
    """Answer 503 in words while PostgreSQL restarts; the next request finds it by itself.

    This sees what a view raises; what another middleware raises (who is signed in?) ends in `failed`.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Turn a lost connection inside a view into the 503 page."""
        return unavailable() if isinstance(exception, OperationalError | InterfaceError) else None


def unavailable() -> HttpResponse:
    """The page for a database that does not answer; it is rendered without context processors."""
    log.warning("the database does not answer")
    response = HttpResponse(render_to_string("503.html"), status=503)
    response["Retry-After"] = "10"
    return response


def failed(request: HttpRequest) -> HttpResponse:
    """The page for an error nobody foresaw; a database lost before the view was reached is foreseen."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return unavailable()
    return server_error(request)


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page for a form whose protection token is stale (an expired session, cookies refused).

    A script that saves while a person types is told in JSON to have the page loaded again.
    """
    if "application/json" in request.headers.get("Accept", ""):
        told = _("This page was open too long. Load it again: what you typed is kept and will be saved.")
        return JsonResponse({"message": told, "reload": True}, status=403)
    return render(request, "403_csrf.html", status=403)
