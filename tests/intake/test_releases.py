"""Releases through the whole of intake: what joins what, what stays apart, and where it ends on the disk."""

from pathlib import Path
from typing import Any

import pytest

from melodee.catalogue.held import Retold
from melodee.catalogue.retell import retell_songs
from melodee.database import Row
from tests.audio import make_picture
from tests.library import Library

MBID = "11111111-1111-4111-8111-11111111111"
"""With one more digit."""


def drop(library: Library, folder: str, *numbers: int, seed: int = 0, mbid: str = "", **tags: Any) -> None:
    """An album's songs, or some of them."""
    extra = dict(tags.pop("extra", {}))
    if mbid:
        extra["TXXX:MusicBrainz Album Id"] = mbid
    for number in numbers:
        given = {"title": f"Song {number}", "artist": "A", "album": "B", "track": number, "seconds": 0.5} | tags
        library.drop(f"{folder}/{number}.mp3", seed=seed + number, extra=extra, **given)


def albums(library: Library) -> list[Row]:
    return library.query("select * from albums order by id")


def counts(library: Library) -> list[tuple[str, str | None, int]]:
    """Name, edition and number of songs of each album, in the order in which they came."""
    return [(album.name, album.edition, album.song_count) for album in albums(library)]


def folders(library: Library) -> list[str]:
    return sorted({path.parent.name for path in library.storage.rglob("*.mp3")})


# Editions.


def test_editions_are_albums_of_one_release_group_in_folders_of_their_own(library: Library) -> None:
    drop(library, "a", 1, 2, date="2000")
    drop(library, "b", 1, 2, 3, album="B (Deluxe Edition)", date="2000", seed=10)
    drop(library, "c", 1, 2, date="2000", seed=20, extra={"TXXX:VERSION": "2010 Remaster"})
    library.ingest()

    assert set(counts(library)) == {
        ("B", None, 2),
        ("B", "2010 Remaster", 2),
        ("B (Deluxe Edition)", "Deluxe Edition", 3),
    }
    assert len({album.release_group_id for album in albums(library)}) == 1
    (group,) = library.query("select * from release_group")
    assert group.name == "B"
    assert folders(library) == ["2000 - B", "2000 - B (2010 Remaster)", "2000 - B (Deluxe Edition)"]
    assert library.failures() == []


def test_editions_of_other_languages_are_of_the_release_group_too(library: Library) -> None:
    for number, album in enumerate(("B", "B (Super-Deluxe)", "B [Remasterizada]", "B (Jubiläums-Edition)")):
        drop(library, f"{number}", 1, album=album, seed=10 * number)
    library.ingest()

    assert set(counts(library)) == {
        ("B", None, 1),
        ("B (Super-Deluxe)", "Super-Deluxe", 1),
        ("B [Remasterizada]", "Remasterizada", 1),
        ("B (Jubiläums-Edition)", "Jubiläums-Edition", 1),
    }
    assert len({album.release_group_id for album in albums(library)}) == 1


def test_a_compilation_whose_artists_have_folders_is_one_album_and_stays_one(library: Library) -> None:
    for number, artist in enumerate(("Ia", "Ib", "Ic"), 1):
        drop(library, f"Music/{artist}/Big", number, artist=artist, album="Big", compilation=True)
    library.ingest()

    assert [(album.display_artist, album.song_count) for album in albums(library)] == [("Various Artists", 3)]
    assert {path.parent for path in library.storage.rglob("*.mp3")} == {next(library.storage.rglob("*.mp3")).parent}
    anew = {song.id: Retold(path=bytes(song.path).decode()) for song in library.songs()}
    assert not retell_songs(library.database, anew).albums_gone
    assert [(album.display_artist, album.song_count) for album in albums(library)] == [("Various Artists", 3)]


def test_a_late_track_finds_its_edition_however_that_is_worded(library: Library) -> None:
    drop(library, "a", 1)
    drop(library, "b", 1, album="B (Deluxe Edition)", seed=10)
    library.ingest()
    drop(library, "later", 2, album="B [Deluxe]", seed=20)
    library.ingest()

    assert set(counts(library)) == {("B", None, 1), ("B (Deluxe Edition)", "Deluxe Edition", 2)}
    assert {song.album for song in library.songs()} == {"B", "B (Deluxe Edition)"}


# MusicBrainz ids.


def test_an_album_learns_its_id_and_then_is_found_by_it(library: Library) -> None:
    drop(library, "a", 1)
    library.ingest()
    drop(library, "b", 2, mbid=MBID + "1")
    library.ingest()
    drop(library, "c", 3, mbid=MBID + "1", album="Something else entirely")
    library.ingest()

    (album,) = albums(library)
    assert (album.name, str(album.mbid), album.song_count) == ("B", MBID + "1", 3)
    assert [song.album for song in library.songs()] == ["B"] * 3


