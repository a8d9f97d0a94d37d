"""Which dossiers would keep their star by another set or regulation: what it rests on, read at once.

A dossier's star rests on the sheets of the last council whose result was frozen, else on the
organisation's own assessment. Where only averages of the parts were entered, nothing can be told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts import rules
from accounts.models import Post, Role, User
from areas.models import Area, AreaQuerySet

from . import scoring, would_keep
from .criteria import outline as outlines
from .criteria import reading
from .models import Answer, Council, CriteriaSet, Dossier, Recognition, Regulation, Result
from .would_keep import Basis, Bridge, Outlook, Source

ROLES = (Role.OFFICER, Role.LEADER)


@dataclass(frozen=True)
class Untold:
    """Why nothing can be told of a dossier, in words."""

    reason: str


@dataclass(frozen=True)
class Target:
    """By what is rated: one set for the products of its group, or the sets of a regulation by group."""

    code: str
    name: str
    by_group: Mapping[int, CriteriaSet]

    def of(self, dossier: Dossier) -> CriteriaSet | None:
        """The set that would rate the dossier's product."""
        return self.by_group.get(dossier.group_id)


def may_foresee(user: User, area: Area | None = None) -> rules.Verdict:
    """Officers and leaders over the area may ask: it is advice to who decides, no promise of a star."""
    return rules.needs(user, ROLES, area)


def areas_of(user: User) -> AreaQuerySet:
    """The units over which the person is officer or leader today, ended ones among them."""
    posts = Post.objects.of(user).working().filter(role__in=ROLES)
    areas = Area.objects.filter(covered_by__unit__in=posts.values("area"))
    return areas.select_related("parent").distinct()


def targets(user: User) -> list[tuple[str, list[CriteriaSet]]]:
    """The sets that the person may read, by the name of their regulation, the newest first; one statement."""
    found: dict[str, list[CriteriaSet]] = {}
    rows = CriteriaSet.objects.visible_to(user).select_related("regulation", "group")
    for row in rows.order_by("-regulation__files_from", "code"):
        found.setdefault(row.regulation.name, []).append(row)
    return list(found.items())


def target(code: str, sets: Sequence[tuple[str, list[CriteriaSet]]]) -> Target | None:
    """The set of that code, or all sets of the regulation of that code, a published one before a retired."""
    known = [row for _name, rows in sets for row in rows]
    if one := next((row for row in known if row.code == code), None):
        return Target(code, str(one), {one.group_id: one})
    of_regulation = [row for row in known if row.regulation.code == code]
    if not of_regulation:
        return None
    of_regulation.sort(key=lambda row: row.state == CriteriaSet.State.PUBLISHED)
    regulation: Regulation = of_regulation[0].regulation
    return Target(code, regulation.name, {row.group_id: row for row in of_regulation})


def foresee(dossier: Dossier, into: CriteriaSet) -> Outlook | Untold:
    """What the finished dossier would come to by the set. Nothing is written."""
    return _outlook(dossier, into, bases([dossier]))


def foresee_all(dossiers: Iterable[Dossier], into: Target) -> dict[int, Outlook | Untold]:
    """The same of many, by the dossier's key: two statements beside the criteria sets, which are kept."""
    asked = list(dossiers)
    known = bases(asked)
    found: dict[int, Outlook | Untold] = {}
    for dossier in asked:
        if rating := into.of(dossier):
            found[dossier.pk] = _outlook(dossier, rating, known)
        else:
            found[dossier.pk] = Untold(_("No criteria set there rates products of this group."))
    return found


def of_recognitions(rows: QuerySet[Recognition], into: Target) -> dict[int, Outlook | Untold]:
    """The same of what is recognised, by its key; each is in it, also where nothing is known.

    Of a province's hundreds no more is read than what an outlook follows from.
    """
    needed = ("dossier", "dossier__group", "dossier__case", "dossier__criteria_set")
    asked = list(
        rows.select_related("dossier").only(*needed).prefetch_related("dossier__criteria_set").order_by()
    )
    found = foresee_all([row.dossier for row in asked if row.dossier], into)
    unknown = Untold(_("Recognised on paper: no dossier is on the portal."))
    return {row.pk: found[row.dossier_id] if row.dossier_id else unknown for row in asked}


