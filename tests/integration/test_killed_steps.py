"""A run that is killed right after any step of the file protocol is finished by the next one, without loss."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from melodee.database import Database
from tests.audio import make_picture
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


@pytest.fixture
def library(database_url: str, tmp_path: Path) -> Iterator[Library]:
    database = Database(database_url)
    yield Library(database, tmp_path)
    database.close()


def work(url: str, batch: str, *more: str) -> int:
    command = [sys.executable, "-m", "tests.integration.dying", url, batch, *more]
    return subprocess.run(command, check=False, stdout=subprocess.DEVNULL, timeout=120).returncode


@pytest.mark.parametrize(("way", "step", "times"), CASES)
def test_a_batch_goes_on_after_a_kill(library: Library, database_url: str, way: str, step: str, times: int) -> None:
    for number in (1, 2, 3):
        library.drop(f"Album/{number}.mp3", title=f"{number}", artist="A", album="B", track=number, seed=number)
    (library.inbound / "Album" / "cover.jpg").write_bytes(make_picture(300, 300))
    before = library.hashes()
    (batch,) = library.plan()

    assert work(database_url, batch, way, step, str(times)) == -signal.SIGKILL
    assert set(library.hashes()) >= set(before), "bytes were lost"
    assert work(database_url, batch, way) == 0

    check_equation(library)
    assert library.hashes() == before
    assert hashes_below(library.inbound) == hashes_below(library.staging) == []
    assert library.states() == {"published": 4}
    assert library.query("select from file_move") == []
    assert library.failures() == []
    assert [song.title for song in library.songs()] == ["1", "2", "3"]
    stored = {str(path.relative_to(library.storage)) for path in library.storage.rglob("*.mp3")}
    assert {bytes(song.path).decode() for song in library.songs()} == stored
