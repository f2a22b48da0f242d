"""Properties of the sound in formats that are met less often, and gains that stand in headers."""

import struct

import mutagen.monkeysaudio
import mutagen.musepack
import pytest

from melodee.audio.errors import UnreadableAudio
from melodee.audio.formats import LOSSLESS_CODECS
from melodee.audio.tags import read_track
from tests.audio import decode, make_song, make_wave, sound


@pytest.mark.parametrize(
    ("suffix", "options", "expected"),
    [
        ("wv", ("-ac", "1"), (44_100, 1, 16)),
        ("wv", ("-ar", "96000", "-sample_fmt", "s32p"), (96_000, 2, 32)),
        ("wv", ("-ac", "6"), (44_100, 6, 16)),
        ("wv", ("-ar", "44000"), (44_000, 2, 16)),
        ("tta", ("-ar", "96000", "-sample_fmt", "s32"), (96_000, 2, 24)),
        ("tta", ("-ac", "1"), (44_100, 1, 16)),
        ("aac", ("-ac", "1", "-ar", "22050"), (22_050, 1, None)),
        ("aac", ("-ac", "6"), (44_100, 6, None)),
        ("wma", ("-c:a", "wmav1", "-ac", "1"), (44_100, 1, None)),
        ("wma", ("-ar", "22050", "-b:a", "48k"), (22_050, 2, None)),
    ],
)
def test_rate_channels_and_depth(tmp_path, suffix, options, expected):
    track = read_track(make_song(tmp_path / f"a.{suffix}", seconds=3, options=options))

    assert (track.sampling_rate, track.channels, track.bit_depth) == expected
    assert abs(track.duration_ms - 3000) < 150


@pytest.mark.parametrize("suffix", ["wv", "tta", "dsf", "ape"])
def test_lossless_formats_hold_lossless_codecs(tmp_path, suffix):
    assert read_track(make_song(tmp_path / f"a.{suffix}")).codec in LOSSLESS_CODECS


def test_a_long_aac_file_has_its_length_from_frames_at_some_places(tmp_path):
    path = make_song(tmp_path / "a.aac", seconds=90)
    assert path.stat().st_size > 1 << 20

    track = read_track(path)

    assert abs(track.duration_ms - 90_000) < 1000


def test_rubbish_before_the_first_aac_frame_is_passed_over(tmp_path):
    path = tmp_path / "a.aac"
    path.write_bytes(b"\xffrubbish" * 500 + sound("aac", seconds=3))

    assert abs(read_track(path).duration_ms - 3000) < 100


def test_dsd_is_heard_as_it_was_made():
    heard = decode(sound("dsf", seconds=0.5, seed=24))

    assert abs(heard.seconds - 0.5) < 0.05
    assert abs(heard.pitch - 440) < 5


@pytest.mark.parametrize("format_", ["wv", "tta", "wma", "aac"])
def test_the_other_formats_of_the_tests_are_heard_as_they_were_made(format_):
    assert abs(decode(sound(format_, seconds=1, seed=24)).pitch - 440) < 5


@pytest.mark.parametrize("version", [3800, 3920, 3950, 3970])
@pytest.mark.parametrize("level", [2000, 4000])
def test_old_headers_of_monkeys_audio(tmp_path, version, level):
    path = tmp_path / "a.ape"
    header = struct.pack("<4sHHHHIIIII", b"MAC ", version, level, 0, 2, 44_100, 44, 0, 7, 5000)
    path.write_bytes(header + b"\1" * 30_000)

    track = read_track(path)

    # mutagen knows the level 4000 of version 3800 under another number.
    expected = mutagen.monkeysaudio.MonkeysAudio(path).info
    if (version, level) != (3800, 4000):
        assert abs(track.duration_ms - expected.length * 1000) < 1
    assert (track.sampling_rate, track.channels, track.bit_depth) == (44_100, 2, 16)


