"""Reference data as files: loaded by an idempotent command, skipped while their digest is unchanged."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from django.db import transaction

from .models import LoadedFile


@transaction.atomic
def load_file(path: Path, load: Callable[[bytes], str]) -> str:
    """Hand the file's bytes to ``load`` unless they were loaded already; return a line for the console.

    ``load`` returns what it did in a few words. It raises ``ValueError`` with place and reason for a bad
    file, and then nothing has changed.
    """
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    data = next((folder for folder in path.parents if folder.name == "data"), path.parent)
    name = f"{data.parent.name}/{path.relative_to(data)}"
    known = LoadedFile.objects.select_for_update().filter(name=name).first()
    if known and known.digest == digest:
        return f"{name}: unchanged"
    done = load(content)
    LoadedFile.objects.update_or_create(name=name, defaults={"digest": digest})
    return f"{name}: {done}"
