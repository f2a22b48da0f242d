"""Files with more than one tag, and tags of which a field takes only a part."""

import pytest
from mutagen.apev2 import APEv2
from mutagen.id3 import APIC, COMM, ID3, SYLT, TIPL, TIT2, TMCL, USLT

from melodee.audio.pictures import embedded_picture
from melodee.audio.tags import read_track
from melodee.audio.track import Contributor, Movement, Work
from tests import damage
from tests.audio import make_picture, make_song, sound


def _with_ape(path, **items):
    tags = APEv2()
    for key, value in items.items():
        tags[key.replace("_", " ")] = value
    tags.save(path)
    return path


@pytest.mark.parametrize("suffix", ["mp3", "tta", "aac"])
def test_id3_comes_before_ape_field_by_field(tmp_path, suffix):
    path = make_song(tmp_path / f"a.{suffix}", title="ID3", artist="Ana feat. Bo", track=3, extra={"TXXX:Own": "id3"})
    _with_ape(
        path, title="APE", artist="Else", artists=["Ana", "Bo"], album="Record", track="9/12", own="ape", further="y"
    )

    track = read_track(path)

    assert (track.title, track.album) == ("ID3", "Record")
    assert (track.artists, track.artist_credit) == (["Ana feat. Bo"], "")  # the two tags' words are not mixed
    assert (track.track_number, track.track_total) == (3, None)
    assert track.raw == {"TXXX:own": ["id3"], "own": ["ape"], "further": ["y"]}


def test_an_mp3_with_an_ape_tag_alone_is_read(tmp_path):
    path = _with_ape(make_song(tmp_path / "a.mp3"), Title="T", Artist=["A", "B"], MP3GAIN_MINMAX="1,2")

    track = read_track(path)

    assert (track.title, track.artists, track.raw) == ("T", ["A", "B"], {"mp3gain minmax": ["1,2"]})
    assert track.duration_ms == 1000


@pytest.mark.parametrize("suffix", ["wv", "ape", "mpc"])
def test_ape_comes_before_the_id3_tags_of_formats_that_should_have_none(tmp_path, suffix):
    path = make_song(tmp_path / f"a.{suffix}", title="APE")
    id3 = ID3()
    id3.add(TIT2(encoding=3, text="ID3"))
    id3.add(COMM(encoding=3, lang="eng", desc="", text="from ID3"))
    id3.save(path)

    track = read_track(path)

    assert (track.title, track.comment) == ("APE", "from ID3")


@pytest.mark.parametrize("length", range(90, 110))
def test_an_ape_tag_of_any_length_is_found_before_an_id3v1_tag_and_without(tmp_path, length):
    path = damage.with_ape_tag(tmp_path / "a.mp3", damage.ape_item("Title", b"T" * (length - 50)))
    alone = read_track(path)
    path.write_bytes(path.read_bytes() + b"TAG" + b"Old".ljust(125, b"\0"))
    both = read_track(path)

    assert alone.title == "T" * (length - 50)
    assert both.title == "Old"
    assert alone.duration_ms == both.duration_ms == 1000


def test_the_picture_of_an_ape_tag_beside_id3_is_found(tmp_path):
    picture = make_picture()
    path = make_song(tmp_path / "a.mp3", title="T")
    items = damage.ape_item("Cover Art (Back)", b"b.jpg\0back", flags=2)
    items += damage.ape_item("Cover Art (Front)", b"a.jpg\0" + picture, flags=2)
    path.write_bytes(path.read_bytes() + damage.with_ape_tag(tmp_path / "x", items).read_bytes()[len(sound("mp3")) :])

    track = read_track(path)

    assert (track.title, track.picture_mime, track.picture_bytes) == ("T", "image/jpeg", len(picture))
    assert track.picture_kinds == ["back", "front"]
    assert embedded_picture(path) == picture


def test_pictures_are_counted_by_kind(tmp_path):
    path = make_song(tmp_path / "a.mp3")
    tags = ID3()
    for kind in (3, 4, 5, 250):
        tags.add(APIC(encoding=3, mime="image/jpeg", type=kind, desc=str(kind), data=b"x"))
    tags.save(path)

    assert read_track(path).picture_kinds == ["front", "back", "leaflet", "other"]


@pytest.mark.parametrize("minor", [3, 4])
def test_people_of_both_lists_have_their_roles_and_instruments_in_every_version(tmp_path, minor):
    people = {
        "TIPL": ["producer=Pat", "executive producer=Eve", "mix=Max", "DJ-mix=Dee"],
        "TMCL": ["Bass Guitar=Bob", "lead vocals=Liv"],
    }
    track = read_track(make_song(tmp_path / "a.mp3", id3=minor, extra=people))

    assert set(track.contributors) == {
        Contributor("producer", "", "Pat"),
        Contributor("executive producer", "", "Eve"),
        Contributor("mixer", "", "Max"),
        Contributor("djmixer", "", "Dee"),
        Contributor("performer", "bass guitar", "Bob"),
        Contributor("performer", "lead vocals", "Liv"),
    }


def test_people_without_a_name_or_a_role_are_passed_over(tmp_path):
    path = make_song(tmp_path / "a.mp3")
    tags = ID3()
    tags.add(TIPL(encoding=3, people=[["producer", ""], ["", "Pat"]]))
    tags.add(TMCL(encoding=3, people=[["", "Bob"]]))
    tags.save(path)

    assert read_track(path).contributors == [Contributor("performer", "", "Bob")]


