"""Which reports there are, and what each compiles: its tables, in the order of its sheets.

A report is a line here and a function for each of its tables that takes the ground (see docs/extending.md).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from areas.maps import MapOf
from areas.models import Area
from ocop_portal.lib.periods import Period

from . import origins, progress_facts, progress_lists, progress_tables, records, sources, terms
from .counting import sourced
from .ground import Ground, ground
from .kinds import organisations, pipeline, products, recognised, work
from .narrowing import BY_SOURCE, Narrow
from .tables import Place, Report, Source, Table, with_totals
from .terms import Term

Step = Callable[[int, int, str], None]
Codes = Collection[str]
LAST_SHEET, LAST_TABLE = "Nguồn số liệu", "nguon-so-lieu"


class Sheet(NamedTuple):
    """A table of a report: its code in addresses, its sheet's name, what builds it, and narrows its page."""

    code: str
    name: str
    build: Callable[[Any], Table]
    narrow: Narrow | None = None


@dataclass(frozen=True)
class Drawn:
    """The bars of a chart on the first sheet: the columns of their names and of their numbers."""

    title: str
    names: str
    numbers: tuple[str, ...]
    is_stacked: bool = False


@dataclass(frozen=True)
class Kind:
    """One kind of report: its code in addresses, what it is called and tells, its tables by sheet name.

    ``terms`` define its counted columns by their keys. ``chart`` is drawn beside the first table.
    """

    code: str
    name: str | Promise
    about: str | Promise
    title: str
    file_stem: str
    tables: tuple[Sheet, ...]
    terms: dict[str, Term] = field(default_factory=dict)
    chart: Drawn | None = None

    @property
    def tabs(self) -> tuple[tuple[str, str], ...]:
        """Code and name of each of its tables, in the order of its sheets."""
        return (*((one.code, one.name) for one in self.tables), (LAST_TABLE, LAST_SHEET))

    @property
    def sheets(self) -> tuple[str, ...]:
        """The names of its sheets, in their order."""
        return tuple(name for _code, name in self.tabs)

    @property
    def narrows(self) -> dict[str, Narrow]:
        """By table, what narrows it on its page."""
        return {one.code: one.narrow for one in self.tables if one.narrow}

    def compute(self, on: Ground, hear: Callable[[str], None], *, tells: bool, only: Codes = ()) -> Computed:
        """The tables on a ground (those of the codes ``only``), with what their figures count.

        ``hear`` is told each table's name before it is begun. Long lists read their rows when asked for them.
        """
        tables: list[Table] = []
        found: list[Source] = []
        wanted = () if LAST_TABLE in only else only  # the last sheet speaks of all the others
        for one in _among(self.tables, wanted):
            hear(one.name)
            table, behind = sourced(with_totals(one.build(on)))
            tables.append(table)
            found += behind
        if not wanted:
            hear(LAST_SHEET)
            tables.append(origins.table(self.code, on, tables, found, self.terms))
        shown = [table for table in tables if not only or table.code in only]
        return Computed(shown, found, frozenset(one.place for one in found))

    def source(self, on: Ground, place: Place) -> Source | None:
        """What one figure counts, from the database as it is now; of its table alone."""
        if place[0] not in {one.code for one in self.tables}:
            return None
        computed = self.compute(on, lambda _name: None, tells=True, only=place[:1])
        return next((one for one in computed.sources if one.place == place), None)


def _among(sheets: Sequence[Sheet], only: Codes) -> list[Sheet]:
    return [one for one in sheets if not only or one.code in only]


@dataclass(frozen=True)
class Computed:
    """What a kind gives: its tables, the sources that were asked for, and the places that have any."""

    tables: Sequence[Table]
    sources: Sequence[Source]
    places: frozenset[Place]


class ProgressKind(Kind):
    """The progress report: its tables share facts, and its figures' rows are read only when asked for."""

    @property
    def tabs(self) -> tuple[tuple[str, str], ...]:
        return tuple((one.code, one.name) for one in self.tables)

    def compute(self, on: Ground, hear: Callable[[str], None], *, tells: bool, only: Codes = ()) -> Computed:
        facts = progress_facts.gather(on)
        tables = []
        for one in _among(self.tables, only):
            hear(one.name)
            tables.append(with_totals(one.build(facts)))
        leads = not only or sources.SUMMARY in only
        places = frozenset(sources.places(facts) if leads else ())
        return Computed(tables, sources.gather(facts) if tells else [], places)

    def source(self, on: Ground, place: Place) -> Source | None:
        facts = progress_facts.gather(on)
        found = sources.gather(facts, only=place[1:]) if place[0] == sources.SUMMARY else []
        return found[0] if found else None


