"""What the papers of a dossier leave to be asked: do they still hold, and are they its own."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from enterprises.models import Evidence

from ..models import Attachment, EvidenceUse
from .ground import Ground, Question, day


def validity(ground: Ground) -> Iterator[Question]:
    """Papers that a newer one replaced, that have expired, or that expire before the decision is likely."""
    until = ground.until
    for paper in ground.evidence:
        newer = getattr(paper, "replaced_by", None)
        if newer is not None and newer.removed_at is None:
            yield _ask(
                ground,
                paper,
                f"replaced:{paper.pk}:{newer.pk}",
                _("The library has a newer paper than “%(paper)s”: should the dossier use it?"),
                newer=newer.pk,
            )
        elif paper.expires_on is None or paper.expires_on >= until:
            continue
        elif paper.expires_on < ground.on:
            words = _("The paper “%(paper)s” was valid until %(expires)s: is there a newer one?")
            yield _ask(ground, paper, f"expired:{paper.pk}:{paper.expires_on}", words)
        else:
            words = _(
                "The paper “%(paper)s” is valid until %(expires)s, but the decision is likely by %(until)s: "
                "will it be renewed in time?"
            )
            yield _ask(
                ground, paper, f"expires:{paper.pk}:{paper.expires_on}", words, until=until.isoformat()
            )


def same_file(ground: Ground) -> Iterator[Question]:
    """Files that also lie in the dossier of an organisation that does not make this product."""
    named = {paper.sha256: paper for paper in ground.papers}
    makers = {
        ground.dossier.enterprise_id,
        *ground.dossier.product.makings.values_list("enterprise", flat=True),
    }
    elsewhere: dict[str, set[int]] = {}
    used = EvidenceUse.objects.filter(evidence__sha256__in=named).exclude(dossier__enterprise__in=makers)
    kept = Attachment.objects.filter(sha256__in=named, removed_at__isnull=True)
    kept = kept.exclude(dossier__enterprise__in=makers)
    for digest, dossier in (
        *used.values_list("evidence__sha256", "dossier").distinct(),
        *kept.values_list("sha256", "dossier").distinct(),
    ):
        elsewhere.setdefault(digest, set()).add(dossier)
    for digest, paper in named.items():
        if digest in elsewhere:
            yield Question(
                key=f"same-file:{digest[:16]}",
                about=ground.place_of(paper) if isinstance(paper, Evidence) else "",
                words=_("The file of “%(paper)s” is also in a dossier of another organisation: is it shared?")
                % {"paper": paper.title},
                facts={"sha256": digest, "dossiers": sorted(elsewhere[digest])},
            )


def _ask(ground: Ground, paper: Evidence, key: str, words: str, **facts: object) -> Question:
    expires = paper.expires_on
    shown = {"expires": day(expires) if expires else "", "until": day(ground.until)}
    return Question(
        key=key,
        about=ground.place_of(paper),
        words=words % {"paper": paper.title, **shown},
        facts={"evidence": paper.pk, "expires_on": expires.isoformat() if expires else None, **facts},
    )
