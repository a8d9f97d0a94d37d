"""The day units end: what is open, and what organisations and products are now, passes to their successors.

Facts keep the area they were made in: dossiers, submissions, recognitions stay where they are, and whoever
holds a post in the successor sees them through the closure table.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Model, Q, QuerySet
from django.utils.translation import gettext as _

from accounts import auditing, managing, posts, rules
from accounts.models import Post, Role, User
from areas.models import Area, Coverage, Level, Succession
from enterprises.models import Enterprise
from ocop_portal.lib import clock
from products.models import Product

from . import clocks, levels, moves
from .models import Dossier, Handover
from .workflow import Stale

ROLES = (Role.OFFICER, Role.ADMINISTRATOR)
# The term that runs in each state, as the table of moves starts it.
# The term that begins in a state; one that merely runs on began in the state before.
BEGUN = {row.target: row.clock for row in moves.MOVES if row.clock and row.clock != clocks.RUNS_ON}
CLOCKS = {row.target: BEGUN.get(row.source, "") for row in moves.MOVES} | BEGUN


@dataclass(frozen=True)
class Successors:
    """For each ended commune (key) the commune that it is now, where that is one and the whole of it."""

    into: dict[int, Area]
    ended: dict[int, Area]
    split: frozenset[int]

    def of(self, area_id: int) -> Area | None:
        """The one successor; None for a unit that was split, or whose successor is not known."""
        return self.into.get(area_id)

    def why_not(self, area_id: int) -> str:
        """Why a person must choose."""
        return "split" if area_id in self.split else "no_successor"


@dataclass
class Preview:
    """What a handover on the day would change, and what it would leave for a person: rows of plain facts."""

    area: Area
    on: date
    units: list[Area]
    dossiers: list[dict[str, Any]] = field(default_factory=list)
    enterprises: list[dict[str, Any]] = field(default_factory=list)
    products: list[dict[str, Any]] = field(default_factory=list)
    posts: list[dict[str, Any]] = field(default_factory=list)
    left: list[dict[str, Any]] = field(default_factory=list)

    @property
    def items(self) -> dict[str, Any]:
        """What changes and what is left, as the handover keeps it."""
        names = ("dossiers", "enterprises", "products", "posts", "left")
        return {name: getattr(self, name) for name in names}

    @property
    def changes(self) -> bool:
        """Whether anything would change."""
        return any((self.dossiers, self.enterprises, self.products, self.posts))

    @property
    def digest(self) -> str:
        """By which the act makes sure that it does what was previewed."""
        written = json.dumps({**self.items, "on": self.on.isoformat()}, sort_keys=True)
        return hashlib.sha256(written.encode()).hexdigest()


def may_hand_over(user: User, province: Area) -> rules.Verdict:
    """Whether the person may hand over in the province: its own officers and administrators."""
    if province.level != Level.PROVINCE:
        return rules.Verdict(False, _("Units are handed over province by province."))
    return rules.needs(user, ROLES, province)


def province_of(user: User) -> Area | None:
    """The province in which the person may hand over, or None."""
    return posts.areas_of(user, ROLES).filter(level=Level.PROVINCE).order_by("pk").first()


def preview(province: Area, on: date, *, by: User) -> Preview:
    """What a handover by this person on the day would do; nothing is written.

    Posts change only for an administrator who looks after the account and both units; others see them left.
    The number of statements grows with the units that open dossiers are kept in, not with what moves.
    """
    units = list(Area.objects.within(province).filter(valid_to__lt=on).order_by("sort_key", "code"))
    found = Preview(province, on, units)
    successors = _successors(units, on)
    found.dossiers = _dossiers(units, on)
    for name, model in (("enterprises", Enterprise), ("products", Product)):
        _plan_records(found, name, model, successors)
    ending = _posts(units, on)
    reach = Reach.of(by, ending, on)
    for post in ending:
        _plan_post(found, post, successors, reach)
    return found


@transaction.atomic
def hand_over(
    province: Area, *, by: User, on: date | None = None, seen: str | None = None
) -> Handover | None:
    """Hand over what ended units of the province left open; None where nothing is left to do.

    ``seen`` is the digest of the preview that the person confirmed. Open dossiers go to the level that
    stands, their term anew by its standard, without an officer who has no working post over them;
    organisations and products to the one successor of their commune; posts end with their unit, those in
    communes go on in the successor. Raises ``Stale`` when the preview is no longer true,
    ``PermissionDenied`` for anyone but the province's officers and administrators.
    """
    may_hand_over(by, province).require()
    Area.objects.select_for_update(no_key=True).get(pk=province.pk)
    day = on or clock.today()
    plan = preview(province, day, by=by)
    if not plan.changes:
        return None
    if seen is not None and seen != plan.digest:
        raise Stale(_("What there is to hand over has changed since you opened the page. Look again."))
    _move_dossiers(plan, by)
    _move_records(plan, Enterprise, plan.enterprises, "enterprise.handed_over", by)
    _move_records(plan, Product, plan.products, "product.handed_over", by)
    _move_posts(plan, by)
    done = Handover.objects.create(area=province, on=day, by=by, items=plan.items)
    counts = {name: len(rows) for name, rows in plan.items.items()}
    auditing.record("handover.done", done, by=by, area=province, on=day.isoformat(), counts=counts)
    return done


# --- successors


def _successors(units: Sequence[Area], on: date) -> Successors:
    """Three statements: the communes that stand, and whether only a part of the ended one went there."""
    ended = {unit.pk: unit for unit in units if unit.level == Level.COMMUNE}
    standing = Coverage.objects.filter(
        covered__in=list(ended), unit__in=Area.objects.in_force(on), unit__level=Level.COMMUNE
    )
    candidates: dict[int, list[Area]] = {}
    for pair in standing.select_related("unit").order_by("unit__sort_key", "unit__code"):
        candidates.setdefault(pair.covered_id, []).append(pair.unit)
    split = _split(ended) | {key for key, found in candidates.items() if len(found) > 1}
    into = {key: found[0] for key, found in candidates.items() if key not in split}
    return Successors(into, ended, frozenset(split))


def _split(ended: Iterable[int]) -> set[int]:
    """Ended units of which only a part went on, themselves or what they went into."""
    partial = Succession.objects.filter(partial=True).values("predecessor")
    keys = list(ended)
    through = Coverage.objects.filter(covered__in=keys, unit__in=partial, unit__level=Level.COMMUNE)
    return set(through.values_list("covered", flat=True))


# --- dossiers


def _dossiers(units: Sequence[Area], on: date) -> list[dict[str, Any]]:
    """Open dossiers kept in ended units whose level, term or officer in charge changes."""
    open_ones = Dossier.objects.open().filter(area__in=[unit.pk for unit in units])
    rows = open_ones.select_related("area", "regulation", "product", "assigned_to").order_by("code")
    holders = _with_post_over(rows)
    terms = Terms(on)
    found = []
    for dossier in rows:
        officer = dossier.assigned_to
        keeps = officer is None or (officer.pk, dossier.area_id) in holders
        level = terms.level(dossier)
        if level != dossier.level or not keeps:
            found.append(_dossier(dossier, level, terms, officer if keeps else None))
    return found


class Terms:
    """Levels and terms on the day, asked once for all dossiers that are alike in what they depend on."""

    def __init__(self, on: date) -> None:
        self.on = on
        self._levels: dict[tuple[Any, ...], str] = {}
        self._days: dict[tuple[Any, ...], date | None] = {}

    def level(self, dossier: Dossier) -> str:
        """The level that deals with the dossier now."""
        key = (dossier.area_id, dossier.level, dossier.regulation_id)
        if key not in self._levels:
            self._levels[key] = levels.level_now(dossier, self.on)
        return self._levels[key]

    def due_on(self, dossier: Dossier) -> date | None:
        """The end of the term of the dossier's state, begun anew on the day by its level's standard."""
        clock_name = CLOCKS.get(Dossier.State(dossier.state), "")
        key = (clock_name, dossier.area_id, dossier.level, dossier.regulation_id, dossier.kind)
        if key not in self._days:
            self._days[key] = clocks.due_on(dossier, clock_name, self.on)
        return self._days[key]


def _dossier(dossier: Dossier, level: str, terms: Terms, officer: User | None) -> dict[str, Any]:
    before, level_before = dossier.due_on, dossier.level
    due_on = before
    if level != level_before:
        dossier.level = level
        due_on = terms.due_on(dossier)
    return {
        "id": dossier.pk,
        "code": dossier.code,
        "product": dossier.product.name,
        "area": dossier.area.name,
        "state": dossier.state,
        "level": [level_before, level],
        "due_on": [_iso(before), _iso(due_on)],
        "assigned_to": [dossier.assigned_to_id, officer.pk if officer else None],
        "officer": str(dossier.assigned_to) if dossier.assigned_to else "",
    }


def _with_post_over(rows: QuerySet[Dossier]) -> set[tuple[int, int]]:
    """Officers in charge and the areas of their dossiers that a working officer's post of theirs covers."""
    posts = Post.objects.working().filter(
        role=Role.OFFICER, user__in=rows.order_by().values("assigned_to"), user__is_active=True
    )
    return set(posts.values_list("user", "area__covers__covered"))


