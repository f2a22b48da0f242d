"""The torture corpus through the whole of Melodee: each file's outcome, and each value read back through the API."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.corpus import damages, formats, names, releases, sidecars
from tests.corpus.expected import Corpus, Said
from tests.integration.running import Instance, running
from tests.integration.test_kills import asked

pytestmark = pytest.mark.slow

PARTS = {"formats": formats, "names": names, "damages": damages, "releases": releases, "sidecars": sidecars}


@dataclass
class Ingested:
    """The corpus after it came to rest."""

    instance: Instance
    corpora: dict[str, Corpus]
    counts: dict[str, int]
    database: str
    songs: dict[str, dict[str, Any]]
    """By title, as search3 tells of them."""


@pytest.fixture(scope="module")
def ingested(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ingested]:
    made = tmp_path_factory.mktemp("corpus")
    corpora: dict[str, Corpus] = {}
    titles = 0
    for name, part in PARTS.items():
        corpora[name] = Corpus(made / name, titles=titles)
        part.add(corpora[name])
        titles = corpora[name].titles
        (made / name / "made").is_dir() and (made / name / "made").rmdir()
    with running({"MELODEE_SETTLE_SECONDS": "1"}) as instance:
        for name in corpora:
            shutil.move(made / name, instance.inbound / name)
        counts = instance.settled(sum(len(corpus.expected) for corpus in corpora.values()), seconds=300)
        lines = (instance.data / "melodee.env").read_text().splitlines()
        url = next(line.partition("=")[2] for line in lines if line.startswith("MELODEE_DATABASE_URL="))
        songs = {song["title"]: song for song in all_songs(instance)}
        yield Ingested(instance, corpora, counts, url, songs)


def all_songs(instance: Instance) -> Iterator[dict[str, Any]]:
    offset = 0
    while found := instance.call("search3", query="", songCount=500, songOffset=offset, albumCount=0, artistCount=0)[
        "searchResult3"
    ].get("song", []):
        yield from found
        offset += len(found)


def outcomes(ingested: Ingested) -> dict[str, tuple[str, str]]:
    """State and reason of each file by the path under which it was dropped."""
    moved = asked(
        ingested.database,
        "select r.root, rf.name, f.state, f.reason from release_file as rf join release as r on r.id = rf.release_id "
        "join files as f on f.path_hash = rf.path_hash",
    )
    found = {
        os.fsdecode(bytes(root) + b"/" + bytes(name) if root else bytes(name)): (state, reason or "")
        for root, name, state, reason in moved
    }
    stayed = asked(
        ingested.database,
        "select f.path, f.state, f.reason from files as f join volume as v on v.id = f.volume_id "
        "where v.kind = 'inbound'",
    )
    return found | {os.fsdecode(bytes(path)): (state, reason or "") for path, state, reason in stayed}


@pytest.mark.parametrize("name", PARTS)
def test_every_file_has_the_outcome_that_it_is_to_have(ingested: Ingested, name: str) -> None:
    found = outcomes(ingested)
    wrong = {
        path: (expected.state, expected.code, found.get(f"{name}/{path}"))
        for path, expected in ingested.corpora[name].expected.items()
        if found.get(f"{name}/{path}") != (expected.state, expected.code)
    }

    assert wrong == {}


@pytest.mark.parametrize("name", PARTS)
def test_every_song_is_told_as_it_is_to_be(ingested: Ingested, name: str) -> None:
    wrong: dict[str, list[Any]] = {}
    for path, expected in ingested.corpora[name].expected.items():
        for said in expected.songs if expected.state == "published" else ():
            song = ingested.songs.get(said["title"])
            if differences := ["no such song"] if song is None else differing(ingested.instance, song, said):
                wrong[path] = differences

    assert wrong == {}


def differing(instance: Instance, song: dict[str, Any], said: Said) -> list[Any]:
    whole = instance.call("getSong", id=song["id"])["song"]
    album = instance.call("getAlbum", id=song["albumId"])["album"]
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


def test_the_equation_holds(ingested: Ingested) -> None:
    expected = dict.fromkeys(("published", "failed", "ignored", "waiting"), 0)
    for corpus in ingested.corpora.values():
        for state, number in corpus.counts().items():
            expected[state] += number

    assert ingested.counts == {"seen": sum(expected.values()), "pending": 0, "rejected": 0} | expected


@pytest.mark.parametrize("name", PARTS)
def test_the_findings_are_there(ingested: Ingested, name: str) -> None:
    noted: dict[str, set[str]] = {}
    for root, path, code in asked(
        ingested.database,
        "select r.root, n.path, n.code from finding as n join release as r on r.id = n.release_id "
        "where n.path is not null",
    ):
        place = bytes(root) + b"/" + bytes(path) if root else bytes(path)
        noted.setdefault(os.fsdecode(place), set()).add(code)
    missing = {
        path: expected.findings - noted.get(f"{name}/{path}", set())
        for path, expected in ingested.corpora[name].expected.items()
        if not expected.findings <= noted.get(f"{name}/{path}", set())
    }

    assert missing == {}


def test_every_spelling_of_an_artist_is_one_artist(ingested: Ingested) -> None:
    index = ingested.instance.call("getArtists")["artists"]["index"]
    names_ = [artist["name"] for letter in index for artist in letter["artist"]]

    assert sum(name.casefold().startswith("sigur") for name in names_) == 1


def test_nothing_of_it_is_lost(ingested: Ingested) -> None:
    roots = [Path(volume["path"]) for volume in ingested.instance.status()["volumes"]]
    there = [path for root in roots for path in root.rglob("*") if path.is_file() and ".melodee" not in path.name]

    assert len(there) == sum(len(corpus.expected) for corpus in ingested.corpora.values())
