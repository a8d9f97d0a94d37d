"""What must be so before a dossier moves: each condition gives the reason to refuse, or nothing."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from ocop_portal.lib import clock

from . import completeness, windows
from .models import CommuneAssessment, Decision, DecisionItem, Dossier, Recognition
from .sections import CRITERIA, SECTIONS

Reason = str | Promise | None
Condition = Callable[[Dossier], Reason]
Outcome = DecisionItem.Outcome
MOST_LISTED = 8


def pledge_given(dossier: Dossier) -> Reason:
    """The organisation's pledge (Form 01)."""
    return None if dossier.pledged else _("The organisation has not pledged that the papers are true.")


def papers_attached(dossier: Dossier) -> Reason:
    """At least one paper that was not removed; where criteria rate it, evidence of the library counts too."""
    if dossier.attachments.filter(removed_at__isnull=True).exists():
        return None
    if dossier.criteria_set is None:
        return _("No paper is attached.")
    if dossier.evidence_uses.filter(evidence__removed_at__isnull=True).exists():
        return None
    return _("Neither a paper nor a piece of evidence is attached.")


def sections_filled_in(dossier: Dossier) -> Reason:
    """Forms 01 and 02 (Decision 26/2026/QĐ-TTg): every section says what it asks for.

    Older regulations have no such forms: there nothing is asked.
    """
    if dossier.criteria_set is None:
        return None
    contents = completeness.contents_of(dossier)
    lacking = [
        str(section.title)
        for section in SECTIONS
        if section != CRITERIA and completeness.lacks(dossier, section, contents.get(section.key, {}))
    ]
    if not lacking:
        return None
    return format_lazy("{} {}.", _("Not filled in completely:"), "; ".join(lacking))


def criteria_answered(dossier: Dossier) -> Reason:
    """Form 02, part III: every criterion that applies has an answer, in the case that the dossier chose."""
    found = completeness.criteria_answered(dossier)
    if found.is_complete:
        return None
    if found.case_missing:
        return _("The case by which the criteria rate the product is not chosen.")
    listed = ", ".join(found.unanswered[:MOST_LISTED])
    more = len(found.unanswered) - MOST_LISTED
    if more <= 0:
        return format_lazy("{} {}.", _("Criteria without an answer:"), listed)
    others = format_lazy(_("and {more} more criteria"), more=more)
    return format_lazy("{} {} {}.", _("Criteria without an answer:"), listed, others)


def organisation_complete(dossier: Dossier) -> Reason:
    """The organisation's particulars that Form 01 prints."""
    if dossier.enterprise.representative and dossier.enterprise.address:
        return None
    return _("The organisation's representative or address is missing.")


def product_complete(dossier: Dossier) -> Reason:
    """The product is made by the organisation that files."""
    if dossier.product.makings.filter(enterprise=dossier.enterprise).exists():
        return None
    return _("The organisation that files is no longer among the makers of the product.")


def change_explained(dossier: Dossier) -> Reason:
    """An upgrade or a re-evaluation names the recognition that it follows, and what has changed."""
    if dossier.kind == Dossier.Kind.FIRST:
        return None
    if dossier.previous is None:
        return _("The recognition that the dossier follows is not chosen.")
    if not dossier.changes.strip():
        return _("It is not said what has changed since the last recognition.")
    return None


def within_window(dossier: Dossier) -> Reason:
    """A re-evaluation is submitted neither too early nor when the certificate can't be extended any more.

    Late within that is taken, and marked. The day that counts is that of the first submission.
    """
    day = dossier.first_submitted_on or clock.today()
    window = windows.of_dossier(dossier, day)
    stage = window.stage(day) if window else windows.OPEN
    if window is None or stage in {windows.OPEN, windows.LATE}:
        return None
    facts = {
        "first": f"{window.first:%d/%m/%Y}",
        "end": f"{window.end:%d/%m/%Y}",
        "days": window.earliest,
        "expiry": f"{window.expiry:%d/%m/%Y}",
    }
    if stage == windows.EARLY:
        words = _(
            "A re-evaluation can be submitted from %(first)s, %(days)s days before the certificate "
            "expires on %(expiry)s. The draft can be prepared until then."
        )
        return words % facts
    return (
        _("The certificate expired on %(expiry)s; a re-evaluation could be submitted until %(end)s.") % facts
    )


COMPLETE: tuple[Condition, ...] = (
    organisation_complete,
    product_complete,
    change_explained,
    sections_filled_in,
    criteria_answered,
    within_window,
    papers_attached,
    pledge_given,
)


def commune_proposes(dossier: Dossier) -> Reason:
    """Form 03: the commune has said something of each of the four matters, and proposes the product."""
    found = CommuneAssessment.objects.filter(dossier=dossier).first()
    matters = (found.origin, found.labour, found.idea, found.identity) if found else ()
    if not found or not all(text.strip() for text in matters):
        return _("The commune's assessment (Form 03) is not complete.")
    return None if found.proposes else _("The commune has not said that it proposes the product.")


def result_at_level(dossier: Dossier) -> Reason:
    """The result of the level that deals with the dossier is entered."""
    if dossier.results.filter(level=dossier.level).exists():
        return None
    return _("The result of this level has not been entered.")


def in_prepared_decision(dossier: Dossier) -> Reason:
    """A decision that waits for signature names the dossier."""
    if dossier.decision_items.filter(decision__state=Decision.State.PREPARED).exists():
        return None
    return _("No prepared decision names this dossier.")


def in_no_prepared_decision(dossier: Dossier) -> Reason:
    """The decision that named the dossier was dropped, or the dossier taken out of it."""
    if in_prepared_decision(dossier):
        return None
    return _("A prepared decision still names this dossier.")


def signed(*outcomes: Outcome) -> Condition:
    """The last decision that names the dossier is signed, and says one of these outcomes."""

    def condition(dossier: Dossier) -> Reason:
        last = dossier.decision_items.select_related("decision").order_by("pk").last()
        if last and last.decision.state == Decision.State.SIGNED and last.outcome in outcomes:
            return None
        return _nothing_says()

    condition.__name__ = f"signed_{'_or_'.join(outcomes)}"
    return condition


def recognised_in_the_end(dossier: Dossier) -> Reason:
    """A signed decision recognises it, or does not confirm more than what a lower level has recognised.

    What was recognised and forwarded in one decision keeps its lower star where the higher level finds less.
    """
    if signed(Outcome.RECOGNISE)(dossier) is None:
        return None
    return signed(Outcome.NOT_RECOGNISE)(dossier) if keeps_a_star(dossier) else _nothing_says()


def not_recognised_in_the_end(dossier: Dossier) -> Reason:
    """A signed decision does not recognise it, and no lower level had recognised it before."""
    return _nothing_says() if keeps_a_star(dossier) else signed(Outcome.NOT_RECOGNISE)(dossier)


def keeps_a_star(dossier: Dossier) -> bool:
    """Whether a lower level has recognised it, by a recognition that has not ended by an event since."""
    return Recognition.objects.not_ended(clock.today()).filter(dossier=dossier).exists()


def _nothing_says() -> Reason:
    return _("No signed decision says this of the dossier.")


def missing(dossier: Dossier) -> list[str]:
    """What keeps a dossier from being submitted, in words for the person who fills it in.

    The pledge is left out: it is given with the submission itself.
    """
    others = (condition for condition in COMPLETE if condition is not pledge_given)
    return [str(reason) for condition in others if (reason := condition(dossier))]
