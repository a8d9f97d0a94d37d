"""The portal for a benchmark: a database of its own that is dropped again, settings as in service."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def portal(today: str) -> Iterator[None]:
    """An empty portal on the business day ``today``, in this process on one core, for as long as it lasts."""
    os.environ |= {"OCOP_DEMO": "1", "OCOP_DEBUG": "0", "OCOP_TODAY": today}
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ocop_portal.settings")
    import django

    django.setup()
    from django.db import connection
    from django.test.utils import override_settings

    from ocop_portal.serving import settle

    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    given = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        with tempfile.TemporaryDirectory() as folder, override_settings(**_kept_in(folder)):
            settle()
            yield
    finally:
        connection.creation.destroy_test_db(given, verbosity=0)


def _kept_in(folder: str) -> dict[str, Any]:
    """Settings that keep the benchmark's files apart, and need no collected static files."""
    from django.conf import settings

    storages = {
        **settings.STORAGES,
        "private": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": f"{folder}/private", "base_url": None},
        },
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    names = {"MEDIA_ROOT": "media", "PRIVATE_ROOT": "private", "REPORTS_ROOT": "reports"}
    kept = {"STORAGES": storages, "ALLOWED_HOSTS": ["*"], "STATIC_ROOT": folder}
    return kept | {k: f"{folder}/{v}" for k, v in names.items()}
