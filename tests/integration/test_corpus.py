"""The torture corpus through the whole of Melodee: each file's outcome, and each value read back through the API."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.corpus import late, shelf
from tests.corpus.expected import Said
from tests.integration.corpus_ledger import Ledger
from tests.integration.corpus_run import NAMES, SHELF, Run, hashes
from tests.integration.running import HURRIED, open_folder, running

# All of it is made, dropped and read before the first test; a busy machine takes long.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

KINDS = 100
"""Kinds of damage, at least."""


@pytest.fixture(scope="module")
def run() -> Iterator[Run]:
    with open_folder() as made, running(HURRIED) as instance:
        whole = Run(instance, made)
        whole.make_all()
        whole.first()
        whole.later()
        yield whole


@pytest.fixture(scope="module")
def ledger(run: Run) -> Ledger:
    return Ledger(run.instance.database)


def test_there_are_a_hundred_kinds_of_damage(run: Run) -> None:
    kinds = set[str]().union(*(corpus.damages for corpus in run.corpora.values()))

    assert len(kinds) >= KINDS


@pytest.mark.parametrize("name", NAMES)
def test_every_file_has_the_outcome_that_it_is_to_have(run: Run, ledger: Ledger, name: str) -> None:
    wrong = {
        path: difference
        for path, expected in run.corpora[name].expected.items()
        if (difference := ledger.differs(f"{name}/{path}", expected))
    }

    assert wrong == {}


@pytest.mark.parametrize("name", NAMES)
def test_every_song_is_told_as_it_is_to_be(run: Run, name: str) -> None:
    wrong: dict[str, list[Any]] = {}
    for path, expected in run.corpora[name].expected.items():
        for said in expected.songs if expected.state == "published" else ():
            song = run.songs[-1].get(said["title"])
            if differences := ["no such song"] if song is None else differing(run, song, said):
                wrong[path] = differences

    assert wrong == {}


def differing(run: Run, song: dict[str, Any], said: Said) -> list[Any]:
    whole = run.instance.call("getSong", id=song["id"])["song"]
    album = run.album(song["albumId"])
    told = {key: value_of(whole, album, key) for key in said}
    return [(key, told[key], said[key]) for key in said if told[key] != said[key]]


def value_of(song: dict[str, Any], album: dict[str, Any], key: str) -> Any:
    """A field by its path; lists of people by their names."""
    if key.startswith("album."):
        return album.get(key.removeprefix("album."))
    if key == "artists":
        return [artist["name"] for artist in song["artists"]]
    if key.startswith("contributors."):
        role = key.partition(".")[2]
        return next((c["artist"]["name"] for c in song["contributors"] if c["role"] == role), None)
    if key.startswith("replayGain."):
        return song["replayGain"].get(key.partition(".")[2])
    if key == "sameArtist":
        return "sigur" if song["artist"].casefold().startswith("sigur") else song["artist"]
    return song.get(key)


def test_the_equation_holds(run: Run) -> None:
    assert run.counts[-1] == run.expected_counts()


@pytest.mark.parametrize("name", NAMES)
def test_the_findings_are_there(run: Run, ledger: Ledger, name: str) -> None:
    missing = {
        path: left
        for path, expected in run.corpora[name].expected.items()
        if (left := expected.findings - ledger.found(f"{name}/{path}"))
    }

    assert missing == {}


@pytest.mark.parametrize("name", ["ruled", SHELF])
def test_what_a_rule_changed_is_shown_with_what_was_read(run: Run, ledger: Ledger, name: str) -> None:
    expected = run.corpora[name].expected
    shown = {
        path: run.instance.melodee("review", "show", str(ledger.release(f"{name}/{path}")))
        for path in expected
        if expected[path].changes
    }

    assert shown
    assert [path for path in shown if not all(change in shown[path] for change in expected[path].changes)] == []


def test_every_spelling_of_an_artist_is_one_artist(run: Run) -> None:
    index = run.instance.call("getArtists")["artists"]["index"]
    names = [artist["name"] for letter in index for artist in letter["artist"]]

    assert sum(name.casefold().startswith("sigur") for name in names) == 1


@pytest.mark.parametrize("album", late.ALBUMS)
def test_what_comes_late_joins_the_album_that_is_there(run: Run, album: str) -> None:
    before, after = ({song["albumId"] for song in songs.values() if song["album"] == album} for songs in run.songs)

    assert len(before) == 1
    assert after == before


def test_nothing_is_written_where_music_stays(run: Run) -> None:
    found, catalogued, changed, scanned = run.looks

    assert catalogued == found
    assert scanned == changed != found


def test_songs_that_stay_keep_their_ids_and_what_is_gone_is_hidden(run: Run) -> None:
    before, after = run.songs
    (gone,) = [title for title in before if title not in after and title != shelf.OLD_TITLE]

    assert {run.scanned[found] for found in ("new", "retagged", "moved", "vanished")} == {1}
    assert after[shelf.NEW_TITLE]["id"] == before[shelf.OLD_TITLE]["id"]
    (moved,) = run.corpora[SHELF].expected[shelf.MOVED_TO].songs
    assert after[moved["title"]]["id"] == before[moved["title"]]["id"]
    answer = run.instance.get("getSong", id=before[gone]["id"]).json()["subsonic-response"]
    assert answer["error"]["code"] == 70
    assert all(after[title]["id"] == song["id"] for title, song in before.items() if title in after)


def test_nothing_of_it_is_lost(run: Run) -> None:
    roots = [Path(volume["path"]) for volume in run.instance.status()["volumes"]]

    assert sum((hashes(root) for root in roots), Counter[str]()) == run.dropped
