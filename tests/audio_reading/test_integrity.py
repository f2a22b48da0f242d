import io
import os
import random
import shutil
from pathlib import Path

import pytest

from melodee.audio import flac_frames, integrity, mp4_atoms
from melodee.audio.errors import EmptyFile, MislabelledAudio, TruncatedAudio, UnreadableAudio
from melodee.audio.tags import read_track
from melodee.errors import MelodeeError
from tests import damage
from tests.audio import FORMATS, SUFFIXES, make_picture, make_song, make_wave, sound

HEADS = {
    "a JPEG image": make_picture(),
    "a PNG image": make_picture(format="PNG"),
    "a PDF document": b"%PDF-1.7 " + b"x" * 500,
    "a ZIP archive": b"PK\x03\x04" + b"x" * 500,
    "a web page": b"<!doctype html><html>" + b" " * 500,
    "filled with zero bytes": b"\0" * 5000,
}
RARE = {
    "wma": "Windows Media",
    "wv": "WavPack",
    "tta": "True Audio",
    "aac": "AAC (ADTS)",
    "dsf": "DSF",
    "ape": "Monkey's Audio",
    "mpc": "Musepack",
}


@pytest.mark.parametrize("suffix", sorted(set(SUFFIXES.values())))
def test_a_file_without_bytes_is_empty(tmp_path, suffix):
    with pytest.raises(EmptyFile) as caught:
        read_track(damage.empty(tmp_path / f"a.{suffix}"))

    assert caught.value.code == "empty"


@pytest.mark.parametrize(
    ("named", "holds"),
    [
        (named, holds)
        for named in ("mp3", "flac", "m4a", "opus", "wav", "aiff", *RARE)
        for holds in ("mp3", "flac", "m4a", "ogg", "wav", "aiff", *RARE)
        if holds != {"opus": "ogg"}.get(named, named)
    ],
)
def test_a_file_that_holds_another_container_is_mislabelled_and_both_are_named(tmp_path, named, holds):
    with pytest.raises(MislabelledAudio) as caught:
        read_track(damage.mislabelled(tmp_path / f"a.{named}", holds=holds))

    known_as = {"mp3": "MPEG audio", "flac": "FLAC", "m4a": "MP4", "ogg": "Ogg", "wav": "WAV", "aiff": "AIFF", **RARE}
    assert caught.value.code == "mislabelled"
    assert f".{named}" in caught.value.reason
    assert known_as[holds] in caught.value.reason


@pytest.mark.parametrize("holds", ["flac", "mp3"])
def test_an_id3_tag_in_front_does_not_hide_the_container(tmp_path, holds):
    tag = b"ID3\x04\x00\x00\x00\x00\x00\x0a" + b"\0" * 10
    path = tmp_path / "a.m4a"
    path.write_bytes(tag + sound(holds))

    with pytest.raises(MislabelledAudio):
        read_track(path)
    assert read_track(path.rename(tmp_path / f"a.{holds}")).codec == holds


@pytest.mark.parametrize("suffix", sorted(set(SUFFIXES.values())))
@pytest.mark.parametrize("seed", range(3))
def test_noise_is_unreadable(tmp_path, suffix, seed):
    with pytest.raises(UnreadableAudio) as caught:
        read_track(damage.noise(tmp_path / f"a.{suffix}", size=1_500_000, seed=seed))

    assert caught.value.code == "unreadable"


@pytest.mark.parametrize("what", HEADS)
@pytest.mark.parametrize("suffix", ["mp3", "flac", "m4a"])
def test_something_else_is_unreadable_and_named(tmp_path, suffix, what):
    path = tmp_path / f"a.{suffix}"
    path.write_bytes(HEADS[what])

    with pytest.raises(UnreadableAudio, match=f"It is {what}"):
        read_track(path)


def test_an_image_in_an_ogg_or_riff_coat_is_no_wav(tmp_path):
    path = tmp_path / "a.wav"
    path.write_bytes(make_picture(format="WEBP"))

    with pytest.raises(UnreadableAudio):
        read_track(path)


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("keep", [0.3, 0.6, 0.97, -1000])
def test_a_cut_file_is_truncated(tmp_path, format_, keep):
    path = damage.truncated(tmp_path / f"a.{SUFFIXES[format_]}", keep, format=format_, seconds=6, title="T")

    with pytest.raises(TruncatedAudio) as caught:
        read_track(path)

    assert caught.value.code == "truncated"


@pytest.mark.parametrize("options", [("-movflags", "+faststart"), ("-movflags", "+frag_keyframe+empty_moov")])
def test_a_cut_mp4_is_truncated_wherever_its_index_is(tmp_path, options):
    with pytest.raises(TruncatedAudio):
        read_track(damage.truncated(tmp_path / "a.m4a", seconds=6, options=options))


