"""What is taken from a file's path, and what from the title of its album, where the tags leave it out."""

import pytest

from melodee.audio.provenance import original
from melodee.intake.completion import completed
from melodee.intake.disc_words import disc_of_title
from tests.intake.batch import track


@pytest.mark.parametrize(
    ("path", "artists", "title", "album", "year"),
    [
        ("Kino - Gruppa krovi (1988)/01 Voyna.mp3", ["Kino"], "Voyna", "Gruppa krovi", 1988),
        ("Kino - Gruppa krovi [1988] [FLAC]/01 Voyna.mp3", ["Kino"], "Voyna", "Gruppa krovi", 1988),
        ("Kino/1988 - Gruppa krovi/01 - Voyna.mp3", ["Kino"], "Voyna", "Gruppa krovi", 1988),
        ("Kino/(1988) Gruppa krovi/01 - Voyna.mp3", ["Kino"], "Voyna", "Gruppa krovi", 1988),
        ("Kino - 1988 - Gruppa krovi/01 Voyna.mp3", ["Kino"], "Voyna", "Gruppa krovi", 1988),
        ("Music/Kino/Gruppa_krovi/CD2/01 Voyna.mp3", ["Kino"], "Voyna", "Gruppa krovi", None),
        ("Kino/Gruppa krovi/01 - Kino - Voyna.mp3", ["Kino"], "Voyna", "Gruppa krovi", None),
        ("Kino/Gruppa krovi/01 - Voyna - Live.mp3", ["Kino"], "Voyna - Live", "Gruppa krovi", None),
        ("Kino - Gruppa krovi (Deluxe Edition) (1988)/01 Voyna.mp3", ["Kino"], "Voyna",
         "Gruppa krovi (Deluxe Edition)", 1988),
        ("Downloads/Kino - Voyna.mp3", ["Kino"], "Voyna", "Unknown Album", None),
        ("Kino - Voyna.mp3", ["Kino"], "Voyna", "Unknown Album", None),
        ("Voyna.mp3", [], "Voyna", "Unknown Album", None),
        ("New folder/Voyna.mp3", [], "Voyna", "Unknown Album", None),
        ("Gruppa krovi/01 Voyna.mp3", [], "Voyna", "Gruppa krovi", None),
        ("Music/Gruppa krovi/01 Voyna.mp3", [], "Voyna", "Gruppa krovi", None),
        ("2001/01 Voyna.mp3", [], "Voyna", "2001", None),
        ("CD1/01 Voyna.mp3", [], "Voyna", "CD1", None),
    ],
)  # fmt: skip
def test_a_file_without_tags_is_known_by_its_path(
    path: str, artists: list[str], title: str, album: str, year: int | None
) -> None:
    found = completed(track(title="", artists=[], album="", track_number=None), path)
    assert (found.artists, found.title, found.album, found.year) == (artists, title, album, year)


def test_a_compilation_without_tags_has_its_artists_in_the_names_of_its_files() -> None:
    found = completed(track(title="", artists=[], album=""), "Various Artists - Hits (1999)/03 - Kino - Voyna.mp3")
    assert (found.album_artists, found.artists, found.title) == (["Various Artists"], ["Kino"], "Voyna")
    assert (found.album, found.year) == ("Hits", 1999)


@pytest.mark.parametrize(
    ("folder", "album"),
    [("Kino - Gruppa krovi (1988)", "Gruppa krovi"), ("Live - Gruppa krovi", "Live - Gruppa krovi")],
)
def test_a_folder_s_artist_is_left_out_of_the_album_where_the_tags_name_the_same(folder: str, album: str) -> None:
    assert completed(track(artists=["Kino feat. Guest"], album=""), f"{folder}/01 Voyna.mp3").album == album


def test_a_number_of_nothing_counts_as_none_where_the_path_says_more() -> None:
    found = completed(track(track_number=0, disc_number=0), "Kino/Gruppa krovi/CD2/05 Voyna.mp3")
    assert (found.track_number, found.disc_number) == (5, 2)
    hidden = completed(track(track_number=0), "Kino/Gruppa krovi/00 Hidden.mp3")
    assert (hidden.track_number, hidden.changes) == (0, [])


def test_a_year_of_a_folder_counts_for_the_album_that_it_names_alone() -> None:
    assert completed(track(album="Gruppa krovi"), "1988 - Gruppa krovi/1.mp3").year == 1988
    assert completed(track(album="Gruppa krovi (Remastered)"), "1988 - Gruppa krovi/1.mp3").year == 1988
    assert completed(track(album="Another"), "1988 - Gruppa krovi/1.mp3").year is None
    assert completed(track(album="Gruppa krovi", year=1990), "1988 - Gruppa krovi/1.mp3").year == 1990


