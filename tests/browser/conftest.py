"""What the live server needs before its first test."""

from pathlib import Path

import pytest
from django.conf import settings


@pytest.fixture(scope="session", autouse=True)
def static_root() -> None:
    """WhiteNoise warns of a missing folder; the live server itself serves static files from their sources."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
