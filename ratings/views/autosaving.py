"""How the portal answers a script that saves while a person types: always JSON, never a page or a redirect.

The protocol stands in ``docs/design.md``; ``static/js/autosave.js`` is its other side.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.models import User

from ..workflow import Refused, Stale

P = ParamSpec("P")


class SignedIn(HttpRequest):
    """A request of a person who is signed in."""

    user: User


def answers_json(
    view: Callable[Concatenate[SignedIn, P], JsonResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """A POST that a script sends: 401 with where to sign in, 403, 404 and 409 with the reason, as JSON.

    A form names the person for whom it was printed (``user``); if another one has signed in since in the
    same browser, nothing is saved under the wrong name.
    """

    @wraps(view)
    def told(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> JsonResponse:
        user = request.user
        if not isinstance(user, User):
            return _sign_in(_("Your session has ended. Sign in again; what you typed is kept."))
        if request.POST.get("user", str(user.pk)) != str(user.pk):
            return _sign_in(_("Another person has signed in with this browser. Nothing was saved."))
        try:
            return view(request, *args, **kwargs)  # type: ignore[arg-type]
        except Stale as stale:
            return JsonResponse({"message": str(stale)}, status=409)
        except (Refused, PermissionDenied) as refused:
            return JsonResponse({"message": str(refused)}, status=403)
        except Http404:
            return JsonResponse({"message": _("This can't be found any more.")}, status=404)

    return require_POST(login_not_required(never_cache(told)))


def saved(version: int, **facts: object) -> JsonResponse:
    """The answer to what was saved: the new version, and the time to print beside it."""
    at = date_format(timezone.localtime(timezone.now()), "H:i")
    return JsonResponse({"version": version, "saved_at": at, **facts})


def conflict(stale: Stale, version: int, theirs: Mapping[str, str]) -> JsonResponse:
    """Another person was first: who and when, and what stands now, field by field."""
    return JsonResponse({"message": str(stale), "version": version, "theirs": dict(theirs)}, status=409)


def invalid(message: str, errors: Mapping[str, str]) -> JsonResponse:
    """What was typed can't be kept as it is: why, and which field."""
    return JsonResponse({"message": message, "errors": dict(errors)}, status=422)


def _sign_in(message: str) -> JsonResponse:
    return JsonResponse({"message": message, "sign_in": resolve_url("accounts:sign_in")}, status=401)
