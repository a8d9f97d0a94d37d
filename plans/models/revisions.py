"""What a published target promised before: revisions with their decisions, old and new values."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User

from .documented import Documented
from .targets import Target


class Revision(Documented):
    """One change of what a published target promises; the database refuses to change or remove it.

    The file is that of the decision, for those who read the plan on the portal; the public isn't given it.

    A decision changes the target from its day on. A correction mends what was entered wrongly: it holds from
    the day of the decision it corrects, or from the beginning.
    """

    class Kind(models.TextChoices):
        DECISION = "decision", _("Revised by a decision")
        CORRECTION = "correction", _("Correction of what was entered wrongly")

    target = models.ForeignKey(Target, models.PROTECT, related_name="revisions")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.DECISION)
    decision = models.CharField(_("number of the decision"), max_length=50, blank=True)
    decided_on = models.DateField(_("date of the decision"), null=True, blank=True)
    reason = models.TextField(_("reason"))
    old_words = models.TextField()
    new_words = models.TextField()
    old_comparator = models.CharField(max_length=10)
    new_comparator = models.CharField(max_length=10)
    old_number = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    new_number = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    old_number_max = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    new_number_max = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    old_deadline = models.DateField(null=True)
    new_deadline = models.DateField(null=True)
    entered_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("revision of a target")
        verbose_name_plural = _("revisions of targets")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="correction") | (~Q(decision="") & Q(decided_on__isnull=False)),
                name="revision_names_its_decision",
            ),
            models.CheckConstraint(
                condition=~Q(kind="correction") | Q(decided_on__isnull=True),
                name="revision_correction_undated",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="revision_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.decision}".strip()
