"""The Excel writer against openpyxl's write-only mode on the same styled rows, 20 columns wide.

Each measurement has a process of its own, the writers take turns, and medians are compared. The rows exist
before the clock starts; openpyxl gets its styles the fastest way it has (one style per column, shared).
``BENCH_ROWS`` sets the number of rows (100,000), ``BENCH_TURNS`` the number of turns (2).
"""

import os
import random
import resource
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date, datetime, timedelta
from decimal import Decimal
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from benchmarks import Figure

ROWS = int(os.environ.get("BENCH_ROWS", "100000"))
TURNS = int(os.environ.get("BENCH_TURNS", "2"))
SHIPPED_LEVEL = 6
DEMANDED = 7.0

_WORDS = [
    "mật ong",
    "rượu ngô",
    "hạt dẻ",
    "chè đắng",
    "thạch đen",
    "miến dong",
    "bánh khảo",
    "lạp sườn",
    "nếp hương",
]
_COLUMNS = [
    ("TT", "integer"),
    ("Mã sản phẩm", "text"),
    ("Tên sản phẩm", "text"),
    ("Nhóm", "text"),
    ("Chủ thể", "text"),
    ("Loại hình", "text"),
    ("Xã", "text"),
    ("Loại hồ sơ", "text"),
    ("Hạng sao", "integer"),
    ("Điểm", "decimal"),
    ("Số quyết định", "text"),
    ("Ngày quyết định", "date"),
    ("Hết hạn", "date"),
    ("Ngày nộp", "datetime"),
    ("Tình trạng", "text"),
    ("Doanh thu", "money"),
    ("Lao động", "integer"),
    ("Sản lượng", "decimal"),
    ("Tính vào chỉ tiêu", "text"),
    ("Ghi chú", "text"),
]


def rows(count: int) -> Iterator[tuple[Any, ...]]:
    """Yield rows shaped like a list of products: unique names and codes, repeating kinds and communes."""
    draw = random.Random(66)  # noqa: S311
    start = date(2019, 1, 1)
    for number in range(1, count + 1):
        decided = start + timedelta(days=draw.randrange(2500))
        yield (
            number,
            f"04-01495-{number:05d}-2023",
            f"{' '.join(draw.choices(_WORDS, k=3)).capitalize()} {number}",
            f"Nhóm {draw.randrange(26) + 1}",
            f"Hợp tác xã {' '.join(draw.choices(_WORDS, k=2))} {number % 9800}",
            draw.choice(("Hợp tác xã", "Tổ hợp tác", "Doanh nghiệp", "Hộ kinh doanh")),
            f"Xã {draw.randrange(3321)}",
            draw.choice(("Lần đầu", "Nâng hạng", "Đánh giá lại")),
            draw.randrange(3, 6),
            Decimal(draw.randrange(5000, 10000)) / 100,
            f"{draw.randrange(1, 4000)}/QĐ-UBND",
            decided,
            decided + timedelta(days=1095),
            datetime(2023, 1, 1) + timedelta(minutes=draw.randrange(500_000)),  # noqa: DTZ001
            draw.choice(("Còn hiệu lực", "Hết hạn", "Thu hồi")),
            Decimal(draw.randrange(10, 50_000)) / 10,
            draw.randrange(1, 300),
            draw.random() * 1000,
            "Có" if draw.random() < 0.5 else "Không",
            "Sản phẩm & <bao bì> mới" if draw.random() < 0.2 else None,
        )


def write_ours(target: Path, data: Iterable[tuple[Any, ...]], level: int) -> None:
    """Write the rows with the portal's writer."""
    from ocop_portal.lib.spreadsheet import Column, Properties, Sheet, write_workbook

    columns = [Column(title, kind) for title, kind in _COLUMNS]  # type: ignore[arg-type]
    properties = Properties("Bench", "Bench", datetime(2023, 12, 29))  # noqa: DTZ001
    sheet = Sheet("Sản phẩm", columns, data)
    write_workbook(target, [sheet], properties=properties, level=level)


def write_openpyxl(target: Path, data: Iterable[tuple[Any, ...]], level: int) -> None:
    """Write the rows with openpyxl's write-only mode, styled as ours; zlib's level is its own, 6."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Border, Font, Side

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Sản phẩm")
    formats = {"integer": "#,##0", "decimal": "#,##0.00", "money": "#,##0.0", "date": "dd/mm/yyyy"}
    side = Side("thin")
    looks = []
    for _title, kind in _COLUMNS:
        model = WriteOnlyCell(sheet)
        model.font = Font(name="Times New Roman", size=12)
        model.border = Border(left=side, right=side, top=side, bottom=side)
        model.alignment = Alignment(vertical="top", wrap_text=kind == "text")
        model.number_format = formats.get(kind, "dd/mm/yyyy hh:mm" if kind == "datetime" else "General")
        looks.append(model._style)  # type: ignore[attr-defined]
    sheet.append([title for title, _kind in _COLUMNS])
    for values in data:
        cells = []
        for value, look in zip(values, looks, strict=True):
            cell = WriteOnlyCell(sheet, value)
            cell._style = look  # type: ignore[attr-defined]
            cells.append(cell)
        sheet.append(cells)
    book.save(target)


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(writer: str, level: int, count: int) -> tuple[float, float, float]:
    """Return seconds, the process's peak memory in MB and the file's MB, for one file written.

    Rows come from a list made before the clock starts, or, for ``ours-streamed``, from their generator.
    """
    write = write_openpyxl if writer == "openpyxl" else write_ours
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder, "bench.xlsx")
        write(target, rows(50), level)  # imports and first uses happen before the clock starts
        data = rows(count) if writer == "ours-streamed" else list(rows(count))
        start = perf_counter()
        write(target, data, level)
        return perf_counter() - start, _peak(), target.stat().st_size / 1e6


def _alone(writer: str, level: int) -> tuple[float, float, float]:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(measure, writer, level, ROWS).result()


def figures() -> Iterator[Figure]:
    """Yield the ratios at the level shipped and at level 1."""
    ours_twice = [("ours", SHIPPED_LEVEL), ("ours", 1)]
    runs = [*ours_twice, ("openpyxl", 6), *ours_twice]  # short runs suffer more from a busy machine
    taken: dict[tuple[str, int], list[tuple[float, float, float]]] = {run: [] for run in runs}
    for _turn in range(TURNS):
        for run in runs:
            taken[run].append(_alone(*run))
    theirs = median(seconds for seconds, _memory, _size in taken["openpyxl", 6])
    for level, demanded in ((SHIPPED_LEVEL, DEMANDED), (1, None)):
        ours = median(seconds for seconds, _memory, _size in taken["ours", level])
        yield Figure(
            f"Excel writer, {ROWS:,} × 20, zlib {level}, against openpyxl",
            f"{ours:.2f} s {_size_of(taken['ours', level])}; "
            f"openpyxl write_only {theirs:.2f} s {_size_of(taken['openpyxl', 6])}",
            theirs / ours,
            demanded,
        )
    _seconds, memory, _size = _alone("ours-streamed", SHIPPED_LEVEL)
    yield Figure(
        f"Excel writer, {ROWS:,} × 20 from a generator", f"peak memory of the process {memory:.0f} MB"
    )


def _size_of(taken: list[tuple[float, float, float]]) -> str:
    return f"({max(size for _seconds, _memory, size in taken):.1f} MB)"
