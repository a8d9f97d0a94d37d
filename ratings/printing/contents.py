"""The papers of a dossier in the order of the criteria: each once, with the criteria that it proves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from django.utils.translation import gettext as _

from ocop_portal.lib import text

from ..models import Attachment, Dossier, EvidenceUse

LONGEST = 60


@dataclass(frozen=True)
class Paper:
    """One file of the bundle: its number there, what it is, which criteria it proves, where it is kept."""

    number: int
    title: str
    kind: str
    criteria: tuple[str, ...]
    file: str
    content_type: str
    sha256: str
    extension: str

    @property
    def name(self) -> str:
        """Its plain name in the archive, which sorts as the table of contents: ``03_1.5_hop-dong.pdf``."""
        place = f"_{self.criteria[0]}" if self.criteria else ""
        return (
            f"{self.number:02d}{place}_{text.slug(self.title)[:LONGEST].strip('-') or 'tep'}{self.extension}"
        )

    @property
    def line(self) -> str:
        """Its line in the outline."""
        return f"{self.number}. {self.title}"

    @property
    def proves(self) -> str:
        """The criteria in words."""
        if not self.criteria:
            return _("The dossier as a whole")
        return _("Criteria %(numbers)s") % {"numbers": ", ".join(self.criteria)}


def papers_of(dossier: Dossier) -> list[Paper]:
    """The dossier's own papers, then its evidence in the order of the criteria; two statements.

    Evidence that proves several criteria stands once, at the first of them.
    """
    own = list(dossier.attachments.filter(removed_at__isnull=True))
    uses = dossier.evidence_uses.select_related("evidence", "criterion").order_by("criterion__position", "pk")
    proved: dict[int, list[EvidenceUse]] = {}
    for use in uses:
        proved.setdefault(use.evidence_id, []).append(use)
    # A paper for the whole dossier (no criterion) sorts last in the database and stands first on paper.
    in_order = sorted(proved.values(), key=lambda found: found[0].criterion is not None)
    return [
        *[_own(number, paper) for number, paper in enumerate(own, start=1)],
        *[_evidence(number, found) for number, found in enumerate(in_order, start=len(own) + 1)],
    ]


def _own(number: int, paper: Attachment) -> Paper:
    extension = PurePosixPath(paper.file).suffix
    return Paper(
        number,
        paper.title,
        paper.get_kind_display(),
        (),
        paper.file,
        paper.content_type,
        paper.sha256,
        extension,
    )


def _evidence(number: int, uses: Sequence[EvidenceUse]) -> Paper:
    paper = uses[0].evidence
    return Paper(
        number,
        str(paper),
        paper.get_kind_display(),
        tuple(use.criterion.code for use in uses if use.criterion),
        paper.file,
        paper.content_type,
        paper.sha256,
        PurePosixPath(paper.file).suffix,
    )
