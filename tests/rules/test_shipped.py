"""The rules that ship: what they mend, and that they leave alone what is right."""

import pytest

from melodee.audio.provenance import original
from melodee.audio.track import Change
from melodee.rules.load import rules_from
from melodee.settings.names import NameSettings
from tests.rules.tracks import shipped, track

RIGHT = [
    {"artists": [name], "album_artists": [name]}
    for name in (
        "AC/DC", "AC / DC", "Earth, Wind & Fire", "Simon & Garfunkel", "Tyler, The Creator",
        "Crosby, Stills, Nash & Young", "Defeater", "The Featherstones", "Little Feat", "Little Feat & Friends",
        "Six Ft. Ditch", "10 Ft. Ganja Plant", "Six Ft Under", "Ftampa", "Florence + the Machine", "M/A/R/R/S",
        "Angus & Julia Stone", "Me & My", "!!!", "Kruder & Dorfmeister", "Feat", "feat. X", "A. Featherington",
        "Unknown Mortal Orchestra", "The Unknown Artist Collective",
    )
]  # fmt: skip
RIGHT += [
    {"artists": ["A"], "title": title}
    for title in (
        "Feat of Clay", "A Great Feat of Strength", "Defeat", "(With You)", "Rock and Roll (With Somebody)", "Track",
        "Trackless 12", "Track 12 (Live)", "www.memory", "Untitled", "One feat", "Featuring", "Side A", "50 Ft Queenie",
        "Hip Hop", "Aftermath", "Left Foot", "Soft Machine / Moon in June", "Yes; No", "Ten Ft. Tall", "Http",
        "Ripped by Nobody", "Over the Top - The Return", "Song（With You）", "【Feat】", "（feat. B）",
    )
]  # fmt: skip
RIGHT += [
    {"genres": genres}
    for genres in (
        ["Singer/Songwriter"], ["R&B/Soul"], ["Folk, World, & Country"], ["Jazz/Funk"], ["Rock"], ["Hip-Hop"],
        ["1999"], ["80s"], ["2 Tone"], ["Drum & Bass"], ["Rock; Pop", "Jazz"],
    )
]  # fmt: skip
RIGHT += [
    {"comment": text}
    for text in (
        "Recorded live at http://example.org on a cold night", "A ripped poster", "Lame but lovely", "Made by hand",
        "Encoded messages everywhere", "First line\nSecond line",
    )
]  # fmt: skip
RIGHT += [
    {"artists": ["A", "B feat"], "mb_artist_ids": []},
    {"artists": ["A; B"], "mb_artist_ids": ["00000000-0000-0000-0000-000000000001"]},
    {"artists": ["A & B"], "mb_artist_ids": ["00000000-0000-0000-0000-000000000001"]},
    {"album": "Album; The", "title": "X / Y", "composers": ["Lennon/McCartney"]},
    {"track_number": 101, "disc_number": 1},
    {"track_number": 3, "raw": {"TRCK": ["A1"]}},
    {"album": "Unknown Album Songs", "album_artists": ["Various Positions"]},
]

ONE, TWO, THREE = (f"00000000-0000-0000-0000-00000000000{number}" for number in (1, 2, 3))


@pytest.mark.parametrize("tags", RIGHT, ids=repr)
def test_what_is_right_stays_as_it_is(tags):
    assert shipped(**tags) == track(**tags)


def test_guests_of_an_artist_are_credited_and_the_wording_is_kept():
    left = shipped(artists=["A feat. B"], title="Song")

    assert left.artists == ["A", "B"]
    assert left.artist_credit == "A feat. B"
    assert {change.field: change for change in left.changes} == {
        "artists": Change("artists", ["A feat. B"], ["rule:featured_artists"]),
        "artist_credit": Change("artist_credit", "", ["rule:featured_artists"]),
    }
    assert original(left) == track(artists=["A feat. B"], title="Song")