def _move_dossiers(plan: Preview, by: User) -> None:
    keys = [row["id"] for row in plan.dossiers]
    locked = {each.pk: each for each in Dossier.objects.select_for_update(of=("self",)).filter(pk__in=keys)}
    for row in plan.dossiers:
        dossier = locked[row["id"]]
        if row["level"][0] != row["level"][1]:
            dossier.paused_days = None  # the new unit's own term begins
        dossier.level, dossier.assigned_to_id = row["level"][1], row["assigned_to"][1]
        dossier.due_on = date.fromisoformat(row["due_on"][1]) if row["due_on"][1] else None
        dossier.version += 1
        dossier.save()
        auditing.record(
            "dossier.handed_over",
            dossier,
            by=by,
            level=row["level"],
            due_on=row["due_on"],
            officer=row["officer"],
        )


# --- organisations and products


def _plan_records(found: Preview, name: str, model: Any, successors: Successors) -> None:
    rows = model.objects.filter(area__in=list(successors.ended)).order_by("sort_key", "pk")
    for key, words, area_id in rows.values_list("pk", "name", "area"):
        into, before = successors.of(area_id), successors.ended[area_id]
        told = {"id": key, "name": words, "from": before.name}
        if into is None:
            found.left.append({"what": name, **told, "why": successors.why_not(area_id)})
        else:
            move = {"area": [before.pk, into.pk], "to": into.name}
            getattr(found, name).append({**told, **move})


