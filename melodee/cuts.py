"""Tracks cut out of albums in one file: made once, and kept in `DATA/cache/cuts/`.

A lossless one becomes FLAC, to the sample: the spans of an album follow each other, so its cuts joined are the whole.
A lossy one is copied without decoding, at the nearest frames, so that nothing is lost by encoding it again; a track
may then begin or end up to a frame (26 ms of mp3) off. What cannot be copied that way is decoded, and becomes FLAC.

The cache may be removed at any time. A name is made of the file's identity (path, size, mtime), the span and the tags,
so nothing in it ever becomes stale. Whoever wants what another thread or process is cutting waits for that one.
"""

import fcntl
import hashlib
import os
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from melodee import ffmpeg
from melodee.audio import parsing
from melodee.audio.errors import TruncatedAudio
from melodee.audio.formats import LOSSLESS_CODECS
from melodee.audio.tags import read_track
from melodee.errors import MelodeeError
from melodee.ffmpeg import FfmpegFailed
from melodee.file_errors import file_errors
from melodee.sidecars.cue import FRAMES, frames_of
from melodee.volume_path import VolumePath, opened_folder, regular

SECONDS = 120.0
"""What cutting one track may take."""

JUST_USED = 120.0
"""Seconds for which what was used stays, however full the cache is: somebody may be about to open it."""

_COARSE = 2
"""Seconds before the first sample from which decoding begins."""

_SEEKABLE = frozenset({"flac", "wav", "aiff", "mp4", "wavpack", "tta"})
"""Containers in which ffmpeg's position is exact after a seek, as tests/sidecars/test_cuts.py shows."""


class Made(NamedTuple):
    """A kind of file that cuts are made as."""

    suffix: str
    content_type: str
    arguments: tuple[str, ...]
    """Of ffmpeg."""


FLAC = Made("flac", "audio/flac", ("-c:a", "flac", "-compression_level", "5", "-f", "flac"))

_COPIED = {
    ("mpeg", "mp3"): Made("mp3", "audio/mpeg", ("-c:a", "copy", "-id3v2_version", "4", "-f", "mp3")),
    ("mp4", "aac"): Made("m4a", "audio/mp4", ("-c:a", "copy", "-movflags", "+faststart", "-f", "ipod")),
    ("ogg", "vorbis"): Made("ogg", "audio/ogg", ("-c:a", "copy", "-f", "ogg")),
    ("ogg", "opus"): Made("opus", "audio/ogg", ("-c:a", "copy", "-f", "ogg")),
}
"""By container and codec."""


def made_of(container: str, codec: str) -> Made:
    """What a cut of such a file is made as."""
    return FLAC if codec in LOSSLESS_CODECS else _COPIED.get((container, codec), FLAC)


@dataclass(frozen=True)
class Wanted:
    """A track of a file: where it begins and ends in it, in ms, and the tags that the cut gets."""

    place: VolumePath
    start_ms: int
    end_ms: int
    tags: tuple[tuple[str, str], ...] = ()
    """In ffmpeg's words: title, artist, album, album_artist, track, disc, date."""


@dataclass(frozen=True)
class CutFile:
    """A cut, as a file of its own."""

    path: Path
    content_type: str

    @property
    def suffix(self) -> str:
        """Of its name."""
        return self.path.suffix.lstrip(".")


class Cuts:
    """The cache of cuts below a folder, of `most_bytes` in all."""

    def __init__(self, cache: Path, most_bytes: int) -> None:
        self._cache = cache
        self._most_bytes = most_bytes

    def cut(self, wanted: Wanted) -> CutFile:
        """The track as a file: the one that was cut before, or a new one. Waits for it.

        Raises `FileTrouble`, an error of the audio, `FfmpegFailed`, `FfmpegMissing`, or a `DependencyError`.
        """
        name = _name(wanted)
        folder = self._cache / name[:2]
        if (kept := _kept(folder, name)) is not None:
            return kept
        folder.mkdir(parents=True, exist_ok=True)
        with _alone(folder / f".{name}.lock"):
            if (kept := _kept(folder, name)) is not None:
                return kept
            made = _make(wanted, folder, name)
        self._make_room()
        return made

    def _make_room(self) -> None:
        """Removes what was used longest ago while there is more than there may be, and what a crash left."""
        files: list[tuple[float, int, Path]] = []
        for entry in self._cache.glob("*/*"):
            with suppress(OSError):
                status = entry.stat()
                files.append((max(status.st_atime, status.st_ctime if _is_aside(entry) else 0), status.st_size, entry))
        too_much = sum(size for _, size, entry in files if not _is_aside(entry)) - self._most_bytes
        now = time.time()
        for used, size, entry in sorted(files):
            if now - used < JUST_USED:
                break
            if _is_aside(entry):
                if now - used > 10 * SECONDS:
                    entry.unlink(missing_ok=True)
            elif too_much > 0:
                entry.unlink(missing_ok=True)
                too_much -= size


