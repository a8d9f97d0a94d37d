"""The runner starts real servers for any command, and leaves nothing behind however it ends."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import psycopg2
import pytest
import redis as redis_client

from ocop_portal.runner import crew, places, postgres, server
from ocop_portal.runner.places import CHECKOUT
from ocop_portal.runner.postgres import Postgres
from ocop_portal.runner.processes import wait_until
from ocop_portal.runner.redis import Redis

pytestmark = pytest.mark.system

ADD_A_ROW = """
import os, psycopg2
with psycopg2.connect(os.environ["DATABASE_URL"]) as connection, connection.cursor() as cursor:
    cursor.execute("CREATE TABLE IF NOT EXISTS visit (at timestamptz DEFAULT now())")
    cursor.execute("INSERT INTO visit DEFAULT VALUES")
    cursor.execute("SELECT count(*) FROM visit")
    print(cursor.fetchone()[0])
"""


class Place:
    """A var folder of its own, as another clone would have."""

    def __init__(self, folder):
        self.var = folder / "var"
        self.environment = {**os.environ, "OCOP_VAR_DIR": str(self.var)}
        for name in ("DATABASE_URL", "REDIS_URL", "MAKELEVEL"):
            self.environment.pop(name, None)

    def start(self, *arguments, **more):
        command = [sys.executable, "-m", "ocop_portal.runner", *arguments]
        environment = {**self.environment, **more}
        pipe = subprocess.PIPE
        return subprocess.Popen(
            command,
            cwd=CHECKOUT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=pipe,
            stderr=pipe,
            text=True,
        )

    def finish(self, *arguments, **more):
        process = self.start(*arguments, **more)
        out, err = process.communicate(timeout=60)
        return process.returncode, out, err

    def execute(self, *command):
        return self.finish("exec", "--", *command)

    def add_a_row(self):
        """The number of rows after one more was added through the runner."""
        code, out, err = self.execute(sys.executable, "-c", ADD_A_ROW)
        assert (code, err) == (0, "")
        return int(out)

    def asleep(self):
        """A runner whose command sleeps, with its servers up."""
        process = self.start("exec", "--", "sh", "-c", "echo up; exec sleep 60")
        assert process.stdout.readline() == "up\n"
        return process

    def processes(self):
        """Every process of this place: the runner's, the keepers, the servers, the commands."""
        return [int(entry.name) for entry in Path("/proc").glob("[0-9]*") if self._owns(entry)]

    def _owns(self, entry):
        try:
            words = (entry / "environ").read_bytes() + (entry / "cmdline").read_bytes()
            return str(self.var).encode() in words + os.fsencode(os.readlink(entry / "cwd"))
        except OSError:
            return False


@pytest.fixture(scope="module")
def folder():
    path = Path(tempfile.mkdtemp(prefix="ocop-"))
    path.chmod(0o711)
    yield path
    shutil.rmtree(path)


@pytest.fixture(scope="module")
def place(folder):
    return Place(folder)


@pytest.fixture(autouse=True)
def nothing_left(place):
    yield
    assert wait_until(lambda: place.processes() == [], 10)


FAIL = """
import os, psycopg2
with psycopg2.connect(os.environ["DATABASE_URL"]) as connection, connection.cursor() as cursor:
    cursor.execute("CREATE TABLE person (number text UNIQUE)")
    cursor.execute("INSERT INTO person VALUES ('004999000011')")
    try:
        cursor.execute("INSERT INTO person VALUES ('004999000011')")
    except psycopg2.IntegrityError:
        connection.rollback()
"""


def test_the_log_tells_of_an_error_and_not_of_whom_it_was_about(place):
    assert place.execute(sys.executable, "-c", FAIL)[0] == 0
    log = (place.var / "servers" / "postgres" / "log").read_text()
    assert ("duplicate key" in log, "004999000011" in log) == (True, False)


def test_data_stay_from_one_command_to_the_next(place):
    before = place.add_a_row()
    assert place.processes() == []
    assert place.add_a_row() == before + 1


def test_commands_at_the_same_time_share_the_servers(place):
    addresses = "echo $DATABASE_URL $REDIS_URL; sleep 0.5"
    together = [place.start("exec", "--", "sh", "-c", addresses) for _ in range(3)]
    answers = {process.communicate(timeout=60)[0] for process in together}
    assert len(answers) == 1
    assert [process.returncode for process in together] == [0, 0, 0]


