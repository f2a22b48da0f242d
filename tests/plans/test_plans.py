"""Every named query, planned and run on 200,000 songs in ten leaves, as the production's planner would.

A query without an example fails here: add it to `examples/`. Each is tried with the plan that the server makes for
these very parameters and with the one that it makes for any.
"""

from typing import Any

import psycopg
import pytest

from melodee.database import queries
from tests.plans.examples import annotations, reads
from tests.plans.examples.example import Example, Ids
from tests.plans.plan import explain, has_plan


@pytest.fixture(scope="session")
def examples(ids: Ids) -> dict[str, Example]:
    found: dict[str, Example] = {}
    for subject in (reads, annotations):
        found |= subject.examples(ids)
    return found


@pytest.mark.parametrize("generic", [False, True], ids=["custom", "generic"])
@pytest.mark.parametrize("name", sorted(filter(has_plan, queries())))
def test_a_query_reads_only_what_it_needs(
    name: str, generic: bool, planner: psycopg.Connection[Any], examples: dict[str, Example]
) -> None:
    assert name in examples, "the query has no example: add one to tests/plans/examples/"
    example = examples[name]

    plan = explain(planner, name, example.parameters, generic=generic, setup=example.setup)

    assert plan.sequential_scans <= example.scans
    assert len(plan.leaves) <= example.leaves
    assert plan.buffers <= example.buffers
    assert plan.rows >= example.rows