def test_another_id_is_another_album_of_the_same_group(library: Library) -> None:
    drop(library, "a", 1, mbid=MBID + "1")
    library.ingest()
    drop(library, "b", 1, 2, mbid=MBID + "2", seed=10)
    library.ingest()
    drop(library, "c", 2, seed=20)
    library.ingest()

    # What has no id went to the one whose numbers it does not repeat.
    assert [(str(album.mbid)[-1], album.song_count) for album in albums(library)] == [("1", 2), ("2", 2)]
    assert len({album.release_group_id for album in albums(library)}) == 1
    assert folders(library) == ["B", "B (2)"]
    assert library.failures() == []


def test_a_release_group_learns_its_id_and_another_id_is_another_group(library: Library) -> None:
    def group(number: int) -> dict[str, str]:
        return {"TXXX:MusicBrainz Release Group Id": f"{MBID}{number}"}

    drop(library, "a", 1)
    library.ingest()
    drop(library, "b", 2, extra=group(5))
    drop(library, "c", 1, album="Called otherwise", extra=group(5), seed=10)
    drop(library, "d", 1, album="B (Deluxe)", extra=group(6), seed=20)
    library.ingest()

    groups = {row.id: row for row in library.query("select * from release_group")}
    of_albums = {album.name: str(groups[album.release_group_id].mbid)[-1] for album in albums(library)}
    assert of_albums == {"B": "5", "Called otherwise": "5", "B (Deluxe)": "6"}
    assert len(groups) == 2


# Years.


def test_a_year_that_differs_makes_another_album_where_numbers_repeat(library: Library) -> None:
    drop(library, "a", 1, 2, date="1990")
    library.ingest()
    drop(library, "b", 1, 2, 3, date="2010", seed=10)
    library.ingest()
    drop(library, "c", 4, date="2010", seed=20)
    library.ingest()
    drop(library, "d", 5, date="1990", seed=30)
    library.ingest()

    assert [(album.year, album.song_count) for album in albums(library)] == [(1990, 3), (2010, 4)]
    assert folders(library) == ["1990 - B", "2010 - B"]
    assert library.failures() == []


def test_a_compilation_of_many_years_is_one_album_whatever_comes_when(library: Library) -> None:
    for number in range(1, 4):
        drop(library, f"{number}", number, date=f"{1990 + number}", album_artist="Various Artists", artist=f"A{number}")
        library.ingest()

    (album,) = albums(library)
    assert (album.display_artist, album.song_count, album.compilation) == ("Various Artists", 3, True)


# Scattered albums and late tracks.


def test_an_album_in_several_top_folders_and_batches_is_one_release(library: Library) -> None:
    drop(library, "one", 1)
    drop(library, "two/deep", 2)
    library.ingest()
    drop(library, "three", 3, artist="A feat. Guest")
    library.ingest()

    assert counts(library) == [("B", None, 3)]
    assert len(library.query("select distinct release_id from files where kind = 'audio'")) == 2


def test_a_late_disc_is_named_by_its_disc_and_so_is_what_comes_after_it(library: Library) -> None:
    drop(library, "a", 1, 2)
    library.ingest()
    drop(library, "b/CD2", 1, seed=10)
    library.ingest()
    drop(library, "c", 3, disc=1)
    library.ingest()

    assert counts(library) == [("B", None, 4)]
    names = sorted(path.name for path in library.storage.rglob("*.mp3"))
    assert names == ["01 Song 1.mp3", "02 Song 2.mp3", "1-03 Song 3.mp3", "2-01 Song 1.mp3"]
    assert [(song.disc_number, song.track_number) for song in library.songs()] == [(1, 3), (2, 1), (None, 1), (None, 2)]
    assert library.failures() == []


def test_a_late_track_with_poorer_tags_leaves_the_album_as_it_is(library: Library) -> None:
    drop(library, "a", 1, date="1990-05-01", genre="Rock", album_artist="A")
    library.ingest()
    (before,) = albums(library)
    drop(library, "b", 2, album="b", artist="a", date="", genre="rock", compilation=True)
    library.ingest()

    (after,) = albums(library)
    same = ("name", "display_artist", "artist_id", "credits", "year", "genres", "compilation", "sort_name", "folder")
    assert {name: getattr(after, name) for name in same} == {name: getattr(before, name) for name in same}
    assert {(song.album, song.display_album_artist) for song in library.songs()} == {("B", "A")}


def test_a_late_track_with_richer_tags_tells_what_the_album_did_not_know(library: Library) -> None:
    drop(library, "a", 1)
    library.ingest()
    drop(
        library, "b/CD2", 1, date="1990-05-01", seed=10,
        extra={"TPUB": "Label", "TXXX:BARCODE": "123", "TSST": "Live", "TXXX:MusicBrainz Album Type": "album"},
    )  # fmt: skip
    library.ingest()

    (album,) = albums(library)
    assert (album.year, album.labels, album.barcode, album.release_types) == (1990, ["Label"], "123", ["album"])
    assert album.disc_titles == [{"disc": 2, "title": "Live"}]
    (index,) = library.query("select year from album_index")
    assert index.year == 1990
    assert folders(library) == ["B"]


