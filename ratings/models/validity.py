"""Until when a recognition is valid, as known on a day: expressions for the database.

``IN`` comes first in each, because the database answers it for all rows at once; the subquery behind it then
runs only for the few rows that were extended or are being re-evaluated.
"""

from __future__ import annotations

from django.db.models import BooleanField, DateField

from ocop_portal.lib.written import Written

from .dossiers import Dossier

_OVER = ", ".join(f"'{state}'" for state in (Dossier.State.DRAFT, *sorted(Dossier.CLOSED)))
_EXTENDED = """
    FROM ratings_recognitionevent extension WHERE extension.kind = 'extended' AND extension."on" <= {on}"""
_EXPIRY = f"""CASE WHEN {{pk}} IN (SELECT extension.recognition_id {_EXTENDED}) THEN (
    SELECT extension.new_expires_on {_EXTENDED} AND extension.recognition_id = {{pk}}
    ORDER BY extension."on" DESC, extension.id DESC LIMIT 1
) ELSE {{expires_on}} END"""

_REFILED = """
    FROM ratings_dossier refiled
    WHERE refiled.kind = 'reevaluation' AND refiled.first_submitted_on <= {on} AND refiled.previous_id """
_STATE_THEN = """COALESCE((
    SELECT step.to_state FROM ratings_dossierstep step
    WHERE step.dossier_id = refiled.id AND step."on" <= {on} ORDER BY step."on" DESC, step.id DESC LIMIT 1
), refiled.state)"""
_DECIDED = f"refiled.state IN ({_OVER}) AND refiled.state_since <= {{on}}"
_IS_REFILED = f"""{{pk}} IN (
    SELECT refiled.previous_id {_REFILED} IS NOT NULL AND NOT ({_DECIDED})
)"""
_KEPT_UNTIL = f"""COALESCE({{expires_on}}, {_EXPIRY}) + (
    SELECT (
        SELECT (law.settings ->> 'extension_max_days')::integer
        FROM ratings_regulation law WHERE law.id = refiled.regulation_id
    ) {_REFILED} = {{pk}} AND {_STATE_THEN} NOT IN ({_OVER})
    ORDER BY refiled.id LIMIT 1
)"""  # noqa: S608 - as above
_VALID_TO = f"""CASE WHEN {_IS_REFILED} THEN GREATEST({_EXPIRY}, {_KEPT_UNTIL}) ELSE {_EXPIRY} END"""
_STANDS = f"""({_EXPIRY} >= {{on}} OR {_IS_REFILED} AND {_KEPT_UNTIL} >= {{on}})"""


class _AsKnown(Written):
    """What the papers up to the day ``on`` say."""

    columns = ("pk", "expires_on")


class Expiry(_AsKnown):
    """The last valid day as extended by the latest event up to the day; null where no paper names one."""

    output_field = DateField()
    sql = _EXPIRY


class ValidTo(_AsKnown):
    """The last day of validity: ``Expiry``, or later while a re-evaluation is under way; null where that is.

    From the first last day on, one that was submitted and not decided by the day keeps a certificate valid so
    long as its regulation lets one be extended (Decision 26/2026/QĐ-TTg, transitional clause).
    """

    output_field = DateField()
    sql = _VALID_TO


class Stands(_AsKnown):
    """That ``ValidTo`` is not before the day, worked out in full for what has expired alone."""

    output_field = BooleanField()
    sql = _STANDS
