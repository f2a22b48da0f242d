"""How Melodee's processes reach PostgreSQL."""

from dataclasses import dataclass

from melodee.errors import SettingError
from melodee.settings.source import Settings, at_least, secret_setting, setting, text

DATABASE = "MELODEE_DATABASE_URL"


def check_url(url: str) -> None:
    """Raises `SettingError`, without the URL in it: it may hold a password."""
    # Settings are read by much that has no database, and loading this takes a tenth of a second.
    from sqlalchemy.engine import make_url  # noqa: PLC0415
    from sqlalchemy.exc import ArgumentError  # noqa: PLC0415

    try:
        name = make_url(url).get_backend_name()
    except (ArgumentError, ValueError):
        # Not "from": what is taken for the port may be of the password.
        raise SettingError(f"{DATABASE} is no URL; it reads postgresql://user:password@host:port/name") from None
    if name not in ("postgresql", "postgres"):
        raise SettingError(f"{DATABASE} is for {name}, and Melodee needs PostgreSQL: postgresql://…")


@dataclass(frozen=True)
class DatabaseSettings(Settings):
    """How Melodee's processes reach PostgreSQL."""

    url: str = secret_setting("MELODEE_DATABASE_URL", "", text)
    """`postgresql://user:password@host:port/name`."""
    pool_size: int = setting("MELODEE_DATABASE_POOL", 5, at_least(1))
    """Connections that a process of the intake keeps; it may open as many again."""
    api_pool_size: int = setting("MELODEE_API_DATABASE_POOL", 4, at_least(1))
    """Connections of one API worker, and requests that it works on at a time. With 8 of
    them on two cores fewer calls were answered when there were too many, and refusals took three times as long."""
    pool_timeout: float = 2.0
    """Seconds that a request waits for a connection of its worker."""
    connect_timeout: int = 10
    """Seconds to wait for the server's answer to a connection."""
    api_statement_timeout_ms: int = setting("MELODEE_API_STATEMENT_TIMEOUT_MS", 5000, at_least(100))
    """What no statement of the API may exceed."""

    def require_url(self) -> str:
        """The URL; raises `SettingError` when there is none, or it is none."""
        if not self.url:
            raise SettingError(f"{DATABASE} is not set; 'melodee up' sets it for what it starts")
        check_url(self.url)
        return self.url

    def server_options(self, statement_timeout_ms: int = 0) -> str:
        """The planner settings that every connection of ours asks for, as a libpq `options` string.

        The catalogue's queries are measured and tested with these; a server that is not ours may have others.
        """
        options = {
            "jit": "off",
            "random_page_cost": "1.1",
            "timezone": "UTC",
            "client_min_messages": "warning",
            "statement_timeout": str(statement_timeout_ms),
        }
        return " ".join(f"-c {name}={value}" for name, value in options.items())
