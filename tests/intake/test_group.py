"""Which files make one release, and what it is called where tags are silent."""

import pytest

from melodee.intake.completion import completed
from melodee.intake.group import ReadFile, group
from melodee.intake.look import is_disc_folder
from tests.intake.batch import drafts, music, named, other, track


def test_several_albums_in_one_folder_are_several_releases() -> None:
    found = drafts(music("x/1.mp3", album="One"), music("x/2.mp3", album="Two"), music("x/3.mp3", album="one"))
    assert named(found) == [("A", "One", 2), ("A", "Two", 1)]


def test_one_album_in_several_folders_is_one_release_with_their_common_root() -> None:
    (draft,) = drafts(music("x/y/1.mp3"), music("x/z/2.mp3", track_number=2))
    assert (draft.root, len(draft.files)) == ("x", 2)


def test_discs_in_folders_of_their_own_are_one_release_of_several_discs() -> None:
    (draft,) = drafts(music("x/CD1/1.mp3"), music("x/CD2/1.mp3"))
    assert [file.track.disc_number for file in draft.files if file.track] == [1, 2]
    assert draft.description.discs == 2


@pytest.mark.parametrize(
    ("artists", "expected"),
    [
        ([["A"], ["A"]], "A"),
        ([["A"], ["A feat. B"]], "A"),
        ([["A"], ["B"]], "Various Artists"),
        ([[], []], "Unknown Artist"),
        ([["Beyoncé"], ["BEYONCE"]], "Beyoncé"),
    ],
)
def test_whose_album_it_is_without_an_album_artist(artists: list[list[str]], expected: str) -> None:
    files = [music(f"x/{number}.mp3", artists=names) for number, names in enumerate(artists)]
    assert [draft.description.display_artist for draft in drafts(*files)] == [expected]


def test_an_album_artist_decides_over_the_artists() -> None:
    (draft,) = drafts(
        music("x/1.mp3", artists=["A"], album_artists=["C"]), music("x/2.mp3", artists=["B"], album_artists=["C"])
    )
    assert (draft.description.display_artist, draft.description.compilation) == ("C", False)


@pytest.mark.parametrize("name", ["Various Artists", "VA", "various"])
def test_the_spellings_of_various_artists_are_one(name: str) -> None:
    (draft,) = drafts(music("x/1.mp3", album_artists=[name]))
    assert (draft.description.display_artist, draft.description.compilation) == ("Various Artists", True)


def test_the_artists_of_an_album_have_their_ids_and_sort_names() -> None:
    (draft,) = drafts(music("x/1.mp3", album_artists=["A", "B"], mb_album_artist_ids=["1", "2"]))
    assert [(credit.name, credit.mbid) for credit in draft.description.artists] == [("A", "1"), ("B", "2")]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("Album/03 - Third Song.mp3", ("Third Song", 3, None, "Album")),
        ("Album/03. Third_Song.mp3", ("Third Song", 3, None, "Album")),
        ("Album/2-03 Third.mp3", ("Third", 3, 2, "Album")),
        ("Album/CD2/03 Third.mp3", ("Third", 3, 2, "Album")),
        ("Album/Third.mp3", ("Third", None, None, "Album")),
        ("Third.mp3", ("Third", None, None, "Unknown Album")),
        ("1999.mp3", ("1999", None, None, "Unknown Album")),
    ],
)
def test_what_tags_leave_out_is_taken_from_the_path(path: str, expected: tuple[object, ...]) -> None:
    found = completed(track(title="", album="", track_number=None), path)
    assert (found.title, found.track_number, found.disc_number, found.album) == expected
    assert {mend.code for mend in found.mended} == {"missing_tag"}


