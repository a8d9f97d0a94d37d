"""What docs/trust.md promises and no test of one room alone shows: every report, every map, every fault."""

from __future__ import annotations

import csv
import io
import itertools
from contextlib import AbstractContextManager, nullcontext
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerError

from accounts import auditing
from accounts.models import Notice, Role
from areas.models import Area
from enterprises.models import Enterprise
from ocop_portal.lib import broker, files, periods
from plans import planning
from plans.models import Activity, BudgetLine, Indicator, MonthlyReport, ReportedFigure, Target
from products.models import Product
from ratings.models import Decision, Dossier, DossierStep, Recognition, Submission
from reports import compiling, requesting, sweeping
from reports.catalogue import KINDS, compile_report
from reports.ground import UNPLACED
from reports.models import Run
from tests import reporting
from tests.factories import make_decision, make_product, make_recognition, make_user
from tests.office_forms import make_template
from tests.ratings import filled

CODES = list(KINDS)
LEADS = "=+-@\t\r"
BAIT = "1+1|nguy hại"
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


@pytest.fixture
def year(world, officer):
    return reporting.make_year(world, officer)


# ---- text that looks like a formula


@pytest.fixture
def baited(year, world) -> None:
    """Each name that a report prints begins like a formula, and hides a control character."""
    soon = make_product(world.dam_thuy, name="Sắp hết hạn")
    given = make_decision(world.district, signed_on=date(2021, 2, 1))
    make_recognition(soon, given, expires_on=date(2024, 2, 1))
    leads = itertools.cycle(LEADS)
    named: list[tuple[Any, tuple[str, ...]]] = [
        (Area.objects.exclude(pk=world.province.pk), ("name",)),
        (Enterprise.objects.all(), ("name",)),
        (Product.objects.all(), ("name",)),
        (Recognition.objects.all(), ("product_name",)),
        (Decision.objects.exclude(number=""), ("number", "title", "issuing_body")),
        (Target.objects.all(), ("words",)),
        (Activity.objects.all(), ("content", "result")),
        (BudgetLine.objects.all(), ("content",)),
    ]
    for rows, fields in named:
        for row in rows:
            told = {field: f"{next(leads)}{BAIT}\x01{row.pk}" for field in fields}
            rows.filter(pk=row.pk).update(**told)


@pytest.mark.parametrize("code", CODES)
def test_text_that_looks_like_a_formula_is_text_in_every_report_as_excel(
    baited, world, leader, settings, code
):
    run = requesting.request(code, world.district, periods.parse("2023"), by=leader)
    compiling.compile_run(run.pk)
    run.refresh_from_db()
    assert run.state == "done", run.error
    book = openpyxl.load_workbook(Path(settings.REPORTS_ROOT) / run.file)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if BAIT in str(cell.value)]
    assert cells
    assert {cell.data_type for cell in cells} == {"s"}
    alike = [cell for cell in cells if str(cell.value)[:1] in "=+-@\t\r\n"]
    assert alike
    assert [cell.coordinate for cell in alike if not cell.quotePrefix] == []  # a text after editing too


@pytest.mark.parametrize("code", CODES)
def test_text_that_looks_like_a_formula_is_text_in_every_report_as_csv(baited, leader, client_of, code):
    client, query = client_of(leader), {"area": "047", "period": "2023"}
    fields = []
    for table in client.get(f"/api/bao-cao/{code}/", query).json()["tables"]:
        asked = {**query, "bang": table["code"], "dang": "csv"}
        content = client.get(f"/bao-cao/{code}/bang/", asked).getvalue().decode("utf-8-sig")
        fields += [field for line in csv.reader(io.StringIO(content)) for field in line if BAIT in field]
    assert any(field.startswith("'") for field in fields)
    assert [field for field in fields if field[:1] in "=+-@\t\r\n"] == []


