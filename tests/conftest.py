"""What the whole suite needs before the first test."""

import gc
from pathlib import Path

import hypothesis
import pytest
from django.conf import settings
from django.utils.translation.reloader import translation_file_changed

from ocop_portal import translating

# How long an example takes says how busy the machine is, not whether the portal is right.
hypothesis.settings.register_profile(
    "portal", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("portal")


def pytest_sessionstart(session: pytest.Session) -> None:
    """Compile the catalogues; Django, which may have read the old ones by now, reads them anew."""
    translating.compile_stale(settings.BASE_DIR, [Path(path).name for path in settings.LOCALE_PATHS])
    translation_file_changed(sender=None, file_path=Path("django.mo"))


def pytest_collection_finish(session: pytest.Session) -> None:
    """Spare the garbage collector what stays for good: about a tenth of the time went into looking at it."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def pytest_make_parametrize_id(config: pytest.Config, val: object, argname: str) -> str | None:
    """Name a file's content by its argument: the time in it would be another in each process side by side."""
    return argname if isinstance(val, bytes) else None
