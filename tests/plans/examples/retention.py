"""Examples of sql/queries/retention.sql: what it keeps few, it may read from end to end."""

from tests.plans.examples.example import Example, Ids

BATCHES = frozenset({"batch"})
SMALL = frozenset(
    {
        "alert", "backfill", "batch", "dropped_item", "file_move", "ingest_failure", "now_playing", "scan_request",
        "scan_request_batch", "volume_scan",
    }
)  # fmt: skip
OLD = ["20261101T000000-001"]


def examples(ids: Ids) -> dict[str, Example]:
    days = {"days": 90}
    return {
        "batches_to_forget": Example({**days, "most": 20, "at_once": 10}, scans=SMALL, buffers=30_000, rows=1),
        # A batch of the synthetic catalogue has a hundred releases, each with files.
        "forget_releases": Example({"batches": OLD}, buffers=20_000),
        "forget_batches": Example({"batches": ["none"]}, scans=BATCHES),
        "batch_keys": Example(scans=BATCHES, rows=2),
        "unfinished_batch_keys": Example(scans=BATCHES, rows=1),
        "forget_scan_requests": Example(days, scans=SMALL, buffers=300),
        "forget_volume_scans": Example(days, scans=SMALL),
        "forget_now_playing": Example(scans=SMALL),
        "forget_warnings": Example(days, scans=SMALL),
        "forget_alerts": Example(days, scans=SMALL),
        "forget_dropped": Example(scans=SMALL),
        "inbound_looks": Example({"volume": ids.inbound}, scans=frozenset({"inbound_look"}), buffers=500, rows=1000),
    }
