"""The audit trail only grows, whoever asks the database."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError

from accounts.auditing import record
from accounts.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry(commune_staff, commune) -> AuditEntry:
    return record("dossier.submitted", commune_staff, by=commune_staff, area=commune, receipt="TN01")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts_auditentry SET act = 'nothing'",
        "UPDATE accounts_auditentry SET act = 'nothing' WHERE false",
        "DELETE FROM accounts_auditentry",
        "TRUNCATE accounts_auditentry",
        "TRUNCATE accounts_user CASCADE",
        "INSERT INTO accounts_auditentry SELECT * FROM accounts_auditentry"
        " ON CONFLICT (id) DO UPDATE SET act = 'nothing'",
    ],
)
def test_the_database_refuses_to_change_delete_or_empty_it(entry, statement):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL ocop.testing_reset = 'off'")
        with pytest.raises(IntegrityError, match="the audit trail only grows"), transaction.atomic():
            cursor.execute(statement)
    entry.refresh_from_db()
    assert (entry.act, entry.details) == ("dossier.submitted", {"receipt": "TN01"})


def test_the_setting_of_tests_lets_them_empty_it_and_nothing_else(entry):
    with pytest.raises(IntegrityError, match="UPDATE is refused"), transaction.atomic():
        AuditEntry.objects.update(act="nothing")
    with pytest.raises(IntegrityError, match="DELETE is refused"), transaction.atomic():
        AuditEntry.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("TRUNCATE accounts_auditentry")
    assert AuditEntry.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_test_that_commits_can_be_cleaned_up_after(commune_staff):
    record("account.changed", commune_staff, by=None)
    assert AuditEntry.objects.count() == 1


def test_whom_and_what_it_names_cannot_be_deleted(entry, commune_staff):
    with pytest.raises(ProtectedError):
        commune_staff.delete()


def test_the_names_of_the_day_stay(entry, commune_staff):
    commune_staff.full_name = "Tên mới"
    commune_staff.save()
    entry.refresh_from_db()
    assert (entry.actor_name, entry.object_label) == ("Cán bộ xã Đàm Thuỷ",) * 2
