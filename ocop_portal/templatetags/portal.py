"""Template tags of the design: see docs/design.md for each with its snippet."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django import template
from django.core.paginator import Page
from django.forms import BaseForm, BaseFormSet, BoundField, CheckboxSelectMultiple, RadioSelect
from django.http import HttpRequest, QueryDict
from django.template import Context
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from ocop_portal.lib import choices, svg

register = template.Library()
TONES = {"neutral", "info", "good", "warn", "bad"}
PUBLIC_PAGES = (
    ("public:catalogue", _("Products")),
    ("public:certificates", _("Certificates")),
    ("public:plans", _("Plans")),
    ("public:news", _("News")),
    ("public:figures", _("Figures")),
    ("public:lookup", _("Look up a dossier")),
)
_WARN_ICON = mark_safe(
    '<svg class="tag__icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">'
    '<path fill-rule="evenodd" d="M8 1 16 15H0ZM7.1 6h1.8v4.4H7.1Zm0 5.5h1.8v1.8H7.1Z"/></svg>'
)

register.simple_tag(svg.stars, name="stars")
register.simple_tag(svg.progress_bar, name="progress_bar")
register.simple_tag(svg.bars, name="bars")
register.simple_tag(choices.options, name="select_options")


class FieldError(NamedTuple):
    """One line of the error summary: the words, the field's label and the control to go to."""

    message: str
    label: str
    anchor: str


class NavItem(NamedTuple):
    """One entry of a navigation bar."""

    url: str
    label: str
    current: bool


@register.simple_tag
def status_tag(label: object, tone: str = "neutral") -> SafeString:
    """A state as an adjective; ``tone`` is neutral, info, good, warn (with an icon) or bad (errors only)."""
    if tone not in TONES:
        raise ValueError(f"A status tag is {', '.join(sorted(TONES))}, not {tone!r}")
    icon = _WARN_ICON if tone == "warn" else ""
    return format_html('<span class="tag tag--{}">{}{}</span>', tone, icon, label)


@register.simple_tag(takes_context=True)
def block_text(context: Context, name: str) -> str:
    """What the page put into block ``name``, so that <title> and <h1> are written once."""
    blocks = context.render_context.get(BLOCK_CONTEXT_KEY)
    block = blocks.get_block(name) if blocks else None
    return mark_safe(block.nodelist.render(context).strip()) if block else ""  # noqa: S308 - rendered already


@register.simple_tag(takes_context=True)
def public_nav(context: Context) -> list[NavItem]:
    """The pages anyone may see, with the current one marked; a page that is not installed is left out."""
    request: HttpRequest | None = context.get("request")
    path = request.path if request else ""
    items = []
    for name, label in PUBLIC_PAGES:
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        items.append(NavItem(url, str(label), path.startswith(url)))
    return items


def _anchor(field: BoundField) -> str:
    widget = field.field.widget
    grouped = isinstance(widget, RadioSelect | CheckboxSelectMultiple)
    return f"{field.auto_id}_0" if grouped else field.id_for_label or field.auto_id


def _form_errors(form: BaseForm) -> Iterator[FieldError]:
    for message in form.non_field_errors():
        yield FieldError(str(message), "", "")
    for field in form:
        for message in field.errors:
            anchor = "" if field.is_hidden else _anchor(field)
            yield FieldError(str(message), str(field.label), anchor)


@register.inclusion_tag("components/error_summary.html")
def error_summary(*forms: BaseForm | BaseFormSet) -> dict[str, Any]:
    """Every error of the given forms and formsets, each with a link to its control."""
    errors: list[FieldError] = []
    for one in forms:
        if isinstance(one, BaseFormSet):
            errors += [FieldError(str(message), "", "") for message in one.non_form_errors()]
            errors += [error for form in one for error in _form_errors(form)]
        elif one is not None and one.is_bound:
            errors += _form_errors(one)
    return {"errors": errors}


@register.inclusion_tag("components/form.html", takes_context=True)
def form(
    context: Context,
    form: BaseForm,
    submit: str = "",
    *,
    cancel: str = "",
    action: str = "",
    draft: str = "",
    wide: bool = False,
) -> dict[str, Any]:
    """A whole POST form: token, error summary, fields, buttons; sends files where the form has some.

    ``cancel`` is the address to go back to. ``draft`` names the form so that typed text survives an
    expired session in this browser (``"enterprise-12"``); leave it empty for passwords.
    """
    return {
        "form": form,
        "submit": submit or _("Save"),
        "cancel": cancel,
        "action": action,
        "draft": draft,
        "wide": wide,
        "csrf_token": context.get("csrf_token"),
        "request": context.get("request"),
    }


@register.inclusion_tag("components/filters.html", takes_context=True)
def filter_bar(context: Context, form: BaseForm) -> dict[str, Any]:
    """A GET form in one bar, with "clear filters" once something is filtered; the sorting is kept."""
    request: HttpRequest | None = context.get("request")
    query = request.GET if request else {}
    return {
        "form": form,
        "filtered": any(value for name, value in query.items() if name not in {"page", "sort"}),
        "sort": query.get("sort", ""),
        "path": request.path if request else "",
    }


@register.inclusion_tag("components/pager.html", takes_context=True)
def pager(context: Context, page: Page, **more: str) -> dict[str, Any]:
    """ "1–25 of 213" and the pages; keeps the rest of the query string. The parameter is ``page``.

    ``more`` are parameters that the links carry besides: of several lists, the one whose pages are turned.
    """
    request: HttpRequest | None = context.get("request")
    kept = request.GET.copy() if request else QueryDict(mutable=True)
    for name, value in more.items():
        kept[name] = value
    return {
        "kept": kept,
        "page": page,
        "numbers": list(page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)),
        "gap": page.paginator.ELLIPSIS,
        "request": context.get("request"),
    }


@register.inclusion_tag("components/sort_header.html", takes_context=True)
def sort_header(context: Context, key: str, label: str, number: bool = False) -> dict[str, Any]:
    """A column heading that sorts by ``key``, the second time backwards. The parameter is ``sort``."""
    request: HttpRequest | None = context.get("request")
    current = request.GET.get("sort", "") if request else ""
    direction = {key: "ascending", f"-{key}": "descending"}.get(current, "")
    return {
        "label": label,
        "number": number,
        "direction": direction,
        "next": f"-{key}" if direction == "ascending" else key,
        "request": request,
    }


@register.simple_tag(takes_context=True)
def typed_text(context: Context) -> Iterable[tuple[str, str]]:
    """The text of the refused request (never a password or a token), so that nobody has to type it again."""
    request: HttpRequest | None = context.get("request")
    if request is None:
        return []
    hidden = ("password", "token", "csrf", "next")
    return [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if value.strip() and not any(word in name.lower() for word in hidden)
    ]


@register.filter
def is_group(field: BoundField) -> bool:
    """Whether the field is a group of radio buttons or boxes, which takes a legend instead of a label."""
    return isinstance(field.field.widget, RadioSelect | CheckboxSelectMultiple)
