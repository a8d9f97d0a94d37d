"""The notices that dossiers, decisions and evidence give rise to, in words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.notice_words import Kind

TOPICS = {
    "dossier": _("Dossiers"),
    "deadline": _("Deadlines"),
    "evidence": _("Evidence"),
    "certificate": _("Certificate"),
    "decision": _("Decisions"),
}
_ABOUT = _("%(product)s — %(enterprise)s")
_CERTIFICATE = _("%(stars)s★, %(commune)s")
KINDS = {
    "dossier.at_commune": Kind(
        "dossier", _("Dossier %(code)s waits for the commune's assessment (Form 03)"), _ABOUT, asks=True
    ),
    "dossier.submitted": Kind(
        "dossier", _("Dossier %(code)s of %(commune)s was submitted: check it"), _ABOUT, asks=True
    ),
    "dossier.proposed": Kind(
        "dossier", _("%(commune)s proposes dossier %(code)s: check it"), _ABOUT, asks=True
    ),
    "dossier.answered": Kind(
        "dossier", _("Dossier %(code)s was submitted again with answers to the return"), _ABOUT, asks=True
    ),
    "dossier.returned": Kind("dossier", _("Dossier %(code)s was returned for completion"), _ABOUT, asks=True),
    "dossier.accepted": Kind("dossier", _("Dossier %(code)s was accepted"), _ABOUT),
    "dossier.recognised": Kind("dossier", _("The product of dossier %(code)s is recognised"), _ABOUT),
    "dossier.not_recognised": Kind("dossier", _("The product of dossier %(code)s is not recognised"), _ABOUT),
    "dossier.forwarded": Kind("dossier", _("Dossier %(code)s was forwarded to the next level"), _ABOUT),
    "dossier.received": Kind(
        "dossier", _("Dossier %(code)s was forwarded to your level: assess it"), _ABOUT, asks=True
    ),
    "dossier.withdrawn": Kind("dossier", _("%(commune)s has withdrawn dossier %(code)s"), _ABOUT),
    "dossier.extended": Kind("deadline", _("The term of dossier %(code)s was extended to %(until)s"), _ABOUT),
    "deadline.approaching": Kind("deadline", _("Dossier %(code)s is due on %(due)s"), _ABOUT, asks=True),
    "deadline.missed": Kind(
        "deadline", _("Dossier %(code)s is overdue: it was due on %(due)s"), _ABOUT, asks=True
    ),
    "evidence.expiring": Kind(
        "evidence",
        _("A paper of dossier %(code)s is valid until %(due)s only"),
        _("%(paper)s — %(enterprise)s"),
        asks=True,
    ),
    "paper.ending": Kind(
        "evidence",
        _("A paper in use is valid until %(due)s only"),
        _("%(paper)s — %(enterprise)s"),
        asks=True,
    ),
    "certificate.window_opened": Kind(
        "certificate",
        _("Certificate of %(product)s ends on %(expiry)s: a re-evaluation can be submitted until %(due)s"),
        _CERTIFICATE,
        asks=True,
    ),
    "certificate.window_closing": Kind(
        "certificate",
        _("Certificate of %(product)s ends on %(expiry)s: submit a re-evaluation by %(due)s"),
        _CERTIFICATE,
        asks=True,
    ),
    "certificate.ending": Kind(
        "certificate",
        _("Certificate of %(product)s ends on %(due)s and no re-evaluation is submitted"),
        _CERTIFICATE,
        asks=True,
    ),
    "decision.to_sign": Kind(
        "decision", _("A decision over %(count)s dossiers waits for signature"), _("%(title)s"), asks=True
    ),
    "decision.acts_to_sign": Kind(
        "decision", _("A decision over certificates waits for signature"), _("%(title)s"), asks=True
    ),
}
