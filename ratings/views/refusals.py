"""How a refused act is told: a page that prints the reason, and the text typed stays in the browser."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ..workflow import Refused, Stale

R = TypeVar("R", bound=HttpRequest)
P = ParamSpec("P")


def tells_refusals(
    view: Callable[Concatenate[R, P], HttpResponse],
) -> Callable[Concatenate[R, P], HttpResponse]:
    """Answer 403 with the reason where the rules refuse an act, 409 where another person was first."""

    @wraps(view)
    def told(request: R, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Stale as stale:
            return render(
                request,
                "ratings/stale.html",
                {"reason": str(stale), "dossier": stale.dossier},
                status=409,
            )
        except Refused as refused:
            raise PermissionDenied(str(refused)) from refused

    return told
