"""`manage.py prepare`: everything between an installed portal and a served one, in one process."""

import hashlib
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

LOCK = 7_047_2023
# The account by which a loaded stage is known; a stage is loaded whole or not at all.
STAGES = {"2023": "lanhdao.trungkhanh", "2026": "xa.damthuy.2026"}


class Command(BaseCommand):
    """Migrate, compile translations, collect static files, load reference data, load a demonstration."""

    help = "Brings database and files up to date; what is up to date already is left alone."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--demo", choices=sorted(STAGES), help="load this stage into a database without accounts"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Do each step that has something to do; one process at a time per database."""
        # First, so that no message catalogue is in use before it is compiled.
        call_command("translations", "compile", stdout=self.stdout)
        with one_at_a_time():
            self._migrate()
            self._collect()
            call_command("load_reference", stdout=self.stdout)
            if options["demo"]:
                self._demonstrate(options["demo"])

    def _migrate(self) -> None:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write("Migrating the database")
            call_command("migrate", interactive=False, verbosity=0)

    def _collect(self) -> None:
        stamp = Path(settings.VAR_DIR) / "static.sha256"
        digest = static_digest()
        if not stamp.exists() or stamp.read_text() != digest:
            self.stdout.write("Collecting static files")
            call_command("collectstatic", interactive=False, verbosity=0)
            stamp.write_text(digest)

    def _demonstrate(self, stage: str) -> None:
        """Load the stage unless it is there, or unless the database is somebody's already."""
        people = get_user_model().objects.all()
        loaded = {name for name, account in STAGES.items() if people.filter(username=account).exists()}
        if stage in loaded or (people.exists() and not loaded):
            return
        self.stdout.write(f"Loading the demonstration of {stage}")
        call_command("demo", stage=stage, seed=1, stdout=self.stdout)


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Wait for another process that prepares the same database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def static_digest() -> str:
    """A digest of name, size and time of every static file, and of where they go."""
    files = [str(settings.STATIC_ROOT)]
    for finder in get_finders():
        for name, storage in finder.list([]):
            state = Path(storage.path(name)).stat()
            files.append(f"{name}:{state.st_size}:{state.st_mtime_ns}")
    return hashlib.sha256("\n".join(files).encode()).hexdigest()
