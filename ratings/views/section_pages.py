"""Sections of the forms as pages show them: where each has its page, what it says, what comes next."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.models import User
from enterprises.models import Enterprise
from ocop_portal.lib import svg

from .. import completeness, filing, filling, moves, workflow
from ..filling import Saved, SectionState, Status
from ..models import Dossier
from ..questionnaire import ASKED
from ..questions import Content, Question, YearTable, shown
from ..sections import CRITERIA, GENERAL, REGISTRATION, SECTIONS, Section

Fact = dict[str, Any]


class ReadTable(NamedTuple):
    """A year table to read: a caption, the years, and for each question answered its answers by year."""

    caption: str
    years: list[int]
    rows: list[tuple[str, list[tuple[int, str]]]]


class Reading(NamedTuple):
    """What a section says: facts that other records keep, its own answers, its tables."""

    facts: list[Fact]
    tables: list[ReadTable]


def address(dossier: Dossier, section: Section) -> str:
    """The page of a section; nothing for the self-assessment where its pages are not installed."""
    if section == CRITERIA:
        return page("ratings:self_assessment", dossier.pk)
    return reverse("ratings:dossier_section", args=[dossier.pk, section.key])


def page(name: str, pk: int) -> str:
    """The address of a page of a dossier; nothing where it is not installed."""
    try:
        return reverse(name, args=[pk])
    except NoReverseMatch:
        return ""


def may_submit(dossier: Dossier, user: User) -> bool:
    """Whether this person submits the dossier, and does not only fill it in."""
    return any(row.target in moves.SUBMISSIONS for row in workflow.available(dossier, user))


def after(dossier: Dossier, section: Section, user: User) -> str:
    """The page that follows a section: the next one that is open, then checking, or the list of tasks."""
    states = {state.section: state for state in filling.state_of(dossier)}
    for following in SECTIONS[SECTIONS.index(section) + 1 :]:
        if states[following].is_open and (url := address(dossier, following)):
            return url
    last = "ratings:dossier_submit" if may_submit(dossier, user) else "ratings:dossier"
    return reverse(last, args=[dossier.pk])


def read(dossier: Dossier, section: Section, content: Content, *, personal: bool) -> Reading:
    """What the section says now; what is optional and has no answer is left out.

    ``personal``: with what only staff of the area may read of a person.
    """
    if section == REGISTRATION:
        return Reading([*_organisation(dossier.enterprise), *_asked_for(dossier)], [])
    facts = _people(dossier.enterprise) if section == GENERAL and personal else []
    year = completeness.filing_year(dossier)
    tables = []
    for block in ASKED[section.key].blocks:
        if isinstance(block, YearTable):
            tables.append(_table(block, content, year))
        elif completeness.is_asked(block, content) or content.get(block.name):
            facts.append({"label": str(block.label), "value": answer(block, content) or None})
    return Reading(facts, tables)


def answer(question: Question, content: Content) -> str:
    """The answer in words, with its unit."""
    found = shown(question, content.get(question.name))
    return f"{found} {question.unit}" if found and question.unit else found


def moment(state: SectionState, last: Saved) -> str:
    """When the section was last saved: the hour, with the day where that is past; empty for never."""
    if last.at is None or state.status == Status.NOT_STARTED:
        return ""
    at = timezone.localtime(last.at)
    return f"{at:%H:%M}" if at.date() == timezone.localdate() else f"{at:%H:%M %d/%m/%Y}"


def known_of(dossier: Dossier, section: Section) -> list[Fact]:
    """What a section prints of the records and does not ask again."""
    if section == REGISTRATION:
        return [*_product(dossier), *_organisation(dossier.enterprise)]
    return _people(dossier.enterprise) if section == GENERAL else []


def readings(dossier: Dossier, user: User) -> list[dict[str, Any]]:
    """Every section but the self-assessment with what it says, its state and, where open, its page."""
    contents = completeness.contents_of(dossier)
    personal = bool(filing.may_fill_in(dossier, user))
    return [
        {
            "section": state.section,
            "state": state,
            "url": address(dossier, state.section) if state.is_open else "",
            "reading": read(dossier, state.section, contents.get(state.section.key, {}), personal=personal),
        }
        for state in filling.state_of(dossier)
        if state.section != CRITERIA
    ]


def _table(table: YearTable, content: Content, filing_year: int) -> ReadTable:
    years = table.years(filing_year)
    rows = [
        (q.caption, [(year, shown(q, content.get(f"{q.name}_{year}"))) for year in years])
        for q in table.questions
    ]
    answered = [row for row in rows if any(said for _year, said in row[1])]
    return ReadTable(str(table.caption), years, answered)


def _organisation(maker: Enterprise) -> list[Fact]:
    held = " · ".join(part for part in (maker.representative, maker.representative_position) if part)
    return [
        {"label": _("Organisation that files"), "value": maker.name},
        {"label": _("Legal form"), "value": maker.kind.name},
        {"label": _("Tax code"), "value": maker.public_tax_code or maker.no_tax_code_reason or None},
        {"label": _("Representative"), "value": held or None},
        {"label": _("Address"), "value": maker.address or None},
        {"label": _("Phone"), "value": maker.phone or None},
        {"label": _("E-mail"), "value": maker.email or None},
    ]


def _people(maker: Enterprise) -> list[Fact]:
    registered = maker.registered_on
    return [
        {"label": _("Legal form"), "value": maker.kind.name},
        {"label": _("Registered on"), "value": f"{registered:%d/%m/%Y}" if registered else None},
        {"label": _("Sex of the representative"), "value": maker.get_representative_sex_display() or None},
        {
            "label": _("Ethnicity of the representative"),
            "value": maker.representative_ethnicity or None,
        },
    ]


def _asked_for(dossier: Dossier) -> list[Fact]:
    stars = dossier.requested_stars
    contact = [word for word in (dossier.contact_name, dossier.contact_phone) if word]
    follows: list[Fact] = [
        {"label": _("Recognition that it follows"), "value": dossier.previous},
        {"label": _("What has changed since"), "value": dossier.changes or None},
    ]
    return [
        *_product(dossier),
        {"label": _("Kind of dossier"), "value": dossier.get_kind_display()},
        *(follows if dossier.kind != Dossier.Kind.FIRST else []),
        {"label": _("Star asked for"), "value": svg.star_words(stars) if stars else None},
        {"label": _("Presentation of the product"), "value": dossier.presentation or None},
        {"label": _("Contact person"), "value": " · ".join(contact) or None},
    ]


def _product(dossier: Dossier) -> list[Fact]:
    return [
        {"label": _("Product"), "value": dossier.product.name},
        {"label": _("Sector, group, criteria set"), "value": _classified(dossier)},
        {"label": capfirst(_("commune")), "value": dossier.area.name},
    ]


def _classified(dossier: Dossier) -> str:
    """Sector, group and set by which the product is rated, as Form 01 prints them."""
    group = dossier.group
    tiers = [group]
    while tiers[0].parent:
        tiers.insert(0, tiers[0].parent)
    names = list(dict.fromkeys(tier.name for tier in tiers))
    code = dossier.criteria_set.code if dossier.criteria_set else group.code
    return f"{' – '.join(names)} ({code})"
