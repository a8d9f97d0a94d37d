"""`manage.py demo --stage 2023|2026 --seed N`: a year played through the portal's own verbs."""

from argparse import ArgumentParser
from collections.abc import Callable
from functools import partial
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.models import User
from ocop_portal.demonstration import between, months2023, plans2026, year2023, year2026
from ocop_portal.lib import clock
from ratings import forewarning, reminding


class Command(BaseCommand):
    """Load the demonstration, whole or not at all; a database that has it is left alone."""

    help = "Plays a year of Trùng Khánh into an empty database; needs OCOP_DEMO=1."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--stage", choices=["2023", "2026"], default="2023")
        parser.add_argument("--seed", type=int, default=1, help="numbers and names follow from it")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """Refuse without OCOP_DEMO=1: the accounts have a password that everyone can read."""
        if not settings.OCOP_DEMO:
            raise CommandError("demo needs OCOP_DEMO=1: its accounts have a published password")
        self._load("2023", "lanhdao.trungkhanh", partial(self._play_2023, options["seed"]))
        if options["stage"] == "2026":
            self._load("2026", "xa.damthuy.2026", partial(self._play_2026, options["seed"]))
        reminding.remind(clock.today())
        forewarning.forewarn(clock.today())

    def _play_2023(self, seed: int) -> None:
        year2023.play(seed)
        months2023.play()

    def _play_2026(self, seed: int) -> None:
        between.play(seed)
        year2026.play(seed)
        plans2026.play(seed)

    def _load(self, stage: str, known_by: str, play: Callable[[], None]) -> None:
        """Play the stage unless the account that it makes is there."""
        if User.objects.filter(username=known_by).exists():
            self.stdout.write(f"The demonstration of {stage} is there already")
            return
        play()
        self.stdout.write(f"Loaded the demonstration of {stage}")