def test_pictures_and_sidecars_go_with_the_music_around_them() -> None:
    found, alone = group(
        [
            music("x/CD1/1.mp3"),
            music("x/CD2/1.mp3", title="U"),
            music("y/1.mp3", album="C"),
            other("x/cover.jpg"),
            other("x/CD1/rip.log"),
            other("x/CD1/Scans/back.jpg"),
            other("y/cover.jpg"),
            other("z/photo.jpg"),
        ]
    )
    assert {draft.description.album: len(draft.files) for draft in found} == {"B": 5, "C": 2}
    assert [file.look.path for file in alone] == ["z/photo.jpg"]


def test_a_picture_above_several_releases_belongs_to_none() -> None:
    found, alone = group([music("a/x/1.mp3", album="X"), music("a/y/1.mp3", album="Y"), other("a/artist.jpg")])
    assert [len(draft.files) for draft in found] == [1, 1]
    assert [file.look.path for file in alone] == ["a/artist.jpg"]


@pytest.mark.parametrize("name", ["CD1", "cd 2", "Disc 3", "Disk_04", "CD1 - Live", "Side A", "LP2",
    "Disc One", "Disque 1", "DVD1", "[CD1]", "(Disc 2)", "Bonus CD", "Bonus Disc - Live", "CD01_of_02",
    "Диск 1"])  # fmt: skip
def test_a_name_of_a_disc(name: str) -> None:
    assert is_disc_folder(name)


@pytest.mark.parametrize("name", ["CD", "Discovery", "Volume of songs", "1984", "Side effects", "",
    "Disco 2", "Discone", "Bonus Discography", "Bonus Tracks", "Disc Onerous", "DVD", "Side One",
    "Volume One"])  # fmt: skip
def test_a_name_that_is_none_of_a_disc(name: str) -> None:
    assert not is_disc_folder(name)


# Whose it is.


@pytest.mark.parametrize(
    ("artists", "credits_", "expected"),
    [
        ([["A"], ["A", "B"]], ["", "A feat. B"], "A"),
        ([["A", "B"], ["A", "B"]], ["A & B", "A & B"], "A & B"),
        ([["A", "B"], ["A", "B"]], ["", ""], "A, B"),
        ([["A"], ["A", "B"]], ["", "A & B"], "A"),
        ([["A ft. B"], ["A (featuring C)"]], ["", ""], "A"),
        ([["A（feat. B）"], ["A", "B"]], ["", "A【feat. B】"], "A"),
        ([["Prince"], ["Princess"]], ["", ""], "Various Artists"),
        ([["A"], ["\u200b"]], ["", ""], "A"),
        ([["A"], ["Various Artists"]], ["", ""], "Various Artists"),
    ],
)
def test_guests_do_not_count_for_whose_album_it_is(
    artists: list[list[str]], credits_: list[str], expected: str
) -> None:
    files = [
        music(f"x/{number}.mp3", artists=names, artist_credit=credit, track_number=number + 1)
        for number, (names, credit) in enumerate(zip(artists, credits_, strict=True))
    ]
    assert [draft.description.display_artist for draft in drafts(*files)] == [expected]


def test_an_album_credited_to_several_is_shown_as_it_is_worded() -> None:
    (draft,) = drafts(music("x/1.mp3", album_artists=["A", "B"], album_artist_credit="A & B"))
    assert [credit.name for credit in draft.description.artists] == ["A", "B"]
    assert draft.description.display_artist == "A & B"


def test_two_spellings_with_one_id_are_one_artist_and_one_name_with_two_ids_is_two() -> None:
    found = drafts(
        music("x/1.mp3", album_artists=["Beyoncé"], mb_album_artist_ids=["1"]),
        music("y/2.mp3", album_artists=["Beyonce Knowles"], mb_album_artist_ids=["1"], track_number=2),
        music("z/3.mp3", album_artists=["Beyoncé"], track_number=3),
        music("w/1.mp3", album_artists=["Nirvana"], mb_album_artist_ids=["2"]),
        music("v/1.mp3", album_artists=["Nirvana"], mb_album_artist_ids=["3"]),
    )
    assert sorted((draft.description.artists[0].mbid, len(draft.files)) for draft in found) == [
        ("1", 3), ("2", 1), ("3", 1),
    ]  # fmt: skip


