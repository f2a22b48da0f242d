"""Examples of sql/queries/failures.sql: the inventory is small by nature, so most of these read it from end to end."""

from uuid import UUID

from tests.plans.examples.example import Example, Ids

INVENTORY = frozenset({"ingest_failure"})
WITH_VOLUMES = INVENTORY | {"volume"}
DROPPED = frozenset({"dropped_item"})
NEW = UUID(int=7)


def examples(ids: Ids) -> dict[str, Example]:
    volume = {"volume": ids.inbound}
    part = {
        "ids": None, "code": "unreadable", "stage": "discover", "batch": None, "volume": None, "path": b"failed/%",
        "severity": "error",
    }  # fmt: skip
    some = {"ids": list(range(1, 51))}
    return {
        "record_failure": Example(
            {
                "item": ids.failure, "stage": "discover", "code": "unreadable", "severity": "error", **volume,
                "path": b"x", "message": "m", "batch": "20261102T000000-001", "retry_after": 5.0, "most_tries": 12,
            },
            scans=DROPPED,
        ),
        "clear_failures": Example({"items": [ids.failure], "stage": None}),
        "move_failures": Example({"old": [ids.failure], "new": [NEW], "volumes": [1], "paths": [b"x"]}),
        "failures": Example({**part, "after": 400, "most": 10}, scans=WITH_VOLUMES, buffers=1500, rows=10),
        "failures_counted": Example(part, scans=WITH_VOLUMES, buffers=1500, rows=1),
        "failure_numbers": Example(part, scans=WITH_VOLUMES, buffers=1500, rows=100),
        "failure_by_id": Example({"id": 7}, scans=frozenset({"volume"}), rows=1),
        "newest_failures": Example({"most": 10, "stage": None}, scans=WITH_VOLUMES, rows=10),
        "failures_due": Example({"most": 10}, scans=INVENTORY, rows=10),
        "next_failure_due": Example(scans=INVENTORY, rows=1),
        "note_failures_planned": Example(some, scans=INVENTORY, buffers=1500),
        "renew_failures": Example(some, scans=INVENTORY, buffers=1500),
        "await_planning": Example(rows=1),
        "failures_to_retry": Example(some, scans=INVENTORY, buffers=200, rows=50),
        "failures_to_drop": Example(some, scans=INVENTORY, buffers=300, rows=50),
        "drop_files": Example({"items": ids.files[:10]}, buffers=400),
        "note_dropped": Example(
            {**some, "files": ids.files[:10], "who": "admin", "note": None},
            scans=INVENTORY | DROPPED, buffers=1500,
        ),
    }  # fmt: skip
