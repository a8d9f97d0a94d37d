"""What the worker and the beat call: each task is one plain function of this app."""

from __future__ import annotations

from celery import shared_task

from . import mailing


@shared_task(name="accounts.tasks.mail_notice")
def mail_notice(notice_id: int) -> None:
    """Mail the link of a notice."""
    mailing.mail(notice_id)


@shared_task(name="accounts.tasks.sweep_mail")
def sweep_mail() -> None:
    """Wake workers for mails that were lost or put off."""
    mailing.sweep()
