"""Files that were made to hurt: giant counts, structures within themselves, rubbish.

Each is an item's error, at once.
"""

import random
import resource
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from melodee.audio.errors import TruncatedAudio, UnreadableAudio
from melodee.audio.pictures import embedded_picture
from melodee.audio.tags import read_track
from melodee.audio.track import Track
from melodee.errors import MelodeeError
from tests import damage
from tests.audio import FORMATS, SUFFIXES, make_picture, make_song, sound

SECONDS = 5
MEGABYTES = 200


def _read(path: Path) -> Track | str:
    """What is read, or the error's code; in bounded time and memory."""
    begun = time.process_time()
    try:
        return read_track(path)
    except MelodeeError as error:
        return error.code
    finally:
        assert time.process_time() - begun < SECONDS


@pytest.mark.parametrize("format_", FORMATS)
def test_a_file_cut_at_each_tenth_is_truncated(tmp_path, format_):
    whole = make_song(tmp_path / f"a.{SUFFIXES[format_]}", format=format_, seconds=5, title="T", picture=make_picture())
    data = whole.read_bytes()

    for tenth in range(1, 10):
        whole.write_bytes(data[: len(data) * tenth // 10])
        with pytest.raises(TruncatedAudio):
            read_track(whole)


@pytest.mark.parametrize("format_", FORMATS)
def test_giant_counts_are_refused_at_once(tmp_path, format_):
    path = tmp_path / f"a.{SUFFIXES[format_]}"
    data = make_song(path, format=format_, seconds=0.2, title="T", artist=["A", "B"]).read_bytes()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for broken in damage.with_giant_counts(data):
        path.write_bytes(broken)
        found = _read(path)
        assert isinstance(found, Track) or found in ("unreadable", "truncated", "mislabelled")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MEGABYTES << 10


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("kept", [4, 12, 32, 100, 1000])
def test_a_head_with_rubbish_behind_it_is_no_music(tmp_path, format_, kept):
    path = tmp_path / f"a.{SUFFIXES[format_]}"
    for seed in range(5):
        path.write_bytes(sound(format_, seconds=5)[:kept] + random.Random(seed).randbytes(300_000))
        found = _read(path)
        # Where all that describes the sound stands in the head, the sound may be any rubbish: only a decoder can tell.
        assert found in ("unreadable", "truncated", "mislabelled") or format_ in (
            "wav",
            "aiff",
            "dsf",
            "ape",
            "tta",
            "wma",
        )


@pytest.mark.parametrize("make", [lambda: damage.asf_of_extensions(5000), lambda: damage.asf_of_tiny_objects(500_000)])
def test_a_windows_media_header_that_is_a_maze_is_refused_at_once(tmp_path, make: Callable[[], bytes]):
    path = tmp_path / "a.wma"
    path.write_bytes(make())
    tracemalloc.start()
    try:
        assert _read(path) == "unreadable"
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < MEGABYTES << 20


def test_a_windows_media_file_that_is_encrypted_says_so(tmp_path):
    path = tmp_path / "a.wma"
    guid = bytes.fromhex("fbb3112223bdd211b4b700a0c955fc6e")
    path.write_bytes(damage._asf_with(guid + (24).to_bytes(8, "little")))

    with pytest.raises(UnreadableAudio, match="encrypted"):
        read_track(path)


@pytest.mark.parametrize(
    ("items", "count", "size"),
    [
        (b"", 0xFFFFFFFF, None),
        (b"", 1, 0xFFFFFFFF),
        (b"", 1, 0),
        (damage.ape_item("Title", b"T", size=0xFFFFFFFF), 1, None),
        (damage.ape_item("", b"T"), 1, None),
        (damage.ape_item("x" * 5000, b"T"), 1, None),
        (b"\0" * 5000, 0xFFFFFFFF, None),
        (b"\xff" * 5000, 5, None),
        (b"APETAGEX" * 5000, 5, None),
    ],
)
def test_a_broken_ape_tag_does_not_cost_the_sound(tmp_path, items, count, size):
    path = damage.with_ape_tag(tmp_path / "a.mp3", items, count=count, size=size)

    found = _read(path)

    assert isinstance(found, Track)
    assert found.title == ""
    assert abs(found.duration_ms - 1000) < 350  # a tag of no known length counts as sound


def test_what_comes_before_a_broken_item_of_an_ape_tag_is_kept(tmp_path):
    items = damage.ape_item("Title", "Söng".encode()) + damage.ape_item("Album", b"x", size=1 << 30)

    assert read_track(damage.with_ape_tag(tmp_path / "a.mp3", items, count=2)).title == "Söng"


def test_ten_thousand_items_and_values_of_an_ape_tag_are_bounded(tmp_path):
    items = b"".join(damage.ape_item(f"key {number}", b"v\0" * 50) for number in range(20_000))
    path = damage.with_ape_tag(tmp_path / "a.mp3", items + damage.ape_item("Artist", b"A\0B\0" * 500_000), count=20_001)

    found = _read(path)

    assert isinstance(found, Track)
    assert len(found.raw) <= 64


@pytest.mark.parametrize("suffix", sorted(set(SUFFIXES.values())))
def test_the_picture_of_a_broken_file_is_none_or_an_error(tmp_path, suffix):
    path = make_song(tmp_path / f"a.{suffix}", title="T", picture=make_picture(40, 40))
    data = path.read_bytes()
    chance = random.Random(suffix)
    for _ in range(100):
        broken = bytearray(data)
        for _ in range(3):
            broken[chance.randrange(min(len(broken), chance.choice((200, 5000, len(broken)))))] = chance.randrange(256)
        path.write_bytes(broken)
        try:
            assert isinstance(embedded_picture(path), bytes | None)
        except MelodeeError:
            continue


def _id3(body: bytes, *, version: int, flags: int) -> bytes:
    size = bytes(len(body) >> shift & 127 for shift in (21, 14, 7, 0))
    return b"ID3" + bytes([version, 0, flags]) + size + body + sound("mp3")


@pytest.mark.parametrize(
    ("version", "frame"), [(2, b"TT2\0\0\1\0"), (3, b"TIT2\0\0\0\1\0\0\0"), (4, b"TIT2\0\0\0\1\0\0\0")]
)
@pytest.mark.parametrize("flags", [0, 0x80])
def test_a_million_frames_cost_the_tag_and_not_the_sound(tmp_path, version, frame, flags):
    path = tmp_path / "a.mp3"
    path.write_bytes(_id3(frame * 1_000_000, version=version, flags=flags))

    found = _read(path)

    assert isinstance(found, Track)
    assert [mend.code for mend in found.mended] == ["unreadable_tag"]


@pytest.mark.parametrize(("version", "flags"), [(3, 0), (3, 0x80), (4, 0)])
def test_a_text_of_twenty_megabytes_is_refused_or_cut(tmp_path, version, flags):
    text = b"\1\xff\xfe" + b"x\0" * 10_000_000
    size = len(text).to_bytes(4) if version == 3 else bytes(len(text) >> shift & 127 for shift in (21, 14, 7, 0))
    path = tmp_path / "a.mp3"
    path.write_bytes(_id3(b"TIT2" + size + b"\0\0" + text, version=version, flags=flags))

    found = _read(path)

    assert isinstance(found, Track)
    assert [mend.code for mend in found.mended] == ["unreadable_tag" if flags else "overlong_tag"]


@pytest.mark.parametrize("format_", FORMATS)
def test_broken_bytes_anywhere_are_a_track_or_an_items_failure_and_never_anything_else(tmp_path, format_):
    """Bytes changed, doubled and cut out at random, in the headers and tags above all."""
    name = f"a.{SUFFIXES[format_]}"
    whole = make_song(
        tmp_path / name, format=format_, title="T", artist=["A"] * 3, lyrics="x\n" * 50, picture=make_picture(40, 40)
    ).read_bytes()
    chance = random.Random(format_)
    path = tmp_path / f"broken-{name}"
    outcomes = set()
    for _ in range(250):
        data = bytearray(whole)
        for _ in range(chance.choice((1, 1, 3, 30))):
            at = chance.randrange(min(len(data), chance.choice((100, 3000, len(data)))))
            match chance.randrange(4):
                case 0:
                    data[at] = chance.choice((0, 0xFF, chance.randrange(256)))
                case 1:
                    data[at : at + 4] = chance.choice(
                        (b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\0\0\0\1")
                    )
                case 2:
                    del data[at : at + chance.randrange(1, 40)]
                case _:
                    data[at:at] = data[at : at + chance.randrange(1, 40)]
        path.write_bytes(data)
        try:
            kept = msgspec.json.encode(read_track(path))
            assert b"\\u00" not in kept  # control characters; PostgreSQL's jsonb takes no NUL
            outcomes.add("read")
        except MelodeeError as error:
            outcomes.add(error.code)
    assert "read" in outcomes
    assert outcomes <= {"read", "unreadable", "truncated", "mislabelled"}
