"""`make run` and `make report`: from an empty account to the compiled report and the served portal."""

import os
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from tempfile import TemporaryFile
from typing import IO

from .commands import Stopped, foreground
from .crew import Crew, beat, web, worker
from .environment import servers
from .places import CHECKOUT, var_folder
from .ports import HOST, is_taken
from .problems import Problem

STAGES = {"2023": "2023-12-29", "2026": "2026-11-23"}
REPORT = ["compile_report", "tien-do", "--area", "047", "--period", "2023", "--through-worker"]
ACCOUNTS = {
    "xa.damthuy": "commune staff, Đàm Thủy",
    "xa.chivien": "commune staff, Chí Viễn",
    "huyen.trungkhanh": "programme officer, Trùng Khánh district",
    "hoidong.1 … hoidong.5": "council members",
    "lanhdao.trungkhanh": "leader, Trùng Khánh district: owns the compiled report",
    "tinh.caobang": "programme officer, Cao Bằng province",
    "lanhdao.caobang": "leader, Cao Bằng province",
    "xa.damthuy.2026": "commune staff, Đàm Thủy of today",
    "quantri": "administrator",
}
PASSWORD = "demo-OCOP-2023"  # noqa: S105 a demonstration's, printed for everyone to read
PATIENCE = 60.0


def run(port_text: str, stage: str) -> int:
    """Serve the portal with worker and beat, its 2023 report compiled, until asked to stop."""
    port = _port(port_text)
    if is_taken(port):
        raise Problem(f"port {port} is taken: stop what listens there, or choose another (PORT={port + 1})")
    with _ready_portal(stage, port) as (env, crew):
        crew.add(beat(env, var_folder() / f"beat-{port}.db"))
        crew.add(web(env, port))
        path = _compile(env, crew)
        _wait_for_answer(port, crew)
        try:
            _tell(env, port, path)
            while True:
                crew.keep_up()
                time.sleep(0.5)
        except Stopped:
            say("Stopping")
    return 0


def report(stage: str) -> int:
    """Compile the 2023 report through a worker; the last line on stdout is its path."""
    with _ready_portal(stage, 8000) as (env, crew):
        path = _compile(env, crew)
    print(path, flush=True)
    return 0


@contextmanager
def _ready_portal(stage: str, port: int) -> Iterator[tuple[dict[str, str], Crew]]:
    """Servers, data and a worker; the environment of the portal's processes and the crew to add more to."""
    if stage not in STAGES:
        raise Problem(f"STAGE is {' or '.join(STAGES)}, not {stage}")
    say("Starting PostgreSQL and Redis")
    with servers() as found, Crew() as crew:
        env = portal_environment(found, stage, port)
        demo = ["--demo", stage] if env["OCOP_DEMO"] == "1" else []
        _manage(env, "prepare", *demo, crew=crew, stdout=sys.stderr)
        crew.add(worker(env))
        yield env, crew


def portal_environment(found: Mapping[str, str], stage: str, port: int) -> dict[str, str]:
    """The settings of a portal beside the servers found: a demonstration, unless a database is given.

    What the person at the keyboard has set wins.
    """
    env = {"OCOP_DEMO": "0" if os.environ.get("DATABASE_URL") else "1", **found}
    if env["OCOP_DEMO"] == "1":
        env.setdefault("OCOP_TODAY", STAGES[stage])
    env.setdefault("OCOP_BASE_URL", f"http://{HOST}:{port}")
    return {**env, "OCOP_DEBUG": "0", "OCOP_VAR_DIR": str(var_folder()), "PYTHONUNBUFFERED": "1"}


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise Problem(f"PORT is a number from 1 to 65535, not {text}")
    return int(text)


def _manage(
    env: Mapping[str, str], name: str, *options: str, crew: Crew, stdout: IO[bytes] | IO[str]
) -> None:
    command = [sys.executable, str(CHECKOUT / "manage.py"), name, *options]
    if foreground(command, env, stdout=stdout, meanwhile=crew.keep_up, aside=True):
        raise Problem(f"manage.py {name} failed: see above")


def _compile(env: Mapping[str, str], crew: Crew) -> str:
    """Have the worker compile the report; gives the path that the command prints last."""
    say("Compiling the 2023 progress report of Trùng Khánh through the worker")
    with TemporaryFile() as printed:
        _manage(env, *REPORT, crew=crew, stdout=printed)
        printed.seek(0)
        lines = printed.read().decode().splitlines()
    if not lines:
        raise Problem("the report was compiled without saying where: see var/log")
    for line in lines[:-1]:
        say(line)
    return lines[-1]


def _wait_for_answer(port: int, crew: Crew) -> None:
    end = time.monotonic() + PATIENCE
    while not _answers(port):
        if time.monotonic() > end:
            raise Problem(f"the web server does not answer: see {var_folder() / 'log'}")
        crew.keep_up()
        time.sleep(0.05)


def _answers(port: int) -> bool:
    connection = HTTPConnection(HOST, port, timeout=PATIENCE)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status > 0
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _tell(env: Mapping[str, str], port: int, path: str) -> None:
    """Print what a newcomer needs."""
    lines = ["", f"The portal:  http://{HOST}:{port}/", f"The report:  {path}"]
    if env["OCOP_DEMO"] == "1":
        lines += ["", f"Demonstration accounts, password {PASSWORD}:"]
        lines += [f"  {name:<24}{who}" for name, who in ACCOUNTS.items()]
    print(*lines, "", "Ctrl-C stops everything.", sep="\n", flush=True)


def say(line: str) -> None:
    """Tell how far we are, on stderr."""
    print(line, file=sys.stderr, flush=True)
