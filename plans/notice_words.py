"""The notices that plans give rise to, in words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.notice_words import Kind

TOPICS = {"plan": _("Plans")}
_ABOUT = _("%(plan)s — %(commune)s")
KINDS = {
    "plan.month_due": Kind(
        "plan", _("The report of %(month)s on the plan is due on %(due)s"), _ABOUT, asks=True
    ),
    "plan.month_missed": Kind(
        "plan",
        _("The report of %(month)s on the plan was due on %(due)s and has not come"),
        _ABOUT,
        asks=True,
    ),
    "plan.month_asked": Kind(
        "plan", _("The programme officer asks for the report of %(month)s on the plan"), _ABOUT, asks=True
    ),
    "plan.month_returned": Kind(
        "plan", _("The report of %(month)s on the plan was returned for completion"), _ABOUT, asks=True
    ),
    "plan.shares": Kind(
        "plan", _("The commune's share in the targets of the plan was set or changed"), _ABOUT
    ),
    "plan.figure_refused": Kind(
        "plan", _("A figure of the report of %(month)s on the plan was refused"), _ABOUT
    ),
}
