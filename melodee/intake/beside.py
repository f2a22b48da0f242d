"""What lies beside the music of a release: read before it is published, written together with its songs."""

import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from psycopg.types.json import Jsonb

from melodee.audio.formats import suffix_of
from melodee.database import Row, Session
from melodee.errors import DependencyError, MelodeeError
from melodee.intake.look import parent
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


@dataclass(frozen=True)
class Beside:
    """What the sidecars of a release hold."""

    lyrics: Sequence[tuple[UUID, Lyrics]] = ()
    """By the key of the song's file."""
    notes: Sequence[Notes] = ()
    playlists: Sequence[tuple[Row, bytes, Playlist]] = ()


NOTHING = Beside()


def read_beside(
    files: Sequence[Row], volumes: Mapping[int, Volume], trouble: Callable[[Row, MelodeeError], object]
) -> Beside:
    """Reads the sidecars among rows of `files_of_release`. Raises `DependencyError`."""
    sidecars = [file for file in files if file.kind == "sidecar"]
    if not sidecars:
        return NOTHING
    songs = _Songs(files)
    lyrics: list[tuple[UUID, Lyrics]] = []
    notes: list[Notes] = []
    playlists: list[tuple[Row, bytes, Playlist]] = []
    for file in sidecars:
        name = os.fsdecode(file.name)
        suffix = suffix_of(name.rpartition("/")[2])
        song, language = songs.of(name) if is_lyrics(name) else (None, "")
        if suffix not in (*PLAYLISTS, "nfo") and song is None and not is_checksums(name):
            continue
        try:
            data = sidecar_bytes(VolumePath(volumes[file.volume_id].root, os.fsdecode(file.path)))
            if song is not None:
                if (found := parse_lyrics(data, suffix)) is not None:
                    lyrics.append((song, found._replace(language=language) if language else found))
            elif is_checksums(name):
                # What it says was compared when the release was found; here it is told that nothing could be.
                parse_checksums(data, suffix)
            elif suffix == "nfo":
                notes.append(parse_nfo(data))
            else:
                playlists.append((file, data, parse_m3u(data)))
        except DependencyError:
            raise
        except MelodeeError as error:
            trouble(file, error)
    return Beside(lyrics, notes, playlists)


class _Songs:
    """The songs of a release, by what a sheet of lyrics may be called."""

    def __init__(self, files: Iterable[Row]) -> None:
        self._by_stem: dict[str, UUID] = {}
        self._by_title: dict[tuple[str, str], list[UUID]] = {}
        for file in files:
            # The songs of a file that is cut have no sheet of lyrics by its name.
            if file.track is None or file.parts:
                continue
            path = os.fsdecode(file.name)
            self._by_stem[same(stem_of(path))] = file.path_hash
            title = comparable(file.track.get("title", "")) or "?"
            self._by_title.setdefault((same(parent(path)), title), []).append(file.path_hash)

    def of(self, name: str) -> tuple[UUID | None, str]:
        """The key of the song's file, and the language that the name gives, empty without one."""
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
                    found = self._by_title.get((same(where), comparable(title)), []) if title else []
                    if len(found) == 1:
                        return found[0], told
        return None, ""


def write_lyrics_beside(db: Session, lyrics: Iterable[tuple[int, Lyrics]]) -> None:
    """Writes lyrics of songs, after those that came inside the files."""
    rows: list[dict[str, object]] = []
    places: dict[int, int] = {}
    for song, sheet in lyrics:
        places[song] = places.get(song, 0) + 1
        rows.append(
            {
                "song_id": song,
                "position": places[song],
                "language": sheet.language,
                "synced": sheet.synced,
                "text": sheet.text,
            }
        )
    if rows:
        db.run("insert_sidecar_lyrics", lyrics=Jsonb(rows))


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
