"""Running pytest: the tests that were named, in one process, or all of them, side by side."""

import os
import sys
import time
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from .commands import foreground

MOST_PROCESSES = 8
"""More would want more connections than PostgreSQL gives, for the tests that act at once."""


class Part(NamedTuple):
    """Some of the tests, and how pytest is asked for them."""

    name: str
    options: tuple[str, ...]


def some(arguments: Sequence[str], env: Mapping[str, str]) -> int:
    """Run pytest with these arguments and give its exit code."""
    return foreground([sys.executable, "-m", "pytest", *arguments], env)


def all_of_them(env: Mapping[str, str]) -> int:
    """Run every test: those that kill servers one after another, the others side by side.

    Both parts run whatever becomes of the first; gives the exit code of the first that failed.
    """
    codes, lines = [], []
    for part in _parts():
        begun = time.monotonic()
        codes.append(some(part.options, env))
        minutes, seconds = divmod(round(time.monotonic() - begun), 60)
        verdict = f"FAILED (pytest ended with {codes[-1]})" if codes[-1] else "passed"
        lines.append(f"runner: {part.name}: {verdict} in {minutes}:{seconds:02} min")
    print(*lines, sep="\n", flush=True)
    return next((code for code in codes if code), 0)


def _parts() -> list[Part]:
    processes = min(len(os.sched_getaffinity(0)), MOST_PROCESSES)
    # A process that has nothing left to do takes over half of what another one still has before it.
    spread = (f"--numprocesses={processes}", "--dist=worksteal") if processes > 1 else ()
    return [
        Part(f"tests, {processes} at once", ("-m", "not system", *spread)),
        Part("tests that end servers, one at a time", ("-m", "system")),
    ]
