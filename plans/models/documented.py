"""What rows note of a file that is kept privately with them (see ``plans.documents``)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Documented(models.Model):
    """A row with a file that shows what it says, or without one."""

    document = models.CharField(max_length=200, blank=True, editable=False)
    document_name = models.CharField(_("file"), max_length=120, blank=True, editable=False)
    document_type = models.CharField(max_length=100, blank=True, editable=False)
    document_size = models.PositiveIntegerField(default=0, editable=False)
    document_sha256 = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        abstract = True
