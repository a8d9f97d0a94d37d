"""E-mail of notices: a link alone, to whom it concerns, once; a mail server or a broker that is down."""

from __future__ import annotations

import re
import smtplib
from contextlib import nullcontext
from datetime import date, timedelta

import pytest
from django.core import mail as django_mail
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone
from kombu.exceptions import OperationalError

from accounts import mailing, noticing, tasks
from accounts.models import Notice, Role
from ocop_portal import settings as settings_module
from ocop_portal.lib import broker, clock
from tests.factories import make_user

SECRETS = {"code": "HS-01495-2023-001", "product": "Rượu ngô bản Mẫu", "enterprise": "HTX Mẫu"}


class Broker:
    """Notes what it was asked to send; refuses while it is down."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, list[int]]] = []
        self.is_down = False

    def connection_for_write(self, **options):
        return nullcontext()

    def send_task(self, name, arguments, **options):
        if self.is_down:
            raise OperationalError("Connection refused")
        self.sent.append((name, arguments))


class Failing(BaseEmailBackend):
    """A mail server that refuses in the way that a test says."""

    error: Exception = OSError("Connection refused")

    def send_messages(self, messages):
        raise self.error


@pytest.fixture(autouse=True)
def fake_broker(monkeypatch):
    fake = Broker()
    monkeypatch.setattr(broker, "current_app", fake)
    return fake


@pytest.fixture
def failing(settings, monkeypatch):
    settings.EMAIL_BACKEND = f"{__name__}.Failing"

    def fail(error):
        monkeypatch.setattr(Failing, "error", error)

    return fail


@pytest.fixture
def staff(commune_staff):
    commune_staff.email = "damthuy@example.vn"
    commune_staff.save()
    return commune_staff


@pytest.fixture
def told(world, staff):
    return noticing.tell(
        Role.COMMUNE,
        world.dam_thuy,
        kind="dossier.returned",
        key="dossier:1:step:1",
        facts=SECRETS,
        url="/ho-so/1/",
    )


def addressed() -> list[str]:
    return [address for letter in django_mail.outbox for address in letter.recipients()]


def pass_time(notice: Notice, **length: float) -> None:
    """Let the mail of the notice have waited so long."""
    notice.refresh_from_db()
    Notice.objects.filter(pk=notice.pk).update(mail_due_at=notice.mail_due_at - timedelta(**length))


def test_the_letter_carries_a_link_and_nothing_of_the_dossier(told, staff, settings, client_of):
    settings.OCOP_BASE_URL = "https://ocop.example.gov.vn"
    assert mailing.mail(told.pk) is True
    (letter,) = django_mail.outbox
    raw = letter.message()
    text = f"{letter.subject}\n{letter.body}\n{raw['From']}\n{raw['To']}"
    assert letter.subject == "Cổng OCOP: có việc mới – mở liên kết"
    assert f"https://ocop.example.gov.vn/thong-bao/{told.pk}/" in letter.body
    assert "https://ocop.example.gov.vn/tai-khoan/" in letter.body
    assert not [word for word in [*SECRETS.values(), staff.full_name, staff.email, "Đàm Thu"] if word in text]
    assert (raw["To"], raw["Message-ID"]) == (
        "undisclosed-recipients:;",
        f"<notice-{told.pk}@ocop.example.gov.vn>",
    )
    assert client_of(staff).get(f"/thong-bao/{told.pk}/")["Location"] == "/ho-so/1/"


def test_it_goes_to_the_holders_of_the_post_who_have_an_address_and_want_it(told, world, staff):
    commune = world.dam_thuy
    make_user("xa.2", Role.COMMUNE, commune, email="hai@example.vn")
    make_user("xa.3", Role.COMMUNE, commune, email="ba@example.vn", notify_by_email=False)
    make_user("xa.4", Role.COMMUNE, commune, email="bon@example.vn", is_active=False)
    make_user("xa.5", Role.COMMUNE, commune, email="nam@example.vn").posts.update(ends_on=date(2023, 12, 28))
    make_user("xa.6", Role.COMMUNE, commune)
    make_user("xa.7", Role.COMMUNE, world.chi_vien, email="bay@example.vn")
    make_user("huyen.8", Role.OFFICER, world.district, email="tam@example.vn")
    mailing.mail(told.pk)
    assert addressed() == ["damthuy@example.vn", "hai@example.vn"]
    assert len(django_mail.outbox) == 1


def test_who_has_read_it_already_gets_no_letter(told, staff):
    noticing.mark_read([told], by=staff)
    assert (mailing.mail(told.pk), addressed()) == (False, [])
    told.refresh_from_db()
    assert (told.mail_due_at, told.mailed_at, told.mail_error) == (None, None, "")


def test_after_the_district_the_province_gets_the_letter(world, settings):
    make_user("tinh", Role.OFFICER, world.province, email="tinh@example.vn")
    make_user("huyen", Role.OFFICER, world.district, email="huyen@example.vn")
    told = noticing.tell(Role.OFFICER, world.district, kind="dossier.submitted", key="x", facts={}, url="/")
    settings.OCOP_TODAY = date(2025, 7, 1)
    mailing.mail(told.pk)
    assert addressed() == ["tinh@example.vn"]


def test_a_task_run_twice_mails_once(told):
    tasks.mail_notice(told.pk)
    tasks.mail_notice(told.pk)
    told.refresh_from_db()
    assert (len(django_mail.outbox), told.mail_attempts, told.mail_due_at) == (1, 1, None)
    assert told.mailed_at is not None


def test_what_another_worker_holds_is_left_to_it_until_its_lease_is_over(told):
    assert mailing._claim(told.pk) is not None
    assert mailing.mail(told.pk) is False
    pass_time(told, minutes=4)
    assert mailing.mail(told.pk) is True


def test_a_settled_notice_is_not_mailed(told):
    noticing.settle("dossier:1:")
    assert (mailing.mail(told.pk), mailing.mail(987654), addressed()) == (False, False, [])


def test_a_worker_is_woken_once_the_act_is_committed(
    world, staff, fake_broker, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        for _twice in range(2):
            told = noticing.tell(
                Role.COMMUNE, world.dam_thuy, kind="dossier.returned", key="k", facts={}, url="/"
            )
        assert fake_broker.sent == []
    assert fake_broker.sent == [(mailing.TASK, [told.pk])]
    assert tasks.mail_notice.name == mailing.TASK


def test_without_a_broker_the_act_stands_and_the_sweeper_mails_later(
    world, staff, fake_broker, django_capture_on_commit_callbacks
):
    fake_broker.is_down = True
    with django_capture_on_commit_callbacks(execute=True):
        told = noticing.tell(
            Role.COMMUNE, world.dam_thuy, kind="dossier.returned", key="k", facts={}, url="/"
        )
    assert (Notice.objects.count(), fake_broker.sent) == (1, [])
    pass_time(told, seconds=61)
    assert mailing.sweep() == 0  # still down
    fake_broker.is_down = False
    assert mailing.sweep() == 0  # looked at a moment ago
    pass_time(told, seconds=61)
    assert mailing.sweep() == 1
    ((name, arguments),) = fake_broker.sent
    assert name == mailing.TASK
    mailing.mail(*arguments)
    assert addressed() == [staff.email]
    assert mailing.sweep() == 0


def test_a_fresh_mail_is_left_to_the_message_on_its_way(told, fake_broker):
    assert (mailing.sweep(), fake_broker.sent) == (0, [])


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (OSError("Connection refused"), "CONNECTION"),
        (TimeoutError(), "CONNECTION"),
        (smtplib.SMTPAuthenticationError(535, b"user damthuy@example.vn"), "SMTP-AUTH"),
        (smtplib.SMTPRecipientsRefused({"damthuy@example.vn": (550, b"no")}), "SMTP-RECIPIENTS"),
        (smtplib.SMTPDataError(452, b"full"), "SMTP-452"),
        (smtplib.SMTPServerDisconnected("lost"), "SMTP"),
        (ValueError("odd"), "INTERNAL"),
    ],
)
def test_why_a_letter_did_not_go_is_a_code_without_addresses(told, failing, error, code, caplog):
    failing(error)
    assert mailing.mail(told.pk) is False
    told.refresh_from_db()
    assert (told.mail_error, told.mailed_at) == (code, None)
    assert "@" not in caplog.text


def test_a_server_that_fails_is_tried_again_after_longer_and_longer_pauses(told, failing, settings):
    pauses = []
    for _attempt in mailing.PAUSES:
        mailing.mail(told.pk)
        told.refresh_from_db()
        pauses.append(round((told.mail_due_at - timezone.now()).total_seconds() / 60))
        assert mailing.mail(told.pk) is False  # not before its time
        pass_time(told, minutes=pauses[-1] + 1)
    assert pauses == [1, 5, 15, 60, 240, 720]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert mailing.mail(told.pk) is True
    told.refresh_from_db()
    assert (told.mail_error, told.mail_attempts) == ("", 7)


def test_after_the_last_pause_the_letter_is_given_up_and_administrators_see_it(
    told, failing, world, client_of, administrator, staff
):
    Notice.objects.update(mail_attempts=len(mailing.PAUSES))
    mailing.mail(told.pk)
    told.refresh_from_db()
    assert (told.mail_due_at, told.mail_error) == (None, "CONNECTION")
    browser = client_of(administrator)
    desk = browser.get("/viec-cua-toi/").context["desk"]
    assert [(str(pile.title), [(t.label, t.about) for t in pile.tasks]) for pile in desk.piles] == [
        ("Thư điện tử không gửi được", [("Hồ sơ HS-01495-2023-001 bị trả lại để bổ sung", "CONNECTION")])
    ]
    page = browser.get("/quan-tri/accounts/notice/", {"thu": "loi"})
    assert [notice.pk for notice in page.context["cl"].result_list] == [told.pk]
    assert list(browser.get("/quan-tri/accounts/notice/", {"thu": "cho"}).context["cl"].result_list) == []
    assert browser.get(f"/quan-tri/accounts/notice/{told.pk}/change/").status_code == 200
    assert client_of(staff).get("/viec-cua-toi/").context["desk"].piles[0].title != desk.piles[0].title


def test_an_administrator_of_another_unit_does_not_see_it(told, failing, world, client_of):
    mailing.mail(told.pk)
    other = make_user("quantri.quanghoa", Role.ADMINISTRATOR, world.other_district)
    browser = client_of(other)
    assert browser.get("/viec-cua-toi/").context["desk"].piles == []
    assert list(browser.get("/quan-tri/accounts/notice/").context["cl"].result_list) == []


def test_a_mail_whose_workers_keep_dying_is_given_up(told, fake_broker):
    Notice.objects.update(mail_attempts=len(mailing.PAUSES) + 1)
    pass_time(told, minutes=10)
    assert (mailing.sweep(), fake_broker.sent) == (0, [])
    told.refresh_from_db()
    assert (told.mail_due_at, told.mail_error) == (None, "WORKER-LOST")


def test_without_a_mail_server_nothing_waits_to_be_mailed(settings, world, staff, fake_broker):
    settings.OCOP_MAIL = False
    told = noticing.tell(Role.COMMUNE, world.dam_thuy, kind="dossier.returned", key="k", facts={}, url="/")
    assert (told.mail_due_at, mailing.mail(told.pk)) == (None, False)


def test_what_is_played_on_another_day_is_not_mailed(world, staff):
    with clock.assumed(date(2023, 6, 1)):
        told = noticing.tell(
            Role.COMMUNE, world.dam_thuy, kind="dossier.returned", key="k", facts={}, url="/"
        )
    assert (told.on, told.mail_due_at) == (date(2023, 6, 1), None)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("", {"backend": "dummy"}),
        ("console:", {"backend": "console"}),
        ("file:///var/thu", {"backend": "filebased", "folder": "/var/thu"}),
        (
            "smtp+starttls://cong%40ocop.vn:b%2Fm@mail.example.vn",
            {
                "host": "mail.example.vn",
                "port": 587,
                "user": "cong@ocop.vn",
                "password": "b/m",
                "starttls": True,
            },
        ),
        ("smtps://mail.example.vn:4650", {"port": 4650, "user": "", "tls": True, "starttls": False}),
        ("smtp://mail.example.vn", {"port": 25, "tls": False, "starttls": False}),
    ],
)
def test_the_mail_server_is_one_address(url, expected):
    assert expected.items() <= settings_module._mail(url).items()


@pytest.mark.parametrize("url", ["pop3://x", "mail.example.vn", "smtp://", "file://x/y", "file:thu", "on"])
def test_an_address_that_names_no_mail_server_is_refused(url):
    from django.core.exceptions import ImproperlyConfigured

    with pytest.raises(ImproperlyConfigured, match=re.escape("OCOP_EMAIL_URL is smtp+starttls://")):
        settings_module._mail(url)


def test_an_operator_is_told_that_no_mail_server_is_named(settings):
    from ocop_portal.checks import letters_can_be_sent

    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    (found,) = letters_can_be_sent(None)
    assert (found.id, "OCOP_EMAIL_URL" in found.hint) == ("ocop_portal.W004", True)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    assert letters_can_be_sent(None) == []