@pytest.mark.parametrize("suffix", ["mp3", "flac", "ogg", "opus"])
def test_an_end_of_zero_bytes_is_truncated(tmp_path, suffix):
    with pytest.raises(TruncatedAudio):
        read_track(damage.blank_end(tmp_path / f"a.{suffix}", seconds=6))


@pytest.mark.parametrize("format_", FORMATS)
def test_hardly_a_cut_goes_unnoticed(format_):
    """Cuts at 200 random places. An mp3 may lose a frame, or end between two frames, without telling."""
    whole = sound(format_, seconds=6)
    places = random.Random(format_).sample(range(1, len(whole) - 500), 200)

    unnoticed = [place for place in places if not _refused(whole[:place], f"a.{SUFFIXES[format_]}")]

    assert len(unnoticed) <= (3 if format_ == "mp3" else 0), unnoticed


def test_no_bit_of_the_last_flac_frame_may_be_another():
    whole = sound("flac", seconds=2)
    dice = random.Random(1)
    places = [len(whole) - dice.randrange(1, 150) for _ in range(100)]

    unnoticed = [place for place in places if not _refused(_flipped(whole, place, dice.randrange(8)), "a.flac")]

    assert unnoticed == []


def _flipped(data: bytes, place: int, bit: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 1 << bit]) + data[place + 1 :]


@pytest.mark.parametrize("length", [0, 1, 2, 3, 14, 15, 16, 29, 30, 31, 4096, 5001])
def test_a_flac_frames_checksum_is_the_remainder_that_rfc_9639_says(length):
    frame = random.Random(length).randbytes(length)
    remainder = 0
    for byte in frame:
        remainder ^= byte << 8
        for _ in range(8):
            remainder = (remainder << 1 ^ (0x8005 if remainder & 0x8000 else 0)) & 0xFFFF

    assert flac_frames._has_checksum(frame + remainder.to_bytes(2))
    assert flac_frames._has_checksum(frame) == (remainder == 0)
    for bit in range(16):
        assert not flac_frames._has_checksum(frame + (remainder ^ 1 << bit).to_bytes(2))


def _refused(data: bytes, name: str) -> bool:
    try:
        integrity.check(io.BytesIO(data), name, len(data))
    except MelodeeError:
        return True
    return len(data) < 200  # an Ogg header without a page of sound is for the reader of its tags to refuse


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("seconds", [0.03, 1, 7.3])
def test_whole_files_of_any_length_pass(tmp_path, format_, seconds):
    track = read_track(make_song(tmp_path / f"a.{SUFFIXES[format_]}", format=format_, seconds=seconds))

    # WMA and ADTS have whole frames, and say nothing of the padding in the first and the last.
    assert abs(track.duration_ms - seconds * 1000) < (110 if format_ in ("wma", "aac") else 60)


@pytest.mark.parametrize(
    ("format_", "options"),
    [
        ("flac", ("-compression_level", "12")),
        ("flac", ("-sample_fmt", "s32", "-ar", "96000")),
        ("flac", ("-ac", "1")),
        ("flac", ("-ac", "6")),
        ("flac", ("-frame_size", "16", "-ar", "8000")),
        ("mp3", ("-b:a", "32k", "-ar", "24000")),
        ("mp3", ("-q:a", "0")),
        ("mp3", ("-id3v2_version", "0", "-write_id3v1", "1")),
        ("opus", ("-b:a", "16k", "-frame_duration", "60")),
        ("ogg", ("-q:a", "10")),
        ("m4a", ("-movflags", "+faststart")),
        ("m4a", ("-movflags", "+frag_keyframe+empty_moov")),
    ],
)
def test_whole_files_of_any_encoding_pass(tmp_path, format_, options):
    track = read_track(make_song(tmp_path / f"a.{format_}", seconds=5, options=options))

    assert track.codec in (format_, "aac", "vorbis")


@pytest.mark.parametrize("suffix", ["mp3", "flac"])
@pytest.mark.parametrize(
    "glued",
    [
        b"TAG" + b"x" * 125,
        b"\0" * 700,
        b"APETAGEX" + bytes([208, 7, 0, 0, 40, 0, 0, 0]) + b"x" * 16 + b"y" * 8,
        b"\0" * 300 + b"TAG" + b"x" * 125,
    ],
)
def test_what_is_glued_to_the_end_does_not_count_as_a_cut(tmp_path, suffix, glued):
    path = make_song(tmp_path / f"a.{suffix}", seconds=3)
    path.write_bytes(path.read_bytes() + glued)

    assert read_track(path).duration_ms == 3000


