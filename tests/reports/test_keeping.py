"""Files of reports: kept for a time, printed anew from the frozen figures, never left behind."""

from __future__ import annotations

import gzip
import json
import os
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import AuditEntry
from reports import compiling, freezing, keeping, requesting
from reports.models import Run, Snapshot

LONG = timedelta(days=731)


@pytest.fixture
def done(year, ask) -> Run:
    run = ask()
    compiling.compile_run(run.pk)
    return Run.objects.select_related("snapshot", "area").get(pk=run.pk)


def root(settings) -> Path:
    return Path(settings.REPORTS_ROOT)


def test_the_frozen_rows_are_one_compressed_file_with_its_digest(done, settings):
    snapshot = done.snapshot
    path = root(settings) / snapshot.rows_file
    kept = json.loads(gzip.decompress(path.read_bytes()))
    assert sorted(kept) == ["backing", "content"]
    assert snapshot.rows_size == path.stat().st_size
    assert snapshot.content is None
    assert snapshot.summary["rows"]["san-pham"] == 4
    assert len(json.dumps(snapshot.summary)) < 2000
    assert freezing.thaw(snapshot).digest() == snapshot.digest


def test_a_frozen_file_that_was_changed_is_not_read(done, settings):
    path = root(settings) / done.snapshot.rows_file
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(freezing.Unreadable, match="đã bị thay đổi"):
        freezing.thaw(done.snapshot)


def test_snapshots_of_before_keep_their_figures_in_the_row(done):
    report = freezing.thaw(done.snapshot)
    old = Snapshot.objects.create(
        code="TD-CU", digest=report.digest(), content=report.content(), cut_off_at=timezone.now()
    )
    assert freezing.thaw(old).content() == report.content()


def test_a_file_is_removed_when_its_time_is_over_and_printed_anew_when_asked_for(
    done, leader, client_of, settings
):
    before = (root(settings) / done.file).read_bytes()
    assert keeping.tidy(timezone.now()) == 0
    Run.objects.update(finished_at=timezone.now() - LONG)
    assert keeping.tidy(timezone.now()) == 1
    assert not (root(settings) / done.file).exists()
    client = client_of(leader)
    assert "từ số liệu đã chốt" in client.get(f"/bao-cao/luot/{done.pk}/").content.decode()
    answer = client.get(f"/bao-cao/luot/{done.pk}/tai-ve/")
    assert b"".join(answer.streaming_content) == before
    assert Run.objects.get().file_removed_at is None


def test_where_the_frozen_figures_are_gone_too_the_page_says_so(done, leader, client_of, settings):
    (root(settings) / done.file).unlink()
    (root(settings) / done.snapshot.rows_file).unlink()
    answer = client_of(leader).get(f"/bao-cao/luot/{done.pk}/tai-ve/")
    assert answer.status_code == 404


def test_what_no_row_knows_of_is_removed_after_a_day(done, settings):
    forgotten = root(settings) / "runs" / "4711" / "abc" / "x.xlsx"
    forgotten.parent.mkdir(parents=True)
    forgotten.write_bytes(b"PK")
    orphan = root(settings) / "snapshots" / "TD-QUEN.json.gz"
    orphan.write_bytes(b"")
    fresh = root(settings) / "snapshots" / "TD-MOI.json.gz"
    fresh.write_bytes(b"")
    old = (timezone.now() - timedelta(days=2)).timestamp()
    os.utime(orphan, (old, old))
    keeping.tidy(timezone.now())
    assert not forgotten.exists()
    assert (orphan.exists(), fresh.exists()) == (False, True)
    assert (root(settings) / done.file).exists()
    assert freezing.thaw(done.snapshot)


def test_cancelling_ends_a_run_and_leaves_nothing(ask, year, leader, client_of, settings):
    run = ask()
    client = client_of(leader)
    assert "Hủy" in client.get(f"/bao-cao/luot/{run.pk}/").content.decode()
    client.post(f"/bao-cao/luot/{run.pk}/huy/")
    run.refresh_from_db()
    assert (run.state, run.cancelled_by) == ("cancelled", leader)
    assert compiling.compile_run(run.pk) == 0
    run.refresh_from_db()
    assert (run.state, run.file) == ("cancelled", "")
    assert AuditEntry.objects.filter(act="report.cancelled").count() == 1
    assert "Báo cáo đã bị hủy" in client.get(f"/bao-cao/luot/{run.pk}/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_worker_notices_that_the_run_was_cancelled(ask, year, leader, monkeypatch):
    run, beat, cancelled = ask(), compiling._beat, []

    def cancel() -> None:
        cancelled.append(requesting.cancel(run, by=leader).state)
        connection.close()

    def beat_after_it(*arguments) -> None:
        if not cancelled:
            person = threading.Thread(target=cancel)
            person.start()
            person.join()
        beat(*arguments)

    monkeypatch.setattr(compiling, "_beat", beat_after_it)
    compiling.compile_run(run.pk)
    run.refresh_from_db()
    assert cancelled == ["cancelled"]
    assert (run.state, run.file, Snapshot.objects.count()) == ("cancelled", "", 0)


def test_cancelling_takes_back_ones_own_request_only(ask, leader, officer, client_of):
    run = ask()
    ask(by=officer)
    client_of(leader).post(f"/bao-cao/luot/{run.pk}/huy/")
    run.refresh_from_db()
    assert (run.state, list(run.requesters.all())) == ("queued", [officer])
    assert client_of(leader).post(f"/bao-cao/luot/{run.pk}/huy/").status_code == 403


def test_what_is_done_cannot_be_cancelled(done, leader, client_of):
    assert client_of(leader).post(f"/bao-cao/luot/{done.pk}/huy/").status_code == 403


def test_a_cancelled_report_can_be_compiled_again(ask, year, leader, client_of):
    run = ask()
    requesting.cancel(run, by=leader)
    client_of(leader).post(f"/bao-cao/luot/{run.pk}/lap-lai/")
    compiling.compile_run(run.pk)
    run.refresh_from_db()
    assert (run.state, run.cancelled_by) == ("done", None)


def test_colleagues_of_the_unit_find_each_others_reports(done, officer, client_of):
    client = client_of(officer)
    assert f"/bao-cao/luot/{done.pk}/" not in client.get("/bao-cao/cua-toi/").content.decode()
    shared = client.get("/bao-cao/cua-toi/", {"whose": "all"}).content.decode()
    assert f"/bao-cao/luot/{done.pk}/" in shared
    answer = client.get(f"/bao-cao/luot/{done.pk}/tai-ve/")
    assert len(b"".join(answer.streaming_content)) == done.file_size


def test_a_report_shows_its_other_compilations(done, ask, leader, client_of, settings):
    settings.OCOP_TODAY = done.business_day + timedelta(days=1)
    later = ask()
    page = client_of(leader).get(f"/bao-cao/luot/{later.pk}/").content.decode()
    assert f'href="/bao-cao/luot/{done.pk}/"' in page
