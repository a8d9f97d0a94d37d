"""What PostgreSQL and Redis have in common here: a folder, a port, a password, a process."""

import importlib.util
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from .places import own_folder, server_identity
from .ports import ATTEMPTS, free_port
from .problems import Problem
from .processes import Child, wait_until

CLEAN_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C"}
KEPT_LOG = 1_000_000


class Server:
    """A server of our own on 127.0.0.1; as a context manager it is started on entry and stopped on exit."""

    title: str
    variable: str

    def __init__(self, home: Path) -> None:
        self.home = home
        self.identity = server_identity()
        self.port: int | None = None
        self.child: Child | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """The address for settings, with the password."""
        raise NotImplementedError

    @property
    def log(self) -> Path:
        """The server's log file."""
        return self.home / "log"

    @property
    def pid(self) -> int:
        """The number of the server's first process."""
        if self.child is None:
            raise Problem(f"{self.title} is not running")
        return self.child.pid

    def start(self) -> None:
        """Start and wait until the server answers; a port lost to somebody else is exchanged."""
        own_folder(self.home, self.identity)
        if self.log.exists() and self.log.stat().st_size > KEPT_LOG:
            self.log.unlink()
        self.prepare()
        keep_port = self.port is not None
        for _ in range(ATTEMPTS):
            self.port = self.port if keep_port else free_port()
            self.child = self.launch()
            if self._came_up(self.child):
                return
            if "Address already in use" not in self.child.said():
                break
            time.sleep(0.2 if keep_port else 0)
        raise Problem(f"{self.title} did not start: see {self.log}")

    def _came_up(self, child: Child) -> bool:
        up = False
        try:
            up = wait_until(lambda: self.ready() or not child.alive(), 60) and child.alive()
        finally:
            if not up:
                child.stop()
        return up

    def prepare(self) -> None:
        """Make what the server needs before its process starts."""

    def launch(self) -> Child:
        """Start the process."""
        raise NotImplementedError

    def ready(self) -> bool:
        """Whether the started process answers."""
        raise NotImplementedError

    def alive(self) -> bool:
        """Whether the server's process runs."""
        return self.child is not None and self.child.alive()

    def age(self) -> float:
        """Seconds since the process was started."""
        return self.child.age() if self.child else 0.0

    def stop(self) -> None:
        """Stop in order."""
        if self.child:
            self.child.stop()

    def kill(self) -> None:
        """End the server as a power cut would."""
        if self.child:
            self.child.stop(steps=())

    def restart(self) -> None:
        """Start again at the same address, after a stop, a kill or a crash."""
        self.stop()
        self.start()


def is_installed(package: str) -> bool:
    """Whether a package can be imported here."""
    return importlib.util.find_spec(package) is not None


def package_folder(package: str) -> Path:
    """The folder of an installed package, found without importing it."""
    found = importlib.util.find_spec(package)
    if found is None or not found.submodule_search_locations:
        raise Problem(f"the package {package} is not installed: remove .venv and run make again")
    return Path(next(iter(found.submodule_search_locations)))
