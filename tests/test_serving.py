"""What the serving processes and their database connections are told once."""

from __future__ import annotations

import subprocess
import sys

import pytest
from django.db import connection


@pytest.mark.django_db
def test_the_database_compiles_no_count_to_machine_code():
    with connection.cursor() as cursor:
        cursor.execute("SHOW jit")
        assert cursor.fetchone() == ("off",)


def test_the_web_server_has_loaded_every_page_and_set_it_apart_before_the_first_request():
    asked = (
        "import gc, sys, ocop_portal.wsgi\n"
        "print(gc.get_freeze_count() > 50_000, gc.get_threshold()[0] > 700, 'reports.views' in sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["True", "True", "True"]
