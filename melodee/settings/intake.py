"""How files come in."""

from dataclasses import dataclass

from melodee.settings.source import Settings, at_least, one_of, seconds, setting


@dataclass(frozen=True)
class IntakeSettings(Settings):
    """How files come in."""

    settle_seconds: float = setting("MELODEE_SETTLE_SECONDS", 5.0, seconds)
    """How long nothing in a folder may change before it is taken."""
    batch_files: int = setting("MELODEE_BATCH_FILES", 5_000, at_least(1))
    """Files in a batch, about; what a drop has more is shared out evenly over further batches."""
    batch_releases: int = setting("MELODEE_BATCH_RELEASES", 300, at_least(1))
    """Releases in a batch at most."""
    review: str = setting("MELODEE_REVIEW", "errors", one_of("all", "findings", "errors", "none"))
    """Which releases wait for a person: `all`, those with `findings`, those with `errors`, `none`."""
    readers: int = setting("MELODEE_READERS", 0, at_least(0))
    """Processes that read tags; 0 is one for each processor."""
