"""How long what is past is kept."""

from dataclasses import dataclass

from melodee.settings.source import Settings, at_least, setting


@dataclass(frozen=True)
class RetentionSettings(Settings):
    """How long what is past is kept, in days unless it says otherwise."""

    runs: int = setting("MELODEE_KEEP_RUNS", 30, at_least(1))
    """Dagster's runs with their events and logs, ticks, backfills. What says that a partition is done stays."""
    batches: int = setting("MELODEE_KEEP_BATCHES", 90, at_least(1))
    """Batches of which nothing is left to do, with what was read and found of their releases."""
    most_batches: int = setting("MELODEE_MOST_BATCHES", 1000, at_least(10))
    """Batches that are kept at most, however young: each is a partition, and pages with thousands are slow."""
    rejected: int = setting("MELODEE_KEEP_REJECTED", 30, at_least(1))
    """Rejected releases in the hidden folder of their volume."""
    warnings: int = setting("MELODEE_KEEP_WARNINGS", 90, at_least(1))
    """Notes of what was mended in files on their way in, and alerts that were sent."""
