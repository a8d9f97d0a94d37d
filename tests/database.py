"""What the tests ask of their own database."""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created


def let_tests_empty_the_audit_trail() -> None:
    """Let every connection of this process empty the audit trail when a test has ended.

    The trigger that keeps the trail obeys the setting in databases called ``test_…`` only.
    """
    connection_created.connect(_allow, dispatch_uid="let_tests_empty_the_audit_trail")


def _allow(connection: BaseDatabaseWrapper, **kwargs: object) -> None:
    with connection.connection.cursor() as cursor:
        cursor.execute("SET ocop.testing_reset = 'on'")
