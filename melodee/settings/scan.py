"""When storage volumes are scanned, and when large libraries are worked through."""

from dataclasses import dataclass

from melodee.settings.source import Settings, at_least, number, setting, text


@dataclass(frozen=True)
class ScanSettings(Settings):
    """When storage volumes are scanned, and when large libraries are worked through."""

    scan_cron: str = setting("MELODEE_SCAN_CRON", "15 3 * * *", text)
    """When all storage volumes are scanned quickly, as a cron line in UTC."""
    full_scan_cron: str = setting("MELODEE_FULL_SCAN_CRON", "15 5 * * 0", text)
    """When they are scanned in full, once that schedule is switched on."""
    most_vanished: float = setting("MELODEE_MOST_VANISHED", 0.5, number(0, 1))
    """The part of a volume's files that a scan hides at most; where more is gone, somebody must accept it."""
    backfill_cron: str = setting("MELODEE_BACKFILL_CRON", "0 1 * * *", text)
    """When `nightly_backfill` begins, once it is switched on, as a cron line in UTC."""
    backfill_hours: float = setting("MELODEE_BACKFILL_HOURS", 5.0, number(0.01, 24))
    """How long it goes on; what is left then waits for the next night."""
    backfill_batches: int = setting("MELODEE_BACKFILL_BATCHES", 4, at_least(1))
    """Batches of a large library that are under way at a time, for each instance."""