def test_two_clones_started_at_the_same_instant_do_not_meet(place):
    with tempfile.TemporaryDirectory(prefix="ocop-") as other:
        Path(other).chmod(0o711)
        both = [
            each.start("exec", "--", sys.executable, "-c", ADD_A_ROW) for each in (place, Place(Path(other)))
        ]
        counts = [process.communicate(timeout=60)[0] for process in both]
    assert counts[1] == "1\n"
    assert counts[0] != ""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_the_command_and_the_servers(place, number):
    process = place.asleep()
    process.send_signal(number)
    process.communicate(timeout=30)
    assert process.returncode == 128 + number
    assert place.processes() == []


@pytest.mark.parametrize("delay", [0.05, 0.15, 0.25, 0.4, 0.8])
def test_a_signal_during_the_first_start_leaves_nothing(folder, delay):
    with tempfile.TemporaryDirectory(prefix="ocop-") as other:
        Path(other).chmod(0o711)
        new = Place(Path(other))
        process = new.start("exec", "--", "sleep", "60")
        time.sleep(delay)
        process.terminate()
        process.communicate(timeout=30)
        assert wait_until(lambda: new.processes() == [], 10)
        assert process.returncode in {-signal.SIGTERM, 128 + signal.SIGTERM}


def test_a_killed_runner_takes_everything_along(place):
    process = place.asleep()
    process.kill()
    process.communicate(timeout=30)
    assert wait_until(lambda: place.processes() == [], 10)


def test_after_kill_9_of_everything_the_next_start_has_every_row(place):
    before = place.add_a_row()
    process = place.asleep()
    for pid in place.processes():
        with suppress(ProcessLookupError):  # it went with one that was killed before it
            os.kill(pid, signal.SIGKILL)
    process.communicate(timeout=30)
    assert list(place.var.glob("servers/postgres/data/postmaster.pid")) != []
    assert place.add_a_row() == before + 1


def test_the_exit_code_is_the_commands(place):
    assert place.execute("sh", "-c", "exit 7") == (7, "", "")
    assert place.execute("no-such-command") == (
        1,
        "",
        "runner: cannot run no-such-command: No such file or directory\n",
    )


@pytest.mark.parametrize(
    ("variable", "address", "words"),
    [
        (
            "DATABASE_URL",
            "postgres://ocop:geheim@127.0.0.1:1/ocop",
            "no PostgreSQL lets us in at 127.0.0.1:1/ocop",
        ),
        ("DATABASE_URL", "mysql://127.0.0.1/ocop", "must look like postgres://"),
        ("REDIS_URL", "redis://:geheim@127.0.0.1:1/0", "no Redis lets us in at 127.0.0.1:1/0"),
        ("REDIS_URL", "redis://127.0.0.1:port/0", "must look like redis://"),
    ],
)
@pytest.mark.parametrize("verb", [["exec", "--", "true"], ["report"]])
def test_an_address_that_does_not_work_is_one_clear_line(place, verb, variable, address, words):
    code, out, err = place.finish(*verb, **{variable: address})
    lines = [line for line in err.splitlines() if line != "Starting PostgreSQL and Redis"]
    assert (code, out, len(lines)) == (1, "", 1)
    assert words in lines[0]
    assert variable in lines[0]
    assert "geheim" not in err


def test_a_given_address_is_used_and_nothing_started_for_it(place, folder):
    with Redis(folder / "given") as given:
        show = ["exec", "--", "sh", "-c", "echo $REDIS_URL; ls $OCOP_VAR_DIR/locks"]
        code, out, err = place.finish(*show, REDIS_URL=given.url)
        assert (code, out.splitlines()[0], err) == (0, given.url, "")
        assert "redis.json" not in out
        assert "postgres.json" in out


@pytest.mark.parametrize(("port", "words"), [("taken", "is taken"), ("eighty", "PORT is a number")])
def test_a_port_that_cannot_be_had_is_one_clear_line(place, port, words):
    with socket.create_server(("127.0.0.1", 0)) as holder:
        number = str(holder.getsockname()[1]) if port == "taken" else port
        code, out, err = place.finish("run", "--port", number)
    assert (code, out, len(err.splitlines())) == (1, "", 1)
    assert words in err