@pytest.mark.parametrize(
    ("worded", "artists"),
    [
        ("A feat. B", ["A", "B"]),
        ("A Feat B", ["A", "B"]),
        ("A ft. B", ["A", "B"]),
        ("A FT B", ["A", "B"]),
        ("A featuring B", ["A", "B"]),
        ("A feat.B", ["A", "B"]),
        ("A (feat. B)", ["A", "B"]),
        ("A [ft. B]", ["A", "B"]),
        ("A, feat. B", ["A", "B"]),
        ("A feat. B feat. C", ["A", "B", "C"]),
        ("A（feat. B）", ["A", "B"]),
        ("A 【ft. B】", ["A", "B"]),
        ("A［feat. B］", ["A", "B"]),
        ("Ado\u3000feat. 初音ミク", ["Ado", "初音ミク"]),
        ("A (feat. B) feat. C", ["A", "B", "C"]),
        ("A feat. B (feat. C)", ["A", "B", "C"]),
        ("A (feat. B) [feat. C]", ["A", "B", "C"]),
        ("A (feat. B)（feat. C）feat. D", ["A", "B", "C", "D"]),
        ("A (feat. B) feat. B", ["A", "B"]),
        ("A feat. B; C", ["A", "C", "B"]),
        ("A feat. B / C", ["A", "C", "B"]),
        ("A (feat. B) & C", ["A & C", "B"]),
        ("A feat. B & C", ["A", "B & C"]),
        ("A feat. Simon & Garfunkel", ["A", "Simon & Garfunkel"]),
        ("A feat. AC/DC", ["A", "AC/DC"]),
        ("A feat. a", ["A"]),
        ("AC/DC feat. Tyler, The Creator", ["AC/DC", "Tyler, The Creator"]),
        ("Beyoncé feat. Кино", ["Beyoncé", "Кино"]),
        ("A; B", ["A", "B"]),
        ("A ;B", ["A", "B"]),
        ("A / B", ["A", "B"]),
        ("AC/DC; B", ["AC/DC", "B"]),
        ("AC / DC / B", ["AC / DC", "B"]),
        ("A;; B;", ["A", "B"]),
    ],
)  # fmt: skip
def test_names_are_taken_apart(worded, artists):
    assert shipped(artists=[worded]).artists == artists


def test_a_file_that_keeps_values_apart_is_not_split_further():
    assert shipped(artists=["A; B", "C"]).artists == ["A; B", "C"]
    assert shipped(genres=["Rock, Pop", "Jazz"]).genres == ["Rock, Pop", "Jazz"]


@pytest.mark.parametrize(
    ("title", "left", "artists", "credit"),
    [
        ("Song (feat. B)", "Song", ["A", "B"], "A feat. B"),
        ("Song [ft. B]", "Song", ["A", "B"], "A feat. B"),
        ("Song (Featuring B) [Remix]", "Song [Remix]", ["A", "B"], "A feat. B"),
        ("Song feat. B (Live)", "Song (Live)", ["A", "B"], "A feat. B"),
        ("Song ft. B - Radio Edit", "Song - Radio Edit", ["A", "B"], "A feat. B"),
        ("Song (feat. B; C)", "Song", ["A", "B", "C"], "A feat. B; C"),
        ("Song (feat. a)", "Song", ["A"], ""),
        ("Song（feat. B）", "Song", ["A", "B"], "A feat. B"),
        ("Song【feat. B】", "Song", ["A", "B"], "A feat. B"),
        ("歌（feat. 初音ミク）［Live］", "歌 ［Live］", ["A", "初音ミク"], "A feat. 初音ミク"),
        ("Song (feat. B) [feat. C]", "Song", ["A", "B", "C"], "A feat. B, C"),
        ("Song (feat. B) feat. C (Live)", "Song (Live)", ["A", "B", "C"], "A feat. B, C"),
        ("Song feat. B (feat. B)", "Song", ["A", "B"], "A feat. B"),
    ],
)
def test_guests_of_a_title_are_credited(title, left, artists, credit):
    after = shipped(artists=["A"], title=title)

    assert (after.title, after.artists, after.artist_credit) == (left, artists, credit)


def test_guests_of_a_title_that_are_credited_already_are_not_again():
    after = shipped(title="Song (feat. B & C)", artists=["A", "B", "C"], artist_credit="A feat. B & C")

    assert (after.title, after.artists, after.artist_credit) == ("Song", ["A", "B", "C"], "A feat. B & C")


def test_without_an_artist_a_title_keeps_its_guests():
    assert shipped(title="Song (feat. B)").title == "Song (feat. B)"
    assert shipped(title="Song (feat. B)", album_artists=["A"]).artists == ["A", "B"]


def test_ids_stay_with_their_names():
    both = shipped(artists=["A feat. B"], mb_artist_ids=[ONE, TWO])
    main = shipped(artists=["A feat. B"], mb_artist_ids=[ONE])
    from_title = shipped(artists=["A"], title="Song (feat. B)", mb_artist_ids=[ONE])

    assert (both.artists, both.mb_artist_ids) == (["A", "B"], [ONE, TWO])
    assert (main.artists, main.mb_artist_ids) == (["A", "B"], [ONE, ""])
    assert (from_title.artists, from_title.mb_artist_ids) == (["A", "B"], [ONE, ""])


