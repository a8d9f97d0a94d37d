"""Five years of a whole province: every report page within 300 ms, every report compiled within 5 s.

A generated province (2,500 products, 1,600 organisations, 4,500 dossiers, 3,000 recognitions, plans and
monthly reports of 2022 to 2026; see ``size.py``) is written into a database of its own that is dropped again.
Its officer asks for every page of the reports, the radar and the plans, in one process on one core: once,
then ``BENCH_TURNS`` (3) times of which the best counts. Each report of the catalogue is compiled, frozen with
its sources and written as an Excel file. Units and periods stand in ``measuring.py``; pages and reports are
found, not listed. Each page's slowest unit is shown, and whatever is too slow; ``BENCH_SHOW=all`` shows all.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from time import perf_counter

from benchmarks import Figure
from benchmarks._portal import portal

from .size import Size


def figures() -> Iterable[Figure]:
    """Generate the province and measure."""
    size = Size()
    with portal(size.last_day.isoformat()):
        from . import measuring
        from .generating import generate

        begun = perf_counter()
        generate(size, lambda words: print(f"  {words} …", file=sys.stderr, flush=True))
        yield Figure("the province is generated", f"{perf_counter() - begun:.0f} s")
        yield from measuring.figures()
