"""Dossiers as pages show them: facts, tasks, papers, history, buttons."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.models import User
from enterprises.models import Enterprise
from ocop_portal.lib import clock, svg, text
from products.models import Product

from .. import (
    clocks,
    conditions,
    foreseeing,
    moves,
    objecting,
    outcomes,
    places,
    resulting,
    sections,
    unlocking,
    workflow,
)
from ..models import Attachment, Dossier, DossierStep, Regulation, Result

State = Dossier.State
TONES = {
    State.DRAFT: "neutral",
    State.AT_COMMUNE: "info",
    State.SUBMITTED: "info",
    State.RETURNED: "warn",
    State.ACCEPTED: "info",
    State.SCORED: "info",
    State.PREPARED: "info",
    State.RECOGNISED: "good",
    State.NOT_RECOGNISED: "neutral",
    State.FORWARDED: "info",
    State.WITHDRAWN: "neutral",
    State.REFILED: "neutral",
}
OFFERED = 25
WITH_RESULT = (State.SCORED, State.PREPARED, State.RECOGNISED, State.NOT_RECOGNISED, State.FORWARDED)
PAGED = {moves.Door.DOSSIER, moves.Door.RESULT, moves.Door.COMMUNE, moves.Door.REFILING}
PAGES = {
    State.AT_COMMUNE: "ratings:dossier_submit",
    State.SUBMITTED: "ratings:dossier_submit",
    State.RETURNED: "ratings:dossier_return",
    State.ACCEPTED: "ratings:dossier_accept",
    State.WITHDRAWN: "ratings:dossier_withdraw",
    State.SCORED: "ratings:dossier_result",
    State.REFILED: "ratings:dossier_refile",
}


def tone(dossier: Dossier) -> str:
    """The tone of the state's tag."""
    return TONES[State(dossier.state)]


def products_to_file(user: User, query: str) -> QuerySet[Product]:
    """Products in the person's areas without an open dossier; the first few that match."""
    waiting = Dossier.objects.open().filter(product=OuterRef("pk"))
    rows = Product.objects.visible_to(user).filter(~Exists(waiting), text.matches("name_norm", query))
    return rows.select_related("area", "group").prefetch_related("enterprises")[:OFFERED]


def regulation_today() -> Regulation | None:
    """Under which regulation a dossier submitted today would be judged."""
    try:
        return Regulation.objects.filing_on(clock.today())
    except Regulation.DoesNotExist:
        return None


def buttons(dossier: Dossier, user: User) -> list[dict[str, Any]]:
    """One button for each move that the table offers the person now; the first one leads."""
    rows = [row for row in workflow.available(dossier, user) if row.door in PAGED]
    return [
        {
            "label": row.label,
            "url": reverse(_page_of(row, dossier), args=[dossier.pk]),
            "posts": row.target == State.ACCEPTED,
            "style": _style(row, rows),
        }
        for row in rows
    ]


def _page_of(row: moves.Move, dossier: Dossier) -> str:
    """The page on which the move is made: the commune proposes where it assesses, and a dossier with criteria
    is returned place by place, where it is read beside its evidence.
    """
    if row.door == moves.Door.COMMUNE:
        return "ratings:dossier_commune"
    if row.target == State.RETURNED and dossier.criteria_set_id:
        return "ratings:dossier_check"
    return PAGES[State(row.target)]


def _style(row: moves.Move, rows: list[moves.Move]) -> str:
    """Accepting leads where it is offered beside a return; else the first move does."""
    targets = [other.target for other in rows]
    leads = State.ACCEPTED if State.ACCEPTED in targets else targets[0]
    if row.target == State.WITHDRAWN:
        return "btn-link"
    return "btn-primary" if row.target == leads else "btn-secondary"


def facts(dossier: Dossier) -> list[dict[str, Any]]:
    """What the dossier says, row by row."""
    kind: list[dict[str, Any]] = [
        _linked(_("Product"), dossier.product, "products:detail"),
        {"label": _("Product group"), "value": dossier.group.name},
        _linked(_("Organisation that files"), dossier.enterprise, "enterprises:detail"),
        {"label": capfirst(_("commune")), "value": dossier.area.name},
        {"label": _("Kind of dossier"), "value": dossier.get_kind_display()},
        {"label": _("Star asked for"), "value": _asked(dossier)},
    ]
    if dossier.kind != Dossier.Kind.FIRST:
        kind += [
            {"label": _("Recognition that it follows"), "value": dossier.previous},
            {"label": _("What has changed since"), "value": dossier.changes or None},
        ]
    return [
        *kind,
        {"label": _("Presentation of the product"), "value": dossier.presentation or None},
        {"label": _("Contact person"), "value": " · ".join(_contact(dossier)) or None},
        *(_pinned(dossier) if dossier.regulation else []),
    ]


def _linked(label: str, record: Product | Enterprise, name: str) -> dict[str, Any]:
    return {"label": label, "value": record.name, "url": page_of(name, record.pk), "action": _("View")}


def place_address(dossier: Dossier, target: str) -> str:
    """The page on which the place is filled in; else where it is read beside its evidence."""
    place = places.Place(target, "")
    if place.section == sections.REGISTRATION.key and not dossier.criteria_set_id:
        return reverse("ratings:dossier_edit", args=[dossier.pk])
    if place.criterion and (url := page_of("ratings:self_assessment", dossier.pk)):
        return f"{url}#c-{place.criterion}"
    if place.section and (url := page_of("ratings:dossier_section", dossier.pk, place.section)):
        return url
    return f"{reverse('ratings:dossier_check', args=[dossier.pk])}#{target}"


