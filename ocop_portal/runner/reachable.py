"""Addresses given from outside are tried before anything is built on them."""

from urllib.parse import urlsplit

from .problems import Problem

PATIENCE = 5
OLDEST_POSTGRES = 15


def require_postgres(url: str) -> None:
    """Raise a Problem unless a PostgreSQL of a supported age lets us in at the address."""
    import psycopg2

    _require_shape(url, "DATABASE_URL", "postgres://user:password@host:5432/name", {"postgres", "postgresql"})
    try:
        connection = psycopg2.connect(url, connect_timeout=PATIENCE)
    except psycopg2.Error as error:
        raise Problem(_unreachable("DATABASE_URL", url, "PostgreSQL", error)) from None
    major = connection.server_version // 10000
    connection.close()
    if major < OLDEST_POSTGRES:
        raise Problem(f"DATABASE_URL names a PostgreSQL {major}: the portal needs {OLDEST_POSTGRES} or newer")


def require_redis(url: str) -> None:
    """Raise a Problem unless a Redis lets us in at the address."""
    import redis

    _require_shape(url, "REDIS_URL", "redis://:password@host:6379/0", {"redis", "rediss"})
    try:
        with redis.Redis.from_url(url, socket_connect_timeout=PATIENCE, socket_timeout=PATIENCE) as client:
            client.ping()
    except (redis.RedisError, OSError) as error:
        raise Problem(_unreachable("REDIS_URL", url, "Redis", error)) from None


def _require_shape(url: str, variable: str, example: str, schemes: set[str]) -> None:
    try:
        parts = urlsplit(url)
        right = parts.scheme in schemes and (parts.port is None or parts.port > 0)
    except ValueError:
        right = False
    if not right:
        raise Problem(f"{variable} must look like {example}")


def _unreachable(variable: str, url: str, title: str, error: Exception) -> str:
    """One line without the password."""
    parts = urlsplit(url)
    reason = " ".join(str(error).split())
    if parts.password:
        reason = reason.replace(parts.password, "***")
    place = url.rpartition("@")[2].rpartition("://")[2].partition("?")[0]
    return f"{variable}: no {title} lets us in at {place} ({reason}): start it, mend {variable}, or unset it"
