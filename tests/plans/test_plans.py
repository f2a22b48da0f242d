"""Every named query, planned and run on 200,000 songs in ten leaves, as the production's planner would.

A query without an example fails here: add one to `examples/`, and more under the query's name, a comma and what is
different where its cost depends on its parameters. Each is tried with the plan that the server makes for
these very parameters and with the one that it makes for any.
"""

from typing import Any

import psycopg
import pytest

from melodee.database import queries
from tests.plans.examples import (
    accounts,
    alerts,
    annotations,
    catalogue_change,
    catalogue_write,
    companions,
    drift,
    failures,
    intake,
    leaf_work,
    lists,
    reads,
    retell,
    retention,
    review,
    scans,
    sidecars,
    snapshots,
    synth,
    upkeep,
)
from tests.plans.examples.example import Example, Ids
from tests.plans.plan import changes_rows, explain, has_plan

# Those that write come last: though taken back, they leave pages that an index-only scan has to look into.
NAMES = sorted(filter(has_plan, queries()), key=lambda name: (changes_rows(name), name))


@pytest.fixture(scope="session")
def examples(ids: Ids) -> dict[str, Example]:
    found: dict[str, Example] = {}
    subjects = (
        reads, lists, annotations, accounts, alerts, catalogue_write, catalogue_change, companions, drift, failures,
        intake, retention, review, scans, sidecars, snapshots, synth, upkeep, retell, leaf_work,
    )  # fmt: skip
    for subject in subjects:
        found |= subject.examples(ids)
    return found


@pytest.mark.parametrize("generic", [False, True], ids=["custom", "generic"])
@pytest.mark.parametrize("name", NAMES)
def test_a_query_reads_only_what_it_needs(
    name: str, generic: bool, planner: psycopg.Connection[Any], examples: dict[str, Example]
) -> None:
    assert name in examples, "the query has no example: add one to tests/plans/examples/"
    for which, example in examples.items():
        if which.partition(",")[0] == name:
            plan = explain(planner, queries()[name], example.parameters, generic=generic, setup=example.setup)

            assert plan.sequential_scans <= example.scans, which
            assert len(plan.leaves) <= example.leaves, which
            assert plan.buffers <= example.buffers, which
            assert plan.rows >= example.rows, which


@pytest.mark.parametrize("generic", [False, True], ids=["custom", "generic"])
def test_a_query_that_reads_too_much_would_be_noticed(
    generic: bool, planner: psycopg.Connection[Any], ids: Ids
) -> None:
    everywhere = explain(planner, "select id from songs where title = %(title)s", {"title": "x"}, generic=generic)
    assert len(everywhere.sequential_scans) >= 10
    assert len(everywhere.leaves) >= 10
    assert everywhere.buffers > 5000

    joined = "select s.id from unnest(%(ids)s::bigint[]) as u (id) join songs as s on s.id + 0 = u.id"
    assert explain(planner, joined, {"ids": ids.songs}, generic=generic).sequential_scans

    one = explain(planner, "select id from songs where id = %(id)s", {"id": ids.song}, generic=generic)
    assert (one.sequential_scans, len(one.leaves), one.rows) == (set(), 1, 1)
