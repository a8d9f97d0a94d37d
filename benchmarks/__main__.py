"""Runs every benchmark module beside this file (or those named) and prints one table.

A module offers ``figures() -> Iterable[Figure]``. The exit code is 1 when a ratio misses what is demanded.
"""

import importlib
import pkgutil
import sys
from pathlib import Path

from benchmarks import Figure


def modules() -> list[str]:
    """Return the names of the benchmark modules."""
    found = pkgutil.iter_modules([str(Path(__file__).parent)])
    return sorted(module.name for module in found if not module.name.startswith("_"))


def line(figure: Figure) -> str:
    """Return a figure as a line of the table."""
    ratio = "" if figure.ratio is None else f"{figure.ratio:.1f} ×"
    demanded = "" if figure.at_least is None else f"(at least {figure.at_least:g} ×)"
    verdict = "  TOO SLOW" if figure.short else ""
    return f"{figure.name:<58} {ratio:>8} {demanded:<16} {figure.measured}{verdict}"


def main(names: list[str]) -> int:
    """Run the benchmarks called ``names`` (all without names)."""
    missed = False
    for name in names or modules():
        print(f"— {name}", flush=True)
        for figure in importlib.import_module(f"benchmarks.{name}").figures():
            print(line(figure), flush=True)
            missed = missed or figure.short
    return int(missed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
