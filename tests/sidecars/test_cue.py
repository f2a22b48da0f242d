"""Cue sheets as rippers, editors and pranksters write them."""

import pytest

from melodee.audio.track import Track
from melodee.sidecars.cue import frames_of, milliseconds, parse_cue
from melodee.sidecars.cue_tracks import cut, filled
from melodee.sidecars.errors import UnreadableSidecar

SHEET = """\
REM GENRE "Progressive Rock"
REM DATE 1973
REM DISCNUMBER 1
REM TOTALDISCS 2
REM REPLAYGAIN_ALBUM_GAIN -6.50 dB
CATALOG 0724382975229
PERFORMER "The Band"
SONGWRITER "A. Writer"
TITLE "The Album"
FILE "CDImage.wav" WAVE
  TRACK 01 AUDIO
    TITLE "One"
    ISRC GBAYE7300001
    FLAGS DCP PRE
    REM REPLAYGAIN_TRACK_GAIN -5.25 dB
    INDEX 01 00:00:00
  TRACK 02 AUDIO
    TITLE "The "Real" Two"
    PERFORMER "A Guest"
    REM COMPOSER "B. Composer"
    INDEX 00 00:01:70
    INDEX 01 00:02:00
  TRACK 03 AUDIO
    INDEX 01 00:04:37
"""


def track(**fields: object) -> Track:
    sound = {"duration_ms": 6000, "bit_rate": 700, "sampling_rate": 44100, "channels": 2}
    return Track("flac", "flac", "flac", **{**sound, **fields})  # type: ignore[arg-type]


def test_a_sheet_says_who_made_what_and_where_each_track_begins():
    sheet = parse_cue(SHEET.encode())
    assert (sheet.title, sheet.performer, sheet.songwriter, sheet.catalog) == (
        "The Album", "The Band", "A. Writer", "0724382975229",
    )  # fmt: skip
    assert sheet.remarks["DATE"] == "1973"
    one, two, three = sheet.tracks
    assert (one.title, one.isrc, one.flags, one.start) == ("One", "GBAYE7300001", ["DCP", "PRE"], 0)
    assert (two.title, two.performer, two.indexes) == ('The "Real" Two', "A Guest", {0: 145, 1: 150})
    assert (three.title, three.start) == ("", 4 * 75 + 37)


@pytest.mark.parametrize(
    ("encoding", "title"),
    [
        ("utf-8", "Ágætis byrjun"),
        ("utf-8-sig", "Ágætis byrjun"),
        ("utf-16", "Ágætis byrjun"),
        ("utf-16-le", "The Album"),
        ("cp1252", "Ágætis byrjun – été"),
        ("cp1252", "Café Orchestrée"),
        ("cp932", "ホワイトアルバム"),
        ("cp932", "東京事変"),
        ("cp1251", "Группа крови"),
    ],
)
def test_its_encoding_is_guessed(encoding: str, title: str):
    assert parse_cue(SHEET.replace("The Album", title).encode(encoding)).title == title


def test_line_ends_and_blanks_are_anyones():
    for sheet in (SHEET.replace("\n", "\r\n"), SHEET.replace("\n", "\r"), SHEET.replace("  ", "\t")):
        assert [each.start for each in parse_cue(sheet.encode()).tracks] == [0, 150, 337]


@pytest.mark.parametrize("between", [" ", "\t", "  ", " \t ", "\xa0"])
@pytest.mark.parametrize("file", ['"CD Image.wav"', "CD Image.wav"])
def test_words_are_apart_by_blanks_and_tabs_of_any_number(between: str, file: str):
    lines = [
        "REM~GENRE~Progressive Rock", "CATALOG~0724382975229", 'PERFORMER~"The Band"', f"FILE~{file}~WAVE",
        "TRACK~01~AUDIO", 'TITLE~"One"', "FLAGS~DCP~PRE", "PREGAP~00:02:00", "INDEX~01~00:00:00",
        "TRACK~02~MODE1/2352", 'REM~COMPOSER~"B. Composer"', "INDEX~00~00:01:70", "INDEX~01~00:02:00",
    ]  # fmt: skip
    sheet = parse_cue("\n".join(lines).replace("~", between).encode())
    assert (sheet.files, sheet.performer, sheet.catalog) == (["CD Image.wav"], "The Band", "0724382975229")
    assert sheet.remarks == {"GENRE": "Progressive Rock"}
    one, two = sheet.tracks
    assert (one.number, one.audio, one.title, one.flags, one.pregap, one.indexes) == (
        1, True, "One", ["DCP", "PRE"], 150, {1: 0},
    )  # fmt: skip
    assert (two.number, two.audio, two.remarks, two.indexes) == (
        2,
        False,
        {"COMPOSER": "B. Composer"},
        {0: 145, 1: 150},
    )


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\0" * 1000, b"\xff\xd8\xff\xe0" + bytes(range(256)) * 10, b"TITLE only", b"x" * (3 << 20),
        b"FILE a WAVE\nTRACK xx AUDIO", b"FILE a WAVE\nTRACK 01 AUDIO\nINDEX 01 00:61:00",
        b"FILE a WAVE\nTRACK 01 AUDIO\nINDEX 01 nonsense",
        b"FILE a WAVE\n" + b"TRACK 01 AUDIO\n" * 1000,
    ],
)  # fmt: skip
def test_what_is_no_cue_sheet_is_said_to_be_none(data: bytes):
    with pytest.raises(UnreadableSidecar):
        parse_cue(data)


