"""Examples of sql/queries/alerts.sql: the tables are small, since retention removes what was sent."""

from tests.plans.examples.example import Example, Ids

ALERTS = frozenset({"alert"})
MARKS = frozenset({"alert_mark"})


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
        "new_failures": Example({"mark": 400}, rows=1),
        "newest_failure": Example(rows=1),
        "new_given_up": Example({"mark": 1_700_000_000_000_000}),
        "newest_given_up": Example(rows=1),
        "alert_mark": Example({"name": "failures"}, scans=MARKS),
        "set_alert_mark": Example({"name": "failures", "value": 7}, scans=MARKS),
    }  # fmt: skip
