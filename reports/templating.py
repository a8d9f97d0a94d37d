"""An office's form: uploaded once, replaced by a newer version, withdrawn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import auditing
from accounts.models import Role, User
from accounts.rules import ALLOWED, Verdict, needs
from areas.models import Area
from ocop_portal.lib import files
from ocop_portal.lib.spreadsheet_forms import Form, FormRefused, Mistake, mistakes

from . import placeholders
from .catalogue import KINDS
from .models import Template

MAX_BYTES = 5 * 1024 * 1024
KEEPERS = [Role.COMMUNE, Role.OFFICER]
MOST_TEMPLATES = 100
"""Current forms of one unit."""


class Mistaken(Exception):
    """A form that can't be filled as it is; ``found`` says where and what to do."""

    def __init__(self, found: Sequence[Mistake]) -> None:
        super().__init__(f"{len(found)} mistakes")
        self.found = found


def may_keep(by: User, area: Area) -> Verdict:
    """Officers keep the forms of the units their posts cover, commune staff those of their commune."""
    return needs(by, KEEPERS, area)


def may_keep_some(by: User) -> Verdict:
    """Whether the person keeps the forms of any unit."""
    return needs(by, KEEPERS)


def may_replace(template: Template, by: User) -> Verdict:
    """As :func:`may_keep`, and only a form that is in use."""
    verdict = may_keep(by, template.area)
    return may_fill(template) if verdict else verdict


def may_fill(template: Template) -> Verdict:
    """Only a form in use is filled or replaced; the others are kept for reading."""
    if template.is_current:
        return ALLOWED
    return Verdict(
        False, _("This version of the form was replaced or withdrawn; it is only kept for reading.")
    )


def upload(area: Area, report: str, name: str, file: files.Upload, *, by: User, note: str = "") -> Template:
    """Keep a new form of the unit for a report.

    Raises :class:`Mistaken` with every mistake of the form, ``files.UploadRefused`` for a file that is no
    .xlsx to fill, ``ValidationError`` for a name that the unit has already, ``PermissionDenied`` outside
    one's area; then neither row nor file is left.
    """
    may_keep(by, area).require()
    form = checked(file, report, by)
    if Template.objects.current().filter(area=area).count() >= MOST_TEMPLATES:
        raise ValidationError(
            _("A unit keeps at most %(most)s forms; withdraw one.") % {"most": MOST_TEMPLATES}
        )
    fields = {"area": area, "report": report, "name": name, "note": note}
    return _kept(form, file, by, fields, "template.uploaded")


def replace(template: Template, file: files.Upload, *, by: User, note: str = "") -> Template:
    """Keep a newer version in place of a form, which stays for reading.

    Raises as :func:`upload`, and ``PermissionDenied`` when the form was replaced or withdrawn before.
    """
    may_replace(template, by).require()
    form = checked(file, template.report, by)
    fields = {
        "area": template.area,
        "report": template.report,
        "name": template.name,
        "note": note,
        "version": template.version + 1,
        "replaces": template,
    }
    return _kept(form, file, by, fields, "template.replaced")


@transaction.atomic
def withdraw(template: Template, *, by: User) -> None:
    """Take a form out of use; it stays for reading. ``PermissionDenied`` when that happened before."""
    may_replace(template, by).require()
    _end(template, by)
    auditing.record("template.withdrawn", template, by=by, version=template.version)


def checked(file: files.Upload, report: str, by: User) -> Form:
    """The form in the file, when every placeholder of it can be filled from the report.

    Raises :class:`Mistaken`, ``files.UploadRefused``, and ``PermissionDenied`` for a person whose posts read
    no report.
    """
    if report not in KINDS:
        raise ValidationError(_("No such report"))
    learnt = placeholders.report_to_learn_from(report, by)
    if learnt is None:
        raise PermissionDenied(_("None of your posts reads reports."))
    file.file.seek(0)
    try:
        form = Form(file.file.read(), placeholders.vocabulary(learnt))
        found = mistakes(form)
    except FormRefused as refused:
        raise files.UploadRefused(str(refused), code="form") from refused
    if found:
        raise Mistaken(found)
    return form


def _kept(form: Form, file: files.Upload, by: User, fields: dict[str, Any], act: str) -> Template:
    places = [[place.sheet, place.cell, place.name, place.table] for place in form.places]
    with files.storing(file) as stored, _one_of_a_name(), transaction.atomic():
        if older := fields.get("replaces"):
            _end(older, by)
        made: Template = Template.objects.create(
            file=stored.name,
            file_name=stored.file_name,
            file_size=stored.size,
            file_sha256=stored.sha256,
            places=places,
            uploaded_by=by,
            **fields,
        )
        auditing.record(act, made, by=by, report=made.report, version=made.version, sha256=stored.sha256)
    return made


@contextmanager
def _one_of_a_name() -> Iterator[None]:
    """Say in words what the database refuses: two current forms of one name."""
    try:
        yield
    except IntegrityError as error:
        if "template_one_current_of_a_name" not in str(error):
            raise
        words = _("The unit has a form of this name already. Replace that one, or choose another name.")
        raise ValidationError({"name": words}) from error


def _end(template: Template, by: User) -> None:
    now = timezone.now()
    rows = Template.objects.current().filter(pk=template.pk)
    if not rows.update(ended_at=now, ended_by=by):
        raise PermissionDenied(_("Somebody replaced or withdrew this form before you."))
