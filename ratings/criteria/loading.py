"""Criteria sets out of files of the form of ``data/criteria/*.yaml``: checked as a whole, then written.

An administrator's file becomes drafts; the sets that come with the portal are published at once. A file with
a single fault changes nothing.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import auditing, rules
from accounts.models import User
from ocop_portal.lib import datafiles
from ocop_portal.lib.datafiles import Fault, Faults
from products.models import ProductGroup

from ..models import CriteriaSet, Criterion, CriterionOption, Regulation
from . import integrity, shape
from .facts import CriterionFacts, SetFacts
from .publishing import publish

State = CriteriaSet.State
_LOCK = 0x0C0B


class Act(Enum):
    """What loading a set does: makes it, replaces a draft, or keeps what is the same already."""

    NEW = "new"
    REPLACED = "replaced"
    KEPT = "kept"


@dataclass(frozen=True)
class Loaded:
    """A set of a file and what loading it does; ``criteria_set`` is there once it is written or known."""

    facts: SetFacts
    act: Act
    criteria_set: CriteriaSet | None = None

    @property
    def options(self) -> int:
        """How many options the set has."""
        return sum(len(leaf.options) for leaf in self.facts.leaves)


@dataclass(frozen=True)
class _Portal:
    """What the database knows that a file may name."""

    regulations: Mapping[str, Regulation]
    groups: Mapping[str, ProductGroup]
    sets: Mapping[str, CriteriaSet]

    @classmethod
    def read(cls) -> _Portal:
        return cls(
            {each.code: each for each in Regulation.objects.prefetch_related("parts")},
            {each.code: each for each in ProductGroup.objects.all()},
            {each.code: each for each in CriteriaSet.objects.all()},
        )

    def parts(self, regulation: str) -> dict[str, Decimal]:
        """The parts of the regulation; empty for an unknown one."""
        found = self.regulations.get(regulation)
        return {part.code: part.max_points for part in found.parts.all()} if found else {}


def preview(content: bytes) -> list[Loaded]:
    """What loading the file would do, set by set. Raises ``BadFile`` with every fault of it."""
    return preview_of(datafiles.read(content))


def preview_of(document: Any) -> list[Loaded]:
    """As :func:`preview`, of a document that is read already."""
    return _examined(document, _Portal.read())


@transaction.atomic
def load_drafts(content: bytes, *, by: User | None) -> list[Loaded]:
    """Write the sets of a file as drafts: new ones, and in place of drafts with the same code.

    Raises ``PermissionDenied`` unless an administrator asks, and ``BadFile`` with all faults; then nothing
    has changed.
    """
    rules.may_administer(by).require()
    _one_at_a_time()
    portal = _Portal.read()
    source = hashlib.sha256(content).hexdigest()
    return [_write(each, portal, by, source) for each in _examined(datafiles.read(content), portal)]


@transaction.atomic
def load_sets(content: bytes) -> str:
    """Load the sets of a file that comes with the portal and publish those that are new; say how many.

    Raises ``ValueError`` with place and reason for a bad file.
    """
    loaded = load_drafts(content, by=None)
    for each in loaded:
        if each.criteria_set is not None and each.criteria_set.state == State.DRAFT:
            publish(each.criteria_set, by=None)
    kept = sum(each.act == Act.KEPT for each in loaded)
    return f"{len(loaded) - kept} criteria sets new, {kept} kept"


def _one_at_a_time() -> None:
    """Two files at once wait for each other, so that each is checked against what the other wrote."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _examined(document: Any, portal: _Portal) -> list[Loaded]:
    faults = Faults()
    known = faults.mapping(document, _("The file"), ("sets",))
    entries = faults.listed(known, "sets", _("The file"))
    found = [shape.set_of(entry, number, faults) for number, entry in enumerate(entries, 1)]
    times = Counter(each.code for each in found)
    for each in found:
        faults.found += _against_portal(each, portal)
        faults.found += integrity.faults_of(each, portal.parts(each.regulation))
        if each.code and times[each.code] > 1:
            faults.add(each.place, _("The code stands twice in the file."))
    faults.refuse()
    return [_planned(each, portal) for each in found]


