"""The window and the buttons of renewing, for pages of recognitions and of products."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context

from accounts.models import User
from ocop_portal.lib import clock
from products.models import Product

from .. import renewing
from ..models import Recognition
from ..views import renewals as pages

register = template.Library()


@register.inclusion_tag("ratings/renewals.html", takes_context=True)
def renewals(context: Context, subject: Recognition | Product) -> dict[str, Any]:
    """When what the subject was recognised for is to be re-evaluated, and the buttons that open a dossier."""
    user = context["request"].user
    found = subject if isinstance(subject, Recognition) else _last(subject, user)
    return {
        **pages.of_recognition(found, user),
        "recognition": found,
        "named": isinstance(subject, Product),
        "csrf_token": context.get("csrf_token"),
    }


def _last(product: Product, user: User) -> Recognition | None:
    return renewing.last_recognition(product, clock.today(), seen_by=user)
