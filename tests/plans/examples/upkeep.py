"""Examples of sql/queries/upkeep.sql: one row for each kind of upkeep, so the tables are read from end to end."""

from datetime import UTC, datetime

from tests.plans.examples.example import Example, Ids

SMALL = frozenset({"upkeep_task", "catalogue_total"})


def examples(_: Ids) -> dict[str, Example]:
    return {
        "upkeep_due": Example({"names": ["list_places"], "rests": [60.0], "least_songs": [1]}, scans=SMALL, rows=1),
        "begin_upkeep": Example({"name": "list_places"}, scans=SMALL, rows=1),
        "finish_upkeep": Example(
            {"name": "list_places", "reflects": datetime(2026, 1, 1, tzinfo=UTC), "seconds": 1.5, "anew": True},
            scans=SMALL,
        ),
        "upkeep_behind": Example({"seconds": 3600.0}, scans=SMALL),
    }
