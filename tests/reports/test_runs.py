"""A job is a row: asked for once, compiled once in effect, whoever clicks, dies or comes back."""

from __future__ import annotations

import errno
import hashlib
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils import timezone

from accounts.models import AuditEntry
from reports import compiling, excel, requesting, sweeping, tasks
from reports.models import Run, RunRequest, Snapshot

LONG_AGO = timedelta(minutes=5)


def expire(run: Run) -> None:
    """Let the lease of whoever holds the run be over."""
    Run.objects.filter(pk=run.pk).update(lease_until=timezone.now() - LONG_AGO)


def again(run: Run) -> Run:
    return Run.objects.select_related("snapshot").get(pk=run.pk)


def file_of(run: Run, settings) -> Path:
    return Path(settings.REPORTS_ROOT) / run.file


def files(settings) -> list[Path]:
    return [path for path in (Path(settings.REPORTS_ROOT) / "runs").rglob("*") if path.is_file()]


# ---- asking


def test_a_hundred_clicks_are_one_job(year, leader, client_of, broker, django_capture_on_commit_callbacks):
    client = client_of(leader)
    with django_capture_on_commit_callbacks(execute=True):
        answers = {
            client.post("/bao-cao/tien-do/lap/", {"area": "047", "period": "2023"}).url for _ in range(100)
        }
    run = Run.objects.get()
    assert answers == {f"/bao-cao/luot/{run.pk}/"}
    assert RunRequest.objects.count() == 1
    assert AuditEntry.objects.filter(act="report.requested").count() == 1
    assert broker.sent == [run.pk]


def test_an_equal_request_of_somebody_else_joins(ask, officer, leader):
    assert ask() == ask(by=officer)
    assert set(Run.objects.get().requesters.all()) == {leader, officer}


@pytest.mark.django_db(transaction=True)
def test_equal_requests_at_the_same_instant_are_one_job(ask, leader, officer, broker):
    found, errors = [], []

    def click(person) -> None:
        try:
            found.append(ask(by=person).pk)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=click, args=[person]) for person in [leader, officer] * 5]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    run = Run.objects.get()
    assert (found, errors, broker.sent) == ([run.pk] * 10, [], [run.pk])


def test_another_report_begins_when_the_first_is_done(ask, year):
    first = ask()
    compiling.compile_run(first.pk)
    assert ask() != first


def test_nobody_queues_more_than_a_few(year, leader, client_of, settings):
    client = client_of(leader)

    def click(period: str):
        return client.post("/bao-cao/tien-do/lap/", {"area": "047", "period": period})

    periods = [f"2023-{month:02}" for month in range(1, settings.REPORT_RUNS_PER_USER + 1)]
    assert [click(period).status_code for period in periods] == [302] * 5
    refused = click("2023-12")
    assert refused.status_code == 403
    assert "Đã có 5 báo cáo của ông/bà đang chờ" in refused.content.decode()
    assert click(periods[0]).status_code == 302  # what waits already may be looked at again
    assert Run.objects.count() == 5


def test_a_unit_outside_the_posts_is_refused(ask, other_officer):
    with pytest.raises(PermissionDenied):
        ask(by=other_officer)


def test_a_broker_that_is_down_delays_the_report_only(
    year, leader, client_of, broker, django_capture_on_commit_callbacks
):
    broker.is_down = True
    with django_capture_on_commit_callbacks(execute=True):
        answer = client_of(leader).post("/bao-cao/tien-do/lap/", {"area": "047", "period": "2023"})
    run = Run.objects.get()
    assert (answer.status_code, run.state) == (302, "queued")
    assert sweeping.sweep() == 0
    broker.is_down = False
    assert sweeping.sweep() == 1
    assert broker.sent == [run.pk]
    assert sweeping.sweep() == 0  # the worker has a lease's time to fetch it


# ---- compiling


def test_a_compiled_run_has_its_file_its_digest_and_its_snapshot(ask, year, settings):
    run = ask()
    assert compiling.compile_run(run.pk) == 0
    done = again(run)
    content = file_of(done, settings).read_bytes()
    assert (done.state, done.percent, done.attempt, done.error) == ("done", 100, 1, "")
    assert done.file_name == "Bao-cao-tien-do_huyen-trung-khanh_2023.xlsx"
    assert (done.file_sha256, done.file_size) == (hashlib.sha256(content).hexdigest(), len(content))
    assert done.snapshot.code == f"TD-{done.snapshot.digest[:12].upper()}"


def test_doing_it_twice_has_the_effect_of_once(ask, year, settings):
    run = ask()
    compiling.compile_run(run.pk)
    done = again(run)
    assert compiling.compile_run(run.pk) == 0
    assert (again(run).finished_at, again(run).attempt) == (done.finished_at, 1)
    assert len(files(settings)) == 1


def test_a_run_that_is_gone_is_no_error(db):
    assert compiling.compile_run(47) == 0


