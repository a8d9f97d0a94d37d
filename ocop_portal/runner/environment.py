"""The environment that a command of this checkout runs in: its servers' addresses."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from .reachable import require_postgres, require_redis
from .sharing import shared

SERVERS: dict[str, tuple[str, Callable[[str], None]]] = {
    "DATABASE_URL": ("postgres", require_postgres),
    "REDIS_URL": ("redis", require_redis),
}


@contextmanager
def servers(**more: str) -> Iterator[dict[str, str]]:
    """Have PostgreSQL and Redis, those given or this checkout's own; gives the environment for commands."""
    with ExitStack() as stack:
        found = {}
        for variable, (kind, require) in SERVERS.items():
            given = os.environ.get(variable)
            if given:
                require(given)
            found[variable] = given or stack.enter_context(shared(kind))
        yield {**os.environ, **found, **more}