def test_frames_survive_being_milliseconds():
    assert all(frames_of(milliseconds(frames)) == frames for frames in range(0, 400_000, 7))
    assert frames_of(1) is None


def test_the_tracks_follow_each_other_to_the_end_of_the_file():
    whole, parts = cut(track(album="From tags", genres=["Rock"], mb_release_id="x"), parse_cue(SHEET.encode()), 0)
    assert [(part.span_start_ms, part.span_end_ms, part.duration_ms) for part in parts] == [
        (0, 2000, 2000), (2000, 4493, 2493), (4493, 6000, 1507),
    ]  # fmt: skip
    assert [part.title for part in parts] == ["One", 'The "Real" Two', "Track 03"]
    assert [part.artists for part in parts] == [["The Band"], ["A Guest"], ["The Band"]]
    assert [part.composers for part in parts] == [["A. Writer"], ["B. Composer"], ["A. Writer"]]
    assert [part.track_number for part in parts] == [1, 2, 3]
    assert [part.track_gain for part in parts] == [-5.25, None, None]
    assert {(p.album, p.year, p.disc_number, p.disc_total, p.track_total, p.mb_release_id) for p in parts} == {
        ("The Album", 1973, 1, 2, 3, "x")
    }
    assert (whole.album, whole.album_artists, whole.barcode) == ("The Album", ["The Band"], "0724382975229")
    assert not whole.mended


def test_what_the_sheet_does_not_say_comes_from_the_tags():
    silent = "FILE a.flac WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00\nTRACK 02 AUDIO\nINDEX 01 00:03:00"
    _, parts = cut(
        track(album="From tags", artists=["Someone"], year=1999, genres=["Jazz"]), parse_cue(silent.encode()), 0
    )
    assert {(p.album, *p.artists, p.year, *p.genres) for p in parts} == {("From tags", "Someone", 1999, "Jazz")}
    assert [part.title for part in parts] == ["Track 01", "Track 02"]


def test_a_hidden_track_before_the_first_is_noted():
    sheet = SHEET.replace("INDEX 01 00:00:00", "INDEX 00 00:00:00\n    INDEX 01 00:01:50")
    assert not cut(track(), parse_cue(sheet.encode()), 0).parts[0].mended
    long = "FILE a WAVE\nTRACK 01 AUDIO\nINDEX 00 00:00:00\nINDEX 01 00:10:00\nTRACK 02 AUDIO\nINDEX 01 00:20:00"
    _, parts = cut(track(duration_ms=30_000), parse_cue(long.encode()), 0)
    assert [mend.code for mend in parts[0].mended] == ["hidden_track"]
    assert [(part.span_start_ms, part.span_end_ms) for part in parts] == [(10_000, 20_000), (20_000, 30_000)]


@pytest.mark.parametrize(
    "sheet",
    [
        SHEET.replace("00:04:37", "99:00:00"),
        SHEET.replace("00:04:37", "00:01:00"),
        SHEET.replace("    INDEX 01 00:04:37\n", ""),
    ],
)
def test_a_sheet_that_does_not_fit_the_file_cuts_nothing(sheet: str):
    given = track(title="Whole")
    whole, parts = cut(given, parse_cue(sheet.encode()), 0)
    assert not parts
    assert [mend.code for mend in whole.mended] == ["cue_disagrees"]
    assert whole.title == "Whole" and whole.album == given.album


def test_several_files_have_tracks_of_their_own():
    sheet = parse_cue(
        b"FILE side-a.wav WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00\nTRACK 02 AUDIO\nINDEX 01 00:02:00\n"
        b"TRACK 03 AUDIO\nINDEX 00 00:03:00\nFILE side-b.wav WAVE\nINDEX 01 00:00:00\n"
        b"TRACK 04 AUDIO\nINDEX 01 00:01:00\n"
    )
    assert [[each.number for each in sheet.tracks_of(file)] for file in (0, 1)] == [[1, 2], [3, 4]]
    assert [part.span_start_ms for part in cut(track(), sheet, 1).parts] == [0, 1000]


def test_a_file_that_is_one_track_takes_what_its_tags_leave_out():
    sheet = parse_cue(SHEET.encode())
    mended = filled(track(title="Own title"), sheet, sheet.tracks[1])
    assert (mended.title, mended.artists, mended.album, mended.track_number, mended.year) == (
        "Own title", ["A Guest"], "The Album", 2, 1973,
    )  # fmt: skip
    assert mended.span_start_ms is None


def test_data_tracks_are_no_music():
    sheet = parse_cue(SHEET.replace("TRACK 03 AUDIO", "TRACK 03 MODE1/2352").encode())
    assert [part.track_number for part in cut(track(), sheet, 0).parts] == [1, 2]
