"""Real audio for tests: synthesised by ffmpeg once a session for each set of parameters, then tagged by mutagen.

A seed is a pitch: what was dropped and what is streamed are the same song when `decode` hears the same pitch for the
same time. The keys that are written here are spelled out again, not taken from the product's table.
"""

import base64
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

import mutagen.id3
from mutagen.aiff import AIFF
from mutagen.flac import FLAC, Picture
from mutagen.id3 import ID3
from mutagen.mp4 import MP4, MP4Cover, MP4FreeForm
from mutagen.oggopus import OggOpus
from mutagen.oggvorbis import OggVorbis
from mutagen.wave import WAVE
from PIL import Image

from melodee import ffmpeg

FORMATS = ("mp3", "flac", "m4a", "alac", "ogg", "opus", "wav", "aiff")
"""What `make_song` makes; `alac` is Apple Lossless in an .m4a."""

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
}

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
    `----:com.apple.iTunes:NAME`. `id3` is the minor version of ID3v2 to write: 3 or 4.
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
            tags = _id3(words, further, picture)
            if id3 == 3:
                tags.update_to_v23()
            tags.save(path, v2_version=id3)
        case "wav" | "aiff" as kind:
            file = WAVE(path) if kind == "wav" else AIFF(path)
            if file.tags is None:
                file.add_tags()
            file.tags.update(_id3(words, further, picture))
            file.save()
        case "m4a":
            _tag_mp4(path, words, further, picture)
        case kind:
            _tag_vorbis(path, kind, words, further, picture)
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


_FRAMES = {
    "title": "TIT2",
    "artist": "TPE1",
    "album": "TALB",
    "album_artist": "TPE2",
    "track": "TRCK",
    "disc": "TPOS",
    "date": "TDRC",
    "genre": "TCON",
    "composer": "TCOM",
    "compilation": "TCMP",
}


def _id3(words: Mapping[str, list[str]], extra: Mapping[str, list[str]], picture: bytes | None) -> ID3:
    frames: Any = mutagen.id3
    tags = ID3()
    for name, values in words.items():
        if name == "comment":
            tags.add(frames.COMM(encoding=3, lang="eng", desc="", text=values))
        elif name == "lyrics":
            tags.add(frames.USLT(encoding=3, lang="eng", desc="", text=values[0]))
        else:
            tags.add(getattr(frames, _FRAMES[name])(encoding=3, text=values))
    for key, values in extra.items():
        frame, _, description = key.partition(":")
        if frame == "UFID":
            tags.add(frames.UFID(owner=description, data=values[0].encode()))
        elif frame in ("TIPL", "TMCL"):
            tags.add(getattr(frames, frame)(encoding=3, people=[value.split("=", 1) for value in values]))
        elif frame in ("TXXX", "COMM"):
            tags.add(getattr(frames, frame)(encoding=3, desc=description, text=values))
        else:
            tags.add(getattr(frames, frame)(encoding=3, text=values))
    if picture is not None:
        tags.add(frames.APIC(encoding=3, mime=_mime(picture), type=3, desc="", data=picture))
    return tags


_ATOMS = {
    "title": "\xa9nam",
    "artist": "\xa9ART",
    "album": "\xa9alb",
    "album_artist": "aART",
    "date": "\xa9day",
    "genre": "\xa9gen",
    "composer": "\xa9wrt",
    "comment": "\xa9cmt",
    "lyrics": "\xa9lyr",
}


def _tag_mp4(path: Path, words: Mapping[str, list[str]], extra: Mapping[str, list[str]], picture: bytes | None) -> None:
    file: Any = MP4(path)
    for name, values in words.items():
        if name in ("track", "disc"):
            number, _, total = values[0].partition("/")
            file["trkn" if name == "track" else "disk"] = [(int(number), int(total or 0))]
        elif name == "compilation":
            file["cpil"] = True
        else:
            file[_ATOMS[name]] = values
    for key, values in extra.items():
        if key.startswith("----:"):
            file[key] = [MP4FreeForm(value.encode()) for value in values]
        elif key in ("tmpo", "rtng", "\xa9mvi", "\xa9mvc"):
            file[key] = [int(value) for value in values]
        else:
            file[key] = values
    if picture is not None:
        kind = MP4Cover.FORMAT_PNG if _mime(picture) == "image/png" else MP4Cover.FORMAT_JPEG
        file["covr"] = [MP4Cover(picture, kind)]
    file.save()


def _tag_vorbis(
    path: Path, kind: str, words: Mapping[str, list[str]], extra: Mapping[str, list[str]], picture: bytes | None
) -> None:
    names = {"album_artist": "albumartist", "track": "tracknumber", "disc": "discnumber"}
    file: Any = {"flac": FLAC, "ogg": OggVorbis, "opus": OggOpus}[kind](path)
    if file.tags is None:
        file.add_tags()
    for name, values in (*words.items(), *extra.items()):
        file[names.get(name, name)] = values
    if picture is not None:
        block = Picture()
        block.type, block.mime, block.data = 3, _mime(picture), picture
        if kind == "flac":
            file.add_picture(block)
        else:
            file["metadata_block_picture"] = [base64.b64encode(block.write()).decode()]
    file.save()


def _mime(picture: bytes) -> str:
    return "image/png" if picture.startswith(b"\x89PNG") else "image/jpeg"
