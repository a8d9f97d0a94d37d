"""What the tests ask of their own database."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
from django.core.management import call_command
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.db.migrations.loader import MigrationLoader

PREFIX = "migrated_"
LOCK = 20231229
"""The advisory lock under which one process makes the template while the others wait."""


def let_tests_empty_the_audit_trail() -> None:
    """Let every connection of this process empty the audit trail when a test has ended.

    The trigger that keeps the trail obeys the setting in databases called ``test_…`` only.
    """
    connection_created.connect(_allow, dispatch_uid="let_tests_empty_the_audit_trail")


def _allow(connection: BaseDatabaseWrapper, **kwargs: object) -> None:
    with connection.connection.cursor() as cursor:
        cursor.execute("SET ocop.testing_reset = 'on'")


def template() -> str:
    """The name of an empty database with every migration applied, made once for each state of these.

    Test databases are copied from it, which takes a fraction of a second; to migrate takes ten.
    """
    name = f"{PREFIX}{_state_of_migrations()}"
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX])
        found = {row[0] for row in cursor.fetchall()}
        if name not in found:
            for outdated in found:
                cursor.execute(f"DROP DATABASE {outdated} WITH (FORCE)")
            draft = f"draft_of_{name}"
            cursor.execute(f"DROP DATABASE IF EXISTS {draft} WITH (FORCE)")
            cursor.execute(f"CREATE DATABASE {draft}")
            with _connected_to(draft):
                call_command("migrate", verbosity=0, interactive=False)
            cursor.execute(f"ALTER DATABASE {draft} RENAME TO {name}")
    return name


def _state_of_migrations() -> str:
    """A digest of the text of all migrations and of what applies them."""
    text = hashlib.sha256(django.__version__.encode())
    for key, migration in sorted(MigrationLoader(None).disk_migrations.items()):
        text.update(repr(key).encode() + Path(inspect.getfile(type(migration))).read_bytes())
    return text.hexdigest()[:16]


@contextmanager
def _connected_to(database: str) -> Iterator[None]:
    """The portal's connection leads to another database."""
    usual = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = database
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual
