"""Editions, discs and issues of one album, wherever their files lie."""

from tests.intake.batch import albums, drafts, music


def test_editions_in_one_folder_are_releases_of_their_own() -> None:
    assert albums(
        music("x/1.mp3", album="Album"),
        music("x/2.mp3", album="Album (Deluxe Edition)"),
        music("x/3.mp3", album="Album [deluxe]", track_number=2),
        music("x/4.mp3", album="Album - Remastered"),
    ) == [
        ("Album", "", 1),
        ("Album (Deluxe Edition)", "Deluxe Edition", 2),
        ("Album - Remastered", "Remastered", 1),
    ]


def test_the_words_of_an_edition_may_stand_in_another_tag() -> None:
    assert albums(
        music("x/1.mp3"),
        music("y/1.mp3", raw={"TXXX:version": ["Deluxe Edition"]}),
        music("y/2.mp3", track_number=2, raw={"TXXX:version": ["Deluxe Edition"]}),
        music("z/1.mp3", subtitle="2011 Remaster"),
        music("w/1.mp3", raw={"version": ["Acoustic"]}),
    ) == [("B", "", 2), ("B", "Deluxe Edition", 2), ("B", "2011 Remaster", 1)]


def test_what_one_song_s_tag_says_is_not_the_album_s_edition() -> None:
    assert albums(music("x/1.mp3"), music("x/2.mp3", track_number=2, subtitle="Mono")) == [("B", "", 2)]


def test_discs_in_titles_and_folders_are_one_release_with_their_titles() -> None:
    (draft,) = drafts(
        music("x/Box (Disc 1)/1.mp3", album="Box (Disc 1)"),
        music("x/Box (Disc 2)/1.mp3", album="Box [CD2: Demos]"),
        music("x/CD3 - Live/1.mp3", album="Box"),
    )
    assert (draft.description.album, draft.description.discs, draft.root) == ("Box", 3, "x")
    assert draft.description.disc_titles == {2: "Demos", 3: "Live"}


def test_the_same_musicbrainz_id_is_one_release_whatever_it_is_called() -> None:
    found = drafts(
        music("x/1.mp3", album="One", mb_release_id="m"),
        music("y/2.mp3", album="Eins", artists=["X"], mb_release_id="m", track_number=2),
        music("z/1.mp3", album="One", mb_release_id="n"),
    )
    assert [(draft.description.mbid, len(draft.files)) for draft in found] == [("m", 2), ("n", 1)]


def test_files_without_an_id_belong_to_the_issue_whose_numbers_they_do_not_repeat() -> None:
    found = drafts(
        music("x/1.mp3", mb_release_id="m", track_number=1),
        music("x/2.mp3", mb_release_id="m", track_number=2),
        music("y/1.mp3", mb_release_id="n", track_number=1),
        music("z/2.mp3", track_number=2),
    )
    assert [(draft.description.mbid, len(draft.files)) for draft in found] == [("m", 2), ("n", 2)]


def test_years_that_differ_are_one_release_unless_they_repeat_its_numbers() -> None:
    once = [music(f"x/{number}.mp3", track_number=number, year=1990 + number) for number in range(1, 5)]
    assert [len(draft.files) for draft in drafts(*once)] == [4]
    first = [music(f"x/{number}.mp3", track_number=number, year=1990) for number in range(1, 5)]
    second = [music(f"y/{number}.mp3", track_number=number, year=2010) for number in range(1, 6)]
    without = [music("z/9.mp3", track_number=9)]
    found = drafts(*first, *second, *without)
    assert [(draft.description.year, len(draft.files)) for draft in found] == [(1990, 4), (2010, 6)]


def test_the_same_year_twice_is_one_release() -> None:
    assert [len(draft.files) for draft in drafts(music("x/1.mp3", year=1990), music("y/1.flac", year=1990))] == [2]
