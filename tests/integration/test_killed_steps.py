"""A run that is killed right after any step of the file protocol is finished by the next one, without loss.

All cases share a library, into which each drops an album of its own; what is left of one would be found by the next.
"""

import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from melodee.database import Database
from tests.audio import make_picture
from tests.conftest import PostgresServer
from tests.integration.dying import STEPS
from tests.library import Library, check_equation, hashes_below

pytestmark = pytest.mark.slow

ONLY_COPIES = {"copied", "verified"}
"""Steps that a linked file does not take."""

MOST = {("", "committed"): 2, ("", "folder synced"): 3, ("link", "synced"): 3}
"""How often a step is taken at least: folders are waited for once, and what is linked from staging is not again."""

CASES = [
    pytest.param(way, step, times, id=f"{way}-{step}-{times}")
    for way in ("link", "copy")
    for step in STEPS
    if way == "copy" or step not in ONLY_COPIES
    # The first file of the first move, one in its middle, and one that is published.
    for times in (1, 3, 6)
    if times <= MOST.get((way, step), MOST.get(("", step), times))
]


class Runs:
    """Processes that work on batches, one at a time."""

    def __init__(self, url: str) -> None:
        command = [sys.executable, "-m", "tests.integration.dying", url]
        self._parent = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def run(self, *arguments: str) -> int:
        """How a process ended that worked on a batch, and died where it was told to."""
        assert self._parent.stdin is not None
        assert self._parent.stdout is not None
        self._parent.stdin.write("\t".join(arguments) + "\n")
        self._parent.stdin.flush()
        return int(self._parent.stdout.readline())

    def end(self) -> None:
        """No more of them."""
        self._parent.communicate(timeout=30)


@pytest.fixture(scope="module")
def url(postgres_server: PostgresServer, template_database: str) -> Iterator[str]:
    yield postgres_server.create("killed_steps", template_database)
    postgres_server.drop("killed_steps")


@pytest.fixture(scope="module")
def library(url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    database = Database(url)
    yield Library(database, tmp_path_factory.mktemp("killed") / "library")
    database.close()


@pytest.fixture(scope="module")
def runs(url: str) -> Iterator[Runs]:
    made = Runs(url)
    yield made
    made.end()


@pytest.mark.parametrize(("way", "step", "times"), CASES)
def test_a_batch_goes_on_after_a_kill(library: Library, runs: Runs, way: str, step: str, times: int) -> None:
    album = f"{way} {step} {times}"
    for number in (1, 2, 3):
        library.drop(f"{album}/{number}.mp3", title=f"{number}", artist="A", album=album, track=number, seed=number)
    (library.inbound / album / "cover.jpg").write_bytes(make_picture(300, 300))
    before, files = library.hashes(), library.states().get("published", 0) + 4
    (batch,) = library.plan()

    assert runs.run(batch, way, step, str(times)) == -signal.SIGKILL
    assert set(library.hashes()) >= set(before), "bytes were lost"
    assert runs.run(batch, way) == 0

    check_equation(library)
    assert library.hashes() == before
    assert hashes_below(library.inbound) == hashes_below(library.staging) == []
    assert library.states() == {"published": files}
    assert library.query("select from file_move") == []
    assert library.failures() == []
    assert [song.title for song in library.songs() if song.album == album] == ["1", "2", "3"]
    stored = {str(path.relative_to(library.storage)) for path in library.storage.rglob("*.mp3")}
    assert {bytes(song.path).decode() for song in library.songs()} == stored
