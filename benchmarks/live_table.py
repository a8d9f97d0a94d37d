"""The live table of a council's session: 40 dossiers, 9 members, 34 criteria, all filled in.

A database of its own is made and dropped again. Asked through HTTP in one process: first with nothing kept
(``cold``: every sheet is scored), then as a secretary's browser asks every few seconds. The median must be
under ``ALLOWED_MS``. ``BENCH_TURNS`` sets the turns (10).
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Any

from benchmarks import Figure

if TYPE_CHECKING:
    from django.test import Client

TURNS = int(os.environ.get("BENCH_TURNS", "10"))
ALLOWED_MS = 200.0
DOSSIERS, MEMBERS = 40, 9
CRITERIA = "QD26-13"


def figures() -> Iterable[Figure]:
    """Measure the table's data cold and warm."""
    with _council() as (client, url, criteria):
        from ratings import tallying

        cold, warm = [], []
        for _turn in range(TURNS):
            tallying._score.cache_clear()
            cold.append(_milliseconds(client, url))
            warm.append(_milliseconds(client, url))
    shape = f"{criteria} criteria × {MEMBERS} members × {DOSSIERS} dossiers"
    for name, times in (("cold", cold), ("asked again", warm)):
        middle = median(times)
        words = f"median {middle:.0f} ms ({shape})"
        yield Figure(f"the live table, {name}", words, ALLOWED_MS / middle, 1.0)


def _milliseconds(client: "Client", url: str) -> float:
    begun = perf_counter()
    answer = client.get(url)
    taken = (perf_counter() - begun) * 1000
    if answer.status_code != 200:
        raise RuntimeError(f"{url} answered {answer.status_code}")
    return taken


@contextmanager
def _council() -> Iterator[tuple["Client", str, int]]:
    """A session in the middle of its first pass, and the browser of the officer who runs it."""
    os.environ |= {"OCOP_DEMO": "1", "OCOP_DEBUG": "0", "OCOP_TODAY": "2026-06-15"}
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ocop_portal.settings")
    import django

    django.setup()
    from django.db import connection
    from django.test import Client
    from django.test.utils import override_settings

    given = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    storages = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    try:
        from django.conf import settings

        with override_settings(ALLOWED_HOSTS=["*"], STORAGES={**settings.STORAGES, **storages}):
            officer, session, criteria = _fill_in()
            client = Client()
            client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
            yield client, f"/hoi-dong/phien/{session.pk}/bang/so-lieu/", criteria
    finally:
        connection.creation.destroy_test_db(given, verbosity=0)


def _fill_in() -> tuple[Any, Any, int]:
    """The rows, straight into the database: thirteen thousand choices."""
    from accounts.models import Role
    from areas.models import Level
    from ratings.criteria.outline import outline_of
    from ratings.models import AgendaItem, ScoreSheet, ScoringPass, SheetChoice
    from tests import factories
    from tests.ratings import sitting_council

    province = factories.make_area("04", "Cao Bằng", Level.PROVINCE)
    commune = factories.make_area(
        "01501", "Xã Đàm Thủy", Level.COMMUNE, province, valid_from=date(2025, 7, 1)
    )
    factories.cover()
    officer = factories.make_user("tinh.caobang", Role.OFFICER, province)
    rating = factories.load_criteria(CRITERIA)[0]
    session = sitting_council.make_session(sitting_council.make_council(province, members=MEMBERS))
    items = list(outline_of(rating).items.values())
    for _number in range(DOSSIERS):
        dossier = sitting_council.make_accepted(commune, rating)
        item = sitting_council.make_item(session, dossier)
        AgendaItem.objects.filter(pk=item.pk).update(state="scoring")
        opened = ScoringPass.objects.create(item=item, number=1)
        sheets = [ScoreSheet(scoring_pass=opened, member=member) for member in session.council.members.all()]
        for place, sheet in enumerate(ScoreSheet.objects.bulk_create(sheets)):
            SheetChoice.objects.bulk_create(
                SheetChoice(
                    sheet=sheet,
                    criterion_id=each.pk,
                    option_id=each.choices[(place + sheet.pk) % len(each.choices)].pk,
                )
                for each in items
            )
        opened.sheets.update(closed_at="2026-06-15T08:00+07:00")
    return officer, session, len(items)