@pytest.mark.parametrize(
    ("title", "name", "number", "subtitle"),
    [
        ("Album (Disc 1)", "Album", 1, ""),
        ("Album [CD2]", "Album", 2, ""),
        ("Album [Disc 1/2]", "Album", 1, ""),
        ("Album (Disc 1 of 2)", "Album", 1, ""),
        ("Album - Disc Two", "Album", 2, ""),
        ("Album CD 3", "Album", 3, ""),
        ("Album, Disk 4", "Album", 4, ""),
        ("Album (Disc 2: Live at Leeds)", "Album", 2, "Live at Leeds"),
        ("Album (Disc 2: Live (1970))", "Album", 2, "Live (1970)"),
        ("Album CD 2 - Live (1970)", "Album", 2, "Live (1970)"),
        ("Album (Disc 2) [Deluxe Edition]", "Album [Deluxe Edition]", 2, ""),
        ("Album (Disque 2)", "Album", 2, ""),
        ("Альбом (Диск 2)", "Альбом", 2, ""),
        ("CD1", "", 1, ""),
        ("Album", "Album", None, ""),
        ("Discovery", "Discovery", None, ""),
        ("Volume 2", "Volume 2", None, ""),
        ("CD 1000", "CD 1000", None, ""),
        ("ACDC 2", "ACDC 2", None, ""),
        ("Compact Disc", "Compact Disc", None, ""),
        ("Album (Disc 0)", "Album (Disc 0)", None, ""),
    ],
)
def test_a_title_s_disc(title: str, name: str, number: int | None, subtitle: str) -> None:
    assert disc_of_title(title)[:3] == (name, number, subtitle)


@pytest.mark.parametrize(
    ("folder", "number", "subtitle", "total"),
    [
        ("CD1", 1, "", None),
        ("CD1 - Demos", 1, "Demos", None),
        ("CD1_-_Demos", 1, "Demos", None),
        ("Disc 1 (The Early Years)", 1, "The Early Years", None),
        ("Disc 2 - Live (1970)", 2, "Live (1970)", None),
        ("Disc 2 [Live", 2, "Live", None),
        ("CD1 [FLAC]", 1, "", None),
        ("CD1 - Demos [FLAC 24-96]", 1, "Demos", None),
        ("CD01 of 02", 1, "", 2),
        ("CD01_of_02", 1, "", 2),
        ("CD 2 of 2 (Live)", 2, "Live", 2),
        ("Disque 1 sur 2", 1, "", 2),
        ("Disc 3 of 2", 3, "", None),
        ("Disc One", 1, "", None),
        ("Disk Two - Live", 2, "Live", None),
        ("Disque 1", 1, "", None),
        ("Диск 2", 2, "", None),
        ("DVD1", 1, "", None),
        ("[CD1]", 1, "", None),
        ("(Disc 2) Live", 2, "Live", None),
        ("Bonus CD", 2, "Bonus CD", None),
        ("Bonus Disc", 2, "Bonus Disc", None),
        ("Side A - Dusk", None, "", None),
        ("Disc 0", None, "", None),
    ],
)
def test_a_folder_s_disc(folder: str, number: int | None, subtitle: str, total: int | None) -> None:
    found = completed(track(album="Box"), f"Artist/Box/{folder}/01.mp3")
    assert (found.disc_number, found.disc_subtitle, found.disc_total) == (number, subtitle, total)
    assert completed(track(album="", artists=[]), f"Artist/Box/{folder}/01.mp3").album == "Box"


def test_a_title_tells_of_how_many_discs_it_is_one() -> None:
    assert completed(track(album="Box (Disc 1 of 2)"), "x/1.mp3").disc_total == 2
    assert completed(track(album="Box (Disc 3 of 2)"), "x/1.mp3").disc_total is None
    assert completed(track(album="Box (CD1 of 2)", disc_number=1, disc_total=3), "x/1.mp3").disc_total == 3