def test_a_track_whose_album_artist_was_forgotten_is_of_the_album_around_it() -> None:
    found = drafts(music("x/1.mp3", album_artists=["Various Artists"], artists=["A"]), music("x/2.mp3", artists=["X"]))
    assert named(found) == [("Various Artists", "B", 2)]


def test_a_compilation_over_discs_is_various_artists_although_each_disc_is_by_one() -> None:
    found = drafts(music("x/CD1/1.mp3", artists=["A"]), music("x/CD2/1.mp3", artists=["B"]))
    assert named(found) == [("Various Artists", "B", 2)]


def test_two_artists_albums_of_one_title_in_one_folder_are_two_releases() -> None:
    hits = [
        music(f"x/{artist} {number}.mp3", artists=[artist], album="Greatest Hits", track_number=number)
        for artist in ("Queen", "ABBA")
        for number in range(1, 6)
    ]
    assert named(drafts(*hits)) == [("ABBA", "Greatest Hits", 5), ("Queen", "Greatest Hits", 5)]


def test_a_compilation_of_two_discs_without_numbers_of_discs_stays_one_release() -> None:
    files = [
        music(f"x/{disc}{number}.mp3", artists=[f"Artist {disc}{number}"], track_number=number)
        for disc in "ab"
        for number in range(1, 9)
    ]
    assert named(drafts(*files)) == [("Various Artists", "B", 16)]


# Compilations by their flag.


def flagged(folder: str, *artists: str, first: int = 1, album: str = "Best", **tags: object) -> list[ReadFile]:
    """Songs of a folder that are numbered on, each with its artist, and flagged as a compilation's."""
    return [
        music(f"{folder}/{number}.m4a", artists=[artist], album=album, track_number=number, compilation=True, **tags)
        for number, artist in enumerate(artists, first)
    ]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (
            flagged("M/Ia/Best", "Ia") + flagged("M/Ib/Best", "Ib", first=2) + flagged("M/Ic/Best", "Ic", first=3),
            [("Various Artists", "Best", 3)],
        ),
        (flagged("M/Queen/Best", *["Queen"] * 9), [("Queen", "Best", 9)]),
        (flagged("M/Queen/Best", "Queen", "Queen", "Queen & David Bowie"), [("Queen", "Best", 3)]),
        (flagged("M/Q/Best", "Queen") + flagged("M/B/Best", "Queen & Bowie", first=2), [("Queen", "Best", 2)]),
        (flagged("M/Hits/Best", "Prince", "Prince Paul"), [("Various Artists", "Best", 2)]),
        # Numbers that repeat: two albums of one name.
        (
            flagged("M/Queen/Best", *["Queen"] * 3) + flagged("M/ABBA/Best", *["ABBA"] * 4),
            [("ABBA", "Best", 4), ("Queen", "Best", 3)],
        ),
        # One song twice in its folder is no number that another artist has.
        (
            flagged("M/Ia/Best", "Ia") + flagged("M/Ia/Best/mp3", "Ia") + flagged("M/Ib/Best", "Ib", first=2),
            [("Various Artists", "Best", 3)],
        ),
        (flagged("M/Ia/One", "Ia") + flagged("M/Ib/Two", "Ib", first=2, album="Two"),
         [("Ia", "Best", 1), ("Ib", "Two", 1)]),
        # The flag of all songs is needed, and numbers are, where each folder holds one artist.
        ([*flagged("M/Ia/Best", "Ia"), music("M/Ib/Best/2.m4a", artists=["Ib"], album="Best", track_number=2)],
         [("Ia", "Best", 1), ("Ib", "Best", 1)]),
        (
            [music(f"M/{a}/Best/x.m4a", artists=[a], album="Best", track_number=None, compilation=True) for a in "XY"],
            [("X", "Best", 1), ("Y", "Best", 1)],
        ),
        # An album artist decides, whatever is flagged.
        (
            flagged("M/Ia/Best", "Ia", album_artists=["Ia"]) + flagged("M/Ib/Best", "Ib", first=2),
            [("Ia", "Best", 1), ("Ib", "Best", 1)],
        ),
        (
            flagged("M/Best", "Ia", album_artists=["VA"]) + flagged("M/Ia/Best", "Ia", first=2),
            [("Various Artists", "Best", 2)],
        ),
        # Two releases of MusicBrainz stay two.
        (
            flagged("M/Ia/Best", "Ia", mb_release_id="m") + flagged("M/Ib/Best", "Ib", first=2, mb_release_id="n"),
            [("Ia", "Best", 1), ("Ib", "Best", 1)],
        ),
        # Songs without an album are no compilation.
        (
            flagged("Downloads", "Ia", album="") + flagged("Music", "Ib", first=2, album=""),
            [("Ia", "Unknown Album", 1), ("Ib", "Unknown Album", 1)],
        ),
    ],
)  # fmt: skip
def test_the_flag_of_a_compilation_counts_over_folders(
    files: list[ReadFile], expected: list[tuple[str, str, int]]
) -> None:
    found = drafts(*files)
    assert sorted(named(found)) == expected
    assert group(files[::-1]) == group(files)