PROGRESS = ProgressKind(
    code="tien-do",
    name=_("Progress against plan"),
    about=_("Each target of the year's plan: done, cumulative, in per cent; and the lists behind it."),
    title="BÁO CÁO TIẾN ĐỘ THỰC HIỆN CHƯƠNG TRÌNH MỖI XÃ MỘT SẢN PHẨM (OCOP)",
    file_stem="Bao-cao-tien-do",
    tables=(
        Sheet("tong-hop", "Tổng hợp", progress_tables.summary),
        Sheet("san-pham", "Sản phẩm", progress_lists.products),
        Sheet("chu-the", "Chủ thể", progress_lists.organisations),
        Sheet("ho-so", "Hồ sơ", progress_lists.dossiers),
        Sheet("nhiem-vu", "Nhiệm vụ", progress_tables.activities),
        Sheet("kinh-phi", "Kinh phí", progress_tables.budget, BY_SOURCE),
        Sheet(LAST_TABLE, LAST_SHEET, progress_tables.origins),
    ),
    chart=Drawn("Kế hoạch và thực hiện lũy kế", "Chỉ tiêu", ("Kế hoạch năm", "Lũy kế")),
)
_BY_STAR = ("trong đó 3 sao", "trong đó 4 sao", "trong đó 5 sao")
_MONEY = ("Kế hoạch (triệu đồng)", "Đã cấp (triệu đồng)", "Đã giải ngân (triệu đồng)")
KINDS: dict[str, Kind] = {
    kind.code: kind
    for kind in (
        PROGRESS,
        Kind(
            code="san-pham-theo-dia-ban",
            name=_("Products by area, sector and star"),
            about=_(
                "Taking part, new, upgraded and re-evaluated in the period; cumulative; still valid by star."
            ),
            title="BÁO CÁO SẢN PHẨM OCOP THEO ĐỊA BÀN, NGÀNH HÀNG VÀ HẠNG SAO",
            file_stem="Bao-cao-san-pham-theo-dia-ban",
            tables=(
                Sheet("theo-dia-ban", "Theo địa bàn", products.by_area),
                Sheet("theo-nganh", "Theo ngành, nhóm", products.by_sector),
                Sheet("theo-hang-sao", "Theo hạng sao", products.by_star),
            ),
            terms=terms.PRODUCT_TERMS,
            chart=Drawn("Sản phẩm còn hiệu lực theo địa bàn", "Xã, thị trấn", _BY_STAR, is_stacked=True),
        ),
        Kind(
            code="chu-the-theo-loai-hinh",
            name=_("Organisations by area and legal form"),
            about=_("Taking part and new in the period; with recognised and with valid products."),
            title="BÁO CÁO CHỦ THỂ OCOP THEO ĐỊA BÀN VÀ LOẠI HÌNH",
            file_stem="Bao-cao-chu-the-theo-loai-hinh",
            tables=(
                Sheet("theo-dia-ban", "Theo địa bàn", organisations.by_area),
                Sheet("theo-loai-hinh", "Theo loại hình", organisations.by_kind),
                Sheet("dia-ban-loai-hinh", "Địa bàn và loại hình", organisations.valid_by_area_and_kind),
            ),
            terms=terms.ORGANISATION_TERMS,
            chart=Drawn("Chủ thể có sản phẩm còn hiệu lực", "Xã, thị trấn", ("Có sản phẩm còn hiệu lực",)),
        ),
        Kind(
            code="san-pham-cong-nhan",
            name=_("List of recognised products"),
            about=_("Each recognised product with organisation, commune then and now, decision and expiry."),
            title="DANH SÁCH SẢN PHẨM OCOP ĐƯỢC CÔNG NHẬN",
            file_stem="Danh-sach-san-pham-cong-nhan",
            tables=(Sheet("danh-sach", "Danh sách sản phẩm", recognised.listed),),
        ),
        Kind(
            code="ho-so-dang-xu-ly",
            name=_("Dossiers under way"),
            about=_("By state and the star asked for, how many are late, and the list with its terms."),
            title="BÁO CÁO HỒ SƠ ĐĂNG KÝ ĐÁNH GIÁ, PHÂN HẠNG SẢN PHẨM ĐANG XỬ LÝ",
            file_stem="Bao-cao-ho-so-dang-xu-ly",
            tables=(
                Sheet("theo-trang-thai", "Theo trạng thái", pipeline.by_state),
                Sheet("danh-sach", "Danh sách hồ sơ", pipeline.listed),
            ),
            terms=terms.PIPELINE_TERMS,
            chart=Drawn("Hồ sơ đang xử lý theo trạng thái", "Trạng thái", ("Cộng",)),
        ),
        Kind(
            code="sap-het-han",
            name=_("Certificates about to end"),
            about=_("Valid at the period's end and over within twelve months, by month and one by one."),
            title="BÁO CÁO GIẤY CHỨNG NHẬN SẢN PHẨM OCOP SẮP HẾT HẠN TRONG 12 THÁNG TỚI",
            file_stem="Bao-cao-sap-het-han",
            tables=(
                Sheet("theo-thang", "Theo tháng", recognised.ending_by_month),
                Sheet("danh-sach", "Danh sách", recognised.ending),
            ),
            terms=terms.ENDING_TERMS,
            chart=Drawn("Giấy chứng nhận hết hạn theo tháng", "Tháng hết hạn", ("Cộng",)),
        ),
        Kind(
            code="nhiem-vu",
            name=_("Tasks of the plans"),
            about=_("The work of each unit's plan: content, unit responsible, deadline, result."),
            title="BÁO CÁO KẾT QUẢ THỰC HIỆN NHIỆM VỤ CHƯƠNG TRÌNH OCOP",
            file_stem="Bao-cao-nhiem-vu",
            tables=(
                Sheet("theo-don-vi", "Theo đơn vị", work.activities_by_unit),
                Sheet("nhiem-vu", "Nhiệm vụ", work.activities),
            ),
            terms=terms.WORK_TERMS,
        ),
        Kind(
            code="kinh-phi",
            name=_("Money by source"),
            about=_("Planned, allocated and disbursed by source and content, in million đồng."),
            title="BÁO CÁO KINH PHÍ THỰC HIỆN CHƯƠNG TRÌNH OCOP",
            file_stem="Bao-cao-kinh-phi",
            tables=(
                Sheet("theo-nguon", "Theo nguồn", work.money_by_source),
                Sheet("noi-dung", "Nội dung chi", work.money, BY_SOURCE),
            ),
            terms=terms.MONEY_TERMS,
            chart=Drawn("Kinh phí theo nguồn", "Nguồn vốn", _MONEY),
        ),
    )
}


