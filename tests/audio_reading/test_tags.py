import pickle

import msgspec
import pytest

from melodee.audio.errors import TruncatedAudio, UnreadableAudio
from melodee.audio.fields import CONTRIBUTORS, FIELDS
from melodee.audio.tags import read_track
from melodee.audio.track import Movement, Track, Work
from tests import damage
from tests.audio import FORMATS, SUFFIXES, make_picture, make_song, make_wave, sound
from tests.audio_reading.native_tags import DISC_ID, EXTRA, MBIDS

PLUMBING = {"encoder", "wmfsdkversion", "wmfsdkneeded", "isvbr", "wm/encodingtime"}
"""What the muxer writes by itself."""
OWN_TAG = {"mp4": "----:my own tag"} | dict.fromkeys(("flac", "ogg", "asf", "ape", "wavpack", "musepack"), "my own tag")
PROPERTIES = {
    "mp3": ("mpeg", "mp3", None),
    "flac": ("flac", "flac", 16),
    "m4a": ("mp4", "aac", None),
    "alac": ("mp4", "alac", 16),
    "ogg": ("ogg", "vorbis", None),
    "opus": ("ogg", "opus", None),
    "wav": ("wav", "pcm", 16),
    "aiff": ("aiff", "pcm", 16),
    "wma": ("asf", "wmav2", None),
    "wv": ("wavpack", "wavpack", 16),
    "tta": ("tta", "tta", 16),
    "aac": ("adts", "aac", None),
    "dsf": ("dsf", "dsd", 1),
    "ape": ("ape", "ape", 16),
    "mpc": ("musepack", "musepack", None),
}


@pytest.mark.parametrize("format_", FORMATS)
def test_every_field_is_read_from_every_format(tmp_path, format_):
    picture = make_picture()
    path = make_song(
        tmp_path / f"song.{SUFFIXES[format_]}",
        format=format_,
        title="The Söng",
        artist="Ana feat. Bo",
        album="The Record",
        album_artist="Ana & Cy",
        track=3,
        track_total=12,
        disc=2,
        disc_total=4,
        date="2004-05-06",
        genre=["Rock", "Dream Pop"],
        composer=["Cam", "Dee"],
        comment="First line\nsecond",
        lyrics="La la\nla",
        compilation=True,
        picture=picture,
        extra=EXTRA[format_],
    )

    track = read_track(path)

    container, codec, bit_depth = PROPERTIES[format_]
    own_tag = OWN_TAG.get(container, "TXXX:my own tag")
    assert track.raw.pop(own_tag) == ["kept"]
    assert set(track.raw) <= PLUMBING
    expected = Track(
        suffix=SUFFIXES[format_],
        container=container,
        codec=codec,
        duration_ms=track.duration_ms,
        bit_rate=track.bit_rate,
        sampling_rate={"opus": 48_000, "dsf": 2_822_400}.get(format_, 44_100),
        channels=2,
        bit_depth=bit_depth,
        title="The Söng",
        subtitle="Live in Ulm",
        artists=["Ana", "Bo"],
        artist_credit="Ana feat. Bo",
        album="The Record",
        album_artists=["Ana", "Cy"],
        album_artist_credit="Ana & Cy",
        composers=["Cam", "Dee"],
        contributors=track.contributors,
        genres=["Rock", "Dream Pop"],
        moods=["Calm", "Blue"],
        groupings=["Suite"],
        works=[Work("Symphony No. 1", MBIDS[8])],
        movements=[Movement("Andante", 2, 4)],
        compilation=True,
        track_number=3,
        track_total=12,
        disc_number=2,
        disc_total=4,
        disc_subtitle="The Second Half",
        year=2004,
        release_date="2005-06",
        original_date="1999",
        title_sort="Song, The",
        artist_sort="Last, Ana",
        artist_sorts=["Last, Ana", "Last, Bo"],
        album_artist_sort="Last, A & C",
        album_artist_sorts=["Last, Ana", "Last, Cy"],
        composer_sorts=["Last, Cam", "Last, Dee"],
        album_sort="Record, The",
        mb_recording_id=MBIDS[0],
        mb_track_id=MBIDS[1],
        mb_release_id=MBIDS[2],
        mb_release_group_id=MBIDS[3],
        mb_artist_ids=MBIDS[4:6],
        mb_album_artist_ids=MBIDS[6:8],
        mb_work_ids=[MBIDS[8]],
        mb_original_release_id=MBIDS[9],
        mb_original_artist_ids=[MBIDS[10]],
        mb_disc_id=DISC_ID,
        acoustid=MBIDS[11],
        isrcs=["USRC17607839", "GBAYE0000351"],
        labels=["Tiny", "Big"],
        catalogue_numbers=["T-1", "B-2"],
        barcode="5099902988023",
        release_types=["album", "live"],
        release_status="official",
        release_country="DE",
        media="CD",
        original_album="The First Record",
        original_artists=["Eve"],
        bpm=120,
        key="Am",
        languages=["deu", "eng"],
        encoder="LAME 3.100",
        comment="First line\nsecond",
        lyrics="La la\nla",
        copyright="2004 Tiny",
        explicit="explicit",
        track_gain=-7.03,
        track_peak=0.988,
        album_gain=-6.5,
        album_peak=1.0,
        has_picture=True,
        picture_mime="image/jpeg",
        picture_bytes=len(picture),
        picture_kinds=["front"],
        raw=track.raw,
    )
    assert track == expected
    assert abs(track.duration_ms - 1000) < 60
    assert {(each.role, each.sub_role, each.name) for each in track.contributors} == {
        ("lyricist", "", "Lee"),
        ("conductor", "", "Kim"),
        ("remixer", "", "Rex"),
        ("producer", "", "Pat"),
        ("mixer", "", "Max"),
        ("performer", "bass guitar", "Bob"),
        ("director", "", "Dan"),
    }


