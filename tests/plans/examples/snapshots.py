"""Examples of sql/queries/artist_snapshots.sql: lists of artists, stored ahead.

Lists are few and their segments some hundred, so the small tables are read from end to end where that is cheaper; what
makes a list reads every artist by design.
"""

from datetime import UTC, datetime

from tests.plans.examples.example import Example, Ids

SMALL = frozenset({"artist_snapshot", "artist_snapshot_want", "catalogue_total", "upkeep_task", "volume"})
EVERYTHING = SMALL | {"artist_folder", "artist_index", *(f"artists_{number}" for number in range(8))}
DIGEST = b"0123456789abcdef"


def examples(ids: Ids) -> dict[str, Example]:
    key = {"listing": "artists", "format": "json", "reduced": False}
    return {
        "artist_snapshot_for": Example({"folders": ids.folders, "least": 2000, **key}, scans=SMALL, rows=1),
        "want_artist_snapshot": Example({"folders": [1], **key, "missing": True}, scans=SMALL),
        "artist_snapshot_segment": Example(
            {"id": ids.snapshot, "number": 1, "marked": True, "inflated": False}, buffers=80, rows=1
        ),
        "artist_marks": Example({"account": ids.account, "most": 50_001}, buffers=30, rows=100),
        "hold_artist_snapshots": Example(buffers=0, leaves=0, rows=1),
        "wanted_artist_snapshots": Example(
            {"rendering": "another", "days": 7, "least": 2000, "most": 64}, scans=SMALL, rows=4
        ),
        "artists_in_order": Example({"folders": []}, buffers=1000, scans=EVERYTHING, rows=5000),
        "open_artist_snapshot": Example(
            {"folders": [1], **key, "changed_at": datetime(2026, 1, 1, tzinfo=UTC), "rendering": ""}, rows=1
        ),
        "add_artist_snapshot_segment": Example(
            {
                "id": ids.snapshot, "number": 9999, "start": 0, "size": 1, "crc32": 1, "deflated": DIGEST,
                "pieces": b"", "ids": b"", "places": b"",
            },
            buffers=100,
            scans=SMALL,
        ),
        "retire_artist_snapshot": Example({"folders": [], **key}, scans=SMALL),
        "publish_artist_snapshot": Example(
            {
                "id": ids.snapshot, "digest": DIGEST, "artists": 1, "segments": 1, "size": 1, "deflated_size": 1,
            },
            scans=SMALL,
        ),
        "retire_other_artist_snapshots": Example({"kept": [ids.snapshot]}, scans=SMALL),
        "forget_artist_snapshots": Example({"seconds": 0}, scans=SMALL),
        "forget_artist_snapshot_wants": Example({"days": 0}, scans=SMALL),
    }  # fmt: skip
