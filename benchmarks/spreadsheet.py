"""The Excel writer side by side with openpyxl's write-only mode, XlsxWriter and rustpy-xlsxwriter.

The same styled rows, 20 columns wide: Vietnamese text, whole numbers, decimals, dates, empty cells. Each
measurement has a process of its own, the writers take turns, medians are compared. For the time the rows
exist before the clock starts; for the memory they come from a generator, and the file is read back: a writer
whose values, number formats or borders differ from the others' is no comparison and ends the benchmark. Each
writes as it ships: ours with zlib level 1, the others with their own level, which none lets one choose.
``BENCH_ROWS`` sets the number of rows (100,000), ``BENCH_TURNS`` the number of turns (3).
"""

import hashlib
import os
import random
import resource
import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

from benchmarks import Figure

ROWS = int(os.environ.get("BENCH_ROWS", "100000"))
TURNS = int(os.environ.get("BENCH_TURNS", "3"))
SHIPPED_LEVEL = 1
DEMANDED = {"openpyxl": 12.0, "XlsxWriter": 1.0, "rustpy-xlsxwriter": 1.0}
"""How many times as fast as each other writer ours has to be."""
MOST_MEMORY = 100.0

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


_FORMATS = {
    "text": "General",
    "integer": "#,##0",
    "decimal": "#,##0.00",
    "money": "#,##0.0",
    "date": "dd/mm/yyyy",
    "datetime": "dd/mm/yyyy hh:mm",
}


@dataclass(frozen=True)
class Run:
    """One file written: seconds by the wall clock and of the processor, megabytes in memory and on disk."""

    seconds: float
    processor: float
    memory: float
    size: float
    digest: str = ""


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
            round(draw.random() * 1000, 6),  # openpyxl and XlsxWriter write no 17th digit
            "Có" if draw.random() < 0.5 else "Không",
            "Sản phẩm & <bao bì> mới" if draw.random() < 0.2 else None,
        )


def write_ours(target: Path, data: Iterable[tuple[Any, ...]], level: int = SHIPPED_LEVEL) -> None:
    """Write the rows with the portal's writer."""
    from ocop_portal.lib.spreadsheet import Column, Properties, Sheet, write_workbook

    columns = [Column(title, kind) for title, kind in _COLUMNS]  # type: ignore[arg-type]
    properties = Properties("Bench", "Bench", datetime(2023, 12, 29))  # noqa: DTZ001
    sheet = Sheet("Sản phẩm", columns, data)
    write_workbook(target, [sheet], properties=properties, level=level)