@pytest.mark.django_db(transaction=True)
def test_its_progress_is_seen_while_it_is_compiled(ask, year, monkeypatch):
    run, seen = ask(), []
    tell = compiling._beat

    def look() -> None:
        now = Run.objects.get(pk=run.pk)
        seen.append((now.percent, now.step_name))
        connection.close()

    def beat(*arguments) -> None:
        tell(*arguments)
        other = threading.Thread(target=look)  # with a connection of its own, as another process has
        other.start()
        other.join()

    monkeypatch.setattr(compiling, "_beat", beat)
    compiling.compile_run(run.pk)
    assert seen == [
        (0, "Đang lập bảng 1/7: Tổng hợp"),
        (12, "Đang lập bảng 2/7: Sản phẩm"),
        (25, "Đang lập bảng 3/7: Chủ thể"),
        (37, "Đang lập bảng 4/7: Hồ sơ"),
        (50, "Đang lập bảng 5/7: Nhiệm vụ"),
        (62, "Đang lập bảng 6/7: Kinh phí"),
        (75, "Đang lập bảng 7/7: Nguồn số liệu"),
        (87, "Đang ghi tệp Excel"),
    ]
    assert again(run).state == "done"


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (OSError(errno.ENOSPC, "No space left"), "DISK-FULL", "hết dung lượng"),
        (PermissionError(errno.EACCES, "Permission denied"), "DISK", "không ghi được tệp"),
        (ValueError("a bug"), "INTERNAL", "Hệ thống gặp lỗi"),
    ],
)
def test_a_failure_is_told_in_words_and_can_be_retried(
    ask, year, leader, client_of, settings, monkeypatch, error, code, words
):
    run = ask()

    def fail(*arguments) -> None:
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(excel, "write", fail)
        assert compiling.compile_run(run.pk) == 0
    failed = again(run)
    assert (failed.state, failed.error_code, files(settings)) == ("failed", code, [])
    assert words in failed.error
    client = client_of(leader)
    assert words in client.get(f"/bao-cao/luot/{run.pk}/").content.decode()
    assert client.get(f"/bao-cao/luot/{run.pk}/tai-ve/").status_code == 404
    assert client.post(f"/bao-cao/luot/{run.pk}/lap-lai/").url == f"/bao-cao/luot/{run.pk}/"
    assert again(run).state == "queued"
    compiling.compile_run(run.pk)
    assert again(run).state == "done"


def test_only_a_failed_run_is_compiled_anew(ask, year, leader, client_of):
    run = ask()
    answer = client_of(leader).post(f"/bao-cao/luot/{run.pk}/lap-lai/")
    assert (answer.status_code, again(run).state) == (403, "queued")


def test_a_retry_joins_an_equal_run_that_was_asked_for_meanwhile(ask, leader):
    failed = ask()
    Run.objects.filter(pk=failed.pk).update(state="failed")
    newer = ask()
    assert requesting.retry(failed, by=leader) == newer
    assert again(failed).state == "failed"


# ---- workers that die


def test_a_redelivery_inside_the_lease_comes_back_later(ask, year, monkeypatch, settings):
    run = ask()
    Run.objects.filter(pk=run.pk).update(
        state="running", attempt=1, lease_until=timezone.now() + timedelta(seconds=30)
    )
    wait = compiling.compile_run(run.pk)
    assert 29 < wait <= 31
    assert again(run).state == "running"

    class Later(Exception):
        pass

    monkeypatch.setattr(tasks.compile_run, "retry", lambda countdown: Later(countdown))
    with pytest.raises(Later) as caught:
        tasks.compile_run.run(run.pk)
    assert 29 < caught.value.args[0] <= 31


def test_an_expired_lease_is_taken_over(ask, year):
    run = ask()
    Run.objects.filter(pk=run.pk).update(state="running", attempt=1)
    expire(run)
    assert compiling.compile_run(run.pk) == 0
    assert (again(run).state, again(run).attempt) == ("done", 2)


def test_an_attempt_that_lost_its_lease_has_no_effect(ask, year, settings, monkeypatch):
    """A worker stalls while it writes; another finishes the run; the first wakes up and changes nothing."""
    run, write = ask(), excel.write

    def stall(*arguments) -> None:
        monkeypatch.setattr(excel, "write", write)
        expire(run)
        compiling.compile_run(run.pk)
        write(*arguments)

    monkeypatch.setattr(excel, "write", stall)
    assert compiling.compile_run(run.pk) == 0
    done = again(run)
    assert (done.state, done.attempt) == ("done", 2)
    assert files(settings) == [file_of(done, settings)]
    assert Snapshot.objects.count() == 1


def test_the_sweeper_sends_a_dead_workers_run_again(ask, year, broker):
    run = ask()
    compiling._claim(run.pk, compiling.uuid.uuid4())
    assert sweeping.sweep() == 0
    expire(run)
    assert sweeping.sweep() == 1
    swept = again(run)
    assert (swept.state, swept.token, broker.sent) == ("queued", None, [run.pk])


def test_a_run_that_kills_every_worker_is_given_up_in_words(ask, broker, settings):
    run = ask()
    Run.objects.filter(pk=run.pk).update(state="running", attempt=settings.REPORT_ATTEMPTS)
    expire(run)
    assert sweeping.sweep() == 0
    given_up = again(run)
    assert (given_up.state, given_up.error_code) == ("failed", "WORKER-LOST")
    assert given_up.error == "Tiến trình lập báo cáo bị dừng 3 lần; hãy báo cho quản trị viên."
    assert broker.sent == []
