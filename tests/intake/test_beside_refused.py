"""Sidecars that cannot be moved to their album: what they say is not told, until they can be."""

import os
from pathlib import Path

from melodee.intake.discover import discover_batch
from melodee.intake.publish import publish_batch
from melodee.intake.stage import stage_batch
from tests.intake.red_album import drop_album, put
from tests.library import Library


def ingest_with_names_taken(library: Library, *names: str) -> None:
    """Takes in a batch, while somebody gives other files these names in the album's folder before it is published."""
    (song,) = library.songs()
    folder = library.storage / Path(os.fsdecode(bytes(song.path))).parent
    (key,) = library.plan()
    discover_batch(library.database, key, report=library.reported.append, settings=library.settings)
    stage_batch(library.database, key, report=library.reported.append, settings=library.settings)
    for name in names:
        put(folder, name, "somebody else's")
    publish_batch(library.database, key, report=library.reported.append)
    for name in names:
        (folder / name).unlink()


def lyrics(library: Library) -> list[tuple[str, str]]:
    rows = library.query("select s.title, l.text from lyrics as l join songs as s on s.id = l.song_id order by 1")
    return [(row.title, row.text) for row in rows]


def notes(library: Library) -> list[str]:
    return [row.text for row in library.query("select text from note order by text")]


def test_what_a_refused_sidecar_of_new_songs_says_is_not_told(library: Library) -> None:
    drop_album(library, numbers=(1,))
    library.ingest()
    drop_album(library, "more", (2, 3))
    put(library.inbound, "more/02 Song 2.lrc", "[00:01.00]La")
    put(library.inbound, "more/03 Song 3.lrc", "[00:01.00]Li")
    put(library.inbound, "more/album.nfo", "<album><review>Great.</review></album>")

    ingest_with_names_taken(library, "02 Song 2.lrc", "album.nfo")

    assert lyrics(library) == [("Song 3", "[00:01.000]Li")]
    assert notes(library) == []
    assert sorted(failure.code for failure in library.failures()) == ["name_taken", "name_taken"]
    assert library.states() == {"published": 4, "failed": 2}


def test_nor_is_what_a_refused_sidecar_says_that_comes_late(library: Library) -> None:
    drop_album(library, numbers=(1,))
    library.ingest()
    put(library.inbound, "Ann - Red/01 Song 1.lrc", "[00:01.00]La")
    put(library.inbound, "Ann - Red/01 Song 1.en.lrc", "[00:01.00]Li")
    put(library.inbound, "Ann - Red/album.nfo", "<album><review>Great.</review></album>")
    put(library.inbound, "Ann - Red/artist.nfo", "<artist><biography>Met.</biography></artist>")

    ingest_with_names_taken(library, "01 Song 1.lrc", "album.nfo")

    assert lyrics(library) == [("Song 1", "[00:01.000]Li")]
    assert notes(library) == ["Met."]
    assert library.states() == {"published": 3, "failed": 2}