# Artists.


def test_two_spellings_with_one_id_are_one_artist_and_one_name_with_two_ids_is_two(library: Library) -> None:
    def artist(number: int) -> dict[str, str]:
        return {"TXXX:MusicBrainz Album Artist Id": f"{MBID}{number}"}

    drop(library, "a", 1, album_artist="Beyoncé", extra=artist(1))
    library.ingest()
    drop(library, "b", 2, album_artist="Beyonce Knowles", extra=artist(1))
    drop(library, "c", 1, album_artist="Nirvana", album="Hits", extra=artist(2), seed=10)
    drop(library, "d", 1, album_artist="Nirvana", album="Hits", extra=artist(3), seed=20)
    library.ingest()

    assert counts(library) == [("B", None, 2), ("Hits", None, 1), ("Hits", None, 1)]
    assert len({album.artist_id for album in albums(library)}) == 3
    codes = library.query("select directory_code from artists where name = 'Nirvana' order by 1")
    assert [row.directory_code for row in codes] == ["NI", "NI-2"]


def test_an_album_of_two_artists_is_both_s(library: Library) -> None:
    drop(library, "a", 1, album_artist=["Ana", "Bob"], artist=["Ana", "Bob"])
    library.ingest()

    (album,) = albums(library)
    assert [credit["name"] for credit in album.credits] == ["Ana", "Bob"]
    assert album.display_artist == "Ana, Bob"


# Singles and loose songs.


def test_loose_songs_have_a_shelf_for_each_artist_that_grows(library: Library) -> None:
    library.drop("one.mp3", title="One", artist="Ana", seed=1, date="1990")
    library.drop("two.mp3", title="Two", artist="Bob", seed=2)
    library.ingest()
    library.drop("three.mp3", title="Three", artist="Ana", seed=3, date="2000")
    library.ingest()

    shelves = {(album.display_artist, album.name, album.song_count) for album in albums(library)}
    assert shelves == {("Ana", "Unknown Album", 2), ("Bob", "Unknown Album", 1)}
    assert library.failures() == []


def test_a_file_without_any_tags_is_known_by_its_path(library: Library) -> None:
    library.drop("Kino - Gruppa krovi (1988)/01 Voyna.mp3")
    library.ingest()

    (album,), (song,) = albums(library), library.songs()
    assert (album.display_artist, album.name, album.year) == ("Kino", "Gruppa krovi", 1988)
    assert (song.title, song.track_number) == ("Voyna", 1)


# Hostile tags.


@pytest.mark.parametrize(
    "name",
    [
        "".join(chr(0x4E00 + 37 * number % 20000) for number in range(980)),
        "x" * 980,
        "(" * 300,
        "…",
        "\u202eright to left",
        "אלבום שלם",
        "a\tb",
        "%s %(x)s {album}",
        "../..",
    ],
    ids=range(9),
)
def test_names_of_any_kind_are_published_and_found_again(library: Library, name: str) -> None:
    drop(library, "a", 1, album=name, artist=name, title=name, genre=name, composer=name)
    drop(library, "b", 1, album=f"{name} (Deluxe Edition)", artist=name, title=name, seed=10)
    library.ingest()
    drop(library, "c", 2, album=name, artist=name, title=f"{name}!")
    library.ingest()

    assert [album.song_count for album in albums(library) if album.edition is None] == [2]
    assert [failure for failure in library.failures() if failure.severity == "error"] == []


def test_a_song_in_folders_as_deep_as_a_file_system_has_them_is_published(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(library, "a", 1, 2, picture=make_picture())
    monkeypatch.chdir(library.inbound)
    for depth in range(15):
        # One after the other: no path of the system's calls is as long as all of it. Letters that do not compress.
        folder = "".join(chr(0x4E00 + (37 * number * (depth + 3) + 991 * depth) % 20000) for number in range(80))
        Path(folder).mkdir()
        monkeypatch.chdir(folder)
    (library.inbound / "a/2.mp3").rename("1.mp3")
    library.ingest()

    assert library.states() == {"published": 2}


def test_a_role_of_any_length_is_published(library: Library) -> None:
    role = "".join(chr(0x4E00 + 37 * number % 20000) for number in range(980))
    drop(library, "a", 1, extra={"TIPL": [f"{role}=Bob"]})
    library.ingest()

    assert library.states() == {"published": 1}


def test_discs_and_years_at_their_bounds_are_published(library: Library) -> None:
    drop(library, "a", 1, disc=30000, date="9999")
    drop(library, "b", 0, disc=0, date="0000", album="C", seed=10)
    library.ingest()

    assert [album.song_count for album in albums(library)] == [1, 1]
    assert [failure for failure in library.failures() if failure.severity == "error"] == []
