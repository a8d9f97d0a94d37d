"""``manage.py compile_report tien-do --area 047 --period 2023``: a report from the command line."""

from __future__ import annotations

import os
import shutil
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from accounts.models import Post, Role, User
from areas import finding
from areas.maps import MapOf
from areas.models import Area
from ocop_portal.lib import periods
from ocop_portal.lib.periods import Period, PeriodError
from reports import compiling, requesting
from reports.catalogue import KINDS
from reports.models import Run

PATIENCE = 180.0


class Command(BaseCommand):
    """Compile a report into an Excel file; the last line on stdout is the file's path."""

    help = "Compiles a report, here or through a worker, and prints the path of the Excel file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("report", choices=sorted(KINDS), help="which report")
        parser.add_argument("--area", required=True, help="code of the unit, such as 047 or 01501@2023")
        parser.add_argument("--period", required=True, help="such as 2023, 2023-H1, 2023-Q1")
        parser.add_argument("--map", choices=MapOf.values, default=MapOf.THEN.value, help="which map")
        parser.add_argument("--out", help="where to put the file (by default into var/reports)")
        parser.add_argument("--user", help="account that asks (by default the unit's first leader)")
        parser.add_argument("--through-worker", action="store_true", help="let a Celery worker compile it")

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override("vi"):
            period = _period(options["period"])
            area = _area(options["area"], period)
            try:
                asker = _person(options["user"], area)
                run = requesting.request(options["report"], area, period, options["map"], by=asker)
            except PermissionDenied as error:
                raise CommandError(str(error)) from error
        if not options["through_worker"]:
            compiling.compile_run(run.pk)
        self._wait(run)
        self.stdout.write(str(_deliver(run, options["out"])))

    def _wait(self, run: Run) -> None:
        """Follow the run's progress on stderr until it is over."""
        told, until = "", time.monotonic() + PATIENCE
        while time.monotonic() < until:
            run.refresh_from_db()
            line = f"{run.percent} % {run.step_name or run.get_state_display()}"
            if line != told:
                self.stderr.write(line)
                told = line
            if run.state not in Run.ACTIVE:
                return
            time.sleep(0.1)
        raise CommandError(f"No worker finished run {run.pk} within {PATIENCE:.0f} seconds")


def _period(code: str) -> Period:
    try:
        return periods.parse(code)
    except PeriodError as error:
        raise CommandError(str(error)) from error


def _area(code: str, period: Period) -> Area:
    area = finding.find(code, period)
    if area is None:
        raise CommandError(f"No unit has the code {code} in {period}")
    return area


def _person(username: str | None, area: Area) -> User:
    if username:
        user = User.objects.filter(username=username).first()
    else:
        # An ended unit's reports are asked for by a leader of the unit that covers it now.
        posts = Post.objects.working().filter(role=Role.LEADER, area__covers__covered=area)
        post = posts.filter(user__is_active=True).order_by("area__level", "user").first()
        user = post.user if post else None
    if user is None:
        raise CommandError(f"Nobody to ask for it: no account {username or 'of a leader of ' + area.name}")
    return user


def _deliver(run: Run, out: str | None) -> Path:
    """Copy the finished file to where the person wants it, whole or not at all."""
    run.refresh_from_db()
    if run.state != Run.State.DONE:
        raise CommandError(f"{run.error or run.get_state_display()} ({run.error_code or run.state})")
    target = Path(out) if out else Path(settings.REPORTS_ROOT) / run.file_name
    if target.is_dir():
        target = target / run.file_name
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f"{target.name}.part")
    shutil.copyfile(Path(settings.REPORTS_ROOT) / run.file, draft)
    os.replace(draft, target)
    return target.absolute()
