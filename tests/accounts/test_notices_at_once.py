"""Two workers, or two people, at the same moment: one notice, one letter."""

from __future__ import annotations

import pytest
from django.core import mail as django_mail

from accounts import mailing, noticing
from accounts.models import Notice, Role
from accounts.noticing import Word
from tests.ratings.test_two_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def silent_broker(monkeypatch):
    monkeypatch.setattr(mailing, "wake", lambda pk: True)


def test_one_event_told_by_several_at_once_is_one_notice(world):
    def tell():
        return noticing.tell(
            Role.COMMUNE, world.dam_thuy, kind="dossier.returned", key="k", facts={}, url="/"
        ).pk

    told = at_once(*[tell] * 4)
    assert set(told) == {Notice.objects.get().pk}


def test_two_reminders_at_once_tell_each_matter_once(world):
    words = [Word(Role.COMMUNE, world.dam_thuy.pk, "deadline.missed", f"k:{n}") for n in range(20)]
    at_once(*[lambda: noticing.tell_all(words)] * 3)
    assert Notice.objects.count() == 20


def test_several_workers_with_one_message_send_one_letter(world, commune_staff):
    commune_staff.email = "damthuy@example.vn"
    commune_staff.save()
    told = noticing.tell(Role.COMMUNE, world.dam_thuy, kind="dossier.returned", key="k", facts={}, url="/")
    sent = at_once(*[lambda: mailing.mail(told.pk)] * 4)
    assert (sorted(sent), len(django_mail.outbox)) == ([False, False, False, True], 1)


def test_sweepers_at_once_wake_one_worker(world, monkeypatch):
    woken: list[int] = []
    monkeypatch.setattr(mailing, "wake", lambda pk: woken.append(pk) or True)
    told = noticing.tell(Role.COMMUNE, world.dam_thuy, kind="dossier.returned", key="k", facts={}, url="/")
    woken.clear()
    Notice.objects.update(mail_due_at="2023-01-01T00:00:00+07:00")
    at_once(*[mailing.sweep] * 3)
    assert woken == [told.pk]
