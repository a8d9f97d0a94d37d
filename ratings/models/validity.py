"""Until when a recognition is valid, as known on a day: two expressions for the database.

Written as SQL of their own: every count of what is still valid asks this of every recognition, and the same
question put together from the framework's subqueries took three times as long, half of it in composing it.
``IN`` comes first in each, because the database answers it for all rows at once; the subquery behind it then
runs only for the few rows that were extended or are being re-evaluated.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import DateField, F, Func

from .dossiers import Dossier

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
_KEPT_DAYS = f"""(
    SELECT (
        SELECT (law.settings ->> 'extension_max_days')::integer
        FROM ratings_regulation law WHERE law.id = refiled.regulation_id
    ) {_REFILED} = {{pk}} AND {_STATE_THEN} NOT IN ({{over}})
    ORDER BY refiled.id LIMIT 1
)"""  # noqa: S608 - put together from the constants here; what is filled in are columns and a day
_VALID_TO = f"""CASE WHEN {{pk}} IN (SELECT refiled.previous_id {_REFILED} IS NOT NULL) THEN (
    SELECT GREATEST(known.expiry, COALESCE({{expires_on}}, known.expiry) + {_KEPT_DAYS})
    FROM (SELECT {_EXPIRY} AS expiry) known
) ELSE {_EXPIRY} END"""  # noqa: S608 - as above
_OVER = ", ".join(f"'{state}'" for state in (Dossier.State.DRAFT, *sorted(Dossier.CLOSED)))


class _DayOf(Func):
    """A day of a recognition as known on ``on``; ``sql`` names its key, its own last day and that day."""

    output_field = DateField()
    sql = ""

    def __init__(self, on: date) -> None:
        super().__init__(F("pk"), F("expires_on"))
        self.on = on

    def as_sql(self, compiler: Any, connection: Any, *_args: Any, **_options: Any) -> tuple[str, tuple[()]]:
        """The expression's SQL; it has no parameters."""
        pk, expires_on = (compiler.compile(source)[0] for source in self.get_source_expressions())
        on = f"DATE '{self.on.isoformat()}'"
        return self.sql.format(pk=pk, expires_on=expires_on, on=on, over=_OVER), ()


class Expiry(_DayOf):
    """The last valid day as extended by the latest event up to the day; null where no paper names one."""

    sql = _EXPIRY


class ValidTo(_DayOf):
    """The last day of validity: ``Expiry``, or later while a re-evaluation is under way; null where that is.

    From the first last day on, one that was submitted and not decided by the day keeps a certificate valid so
    long as its regulation lets one be extended (Decision 26/2026/QĐ-TTg, transitional clause).
    """

    sql = _VALID_TO
