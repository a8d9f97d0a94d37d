"""While a part of the portal is down its pages say so in words; once it is back, so is the portal."""

import json
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from threading import Timer

import pytest

from ocop_portal.runner.processes import wait_until

from .portal import PATIENCE
from .test_jobs import READ_LATE, ask, assert_made_once

pytestmark = pytest.mark.system
ALL_WELL = {"database": True, "broker": True, "worker": True, "disk": True}


def health(portal):
    """What /healthz and /readyz answer: two codes, and which parts are named as down."""
    visitor = portal.browser()
    alive, ready = visitor.get("/healthz"), visitor.get("/readyz")
    checks = json.loads(ready.body)
    assert checks.keys() == ALL_WELL.keys()
    return alive.status, ready.status, {name for name, well in checks.items() if not well}


def test_all_is_well(portal):
    portal.wait_until_whole()  # a test before this one has ended the worker, whose successor is coming up
    assert health(portal) == (200, 200, set())


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_a_lost_database_is_told_in_words_and_found_again(portal, leader_at_work, end):
    pages = [
        "/",
        "/san-pham/",
        "/viec-cua-toi/",
        "/bao-cao/tien-do/",
    ]
    assert portal.browser().get("/san-pham/").status == 200  # so that gunicorn keeps a connection, soon dead
    getattr(portal.database, end)()
    for page in pages:
        answer = leader_at_work.get(page)
        assert (answer.status, answer.headers.get("Retry-After")) == (503, "10"), (page, answer)
        assert "Cổng thông tin tạm ngừng trong giây lát" in answer.text
        assert "Dữ liệu đã lưu vẫn an toàn" in answer.text
    refused = leader_at_work.post("/bao-cao/tien-do/lap/", area="047", period="2023-11")
    assert (refused.status, refused.headers.get("Retry-After")) == (503, "10")
    assert health(portal) == (200, 503, {"database"})
    portal.database.restart()
    assert [leader_at_work.get(page).status for page in pages] == [200] * 4
    portal.wait_until_whole()
    assert portal.rows("SELECT count(*) FROM reports_run WHERE period = '2023-11'") == [(0,)]


def test_a_report_outlives_the_database_it_is_made_from(portal, leader_at_work):
    with portal.locked(READ_LATE):
        pk = ask(leader_at_work, "2023-09")
        portal.wait_until_stuck(READ_LATE)
        portal.database.restart()
    portal.wait_for_state(pk, "done")
    assert_made_once(portal, leader_at_work, pk, attempts=2)


def test_a_lost_broker_is_named_and_found_again(portal):
    portal.broker.kill()
    assert health(portal) == (200, 503, {"broker", "worker"})
    assert portal.browser().get("/san-pham/").status == 200
    portal.broker.restart()
    portal.wait_until_whole()


def test_a_lost_worker_is_named_and_its_successor_found(portal, leader_at_work):
    portal.worker.kill()
    assert health(portal) == (200, 503, {"worker"})
    pk = ask(leader_at_work, "2023-10")
    assert portal.run(pk, "state") == ("queued",)
    portal.worker.restart()
    portal.wait_for_state(pk, "done")
    assert_made_once(portal, leader_at_work, pk, attempts=1)


def test_a_worker_that_is_held_up_for_a_moment_is_not_called_lost(portal):
    worker = portal.worker.child.pid
    os.kill(worker, signal.SIGSTOP)
    try:
        Timer(0.8, os.kill, (worker, signal.SIGCONT)).start()
        assert health(portal) == (200, 200, set())
    finally:
        os.kill(worker, signal.SIGCONT)


def test_connections_kept_to_a_broker_of_before_do_not_make_the_portal_look_lame(portal):
    def asked_by_a_crowd():
        with ThreadPoolExecutor(8) as visitors:
            return list(visitors.map(lambda _visitor: health(portal), range(16)))

    asked_by_a_crowd()  # so that each process keeps several
    portal.broker.restart()
    portal.wait_until_whole()
    assert asked_by_a_crowd() == [(200, 200, set())] * 16


def test_a_worker_outlives_the_broker_that_is_lost_in_the_middle_of_its_work(portal, leader_at_work):
    worker = portal.worker.child.pid
    with portal.locked(READ_LATE):
        pk = ask(leader_at_work, "2023-08")
        portal.wait_until_stuck(READ_LATE)
        with portal.without_beat():
            portal.broker.restart()
            lost = "Connection to broker lost"
            assert wait_until(lambda: lost in portal.worker.child.said(), PATIENCE, pause=0.05)
    portal.wait_for_state(pk, "done")
    portal.wait_until_whole()
    assert (portal.worker.alive(), portal.worker.child.pid) == (True, worker)
    assert_made_once(portal, leader_at_work, pk, attempts=1)


def accept_one(portal, officer):
    """Accept a submitted dossier of Đàm Thuỷ through its page; give the number of the commune's notice."""
    find = """SELECT d.id, d.version FROM ratings_dossier d JOIN areas_area a ON a.id = d.area_id
        WHERE d.state = 'submitted' AND a.code = '01495' ORDER BY d.id LIMIT 1"""
    pk, version = portal.rows(find)[0]
    answer = officer.post(f"/ho-so/{pk}/tiep-nhan/", version=str(version))
    assert answer.status == 302, answer.text
    key = f"dossier:{pk}:step:%"
    (notice,) = portal.rows("SELECT id FROM accounts_notice WHERE key LIKE %s AND role = 'commune'", key)
    return notice[0]


def mailed_once(portal, notice):
    link = f"/thong-bao/{notice}/"
    row = "SELECT mailed_at IS NOT NULL FROM accounts_notice WHERE id = %s"
    assert wait_until(lambda: portal.rows(row, notice) == [(True,)], PATIENCE, pause=0.1), (
        portal.worker.child.said()
    )
    return portal.letters_with(link) == 1


def test_a_notice_is_mailed_once(portal, officer_at_work):
    assert mailed_once(portal, accept_one(portal, officer_at_work))


def test_without_a_broker_the_act_is_done_and_its_letter_goes_when_the_broker_is_back(
    portal, officer_at_work
):
    portal.broker.kill()
    notice = accept_one(portal, officer_at_work)
    pages = ["/viec-cua-toi/", "/thong-bao/", "/thong-bao/so-moi/"]
    assert {page: officer_at_work.get(page).status for page in pages} == dict.fromkeys(pages, 200)
    assert portal.letters_with(f"/thong-bao/{notice}/") == 0
    portal.broker.restart()
    assert mailed_once(portal, notice)