def test_the_table_has_a_field_of_a_track_for_every_line():
    made_from_others = {
        *("artist", "album_artist", "date", "work", "movement", "movement_number", "movement_total"),
        *("artists_sort", "album_artists_sort"),
    }
    assert {field.name for field in FIELDS} - made_from_others <= set(Track.__struct_fields__)
    assert len({field.name for field in (*FIELDS, *CONTRIBUTORS)}) == len(FIELDS) + len(CONTRIBUTORS)


@pytest.mark.parametrize("format_", FORMATS)
def test_a_file_without_tags_has_a_sound_and_nothing_else(tmp_path, format_):
    track = read_track(make_song(tmp_path / f"x.{SUFFIXES[format_]}", format=format_, seconds=0.5))

    assert abs(track.duration_ms - 500) < 60
    assert track.bit_rate > 20
    assert (track.title, track.artists, track.album, track.year, track.has_picture) == ("", [], "", None, False)
    assert track.mended == []


@pytest.mark.parametrize("format_", FORMATS)
def test_a_track_survives_json_and_pickle(tmp_path, format_):
    track = read_track(make_song(tmp_path / f"x.{SUFFIXES[format_]}", format=format_, title="T", artist=["A", "B"]))

    assert msgspec.json.decode(msgspec.json.encode(track), type=Track) == track
    assert pickle.loads(pickle.dumps(track)) == track


@pytest.mark.parametrize("format_", ["mp3", "flac", "m4a", "wav", "wma", "wv", "tta", "aac", "dsf"])
def test_repeated_values_are_several_artists_and_a_joined_one_is_not_split(tmp_path, format_):
    several = read_track(make_song(tmp_path / f"a.{format_}", artist=["Ana", "Bo", "Ana"], genre=["Rock", "Pop"]))
    joined = read_track(make_song(tmp_path / f"b.{format_}", artist="Ana; Bo / Cy", genre="Rock/Pop"))

    assert (several.artists, several.artist_credit, several.genres) == (["Ana", "Bo"], "", ["Rock", "Pop"])
    assert (joined.artists, joined.genres) == (["Ana; Bo / Cy"], ["Rock/Pop"])


def test_id3v23_is_read_as_v24_is(tmp_path):
    tags = {"title": "Täg", "artist": "A", "date": "2004-05-06", "track": 2, "track_total": 3, "genre": "Rock"}
    third, fourth = (read_track(make_song(tmp_path / f"{minor}.mp3", id3=minor, **tags)) for minor in (3, 4))

    assert third == fourth
    assert third.release_date == "2004-05-06"


def test_id3v22_is_read(tmp_path):
    path = damage.id3v22(tmp_path / "a.mp3", TT2="Títle", TP1="Band", TAL="Record", TRK="3/9", TYE="1987", TCO="(17)")

    track = read_track(path)

    assert (track.title, track.artists, track.album) == ("Títle", ["Band"], "Record")
    assert (track.track_number, track.track_total, track.year, track.genres) == (3, 9, 1987, ["Rock"])


def test_id3v1_alone_is_read(tmp_path):
    track = read_track(damage.id3v1_only(tmp_path / "a.mp3"))

    assert (track.title, track.artists, track.album) == ("Old Song", ["Old Band"], "Old Album")
    assert (track.track_number, track.year, track.genres, track.comment) == (7, 1999, ["Rock"], "A comment")


def test_a_wav_without_id3_is_read_from_its_info_list(tmp_path):
    def info(name: bytes, text: bytes) -> bytes:
        return name + len(text).to_bytes(4, "little") + text + b"\0" * (len(text) % 2)

    body = (
        b"INFO" + info(b"INAM", b"Caf\xe9\0") + info(b"IART", b"Band\0") + info(b"ITRK", b"4") + info(b"ICRD", b"2001")
    )
    data = make_wave(0.2) + info(b"LIST", body)
    path = tmp_path / "a.wav"
    path.write_bytes(data[:4] + (len(data) - 8).to_bytes(4, "little") + data[8:])

    track = read_track(path)

    assert (track.title, track.artists, track.track_number, track.year) == ("Café", ["Band"], 4, 2001)


