"""Real audio for tests: synthesised by ffmpeg once a session for each set of parameters, then tagged by mutagen.

A seed is a pitch: what was dropped and what is streamed are the same song when `decode` hears the same pitch for the
same time. The keys that are written here are spelled out again, not taken from the product's table.
"""

import io
import itertools
import subprocess
import tempfile
import wave
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from mutagen.aiff import AIFF
from mutagen.dsf import DSF
from mutagen.trueaudio import TrueAudio
from mutagen.wave import WAVE
from PIL import Image

from melodee import ffmpeg
from tests import rare_audio
from tests.audio_tags import id3 as id3_tags
from tests.audio_tags import tag_ape, tag_asf, tag_mp4, tag_vorbis

FORMATS = (
    *("mp3", "flac", "m4a", "alac", "ogg", "opus", "wav", "aiff"),
    *("wma", "wv", "tta", "aac", "dsf", "ape", "mpc"),
)
"""What `make_song` makes; `alac` is Apple Lossless in an .m4a."""

DECODED = tuple(name for name in FORMATS if name not in ("ape", "mpc"))
"""Those whose sound is real: see `tests.rare_audio`."""

SUFFIXES = {name: "m4a" if name == "alac" else name for name in FORMATS}

_ENCODERS: dict[str, list[str]] = {
    "mp3": ["-c:a", "libmp3lame", "-b:a", "128k", "-f", "mp3"],
    "flac": ["-c:a", "flac", "-sample_fmt", "s16", "-f", "flac"],
    "m4a": ["-c:a", "aac", "-b:a", "128k", "-f", "ipod"],
    "alac": ["-c:a", "alac", "-sample_fmt", "s16p", "-f", "ipod"],
    "ogg": ["-c:a", "libvorbis", "-q:a", "4", "-f", "ogg"],
    "opus": ["-c:a", "libopus", "-b:a", "96k", "-f", "opus"],
    "wav": ["-c:a", "pcm_s16le", "-f", "wav"],
    "aiff": ["-c:a", "pcm_s16be", "-f", "aiff"],
    "wma": ["-c:a", "wmav2", "-b:a", "128k", "-f", "asf"],
    "wv": ["-c:a", "wavpack", "-sample_fmt", "s16p", "-f", "wv"],
    "tta": ["-c:a", "tta", "-sample_fmt", "s16", "-f", "tta"],
    "aac": ["-c:a", "aac", "-b:a", "128k", "-f", "adts"],
}
_BY_HAND = {"dsf": rare_audio.dsf, "ape": rare_audio.ape, "mpc": rare_audio.mpc}

Words = str | Sequence[str]


@dataclass(frozen=True)
class Sound:
    """Decoded audio: one channel of 16-bit samples at 44,100 Hz."""

    samples: "array[int]"

    @property
    def seconds(self) -> float:
        return len(self.samples) / 44100

    @property
    def pitch(self) -> float:
        """Hz of a pure tone, from its first zero crossing to its last; the edges, which codecs blur, are left out."""
        edge = len(self.samples) // 10
        middle = self.samples[edge : len(self.samples) - edge]
        rising = [at for at, (before, after) in enumerate(itertools.pairwise(middle)) if before < 0 <= after]
        return (len(rising) - 1) / (rising[-1] - rising[0]) * 44100


def pitch_of(seed: int) -> int:
    """The Hz of the tone that `seed` stands for."""
    return 200 + seed % 400 * 10