def _move_records(plan: Preview, model: Any, rows: list[dict[str, Any]], act: str, by: User) -> None:
    """One statement for each successor, and an entry in the history of each record."""
    by_target: dict[tuple[int, int], list[int]] = {}
    for row in rows:
        by_target.setdefault(tuple(row["area"]), []).append(row["id"])
    for (before, after), keys in by_target.items():
        stay = model.objects.filter(pk__in=keys, area=before)
        stay.update(area=after, version=F("version") + 1)
    records = model.objects.select_related("area").in_bulk([row["id"] for row in rows])
    for row in rows:
        record: Model = records[row["id"]]
        auditing.record(act, record, by=by, changes={"area": [row["from"], row["to"]]})


# --- posts


def _posts(units: Sequence[Area], on: date) -> list[Post]:
    """Posts in ended units that are held on some day after the unit's last one."""
    after = Q(ends_on__isnull=True) | Q(ends_on__gt=F("area__valid_to"))
    posts = Post.objects.filter(after, area__in=[unit.pk for unit in units])
    return list(posts.select_related("user", "area").order_by("user__username", "pk"))


@dataclass
class Reach:
    """How far the person's hand reaches over posts, and which posts the holders have already."""

    areas: set[int]
    beyond: set[int]
    held: set[tuple[int, str, int]]

    @classmethod
    def of(cls, by: User, posts: Sequence[Post], on: date) -> Reach:
        """Read it once for all posts: who looks after which accounts and units is a rule of ``accounts``."""
        if not rules.may_administer(by):
            return cls(set(), set(), set())
        lasting = Post.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on))
        held = lasting.filter(user__in={post.user_id for post in posts})
        return cls(
            set(rules.administered(by).values_list("pk", flat=True)),
            set(rules.beyond(by).values_list("pk", flat=True)),
            set(held.values_list("user", "role", "area")),
        )

    def may_give(self, post: Post, area_id: int) -> bool:
        """As ``rules.may_give_post``, which the verbs ask again."""
        return area_id in self.areas and post.user_id not in self.beyond

    def goes_on(self, post: Post, into: Area, on: date) -> bool:
        """Whether the person is given the same post in the successor, which it then counts as held."""
        runs_out = post.ends_on is not None and post.ends_on < on
        new = (post.user_id, post.role, into.pk)
        if runs_out or not post.user.is_active or new in self.held or not self.may_give(post, into.pk):
            return False
        self.held.add(new)
        return True


def _plan_post(found: Preview, post: Post, successors: Successors, reach: Reach) -> None:
    into = successors.of(post.area_id) if post.area.level == Level.COMMUNE else None
    told = {
        "id": post.pk,
        "user": post.user.username,
        "name": str(post.user),
        "role": post.role,
        "from": post.area.name,
    }
    if not reach.may_give(post, post.area_id):
        found.left.append({"what": "posts", **told, "why": "administrator"})
        return
    goes_on = into if into and reach.goes_on(post, into, found.on) else None
    new = {"into": goes_on.pk if goes_on else None, "to": goes_on.name if goes_on else ""}
    found.posts.append({**told, "ends_on": _iso(post.area.valid_to), **new})
    if into is None:
        found.left.append({"what": "new_post", **told, "why": successors.why_not(post.area_id)})


def _move_posts(plan: Preview, by: User) -> None:
    for row in plan.posts:
        post = Post.objects.select_related("user", "area").get(pk=row["id"])
        user, role, title, ends_on = post.user, post.role, post.title, post.ends_on
        last_day = post.area.valid_to or plan.on
        managing.end_post(post, on=last_day + timedelta(days=1), by=by)
        if row["into"]:
            into = Area.objects.get(pk=row["into"])
            managing.give_post(
                user, role=role, area=into, title=title, starts_on=plan.on, ends_on=ends_on, by=by
            )


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
