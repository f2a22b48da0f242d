"""A small library to look at: synthesised, tagged and with covers, in every format, dropped as a person would drop it.

Made fresh on each machine rather than shipped: 32 songs are 15 MB, and take some seconds to compute.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from melodee import ffmpeg
from melodee.demo.covers import draw_cover
from melodee.demo.library import ALBUMS, STYLES, Album, Song
from melodee.demo.music import RATE, compose
from melodee.demo.tagging import write_tags

_ENCODERS: dict[str, tuple[str, tuple[str, ...]]] = {
    "mp3": ("mp3", ("-c:a", "libmp3lame", "-q:a", "2")),
    "flac": ("flac", ("-c:a", "flac", "-sample_fmt", "s16")),
    "aac": ("m4a", ("-c:a", "aac", "-b:a", "192k", "-movflags", "+faststart")),
    "alac": ("m4a", ("-c:a", "alac", "-sample_fmt", "s16p", "-movflags", "+faststart")),
    "ogg": ("ogg", ("-c:a", "libvorbis", "-q:a", "5")),
    "opus": ("opus", ("-c:a", "libopus", "-b:a", "112k")),
    "wav": ("wav", ("-c:a", "pcm_s16le")),
    "aiff": ("aiff", ("-c:a", "pcm_s16be")),
}
_ECHO = "aecho=0.8:1:170|310:0.22|0.12"
_WORKSHOP = ".demo-"
_REPEATABLE = ("-map_metadata", "-1", "-fflags", "+bitexact", "-flags:a", "+bitexact")


class Place(NamedTuple):
    """Where a song stands on its album, counted from 1."""

    disc: int
    track: int
    song: Song


def make_demo(folder: Path) -> list[Path]:
    """Makes the demo's albums as folders in `folder` and returns them; one that is there already stays as it is.

    Everything is made in a hidden folder beside them and renamed into place, album by album, so that nobody who watches
    `folder` sees half an album. Raises `FfmpegMissing`, `FfmpegFailed`, `OSError`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    program = ffmpeg.find()
    for left in folder.glob(f"{_WORKSHOP}*"):  # by one that was killed
        shutil.rmtree(left, ignore_errors=True)
    workshop = Path(tempfile.mkdtemp(prefix=_WORKSHOP, dir=folder))
    try:
        wanted = [album for album in ALBUMS if not (folder / album.folder).exists()]
        # ffmpeg works in processes of its own, so threads keep all cores busy.
        with ThreadPoolExecutor(max_workers=os.cpu_count() or 2) as pool:
            songs = [pool.submit(_make_song, program, workshop, *work) for work in _work(wanted, workshop)]
            for song in songs:
                song.result()
        for album in wanted:
            (workshop / album.folder).rename(folder / album.folder)
        return [folder / album.folder for album in wanted]
    finally:
        shutil.rmtree(workshop, ignore_errors=True)


def _work(albums: list[Album], workshop: Path) -> Iterator[tuple[Album, Place, bytes]]:
    """The songs to make, with their covers; a cover that is not embedded is written beside them."""
    for album in albums:
        cover = draw_cover(album.motif, album.colours, album.title)
        (workshop / album.folder).mkdir()
        if not album.embedded:
            (workshop / album.folder / "cover.jpg").write_bytes(cover)
        for disc, songs in enumerate(album.discs, 1):
            for track, song in enumerate(songs, 1):
                yield album, Place(disc, track, song), cover


def _make_song(program: str, workshop: Path, album: Album, place: Place, cover: bytes) -> None:
    song = place.song
    suffix, encoder = _ENCODERS[song.format or album.format]
    folder = workshop / album.folder
    if len(album.discs) > 1:
        folder /= f"CD{place.disc}"
    folder.mkdir(exist_ok=True)
    path = folder / f"{place.track:02} - {song.title}.{suffix}"
    style = STYLES[song.artists[0] if song.artists else album.artist]
    sound = compose(style, song.seconds, f"{album.title}/{song.title}")
    raw = ["-f", "s16le", "-ar", str(RATE), "-ac", "1", "-i", "pipe:0"]
    heard = ["-af", _ECHO, "-ar", "48000" if suffix == "opus" else "44100", "-ac", "2"]
    ffmpeg.run([*raw, *heard, *encoder, *_REPEATABLE, "-y", f"file:{path}"], stdin=sound, ffmpeg=program)
    write_tags(path, _tags(album, place), cover if album.embedded else None)


def _tags(album: Album, place: Place) -> dict[str, list[str]]:
    song, tracks = place.song, album.discs[place.disc - 1]
    artists = list(song.artists) or [album.artist]
    tags = {
        "title": [song.title],
        "artist": artists,
        "album": [album.title],
        "album_artist": [album.artist],
        "track_number": [f"{place.track}/{len(tracks)}"],
        "disc_number": [f"{place.disc}/{len(album.discs)}"],
        "date": [album.year],
        "genres": list(album.genres),
        "composers": artists,
        "release_types": [album.release_type, *(["compilation"] if album.compilation else [])],
        **album.further,
    }
    if album.compilation:
        tags["compilation"] = ["1"]
    if album.disc_titles:
        tags["disc_subtitle"] = [album.disc_titles[place.disc - 1]]
    if song.lyrics:
        tags["lyrics"] = [song.lyrics]
    return tags