def test_numbers_that_are_none_stay_in_raw(tmp_path):
    track = read_track(make_song(tmp_path / "a.flac", title="x", extra={"tracknumber": "A1", "bpm": "fast"}))

    assert (track.track_number, track.bpm) == (None, None)
    assert (track.raw["tracknumber"], track.raw["bpm"]) == (["A1"], ["fast"])


def test_text_is_composed_and_trimmed(tmp_path):
    track = read_track(make_song(tmp_path / "a.flac", title="  Cafe\u0301  ", artist=["", " ", "B"]))

    assert (track.title, track.artists) == ("Café", ["B"])


@pytest.mark.parametrize("suffix", sorted(set(SUFFIXES.values())))
def test_control_characters_are_taken_out_and_told(tmp_path, suffix):
    track = read_track(damage.with_control_characters(tmp_path / f"a.{suffix}"))

    assert (track.title, track.artists, track.album) == ("Ringing Bell", ["BB"], "Be lls")
    assert {(mend.code, mend.field) for mend in track.mended} == {
        ("control_characters", "title"),
        ("control_characters", "artists"),
        ("control_characters", "album"),
    }


@pytest.mark.parametrize("suffix", sorted(set(SUFFIXES.values())))
def test_a_title_of_64_kb_is_cut_and_told(tmp_path, suffix):
    track = read_track(damage.with_long_title(tmp_path / f"a.{suffix}"))

    assert len(track.title) in (999, 1000)
    assert track.title == damage.LONG_TITLE[:1000].strip()
    assert [(mend.code, mend.field) for mend in track.mended] == [("overlong_tag", "title")]


def test_text_in_another_encoding_than_its_frame_says_is_not_lost(tmp_path):
    track = read_track(damage.id3_in_wrong_encoding(tmp_path / "a.mp3"))

    assert (track.title, track.artists, track.album, track.track_number) == ("Cafés", ["Zoé"], "Don’t", 1)
    assert {(mend.code, mend.field) for mend in track.mended} == {
        ("wrong_encoding", "title"),
        ("wrong_encoding", "artists"),
        ("wrong_encoding", "album"),
    }


def test_names_of_tags_and_pictures_are_cleaned_too(tmp_path):
    path = make_song(tmp_path / "a.mp3", title="T", extra={"TXXX:b\x07ell": "x"}, picture=make_picture())
    path.write_bytes(path.read_bytes().replace(b"image/jpeg", b"imag\x01/jpe\x02"))

    track = read_track(path)

    assert track.raw == {"TXXX:bell": ["x"]}
    assert track.picture_mime == "imag/jpe"


def test_a_broken_id3_tag_does_not_cost_the_sound(tmp_path):
    path = tmp_path / "a.mp3"
    path.write_bytes(b"ID3\x09\x00\x00\x00\x00\x00\x0a" + b"x" * 10 + sound("mp3"))

    track = read_track(path)

    assert (track.codec, track.duration_ms, track.title) == ("mp3", 1000, "")


def test_thousands_of_values_are_bounded_and_told(tmp_path):
    extra = {f"own {number}": "x" for number in range(500)}
    path = make_song(tmp_path / "a.flac", artist=[f"Artist {number}" for number in range(5000)], extra=extra)

    track = read_track(path)

    assert len(track.artists) == 100
    assert len(track.raw) == 64
    assert [mend.code for mend in track.mended] == ["too_many_values"]


def test_lyrics_keep_their_lines_and_are_bounded(tmp_path):
    track = read_track(make_song(tmp_path / "a.flac", lyrics="[00:01.00]la\x07\r\n\r\nla\n" + "x" * 200_000))

    assert track.lyrics.startswith("[00:01.00]la\n\nla\nxxx")
    assert len(track.lyrics) <= 100_000
    assert {mend.code for mend in track.mended} == {"overlong_tag", "control_characters"}


def test_an_error_says_what_and_why_and_names_the_path(tmp_path):
    path = str(damage.truncated(tmp_path / "a.mp3", seconds=3))
    with pytest.raises(TruncatedAudio) as caught:
        read_track(path)

    assert caught.value.path == path
    assert "bytes of sound are there" in caught.value.reason


def test_what_is_kept_raw_is_bounded(tmp_path):
    extra = {f"own {number}": [f"{other} " + "x" * 900 for other in range(30)] for number in range(60)}

    track = read_track(make_song(tmp_path / "a.flac", extra=extra))

    assert 0 < len(msgspec.json.encode(track.raw)) < 60_000


@pytest.mark.parametrize("stem", damage.HOSTILE_NAMES)
def test_awkward_names_are_read(tmp_path, stem):
    path = tmp_path / f"{stem}.mp3"
    make_song(path, title="T")

    assert read_track(path).title == "T"
    assert read_track(str(path)).suffix == "mp3"


def test_an_unknown_suffix_is_not_read(tmp_path):
    with pytest.raises(UnreadableAudio, match="suffix"):
        read_track(make_song(tmp_path / "a.xyz", format="mp3"))
