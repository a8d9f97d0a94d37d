"""The environment that a command of this checkout runs in: its servers' addresses."""

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from .places import var_folder, write_private
from .reachable import require_postgres, require_redis
from .sharing import shared

SERVERS: dict[str, tuple[str, Callable[[str], None]]] = {
    "DATABASE_URL": ("postgres", require_postgres),
    "REDIS_URL": ("redis", require_redis),
}


@contextmanager
def servers() -> Iterator[dict[str, str]]:
    """Have PostgreSQL and Redis, those given or this checkout's own; gives the environment for commands."""
    with ExitStack() as stack:
        found = {}
        for variable, (kind, require) in SERVERS.items():
            given = os.environ.get(variable)
            if given:
                require(given)
            found[variable] = given or stack.enter_context(shared(kind))
        yield {"OCOP_SECRET_KEY": _secret_key(), **os.environ, **found}


def _secret_key() -> str:
    path = var_folder() / "secret-key"
    if not path.exists():
        write_private(path, secrets.token_urlsafe(48))
    return path.read_text()