def _against_portal(found: SetFacts, portal: _Portal) -> Iterator[Fault]:
    """What the set names must be loaded already, and a published set stays as it is."""
    if found.regulation and found.regulation not in portal.regulations:
        words = _("The regulation %(code)s is not loaded.")
        yield Fault(f"{found.place}, regulation", words % {"code": found.regulation})
    group = portal.groups.get(found.group)
    if found.group and (group is None or group.tier != ProductGroup.Tier.SUBGROUP):
        words = _("There is no subgroup of products with the code %(code)s.")
        yield Fault(f"{found.place}, group", words % {"code": found.group})
    known = portal.sets.get(found.code)
    if known and known.state != State.DRAFT and known.digest != found.digest:
        yield Fault(
            found.place,
            _(
                "This set is published and doesn't change. "
                "A correction gets a new code, and the line corrects: %(code)s."
            )
            % {"code": known.code},
        )
    if found.corrects:
        yield from _correction(found, portal)


def _correction(found: SetFacts, portal: _Portal) -> Iterator[Fault]:
    at = f"{found.place}, corrects"
    old = portal.sets.get(found.corrects)
    if old is None or old.state == State.DRAFT or old.code == found.code:
        yield Fault(at, _("There is no published set %(code)s to correct.") % {"code": found.corrects})
        return
    regulation, group = portal.regulations.get(found.regulation), portal.groups.get(found.group)
    if (regulation and regulation.pk != old.regulation_id) or (group and group.pk != old.group_id):
        yield Fault(at, _("%(code)s belongs to another regulation or product group.") % {"code": old.code})


def _planned(found: SetFacts, portal: _Portal) -> Loaded:
    known = portal.sets.get(found.code)
    if known is None:
        return Loaded(found, Act.NEW)
    return Loaded(found, Act.KEPT if known.digest == found.digest else Act.REPLACED, known)


def _write(planned: Loaded, portal: _Portal, by: User | None, source: str) -> Loaded:
    if planned.act == Act.KEPT:
        return planned
    found = planned.facts
    made = planned.criteria_set or CriteriaSet(code=found.code)
    if made.pk:
        made.criteria.all().delete()
    made.slug, made.name, made.agencies = found.slug, found.name, list(found.agencies)
    made.regulation, made.group = portal.regulations[found.regulation], portal.groups[found.group]
    made.requires_sample, made.knockout, made.doubt = found.requires_sample, found.knockout, found.doubt
    made.corrects = portal.sets.get(found.corrects)
    made.stated, made.digest, made.loaded_by, made.loaded_at = found.stated, found.digest, by, timezone.now()
    made.save()
    _Rows(made).write(found)
    auditing.record(
        f"criteria_set.{'loaded' if planned.act == Act.NEW else 'replaced'}",
        made,
        by=by,
        digest=found.digest,
        file_digest=source,
    )
    return Loaded(found, planned.act, made)


class _Rows:
    """The rows of a set, in the order of the annex."""

    def __init__(self, criteria_set: CriteriaSet) -> None:
        self.criteria_set = criteria_set
        self.criteria: list[Criterion] = []
        self.options: list[CriterionOption] = []

    def write(self, found: SetFacts) -> None:
        """Insert all rows: a statement for each depth, and one for the options."""
        for part in found.parts:
            self._add(part, part.code, None, 0)
        for depth in sorted({row.depth for row in self.criteria}):
            Criterion.objects.bulk_create(row for row in self.criteria if row.depth == depth)
        CriterionOption.objects.bulk_create(self.options)

    def _add(self, found: CriterionFacts, part: str, parent: Criterion | None, depth: int) -> None:
        rule, condition = found.knockout_if, found.applies_if
        row = Criterion(
            criteria_set=self.criteria_set,
            parent=parent,
            part=part,
            code=found.code,
            title=found.title,
            position=len(self.criteria),
            depth=depth,
            is_leaf=found.is_leaf,
            max_points=found.max_points or Decimal(0),
            requirement=found.requirement,
            evidence=found.evidence,
            knockout=found.knockout,
            knockout_if=rule and {"criteria": list(rule.criteria), "points": _number(rule.points)},
            applies_if=condition and {"criterion": condition.criterion, "above": condition.above},
            cases={str(number): words for number, words in found.cases.items()},
            options_implied=found.options_implied,
            doubt=found.doubt,
        )
        self.criteria.append(row)
        self.options += [
            CriterionOption(
                criterion=row,
                position=option.position,
                points=option.points or Decimal(0),
                label=option.label,
                floor_for=option.floor_for,
                case=option.case,
            )
            for option in found.options
        ]
        for child in found.children:
            self._add(child, part, row, depth + 1)


def _number(points: Decimal | None) -> int | float:
    """Points as JSON keeps them: 0, 1.5."""
    number = points or Decimal(0)
    return int(number) if number == int(number) else float(number)
