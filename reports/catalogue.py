"""Which reports there are, and what each compiles: its tables, in the order of its sheets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from areas.maps import MapOf
from areas.models import Area
from ocop_portal.lib import clock
from ocop_portal.lib.periods import Period

from . import progress_lists, progress_tables, sources
from .progress_facts import Facts, gather
from .tables import Report, Table, with_totals

Step = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Kind:
    """One kind of report: its code in addresses, what it is called, its tables by sheet name."""

    code: str
    name: str | Promise
    title: str
    file_stem: str
    tables: tuple[tuple[str, Callable[[Facts], Table]], ...]


PROGRESS = Kind(
    code="tien-do",
    name=_("Progress against plan"),
    title="BÁO CÁO TIẾN ĐỘ THỰC HIỆN CHƯƠNG TRÌNH MỖI XÃ MỘT SẢN PHẨM (OCOP)",
    file_stem="Bao-cao-tien-do",
    tables=(
        ("Tổng hợp", progress_tables.summary),
        ("Sản phẩm", progress_lists.products),
        ("Chủ thể", progress_lists.organisations),
        ("Hồ sơ", progress_lists.dossiers),
        ("Nhiệm vụ", progress_tables.activities),
        ("Kinh phí", progress_tables.budget),
        ("Nguồn số liệu", progress_tables.origins),
    ),
)
KINDS: dict[str, Kind] = {PROGRESS.code: PROGRESS}


def title_of(code: str, area: Area) -> str:
    """What is compiled, for lists: the report's name (the code where there is none such) and the unit's."""
    kind = KINDS.get(code)
    return f"{kind.name if kind else code} – {area}"


def compile_report(
    code: str,
    area: Area,
    period: Period,
    *,
    on_map: str = MapOf.THEN,
    step: Step | None = None,
    tells: bool = False,
) -> Report:
    """Compute every table of the report from the database as it is now.

    ``step`` hears of each table before it is begun: its number from 1, how many there are, its sheet's name.
    With ``tells`` the report tells the sources of its figures. Raises KeyError for a code that names none,
    ValueError for another map than that of then: no report is drawn on today's map yet.
    """
    kind = KINDS[code]
    if on_map != MapOf.THEN:
        raise ValueError(f"{code} is not drawn on the map {on_map!r} yet")
    with translation.override("vi"):
        facts = gather(area, period)
        tables = []
        for place, (name, build) in enumerate(kind.tables, start=1):
            if step:
                step(place, len(kind.tables), name)
            tables.append(with_totals(build(facts)))
        found, records = sources.gather(facts) if tells else ([], {})
        return Report(
            code=kind.code,
            title=kind.title,
            area_code=area.code,
            area_name=area.name,
            period=period.code,
            period_label=period.label,
            as_of=clock.today(),
            tables=tuple(tables),
            on_map=on_map,
            sources=tuple(found),
            records=records,
        )