def test_text_that_looks_like_a_formula_is_text_in_an_offices_form(baited, world, officer, client_of):
    form = make_template(world.district, officer)
    answer = client_of(officer).post(f"/bao-cao/bieu-mau/{form.pk}/dien/", {"area": "047", "period": "2023"})
    sheet = openpyxl.load_workbook(io.BytesIO(answer.getvalue()))["Biểu"]
    cells = [cell for row in sheet.iter_rows() for cell in row if BAIT in str(cell.value)]
    assert len(cells) > 3
    assert {cell.data_type for cell in cells} == {"s"}
    alike = [cell for cell in cells if str(cell.value)[:1] in "=+-@\t\r\n"]
    assert alike
    assert [cell.coordinate for cell in alike if not cell.quotePrefix] == []  # a text after editing too


# ---- a hundred clicks


def test_a_hundred_clicks_on_each_map_are_one_job_for_each(year, province_leader, client_of, settings):
    settings.OCOP_TODAY = date(2026, 11, 23)
    client = client_of(province_leader)
    for click in range(100):
        asked = {"area": "04", "period": "2023", "ban-do": ("then", "now")[click % 2]}
        assert client.post("/bao-cao/san-pham-theo-dia-ban/lap/", asked).status_code == 302
    assert sorted(Run.objects.values_list("on_map", flat=True)) == ["now", "then"]


# ---- the broker is down


class DeadBroker:
    """Counts who calls; nobody is answered."""

    calls = 0

    def connection_for_write(self, **options: Any) -> AbstractContextManager[None]:
        return nullcontext()

    def send_task(self, *arguments: Any, **options: Any) -> None:
        self.calls += 1
        raise BrokerError("Connection refused")


@pytest.fixture
def ready(world, settings) -> Dossier:
    """A dossier that can be submitted on 23/11/2026."""
    settings.OCOP_TODAY = filled.TODAY
    clerk = filled.make_clerk(world.new_dam_thuy)
    return filled.fill_forms(filled.open_draft(world.new_dam_thuy, clerk), clerk)


def submission(browser, address: str) -> dict[str, Any]:
    context = browser.get(address).context
    return {"version": context["form"]["version"].value(), "seen": context["seen"], "pledged": "on"}


def test_without_a_broker_a_dossier_is_submitted_and_its_notice_waits(
    ready, world, client_of, monkeypatch, django_capture_on_commit_callbacks
):
    make_user("xa.moi.2", Role.COMMUNE, world.new_dam_thuy, email="xa@example.vn")  # who gets a letter
    dead = DeadBroker()
    monkeypatch.setattr(broker, "current_app", dead)
    browser, address = client_of(ready.created_by), f"/ho-so/{ready.pk}/nop/"
    form = submission(browser, address)
    with django_capture_on_commit_callbacks(execute=True):
        answer = browser.post(address, form)
    assert (answer.status_code, ready.submissions.count()) == (302, 1)
    assert dead.calls == 1  # the letter was asked for and waits, as test_mailing shows, for the sweeper
    notice = Notice.objects.get(key__startswith=f"dossier:{ready.pk}:", area=world.new_dam_thuy)
    assert notice.mail_due_at is not None


# ---- the worker is gone


def test_a_dead_workers_report_is_sent_again_within_two_minutes(year, world, leader, settings, monkeypatch):
    """At the settings of production: what beat calls finds it before the two minutes are over."""
    beat = settings.CELERY_BEAT_SCHEDULE["sweep report runs"]["schedule"]
    run = requesting.request("tien-do", world.district, periods.parse("2023"), by=leader)
    token = compiling._claim(run.pk, compiling.uuid.uuid4())
    assert token
    later = timezone.now() + timedelta(seconds=120 - beat)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert sweeping.sweep() == 1
    run.refresh_from_db()
    assert run.state == "queued"


# ---- the database is gone in the middle


