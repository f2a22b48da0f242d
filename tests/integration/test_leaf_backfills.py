"""Work on leaves, launched as an operator does it: a backfill over chosen leaves, from the UI."""

from collections.abc import Iterator
from dataclasses import dataclass

import dagster as dg
import pytest

from melodee.database import Database
from tests.conftest import PostgresServer
from tests.integration.dagster_parts import DagsterParts, dagster_parts
from tests.integration.running import wait_until
from tests.library import Library

pytestmark = pytest.mark.slow


@dataclass
class World:
    """A library with two albums in its first leaf, and the parts of Dagster."""

    library: Library
    parts: DagsterParts
    instance: dg.DagsterInstance
    leaf: str

    def backfill(self, asset: str, **config: object) -> str:
        """Launches it over the first leaf; returns its id."""
        return self.parts.launch([asset], [self.leaf], **config)

    def runs_of(self, backfill: str) -> list[dg.DagsterRun]:
        return list(self.instance.get_runs(dg.RunsFilter(tags={"dagster/backfill": backfill})))

    def wait_for(self, backfill: str) -> dg.DagsterRun:
        """The backfill's run, once it has ended well."""

        def ended() -> dg.DagsterRun | None:
            return next((run for run in self.runs_of(backfill) if run.is_finished), None)

        run = wait_until(ended, 180, "the backfill's run to end")
        assert run.status is dg.DagsterRunStatus.SUCCESS
        return run

    def materialization(self, run: dg.DagsterRun) -> dict[str, object]:
        (record,) = self.instance.all_logs(run.run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION)
        event = record.dagster_event
        assert event is not None
        found = event.step_materialization_data.materialization
        assert found.partition == self.leaf
        return {name: value.value for name, value in found.metadata.items()}


@pytest.fixture(scope="module")
def world(
    postgres_server: PostgresServer, template_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("leaves")
    url = postgres_server.create("leaves", template_database)
    dagster_url = postgres_server.create("leaves_dagster").replace("postgresql://", "postgresql+psycopg2://", 1)
    database = Database(url)
    library = Library(database, folder / "volumes")
    for number in (1, 2):
        for artist, album in (("Ana", "Blue"), ("Nina", "Red")):
            seed = number + 10 * len(album)
            name = f"{album}{number}"
            library.drop(f"{album}/{number}.mp3", title=name, artist=artist, album=album, track=number, seed=seed)
    library.ingest()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MELODEE_DATA", str(folder / "data"))
        with dagster_parts(folder, url, dagster_url) as parts:
            for name, value in parts.variables().items():
                patch.setenv(name, value)
            with dg.DagsterInstance.from_config(str(parts.home)) as instance:
                (leaf,) = wait_until(
                    lambda: instance.get_dynamic_partitions("leaves"), 180, "the first leaf's partition"
                )
                yield World(library, parts, instance, leaf)
    database.close()


@pytest.mark.parametrize("asset", ["leaf_tags", "leaf_rules", "leaf_covers", "leaf_integrity"])
def test_each_kind_of_work_is_a_backfill_over_chosen_leaves(world: World, asset: str) -> None:
    told = world.materialization(world.wait_for(world.backfill(asset)))

    assert (told["done"], told["left"], told["failed"]) == (2 if asset == "leaf_covers" else 4, 0, 0)


def test_the_launchpad_s_config_reaches_the_runs_of_a_backfill(world: World) -> None:
    told = world.materialization(world.wait_for(world.backfill("leaf_tags", every=True)))

    assert told["files_read"] == 4


def test_a_backfill_applies_rules_that_were_edited(world: World) -> None:
    rules = world.parts.folder / "data/rules.toml"
    rules.parent.mkdir(exist_ok=True)
    rules.write_text('[[rule]]\nname = "bleu"\nwhen.album = "Blue"\nset.album = "Bleu"\n')

    told = world.materialization(world.wait_for(world.backfill("leaf_rules")))

    assert told["changed"] == 2
    assert {song.album for song in world.library.songs()} == {"Bleu", "Red"}
