"""`manage.py load_reference`: the files of every app, in the order in which apps build on each other."""

from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.module_loading import module_has_submodule


class Command(BaseCommand):
    """Call ``load()`` of each app's module ``loading``; an unchanged file is skipped by its digest."""

    help = "Loads the reference data of every app; what has not changed is left alone."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """Print a line per file; a bad file stops everything, and nothing has changed."""
        for name in settings.APPS:
            if not module_has_submodule(import_module(name), "loading"):
                continue
            try:
                for line in import_module(f"{name}.loading").load():
                    self.stdout.write(line)
            except (ValueError, OSError) as error:
                raise CommandError(f"{name}: {error}") from error
