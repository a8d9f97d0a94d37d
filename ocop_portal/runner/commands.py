"""Running one command beside the servers, in the foreground."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from types import FrameType
from typing import IO, NoReturn

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


def foreground(
    command: Sequence[str],
    env: Mapping[str, str],
    *,
    stdout: IO[bytes] | IO[str] | None = None,
    meanwhile: Callable[[], object] | None = None,
    aside: bool = False,
) -> int:
    """Run a command to its end and give its exit code, doing `meanwhile` now and then.

    A wish to stop is passed on to it first. One that runs `aside` does not hear the terminal's Ctrl-C itself.
    """
    try:
        process = subprocess.Popen(
            command,
            env=dict(env),
            stdout=stdout,
            start_new_session=aside,
            preexec_fn=die_with_parent(signal.SIGTERM),
        )
    except OSError as error:
        raise Problem(f"cannot run {command[0]}: {error.strerror}") from None
    try:
        code = _wait(process, meanwhile)
    except BaseException as reason:
        _end(process, reason, aside)
        raise
    return code if code >= 0 else 128 - code


def _wait(process: subprocess.Popen[bytes], meanwhile: Callable[[], object] | None) -> int:
    while meanwhile:
        try:
            return process.wait(timeout=0.5)
        except subprocess.TimeoutExpired:
            meanwhile()
    return process.wait()


def _end(process: subprocess.Popen[bytes], reason: BaseException, aside: bool) -> None:
    number = reason.code - 128 if isinstance(reason, Stopped) and not aside else signal.SIGTERM
    heard_already = number == signal.SIGINT and sys.stdin is not None and sys.stdin.isatty()
    if not heard_already:
        process.send_signal(number)
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
