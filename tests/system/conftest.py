"""One portal for all tests that kill its parts; each leaves it whole."""

import shutil
import tempfile
from pathlib import Path

import pytest

from tests.factories import PASSWORD

from .portal import Portal


@pytest.fixture(scope="session")
def running_portal():
    folder = Path(tempfile.mkdtemp(prefix="ocop-"))
    folder.chmod(0o711)
    try:
        with Portal(folder) as portal:
            yield portal
    finally:
        shutil.rmtree(folder)


@pytest.fixture
def portal(running_portal):
    """The portal, mended after the test whatever became of it."""
    yield running_portal
    for part in (running_portal.database, running_portal.broker, running_portal.worker, running_portal.beat):
        if not part.alive():
            part.restart()
    running_portal.wait_until_whole()


@pytest.fixture(scope="session")
def signed_in(running_portal):
    """Browsers in which the officer and the leader of the district are signed in."""
    browsers = []
    for username in ("huyen.trungkhanh", "lanhdao.trungkhanh"):
        browser = running_portal.browser()
        assert browser.sign_in(username, PASSWORD).status == 302
        browsers.append(browser)
    return browsers


@pytest.fixture
def officer_at_work(signed_in):
    return signed_in[0]


@pytest.fixture
def leader_at_work(signed_in):
    return signed_in[1]
