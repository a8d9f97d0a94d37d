"""The ground of a generated province: its units of then and of now, reference data, and its staff."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import TypeVar

from django.db import models

from accounts.models import Post, Role, User
from areas import finding
from areas.models import Area, Level
from enterprises.models import EnterpriseKind
from products.models import ProductGroup
from ratings.models import CriteriaSet, Regulation

Row = TypeVar("Row", bound=models.Model)
LAST_OF_DISTRICTS = date(2025, 6, 30)
BATCH = 2000


def write(rows: Iterable[Row]) -> list[Row]:
    """Insert rows of one model in bulk, past no constraint and no trigger of the database."""
    listed = list(rows)
    if listed:
        type(listed[0])._default_manager.bulk_create(listed, batch_size=BATCH)
    return listed


@dataclass(frozen=True)
class Place:
    """A commune of before 1/7/2025, and the one that took it in."""

    then: Area
    now: Area

    def on(self, day: date) -> Area:
        """The commune that stands there on the day."""
        return self.then if day <= LAST_OF_DISTRICTS else self.now


@dataclass(frozen=True)
class Law:
    """A regulation and its ladder of levels, so that nobody asks the database per dossier."""

    regulation: Regulation
    levels: tuple[str, ...]
    maxima: tuple[int, int, int]

    @property
    def by_district(self) -> bool:
        """Whether a district rates first."""
        return "district" in self.levels

    @property
    def by_commune(self) -> bool:
        """Whether the commune assesses in words first."""
        return "commune" in self.levels


@dataclass(frozen=True)
class Ground:
    """Everything that is there before the first record."""

    province: Area
    districts: Sequence[Area]
    places: Sequence[Place]
    weights: Sequence[float]
    kinds: dict[str, EnterpriseKind]
    groups: dict[int, ProductGroup]
    sets: dict[int, CriteriaSet]
    laws: Sequence[Law]
    officer: User
    leader: User
    staff: dict[int, User]

    @property
    def communes(self) -> list[Area]:
        """The communes of today, in the order of their keys."""
        return sorted({place.now for place in self.places}, key=lambda one: one.pk)

    def place(self, rng: Random) -> Place:
        """A place, some more often than others."""
        return rng.choices(self.places, self.weights)[0]

    def law_on(self, day: date) -> Law:
        """The regulation under which a dossier of the day is filed."""
        return next(law for law in reversed(self.laws) if law.regulation.files_from <= day)

    def clerk(self, area: Area) -> User:
        """Who files for the commune."""
        return self.staff[area.pk]


def gather(rng: Random) -> Ground:
    """Read what ``load_reference`` has loaded and make the accounts."""
    province = Area.objects.get(code="04", level=Level.PROVINCE, valid_to=None)
    then = list(Area.objects.filter(level=Level.COMMUNE, valid_to=LAST_OF_DISTRICTS).order_by("pk"))
    now = finding.folding(then, date(2026, 1, 1))
    places = [Place(one, now[one.pk]) for one in then]
    districts = list(Area.objects.filter(level=Level.DISTRICT, valid_to=LAST_OF_DISTRICTS).order_by("code"))
    people, posts = _staff(province, districts, [*then, *{one.pk: one for one in now.values()}.values()])
    return Ground(
        province=province,
        districts=districts,
        places=places,
        weights=[rng.uniform(0.2, 1) ** 2 for _each in places],
        kinds={kind.code: kind for kind in EnterpriseKind.objects.all()},
        groups=_by_number(ProductGroup.objects.assignable()),
        sets={each.group_id: each for each in CriteriaSet.objects.filter(state="published")},
        laws=[_law(each) for each in Regulation.objects.order_by("files_from")],
        officer=people["tinh.caobang"],
        leader=people["lanhdao.caobang"],
        staff={post.area_id: post.user for post in posts},
    )


def _by_number(groups: Iterable[ProductGroup]) -> dict[int, ProductGroup]:
    return {int(group.code.rpartition("-")[2]): group for group in groups}


def _law(regulation: Regulation) -> Law:
    maxima = tuple(int(part.max_points) for part in regulation.parts.order_by("code"))
    levels = tuple(regulation.authorities.order_by("position").values_list("level", flat=True))
    return Law(regulation, levels, (maxima[0], maxima[1], maxima[2]))


def _staff(
    province: Area, districts: Sequence[Area], communes: Sequence[Area]
) -> tuple[dict[str, User], list[Post]]:
    """The officer and the leader of the province, an officer a district, a clerk a commune."""
    wanted: list[tuple[str, str, Area]] = [
        ("tinh.caobang", Role.OFFICER, province),
        ("lanhdao.caobang", Role.LEADER, province),
        *((f"huyen.{one.code}", Role.OFFICER, one) for one in districts),
        *((f"xa.{one.code}.{'moi' if one.valid_from else 'cu'}", Role.COMMUNE, one) for one in communes),
    ]
    users = write(_user(name) for name, _role, _area in wanted)
    posts = write(
        Post(user=user, role=role, area=area, starts_on=area.valid_from or date(2020, 1, 1))
        for user, (_name, role, area) in zip(users, wanted, strict=True)
        if role != Role.LEADER
    )
    leader = next(user for user in users if user.username.startswith("lanhdao"))
    write([Post(user=leader, role=Role.LEADER, area=province, starts_on=date(2020, 1, 1))])
    return {user.username: user for user in users}, posts


def _user(name: str) -> User:
    user = User(username=name, full_name=f"Cán bộ Mẫu {name}", notify_by_email=False)
    user.set_unusable_password()
    return user
