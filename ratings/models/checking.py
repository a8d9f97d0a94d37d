"""What officers keep while they check: extended terms, samples received, questions settled, handovers."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from areas.models import Area

from .dossiers import Dossier


class DeadlineExtension(models.Model):
    """A term of a dossier was lengthened: from which day to which, and why."""

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="extensions")
    old_due_on = models.DateField(_("was due on"))
    new_due_on = models.DateField(_("now due on"))
    reason = models.TextField(_("reason"))
    on = models.DateField(_("on"))
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("extension of a term")
        verbose_name_plural = _("extensions of terms")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(new_due_on__gt=F("old_due_on")), name="extension_runs_forward")
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id}: {self.new_due_on:%d/%m/%Y}"


class SampleReceipt(models.Model):
    """Samples of the product came in: how many, when, in what condition."""

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="samples")
    received_on = models.DateField(_("received on"))
    count = models.PositiveSmallIntegerField(_("number of samples"))
    condition = models.CharField(_("condition"), max_length=250, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("samples received")
        verbose_name_plural = _("samples received")
        ordering = ["received_on", "pk"]
        constraints = [models.CheckConstraint(condition=Q(count__gt=0), name="sample_count_positive")]

    def __str__(self) -> str:
        return f"{self.dossier_id}: {self.count}"


class SettledQuestion(models.Model):
    """An officer looked into a question that a cross-check raised, and says what was found."""

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="settled_questions")
    key = models.CharField(max_length=120)
    note = models.TextField(_("what was found"))
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    on = models.DateField(_("on"))
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("settled question")
        verbose_name_plural = _("settled questions")
        constraints = [models.UniqueConstraint(fields=["dossier", "key"], name="question_settled_once")]

    def __str__(self) -> str:
        return f"{self.dossier_id}: {self.key}"


class Handover(models.Model):
    """On a day, the open work of units that had ended passed to their successors; ``items`` says what."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="handovers", verbose_name=_("province"))
    on = models.DateField(_("on"))
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    items = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("handover")
        verbose_name_plural = _("handovers")
        ordering = ["-on", "-pk"]

    def __str__(self) -> str:
        return f"{self.area}: {self.on:%d/%m/%Y}"
