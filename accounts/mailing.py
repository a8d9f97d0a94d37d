"""E-mail of notices: a link and nothing else, to the holders of the post who have an address and want it.

The notice's row is the truth. A worker claims it with one conditional UPDATE, so that a message delivered
twice mails once; a message that a lost broker never delivered is sent again by :func:`sweep`.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from smtplib import SMTPAuthenticationError, SMTPException, SMTPRecipientsRefused, SMTPResponseException
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from areas import finding
from ocop_portal.lib import broker, clock

from .models import Notice, Post, User

TASK = "accounts.tasks.mail_notice"
# Longer than the server may take to answer (EMAIL_TIMEOUT); after it the worker counts as dead.
LEASE = timedelta(minutes=3)
# Minutes until the next attempt; after the last of them the mail is given up and administrators see it.
PAUSES = (1, 5, 15, 60, 240, 720)
MOST_A_SWEEP = 200
_log = logging.getLogger(__name__)


def is_on() -> bool:
    """Whether what is told now is mailed: a mail server is named, and the day is not a played one."""
    return settings.OCOP_MAIL and not clock.is_assumed()


def wake(notice_id: int) -> bool:
    """Ask a worker to mail the notice; tell whether the broker took the message."""
    return broker.wake(TASK, notice_id)


def mail(notice_id: int) -> bool:
    """Mail the notice's link unless it is settled, sent or in another worker's hands; tell whether it went.

    A server that refuses or does not answer is tried again after the pauses of ``PAUSES``; the reason stands
    on the notice as a code. It raises for nothing that the mail server does.
    """
    lease = _claim(notice_id)
    if lease is None:
        return False
    notice = Notice.objects.select_related("area").get(pk=notice_id)
    addresses = list(addressees(notice).values_list("email", flat=True))
    mine = Notice.objects.filter(pk=notice_id, mail_due_at=lease)
    if not addresses:
        mine.update(mail_due_at=None)
        return False
    try:
        _message(notice, addresses).send()
    except (
        Exception
    ) as error:  # whatever it is, the act that was told stands, and an administrator must see it
        _put_off(notice, lease, _code(error))
        return False
    mine.update(mail_due_at=None, mailed_at=timezone.now(), mail_error="")
    return True


def sweep() -> int:
    """Wake a worker for each mail that should have gone by now; return how many messages the broker took.

    One that waited a sweep's length in vain is overdue: its message was lost, its worker died, or its pause
    is over. Looked at again only after another length, so that a busy worker is not flooded.
    """
    now = timezone.now()
    length = timedelta(seconds=settings.MAIL_SWEEP_SECONDS)
    taken = 0
    overdue = Notice.objects.to_mail(now - length)
    overdue.filter(mail_attempts__gt=len(PAUSES)).update(mail_due_at=None, mail_error="WORKER-LOST")
    for pk, due in list(overdue.order_by("mail_due_at").values_list("pk", "mail_due_at")[:MOST_A_SWEEP]):
        if Notice.objects.open().filter(pk=pk, mail_due_at=due).update(mail_due_at=now):
            taken += wake(pk)
    return taken


def addressees(notice: Notice) -> QuerySet[User]:
    """Who is to read the notice by a post, has not done so yet, has an address and did not decline."""
    posts = Post.objects.working().filter(
        role=notice.role, area__in=finding.heirs(notice.area, clock.today()), user__is_active=True
    )
    people = User.objects.filter(pk__in=posts.values("user"), notify_by_email=True).exclude(email="")
    return people.exclude(pk__in=notice.reads.values("user")).order_by("pk")


def _claim(notice_id: int) -> datetime | None:
    """Take the mail: one statement, so one winner. Gives the end of the lease, which is its token."""
    now = timezone.now()
    lease = now + LEASE
    claimed = Notice.objects.to_mail(now).filter(pk=notice_id)
    taken = claimed.update(mail_due_at=lease, mail_attempts=F("mail_attempts") + 1)
    return lease if taken else None


def _message(notice: Notice, addresses: list[str]) -> EmailMessage:
    """The letter: no name, no product, no code of a dossier, only where to look after signing in."""
    with translation.override("vi"):
        link = settings.OCOP_BASE_URL + reverse("desk:notice", args=[notice.pk])
        profile = settings.OCOP_BASE_URL + reverse("accounts:profile")
        return EmailMessage(
            subject=_("OCOP portal: there is something new – open the link"),
            body=_(
                "There is something new for your post. Open the link and sign in to read it:\n%(link)s\n\n"
                "This letter was written by the portal; please do not answer it.\n"
                "To have no more of them, change the choice in your account: %(profile)s\n"
            )
            % {"link": link, "profile": profile},
            bcc=addresses,
            # The same number each time: should a worker die just after sending, mail systems know the twin.
            headers={
                "To": "undisclosed-recipients:;",
                "Message-ID": f"<notice-{notice.pk}@{urlsplit(settings.OCOP_BASE_URL).hostname}>",
                "Auto-Submitted": "auto-generated",
            },
        )


def _put_off(notice: Notice, lease: datetime, code: str) -> None:
    """Keep why it failed and when to try again; after the last pause nobody tries any more."""
    _log.warning("Notice %s could not be mailed (attempt %s): %s", notice.pk, notice.mail_attempts, code)
    tried = notice.mail_attempts
    pause = timedelta(minutes=PAUSES[tried - 1]) if tried <= len(PAUSES) else None
    Notice.objects.filter(pk=notice.pk, mail_due_at=lease).update(
        mail_due_at=timezone.now() + pause if pause else None, mail_error=code
    )


def _code(error: Exception) -> str:
    """What went wrong, as a code: the server's own words may carry people's addresses."""
    if isinstance(error, SMTPAuthenticationError):
        return "SMTP-AUTH"
    if isinstance(error, SMTPRecipientsRefused):
        return "SMTP-RECIPIENTS"
    if isinstance(error, SMTPResponseException):
        return f"SMTP-{error.smtp_code}"
    if isinstance(error, SMTPException):
        return "SMTP"
    return "CONNECTION" if isinstance(error, OSError) else "INTERNAL"
