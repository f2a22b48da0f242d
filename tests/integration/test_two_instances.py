"""Two whole instances on one database and the same volumes share the work, and one goes on when the other dies."""

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from cryptography.fernet import Fernet

from melodee.database import Database
from melodee.intake.backfill import begin_night
from tests.conftest import PostgresServer
from tests.integration.running import PASSWORD, Instance, open_folder, wait_until
from tests.library import Library, check_equation

pytestmark = pytest.mark.slow

BATCHES, SONGS = 8, 2


@dataclass
class World:
    """The library, and who works on it."""

    library: Library
    instances: list[Instance]

    def finishers(self) -> set[str]:
        """The instances that have finished batches."""
        return {row.launcher for row in self.library.query("select launcher from batch where state = 'finished'")}

    def names(self) -> set[str]:
        """The instances that have looked at the catalogue."""
        return {row.name for row in self.library.query("select name from instance_seen")}

    def unfinished(self) -> int:
        return len(self.library.query("select key from batch where state <> 'finished'"))


def token() -> dict[str, str]:
    """What a player that logs in by token sends."""
    return {"p": "", "t": hashlib.md5(f"{PASSWORD}salt".encode()).hexdigest(), "s": "salt"}


@pytest.fixture
def world(postgres_server: PostgresServer, template_database: str) -> Iterator[World]:
    url = postgres_server.create("shared", template_database)
    shared = {"MELODEE_DATABASE_URL": url, "MELODEE_SETTLE_SECONDS": "1", "MELODEE_BATCH_RELEASES": "1"}
    shared |= {"MELODEE_WORKERS": "1", "MELODEE_READERS": "1"}
    database = Database(url)
    key = Fernet.generate_key()
    with open_folder() as folder:
        instances: list[Instance] = []
        for name in ("one", "two"):
            keys = folder / name / "data/keys"
            keys.mkdir(mode=0o700, parents=True)
            (keys / "token.key").write_bytes(key)
            mine = {"MELODEE_DAGSTER_DATABASE_URL": postgres_server.url(f"shared_dagster_{name}")}
            instances.append(Instance(folder / name, shared | mine))
        try:
            yield World(Library(database, folder / "volumes"), instances)
        finally:
            for instance in instances:
                if instance.process is not None:
                    instance.stop()
                    instance.kill_everything()
    database.close()


def test_two_instances_share_a_backfill_and_one_of_them_may_die(world: World) -> None:
    library, (one, two) = world.library, world.instances
    for album in range(BATCHES):
        for track in range(1, SONGS + 1):
            library.drop(
                f"Large/{album}/{track}.mp3", title=f"S{track}", artist=f"Artist {album % 3}",
                album=f"Album {album}", track=track, seed=album * SONGS + track,
            )  # fmt: skip
    said = two.melodee("ingest", "--plan", str(library.inbound / "Large"))
    assert f"{BATCHES} batches" in said
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(Instance.start, [one, two]))
    wait_until(lambda: len(world.names()) == 2, 60, "the sensors of both to have looked")
    begin_night(library.database)
    library.drop("Dropped/1.mp3", title="Dropped", artist="D", album="Dropped", track=1, seed=99)
    before = library.hashes()
    for instance in (one, two):
        assert instance.get("ping", **token()).json()["subsonic-response"]["status"] == "ok"

    wait_until(lambda: len(world.finishers()) == 2, 300, "both to have finished batches")
    two.kill_everything()
    assert world.unfinished()
    # A minute without a sign of life, after which what it had is free.
    library.execute("update instance_seen set seen_at = seen_at - interval '1 minute'")
    wait_until(lambda: not world.unfinished(), 300, "the other to finish all of it")

    assert library.states() == {"published": BATCHES * SONGS + 1}
    assert len(library.songs()) == BATCHES * SONGS + 1
    assert library.failures() == []
    assert library.hashes() == before
    assert len(one.songs()) == BATCHES * SONGS + 1
    check_equation(library)
