"""Examples of intake's books: sql/queries/{intake,intake_plan,intake_requests,journal,ledger,run_locks}.sql."""

from uuid import UUID

from psycopg.types.json import Jsonb

from tests.plans.examples.example import Example, Ids

INVENTORY = frozenset({"ingest_failure"})
VOLUMES = frozenset({"volume"})
UNFINISHED = frozenset({"file_move"})
"""The journal, which holds what is under way and nothing else."""

BATCH = "20261102T000000-001"
NEW = UUID(int=7)
NEW_PATHS = [UUID(int=number) for number in range(7, 17)]


def examples(ids: Ids) -> dict[str, Example]:
    batch, volume, release = {"batch": BATCH}, {"volume": ids.inbound}, {"release": ids.release}
    entry = {"path_hash": NEW, **volume, "path": b"new", "signature": b"x", "complete": True}
    file = {
        "path_hash": str(NEW), "path": "6e6577", "kind": "audio", "state": "pending", "reason": None, "size_bytes": 1,
        "modified_ns": 1, "changed_ns": 1, "sample_hash": None, "release_id": None,
    }  # fmt: skip
    move = {
        "purpose": "publish", "releases": [ids.release], "hashes": [NEW], "source_volumes": [ids.inbound],
        "source_paths": [b"new"], "devices": [1], "inodes": [1 << 63], "sizes": [1], "modified": [1], "changed": [1],
        "target_volumes": [1], "target_paths": [b"new"],
    }  # fmt: skip
    found = {
        "id": 1 << 40, "key": "k", "root": "78", "artist": "A", "album": "B", "description": {}, "checksums": [],
    }  # fmt: skip
    part = {
        "release_id": ids.release, "position": 99, "path_hash": str(NEW), "kind": "audio", "name": "6e", "track": None,
        "parts": None,
    }  # fmt: skip
    finding = {
        "release_id": ids.release, "position": 9, "code": "c", "severity": "info", "path": None, "message": "m",
    }  # fmt: skip
    return {
        "take_release_ids": Example({"wanted": 2}, rows=2),
        "insert_releases": Example(
            {
                **batch,
                **volume,
                "releases": Jsonb([found]),
            },
            buffers=150,
        ),
        "insert_release_files": Example(
            {
                "files": Jsonb([part]),
            }
        ),
        "releases_of_batch": Example({**batch, "states": ["approved", "staged"]}, rows=2),
        "files_of_releases": Example({"releases": [ids.release]}, buffers=100, rows=10),
        "files_of_release": Example(release, buffers=100, rows=10),
        "set_release_state": Example({**release, "state": "staged", "decided_by": None, "reason": None, "album": None}),
        "publish_releases": Example({"ids": [ids.release], "albums": [ids.album]}, buffers=100),
        "move_release_files": Example(
            {"old": ids.files[:10], "new": NEW_PATHS, "releases": [ids.release] * 10}, buffers=400
        ),
        "delete_release_file": Example({**release, "path_hash": ids.files[0]}),
        "enter_findings": Example(
            {
                "releases": [ids.release],
                "findings": Jsonb([finding]),
            }
        ),
        "stage_releases": Example({"ids": [ids.release]}),
        "decide_releases": Example({"ids": [ids.release], "states": ["approved"], "reasons": [None], "who": "policy"}),
        "claim_planning": Example(rows=1),
        "open_scan_request": Example(rows=1),
        "plan_scan_requests": Example({"request": 2000}),
        "link_scan_request": Example({"request": 2000, **volume}),
        "finish_scan_requests": Example(),
        "open_batch_entries": Example(volume, rows=20),
        "entry_looks": Example({"hashes": ids.files[:20]}, buffers=100),
        "note_entry_look": Example(entry),
        "note_entry_taken": Example(entry),
        # All top entries of an inbound volume, and here there is but one such volume.
        "vanished_entries": Example({**volume, "there": [b"drop/10"]}, scans=frozenset({"inbound_look"}), rows=1000),
        "forget_entry_look": Example({"path_hash": NEW}),
        "clear_failures_below": Example({**volume, "path": b"failed"}, scans=INVENTORY, buffers=2000),
        "lock_batch_keys": Example(rows=1),
        "insert_batch": Example(
            {"moment": "20261103T000000", **volume, "again": False, "shallow": False, "backfill": None}, rows=1
        ),
        "insert_batch_entries": Example({**batch, "paths": [b"a", b"b"]}),
        "batch_by_key": Example(batch, buffers=6, rows=1),
        "batch_entries": Example(batch, rows=20),
        "begin_batch": Example({**batch, "instance": "one"}),
        "finish_batch": Example(batch),
        "link_further_batch": Example({**batch, "further": "20261101T000000-001"}),
        "claim_batch": Example(batch, rows=1),
        "release_batch_claim": Example(batch, rows=1),
        "unfinished_batches": Example({"most": 10, "instance": "one", "alive": 60.0}, rows=1),
        "hold_cancelled": Example({**batch, "run": "1"}, rows=1),
        "count_cancelled": Example(rows=1),
        "strike": Example({"name": "daily_scan", "at": "2026-12-01T03:15:00Z", "instance": "one"}, rows=1),
        "next_generation": Example({**batch, "generation": 1}, rows=1),
        "open_moves": Example(
            {"releases": [ids.release], "purpose": "publish", "states": ["planned"]}, scans=UNFINISHED, rows=10
        ),
        "moving_files": Example(volume, scans=UNFINISHED, rows=200),
        "plan_moves": Example(move, rows=1),
        "set_moves_copied": Example(
            {"ids": ids.moves, "linked": [True] * 20, "hashes": [b""] * 20}, buffers=600, scans=UNFINISHED
        ),
        "set_moves_published": Example({"ids": ids.moves}, buffers=600, scans=UNFINISHED),
        "delete_moves": Example({"ids": ids.moves}, buffers=600, scans=UNFINISHED),
        "enter_files": Example({**volume, **batch, "files": Jsonb([file])}, buffers=100),
        "known_files": Example({"hashes": ids.files}, buffers=900, rows=100),
        "left_files_in": Example({**volume, "folders": [b"drop/1", b"drop/2"]}, buffers=400),
        "left_files_below": Example({**volume, "path": b"drop/1"}, buffers=100, rows=10),
        "forget_files": Example({"hashes": ids.files[:10]}, buffers=400),
        "move_files": Example(
            {
                "old": ids.files[:10],
                "new": NEW_PATHS,
                "volumes": [1] * 10,
                "paths": [b"x"] * 10,
                "states": ["published"] * 10,
                "content_hashes": [None] * 10,
                "changed_ns": [1] * 10,
                "songs": [None] * 10,
                "albums": [None] * 10,
            },
            buffers=600,
        ),
        "settle_files": Example(
            {"hashes": ids.files[:10], "states": ["published"] * 10, "songs": [1] * 10, "albums": [None] * 10},
            buffers=600,
        ),
        "set_file_states": Example({"state": "waiting", "reason": None, "hashes": ids.files[:10]}, buffers=600),
        "set_release_file_states": Example(
            {**release, "state": "waiting", "reason": None, "from_states": ["pending"]}, buffers=400
        ),
        "hold_run_lock": Example({"run": "a run"}, rows=1),
        "run_lock_is_free": Example({"run": "a run"}, rows=1),
    }
