"""Lists page by page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

PARAMETER, PART = "page", "phan"


def page_of(
    queryset: QuerySet[Any] | Sequence[Any], request: HttpRequest, per_page: int = 25, *, part: str = ""
) -> Page[Any]:
    """Return the page of ``queryset`` that ``?page=`` asks for, in two queries whatever its length.

    What is no number gives the first page, a number too large the last. The queryset must be ordered; rows
    that are there already are asked for nothing. Of several lists on a page each is a ``part``: ``?phan=``
    names the one whose pages are turned, the others show their first; ``{% pager page phan=part %}``.
    """
    is_turned = request.GET.get(PART, "") == part
    return Paginator(queryset, per_page).get_page(request.GET.get(PARAMETER) if is_turned else 1)