def test_an_mp3_that_an_editor_split_between_frames_is_whole_and_as_long_as_it_is(tmp_path):
    path = make_song(tmp_path / "a.mp3", seconds=10, options=("-b:a", "128k", "-ar", "48000"))  # 384 bytes a frame
    data = path.read_bytes()
    first = data.index(b"\xff\xfb")
    path.write_bytes(data[: first + 384 * (len(data) // 384 // 2)])

    assert abs(read_track(path).duration_ms - 5000) < 100


def test_rubbish_before_the_first_frame_is_passed_over(tmp_path):
    path = tmp_path / "a.mp3"
    path.write_bytes(random.Random(5).randbytes(70_000) + sound("mp3", seconds=3))

    assert abs(read_track(path).duration_ms - 3000) < 100


@pytest.mark.parametrize("declared", [0, 0xFFFFFFFF, 0x7FFFF000])
def test_a_wav_that_was_streamed_does_not_know_its_size_and_is_whole(tmp_path, declared):
    data = bytearray(make_wave(2))
    data[40:44] = declared.to_bytes(4, "little")
    path = tmp_path / "a.wav"
    path.write_bytes(data)

    assert read_track(path).duration_ms == 2000


def test_an_ogg_stream_that_was_recorded_and_has_no_end_flag_is_whole(tmp_path):
    data = bytearray(sound("opus", seconds=3))
    data[data.rindex(b"OggS") + 5] &= ~4
    path = tmp_path / "a.opus"
    path.write_bytes(data)

    assert read_track(path).duration_ms == 3000


def test_an_id3_tag_that_is_cut_is_truncated(tmp_path):
    path = damage.truncated(tmp_path / "a.mp3", 0.5, picture=os.urandom(200_000))

    with pytest.raises(TruncatedAudio, match="tag"):
        read_track(path)


def test_a_sound_that_is_encrypted_is_unreadable_and_says_why(tmp_path):
    path = tmp_path / "a.m4a"
    path.write_bytes(sound("m4a").replace(b"mp4a", b"drms", 1))

    with pytest.raises(UnreadableAudio):
        read_track(path)


def test_a_film_without_sound_is_unreadable(tmp_path):
    path = tmp_path / "a.m4a"
    path.write_bytes(sound("m4a").replace(b"soun", b"vide"))

    with pytest.raises(UnreadableAudio, match="no sound"):
        read_track(path)


def test_a_cover_that_would_keep_the_reader_busy_for_ever_is_refused(tmp_path):
    path = make_song(tmp_path / "a.m4a", picture=make_picture())
    data = path.read_bytes()
    at = data.index(b"covr") + 4
    path.write_bytes(data[:at] + b"\0\0\0\0name" + data[at + 8 :])

    with pytest.raises(UnreadableAudio, match="cover"):
        read_track(path)


def test_a_cover_that_claims_to_be_larger_than_the_world_is_passed_over(tmp_path):
    path = make_song(tmp_path / "a.m4a", title="T", picture=make_picture())
    data = path.read_bytes()
    at = data.index(b"covr")
    path.write_bytes(data[: at - 4] + b"\0\0\0\1covr" + b"\x7f" + b"\xff" * 7 + data[at + 12 :])

    with pytest.raises(UnreadableAudio):
        read_track(path)


def test_a_walk_over_boxes_ends():
    data = b"\0\0\0\x08free" * 1000 + b"\0\0\0\x01free" + b"\0" * 8

    assert len(list(mp4_atoms.atoms(io.BytesIO(data), 0, len(data)))) == 1000


def test_a_file_that_is_gone_or_a_folder_or_a_pipe_is_unreadable(tmp_path):
    os.mkfifo(tmp_path / "pipe.mp3")
    (tmp_path / "folder.mp3").mkdir()
    (tmp_path / "dangling.mp3").symlink_to("nowhere")

    for name in ("gone.mp3", "pipe.mp3", "folder.mp3", "dangling.mp3"):
        with pytest.raises(UnreadableAudio) as caught:
            read_track(tmp_path / name)
        assert caught.value.path == str(tmp_path / name)
        assert caught.value.reason


def test_a_permission_error_is_the_items_failure(tmp_path, monkeypatch):
    def refuse(*_args: object, **_kwargs: object) -> int:
        raise PermissionError(13, "Permission denied")

    path = make_song(tmp_path / "a.mp3")
    monkeypatch.setattr("melodee.audio.parsing.os.open", refuse)

    with pytest.raises(UnreadableAudio, match="Permission denied"):
        read_track(path)


def test_running_out_of_descriptors_is_not_the_files_fault(tmp_path, monkeypatch):
    def refuse(*_args: object, **_kwargs: object) -> int:
        raise OSError(24, "Too many open files")

    path = make_song(tmp_path / "a.mp3")
    monkeypatch.setattr("melodee.audio.parsing.os.open", refuse)

    with pytest.raises(OSError, match="Too many open files"):
        read_track(path)


def test_reading_changes_nothing(tmp_path: Path):
    path = make_song(tmp_path / "a.flac", title="T")
    copy = Path(shutil.copy2(path, tmp_path / "b.flac"))

    read_track(path)

    assert path.read_bytes() == copy.read_bytes()
    assert path.stat().st_mtime_ns == copy.stat().st_mtime_ns
