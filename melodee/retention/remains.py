"""Small rows that nobody looks at any more: answered requests, players that have gone quiet, alerts that were sent."""

import os
from datetime import UTC, datetime, timedelta

from melodee.database import Database
from melodee.review.rejected import purge_rejected
from melodee.settings import RetentionSettings
from melodee.volumes import volumes


def forget_remains(database: Database, settings: RetentionSettings) -> dict[str, int]:
    """Removes them; returns the number of rows of each kind."""
    days = {
        "scan_requests": ("forget_scan_requests", settings.batches),
        "volume_scans": ("forget_volume_scans", settings.batches),
        "warnings": ("forget_warnings", settings.warnings),
        "alerts": ("forget_alerts", settings.warnings),
    }
    with database.autocommit() as db:
        counts = {name: db.run(query, days=number) for name, (query, number) in days.items()}
        counts["now_playing"] = db.run("forget_now_playing")
        counts["dropped"] = db.run("forget_dropped")
    return {**counts, "looks": forget_looks(database)}


def forget_looks(database: Database) -> int:
    """Forgets how top entries of inbound volumes looked that are gone; returns their number.

    Intake does so itself where a volume has no more entries than it looks at in one go.
    """
    forgotten = 0
    with database.autocommit() as db:
        for volume in volumes(db, kind="inbound"):
            # What is known first: an entry that comes in between is then there.
            known = {bytes(row.path): row.path_hash for row in db.rows("inbound_looks", volume=volume.id)}
            try:
                with os.scandir(volume.path) as entries:
                    there = {os.fsencode(entry.name) for entry in entries}
            except OSError:
                continue
            if not there:
                continue  # An empty folder may be the place of a mount that is away.
            gone = [key for path, key in known.items() if path not in there]
            for key in gone:
                forgotten += db.run("forget_entry_look", path_hash=key)
    return forgotten


def forget_rejected(database: Database, settings: RetentionSettings) -> dict[str, int]:
    """Deletes rejected files whose time is over from their volumes' hidden folders; files and bytes."""
    purged = purge_rejected(database, datetime.now(UTC) - timedelta(days=settings.rejected))
    return {"rejected_files": purged.files, "rejected_bytes": purged.bytes, "rejected_kept": purged.kept}
