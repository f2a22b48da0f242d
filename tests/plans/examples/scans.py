"""Examples of scans and of what vanished: sql/queries/{rescan,vanished,backfill}.sql."""

from uuid import UUID

from psycopg.types.json import Jsonb

from tests.plans.examples.example import Example, Ids

SCAN = 1001
"""The one that is under way in the synthetic catalogue."""

FIRST = UUID(int=0)
PARTS = 700
"""Pages for a handful of paths, each looked for in the sixteen partitions of files."""


BACKFILLS = frozenset({"backfill"})
"""A handful, however large they are."""

WINDOWS = frozenset({"backfill_window", "instance_seen"})
"""A row a night, and one an instance."""


def examples(ids: Ids) -> dict[str, Example]:
    scan, volume = {"scan": SCAN}, {"volume": 1}
    folders = [b"folder %d" % number for number in range(1, 6)]
    hashes = ids.files[:10]
    return {
        "claim_scan": Example(volume, rows=1),
        "release_scan_claim": Example(volume, rows=1),
        "ask_for_volume_scan": Example({**volume, "full": True, "accept": False, "requested_by": "eve"}, rows=1),
        "open_volume_scans": Example(),
        "begin_volume_scans": Example(volume, rows=1, buffers=200),
        "report_volume_scans": Example({"ids": [SCAN], "state": "done", "message": None, "numbers": Jsonb({})}),
        "volume_scan_progress": Example(scan, rows=1),
        # A scan that is begun clears what others of its volume have left: as a rule nothing, and here all there is.
        "clear_scan_notes": Example(
            volume, scans=frozenset({"volume_scan", "scan_folder", "scan_missing"}), buffers=20_000
        ),
        "looked_folders": Example({**volume, "after": FIRST, "most": 100}, buffers=150, rows=100),
        "mounted_folders": Example(volume),
        "await_look": Example({"volumes": [1, 1], "paths": [b"new", b"new/folder"]}),
        "looked_at": Example({**volume, "folders": folders}),
        "files_in_folders": Example({**volume, "folders": folders}, buffers=PARTS),
        "note_scanned_folders": Example(
            {**scan, "paths": [b"new"], "modified": [1], "mounts": [False], "fresh": [0]}
        ),
        "note_missing": Example({**scan, "hashes": [FIRST], "sizes": [1], "samples": [None]}),
        "is_something_missing": Example(scan, rows=1, scans=frozenset({"scan_missing"})),
        # Once a scan: all that it misses.
        "missing_number": Example(scan, scans=frozenset({"scan_missing"}), buffers=200, rows=1),
        "fresh_folders": Example(scan, scans=frozenset({"scan_folder"}), buffers=200, rows=1000),
        "missing_of_sizes": Example({**scan, "sizes": [1, 2, 3]}),
        "missing_of_samples": Example({**scan, "samples": [FIRST]}),
        "forget_missing": Example({**scan, "hashes": hashes}, buffers=200),
        "some_missing": Example({**scan, "most": 10}, buffers=300, rows=10),
        "songs_in_files": Example({"hashes": hashes}, buffers=600, leaves=10, rows=10),
        "origins_of_songs": Example({"ids": ids.songs[:10]}, buffers=100, leaves=10),
        "note_vanished": Example({"hashes": hashes[:3], "songs": ids.songs[:3]}, buffers=300, leaves=10),
        "delete_release_files": Example({"hashes": hashes}, buffers=200),
        "restamp_files": Example(
            {
                "hashes": hashes, "sizes": [1] * 10, "modified": [1] * 10, "changed": [1] * 10,
                "samples": [None] * 10,
            },
            buffers=1200,
        ),
        # Once a scan: all that it has seen.
        "settle_folder_looks": Example(
            {**scan, **volume}, scans=frozenset({"scan_folder", "folder_look"}), buffers=60_000
        ),
        "unfinished_backfill": Example({"volume": ids.inbound, "path": b"library"}, scans=BACKFILLS, rows=1),
        "insert_backfill": Example({"volume": ids.inbound, "path": b"other"}, rows=1),
        "insert_backfill_tops": Example({"backfill": 1, "hashes": [FIRST]}),
        "backfill_progress": Example({"until": b"x", "folders": 1, "files": 1, "backfill": 1}, scans=BACKFILLS),
        "backfill_planned": Example({"backfill": 1}, scans=BACKFILLS),
        "backfill_tops": Example({"hashes": [FIRST]}),
        # A handful of backfills, and once each: what they had kept.
        "end_backfills": Example(scans=BACKFILLS | {"backfill_top"}, buffers=400),
        "unannounced_batches": Example({"most": 100}, rows=100),
        "announce_batches": Example({"batches": ["20261201T000000-1000"]}),
        "open_window": Example({"hours": 1.0, "instance": "one"}, rows=1),
        "window_is_open_here": Example({"instance": "one"}, rows=1, scans=WINDOWS),
        "close_windows": Example({"instance": "one"}, scans=WINDOWS),
        "hold_again": Example(scans=WINDOWS),
        "window_is_open": Example(rows=1, scans=WINDOWS),
        "let_go_held": Example({"most": 4, "alive": 60.0}, scans=WINDOWS, rows=4, buffers=200),
        "let_go": Example({"batches": ["20261201T000000-1000"]}),
        "note_instance": Example({"instance": "one"}),
        "claim_launch": Example({"instance": "one", "batch": "20261102T000000-001", "alive": 60.0}, rows=1),
        "something_vanished": Example(rows=1, scans=frozenset({"vanished_file"})),
        "vanished_songs": Example({"paths": hashes, "samples": ids.files[10:20]}, buffers=100),
        "forget_vanished": Example({"songs": [1, 2]}),
    }  # fmt: skip