def test_an_unknown_stage_is_one_clear_line(place):
    assert place.finish("report", "--stage", "1999") == (1, "", "runner: STAGE is 2023 or 2026, not 1999\n")


def rows(url):
    connection = psycopg2.connect(url)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT lower('ĐÀM THỦY')")
            return cursor.fetchall()
    finally:
        connection.close()


def test_servers_killed_by_a_test_come_back_at_the_same_address(folder):
    with Postgres(folder / "postgres") as database, Redis(folder / "redis") as broker:
        addresses = database.url, broker.url
        for each in (database, broker):
            each.kill()
            assert not each.alive()
            each.restart()
        assert (database.url, broker.url) == addresses
        assert rows(database.url) == [("đàm thủy",)]
        with redis_client.Redis.from_url(broker.url) as client:
            assert client.ping() is True


def test_strangers_are_not_let_in(folder):
    with Postgres(folder / "postgres") as database, Redis(folder / "redis") as broker:
        with pytest.raises(psycopg2.OperationalError):
            psycopg2.connect(f"postgres://ocop:guess@127.0.0.1:{database.port}/ocop")
        with redis_client.Redis(port=broker.port) as client, pytest.raises(redis_client.AuthenticationError):
            client.ping()


def test_a_port_lost_to_somebody_else_is_exchanged(folder, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as holder:
        lost = holder.getsockname()[1]
        offers = iter([lost, server.free_port(), lost, server.free_port()])
        monkeypatch.setattr(server, "free_port", lambda: next(offers))
        with Postgres(folder / "postgres") as database, Redis(folder / "redis") as broker:
            assert lost not in {database.port, broker.port}
            assert rows(database.url) == [("đàm thủy",)]


def test_a_stale_pid_file_that_names_a_living_stranger_is_no_obstacle(folder):
    with Postgres(folder / "postgres") as database:
        left_by_a_crash = (database.data / "postmaster.pid").read_text().splitlines()
    left_by_a_crash[0] = str(os.getpid())
    (database.data / "postmaster.pid").write_text("\n".join(left_by_a_crash) + "\n")
    with Postgres(folder / "postgres") as again:
        assert rows(again.url) == [("đàm thủy",)]


def test_a_half_made_cluster_is_made_anew(folder, monkeypatch):
    home = folder / "half"
    with monkeypatch.context() as patch:
        patch.setattr(postgres, "NAME", "o-cop")  # a role can be named so, a database can't
        with pytest.raises(postgres.Problem, match="PostgreSQL's postgres failed"):
            Postgres(home).start()
    with Postgres(home) as database:
        assert rows(database.url) == [("đàm thủy",)]


def test_data_live_elsewhere_when_the_servers_account_cannot_enter_the_clone(monkeypatch):
    monkeypatch.setattr(places, "server_identity", lambda: places.Identity(65534, 65534))
    monkeypatch.setattr(places.Identity, "can", lambda self, access, path: True)
    assert places.server_home("redis") == places.var_folder() / "servers/redis"
    monkeypatch.setattr(places.Identity, "can", lambda self, access, path: False)
    home = places.server_home("redis")
    assert (home.name, home.parents[1]) == ("redis", Path("/var/lib"))
    assert home.parent.name.startswith(f"{CHECKOUT.name}-")


def test_a_process_of_the_portal_that_dies_is_started_again(place, folder, monkeypatch):
    monkeypatch.setenv("OCOP_VAR_DIR", str(place.var))
    with crew.Crew() as hands:
        member = crew.Member("sleeper", ["timeit", "-n", "1", "import time; time.sleep(60)"], os.environ)
        hands.add(member)
        first = member.child.pid
        hands.keep_up()
        assert member.child.pid == first
        member.kill()
        with pytest.raises(crew.Problem, match="the sleeper keeps ending: it said nothing"):
            hands.keep_up()
        monkeypatch.setattr(crew, "SHORTEST_LIFE", 0)
        hands.keep_up()
        assert member.alive()
        assert member.child.pid != first
    assert not member.alive()


def test_a_warm_start_takes_a_moment(place):
    place.add_a_row()
    start = time.monotonic()
    assert place.execute("true") == (0, "", "")
    assert time.monotonic() - start < 5
