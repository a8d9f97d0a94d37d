"""Scoring: passes (lượt chấm), each member's sheet (phiếu chấm), votes on knock-outs."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .councils import AgendaItem, CouncilMember
from .criteria import Criterion, CriterionOption


class ScoringPass(models.Model):
    """One time that the council scores a dossier; a second pass follows a discussion, the first is kept."""

    item = models.ForeignKey(AgendaItem, models.CASCADE, related_name="passes")
    number = models.PositiveSmallIntegerField(_("scoring pass"))
    reason = models.TextField(_("why it is scored again"), blank=True)
    opened_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("scoring pass")
        verbose_name_plural = _("scoring passes")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["item", "number"], name="scoring_pass_once"),
            models.UniqueConstraint(
                fields=["item"], condition=Q(closed_at__isnull=True), name="scoring_pass_one_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.number}"


class ScoreSheet(models.Model):
    """The points that one member gives in one pass; nobody else sees them until he has closed his own."""

    scoring_pass = models.ForeignKey(ScoringPass, models.CASCADE, related_name="sheets")
    member = models.ForeignKey(CouncilMember, models.PROTECT, related_name="sheets")
    opinion = models.TextField(_("opinion"), blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("score sheet")
        verbose_name_plural = _("score sheets")
        ordering = ["member__place", "pk"]
        constraints = [models.UniqueConstraint(fields=["scoring_pass", "member"], name="sheet_once")]

    def __str__(self) -> str:
        return f"{self.scoring_pass_id}: {self.member_id}"


class SheetChoice(models.Model):
    """The option that a member chose for one criterion."""

    sheet = models.ForeignKey(ScoreSheet, models.CASCADE, related_name="choices")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+")
    option = models.ForeignKey(CriterionOption, models.PROTECT, null=True, related_name="+")
    note = models.TextField(_("note"), blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("choice on a sheet")
        verbose_name_plural = _("choices on sheets")
        constraints = [models.UniqueConstraint(fields=["sheet", "criterion"], name="sheet_choice_once")]

    def __str__(self) -> str:
        return f"{self.sheet_id}: {self.criterion_id}"


class AgreedChoice(models.Model):
    """The option that the council agreed on for a criterion, where its statute reads floors so."""

    item = models.ForeignKey(AgendaItem, models.CASCADE, related_name="agreed_choices")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+")
    option = models.ForeignKey(CriterionOption, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("agreed choice")
        verbose_name_plural = _("agreed choices")
        constraints = [models.UniqueConstraint(fields=["item", "criterion"], name="agreed_choice_once")]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.criterion_id}"


class KnockoutMotion(models.Model):
    """The question whether a knock-out applies to a dossier, put to the vote of the council."""

    item = models.ForeignKey(AgendaItem, models.CASCADE, related_name="motions")
    # Of the set or of the regulation where no criterion is named.
    criterion = models.ForeignKey(Criterion, models.PROTECT, null=True, blank=True, related_name="+")
    words = models.TextField(_("knock-out"))
    raised_by = models.ForeignKey(CouncilMember, models.PROTECT, related_name="+")
    finding = models.TextField(_("what was found"))
    carried = models.BooleanField(_("carried"), null=True, editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("motion on a knock-out")
        verbose_name_plural = _("motions on knock-outs")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.words[:60]}"


class KnockoutVote(models.Model):
    """A member's vote on a motion."""

    motion = models.ForeignKey(KnockoutMotion, models.CASCADE, related_name="votes")
    member = models.ForeignKey(CouncilMember, models.PROTECT, related_name="+")
    in_favour = models.BooleanField(_("in favour"))

    class Meta:
        verbose_name = _("vote on a knock-out")
        verbose_name_plural = _("votes on knock-outs")
        constraints = [models.UniqueConstraint(fields=["motion", "member"], name="knockout_vote_once")]

    def __str__(self) -> str:
        return f"{self.motion_id}: {self.member_id}"