def test_sort_names_stay_with_their_names():
    left = shipped(artists=["Ana X", "Bo Y feat. C"], artist_sorts=["X, Ana", "Y, Bo"], title="Song (feat. D)")

    assert left.artists == ["Ana X", "Bo Y", "C", "D"]
    assert left.artist_sorts == ["X, Ana", "Y, Bo", "", ""]


def test_as_many_ids_as_names_prove_where_names_end():
    three = shipped(artists=["A feat. B & C"], mb_artist_ids=[ONE, TWO, THREE])
    two = shipped(artists=["A & B"], mb_artist_ids=[ONE, TWO])

    assert three.artists == ["A", "B", "C"]
    assert (two.artists, two.artist_credit) == (["A", "B"], "A & B")


def test_separators_and_exceptions_are_settings():
    names = NameSettings(artist_separators=("&", "/"), guest_separators=(" + ",), never_split=("X/Y", "Böse & Gut"))
    rules = rules_from("", names=names)

    assert shipped(rules=rules, artists=["A & B/C"]).artists == ["A", "B", "C"]
    assert shipped(rules=rules, artists=["x/y & BOSE & GUT"]).artists == ["x/y", "BOSE & GUT"]
    assert shipped(rules=rules, artists=["A feat. B + C"]).artists == ["A", "B", "C"]
    assert shipped(rules=rules, artists=["A; B"]).artists == ["A; B"]


@pytest.mark.parametrize(
    ("given", "genres"),
    [
        (["hip hop"], ["Hip-Hop"]),
        (["HipHop", "Hip-Hop"], ["Hip-Hop"]),
        (["(17)"], ["Rock"]),
        (["17"], ["Rock"]),
        (["(17)(4)"], ["Rock", "Disco"]),
        (["(4)Eurodisco"], ["Eurodisco"]),
        (["(RX)"], ["Remix"]),
        (["(255)"], ["(255)"]),
        (["Rock; Pop, Jazz / Soul"], ["Rock", "Pop", "Jazz", "Soul"]),
        (["Other"], []),
        (["rnb"], ["R&B"]),
    ],
)
def test_genres_are_spelled_alike(given, genres):
    assert shipped(genres=given).genres == genres


@pytest.mark.parametrize(
    ("title", "left"),
    [
        ("Song [www.example.com]", "Song"),
        ("Song (http://example.com/x)", "Song"),
        ("Song (Downloaded from www.example.com)", "Song"),
        ("Song - www.example.com", "Song"),
        ("Song  with   blanks", "Song with blanks"),
        ("Track 01", ""),
        ("AudioTrack 07", ""),
        ("Piste 3", ""),
    ],
)
def test_titles_lose_what_is_not_theirs(title, left):
    assert shipped(title=title).title == left


@pytest.mark.parametrize(
    ("comment", "left"),
    [
        ("Ripped by Somebody", ""),
        ("http://www.example.com", ""),
        ("Visit http://x.example.com", ""),
        ("A good one.\nEncoded with LAME 3.99\nReally.", "A good one.\nReally."),
        ("Exact Audio Copy v1.3", ""),
    ],
)
def test_comments_lose_advertising(comment, left):
    assert shipped(comment=comment).comment == left


def test_placeholders_go():
    left = shipped(artists=["Unknown Artist"], album_artists=["<unknown>"], album="Unknown Album")

    assert (left.artists, left.album_artists, left.album) == ([], [], "")


def test_various_artists_have_one_name():
    assert shipped(album_artists=["VA"]).album_artists == ["Various Artists"]
    assert shipped(album_artists=["various"]).album_artists == ["Various Artists"]


@pytest.mark.parametrize(
    ("text", "disc", "number", "total"),
    [("A1", 1, 1, None), ("B2", 2, 2, None), ("b", 2, 1, None), ("#3 of 12", None, 3, 12), ("Track 03", None, 3, None)],
)
def test_odd_track_numbers_are_understood(text, disc, number, total):
    left = shipped(raw={"tracknumber": [text]})

    assert (left.disc_number, left.track_number, left.track_total) == (disc, number, total)


@pytest.mark.parametrize("tags", RIGHT, ids=repr)
def test_a_second_time_changes_nothing(tags):
    once = shipped(**tags)

    again = {name: getattr(once, name) for name in tags}
    assert shipped(**again) == track(**again)
