"""What the tests of reports share: the year 2023, runs, and a broker that only takes notes."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any

import pytest
from kombu.exceptions import OperationalError

from ocop_portal.lib import broker as lib_broker
from ocop_portal.lib import periods
from reports import requesting
from reports.models import Run
from tests import reporting


class Broker:
    """Notes the runs it was asked to wake a worker for; refuses while it is down."""

    def __init__(self) -> None:
        self.sent: list[int] = []
        self.is_down = False

    def connection_for_write(self, **options: Any) -> AbstractContextManager[None]:
        return nullcontext()

    def send_task(self, name: str, arguments: list[int], **options: Any) -> None:
        assert name == "reports.tasks.compile_run"
        if self.is_down:
            raise OperationalError("Connection refused")
        self.sent += arguments


@pytest.fixture(autouse=True)
def broker(monkeypatch) -> Broker:
    broker = Broker()
    monkeypatch.setattr(lib_broker, "current_app", broker)
    return broker


@pytest.fixture
def year(world, officer):
    return reporting.make_year(world, officer)


@pytest.fixture
def ask(world, leader):
    """Ask for a report as the district's leader, or somebody else."""

    def ask(period: str = "2023", by=leader, area=world.district) -> Run:
        return requesting.request("tien-do", area, periods.parse(period), by=by)

    return ask