def test_what_mutagen_reads_of_our_headers_is_what_we_read(tmp_path):
    ape, mpc = make_song(tmp_path / "a.ape", seconds=3), make_song(tmp_path / "a.mpc", seconds=3)

    assert round(mutagen.monkeysaudio.MonkeysAudio(ape).info.length * 1000) == read_track(ape).duration_ms == 3000
    assert round(mutagen.musepack.Musepack(mpc).info.length * 1000) == read_track(mpc).duration_ms == 3000


def test_musepack_of_version_7_with_its_gains(tmp_path):
    path = tmp_path / "a.mpc"
    header = struct.pack("<3sBIIHhHh", b"MP+", 7, 400, 1 << 16, 16_384, -350, 32_767, 125)
    path.write_bytes(header + b"\1" * 60_000)

    track = read_track(path)

    assert (track.sampling_rate, track.channels) == (48_000, 2)
    assert track.duration_ms == round((400 * 1152 - 576) / 48)
    assert (track.track_gain, track.track_peak, track.album_gain) == (-3.5, 0.5, 1.25)
    assert abs(mutagen.musepack.Musepack(path).info.length * 1000 - track.duration_ms) < 1


def test_a_tag_comes_before_the_gain_of_musepacks_header(tmp_path):
    path = make_song(tmp_path / "a.mpc", title="T", extra={"REPLAYGAIN_TRACK_GAIN": "-1.00 dB"})
    data = path.read_bytes().replace(
        b"RG\x0c\x01" + bytes(8), b"RG\x0c\x01" + struct.pack(">HHHH", 17_000, 0, 16_000, 0)
    )
    path.write_bytes(data)

    track = read_track(path)

    assert track.track_gain == -1.0
    assert track.album_gain == round(64.82 - 16_000 / 256, 2)


def test_the_output_gain_of_opus_is_its_base_gain(tmp_path):
    path = make_song(tmp_path / "a.opus", extra={"R128_TRACK_GAIN": "-512"})
    data = bytearray(path.read_bytes())
    at = data.index(b"OpusHead") + 16
    data[at : at + 2] = (-896).to_bytes(2, "little", signed=True)
    path.write_bytes(data)

    track = read_track(path)

    assert (track.base_gain, track.track_gain) == (-3.5, 3.0)
    assert read_track(make_song(tmp_path / "b.opus")).base_gain is None


def test_sound_check_is_the_gain_where_nothing_better_is_there(tmp_path):
    norm = " 000007D0 000003E8" + " 00000000" * 8
    itunes = read_track(make_song(tmp_path / "a.mp3", extra={"COMM:iTunNORM": norm}))
    both = read_track(
        make_song(tmp_path / "b.mp3", extra={"COMM:iTunNORM": norm, "TXXX:REPLAYGAIN_TRACK_GAIN": "-7 dB"})
    )
    mp4 = read_track(make_song(tmp_path / "c.m4a", extra={"----:com.apple.iTunes:iTunNORM": norm}))

    assert itunes.track_gain == mp4.track_gain == -3.01
    assert (both.track_gain, both.raw) == (-7.0, {"COMM:itunnorm": [norm.strip()]})


@pytest.mark.parametrize(
    ("suffix", "head"),
    [
        ("ape", struct.pack("<4sHH7I16s", b"MAC ", 3990, 0, 52, 24, 0, 0, 100, 0, 0, bytes(16)) + bytes(200)),
        ("tta", struct.pack("<4sHHHIII", b"TTA1", 2, 2, 16, 44_100, 100, 0) + bytes(100)),
        ("mpc", b"MP+\x06" + bytes(100)),
        ("mpc", b"MPCK" + b"SH\x0e" + bytes(4) + b"\x07" + bytes(6) + b"SE\x03"),
    ],
)
def test_headers_that_make_no_sense_are_unreadable(tmp_path, suffix, head):
    path = tmp_path / f"a.{suffix}"
    path.write_bytes(head)

    with pytest.raises(UnreadableAudio):
        read_track(path)


