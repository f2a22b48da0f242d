"""Dagster's parts, started by hand: a dropped folder, a killed run, a cancelled run, a backfill from the UI.

What has to happen in the middle of a step is made to: an exclusive lock on `songs` holds publishing up.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import psycopg
import pytest

from melodee.database import Database
from tests.conftest import PostgresServer
from tests.integration.dagster_parts import DagsterParts, dagster_parts
from tests.integration.running import wait_until
from tests.library import Library, check_equation

pytestmark = pytest.mark.slow


@dataclass
class World:
    """A library, and the parts of Dagster that work on it."""

    library: Library
    parts: DagsterParts
    instance: dg.DagsterInstance

    def drop(self, album: str, songs: int = 2) -> None:
        for number in range(1, songs + 1):
            self.library.drop(
                f"{album}/{number}.mp3", title=f"S{number}", artist="A", album=album, track=number, seed=number
            )

    def songs_of(self, album: str) -> int:
        return len([song for song in self.library.songs() if song.album == album])

    def wait_for_songs(self, album: str, songs: int = 2) -> None:
        wait_until(lambda: self.songs_of(album) == songs, 120, f"{album} to be published")
        wait_until(lambda: all(run.is_finished for run in self.runs()), 60, "all runs to end")

    def runs(self) -> list[dg.DagsterRun]:
        """Newest first; without those of upkeep, which come when they are due."""
        return [run for run in self.instance.get_runs() if run.job_name not in ("upkeep", "leaf_upkeep")]

    def steps_started(self, run: dg.DagsterRun) -> list[str | None]:
        records = self.instance.all_logs(run.run_id, of_type=dg.DagsterEventType.STEP_START)
        return [record.step_key for record in records]

    def publishing(self) -> dg.DagsterRun:
        """The newest run, once it has begun to publish."""

        def begun() -> dg.DagsterRun | None:
            open_runs = [run for run in self.runs() if not run.is_finished]
            return next((run for run in open_runs if "published_releases" in self.steps_started(run)), None)

        return wait_until(begun, 90, "a run to begin publishing")

    def status(self, run: dg.DagsterRun) -> dg.DagsterRunStatus:
        found = self.instance.get_run_by_id(run.run_id)
        assert found is not None
        return found.status

    @contextmanager
    def publishing_held_up(self) -> Iterator[None]:
        with psycopg.connect(self.parts.database_url) as other:
            # Staging reads songs, to judge with them; only publishing writes any.
            other.execute("lock table songs in exclusive mode")
            yield
            other.rollback()


@pytest.fixture(scope="module")
def world(
    postgres_server: PostgresServer, template_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("parts")
    url = postgres_server.create("parts", template_database)
    dagster_url = postgres_server.create("parts_dagster").replace("postgresql://", "postgresql+psycopg2://", 1)
    database = Database(url)
    library = Library(database, folder / "volumes")
    with pytest.MonkeyPatch.context() as patch, dagster_parts(folder, url, dagster_url) as parts:
        for name, value in parts.variables().items():
            patch.setenv(name, value)
        with dg.DagsterInstance.from_config(str(parts.home)) as instance:
            yield World(library, parts, instance)
    check_equation(library)
    database.close()


def test_a_dropped_folder_is_published_by_itself(world: World) -> None:
    begin = time.monotonic()
    world.drop("Gruppa krovi")

    world.wait_for_songs("Gruppa krovi")

    assert time.monotonic() - begin < 60
    (run,) = world.runs()
    assert world.status(run) is dg.DagsterRunStatus.SUCCESS
    assert world.instance.get_dynamic_partitions("batches") == [run.tags["dagster/partition"]]


def test_a_run_whose_process_and_code_server_are_killed_goes_on_from_its_step(world: World) -> None:
    with world.publishing_held_up():
        world.drop("Noch")
        run = world.publishing()
        world.parts.kill("code")
        died = time.monotonic()

    world.parts.start_code_server()
    wait_until(lambda: world.status(run) is dg.DagsterRunStatus.FAILURE, 60, "the dead run to be noticed")
    assert time.monotonic() - died < 45
    world.wait_for_songs("Noch")

    retry = world.runs()[0]
    assert retry.parent_run_id == run.run_id
    assert "discovered_releases" not in world.steps_started(retry)


def test_a_cancelled_run_stays_cancelled_and_a_backfill_finishes_its_batch(world: World) -> None:
    with world.publishing_held_up():
        world.drop("Zvezda")
        run = world.publishing()
        answer = world.parts.graphql(
            "mutation($run: String!) { terminateRun(runId: $run) { __typename } }", run=run.run_id
        )
        assert answer["terminateRun"]["__typename"] == "TerminateRunSuccess"
        wait_until(lambda: world.status(run) is dg.DagsterRunStatus.CANCELED, 30, "the run to be cancelled")

    batch = run.tags["dagster/partition"]
    assert world.songs_of("Zvezda") == 0
    assert world.runs()[0].run_id == run.run_id
    answer = world.parts.graphql(
        """mutation($backfill: LaunchBackfillParams!) {
            launchPartitionBackfill(backfillParams: $backfill) { __typename ... on PythonError { message } }
        }""",
        backfill={
            "partitionNames": [batch],
            "assetSelection": [{"path": [name]} for name in ("staged_releases", "published_releases")],
        },
    )
    assert answer["launchPartitionBackfill"]["__typename"] == "LaunchBackfillSuccess", answer
    world.wait_for_songs("Zvezda")


def test_leaves_of_the_catalogue_are_partitions_that_a_backfill_takes(world: World) -> None:
    (key,) = wait_until(lambda: world.instance.get_dynamic_partitions("leaves"), 120, "the first leaf's partition")

    answer = world.parts.graphql(
        """mutation($backfill: LaunchBackfillParams!) {
            launchPartitionBackfill(backfillParams: $backfill) { __typename ... on PythonError { message } }
        }""",
        backfill={"partitionNames": [key], "assetSelection": [{"path": ["leaves"]}]},
    )

    assert answer["launchPartitionBackfill"]["__typename"] == "LaunchBackfillSuccess", answer
    leaves = dg.AssetKey("leaves")
    wait_until(lambda: world.instance.get_materialized_partitions(leaves) == {key}, 120, "the leaf to be looked after")
    assert key.endswith(".0001")


def test_nothing_is_written_beside_dagster_yaml(world: World) -> None:
    assert sorted(path.name for path in world.parts.home.iterdir()) == ["dagster.yaml", "workspace.yaml"]


def test_the_logs_have_no_warnings_of_dagster_s_own(world: World) -> None:
    for log in sorted(Path(world.parts.folder).glob("*.log")):
        for line in log.read_text("utf-8", "replace").splitlines():
            assert "BetaWarning" not in line
            assert "DeprecationWarning" not in line