@pytest.mark.parametrize(
    ("folder", "artist", "album", "disc"),
    [
        ("Wort/Wort Box/Wort Box CD1", "Wort", "Wort Box", 1),
        ("Wort/1999 - Wort Box/Wort Box [CD2]", "Wort", "Wort Box", 2),
        ("Music/Wort - Wort Box (1999) [FLAC]/Wort Box CD2", "Wort", "Wort Box", 2),
        # An artist's album that is called as he is lies in his folder.
        ("Wort/Wort CD1", "Wort", "Wort", 1),
        ("Wort/Wort (1999) CD1", "Wort", "Wort", 1),
        ("Music/Wort/Wort CD1", "Wort", "Wort", 1),
        ("Wort/Another Box CD1", "Wort", "Another Box", 1),
    ],
)
def test_a_disc_s_folder_that_repeats_the_album_lies_in_the_album_s(
    folder: str, artist: str, album: str, disc: int
) -> None:
    found = completed(track(album="", artists=[]), f"{folder}/01.mp3")
    assert (found.artists, found.album, found.disc_number) == ([artist], album, disc)


@pytest.mark.parametrize(
    ("path", "album", "disc", "subtitle"),
    [
        ("Music/Same Folder/Same Folder CD1.flac", "Same Folder", 1, ""),
        ("x/Same Folder CD2.flac", "Same Folder", 2, ""),
        ("x/Artist - Same Folder (1999) [CD2].flac", "Same Folder (Deluxe)", 2, ""),
        ("Artist - Same Folder (1999)/Same Folder (Disc 2: Live).flac", "Other", 2, "Live"),
        ("x/CD2.flac", "Same Folder", 2, ""),
        ("x/Disc Two - Live.flac", "Same Folder", 2, "Live"),
        ("x/Promo CD 12.flac", "Winter Mix", None, ""),
        ("x/image.flac", "Same Folder", None, ""),
        ("x/CD3/Same Folder CD2.flac", "Same Folder", 3, ""),
    ],
)
def test_the_disc_of_an_image_that_a_sheet_cuts_stands_in_its_name(
    path: str, album: str, disc: int | None, subtitle: str
) -> None:
    part = track(album=album, span_start_ms=0, span_end_ms=1000)
    found = completed(part, path)
    assert (found.disc_number, found.disc_subtitle) == (disc, subtitle)
    assert completed(track(album=album, disc_number=4, span_start_ms=0), path).disc_number == 4
    # The name of a song is the song's.
    assert completed(track(album=album), path).disc_number == (3 if "CD3" in path else None)


@pytest.mark.parametrize(
    ("path", "artists", "album", "number", "title"),
    [
        ("Kino - Krov/Kino - Krov - 01 - Voyna.mp3", ["Kino"], "Krov", 1, "Voyna"),
        ("Kino - Krov (1988)/Kino_-_Krov_-_01_-_Voyna.mp3", ["Kino"], "Krov", 1, "Voyna"),
        ("Kino/Krov/Kino - Krov - 12 - Voyna.mp3", ["Kino"], "Krov", 12, "Voyna"),
        ("Kino/Krov/Krov - 7 - Voyna.mp3", ["Kino"], "Krov", 7, "Voyna"),
        ("Kino/Krov/Kino - 101 - Voyna.mp3", ["Kino"], "Krov", 101, "Voyna"),
        ("Kino/Krov/Kino - Krov - 01. Voyna.mp3", ["Kino"], "Krov", 1, "Voyna"),
        ("Kino/Krov/Kino - Krov - 01 - Kino - Voyna.mp3", ["Kino"], "Krov", 1, "Voyna"),
        ("Kino - Krov - 01 - Voyna.mp3", ["Kino"], "Krov", 1, "Voyna"),
        ("Downloads/Kino - Krov (1988) - 01 - Voyna.mp3", ["Kino"], "Krov", 1, "Voyna"),
        ("Downloads/Kino - 01 - Voyna.mp3", ["Kino"], "Unknown Album", 1, "Voyna"),
        ("Krov/Krov - 01 - Kino - Voyna.mp3", ["Kino"], "Krov", 1, "Voyna"),
        ("Party/Kino - Krov - 01 - Voyna.mp3", ["Kino"], "Party", 1, "Voyna"),
        ("VA - Hits/VA - Hits - 03 - Kino - Voyna.mp3", ["Kino"], "Hits", 3, "Voyna"),
        ("Kino/Krov/01_-_Voyna.mp3", ["Kino"], "Krov", 1, "Voyna"),
        # What is no number of a track.
        ("Downloads/Blink - 182 - Dammit.mp3", ["Blink"], "Unknown Album", None, "182 - Dammit"),
        ("Nena/99/Nena - 99 Luftballons.mp3", ["Nena"], "99", None, "99 Luftballons"),
        ("Downloads/Prince - 1999 - Live.mp3", ["Prince"], "Unknown Album", None, "1999 - Live"),
        ("Kino/Krov/Voyna - 4 - Live.mp3", ["Kino"], "Krov", None, "Voyna - 4 - Live"),
    ],
)
def test_a_number_stands_behind_the_artist_and_the_album_too(
    path: str, artists: list[str], album: str, number: int | None, title: str
) -> None:
    found = completed(track(title="", artists=[], album="", track_number=None), path)
    assert (found.artists, found.album, found.track_number, found.title) == (artists, album, number, title)
    assert completed(found, path) == found