# Singles and loose songs.


def test_loose_songs_without_an_album_are_on_their_artists_shelves() -> None:
    found = drafts(
        music("1.mp3", artists=["A"], album="", title="One", year=1990),
        music("2.mp3", artists=["B"], album="", title="Two"),
        music("Downloads/3.mp3", artists=["A feat. B"], album="", title="Three", year=2000),
        music("Downloads/4.mp3", artists=["C"], album="<unknown>"),
    )
    assert named(found) == [("A", "Unknown Album", 2), ("B", "Unknown Album", 1), ("C", "Unknown Album", 1)]
    assert [draft.description.year for draft in found] == [None, None, None]


def test_a_folder_with_a_name_of_its_own_is_a_compilation_of_its_songs() -> None:
    found = drafts(music("Party/1.mp3", artists=["A"], album=""), music("Party/2.mp3", artists=["B"], album=""))
    assert named(found) == [("Various Artists", "Party", 2)]


def test_singles_that_are_called_as_their_album_are_each_artist_s() -> None:
    found = drafts(
        music("Singles/a.mp3", artists=["Adele"], album="Hello", title="Hello"),
        music("Singles/b.mp3", artists=["Lionel Richie"], album="Hello", title="Hello"),
    )
    assert named(found) == [("Adele", "Hello", 1), ("Lionel Richie", "Hello", 1)]


def test_a_compilation_that_was_dropped_without_a_folder_is_one_release_by_its_numbers() -> None:
    files = [music(f"{n}.mp3", artists=[f"A{n}"], album="Hits", track_number=n) for n in range(1, 5)]
    assert named(drafts(*files)) == [("Various Artists", "Hits", 4)]
    files = [music(f"{n}.mp3", artists=[f"A{n}"], album="Hits", track_number=1) for n in range(1, 3)]
    assert named(drafts(*files)) == [("A1", "Hits", 1), ("A2", "Hits", 1)]


# What goes with a song.


def test_a_sidecar_goes_with_the_song_that_is_named_as_it_is() -> None:
    found, _ = group(
        [
            music("x/1.mp3", album="One"),
            music("x/2.mp3", album="Two"),
            music("x/3.mp3", album="Two", track_number=2),
            other("x/1.LRC"),
            other("x/cover.jpg"),
        ]
    )
    assert {draft.description.album: [f.look.name for f in draft.files] for draft in found} == {
        "One": ["1.mp3", "1.LRC"],
        "Two": ["2.mp3", "3.mp3", "cover.jpg"],
    }
