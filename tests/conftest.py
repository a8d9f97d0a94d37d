"""What the whole suite needs before the first test."""

from pathlib import Path

import pytest
from django.conf import settings
from django.utils.translation.reloader import translation_file_changed

from ocop_portal import translating


def pytest_sessionstart(session: pytest.Session) -> None:
    """Compile the catalogues; Django, which may have read the old ones by now, reads them anew."""
    translating.compile_stale(settings.BASE_DIR, [Path(path).name for path in settings.LOCALE_PATHS])
    translation_file_changed(sender=None, file_path=Path("django.mo"))
