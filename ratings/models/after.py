"""What happens after a decision: acts on recognitions, inspections with findings, objections."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.scoping import AreaScopedQuerySet
from areas.models import Area

from .criteria import Criterion
from .decisions import Decision
from .dossiers import Dossier
from .recognitions import Change, Recognition, RecognitionEvent, RevocationGround


class DecisionAct(Change):
    """What a decision does to one recognition: signing it writes the event."""

    class Kind(models.TextChoices):
        EXTENDED = RecognitionEvent.Kind.EXTENDED.value, _("Extend")
        REVOKED = RecognitionEvent.Kind.REVOKED.value, _("Revoke")
        STRUCK_OFF = RecognitionEvent.Kind.STRUCK_OFF.value, _("Strike off the list")
        CORRECTED = RecognitionEvent.Kind.CORRECTED.value, _("Correct")

    decision = models.ForeignKey(Decision, models.CASCADE, related_name="acts")
    recognition = models.ForeignKey(Recognition, models.PROTECT, related_name="acts")
    kind = models.CharField(_("what is decided"), max_length=20, choices=Kind.choices)
    new_expires_on = models.DateField(_("valid until (new)"), null=True, blank=True)
    found_on = models.DateField(_("found on"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("act of a decision")
        verbose_name_plural = _("acts of decisions")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["decision", "recognition", "kind"], name="decision_act_once"),
            models.CheckConstraint(
                condition=Q(kind="extended", new_expires_on__isnull=False)
                | (~Q(kind="extended") & Q(new_expires_on__isnull=True)),
                name="act_extension_has_a_day",
            ),
            models.CheckConstraint(
                condition=Q(kind="revoked", found_on__isnull=False) & ~Q(ground="")
                | (~Q(kind="revoked") & Q(ground="", found_on__isnull=True)),
                name="act_revocation_has_ground_and_finding",
            ),
            models.CheckConstraint(
                condition=Q(kind="corrected") & ~Q(corrects="") & ~Q(right="")
                | (~Q(kind="corrected") & Q(corrects="", wrong="", right="")),
                name="act_correction_says_what",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.recognition}"


class InspectionQuerySet(AreaScopedQuerySet):
    """Inspections; scope comes from the recognition's commune."""

    area_path = "recognition__area"


class Inspection(models.Model):
    """A visit to a recognised product: planned, carried out, with a finding and what is to be mended."""

    class Finding(models.TextChoices):
        CONFORMS = "conforms", _("Conforms")
        TO_MEND = "to_mend", _("Something is to be mended")
        TO_REVOKE = "to_revoke", _("Revocation is proposed")

    recognition = models.ForeignKey(Recognition, models.PROTECT, related_name="inspections")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("inspecting unit"))
    planned_on = models.DateField(_("planned on"))
    reason = models.CharField(_("reason of the inspection"), max_length=250, blank=True)
    done_on = models.DateField(_("carried out on"), null=True, blank=True)
    finding = models.CharField(_("finding"), max_length=12, choices=Finding.choices, blank=True)
    words = models.TextField(_("findings in words"), blank=True)
    remedy = models.TextField(_("what is to be mended"), blank=True)
    remedy_due_on = models.DateField(_("to be mended by"), null=True, blank=True)
    remedied_on = models.DateField(_("mended on"), null=True, blank=True)
    ground = models.CharField(
        _("ground of revocation"), max_length=30, choices=RevocationGround.choices, blank=True
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    entered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = InspectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("inspection")
        verbose_name_plural = _("inspections")
        ordering = ["-planned_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(finding="", done_on__isnull=True) | ~Q(finding="") & Q(done_on__isnull=False),
                name="inspection_done_has_a_finding",
            ),
            models.CheckConstraint(
                condition=~Q(finding="to_revoke") | ~Q(ground=""), name="inspection_revocation_has_a_ground"
            ),
            models.CheckConstraint(
                condition=~Q(finding="to_mend") | Q(remedy_due_on__gte=F("done_on")),
                name="inspection_remedy_has_a_term",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recognition} {self.planned_on:%d/%m/%Y}"


class InspectionLine(models.Model):
    """One line of the checklist, out of the criteria by which the product was rated."""

    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="lines")
    criterion = models.ForeignKey(Criterion, models.PROTECT, null=True, blank=True, related_name="+")
    words = models.CharField(_("what is checked"), max_length=400)
    position = models.PositiveSmallIntegerField()
    conforms = models.BooleanField(_("conforms"), null=True)
    note = models.CharField(_("note"), max_length=400, blank=True)

    class Meta:
        verbose_name = _("line of the checklist")
        verbose_name_plural = _("lines of the checklist")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["inspection", "position"], name="inspection_line_once")
        ]

    def __str__(self) -> str:
        return self.words[:80]


class ObjectionQuerySet(AreaScopedQuerySet):
    """Objections; scope comes from the dossier's commune."""

    area_path = "dossier__area"


class Objection(models.Model):
    """An organisation objects to what was decided of its dossier; it gets an answer within a term."""

    class Outcome(models.TextChoices):
        UPHELD = "upheld", _("The decision stands")
        CORRECTED = "corrected", _("The decision is corrected")
        RATED_AGAIN = "rated_again", _("The product is rated again")
        WITHDRAWN = "withdrawn", _("The objection was withdrawn")

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="objections")
    decision = models.ForeignKey(Decision, models.PROTECT, null=True, blank=True, related_name="objections")
    received_on = models.DateField(_("received on"))
    words = models.TextField(_("what the organisation objects to"))
    due_on = models.DateField(_("to be answered by"))
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome.choices, blank=True)
    answer = models.TextField(_("answer"), blank=True)
    answered_on = models.DateField(_("answered on"), null=True, blank=True)
    answer_number = models.CharField(_("number of the answer"), max_length=50, blank=True)
    paper = models.CharField(max_length=200, blank=True, editable=False)
    paper_name = models.CharField(_("file of the answer"), max_length=120, blank=True, editable=False)
    paper_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    entered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ObjectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("objection")
        verbose_name_plural = _("objections")
        ordering = ["-received_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="", answered_on__isnull=True)
                | ~Q(outcome="") & Q(answered_on__isnull=False) & ~Q(answer=""),
                name="objection_answered_whole",
            ),
            models.UniqueConstraint(
                fields=["dossier"], condition=Q(outcome=""), name="objection_one_open_a_dossier"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dossier} {self.received_on:%d/%m/%Y}"
