"""What lies beside the music of a release: read before it is published, written together with its songs."""

import os
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

from psycopg.types.json import Jsonb

from melodee.audio.formats import suffix_of
from melodee.database import Row, Session
from melodee.errors import DependencyError, MelodeeError
from melodee.intake.look import join, parent
from melodee.sidecars.checksums import is_checksums, parse_checksums
from melodee.sidecars.lyrics import UNKNOWN_LANGUAGE, Lyrics, is_lyrics, name_of, parse_lyrics
from melodee.sidecars.m3u import Playlist, parse_m3u
from melodee.sidecars.nfo import Notes, parse_nfo
from melodee.sidecars.reading import sidecar_bytes
from melodee.sidecars.references import same, stem_of
from melodee.text import comparable
from melodee.volume_path import VolumePath
from melodee.volumes import Volume

PLAYLISTS = ("m3u", "m3u8")

_FOLDER_OF_LYRICS = frozenset({"lyrics", "lrc"})
_NUMBER = re.compile(r"(?:\d{1,2}-)?\d{1,3}[\s._)\]-]*")


K = TypeVar("K")
"""What a song is known by."""


@dataclass(frozen=True)
class Beside(Generic[K]):
    """What the sidecars of a release hold, each with the key of its file."""

    lyrics: Sequence[tuple[UUID, K, Lyrics]] = ()
    notes: Sequence[tuple[UUID, Notes]] = ()
    playlists: Sequence[tuple[Row, bytes, Playlist]] = ()

    def of(self, files: Collection[UUID]) -> "Beside[K]":
        """What these files hold."""
        return Beside(
            [each for each in self.lyrics if each[0] in files],
            [each for each in self.notes if each[0] in files],
            [each for each in self.playlists if each[0].path_hash in files],
        )


NOTHING: Beside[UUID] = Beside()


def read_beside(
    files: Sequence[Row], volumes: Mapping[int, Volume], trouble: Callable[[Row, MelodeeError], object]
) -> Beside[UUID]:
    """Reads the sidecars among rows of `files_of_release`; songs are known by the keys of their files.

    Raises `DependencyError`.
    """
    if not any(file.kind == "sidecar" for file in files):
        return NOTHING
    songs = SongsByName[UUID]()
    for file in files:
        # The songs of a file that is cut have no sheet of lyrics by its name.
        if file.track is not None and not file.parts:
            songs.add(os.fsdecode(file.name), file.track.get("title", ""), file.path_hash)
    return read_sidecars(files, volumes, songs, trouble)


def read_sidecars(
    files: Sequence[Row],
    volumes: Mapping[int, Volume],
    songs: "SongsByName[K]",
    trouble: Callable[[Row, MelodeeError], object],
    root: str = "",
) -> Beside[K]:
    """Reads the sidecars among rows of `files_of_release`, which beside these songs were dropped below `root`.

    Raises `DependencyError`.
    """
    sidecars = [file for file in files if file.kind == "sidecar"]
    lyrics: list[tuple[UUID, K, Lyrics]] = []
    notes: list[tuple[UUID, Notes]] = []
    playlists: list[tuple[Row, bytes, Playlist]] = []
    for file in sidecars:
        name = join(root, os.fsdecode(file.name))
        suffix = suffix_of(name.rpartition("/")[2])
        song, language = songs.of(name) if is_lyrics(name) else (None, "")
        if suffix not in (*PLAYLISTS, "nfo") and song is None and not is_checksums(name):
            continue
        try:
            data = sidecar_bytes(VolumePath(volumes[file.volume_id].root, os.fsdecode(file.path)))
            if song is not None:
                if (found := parse_lyrics(data, suffix)) is not None:
                    sheet = found._replace(language=language) if language else found
                    lyrics.append((file.path_hash, song, sheet))
            elif is_checksums(name):
                # What it says was compared when the release was found; here it is told that nothing could be.
                parse_checksums(data, suffix)
            elif suffix == "nfo":
                notes.append((file.path_hash, parse_nfo(data)))
            else:
                playlists.append((file, data, parse_m3u(data)))
        except DependencyError:
            raise
        except MelodeeError as error:
            trouble(file, error)
    return Beside(lyrics, notes, playlists)


