"""A report is asked for once and made once, whatever dies on the way: real worker, beat, broker, database."""

import hashlib
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from celery import Celery

from ocop_portal.runner.processes import wait_until
from tests.factories import PASSWORD

from .portal import LEASE_SECONDS, PATIENCE

pytestmark = pytest.mark.system
READ_LATE = "plans_activity"  # what the fifth of the seven tables reads


def ask(browser, period):
    """Ask for the district's report through the page; give the run's number."""
    answer = browser.post("/bao-cao/tien-do/lap/", area="047", period=period)
    assert answer.status == 302, answer.text
    return int(answer.headers["Location"].split("/")[-2])


def assert_made_once(portal, browser, pk, *, attempts):
    """One file on the disk, the one the row tells of and the page gives; one snapshot; so many attempts."""
    attempt, file, digest, snapshots = portal.run(
        pk,
        "attempt",
        "file",
        "file_sha256",
        "(SELECT count(*) FROM reports_snapshot WHERE id = snapshot_id)",
    )
    assert (attempt, snapshots) == (attempts, 1)
    assert portal.files_of(pk) == [portal.reports.parent / file]
    given = browser.get(f"/bao-cao/luot/{pk}/tai-ve/")
    assert (given.status, hashlib.sha256(given.body).hexdigest()) == (200, digest)


@contextmanager
def stuck_while_reading(portal, browser):
    """A run whose worker waits in the middle of the tables."""
    with portal.locked(READ_LATE):
        pk = ask(browser, "2023-Q1")
        portal.wait_until_stuck(READ_LATE)
        yield pk


@contextmanager
def stuck_after_writing(portal, browser):
    """A run whose worker has written the file, and waits to say so in the row."""
    with portal.locked("reports_snapshot", "SHARE") as before_the_file:
        pk = ask(browser, "2023-Q2")
        portal.wait_until_stuck("reports_snapshot")
        with portal.locked("reports_run", "SHARE"):
            before_the_file.release()
            portal.wait_until_stuck("reports_run")
            assert len(portal.files_of(pk)) == 1
            yield pk


@pytest.mark.parametrize("stuck", [stuck_while_reading, stuck_after_writing])
def test_another_worker_finishes_what_a_killed_one_began(portal, leader_at_work, stuck):
    snapshots = portal.rows("SELECT count(*) FROM reports_snapshot")[0][0]
    with portal.without_beat():
        with stuck(portal, leader_at_work) as pk:
            state, attempt, percent, heartbeat = portal.run(pk, "state", "attempt", "percent", "heartbeat_at")
            assert (state, attempt, percent > 0, heartbeat is not None) == ("running", 1, True, True)
            portal.worker.kill()
        assert portal.run(pk, "state") == ("running",)
        assert leader_at_work.get(f"/bao-cao/luot/{pk}/tai-ve/").status == 404
        portal.worker.restart()
    portal.wait_for_state(pk, "done", LEASE_SECONDS + 15)
    assert_made_once(portal, leader_at_work, pk, attempts=2)
    assert portal.rows("SELECT count(*) FROM reports_snapshot") == [(snapshots + 1,)]


def test_a_dead_broker_delays_a_report_and_nothing_else(portal, leader_at_work):
    portal.broker.kill()
    start = time.monotonic()
    pk = ask(leader_at_work, "2023-Q3")
    assert time.monotonic() - start < 3
    assert portal.run(pk, "state", "attempt") == ("queued", 0)
    newcomer = portal.browser()
    assert newcomer.sign_in("huyen.trungkhanh", PASSWORD).status == 302
    pages = ["/", "/san-pham/", "/viec-cua-toi/", "/ho-so/", "/quan-ly/tin-tuc/moi/", f"/bao-cao/luot/{pk}/"]
    assert {page: newcomer.get(page).status for page in pages} == dict.fromkeys(pages, 200)
    portal.broker.restart()
    portal.wait_for_state(pk, "done")
    assert_made_once(portal, leader_at_work, pk, attempts=1)


def test_a_message_lost_with_the_broker_is_sent_again(portal, leader_at_work):
    """The request was taken by a broker that died before any worker fetched it."""
    portal.worker.kill()
    with portal.without_beat():
        pk = ask(leader_at_work, "2023-07")
        portal.broker.kill()
        portal.broker.restart()
    portal.worker.restart()
    portal.wait_for_state(pk, "done")
    assert_made_once(portal, leader_at_work, pk, attempts=1)


def test_a_message_that_comes_twice_has_one_effect(portal, leader_at_work):
    with portal.locked(READ_LATE):
        pk = ask(leader_at_work, "2023-Q4")
        portal.wait_until_stuck(READ_LATE)
        portal.rows("UPDATE reports_run SET lease_until = lease_until + interval '1 hour' WHERE id = %s", pk)
        redeliver(portal, pk)
        assert wait_until(lambda: "Retry in" in portal.worker.child.said(), PATIENCE, pause=0.05)
        assert portal.waiting_for(READ_LATE) == 1
        assert portal.run(pk, "state", "attempt") == ("running", 1)
    portal.wait_for_state(pk, "done")
    finished = portal.run(pk, "finished_at", "file")
    message = redeliver(portal, pk)
    assert wait_until(lambda: f"{message}] succeeded" in portal.worker.child.said(), PATIENCE, pause=0.05)
    assert portal.run(pk, "finished_at", "file") == finished
    assert_made_once(portal, leader_at_work, pk, attempts=1)


def redeliver(portal, pk):
    """Send the run's message once more; give its number."""
    with Celery(broker=portal.broker.url) as sender:
        return sender.send_task("reports.tasks.compile_run", [pk], ignore_result=True).id


def test_twenty_clicks_at_once_are_one_run(portal, officer_at_work, leader_at_work):
    before = portal.rows("SELECT count(*) FROM reports_run")[0][0]
    with portal.locked(READ_LATE), ThreadPoolExecutor(20) as people:
        clicks = people.map(ask, [officer_at_work, leader_at_work] * 10, ["2023-H1"] * 20)
        found = set(clicks)
    assert len(found) == 1
    pk = found.pop()
    assert portal.rows("SELECT count(*) FROM reports_run") == [(before + 1,)]
    assert portal.rows("SELECT count(*) FROM reports_runrequest WHERE run_id = %s", pk) == [(2,)]
    portal.wait_for_state(pk, "done")
    assert_made_once(portal, leader_at_work, pk, attempts=1)
