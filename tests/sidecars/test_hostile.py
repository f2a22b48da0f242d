"""No sidecar, whatever its bytes, does more than be refused; nor does it take long."""

import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from melodee.audio.track import Track
from melodee.sidecars.checksums import KINDS, parse_checksums
from melodee.sidecars.cue import parse_cue
from melodee.sidecars.cue_tracks import cut
from melodee.sidecars.errors import UnreadableSidecar
from melodee.sidecars.lyrics import SUFFIXES, parse_lyrics
from melodee.sidecars.m3u import parse_m3u
from melodee.sidecars.nfo import parse_nfo
from melodee.sidecars.references import Files

WORDS = some.sampled_from(
    [
        'FILE "', '" WAVE', "TRACK 01 AUDIO", "TRACK 2 AUDIO", "INDEX 01 00:00:00", "INDEX 00 99999:59:74",
        'TITLE "', "REM ",
        "#EXTINF:", "1,a - b", "#PLAYLIST:", "[00:01.00]", "[offset:9]", "<album>", "</album>",
        "<tt>", '<p begin="1s">',
        "1\n00:00:01,000 --> 00:00:02,000", "abcdef01", " *", "..", "\\", "/", "%2e%2e", "file://", "C:",
        "\n", " ", "\0", "\ufeff",
    ]
)  # fmt: skip
DATA = some.binary(max_size=300) | some.lists(WORDS | some.text(max_size=5), max_size=40).map(
    lambda words: "".join(words).encode("utf-8", "surrogatepass")
)
SOUND = Track("flac", "flac", "flac", duration_ms=60_000, bit_rate=800, sampling_rate=44100, channels=2)


def read_all(data: bytes) -> None:
    with suppress(UnreadableSidecar):
        sheet = parse_cue(data)
        for number in range(len(sheet.files)):
            if sheet.tracks_of(number):
                parts = cut(SOUND, sheet, number).parts
                assert all(part.duration_ms > 0 and part.span_end_ms is not None for part in parts)
    with suppress(UnreadableSidecar):
        for entry in parse_m3u(data).entries:
            found = Files(["a/b.mp3"]).find(entry.reference, "a")
            assert found in (None, "a/b.mp3")
    for suffix in SUFFIXES:
        with suppress(UnreadableSidecar):
            parse_lyrics(data, suffix)
    for kind in KINDS:
        with suppress(UnreadableSidecar):
            parse_checksums(data, kind)
    with suppress(UnreadableSidecar):
        parse_nfo(data)


@given(DATA)
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_read_or_refused(data: bytes):
    read_all(data)


@pytest.mark.parametrize(
    "piece",
    [
        b" ", b"\n", b'"', b"[", b"[00:01.00]", b"<", b"<a>", b"%", b"../", b"a ", b"#EXTINF:1,", b"TRACK 01 AUDIO\n",
        b"\xe9",
        b"\x83A", b"A\0", b"1\n00:00:01,000 --> ", b"{\\", b"a:", b"abcdef01 ", b"0x",
    ],
)  # fmt: skip
def test_megabytes_of_anything_take_seconds_at_most(piece: bytes):
    began = time.process_time()
    read_all(piece * ((2 << 20) // len(piece)))
    assert time.process_time() - began < 10