def test_an_instrument_may_stand_in_the_key(tmp_path):
    path = make_song(tmp_path / "a.flac", extra={"PERFORMER:Cello": ["Cis", "Des"], "performer": "Eve (viola)"})

    assert read_track(path).contributors == [
        Contributor("performer", "viola", "Eve"),
        Contributor("performer", "cello", "Cis"),
        Contributor("performer", "cello", "Des"),
    ]


def test_several_values_of_id3v23_are_as_their_tagger_joined_them(tmp_path):
    """Version 2.3 knows no several values: taggers write a slash, and whether it is one is for the rules to say."""
    third = read_track(make_song(tmp_path / "3.mp3", id3=3, artist=["Ana", "Bo"], genre=["Rock", "Pop"]))
    fourth = read_track(make_song(tmp_path / "4.mp3", id3=4, artist=["Ana", "Bo"], genre=["Rock", "Pop"]))

    assert third.artists == ["Ana/Bo"]
    assert fourth.artists == ["Ana", "Bo"]
    assert fourth.genres == ["Rock", "Pop"]


def test_synchronised_lyrics_come_before_plain_ones_and_chords_are_none(tmp_path):
    path = make_song(tmp_path / "a.mp3", title="T")
    tags = ID3(path)
    tags.add(USLT(encoding=3, lang="eng", desc="", text="plain"))
    tags.add(SYLT(encoding=3, lang="eng", format=2, type=5, desc="chords", text=[("Am", 0)]))
    tags.save()
    plain = read_track(path)
    tags.add(SYLT(encoding=3, lang="eng", format=2, type=1, desc="words", text=[("one", 500), ("\ntwo", 61_250)]))
    tags.save()
    timed = read_track(path)

    assert plain.lyrics == "plain"
    assert timed.lyrics == "[00:00.50]one\n[01:01.25]two"
    assert timed.raw == {}


def test_what_a_field_does_not_take_is_kept_raw(tmp_path):
    path = make_song(
        tmp_path / "a.flac",
        title=["One", "Two"],
        comment=["first", "second"],
        extra={
            "LABEL": "Tiny",
            "ORGANIZATION": "Big",
            "PUBLISHER": "Tiny",
            "REPLAYGAIN_TRACK_GAIN": ["-1 dB", "-2 dB"],
        },
    )

    track = read_track(path)

    assert (track.title, track.comment, track.labels, track.track_gain) == ("One", "first", ["Tiny"], -1.0)
    raw = {key: value for key, value in track.raw.items() if key != "encoder"}
    assert raw == {
        "title": ["Two"],
        "comment": ["second"],
        "organization": ["Big"],
        "replaygain_track_gain": ["-2 dB"],
    }


@pytest.mark.parametrize(("text", "bpm"), [("128.5", 129), ("127,4", 127), ("0", None), ("120", 120), ("fast", None)])
def test_beats_are_rounded(tmp_path, text, bpm):
    assert read_track(make_song(tmp_path / "a.flac", extra={"BPM": text})).bpm == bpm


@pytest.mark.parametrize(
    ("tags", "works", "movements"),
    [
        ({"WORK": "W"}, [Work("W")], []),
        (
            {"WORK": ["W", "V"], "MUSICBRAINZ_WORKID": "a" * 8 + "-1111-4222-8333-" + "4" * 12},
            [Work("W"), Work("V")],
            [],
        ),
        ({"MOVEMENTNAME": "Andante"}, [], [Movement("Andante")]),
        ({"MOVEMENTNAME": ["I", "II"], "MOVEMENT": "1/2"}, [], [Movement("I", 1, 2), Movement("II")]),
        ({"MOVEMENT": "3"}, [], [Movement("", 3)]),
    ],
)
def test_works_and_movements_have_what_belongs_to_them(tmp_path, tags, works, movements):
    track = read_track(make_song(tmp_path / "a.flac", extra=tags))

    assert (track.works, track.movements) == (works, movements)


def test_a_single_sort_name_is_that_of_the_whole_credit(tmp_path):
    one = read_track(make_song(tmp_path / "a.flac", artist="A & B", extra={"ARTISTSORT": "B, A"}))
    two = read_track(make_song(tmp_path / "b.flac", artist=["A", "B"], extra={"ARTISTSORT": ["A, x", "B, x"]}))

    assert (one.artist_sort, one.artist_sorts) == ("B, A", [])
    assert (two.artist_sort, two.artist_sorts) == ("A, x; B, x", ["A, x", "B, x"])


def test_itunes_keeps_the_work_where_the_grouping_was(tmp_path):
    grouped = read_track(make_song(tmp_path / "a.mp3", extra={"TIT1": "Suite"}))
    itunes = read_track(make_song(tmp_path / "b.mp3", extra={"GRP1": "Suite", "TIT1": "Symphony"}))

    assert (grouped.groupings, grouped.works) == (["Suite"], [])
    assert (itunes.groupings, itunes.works) == (["Suite"], [Work("Symphony")])


def test_contributors_are_the_same_however_often_they_are_named(tmp_path):
    track = read_track(
        make_song(tmp_path / "a.flac", extra={"producer": ["Pat", "Pat"], "remixer": "R", "mixartist": "R"})
    )

    assert track.contributors == [Contributor("remixer", "", "R"), Contributor("producer", "", "Pat")]
