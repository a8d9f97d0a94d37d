"""Reference data of the areas: units and successors, unit profiles, holidays."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from ocop_portal.lib import entries

from . import closure, finding, reading
from .models import Area, Holiday, Level, Signer, Succession, UnitProfile
from .reading import SUCCESSORS, UNITS
from .reference import load_file

DATA = Path(__file__).parent / "data"
PROFILES, HOLIDAYS = "unit-profiles.yaml", "holidays.csv"
UPDATED = [
    *("name", "kind", "level", "parent", "valid_to", "population", "area_km2"),
    *("longitude", "latitude", "name_norm", "sort_key"),
]


@transaction.atomic
def load(folder: Path = DATA) -> list[str]:
    """Load every file of the folder that changed; one line per file for the console.

    Raises ``ValueError`` with file, line and reason for a bad file, and then nothing has changed. Units
    that a file no longer names stay: records keep them. Profiles and holidays are the administrators' to
    keep, so a file adds what is missing and overwrites nothing.
    """

    def load_units(content: bytes) -> str:
        return write_units(read_units(folder))

    return [
        load_file(folder / UNITS, load_units),
        load_file(folder / SUCCESSORS, load_units),
        load_file(folder / PROFILES, load_profiles),
        load_file(folder / HOLIDAYS, load_holidays),
    ]


def read_units(folder: Path) -> reading.Units:
    """What the two files of units say, judged together: each is meaningless without the other."""
    return reading.read((folder / UNITS).read_bytes(), (folder / SUCCESSORS).read_bytes())


@transaction.atomic
def write_units(units: reading.Units) -> str:
    """Bring units and successions into the database and rebuild the closure; says how many there are."""
    written: dict[reading.Key, Area] = {}
    for level in [Level.PROVINCE, Level.DISTRICT, Level.COMMUNE]:
        areas = [_area(row, units, written) for row in units.rows if row.level == level]
        Area.objects.bulk_create(
            areas, update_conflicts=True, unique_fields=["code", "valid_from"], update_fields=UPDATED
        )
        written |= {(area.code, area.valid_from): area for area in areas}
    Succession.objects.bulk_create(
        [
            Succession(predecessor=written[before], successor=written[after], partial=partial)
            for before, after, partial in units.successions
        ],
        update_conflicts=True,
        unique_fields=["predecessor", "successor"],
        update_fields=["partial"],
    )
    closure.rebuild()
    return f"{len(units.rows)} units, {len(units.successions)} successions"


def _area(row: reading.UnitRow, units: reading.Units, written: dict[reading.Key, Area]) -> Area:
    above = units.parents.get(row.key)
    area = Area(
        code=row.code,
        name=row.name,
        kind=row.kind,
        level=row.level,
        parent=written[above] if above else None,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        population=row.population,
        area_km2=row.area_km2,
        longitude=row.longitude,
        latitude=row.latitude,
    )
    area.set_keys()
    return area


def load_profiles(content: bytes) -> str:
    """Add the profiles of units that have none yet, with their signers."""
    added = 0
    for entry in entries.parsed(content):
        code, on = str(entry.pop("code", "")), entry.pop("as_of", None)
        area = finding.find(code, on) if isinstance(on, date) else None
        if area is None:
            raise ValueError(f"{PROFILES}: no unit has the code {code!r} on {on}")
        if not UnitProfile.objects.filter(area=area).exists():
            _add_profile(area, entry)
            added += 1
    return f"{added} profiles added"


def _add_profile(area: Area, entry: dict[str, Any]) -> None:
    signers = entry.pop("signers", [])
    try:
        profile = UnitProfile(area=area, **entry)
        profile.full_clean()
        profile.save()
        for fields in signers:
            signer = Signer(profile=profile, **fields)
            signer.full_clean()
            signer.save()
    except (TypeError, ValidationError) as error:
        raise ValueError(f"{PROFILES}, {area.code} {area.name}: {error}") from error


def load_holidays(content: bytes) -> str:
    """Add the days that are not there yet; columns day, kind (holiday or make_up), name."""
    days = []
    reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
    for row in reader:
        try:
            day = date.fromisoformat(row["day"])
            days.append(Holiday(day=day, kind=Holiday.Kind(row["kind"]), name=row["name"]))
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"{HOLIDAYS}, line {reader.line_num}: {error}") from error
    Holiday.objects.bulk_create(days, ignore_conflicts=True)
    return f"{len(days)} days"
