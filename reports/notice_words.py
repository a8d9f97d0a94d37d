"""The notices that reports give rise to, in words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.notice_words import Kind

TOPICS = {"report": _("Reports")}
KINDS = {
    "report.ready": Kind("report", _("%(report)s of %(period)s is compiled"), "%(unit)s"),
    "report.schedule_off": Kind(
        "report", _("The schedule of %(report)s has switched itself off"), "%(unit)s: %(reason)s", asks=True
    ),
}
