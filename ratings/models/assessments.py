"""What a dossier says: its forms section by section, its self-assessment, the evidence it uses, what was
frozen at each submission, and the commune's assessment (Form 03)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from enterprises.models import Evidence

from .criteria import Criterion, CriterionOption
from .dossiers import Dossier, DossierStep


class SectionContent(models.Model):
    """One section of Forms 01 and 02 as filled in; its fields are those of the section's form."""

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="sections")
    section = models.CharField(_("section"), max_length=30)
    content = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    updated_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        constraints = [models.UniqueConstraint(fields=["dossier", "section"], name="section_once")]

    def __str__(self) -> str:
        return f"{self.dossier_id}: {self.section}"


class Answer(models.Model):
    """The organisation's own choice for one criterion, with a note (Form 02, part III)."""

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="answers")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+")
    option = models.ForeignKey(CriterionOption, models.PROTECT, null=True, blank=True, related_name="+")
    # Said on purpose, where every option gives points: none of them fits, 0 points.
    none_fits = models.BooleanField(_("no option fits"), default=False)
    note = models.TextField(_("note"), blank=True)
    version = models.PositiveIntegerField(default=1)
    updated_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ["criterion__position"]
        constraints = [
            models.UniqueConstraint(fields=["dossier", "criterion"], name="answer_once"),
            models.CheckConstraint(
                condition=Q(none_fits=False) | Q(option__isnull=True), name="answer_none_fits_or_option"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id}: {self.criterion_id}"


class EvidenceUse(models.Model):
    """A paper of the library proves a criterion of a dossier, or (without one) the dossier as a whole."""

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="evidence_uses")
    evidence = models.ForeignKey(Evidence, models.PROTECT, related_name="uses")
    criterion = models.ForeignKey(Criterion, models.PROTECT, null=True, blank=True, related_name="+")
    added_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("use of evidence")
        verbose_name_plural = _("uses of evidence")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "evidence", "criterion"], name="evidence_use_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id}: {self.evidence_id}"


class Submission(models.Model):
    """The dossier's contents as they stood at one submission: frozen, with the digest of their JSON.

    A dossier entered on software has the same legal value as paper, so what was submitted never changes.
    """

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="submissions")
    number = models.PositiveSmallIntegerField(_("submission"))
    step = models.OneToOneField(DossierStep, models.CASCADE, related_name="submission")
    on = models.DateField(_("on"))
    at = models.DateTimeField(auto_now_add=True)
    content = models.JSONField()
    digest = models.CharField(_("digest (SHA-256)"), max_length=64)
    total = models.DecimalField(_("own total"), max_digits=5, decimal_places=2, null=True)
    stars = models.PositiveSmallIntegerField(_("own star"), null=True)

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["dossier", "number"], name="submission_number_once")]

    def __str__(self) -> str:
        return f"{self.dossier_id}: {self.number}"


class CommuneAssessment(models.Model):
    """Form 03: what the commune says, in words, of four matters, and whether it proposes the product."""

    dossier = models.OneToOneField(Dossier, models.CASCADE, related_name="commune_assessment")
    origin = models.TextField(_("origin and local material"), blank=True)
    labour = models.TextField(_("local labour"), blank=True)
    idea = models.TextField(_("origin of the idea"), blank=True)
    identity = models.TextField(_("local identity and knowledge"), blank=True)
    proposes = models.BooleanField(_("the commune proposes the product"), null=True, blank=True)
    number = models.CharField(_("number of the proposal"), max_length=50, blank=True)
    assessed_on = models.DateField(_("assessed on"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    updated_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("the commune's assessment")
        verbose_name_plural = _("the communes' assessments")
        constraints = [
            models.CheckConstraint(
                condition=Q(proposes__isnull=True) | Q(assessed_on__isnull=False),
                name="commune_assessment_has_a_day",
            )
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id}"
