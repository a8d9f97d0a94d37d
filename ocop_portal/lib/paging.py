"""Lists page by page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

PARAMETER = "page"


def page_of(
    queryset: QuerySet[Any] | Sequence[Any],
    request: HttpRequest,
    per_page: int = 25,
    *,
    is_turned: bool = True,
) -> Page[Any]:
    """Return the page of ``queryset`` that ``?page=`` asks for, in two queries whatever its length.

    What is no number gives the first page, a number too large the last. The queryset must be ordered; rows
    that are there already are asked for nothing. A list whose pages are not the ones turned, of several on
    a page, shows its first.
    """
    return Paginator(queryset, per_page).get_page(request.GET.get(PARAMETER) if is_turned else 1)
