"""Examples of judging and review: sql/queries/{findings,review}.sql."""

from datetime import UTC, datetime
from uuid import UUID

from tests.plans.examples.example import Example, Ids

INVENTORY = frozenset({"ingest_failure"})
UNFINISHED = frozenset({"file_move"})
VOLUMES = frozenset({"volume"})

BATCH = "20261102T000000-001"


def examples(ids: Ids) -> dict[str, Example]:
    batch, release = {"batch": BATCH}, {"release": ids.release}
    listed = {"state": "waiting", "code": None, "batch": None, "after": 0, "most": 3}
    return {
        "unread_files_of_batch": Example(batch, scans=INVENTORY, buffers=100),
        "files_with_samples": Example({"samples": ids.files[:12]}, buffers=420),
        "numbers_of_album": Example({"album": ids.album}, buffers=80, rows=5),
        "album_has_cover": Example({"album": ids.album}, rows=1),
        "findings_by_code": Example(batch, buffers=150),
        "findings_left_by_code": Example({"policy": "policy"}, buffers=150),
        "findings_left": Example({"policy": "policy", "codes": ["missing_year"], "most": 10}, buffers=150),
        "harmful_releases_approved": Example({**batch, "codes": ["decode_error"], "policy": "policy"}),
        "releases_in_state": Example(listed, buffers=80, rows=3),
        "releases_in_state, of a batch": Example({**listed, **batch}, buffers=80, rows=3),
        "releases_in_state, with a code": Example({**listed, "code": "missing_year"}, buffers=80),
        "release_to_review": Example(release, rows=1, scans=VOLUMES),
        "files_to_review": Example(release, buffers=150, rows=10, scans=VOLUMES),
        "findings_of_release": Example(release),
        "events_of_release": Example(release, rows=1),
        "lock_release": Example(release, rows=1),
        "decide_release": Example(
            {**release, "state": "approved", "who": "Ann", "reason": None, "note": "fine", "rejected_to": None}
        ),
        "plan_approved": Example(batch),
        "today": Example(rows=1),
        "claim_release": Example(release, rows=1),
        "release_release_claim": Example(release, rows=1),
        "set_file_times": Example({"path_hash": ids.files[0], "modified": 1, "changed": 1}),
        "open_rejections": Example(scans=UNFINISHED | VOLUMES, buffers=120),
        "rejection_is_open": Example(release, rows=1, scans=UNFINISHED | VOLUMES, buffers=120),
        "rejected_files": Example(
            {"volume": ids.inbound, "before": datetime.now(UTC), "after": b"", "most": 10}, buffers=120
        ),
        "forget_rejected_files": Example({"hashes": [UUID(int=7), *ids.files[:10]]}, buffers=400),
        "waiting_for_review": Example(rows=1),
        "waiting_by_code": Example(buffers=100),
        "arriving_files": Example({"volume": ids.inbound}, scans=UNFINISHED),
    }
