"""Backfills that an operator cancels in the middle: what is at work stops, what was done is kept, the rest waits."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import dagster as dg
import psycopg
import pytest
from dagster._core.execution.backfill import BulkActionStatus

from melodee.database import Database, queries
from melodee.intake.backfill import plan_library
from melodee.leaf_work.under_way import under_way
from melodee.settings import IntakeSettings
from tests.conftest import PostgresServer
from tests.integration.dagster_parts import DagsterParts, dagster_parts
from tests.integration.running import wait_until
from tests.library import Library, check_equation

pytestmark = pytest.mark.slow

INTAKE = ("discovered_releases", "staged_releases", "published_releases")

LEAF = 220
"""Songs of the first leaf: more than are verified at a time."""

SECONDS_TO_STOP = 30

HOLD_UP = """
create function hold_up() returns trigger language plpgsql as
    'begin perform pg_advisory_xact_lock(4711); return new; end';
create trigger hold_up before update of position on leaf_work
    for each row when (old.done > 0) execute function hold_up();
"""


@dataclass
class World:
    """A library of two leaves, and the parts of Dagster."""

    library: Library
    parts: DagsterParts
    instance: dg.DagsterInstance

    def runs(self, partitions: Sequence[str] = ()) -> list[dg.DagsterRun]:
        """Newest first."""
        wanted = dg.RunsFilter(tags={"dagster/partition": list(partitions)} if partitions else {})
        return list(self.instance.get_runs(wanted))

    def started(self, run: dg.DagsterRun) -> set[str | None]:
        records = self.instance.all_logs(run.run_id, of_type=dg.DagsterEventType.STEP_START)
        return {record.step_key for record in records}

    def cancel(self, backfill: str) -> None:
        """Cancels it; it has to stop before long."""
        self.parts.cancel(backfill)
        wait_until(
            lambda: self.status(backfill) is BulkActionStatus.CANCELED, SECONDS_TO_STOP, "the backfill to be cancelled"
        )
        for run in self.runs_of(backfill):
            assert run.status in (dg.DagsterRunStatus.CANCELED, dg.DagsterRunStatus.SUCCESS)
            assert self.lock_is_free(run)

    def status(self, backfill: str) -> BulkActionStatus:
        found = self.instance.get_backfill(backfill)
        assert found is not None
        return found.status

    def runs_of(self, backfill: str) -> list[dg.DagsterRun]:
        return list(self.instance.get_runs(dg.RunsFilter(tags={"dagster/backfill": backfill})))

    def lock_is_free(self, run: dg.DagsterRun) -> bool:
        with psycopg.connect(self.parts.dagster_url.replace("+psycopg2", "")) as connection:
            row = connection.execute(queries()["run_lock_is_free"], {"run": run.run_id}).fetchone()
        return row == (True,)

    def finished(self, backfill: str) -> None:
        wait_until(lambda: self.status(backfill) is not BulkActionStatus.REQUESTED, 120, "the backfill to end")
        assert self.status(backfill) is BulkActionStatus.COMPLETED_SUCCESS

    @contextmanager
    def held_up(self, statement: str) -> Iterator[None]:
        """Until the end of the block, what the statement locks is locked."""
        with psycopg.connect(self.parts.database_url) as other:
            other.execute(statement.encode())
            yield
            other.rollback()


@pytest.fixture(scope="module")
def world(
    postgres_server: PostgresServer, template_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("cancelled")
    url = postgres_server.create("cancelled", template_database)
    dagster_url = postgres_server.create("cancelled_dagster").replace("postgresql://", "postgresql+psycopg2://", 1)
    database = Database(url)
    library = Library(database, folder / "volumes")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MELODEE_DATA", str(folder / "data"))
        patch.setenv("MELODEE_LEAF_ROWS", str(LEAF))
        for number in range(LEAF + 20):
            library.drop(
                f"{number // 10}/{number % 10}.mp3", title=f"S{number}", artist=f"A{number % 7}",
                album=f"B{number // 10}", track=number % 10 + 1, seed=number % 4,
            )  # fmt: skip
        library.ingest()
        library.execute(HOLD_UP)
        with dagster_parts(folder, url, dagster_url) as parts:
            for name, value in parts.variables().items():
                patch.setenv(name, value)
            with dg.DagsterInstance.from_config(str(parts.home)) as instance:
                yield World(library, parts, instance)
    database.close()


def test_work_on_leaves_stops_after_its_last_items_and_goes_on_there_when_it_is_launched_again(world: World) -> None:
    leaves = wait_until(lambda: world.instance.get_dynamic_partitions("leaves"), 120, "the leaves' partitions")
    assert len(leaves) == 2
    with world.held_up("select pg_advisory_lock(4711)"):
        backfill = world.parts.launch(["leaf_integrity"], leaves)
        waiting = "select 1 as one from pg_locks where locktype = 'advisory' and objid = 4711 and not granted"
        wait_until(lambda: world.library.query(waiting), 90, "the second part of the first leaf")
        world.cancel(backfill)

    with world.library.database.autocommit() as db:
        (stopped,) = under_way(db)
    assert 0 < stopped.done < stopped.total
    again = world.parts.launch(["leaf_integrity"], leaves)
    world.finished(again)

    (first,) = (run for run in world.runs_of(again) if run.tags["dagster/partition"] == min(leaves))
    said = [entry.user_message for entry in world.instance.all_logs(first.run_id)]
    assert any(f"goes on after {stopped.done} of {stopped.total} songs" in line for line in said)
    assert len(world.library.query("select * from files where kind = 'audio' and content_hash is null")) == 0
    assert len(world.library.query("select * from leaf_work where finished_at is not null")) == 2


def test_batches_whose_backfill_was_cancelled_wait_until_they_are_launched_again(world: World) -> None:
    library = world.library
    before = len(library.songs())
    for number in range(3):
        library.drop(
            f"Large/{number}/1.mp3", title="T", artist=f"L{number}", album=f"Large {number}", track=1, seed=number
        )
    plan_library(library.database, library.inbound / "Large", settings=IntakeSettings(batch_releases=1))
    keys = sorted(row.key for row in library.query("select key from batch where state = 'held'"))
    wait_until(lambda: set(keys) <= set(world.instance.get_dynamic_partitions("batches")), 60, "the partitions")

    with world.held_up("lock table songs in exclusive mode"):
        backfill = world.parts.launch(INTAKE, keys)
        publishing = "published_releases"
        wait_until(lambda: any(publishing in world.started(run) for run in world.runs_of(backfill)), 90, "publishing")
        wait_until(lambda: len(world.runs_of(backfill)) == len(keys), 60, "the runs of all batches")
        queued = "select * from batch where state in ('planned', 'running')"
        wait_until(lambda: len(library.query(queued)) == len(keys), 60, "the sensor to see what was launched")
        world.cancel(backfill)

    # What is dropped meanwhile comes in by itself, after ticks that see what was cancelled.
    library.drop("Fresh/1.mp3", title="Fresh", artist="F", album="Fresh", track=1, seed=9)
    wait_until(lambda: len(library.songs()) == before + 1, 120, "what was dropped to be published")
    assert {run.tags.get("dagster/backfill") for run in world.runs(keys)} == {backfill}
    assert {row.state for row in library.query("select state from batch where backfill_id is not null")} == {"held"}

    world.finished(world.parts.launch(INTAKE, keys))
    assert len(library.songs()) == before + 1 + len(keys)
    assert library.failures() == []
    check_equation(library)
