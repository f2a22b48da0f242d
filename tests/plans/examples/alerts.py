"""Examples of sql/queries/alerts.sql: the tables are small, since retention removes what was sent."""

from tests.plans.examples.example import Example, Ids

INVENTORY = frozenset({"ingest_failure"})
ALERTS = frozenset({"alert"})


def examples(_: Ids) -> dict[str, Example]:
    return {
        "alert_lock": Example(rows=1),
        "queue_alert": Example(
            {
                "kind": "items_failed", "cause": "items", "receivers": ["a", "b"], "body": "{}", "interval": 3600.0,
                "most_waiting": 100,
            },
            scans=ALERTS, rows=2,
        ),
        "alerts_due": Example({"most": 10}, scans=ALERTS),
        "alerts_sent_lately": Example(scans=ALERTS, rows=1),
        "claim_alert": Example({"id": 1}, scans=ALERTS),
        "note_alert_sent": Example({"id": 1, "answer": "200"}, scans=ALERTS),
        "note_alert_refused": Example({"id": 1, "wait": 30.0, "answer": "500"}, scans=ALERTS),
        # Nobody has been told of any of the 500 there, so the index of what is new has them all. A lock is two pages.
        "new_failures": Example(rows=1, scans=INVENTORY),
        "lock_new_failures": Example(rows=1, scans=INVENTORY, buffers=1500),
        "note_failures_told": Example({"ids": [1, 2]}),
        "new_given_up": Example(rows=1),
        "lock_new_given_up": Example(),
        "note_given_up_told": Example({"ids": [1, 2]}),
        "begin_to_tell": Example({"name": "failures"}, rows=1),
    }  # fmt: skip