def decode(audio: bytes | Path) -> Sound:
    """What ffmpeg hears in it. A complaint of the decoder is a failure, as is a file that it can't read."""
    if isinstance(audio, bytes):
        with tempfile.NamedTemporaryFile(suffix=".audio") as file:
            file.write(audio)
            file.flush()
            return decode(Path(file.name))
    command = [ffmpeg.find(), "-hide_banner", "-loglevel", "error", "-i", str(audio)]
    command += ["-map", "0:a:0", "-f", "s16le", "-ac", "1", "-ar", "44100", "pipe:1"]
    done = subprocess.run(command, capture_output=True, check=False, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    assert not done.stderr, done.stderr.decode(errors="replace")
    return Sound(array("h", done.stdout))


@lru_cache(maxsize=512)
def sound(
    format: str = "mp3",  # noqa: A002 - the word for it
    seconds: float = 1.0,
    seed: int = 0,
    options: tuple[str, ...] = (),
) -> bytes:
    """An untagged file of that format. `options` are further output options of ffmpeg."""
    if format in _BY_HAND:
        return _BY_HAND[format](pitch_of(seed), seconds)
    level = 1 - seed // 400 % 50 / 100
    tone = f"sine=frequency={pitch_of(seed)}:duration={seconds}:sample_rate=44100,volume={level}"
    encoder = [*_ENCODERS[format], *options]
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "made"
        quiet = ["-map_metadata", "-1", "-fflags", "+bitexact", "-flags:a", "+bitexact", "-y", str(made)]
        ffmpeg.run(["-f", "lavfi", "-i", tone, "-ac", "2", *encoder, *quiet])
        return made.read_bytes()


def make_song(
    path: Path | str,
    *,
    format: str = "",  # noqa: A002
    seconds: float = 1.0,
    seed: int = 0,
    title: Words = "",
    artist: Words = "",
    album: Words = "",
    album_artist: Words = "",
    track: int | None = None,
    track_total: int | None = None,
    disc: int | None = None,
    disc_total: int | None = None,
    date: str = "",
    genre: Words = (),
    composer: Words = (),
    comment: str = "",
    lyrics: str = "",
    compilation: bool = False,
    picture: bytes | None = None,
    extra: Mapping[str, Words] | None = None,
    options: Sequence[str] = (),
    id3: int = 4,
) -> Path:
    """Makes a real, tagged audio file at `path` (its folders too) and returns the path.

    The format is that of the suffix unless `format` says otherwise (`alac`). `extra` holds further tags by the native
    key of the format: `TXXX:MusicBrainz Album Id` or any text frame for ID3, a Vorbis comment's name, an MP4 atom or
    `----:com.apple.iTunes:NAME`, an ASF attribute, an APEv2 key. `id3` is the minor version of ID3v2 to write: 3 or 4.
    """
    path = Path(path)
    format = format or path.suffix.lstrip(".").lower()  # noqa: A001
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(sound(format, seconds, seed, tuple(options)))
    words: dict[str, list[str]] = {
        "title": _list(title),
        "artist": _list(artist),
        "album": _list(album),
        "album_artist": _list(album_artist),
        "track": [_of(track, track_total)],
        "disc": [_of(disc, disc_total)],
        "date": _list(date),
        "genre": _list(genre),
        "composer": _list(composer),
        "comment": _list(comment),
        "lyrics": _list(lyrics),
        "compilation": ["1"] if compilation else [],
    }
    words = {name: values for name, values in words.items() if any(values)}
    further = {key: _list(value) for key, value in (extra or {}).items()}
    if not words and not further and picture is None:
        return path
    match SUFFIXES[format]:
        case "mp3":
            tags = id3_tags(words, further, picture)
            if id3 == 3:
                tags.update_to_v23()
            tags.save(path, v2_version=id3)
        case "aac":
            id3_tags(words, further, picture).save(path)
        case "wma":
            tag_asf(path, words, further, picture)
        case "ape" | "wv" | "mpc":
            tag_ape(path, words, further, picture)
        case "wav" | "aiff" | "tta" | "dsf" as kind:
            file: Any = {"wav": WAVE, "aiff": AIFF, "tta": TrueAudio, "dsf": DSF}[kind](path)
            if file.tags is None:
                file.add_tags()
            file.tags.update(id3_tags(words, further, picture))
            file.save()
        case "m4a":
            tag_mp4(path, words, further, picture)
        case kind:
            tag_vorbis(path, kind, words, further, picture)
    return path


def make_picture(
    width: int = 400,
    height: int = 400,
    *,
    colour: tuple[int, int, int] = (200, 80, 40),
    format: str = "JPEG",  # noqa: A002
) -> bytes:
    """An image of one colour."""
    made = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(made, format)
    return made.getvalue()


def make_wave(seconds: float = 1.0, *, rate: int = 8000, width: int = 2, channels: int = 1) -> bytes:
    """A silent WAV of any rate and sample width, without ffmpeg."""
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.setframerate(rate)
        file.writeframes(b"\0" * (int(seconds * rate) * width * channels))
    return made.getvalue()


def _list(words: Words) -> list[str]:
    return [words] if isinstance(words, str) else list(words)


def _of(number: int | None, total: int | None) -> str:
    if number is None and total is None:
        return ""
    return f"{number or 0}/{total}" if total else str(number)
