"""Published files that somebody took away, and that are dropped again before any scan has missed them."""

from pathlib import Path

import pytest

from melodee.file_errors import VolumeUnavailable
from melodee.intake.discover import discover_batch
from melodee.intake.publish import publish_batch
from melodee.intake.stage import stage_batch
from tests.library import Library, files_below


def drop(library: Library, *numbers: int, folder: str = "a") -> None:
    for number in numbers:
        library.drop(f"{folder}/{number}.mp3", title=f"Song {number}", artist="A", album="B", track=number, seed=number)


def published(library: Library, number: int) -> Path:
    return next(path for path in files_below(library.storage) if path.name == f"{number:02} Song {number}.mp3")


def ids(library: Library) -> dict[str, int]:
    return {song.title: song.id for song in library.songs()}


def stage(library: Library) -> str:
    """Plans what was dropped, and brings it to staging."""
    (batch,) = library.plan()
    discover_batch(library.database, batch, report=print, settings=library.settings)
    stage_batch(library.database, batch, report=print, settings=library.settings)
    return batch


def test_a_song_that_was_taken_away_and_is_dropped_again_is_the_same_song(library: Library) -> None:
    drop(library, 1, 2)
    library.ingest()
    before = ids(library)
    published(library, 1).unlink()
    drop(library, 1, 3, folder="again")

    library.ingest()

    assert library.failures() == []
    after = ids(library)
    assert {title: after[title] for title in before} == before
    assert sorted(after) == ["Song 1", "Song 2", "Song 3"]
    assert library.states() == {"published": 3}
    (album,) = library.query("select * from albums")
    assert album.song_count == 3
    assert library.query("select * from vanished_file") == []


def test_an_album_that_was_taken_away_comes_back_as_it_was(library: Library) -> None:
    drop(library, 1, 2)
    library.ingest()
    before = ids(library)
    for number in (1, 2):
        published(library, number).unlink()
    drop(library, 1, 2, folder="again")

    library.ingest()

    assert library.failures() == []
    assert ids(library) == before
    assert library.query("select song_count from albums")[0].song_count == 2


def test_what_is_taken_away_while_its_like_waits_on_staging_stops_nothing(library: Library) -> None:
    drop(library, 1)
    first = stage(library)
    drop(library, 1, 2, folder="again")
    second = stage(library)
    publish_batch(library.database, first, report=print)
    before = ids(library)
    published(library, 1).unlink()

    done = publish_batch(library.database, second, report=print)

    assert (done.songs, library.failures()) == (2, [])
    assert ids(library)["Song 1"] == before["Song 1"]
    assert library.states() == {"published": 2}


def test_of_a_volume_that_is_not_mounted_nothing_is_missing(library: Library) -> None:
    drop(library, 1)
    library.ingest()
    before = ids(library)
    away = library.folder / "away"
    library.storage.rename(away)
    library.storage.mkdir()
    drop(library, 1, folder="again")

    with pytest.raises(VolumeUnavailable):
        library.ingest()

    library.storage.rmdir()
    away.rename(library.storage)
    assert ids(library) == before
    (batch,) = [row.key for row in library.query("select key from batch where state <> 'finished'")]
    library.run(batch)
    assert [failure.code for failure in library.failures()] == ["name_taken"]
