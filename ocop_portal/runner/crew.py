"""The portal's own processes: the Celery worker, the beat, the web server."""

import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from .places import CHECKOUT, var_folder
from .ports import HOST
from .problems import Problem
from .processes import Child, Steps, stop_all

# A worker finishes its job on SIGTERM and gives it back on SIGQUIT.
STEPS: Steps = ((signal.SIGTERM, 10), (signal.SIGQUIT, 3))
SHORTEST_LIFE = 20.0


class Member:
    """One long-running process of the portal, which can be killed and started again."""

    def __init__(self, name: str, arguments: list[str], env: Mapping[str, str]) -> None:
        self.name = name
        self.command = [sys.executable, "-m", *arguments]
        self.env = env
        self.log = var_folder() / "log" / f"{name}.log"
        self.child = self._launch()

    def _launch(self) -> Child:
        return Child(self.command, log=self.log, env=self.env, cwd=CHECKOUT)

    def alive(self) -> bool:
        """Whether it runs."""
        return self.child.alive()

    def stop(self) -> None:
        """Stop in order."""
        self.child.stop(STEPS)

    def kill(self) -> None:
        """End it and its children as a power cut would."""
        self.child.stop(steps=())

    def restart(self) -> None:
        """Start again after a stop, a kill or a crash."""
        self.stop()
        self.child = self._launch()

    def keep_up(self) -> None:
        """Start again if it has died; a Problem when it does not live long enough to be worth it."""
        if self.alive():
            return
        if self.child.age() < SHORTEST_LIFE:
            last = (self.child.said().strip().splitlines() or ["it said nothing"])[-1]
            raise Problem(f"the {self.name} keeps ending: {last} (see {self.log})")
        self.restart()


def worker(env: Mapping[str, str], concurrency: int = 2) -> Member:
    """Start a Celery worker."""
    options = [
        "--concurrency",
        str(concurrency),
        "--loglevel",
        "INFO",
        "--without-gossip",
        "--without-mingle",
    ]
    return Member("worker", ["celery", "-A", "ocop_portal", "worker", *options], env)


def beat(env: Mapping[str, str], schedule: Path) -> Member:
    """Start Celery's clock, which remembers in the file `schedule` what it did last."""
    options = ["--loglevel", "INFO", "--pidfile", "", "--schedule", str(schedule)]
    return Member("beat", ["celery", "-A", "ocop_portal", "beat", *options], env)


def web(env: Mapping[str, str], port: int) -> Member:
    """Start gunicorn at a port."""
    threads = ["--workers", "2", "--worker-class", "gthread", "--threads", "4"]
    options = ["--bind", f"{HOST}:{port}", "--access-logfile", "-", "--graceful-timeout", "5", *threads]
    return Member("web server", ["gunicorn", *options, "ocop_portal.wsgi"], env)


class Crew:
    """The processes of one run, kept up while it lasts and stopped together at its end."""

    def __init__(self) -> None:
        self.members: list[Member] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        stop_all([member.child for member in self.members], STEPS)

    def add(self, member: Member) -> None:
        """Take a started process in."""
        self.members.append(member)

    def keep_up(self) -> None:
        """Start again whoever has died."""
        for member in self.members:
            member.keep_up()
