"""How records that several people keep are changed: no lost update, no double entry, a trail of it all."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import AuditEntry, User
from ocop_portal.lib import text

from . import taxcodes

Record = TypeVar("Record", bound=models.Model)
Changes = dict[str, list[str]]
HIDDEN = {"representative_sex", "representative_ethnicity"}
MASKED = {"phone", "email"}
LONGEST = 500


class Stale(Exception):
    """The record was changed since the form was opened; the words say by whom, when and what."""

    def __init__(self, record: Any) -> None:
        super().__init__(_last_change(record))
        self.version: int = record.version


class Step(NamedTuple):
    """One entry of a record's history, as ``components/timeline.html`` reads it."""

    title: str
    when: datetime
    who: str
    text: str


def sent_before(model: type[Record], token: UUID | None, by: User) -> Record | None:
    """The record that this person's same form made already, so that pressing twice makes one."""
    if token is None:
        return None
    maker = "created_by" if hasattr(model, "created_by") else "uploaded_by"
    return model._default_manager.filter(form_token=token, **{maker: by}).first()


def one_form_at_a_time(by: User) -> None:
    """Let a person's forms, sent twice in the same moment, come one after the other (in a transaction)."""
    User.objects.select_for_update(no_key=True).get(pk=by.pk)


def save(record: models.Model) -> None:
    """Check and store a record. Raises ``ValidationError``, also when another was faster."""
    derived = {field.name for field in record._meta.fields if not field.editable}
    record.full_clean(exclude=derived)
    try:
        with transaction.atomic():
            record.save()
    except IntegrityError:
        record.full_clean(exclude=derived)
        raise


def write(record: models.Model, fields: Mapping[str, Any]) -> Changes:
    """Set the fields, text normalised; return what differs, old and new in words fit for a history."""
    changes: Changes = {}
    for name, value in fields.items():
        before = getattr(record, name, None)  # a new record has no related ones yet
        after = _normal(record, name, value)
        if before != after:
            changes[name] = [_shown(record, name)]
            setattr(record, name, after)
            changes[name].append(_shown(record, name))
    return changes


def save_next(record: Any, *, seen: int) -> None:
    """Check and store the changed (locked) record as its next version.

    ``seen`` is the version that the person saw: raises ``Stale`` if the record has another one by now, and
    ``ValidationError`` for what can't stand.
    """
    if record.version != seen:
        raise Stale(type(record)._default_manager.get(pk=record.pk))
    record.version += 1
    save(record)


def history(record: models.Model, acts: Mapping[str, Any]) -> list[Step]:
    """What happened to the record, the latest first; ``acts`` gives each act its words."""
    return [
        Step(str(acts.get(entry.act, entry.act)), entry.at, entry.actor_name, _told(record, entry))
        for entry in _entries(record)
        if entry.act in acts
    ]


def _entries(record: models.Model) -> models.QuerySet[AuditEntry]:
    return AuditEntry.objects.filter(object_type=record._meta.label_lower, object_id=str(record.pk))


def _normal(record: models.Model, name: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    several = isinstance(record._meta.get_field(name), models.TextField)
    return text.nfc_lines(value) if several else text.nfc(value)


def _shown(record: models.Model, name: str) -> str:
    value: Any = getattr(record, name, None)
    if value and hasattr(record, f"get_{name}_display") and name not in HIDDEN:
        value = getattr(record, f"get_{name}_display")()
    if name in HIDDEN and value:
        return "***"
    if name in MASKED:
        return text.mask(value, 2, 2)
    if name == "tax_code":
        return taxcodes.masked(value)
    if value is None:
        return ""
    words = f"{value:%d/%m/%Y}" if hasattr(value, "strftime") else str(value)
    return words if len(words) <= LONGEST else words[: LONGEST - 1] + "…"


def _label(record: models.Model, name: str) -> str:
    field: Any = record._meta.get_field(name)
    label = str(getattr(field, "verbose_name", "") or field.related_model._meta.verbose_name_plural)
    return label[:1].upper() + label[1:]


def _told(record: models.Model, entry: AuditEntry) -> str:
    changes: Changes = entry.details.get("changes", {})
    return "; ".join(
        f"{_label(record, name)}: {before or '–'} → {after or '–'}"
        for name, (before, after) in changes.items()
    )


def _last_change(record: models.Model) -> str:
    entry = _entries(record).first()
    if entry is None:
        return _("This record was changed since you opened the form.")
    return _(
        "%(who)s changed this record at %(when)s, after you had opened the form: %(what)s. "
        "Your text is still below. Compare, then save again if yours is to stand."
    ) % {
        "who": entry.actor_name,
        "when": f"{timezone.localtime(entry.at):%H:%M %d/%m/%Y}",
        "what": _told(record, entry) or entry.act,
    }
