"""What the answers claim, beside the evidence given and the organisation's own record."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from enterprises.models import Enterprise
from ocop_portal.lib import text

from ..unlocking import CRITERION
from .expected import ORGANISATION, PROVED_BY, REPRESENTATIVE, asks_for_paper, kind_wanted
from .ground import Claim, Ground, Question, points

# Forms of organisation that the options of the criterion name; of any other form nothing is asked.
HOUSEHOLDS = frozenset({"household", "farm", "cooperative_group"})
COMPANIES = frozenset({"company"})
COOPERATIVES = frozenset({"cooperative", "cooperative_union"})
MAJORITY = frozenset({"kinh", "viet"})
UNSAID = frozenset({"", "khong", "chua"})


def without_paper(ground: Ground) -> Iterator[Question]:
    """Points claimed where a paper is wanted, and none is given: for the criterion, or of a fitting kind."""
    for claim in ground.claims.values():
        if not asks_for_paper(claim) or _has_paper(ground, claim):
            continue
        yield Question(
            key=f"no-paper:{claim.code}:{claim.position}",
            about=f"{CRITERION}{claim.code}",
            words=_(
                "Criterion %(code)s “%(title)s” claims %(points)s points without a paper: what proves it?"
            )
            % {"code": claim.code, "title": claim.title, "points": points(claim.points)},
            facts={"criterion": claim.code, "points": str(claim.points)},
        )


def other_paper(ground: Ground) -> Iterator[Question]:
    """Papers are given, but none in the dossier is of the kind that the option itself names."""
    for claim in ground.claims.values():
        kind = kind_wanted(claim)
        if kind is None or kind.value in ground.kinds or not _has_paper(ground, claim):
            continue
        yield Question(
            key=f"other-paper:{claim.code}:{claim.position}:{kind.value}",
            about=f"{CRITERION}{claim.code}",
            words=_(
                "Criterion %(code)s chooses “%(option)s”, but no paper is of the kind “%(kind)s”: "
                "is there one?"
            )
            % {"code": claim.code, "option": claim.label, "kind": kind.label},
            facts={"criterion": claim.code, "kind": kind.value},
        )


def form_of_organisation(ground: Ground) -> Iterator[Question]:
    """The form of organisation that is claimed, and the one that is recorded."""
    kind = ground.dossier.enterprise.kind
    for claim in _titled(ground, ORGANISATION):
        fitting = _forms(claim.label)
        if not fitting or kind.code not in HOUSEHOLDS | COMPANIES | COOPERATIVES or kind.code in fitting:
            continue
        yield Question(
            key=f"form:{claim.code}:{claim.position}:{kind.code}",
            about=f"{CRITERION}{claim.code}",
            words=_(
                "Criterion %(code)s chooses “%(option)s”; the organisation is recorded as “%(kind)s”: "
                "which is right?"
            )
            % {"code": claim.code, "option": claim.label, "kind": kind.name},
            facts={"criterion": claim.code, "kind": kind.code},
        )


def representative(ground: Ground) -> Iterator[Question]:
    """What is claimed of the representative and what is recorded differ; what it is stays in the record.

    Asked only where sex and ethnicity are both recorded, or one of them is enough to tell.
    """
    enterprise = ground.dossier.enterprise
    recorded = _of_the_groups(enterprise.representative_sex, enterprise.representative_ethnicity)
    for claim in _titled(ground, REPRESENTATIVE):
        if recorded is None or recorded == (claim.points > 0):
            continue
        yield Question(
            key=f"representative:{claim.code}:{claim.position}",
            about=f"{CRITERION}{claim.code}",
            words=_(
                "What criterion %(code)s says of the representative differs from the organisation's record: "
                "which is right?"
            )
            % {"code": claim.code},
            facts={"criterion": claim.code},
        )


def _titled(ground: Ground, title: str) -> list[Claim]:
    return [claim for claim in ground.claims.values() if claim.title == title]


def _has_paper(ground: Ground, claim: Claim) -> bool:
    return ground.proven(claim.code) or bool(PROVED_BY.get(claim.title, set()) & ground.kinds)


def _forms(label: str) -> frozenset[str]:
    """The forms that an option of the criterion names; none where its words are not known.

    A company may be in the highest option too: a joint-stock company of local capital is.
    """
    if label.startswith("Hộ có ĐKKD"):
        return HOUSEHOLDS
    if label.startswith("TNHH"):
        return COMPANIES
    return COOPERATIVES | COMPANIES if label.startswith("HTX") else frozenset()


def _of_the_groups(sex: str, ethnicity: str) -> bool | None:
    """Whether the record puts the representative in one of the groups; None where it doesn't say enough."""
    people = (text.search_key(ethnicity).split() or [""])[0]
    if sex == Enterprise.Sex.FEMALE or people not in MAJORITY | UNSAID:
        return True
    return False if sex and people in MAJORITY else None
