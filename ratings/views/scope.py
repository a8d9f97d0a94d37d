"""Dossiers and recognitions in a person's scope; out of scope is not found."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from accounts.posts import signed_in

from ..models import Dossier, Recognition


def dossier_in_scope(request: HttpRequest, pk: int) -> Dossier:
    """The dossier with what its pages read of it."""
    related = ("product", "enterprise", "area", "group", "regulation", "previous", "criteria_set")
    rows = Dossier.objects.visible_to(signed_in(request)).select_related(*related)
    return cast(Dossier, get_object_or_404(rows, pk=pk))


def recognition_in_scope(request: HttpRequest, pk: int) -> Recognition:
    """The recognition with its product."""
    rows = Recognition.objects.visible_to(signed_in(request)).select_related("product__area", "area")
    return cast(Recognition, get_object_or_404(rows, pk=pk))
