"""The closure behind roll-ups and rights, computed by the database in one statement."""

from __future__ import annotations

from django.db import connection, transaction

from .models import Coverage

# UNION drops pairs met before, so even a circle among predecessors ends.
REBUILD = """
WITH RECURSIVE step (upper, lower) AS (
    SELECT parent_id, id FROM areas_area WHERE parent_id IS NOT NULL
    UNION
    SELECT successor_id, predecessor_id FROM areas_succession
), closure (unit_id, covered_id) AS (
    SELECT id, id FROM areas_area
    UNION
    SELECT closure.unit_id, step.lower FROM closure JOIN step ON step.upper = closure.covered_id
)
INSERT INTO areas_coverage (unit_id, covered_id) SELECT unit_id, covered_id FROM closure
"""


@transaction.atomic
def rebuild() -> int:
    """Write anew which unit covers which: itself, what lies under it, and all predecessors of these.

    Returns the number of pairs. Readers see the old closure until the transaction ends.
    """
    Coverage.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(REBUILD)
        return cursor.rowcount
