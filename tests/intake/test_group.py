"""Which files make one release, and what it is called where tags are silent."""

import pytest

from melodee.audio.track import Track
from melodee.intake.completion import completed
from melodee.intake.group import Draft, ReadFile, group
from melodee.intake.look import FileLook, is_disc_folder


def track(**tags: object) -> Track:
    given = {"title": "T", "artists": ["A"], "album": "B", "track_number": 1} | tags
    return Track(
        suffix="mp3", container="mpeg", codec="mp3", duration_ms=1000, bit_rate=128, sampling_rate=44100, channels=2,
        **given,  # type: ignore[arg-type]
    )  # fmt: skip


def music(path: str, **tags: object) -> ReadFile:
    return ReadFile(FileLook(path, 1, 1, 1), completed(track(**tags), path))


def other(path: str) -> ReadFile:
    return ReadFile(FileLook(path, 1, 1, 1))


def drafts(*files: ReadFile) -> list[Draft]:
    return group(files)[0]


def named(found: list[Draft]) -> list[tuple[str, str, int]]:
    return [(draft.description.display_artist, draft.description.album, len(draft.files)) for draft in found]


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


@pytest.mark.parametrize("name", ["CD1", "cd 2", "Disc 3", "Disk_04", "CD1 - Live", "Side A", "LP2"])
def test_a_name_of_a_disc(name: str) -> None:
    assert is_disc_folder(name)


@pytest.mark.parametrize("name", ["CD", "Discovery", "Volume of songs", "1984", "Side effects", ""])
def test_a_name_that_is_none_of_a_disc(name: str) -> None:
    assert not is_disc_folder(name)
