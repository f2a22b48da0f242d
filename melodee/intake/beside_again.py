"""Lyrics and notes told anew after sidecars of published albums were edited, renamed or taken away.

Rows of lyrics and notes do not say which file they are of, so what is told of a song, an album or an artist is told
from all sidecars that are there. Only what comes out differently is written.
"""

import os
from collections.abc import Callable, Collection, Generator, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NamedTuple

from melodee.audio.formats import suffix_of
from melodee.database import Database, Row, Session
from melodee.errors import MelodeeError
from melodee.file_errors import VolumeUnavailable
from melodee.intake.artist_covers import is_by_nobody
from melodee.intake.beside import SongsByName, read_sidecars, write_lyrics_beside, write_notes
from melodee.intake.look import parent
from melodee.sidecars.dropped_names import DroppedNames
from melodee.sidecars.lyrics import Lyrics, is_lyrics
from melodee.sidecars.nfo import Notes
from melodee.volume_presence import require_root
from melodee.volumes import Volume, volumes

AT_ONCE = 20
"""Sidecars whose albums are looked at together: each of these may have come in a release of its own."""

MOST_ALBUMS = 100
"""Of an artist: beyond that, only the newest may have notes on them."""

Trouble = Callable[[Row, MelodeeError], object]
"""Told of a sidecar, a row of `sidecars_of_albums`, that cannot be read."""


class Sidecar(NamedTuple):
    """A sidecar that is not as it was, as the ledger has it."""

    volume: int
    path: str
    album: int | None
    release: int | None

    @property
    def name(self) -> str:
        """Without folders."""
        return self.path.rpartition("/")[2]


def tell_again(database: Database, sidecars: Iterable[Sidecar], trouble: Trouble = lambda _file, _error: None) -> None:
    """Tells again what these and the others beside their albums say. What lies on a volume that is away stays told."""
    wanted = [each for each in sidecars if is_lyrics(each.name) or _is_notes(each.name)]
    if not wanted:
        return
    with database.autocommit() as db:
        every = {volume.id: volume for volume in volumes(db)}
    for start in range(0, len(wanted), AT_ONCE):
        part = wanted[start : start + AT_ONCE]
        with suppress(VolumeUnavailable):
            _tell_lyrics(database, every, [each for each in part if is_lyrics(each.name)], trouble)
        with suppress(VolumeUnavailable):
            _tell_notes(database, every, [each for each in part if _is_notes(each.name)], trouble)


def lyrics_there(
    db: Session, albums: Collection[int], songs: Collection[int], releases: Collection[int]
) -> list[tuple[int, Lyrics]]:
    """What lay beside albums for songs that have just come to them, or come back, with these releases."""
    beside = _Lyrics.of(db, albums, releases)
    if not beside.sheets:
        return []
    every = {volume.id: volume for volume in volumes(db)}
    with suppress(VolumeUnavailable):
        return list(beside.read(songs, every, lambda _file, _error: None))
    return []


def _is_notes(name: str) -> bool:
    return suffix_of(name) == "nfo"


def _tell_lyrics(database: Database, every: Mapping[int, Volume], changed: Sequence[Sidecar], trouble: Trouble) -> None:
    with database.autocommit() as db:
        beside = _Lyrics.near(db, changed)
    songs = {song for each in changed if (song := beside.song_of(each.volume, each.path, each.release)) is not None}
    if not songs:
        return
    found: dict[int, list[Lyrics]] = {song: [] for song in songs}
    for song, sheet in beside.read(songs, every, trouble):
        found[song].append(sheet)
    with database.begin() as db:
        db.value("lock_catalogue")
        told: dict[int, list[Lyrics]] = {}
        for row in db.rows("sidecar_lyrics_of", songs=sorted(songs)):
            told.setdefault(row.song_id, []).append(Lyrics(row.text, row.synced, row.language))
        other = [song for song in sorted(songs) if sorted(told.get(song, [])) != sorted(found[song])]
        if other:
            db.run("remove_sidecar_lyrics", songs=other)
            write_lyrics_beside(db, [(song, sheet) for song in other for sheet in found[song]])
            db.run("stamp_catalogue", artists=0)


