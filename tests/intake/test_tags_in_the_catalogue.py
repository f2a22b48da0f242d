"""What tags say beyond a title and an artist is in the rows of the catalogue."""

import pytest

from melodee.database import Row
from tests.audio_reading.native_tags import DISC_ID, EXTRA, MBIDS
from tests.library import Library

pytestmark = pytest.mark.slow


def _credited(library: Library, song: Row) -> dict[tuple[str, str, str], str]:
    """Sort names by role, instrument and name."""
    sorts = {row.id: row.sort_name for row in library.query("select id, sort_name from artists")}
    return {(each["role"], each["sub_role"], each["name"]): sorts[each["id"]] for each in song.credits}


@pytest.mark.parametrize("suffix", ["flac", "wma"])
def test_a_song_has_all_that_its_file_says(library: Library, suffix: str) -> None:
    extra = EXTRA[suffix]
    library.drop(f"Record/01.{suffix}", title="Song", album="The Record", composer=["Cam", "Dee"], track=1, extra=extra)

    library.ingest()

    (song,) = library.songs()
    assert song.groupings == ["Suite"]
    assert song.works == [{"name": "Symphony No. 1", "mbid": MBIDS[8]}]
    assert song.movements == [{"name": "Andante", "number": 2, "count": 4}]
    expected = {
        "subtitle": ["Live in Ulm"],
        "release_status": ["official"],
        "release_country": ["DE"],
        "media": ["CD"],
        "mb_disc_id": [DISC_ID],
        "key": ["Am"],
        "languages": ["deu", "eng"],
        "composer_sorts": ["Last, Cam", "Last, Dee"],
        "my own tag": ["kept"],
    }
    assert song.tags.items() >= expected.items()
    credited = _credited(library, song)
    assert credited["artist", "", "Ana"] == "last, ana"
    assert credited["artist", "", "Bo"] == "last, bo"
    assert credited["composer", "", "Dee"] == "last, dee"
    assert ("performer", "bass guitar", "Bob") in credited
    assert {role for role, _, _ in credited} >= {"lyricist", "conductor", "remixer", "producer", "mixer", "director"}


@pytest.mark.parametrize("suffix", ["wma", "ape", "wv", "mpc", "dsf", "tta", "aac"])
def test_every_format_becomes_a_song(library: Library, suffix: str) -> None:
    dropped = library.drop(f"Record/01.{suffix}", title="Song", artist="Ana", album="Record", track=1, seconds=0.5)
    content = dropped.read_bytes()

    library.ingest()

    (song,) = library.songs()
    assert (song.title, song.suffix, song.display_artist) == ("Song", suffix, "Ana")
    assert (library.storage / song.path.decode()).read_bytes() == content
    assert library.failures() == []


def test_names_that_differ_by_what_nobody_sees_are_one_artist_and_one_album(library: Library) -> None:
    library.drop("a/1.mp3", title="One", artist="Beatles", album="Help", track=1, seed=1)
    library.ingest()
    library.drop("b/2.mp3", title="T\xadwo\u2060", artist="Beat\u200bles", album="He\u200dlp\u200e", track=2, seed=2)
    library.ingest()

    assert [row.name for row in library.query("select name from artists")] == ["Beatles"]
    assert [row.name for row in library.query("select name from albums")] == ["Help"]
    assert sorted(song.title for song in library.songs()) == ["One", "Two"]
    found = {row.message for row in library.query("select message from finding where code = 'invisible_characters'")}
    assert found == {"title: It held U+00AD, U+2060.", "artists: It held U+200B.", "album: It held U+200D, U+200E."}
    assert library.states() == {"published": 2}