def _is_aside(entry: Path) -> bool:
    """Whether it is a lock, or a cut that is being made."""
    return entry.name.startswith(".")


def _name(wanted: Wanted) -> str:
    """What the cut is called, without its suffix. Raises when the file is not there."""
    with opened_folder(wanted.place) as folder, file_errors(wanted.place.full):
        status = regular(os.stat(wanted.place.name, dir_fd=folder, follow_symlinks=False), wanted.place.full)
    told = repr((wanted.start_ms, wanted.end_ms, wanted.tags, status.st_size, status.st_mtime_ns)).encode()
    digest = hashlib.blake2b(os.fsencode(wanted.place.full) + b"\0" + told, digest_size=20)
    return digest.hexdigest()


def _kept(folder: Path, name: str) -> CutFile | None:
    """The cut of that name, marked as used now. Its mtime stays: clients know a file by it."""
    for made in (FLAC, *_COPIED.values()):
        path = folder / f"{name}.{made.suffix}"
        try:
            os.utime(path, ns=(time.time_ns(), path.stat().st_mtime_ns))
        except FileNotFoundError:
            continue
        return CutFile(path, made.content_type)
    return None


@contextmanager
def _alone(lock: Path) -> Generator[None]:
    """Holds the lock until the end of the block; others wait, in whichever thread or process."""
    with lock.open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            # Who waits has it open; who comes later makes another, and finds the cut.
            lock.unlink(missing_ok=True)


def _make(wanted: Wanted, folder: Path, name: str) -> CutFile:
    source = wanted.place.full
    track = read_track(source)
    if wanted.start_ms >= track.duration_ms:
        raise TruncatedAudio("The track begins behind its end.", path=source)
    made = made_of(track.container, track.codec)
    # What ends with its file is cut without an end: a length in ms may be half a ms short.
    end = None if wanted.end_ms >= track.duration_ms - 1 else wanted.end_ms
    descriptor, temporary = tempfile.mkstemp(dir=folder, prefix=".making-", suffix=f".{made.suffix}")
    os.close(descriptor)
    tags = [part for key, value in wanted.tags if value for part in ("-metadata", f"{key}={value}")]
    output = ["-map", "0:a:0", "-map_metadata", "-1", "-map_chapters", "-1", *tags, *made.arguments, "-y", temporary]
    try:
        if made is FLAC:
            _encode(source, wanted.start_ms, end, track.sampling_rate, output, temporary, track.container in _SEEKABLE)
        else:
            bounds = ["-ss", f"{wanted.start_ms}ms", *([] if end is None else ["-to", f"{end}ms"])]
            ffmpeg.run(["-i", f"file:{source}", *bounds, *output], timeout=SECONDS)
        path = folder / f"{name}.{made.suffix}"
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return CutFile(path, made.content_type)


def _encode(  # noqa: PLR0917 - one call, above
    source: str, start_ms: int, end_ms: int | None, rate: int, output: list[str], made: str, seekable: bool
) -> None:
    """Decodes the span, to the sample, and encodes it as FLAC."""
    start = sample_of(start_ms, rate)
    end = None if end_ms is None else sample_of(end_ms, rate)
    span = f"atrim=start_pts={start}{'' if end is None else f':end_pts={end}'},asetpts=PTS-STARTPTS"
    coarse = max(start // rate - _COARSE, 0) if seekable else 0
    for seek in dict.fromkeys((coarse, 0)):
        arguments = ["-ss", str(seek)] if seek else []
        ffmpeg.run([*arguments, "-copyts", "-i", f"file:{source}", "-af", span, *output], timeout=SECONDS)
        if end is None or _samples(made) == end - start:
            return
    raise FfmpegFailed(f"It did not find the samples {start} to {end}.", path=source)


def sample_of(ms: int, rate: int) -> int:
    """The sample at which a span begins or ends. Times of cue sheets are frames, of which ms are rounded."""
    frames = frames_of(ms)
    return round(ms * rate / 1000) if frames is None else round(frames * rate / FRAMES)


def _samples(path: str) -> int:
    """How many samples a FLAC has, by its header; 0 when it cannot be read."""
    try:
        with parsing.opened(path) as (file, _):
            return int(parsing.flac(file).info.total_samples)
    except MelodeeError:
        return 0