@pytest.mark.parametrize(("rate", "width", "channels"), [(8000, 1, 1), (44100, 2, 2), (96000, 3, 2), (192000, 4, 6)])
def test_a_wavs_properties(tmp_path, rate, width, channels):
    path = tmp_path / "a.wav"
    path.write_bytes(make_wave(0.5, rate=rate, width=width, channels=channels))

    track = read_track(path)

    assert (track.sampling_rate, track.bit_depth, track.channels, track.duration_ms) == (rate, width * 8, channels, 500)
    assert track.bit_rate == round(rate * width * 8 * channels / 1000)


@pytest.mark.parametrize(
    ("options", "codec", "bit_depth"),
    [
        (("-c:a", "pcm_s24le"), "pcm", 24),
        (("-c:a", "pcm_f32le"), "pcm", 32),
        (("-c:a", "pcm_mulaw"), "ulaw", None),
        (("-c:a", "adpcm_ms"), "adpcm", None),
        (("-rf64", "always"), "pcm", 16),
    ],
)
def test_kinds_of_wav(tmp_path, options, codec, bit_depth):
    track = read_track(make_song(tmp_path / "a.wav", seconds=2, options=options))

    assert (track.codec, track.bit_depth) == (codec, bit_depth)
    assert abs(track.duration_ms - 2000) < 50


@pytest.mark.parametrize(
    ("options", "codec"),
    [
        (("-c:a", "pcm_s24be"), "pcm"),
        (("-c:a", "pcm_s16le"), "pcm"),
        (("-c:a", "pcm_f32be"), "pcm"),
        (("-c:a", "pcm_alaw"), "alaw"),
    ],
)
def test_kinds_of_aiff(tmp_path, options, codec):
    track = read_track(make_song(tmp_path / "a.aifc", format="aiff", seconds=2, options=options))

    assert track.codec == codec
    assert abs(track.duration_ms - 2000) < 50


@pytest.mark.parametrize(
    "options",
    [
        ("-b:a", "320k"),
        ("-q:a", "9"),
        ("-q:a", "5", "-write_xing", "0"),
        ("-b:a", "64k", "-ar", "22050", "-ac", "1"),
        ("-b:a", "8k", "-ar", "8000", "-ac", "1"),
        ("-abr", "1", "-b:a", "120k"),
        ("-c:a", "mp2", "-b:a", "192k", "-f", "mp2"),
    ],
)
def test_an_mp3s_length_is_right_at_constant_and_variable_bit_rate(tmp_path, options):
    track = read_track(make_song(tmp_path / "a.mp3", seconds=12, options=options))

    assert abs(track.duration_ms - 12_000) < 150


def test_a_vbr_mp3_without_a_table_and_with_a_silent_beginning_has_about_its_length(tmp_path):
    quiet = ("-af", "volume=0:enable='lt(t,6)'", "-q:a", "2", "-write_xing", "0")
    track = read_track(make_song(tmp_path / "a.mp3", seconds=30, options=quiet))

    assert abs(track.duration_ms - 30_000) < 3_000


def test_a_flac_of_unknown_length_gets_it_from_its_last_frame(tmp_path):
    path = make_song(tmp_path / "a.flac", seconds=3)
    data = bytearray(path.read_bytes())
    data[21] &= 0xF0  # STREAMINFO's 36 bits of total samples
    data[22:26] = b"\0\0\0\0"
    path.write_bytes(data)

    assert read_track(path).duration_ms == 3000


def test_flac_and_opus_and_vorbis_live_in_ogg(tmp_path):
    flac = make_song(tmp_path / "a.oga", format="ogg", seconds=2, options=("-c:a", "flac", "-sample_fmt", "s16"))
    opus = tmp_path / "b.ogg"
    opus.write_bytes(sound("opus", seconds=2))

    first, second = read_track(flac), read_track(opus)

    assert (first.codec, first.bit_depth, first.duration_ms) == ("flac", 16, 2000)
    assert (second.codec, second.suffix) == ("opus", "ogg")


def test_r128_gains_of_opus_become_replaygain(tmp_path):
    track = read_track(make_song(tmp_path / "a.opus", extra={"R128_TRACK_GAIN": "-512", "R128_ALBUM_GAIN": "256"}))

    assert (track.track_gain, track.album_gain) == (3.0, 6.0)