def test_a_disc_before_such_a_number_counts() -> None:
    silent = track(title="", artists=[], album="", track_number=None)
    for path in ("Kino/Krov/Krov CD2 - 01 - Voyna.mp3", "Kino/Krov/Kino - Krov - 2-01 - Voyna.mp3"):
        found = completed(silent, path)
        assert (found.album, found.disc_number, found.track_number, found.title) == ("Krov", 2, 1, "Voyna")


@pytest.mark.parametrize("title", ["CD1-" * 250, "disc 1 " * 140, "(" * 500 + "disc 1", "cd" * 500])
def test_hostile_titles_cost_little(title: str) -> None:
    assert disc_of_title(title).name is not None


def test_the_disc_of_an_album_s_title_goes_to_its_own_field() -> None:
    found = completed(track(album="Box (Disc 2: Demos)"), "x/1.mp3")
    assert (found.album, found.disc_number, found.disc_subtitle) == ("Box", 2, "Demos")
    assert {change.field: (change.original, change.by) for change in found.changes} == {
        "album": ("Box (Disc 2: Demos)", ["album"]),
        "disc_number": (None, ["album"]),
        "disc_subtitle": ("", ["album"]),
    }


def test_a_disc_s_tag_goes_before_the_title_unless_each_disc_is_the_first_of_one() -> None:
    assert completed(track(album="Box (Disc 2)", disc_number=3), "x/1.mp3").disc_number == 3
    assert completed(track(album="Box (Disc 2)", disc_number=1, disc_total=1), "x/1.mp3").disc_number == 2


def test_an_album_called_by_its_disc_alone_has_the_name_of_its_folder() -> None:
    found = completed(track(album="CD 2"), "A - Box (1999)/CD2/1.mp3")
    assert (found.album, found.disc_number) == ("Box", 2)


def test_a_disc_s_folder_tells_its_title() -> None:
    found = completed(track(album="Box"), "Box/CD2 - Live at Leeds/1.mp3")
    assert (found.disc_number, found.disc_subtitle) == (2, "Live at Leeds")


def test_what_was_taken_from_the_path_is_remembered_and_taken_again_alike() -> None:
    path = "Kino - Gruppa krovi (1988)/CD2/01 Voyna.mp3"
    read = track(title="", artists=[], album="", track_number=None)
    found = completed(read, path)
    assert {change.field for change in found.changes} == {
        "title", "artists", "album", "track_number", "disc_number", "year",
    }  # fmt: skip
    assert {tuple(change.by) for change in found.changes} == {("path",)}
    assert original(found).title == read.title
    assert completed(found, path) == found
    assert completed(original(found), path) == found


@pytest.mark.parametrize(
    "path",
    [
        "/".join(["x" * 200] * 15) + "/1.mp3",
        "!!!/???/1.mp3",
        "שלום - עולם (1999)/01 שיר.mp3",
        "\u200b/\u200b.mp3",
        " - /  - .mp3",
        "(1999)/[2000].mp3",
        "((((1999" * 20 + "/1.mp3",
        "a\udce9/b\udce9.mp3",
        "CD" + "1" * 200 + "/1.mp3",
        "/".join(["CD1"] * 1300) + "/1.mp3",
        "/".join(["B CD1"] * 700) + "/1.mp3",
        "Disc 1 " + "(" * 100 + ")" * 100 + "/1.mp3",
        "x/" + "a - " * 60 + "01 - b.mp3",
        " - - 01 - - .mp3",
        ".mp3",
    ],
)
def test_paths_of_any_kind_give_a_title_and_an_album(path: str) -> None:
    found = completed(track(title="", artists=[], album="\u200b", track_number=None), path)
    assert found.title
    assert found.album
    assert all(name.strip() for name in found.artists)
    found.title.encode()
    found.album.encode()
