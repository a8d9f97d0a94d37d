"""Filling an office's form, and refusing files that are none.

Filling: a form of 12 columns with a total, 2,500 rows (a province's products), against what openpyxl takes
to load and save the filled file alone, which it would do on top of every change. Refusing: each bomb in a
process of its own; the slowest must stay under ``ALLOWED_SECONDS``, the most memory that any of these
processes held under ``ALLOWED_MEGABYTES``. ``BENCH_TURNS`` sets the turns (3).
"""

import io
import os
import zipfile
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

from benchmarks import Figure

if TYPE_CHECKING:
    from ocop_portal.lib.spreadsheet_forms import Vocabulary

TURNS = int(os.environ.get("BENCH_TURNS", "3"))
ALLOWED_SECONDS = 2.0
ALLOWED_MEGABYTES = 200.0
ROWS, COLUMNS = 2_500, 12
MEGABYTE = 1024 * 1024
SHEET = "xl/worksheets/sheet1.xml"
_ENTITIES = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><worksheet>&b;</worksheet>'


def figures() -> Iterable[Figure]:
    """Measure filling against openpyxl, then every refusal."""
    ours, theirs = _filling()
    words = f"{ours:.2f} s; openpyxl's load and save of the result alone {theirs:.2f} s"
    yield Figure(f"Office form filled, {ROWS:,} × {COLUMNS}", words, theirs / ours)
    refused = {name: _alone(content) for name, content in _bombs().items()}
    slowest = max(refused, key=lambda name: refused[name][0])
    largest = max(refused, key=lambda name: refused[name][1])
    seconds, megabytes = refused[slowest][0], refused[largest][1]
    yield Figure(
        "files that are no forms, slowest refusal",
        f"{seconds:.2f} s ({slowest})",
        ALLOWED_SECONDS / max(seconds, 0.001),
        1.0,
    )
    yield Figure(
        "files that are no forms, most memory",
        f"{megabytes:.0f} MB in all ({largest})",
        ALLOWED_MEGABYTES / megabytes,
        1.0,
    )


def refusal(content: bytes) -> tuple[float, float]:
    """Seconds and megabytes that it takes to refuse the file. Raises RuntimeError for one that is taken."""
    vocabulary = _vocabulary()
    from ocop_portal.lib.spreadsheet_forms import Form, FormRefused

    begun = perf_counter()
    try:
        Form(content, vocabulary)
    except FormRefused:
        return perf_counter() - begun, _peak()
    raise RuntimeError("A bomb was taken for a form")


def _filling() -> tuple[float, float]:
    import openpyxl

    vocabulary, content = _vocabulary(), _form()
    from ocop_portal.lib.spreadsheet_forms import Data, Form, Value, fill

    record = {f"c{place}": Value(f"Sản phẩm {place}" if place % 2 else place) for place in range(COLUMNS)}
    ours, theirs = [], []
    for _turn in range(TURNS):
        begun = perf_counter()
        made = fill(Form(content, vocabulary), Data({}, {"bang": [record] * ROWS}))
        ours.append(perf_counter() - begun)
        begun = perf_counter()
        openpyxl.load_workbook(io.BytesIO(made)).save(io.BytesIO())
        theirs.append(perf_counter() - begun)
    return median(ours), median(theirs)


def _vocabulary() -> "Vocabulary":
    os.environ |= {"OCOP_DEBUG": "1"}
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ocop_portal.settings")
    import django

    django.setup()
    from ocop_portal.lib.spreadsheet_forms import Vocabulary

    return Vocabulary(rows={"bang": {f"c{place}": "Cột" for place in range(COLUMNS)}})


def _form() -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["Cột"] * COLUMNS)
    sheet.append([f"{{{{bang.c{place}}}}}" for place in range(COLUMNS)])
    sheet.append(["Cộng", None, "=SUM(C2:C2)"])
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _bombs() -> dict[str, bytes]:
    far = (
        b'<worksheet><sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    )
    many = b"<worksheet><sheetData><row>" + b"<c/>" * (7 * MEGABYTE // 4) + b"</row></sheetData></worksheet>"
    wide = b"<worksheet><sheetData><row>" + b"<c/>" * 249_000 + b"</row></sheetData></worksheet>"
    deep = b"<a>" * MEGABYTE + b"</a>" * MEGABYTE
    sheets = {"zip bomb": b"0" * (190 * MEGABYTE), "entity bomb": _ENTITIES, "far cell": far}
    sheets |= {"two million cells": many, "a quarter of a million cells": wide, "a million deep": deep}
    return {name: _with_sheet(xml) for name, xml in sheets.items()}


def _with_sheet(xml: bytes) -> bytes:
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(_form())) as form,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for name in form.namelist():
            archive.writestr(name, xml if name == SHEET else form.read(name))
    return made.getvalue()


def _alone(content: bytes) -> tuple[float, float]:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(refusal, content).result()


def _peak() -> float:
    """Megabytes that this program has held at most; unlike ru_maxrss, not what its parent held before it."""
    told = Path("/proc/self/status").read_text()
    return int(told.partition("VmHWM:")[2].split()[0]) / 1024