def title_of(code: str, area: Area) -> str:
    """What is compiled, for lists: the report's name (the code where there is none such) and the unit's."""
    kind = KINDS.get(code)
    return f"{kind.name if kind else code} – {area}"


def compile_report(
    code: str,
    area: Area,
    period: Period,
    on_map: str = MapOf.THEN,
    *,
    step: Step | None = None,
    tells: bool = False,
    only: Codes = (),
) -> Report:
    """Compute every table of the report from the database as it is now.

    ``step`` hears of each table before it is begun: its number from 1, how many there are, its sheet's name.
    With ``tells`` it has the records behind its figures. With ``only`` (codes) it has these tables alone,
    whose long lists are read as far as they are looked at. Raises KeyError for a code that names no report.
    """
    kind = KINDS[code]
    on = ground(area, period, on_map)
    with translation.override("vi"):
        computed = kind.compute(on, _heard(step, kind), tells=tells, only=only)
        keys = (key for one in computed.sources for key in one.every_key())
        return Report(
            code=kind.code,
            title=kind.title,
            area_code=area.code,
            area_name=area.name,
            period=period.code,
            period_label=period.label,
            as_of=on.today,
            tables=tuple(table if only else table.whole() for table in computed.tables),
            on_map=on_map,
            sources=tuple(computed.sources) if tells else (),
            records=records.of_keys(keys) if tells else {},
            places=computed.places,
        )


def _heard(step: Step | None, kind: Kind) -> Callable[[str], None]:
    """Counts the tables for those who follow the work."""
    places: Iterator[int] = iter(range(1, len(kind.sheets) + 1))

    def hear(name: str) -> None:
        place = next(places)
        if step:
            step(place, len(kind.sheets), name)

    return hear