def write_openpyxl(target: Path, data: Iterable[tuple[Any, ...]]) -> None:
    """Write the rows with openpyxl's write-only mode, styled as ours (a style a column, shared)."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Border, Font, Side

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Sản phẩm")
    side = Side("thin")
    looks = []
    for _title, kind in _COLUMNS:
        model = WriteOnlyCell(sheet)
        model.font = Font(name="Times New Roman", size=12)
        model.border = Border(left=side, right=side, top=side, bottom=side)
        model.alignment = Alignment(vertical="top", wrap_text=kind == "text")
        model.number_format = _FORMATS[kind]
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


def write_xlsxwriter(target: Path, data: Iterable[tuple[Any, ...]]) -> None:
    """Write the rows with XlsxWriter in constant memory, each column by the method for its type."""
    from xlsxwriter import Workbook

    book = Workbook(str(target), {"constant_memory": True, "strings_to_urls": False})
    sheet = book.add_worksheet("Sản phẩm")
    looks, writers = [], []
    by_kind = {"text": sheet.write_string, "date": sheet.write_datetime, "datetime": sheet.write_datetime}
    for _title, kind in _COLUMNS:
        look = {"font_name": "Times New Roman", "font_size": 12, "border": 1, "valign": "top"}
        looks.append(book.add_format(look | {"num_format": _FORMATS[kind], "text_wrap": kind == "text"}))
        writers.append(by_kind.get(kind, sheet.write_number))
    sheet.write_row(0, 0, [title for title, _kind in _COLUMNS])
    columns = list(zip(range(len(_COLUMNS)), writers, looks, strict=True))
    for row, values in enumerate(data, start=1):
        for (column, write, look), value in zip(columns, values, strict=True):
            if value is None:
                sheet.write_blank(row, column, None, look)
            else:
                write(row, column, value, look)
    book.close()


def write_rustpy(target: Path, data: Iterable[tuple[Any, ...]]) -> None:
    """Write the rows with rustpy-xlsxwriter; it takes records, so each row becomes a dictionary."""
    from rustpy_xlsxwriter import Format, write_worksheet

    looks = []
    for _title, kind in _COLUMNS:
        look = Format().set_font_name("Times New Roman").set_font_size(12).set_border("thin").set_align("top")
        looks.append((look.set_text_wrap() if kind == "text" else look).set_num_format(_FORMATS[kind]))
    titles = [title for title, _kind in _COLUMNS]
    records = (dict(zip(titles, values, strict=True)) for values in data)
    write_worksheet(records, str(target), "Sản phẩm", column_formats=looks)


WRITERS: dict[str, Callable[[Path, Iterable[tuple[Any, ...]]], None]] = {
    "ours": write_ours,
    "openpyxl": write_openpyxl,
    "XlsxWriter": write_xlsxwriter,
    "rustpy-xlsxwriter": write_rustpy,
    "ours at level 6": lambda target, data: write_ours(target, data, 6),
}


def read_back(path: Path) -> str:
    """Return a digest of all values; raise where a cell lacks its format or border."""
    from openpyxl import load_workbook
    from python_calamine import CalamineWorkbook

    sheet = load_workbook(path, read_only=True)["Sản phẩm"]
    for cells in sheet.iter_rows(min_row=2, max_row=200):
        for cell, (title, kind) in zip(cells, _COLUMNS, strict=True):
            if cell.value is None:
                continue
            shown = (cell.number_format, cell.border.left.style, cell.font.name)
            if shown != (_FORMATS[kind], "thin", "Times New Roman"):
                raise AssertionError(f"{path.name}, {title}: {shown}")
    digest = hashlib.sha256()
    for values in CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python():
        digest.update(repr(values).encode())
    return digest.hexdigest()


def measure(writer: str, streamed: bool, count: int) -> Run:
    """Write one file of ``count`` rows; ``streamed`` takes them from a generator and reads the file back."""
    write = WRITERS[writer]
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder, f"{writer}.xlsx")
        write(target, rows(50))  # imports and first uses happen before the clock starts
        data = rows(count) if streamed else list(rows(count))
        start, started = perf_counter(), process_time()
        write(target, data)
        seconds, processor = perf_counter() - start, process_time() - started
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        digest = read_back(target) if streamed else ""
        return Run(seconds, processor, memory, target.stat().st_size / 1e6, digest)


def _alone(writer: str, streamed: bool = False) -> Run:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(measure, writer, streamed, ROWS).result()


def figures() -> Iterator[Figure]:
    """Yield how many times as fast as each other writer ours is, and the memory each takes."""
    taken: dict[str, list[Run]] = {writer: [] for writer in WRITERS}
    for _turn in range(TURNS):
        for writer, runs in taken.items():
            runs.append(_alone(writer))
    ours = taken["ours"]
    for writer, demanded in DEMANDED.items():
        yield _compared(writer, taken[writer], ours, demanded)
    yield _compared("openpyxl, ours at level 6", taken["openpyxl"], taken["ours at level 6"], None)
    yield from _memory({writer: _alone(writer, streamed=True) for writer in ("ours", *DEMANDED)})


def _compared(name: str, theirs: list[Run], ours: list[Run], demanded: float | None) -> Figure:
    processor = median(run.processor for run in theirs) / median(run.processor for run in ours)
    return Figure(
        f"Excel writer, {ROWS:,} × 20, against {name}",
        f"{_shown(ours)} against {_shown(theirs)}; by processor time {processor:.2f} ×",
        median(run.seconds for run in theirs) / median(run.seconds for run in ours),
        demanded,
    )


def _shown(runs: list[Run]) -> str:
    return f"{median(run.seconds for run in runs):.2f} s ({runs[0].size:.1f} MB)"


def _memory(streamed: dict[str, Run]) -> Iterator[Figure]:
    if len({run.digest for run in streamed.values()}) > 1:
        raise AssertionError(
            f"the files differ in value: { {name: run.digest for name, run in streamed.items()} }"
        )
    for name, run in streamed.items():
        yield Figure(
            f"{name}: {MOST_MEMORY:.0f} MB over its peak, rows from a generator",
            f"peak memory of the process {run.memory:.0f} MB",
            MOST_MEMORY / run.memory,
            1.0 if name == "ours" else None,
        )
    yield Figure("The four files read back", "equal in every value, with formats and borders")
