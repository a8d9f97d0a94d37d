"""``manage.py vendored check``: the front-end files of others are exactly those that were reviewed."""

import hashlib
from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

LIST = "digests.txt"


def differences(folder: Path) -> list[str]:
    """One line for each changed, missing or unlisted file of ``folder``; empty when all is well."""
    listed = _listed(folder / LIST)
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    found.pop(LIST, None)
    problems = [f"{name}: listed, but missing" for name in sorted(listed.keys() - found.keys())]
    problems += [f"{name}: not listed in {LIST}" for name in sorted(found.keys() - listed.keys())]
    for name in sorted(found.keys() & listed.keys()):
        if hashlib.sha256(found[name].read_bytes()).hexdigest() != listed[name]:
            problems.append(f"{name}: changed since it was listed")
    return problems


def _listed(path: Path) -> dict[str, str]:
    lines = (line.split(None, 1) for line in path.read_text(encoding="utf-8").splitlines())
    return {parts[1]: parts[0] for parts in lines if len(parts) == 2 and not parts[0].startswith("#")}


class Command(BaseCommand):
    """Compares ``static/vendor`` with ``static/vendor/digests.txt``."""

    help = "Check that every vendored front-end file matches its recorded digest (verb: check)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("verb", choices=["check"])

    def handle(self, *args: object, **options: object) -> None:
        problems = differences(Path(settings.BASE_DIR) / "static" / "vendor")
        if problems:
            raise CommandError("Vendored files differ:\n" + "\n".join(problems))
        self.stdout.write("vendored files match their digests")