def page_of(name: str, *key: int | str) -> str:
    """The address of another app's page; nothing where that page is not installed."""
    try:
        return reverse(name, args=key)
    except NoReverseMatch:
        return ""


def _pinned(dossier: Dossier) -> list[dict[str, Any]]:
    return [
        {"label": _("Regulation"), "value": dossier.regulation},
        {"label": _("First submitted on"), "value": _day(dossier.first_submitted_on)},
        {"label": _("To be decided by"), "value": _day(clocks.decided_until(dossier))},
    ]


def _asked(dossier: Dossier) -> str | None:
    return svg.star_words(dossier.requested_stars) if dossier.requested_stars else None


def _contact(dossier: Dossier) -> list[str]:
    return [word for word in (dossier.contact_name, dossier.contact_phone) if word]


def _day(day: Any) -> str | None:
    return day.strftime("%d/%m/%Y") if day else None


def papers(dossier: Dossier, removable: bool = False) -> list[dict[str, Any]]:
    """The papers in the dossier now."""
    return [_paper(paper, removable) for paper in dossier.attachments.filter(removed_at__isnull=True)]


def _paper(paper: Attachment, removable: bool) -> dict[str, Any]:
    key = [paper.dossier_id, paper.pk]
    return {
        "name": paper.title,
        "url": reverse("ratings:dossier_file", args=key),
        "kind": paper.get_kind_display(),
        "size": paper.size,
        "note": paper.file_name,
        "remove_url": reverse("ratings:dossier_file_remove", args=key) if removable else "",
    }


def steps(dossier: Dossier) -> list[dict[str, Any]]:
    """The history, the newest step first, each return with its points."""
    rows = dossier.steps.prefetch_related("points").order_by("-pk")
    return [
        {
            "title": row.get_to_state_display(),
            "when": when(row),
            "who": f"{row.by_name} ({row.by_post})" if row.by_post else row.by_name,
            "text": row.reason,
            "points": list(row.points.all()),
            "current": number == 0,
        }
        for number, row in enumerate(rows)
    ]


def when(step: DossierStep) -> str:
    """The day of a step, with the hour where it was entered on that very day."""
    at = timezone.localtime(step.at)
    return f"{at:%H:%M %d/%m/%Y}" if at.date() == step.on else f"{step.on:%d/%m/%Y}"


def tasks(dossier: Dossier, *, submits: bool) -> list[dict[str, Any]]:
    """What is left to do before the dossier can be submitted; ``submits``: by this very person."""
    lacking = conditions.missing(dossier)
    organisation = conditions.organisation_complete(dossier) or conditions.product_complete(dossier)
    changes = conditions.change_explained(dossier)
    opened = unlocking.of(dossier)
    edit = "ratings:dossier_edit" if opened.section(sections.REGISTRATION.key) else ""
    attach = "ratings:dossier_papers" if opened.papers else ""
    rows = [
        (page_of("enterprises:edit", dossier.enterprise_id), _("Product and organisation"), organisation),
        (page_of(edit, dossier.pk), _("Kind of dossier and star asked for"), changes),
        (page_of(attach, dossier.pk), _("Papers"), conditions.papers_attached(dossier)),
    ]
    done = [
        {
            "label": label,
            "url": url,
            "hint": reason or ("" if url else _("Not returned: it stays as it was submitted.")),
            "status": _("To do") if reason else _("Done"),
            "tone": "neutral" if reason else "good",
        }
        for url, label, reason in rows
    ]
    return [*done, last_task(dossier, ready=not lacking, submits=submits)]


def last_task(dossier: Dossier, *, ready: bool, submits: bool) -> dict[str, Any]:
    """Checking and submitting, which closes every list of tasks."""
    return {
        "label": _("Pledge, check and submit"),
        "url": reverse("ratings:dossier_submit", args=[dossier.pk]) if submits else "",
        "hint": _waits_for(ready, submits),
        "status": _("Ready") if ready else _("Not yet"),
        "tone": "info" if ready else "neutral",
    }


def _waits_for(ready: bool, submits: bool) -> str:
    if not submits:
        return _("The commune's staff submits the dossier.")
    return "" if ready else _("Possible once everything above is done.")


def result_in_words(result: Result) -> str:
    """What the portal made of the points entered."""
    return _("Total %(total)s points: %(stars)s stars by the bands of the regulation.") % {
        "total": number_format(result.total, 2),
        "stars": result.stars,
    }


def after(dossier: Dossier, user: User) -> dict[str, Any]:
    """What follows a result: whether it may be corrected, the potential of the product, objections."""
    scored = dossier.state == State.SCORED
    context: dict[str, Any] = {
        "potential": outcomes.is_potential(dossier),
        "may_correct": scored and resulting.may_correct(dossier, user),
    }
    if dossier.criteria_set_id and dossier.state in WITH_RESULT:
        context["may_foresee"] = foreseeing.may_foresee(user, dossier.area)
    if dossier.state in {State.RECOGNISED, State.NOT_RECOGNISED, State.FORWARDED}:
        context["objections"] = list(dossier.objections.all())
        context["may_object"] = objecting.may_receive(user, dossier)
    return context
