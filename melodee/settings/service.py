"""How the service shares its work."""

from dataclasses import dataclass

from melodee.machine import processors
from melodee.settings.source import Settings, at_least, computed_setting, seconds, setting


def default_workers() -> int:
    """One for each processor, and four at most: each takes memory, and connections of the database."""
    return min(processors(), 4)


@dataclass(frozen=True)
class ApiSettings(Settings):
    """How the service shares its work."""

    workers: int = computed_setting("MELODEE_WORKERS", default_workers, at_least(1))
    """Processes that serve."""
    longest_wait: float = setting("MELODEE_API_QUEUE_SECONDS", 0.25, seconds)
    """Who would wait longer until a worker begins with a request is refused at once."""
