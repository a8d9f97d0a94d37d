"""Running one command beside the servers, in the foreground."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from types import FrameType
from typing import NoReturn

from .problems import Problem
from .processes import die_with_parent

STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """Somebody asked the runner to end."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.code = 128 + number


def stop_politely() -> None:
    """From now on Ctrl-C, SIGTERM and SIGHUP unwind the runner; under make it ends with make."""

    def stop(number: int, frame: FrameType | None) -> NoReturn:
        for each in STOPS:
            signal.signal(each, signal.SIG_IGN)
        raise Stopped(number)

    for number in STOPS:
        signal.signal(number, stop)
    if "MAKELEVEL" in os.environ:
        die_with_parent(signal.SIGTERM, parent=os.getppid())()


def foreground(command: Sequence[str], env: Mapping[str, str], stdout: int | None = None) -> int:
    """Run a command to its end and give its exit code; a wish to stop is passed on to it first."""
    try:
        process = subprocess.Popen(
            command, env=dict(env), stdout=stdout, preexec_fn=die_with_parent(signal.SIGTERM)
        )
    except OSError as error:
        raise Problem(f"cannot run {command[0]}: {error.strerror}") from None
    try:
        code = process.wait()
    except Stopped as stopped:
        _end(process, stopped)
        raise
    return code if code >= 0 else 128 - code


def _end(process: subprocess.Popen[bytes], stopped: Stopped) -> None:
    by_terminal = stopped.code == 128 + signal.SIGINT and sys.stdin is not None and sys.stdin.isatty()
    if not by_terminal:  # a terminal's Ctrl-C has reached the command already
        process.send_signal(stopped.code - 128)
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