class SongsByName(Generic[K]):
    """Songs by what a sheet of lyrics may be called."""

    def __init__(self) -> None:
        self._by_stem: dict[str, K] = {}
        self._by_title: dict[tuple[str, str], set[K]] = {}

    def add(self, path: str, title: str, key: K) -> None:
        """Adds a song as its file was dropped. A name stays that of the song that had it first."""
        self._by_stem.setdefault(same(stem_of(path)), key)
        self._by_title.setdefault((same(parent(path)), comparable(title) or "?"), set()).add(key)

    def of(self, name: str) -> tuple[K | None, str]:
        """The song of a sheet of this path, and the language that the name gives, empty without one."""
        folder = parent(name)
        folders = [folder]
        if folder.rpartition("/")[2].casefold() in _FOLDER_OF_LYRICS:
            folders.append(parent(folder))
        for where in folders:
            for stem, language in name_of(name.rpartition("/")[2]):
                told = "" if language == UNKNOWN_LANGUAGE else language
                path = f"{where}/{stem}" if where else stem
                if (song := self._by_stem.get(same(path))) is not None:
                    return song, told
                for title in (stem, _NUMBER.sub("", stem, count=1)):
                    found = self._by_title.get((same(where), comparable(title)), ()) if title else ()
                    if len(found) == 1:
                        return next(iter(found)), told
        return None, ""


def write_lyrics_beside(db: Session, lyrics: Iterable[tuple[int, Lyrics]]) -> None:
    """Writes lyrics of songs, after those that came inside the files."""
    rows: list[dict[str, object]] = []
    places: dict[int, int] = {}
    for song, sheet in lyrics:
        places[song] = places.get(song, 0) + 1
        rows.append(_lyrics_row(song, places[song], sheet))
    if rows:
        db.run("insert_sidecar_lyrics", lyrics=Jsonb(rows))


def add_lyrics_beside(db: Session, lyrics: Sequence[tuple[int, Lyrics]]) -> None:
    """Writes lyrics of songs that are published: in the place of a sheet beside them that is alike, or after all."""
    if not lyrics:
        return
    there: dict[int, dict[tuple[str, bool] | None, int]] = {}
    last: dict[int, int] = {}
    for row in db.rows("lyrics_of", songs=sorted({song for song, _ in lyrics})):
        alike = (row.language, row.synced) if row.source == "sidecar" else None
        there.setdefault(row.song_id, {})[alike] = row.position
        last[row.song_id] = row.position
    rows: dict[tuple[int, int], dict[str, object]] = {}
    for song, sheet in lyrics:
        position = there.get(song, {}).get((sheet.language, sheet.synced))
        if position is None:
            position = last[song] = last.get(song, 0) + 1
            there.setdefault(song, {})[sheet.language, sheet.synced] = position
        rows[song, position] = _lyrics_row(song, position, sheet)
    db.run("insert_sidecar_lyrics", lyrics=Jsonb(list(rows.values())))


def _lyrics_row(song: int, position: int, sheet: Lyrics) -> dict[str, object]:
    return {
        "song_id": song,
        "position": position,
        "language": sheet.language,
        "synced": sheet.synced,
        "text": sheet.text,
    }


def write_notes(db: Session, notes: Iterable[tuple[int, Notes]]) -> None:
    """Writes notes on albums and artists, in place of those that they had."""
    rows: list[dict[str, object]] = []
    places: dict[int, int] = {}
    for subject, note in notes:
        places[subject] = places.get(subject, -1) + 1
        rows.append(
            {
                "subject_id": subject,
                "position": places[subject],
                "text": note.text,
                "is_art": note.is_art,
                "facts": note.facts,
            }
        )
    if rows:
        db.run("replace_notes", notes=Jsonb(rows))