def test_a_database_lost_in_mid_submission_leaves_no_partial_dossier(ready, client_of, monkeypatch):
    browser, address = client_of(ready.created_by), f"/ho-so/{ready.pk}/nop/"
    form = submission(browser, address)

    def lost(act: str, *arguments: Any, **options: Any) -> None:
        if Submission.objects.exists():  # the dossier is frozen, and about to move on
            raise OperationalError("server closed the connection unexpectedly")

    with monkeypatch.context() as fault:
        fault.setattr(auditing, "record", lost)
        answer = browser.post(address, form)
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert "Dữ liệu đã lưu vẫn an toàn" in answer.content.decode()
    ready.refresh_from_db()
    assert (ready.state, ready.first_submitted_on, ready.pledged) == ("draft", None, False)
    assert (Submission.objects.count(), DossierStep.objects.count()) == (0, 0)
    assert browser.post(address, form).status_code == 302
    assert Submission.objects.count() == 1


# ---- the disk is full


def test_a_full_disk_refuses_a_months_report_in_words_and_keeps_what_there_was(
    year, world, officer, commune_staff, client_of, settings, monkeypatch
):
    told = planning.set_target(
        year,
        by=officer,
        label="9",
        words="Tập huấn 40 người",
        indicator=Indicator.objects.get(code="training_people"),
        comparator="ge",
        number=40,
    )
    planning.publish(year, by=officer)
    client = client_of(commune_staff)

    def report(month: str):
        paper = SimpleUploadedFile("danh-sach.pdf", PDF, "application/pdf")
        typed = {"version": 0, "send": "1", f"value_{told.pk}": "12", f"note_{told.pk}": "Danh sách lớp"}
        address = f"/quan-ly/ke-hoach/{year.pk}/bao-cao-thang/{month}/{world.dam_thuy.pk}/"
        return client.post(address, typed | {f"file_{told.pk}": paper})

    assert report("2023-10").status_code == 302

    def full(*arguments: Any, **options: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(type(files.private()), "_save", full)
    answer = report("2023-11")
    page = answer.content.decode()
    assert (answer.status_code, "ổ đĩa" in page, "Danh sách lớp" in page) == (200, True, True)
    assert MonthlyReport.objects.get().month == date(2023, 10, 1)
    kept = [path for path in Path(settings.PRIVATE_ROOT).rglob("*") if path.is_file()]
    assert [path.read_bytes() for path in kept] == [PDF]
    assert ReportedFigure.objects.count() == 1


# ---- merged areas


@pytest.mark.parametrize("code", CODES)
def test_a_merged_province_counts_the_same_on_both_maps_in_every_report(year, world, settings, code):
    """Every total of every table; Quốc Toản's product lies in the district next door of then."""
    outside = make_product(world.quoc_toan, name="Quýt thử nghiệm")
    make_recognition(outside, make_decision(world.other_district, signed_on=date(2023, 6, 1)))
    settings.OCOP_TODAY = date(2026, 11, 23)
    then, now = (
        compile_report(code, world.province, periods.parse("2023"), on_map) for on_map in ("then", "now")
    )
    assert [table.code for table in then.tables] == [table.code for table in now.tables]
    for before, after in zip(then.tables, now.tables, strict=True):
        assert before.totals[2:] == after.totals[2:], before.title
        assert UNPLACED not in {*before.keys, *after.keys}, before.title  # each record finds its commune
        if not before.totals:  # a list: the same rows, each under the name of its map
            assert len(before.rows) == len(after.rows), before.title
    assert any(any(table.totals[2:]) or len(table.rows) > 1 for table in then.tables[:-1])


def test_an_old_certificate_keeps_the_old_names(world, visitor, settings):
    product = make_product(world.chi_vien, name="Hạt dẻ thử nghiệm")
    recognition = make_recognition(product, make_decision(world.district, signed_on=date(2024, 9, 1)))
    settings.OCOP_TODAY = date(2026, 11, 23)
    page = visitor.get(f"/chung-nhan/{recognition.certificate_code}/").content.decode()
    assert "Xã Chí Viễn" in page
    assert "Còn hiệu lực" in page
