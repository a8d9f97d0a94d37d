"""``manage.py translations update|compile|check``: the catalogues of Vietnamese words."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation.reloader import translation_file_changed

from ocop_portal import translating


class Command(BaseCommand):
    """Keep the Vietnamese catalogues in line with the sources; needs no gettext programs."""

    help = "Update the catalogues from the sources, compile them, or check that they are complete."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the act and, for update, the catalogues it is limited to."""
        parser.add_argument("act", choices=["update", "compile", "check"])
        parser.add_argument("catalogues", nargs="*", help="the catalogues to update; all by default")

    def handle(self, *, act: str, catalogues: list[str], **options: Any) -> None:
        """Do the act; exit with 1 and the list of faults where the check finds any."""
        every = [Path(path).name for path in settings.LOCALE_PATHS]
        if unknown := set(catalogues) - set(every):
            raise CommandError(
                f"No such catalogue: {', '.join(sorted(unknown))}. There are {', '.join(every)}."
            )
        try:
            {"update": self._update, "compile": self._compile, "check": self._check}[act](catalogues, every)
        except translating.TranslationError as error:
            raise CommandError(str(error)) from error

    def _update(self, chosen: list[str], every: list[str]) -> None:
        lacking = translating.update(settings.BASE_DIR, chosen or every, every)
        for name, words in lacking.items():
            self.stdout.write(f"{name}: {len(words)} without a translation")
            for word in words:
                self.stdout.write(f"  {word!r}")

    def _compile(self, chosen: list[str], every: list[str]) -> None:
        compiled = translating.compile_stale(settings.BASE_DIR, chosen or every)
        # Loading the models reads the catalogues: what this process does next, as a demonstration, would
        # otherwise go on in English and keep it.
        translation_file_changed(None, Path("django.mo"))
        self.stdout.write(f"compiled: {', '.join(compiled) or 'nothing was stale'}")

    def _check(self, chosen: list[str], every: list[str]) -> None:
        if found := translating.check(settings.BASE_DIR, every):
            raise CommandError("\n".join([*found, f"{len(found)} faults in the translations"]))
        self.stdout.write("the translations are complete")