def bases(dossiers: Sequence[Dossier]) -> dict[int, Basis | None]:
    """On what the stars of the finished dossiers rest, by key; two statements.

    None where only averages are known; a dossier without a result is absent.
    """
    finished: dict[int, Basis | None] = {}
    results = Result.objects.filter(dossier__in=dossiers).order_by("assessed_on", "pk")
    columns = (
        "frozen__passes",
        "frozen__agreed_choices",
        "frozen__motions",
        "frozen__rules__case",
        "frozen__council__floor_by",
    )
    for pk, *content in results.values_list("dossier", *columns):
        finished[pk] = _of_council(*content) or finished.get(pk)
    own = [d for d in dossiers if d.criteria_set_id and d.pk in finished and finished[d.pk] is None]
    return finished | _of_organisation(own)


def _of_council(passes: Any, agreed: Any, motions: Any, case: int | None, floor_by: Any) -> Basis | None:
    """The sheets of the last pass of a frozen result; None for a result of averages."""
    sheets = [sheet["choices"] for sheet in passes[-1]["sheets"]] if passes else []
    if not sheets:
        return None
    by_agreed = floor_by == Council.FloorBy.AGREED
    return Basis(
        Source.COUNCIL,
        tuple(sheets),
        case,
        {code: position for code, position in agreed.items() if position} if by_agreed else None,
        tuple(motion["words"] for motion in motions if motion["carried"]),
    )


def _of_organisation(dossiers: Sequence[Dossier]) -> dict[int, Basis]:
    """The organisations' own choices, as far as the case offers them; nothing chosen is no basis."""
    chosen: dict[int, dict[str, int]] = {dossier.pk: {} for dossier in dossiers}
    offered = {d.pk: (_outline(d.criteria_set), d.case) for d in dossiers if d.criteria_set}
    answers = Answer.objects.filter(dossier__in=dossiers, option__isnull=False).order_by("pk")
    for pk, code, position in answers.values_list("dossier", "criterion__code", "option__position"):
        outline, case = offered[pk]
        if code in outline.items and outline.items[code].choice(position, case):
            chosen[pk][code] = position
    return {d.pk: Basis(Source.OWN, (chosen[d.pk],), d.case) for d in dossiers if chosen[d.pk]}


def _outlook(dossier: Dossier, into: CriteriaSet, known: Mapping[int, Basis | None]) -> Outlook | Untold:
    own, basis = dossier.criteria_set, known.get(dossier.pk)
    if dossier.pk not in known:
        return Untold(_("It has no result yet."))
    if own is None:
        return Untold(_("No criteria set rated it: only averages of the parts are known."))
    if basis is None:
        return Untold(_("No sheets and no own assessment by criteria: only averages of the parts are known."))
    try:
        return _look(own, into, basis)
    except scoring.UnknownChoice:
        return Untold(_("Its choices do not fit the criteria set that rated it."))


def _outline(criteria_set: CriteriaSet) -> outlines.Outline:
    return outlines.outline_of(criteria_set)


@dataclass(frozen=True)
class _Between:
    """Two sets that can't change any more: what corresponds follows from their rows and digests."""

    keys: tuple[int, str, int, str]
    sets: tuple[CriteriaSet, CriteriaSet] = field(compare=False)


@dataclass(frozen=True)
class _Asked:
    """What an outlook follows from: two such sets, and what the basis says."""

    between: _Between
    said: tuple[object, ...]
    basis: Basis = field(compare=False)


def _look(old: CriteriaSet, new: CriteriaSet, basis: Basis) -> Outlook:
    """The outlook, computed once: the list of a province looks at hundreds, page by page."""
    if CriteriaSet.State.DRAFT in (old.state, new.state):
        between = would_keep.bridge(_outline(old), _outline(new))
        return would_keep.look(between, basis, reading.rules_of(old), reading.rules_of(new))
    sheets = tuple(tuple(sheet.items()) for sheet in basis.sheets)
    agreed = None if basis.agreed is None else tuple(basis.agreed.items())
    said = (basis.source, sheets, basis.case, agreed, basis.findings)
    return _looked(_Asked(_Between((old.pk, old.digest, new.pk, new.digest), (old, new)), said, basis))


@lru_cache(maxsize=1024)
def _looked(asked: _Asked) -> Outlook:
    old, new = asked.between.sets
    between = _bridged(asked.between)
    return would_keep.look(between, asked.basis, reading.rules_of(old), reading.rules_of(new))


@lru_cache(maxsize=128)
def _bridged(between: _Between) -> Bridge:
    old, new = between.sets
    return would_keep.bridge(_outline(old), _outline(new))
