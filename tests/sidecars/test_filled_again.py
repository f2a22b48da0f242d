"""Songs whose tags a cue sheet fills in: tagged anew they keep what it says, and when it changes they follow."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from melodee.leaf_work.tags import TagsAgain
from melodee.leaf_work.work import work_on_leaf
from melodee.scan.scan import scan_volume
from tests.audio import make_song
from tests.leaf_work.shelf import retag, rules
from tests.library import Library
from tests.scan.conftest import Shelf, shelf
from tests.sidecars.test_cue_albums import labels

__all__ = ["shelf"]


def sheet(names: Sequence[str], titles: Sequence[str], album: str = "Split") -> str:
    """For files that are a track each."""
    lines = ['PERFORMER "Ann"', f'TITLE "{album}"', "REM DATE 1999"]
    for number, (name, title) in enumerate(zip(names, titles, strict=True), 1):
        lines += [f'FILE "{name}" WAVE', f"  TRACK {number:02} AUDIO", f'    TITLE "{title}"', "    INDEX 01 00:00:00"]
    return "\n".join(lines)


def rip(folder: Path, titles: Sequence[str] = ("First", "Second"), seed: int = 1) -> Path:
    """Files without tags, and the sheet that knows what they are; returns the sheet."""
    names = [f"{number:02}.wav" for number in range(1, len(titles) + 1)]
    for number, name in enumerate(names):
        make_song(folder / name.replace(".wav", ".flac"), seed=seed + number)
    (folder / "rip.cue").write_text(sheet(names, titles))
    return folder / "rip.cue"


def told(library: Library) -> list[tuple[object, ...]]:
    return [(song.track_number, song.title, song.display_artist, song.album, song.year) for song in library.songs()]


SPLIT = [(1, "First", "Ann", "Split", 1999), (2, "Second", "Ann", "Split", 1999)]


def again(library: Library, by: str) -> None:
    if by == "scan":
        scan_volume(library.database, library.volumes["storage"].id, full=True, intake=library.settings)
    else:
        work_on_leaf(library.database, TagsAgain(library.database, rules()), 1, report=library.reported.append)


@pytest.mark.parametrize("by", ["scan", "leaf_tags"])
@pytest.mark.parametrize("folder", ["Drop", "Drop/CD1"])
def test_songs_that_are_tagged_anew_on_storage_keep_what_their_sheet_fills_in(
    library: Library, by: str, folder: str
) -> None:
    rip(library.inbound / folder)
    library.ingest()
    assert told(library) == SPLIT
    ids = [song.id for song in library.songs()]

    for song in library.songs():
        retag(library.storage / bytes(song.path).decode(), label="Ours")
    again(library, by)

    assert told(library) == SPLIT
    assert [song.id for song in library.songs()] == ids
    assert labels(library) == {"Ours"}


def test_tags_go_before_the_sheet(library: Library, shelf: Shelf) -> None:
    rip(shelf.root / "Ann/Split")
    shelf.scan()
    assert told(library) == SPLIT

    retag(shelf.root / "Ann/Split/02.flac", title="Other", label="Ours")
    shelf.scan(full=True)

    assert told(library) == [SPLIT[0], (2, "Other", "Ann", "Split", 1999)]


@pytest.mark.parametrize("by", ["scan", "leaf_tags"])
def test_of_two_drops_that_call_songs_alike_each_has_its_own_sheet(library: Library, by: str) -> None:
    rip(library.inbound / "one")
    library.ingest()
    for number in (1, 2):
        library.drop(
            f"two/{number:02}.flac", artist="Ann", album="Split", title=f"More {number}", track=10 + number,
            date="1999", seed=10 + number,
        )  # fmt: skip
    library.ingest()
    before = told(library)

    for song in library.songs():
        retag(library.storage / bytes(song.path).decode(), label="Ours")
    again(library, by)

    assert (
        told(library) == before == [*SPLIT, (11, "More 1", "Ann", "Split", 1999), (12, "More 2", "Ann", "Split", 1999)]
    )
    more = [row.track for row in library.query("select track from song_tags") if row.track["title"].startswith("More")]
    assert [track.get("album_artists", []) for track in more] == [[], []], "what the other drop's sheet says"
    assert labels(library) == {"Ours"}


def test_a_sheet_that_is_edited_tells_the_songs_that_it_fills_in_anew(library: Library) -> None:
    rip(library.inbound / "Drop")
    library.ingest()
    ids = [song.id for song in library.songs()]
    (cue,) = library.storage.rglob("rip.cue")

    cue.write_text(cue.read_text().replace("Second", "The second"))
    again(library, "scan")

    assert told(library) == [SPLIT[0], (2, "The second", "Ann", "Split", 1999)]
    assert [song.id for song in library.songs()] == ids


@pytest.mark.parametrize("content", ["", "TITLE \x00", "FILE x WAVE", 'FILE "01.wav" WAVE\n'])
def test_a_sheet_that_is_none_any_more_harms_nothing(library: Library, content: str) -> None:
    rip(library.inbound / "Drop")
    library.ingest()
    (cue,) = library.storage.rglob("rip.cue")

    cue.write_text(content)
    again(library, "scan")

    assert len(library.songs()) == 2
    assert library.states() == {"published": 3}
