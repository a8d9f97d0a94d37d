"""One PostgreSQL and one Redis per checkout, shared by every command that runs in it.

A keeper process owns each server. Whoever uses the server holds a shared lock on a file; the keeper stops
its server once it gets that lock for itself. The kernel drops the locks of a process however it ends, and
signals the server when its keeper is killed: nothing is left behind and nothing has to be counted.
"""

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NoReturn

from .places import CHECKOUT, own_folder, server_home, var_folder, write_private
from .postgres import Postgres
from .problems import Problem
from .processes import wait_until
from .redis import Redis
from .server import Server

KINDS: dict[str, type[Server]] = {"postgres": Postgres, "redis": Redis}
SHORTEST_LIFE = 5.0
STOPPING = 40.0


class Locks:
    """The lock files of one kind of server in this checkout, and the address it listens at."""

    def __init__(self, kind: str) -> None:
        folder = own_folder(var_folder() / "locks", None)
        self.users = folder / f"{kind}.users"
        self.keeper = folder / f"{kind}.keeper"
        self.gate = folder / f"{kind}.gate"
        self.address = folder / f"{kind}.json"


def _take(path: Path, how: int) -> IO[bytes]:
    held = path.open("ab")
    try:
        fcntl.flock(held, how)
    except BaseException:
        held.close()
        raise
    return held


def _is_free(path: Path, how: int = fcntl.LOCK_EX) -> bool:
    try:
        _take(path, how | fcntl.LOCK_NB).close()
    except BlockingIOError:
        return False
    return True


@contextmanager
def shared(kind: str) -> Iterator[str]:
    """Use this checkout's server of a kind, started when nobody has it running; gives its address.

    The last one to leave waits until the server has stopped.
    """
    locks = Locks(kind)
    try:
        with _take(locks.users, fcntl.LOCK_SH):
            with _take(locks.gate, fcntl.LOCK_EX):
                if _is_free(locks.keeper):
                    _start_keeper(kind)
                address = json.loads(locks.address.read_text())
            yield address
    finally:
        wait_until(lambda: _is_free(locks.keeper) or _used_by_others(locks), STOPPING)


def _used_by_others(locks: Locks) -> bool:
    """Whether shared locks are held; in this order a keeper that is stopping is not taken for a user."""
    return not _is_free(locks.users) and _is_free(locks.users, fcntl.LOCK_SH)


def _start_keeper(kind: str) -> None:
    keeper = subprocess.Popen(
        [sys.executable, "-m", "ocop_portal.runner", "keep", kind],
        cwd=CHECKOUT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        text=True,
    )
    try:
        answer = keeper.stdout.readline().strip() if keeper.stdout else ""
    except BaseException:
        keeper.terminate()
        keeper.wait()
        raise
    # From here on the keeper lives by itself: it is not this process's to wait for.
    keeper.returncode = 0
    keeper.communicate()
    if answer != "ready":
        raise Problem(answer or f"the keeper of {kind} ended at once")


def keep(kind: str) -> None:
    """Be the keeper: start the server, answer `ready` or what is wrong, end with the server's last user."""
    signal.signal(signal.SIGTERM, _end)
    locks = Locks(kind)
    with _take(locks.keeper, fcntl.LOCK_EX):
        try:
            with KINDS[kind](server_home(kind)) as server:
                write_private(locks.address, json.dumps(server.url))
                _say("ready")
                _serve(server, locks)
        except (Problem, OSError) as problem:
            _say(str(problem))
        finally:
            locks.address.unlink(missing_ok=True)


def _end(number: int, frame: object) -> NoReturn:
    raise SystemExit(128 + number)


def _say(answer: str) -> None:
    """Answer the one who started us, who may be gone, and close the line."""
    try:
        print(answer, flush=True)
    except BrokenPipeError:
        return
    finally:
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, sys.stdout.fileno())
        os.close(silence)


def _serve(server: Server, locks: Locks) -> None:
    """Hold the server up until nobody uses it; then keep newcomers out until it has stopped."""
    while True:
        try:
            last = _take(locks.users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if not server.alive():
                _revive(server)
            time.sleep(0.1)
            continue
        with last:
            server.stop()
        return


def _revive(server: Server) -> None:
    if server.age() < SHORTEST_LIFE:
        raise Problem(f"{server.title} keeps ending: see {server.log}")
    server.restart()
