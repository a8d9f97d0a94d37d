"""Child processes that never outlive the runner, and how they are stopped."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from .places import Identity

PR_SET_PDEATHSIG = 1
Steps = Iterable[tuple[signal.Signals, float]]


def die_with_parent(with_signal: signal.Signals, parent: int | None = None) -> Callable[[], None]:
    """Give a `preexec_fn` with which Linux signals the child as soon as its parent is gone, even by SIGKILL.

    It runs in the child after the change of user, which would clear the arrangement.
    """
    parent = parent or os.getpid()
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None

    def arrange() -> None:
        if libc is not None:
            libc.prctl(PR_SET_PDEATHSIG, int(with_signal), 0, 0, 0)
            if os.getppid() != parent:
                os._exit(1)

    return arrange


class Child:
    """A process in a session of its own, so that a terminal's Ctrl-C reaches it only through the runner."""

    def __init__(
        self,
        command: list[str],
        *,
        log: Path,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        identity: Identity | None = None,
        at_parents_death: signal.Signals = signal.SIGTERM,
    ) -> None:
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as out:
            self.log_start = out.tell()
            self.process: subprocess.Popen[bytes] = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env=dict(env) if env is not None else None,
                cwd=cwd,
                start_new_session=True,
                preexec_fn=die_with_parent(at_parents_death),
                user=identity.user if identity else None,
                group=identity.group if identity else None,
                extra_groups=[] if identity else None,
            )
        self.log = log
        self.pid = self.process.pid
        self.started = time.monotonic()

    def alive(self) -> bool:
        """Whether the process runs; a dead one is left unreaped, so its number cannot be given to another."""
        if self.process.returncode is not None:
            return False
        options = os.WEXITED | os.WNOHANG | os.WNOWAIT
        return os.waitid(os.P_PID, self.pid, options) is None

    def age(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self.started

    def said(self) -> str:
        """What the process has written to its log since it started."""
        with self.log.open("rb") as log:
            log.seek(self.log_start)
            return log.read().decode(errors="replace")

    def stop(self, steps: Steps = ((signal.SIGTERM, 10.0),)) -> None:
        """Signal, wait, signal harder; then kill what is left of the process's group, and reap it."""
        stop_all([self], steps)

    def finish(self) -> None:
        """Kill what is left of the process and its group, and reap it."""
        if self.process.returncode is None:
            # The group's number is safe to use as long as its leader is unreaped.
            os.killpg(self.pid, signal.SIGKILL)
            self.process.wait()


def stop_all(children: Iterable[Child], steps: Steps) -> None:
    """Stop several processes at the same time: signal, wait, signal harder, kill."""
    children = list(children)
    for number, patience in steps:
        running = [child for child in children if child.alive()]
        for child in running:
            child.process.send_signal(number)
        wait_until(lambda: not any(child.alive() for child in children), patience if running else 0)
    for child in children:
        child.finish()


def wait_until(true: Callable[[], bool], patience: float, pause: float = 0.01) -> bool:
    """Wait until the question is answered yes, at most `patience` seconds; the last answer."""
    end = time.monotonic() + patience
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(pause)
    return True


def squatters(folder: Path, program: str) -> list[int]:
    """The processes of `program` whose working folder is `folder`: left by a runner that was killed."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if (entry / "comm").read_text().strip() == program and (
                entry / "cwd"
            ).resolve() == folder.resolve():
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def evict(folder: Path, program: str, *numbers: signal.Signals) -> None:
    """Stop the program's processes in a folder, with each signal in turn and SIGKILL at last."""
    for number in (*numbers, signal.SIGKILL):
        for pid in squatters(folder, program):
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                continue
        if wait_until(lambda: not squatters(folder, program), 8, pause=0.05):
            return