@dataclass
class _Lyrics:
    """The sheets and the songs of some albums, and which sheet is whose."""

    sheets: list[Row]
    songs: list[Row]
    dropped: DroppedNames
    known: dict[tuple[int, int | None], SongsByName[int]] = field(
        default_factory=dict[tuple[int, int | None], SongsByName[int]]
    )

    @classmethod
    def near(cls, db: Session, changed: Sequence[Sidecar]) -> "_Lyrics":
        """Of the albums that the sheets belong to, and of those with songs in their folders or around these."""
        albums = {each.album for each in changed if each.album is not None}
        folders: dict[int, set[str]] = {}
        for each in changed:
            folder = parent(each.path)
            folders.setdefault(each.volume, set()).update((folder, parent(folder)))
        for volume, names in folders.items():
            near = [os.fsencode(name) for name in sorted(names)]
            albums |= {row.album_id for row in db.rows("songs_stored_in", volume=volume, folders=near)}
        return cls.of(db, albums)

    @classmethod
    def of(cls, db: Session, albums: Collection[int], besides: Collection[int] = ()) -> "_Lyrics":
        """Of albums, but for the sheets that came with some releases."""
        ids = sorted(albums)
        rows = db.rows("sidecars_of_albums", ids=ids) if ids else []
        sheets = [row for row in rows if is_lyrics(_name(row)) and row.release_id not in besides]
        songs = db.rows("songs_to_join", ids=ids) if ids and (sheets or not besides) else []
        return cls(sheets, songs, DroppedNames(db, songs))

    def names(self, volume: int, release: int | None) -> SongsByName[int]:
        """The songs by the names that sheets of a release on the volume may give them."""
        key = volume, release
        if key not in self.known:
            found = self.known[key] = SongsByName[int]()
            names = self.dropped.on(volume, release)
            # The songs of a file that is cut have no sheet of lyrics by its name.
            whole = [song for song in self.songs if song.span_start_ms is None and song.id in names]
            for song in whole:
                found.add(names[song.id][0], song.title, song.id)
            for song in whole:
                for name in names[song.id][1:]:
                    found.add(name, song.title, song.id)
        return self.known[key]

    def song_of(self, volume: int, path: str, release: int | None) -> int | None:
        return self.names(volume, release).of(path)[0]

    def read(
        self, songs: Collection[int], every: Mapping[int, Volume], trouble: Trouble
    ) -> Generator[tuple[int, Lyrics], None, None]:
        """What the sheets of these songs hold. Raises `VolumeUnavailable`."""
        for (volume, release), files in self._of_songs(songs).items():
            require_root(every[volume])
            for _, song, sheet in read_sidecars(files, every, self.names(volume, release), trouble).lyrics:
                yield song, sheet

    def _of_songs(self, songs: Collection[int]) -> dict[tuple[int, int | None], list[Row]]:
        """The sheets of these songs, by volume and release."""
        found: dict[tuple[int, int | None], list[Row]] = {}
        for row in self.sheets:
            if self.song_of(row.volume_id, os.fsdecode(row.path), row.release_id) in songs:
                found.setdefault((row.volume_id, row.release_id), []).append(row)
        return found


def _tell_notes(database: Database, every: Mapping[int, Volume], changed: Sequence[Sidecar], trouble: Trouble) -> None:
    ids = sorted({each.album for each in changed if each.album is not None})
    with database.autocommit() as db:
        albums = db.rows("albums_to_join", ids=ids) if ids else []
        if not albums:
            return
        artists = sorted({album.artist_id for album in albums if not is_by_nobody(album)})
        theirs = db.rows("newest_albums_of_artists", ids=artists, most=MOST_ALBUMS)
        of_albums = sorted({*ids, *(row.album_id for row in theirs)})
        files = [row for row in db.rows("sidecars_of_albums", ids=of_albums) if _is_notes(_name(row))]
    for volume in {row.volume_id for row in files}:
        require_root(every[volume])
    read = dict(read_sidecars(files, every, SongsByName[int](), trouble).notes)
    said: dict[int, list[Notes]] = {}
    for row in files:
        if row.path_hash in read:
            said.setdefault(row.album_id, []).append(read[row.path_hash])
    wanted: dict[int, list[Notes]] = {
        album: [note for note in said.get(album, []) if note.about != "artist"] for album in ids
    }
    for artist in artists:
        own = [row.album_id for row in theirs if row.artist_id == artist]
        # What was edited is the newest, as what comes with an album is where that is taken in.
        ordered = sorted(own, key=lambda album: (album in ids, album), reverse=True)
        notes = ([note for note in said.get(album, []) if note.about == "artist"] for album in ordered)
        wanted[artist] = next((each for each in notes if each), list[Notes]())
    _write_notes(database, wanted)


def _write_notes(database: Database, wanted: Mapping[int, Sequence[Notes]]) -> None:
    with database.begin() as db:
        db.value("lock_catalogue")
        told: dict[int, list[tuple[object, ...]]] = {subject: [] for subject in wanted}
        for row in db.rows("notes_on", subjects=sorted(wanted)):
            told[row.subject_id].append((row.text, row.is_art, row.facts))
        other = [
            subject
            for subject, notes in sorted(wanted.items())
            if told[subject] != [(note.text, note.is_art, note.facts) for note in notes]
        ]
        if other:
            db.run("remove_notes", subjects=other)
            write_notes(db, [(subject, note) for subject in other for note in wanted[subject]])
            db.run("stamp_catalogue", artists=0)


def _name(row: Row) -> str:
    return os.fsdecode(row.path).rpartition("/")[2]
