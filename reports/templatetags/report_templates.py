"""Offers the forms of offices where a report has been compiled."""

from __future__ import annotations

from typing import Any

from django import template

from reports.models import Run, Template

register = template.Library()


@register.inclusion_tag("reports/run_templates.html", takes_context=True)
def fill_our_form(context: dict[str, Any], run: Run) -> dict[str, Any]:
    """A form that fills one of the forms of the person's offices with the figures of a compiled run."""
    rows = Template.objects.visible_to(context["request"].user).current().filter(report=run.report)
    is_done = run.state == Run.State.DONE
    found = list(rows.select_related("area").order_by("sort_key", "pk")[:100]) if is_done else []
    return {"run": run, "forms": found, "csrf_token": context.get("csrf_token")}
