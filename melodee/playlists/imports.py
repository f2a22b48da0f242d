"""Playlists that came as files: kept line by line, matched with songs as these are published, made into playlists.

A playlist belongs to the first administrator, and everybody sees it. Intake leaves alone what a listener has edited or
deleted since. Every function works in the caller's transaction.
"""

import hashlib
import os
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from psycopg.types.json import Jsonb

from melodee.database import Row, Session
from melodee.ids import Kind, of_kind
from melodee.intake.look import parent
from melodee.ledger import Failure, Place, clear_failures, path_hash, record_failures
from melodee.playlists.matching import Candidate, Songs, file_key, likely_titles, reference_key, title_key
from melodee.sidecars.m3u import Entry, Playlist
from melodee.sidecars.references import parts_of, stem_of
from melodee.text import clean_text, comparable

STAGE = "publish"
UNMATCHED = "unmatched_lines"
_TOLD = 5
"""Lines that the warning about a playlist quotes."""


@dataclass(frozen=True)
class PlaylistFile:
    """A playlist that came as a file."""

    origin: Place
    """Where it was dropped."""
    place: Place
    """Where it is now."""
    data: bytes
    playlist: Playlist

    @property
    def name(self) -> str:
        """What the playlist is called: as it says, else as the file."""
        return self.playlist.name or clean_text(stem_of(self.origin.path.rpartition("/")[2])) or "Playlist"


def import_playlist(  # noqa: PLR0917 - what a promotion has at hand
    db: Session,
    file: PlaylistFile,
    near: Iterable[Candidate],
    storage: Collection[int],
    batch: str | None,
    others: Iterable[Candidate] = (),
) -> int:
    """Keeps the file's lines, matches them, and makes or updates the playlist; returns how many lines have a song.

    `near` are the songs of its release, `others` those that are published together with it; `storage` are the volumes
    on which songs lie. The same file again changes nothing.
    """
    key, digest = path_hash(*file.origin), hashlib.sha256(file.data).digest()
    known = db.one("playlist_import_of", key=key)
    if known is not None and bytes(known.digest) == digest:
        return sum(row.song_id is not None for row in db.rows("playlist_import_lines", **{"import": known.id}))
    number: int = db.value(
        "enter_playlist_import",
        key=key,
        volume=file.origin.volume,
        path=os.fsencode(file.origin.path),
        place_volume=file.place.volume,
        place_path=os.fsencode(file.place.path),
        digest=digest,
        name=file.name,
    )
    found = _match(db, file, near, others, storage)
    rows = [
        {
            "line": entry.line,
            "text": entry.reference,
            "artist": entry.artist,
            "title": entry.title,
            "duration_s": entry.seconds,
            "file_key": reference_key(entry.reference),
            "title_key": title_key(entry),
            "song_id": found.get(entry.line),
        }
        for entry in file.playlist.entries
    ]
    lines = [entry.line for entry in file.playlist.entries]
    db.run("replace_playlist_import_lines", **{"import": number}, lines=lines, rows=Jsonb(rows))
    _settle(db, [number], batch)
    return len(found)


def complete_imports(db: Session, published: Sequence[Candidate], batch: str | None) -> None:
    """Gives newly published songs to lines that waited for them."""
    if not published:
        return
    files = sorted({file_key(song.origin) for song in published})
    titles = sorted({comparable(song.title)[:500] for song in published})
    waiting = db.rows("waiting_playlist_lines", files=files, titles=titles)
    if not waiting:
        return
    songs = Songs(published)
    folders = {
        row.id: parent(os.fsdecode(row.path))
        for row in db.rows("playlist_imports_by_id", ids=sorted({row.import_id for row in waiting}))
    }
    matched: list[tuple[int, int, int]] = []
    for row in waiting:
        entry = Entry(row.line, row.text, row.artist, row.title, row.duration_s)
        if (song := songs.find(entry, folders[row.import_id])) is not None:
            matched.append((row.import_id, row.line, song))
    if matched:
        db.run(
            "set_playlist_lines",
            imports=[number for number, _, _ in matched],
            lines=[line for _, line, _ in matched],
            songs=[song for _, _, song in matched],
        )
        _settle(db, sorted({number for number, _, _ in matched}), batch)


def _match(
    db: Session,
    file: PlaylistFile,
    near: Iterable[Candidate],
    others: Iterable[Candidate],
    storage: Collection[int],
) -> dict[int, int]:
    """The songs of the lines that have one: of those that came with it, else of the catalogue."""
    folder = parent(file.origin.path)
    came = Songs(others, near)
    entries = file.playlist.entries
    found = {entry.line: song for entry in entries if (song := came.find(entry, folder)) is not None}
    left = [entry for entry in entries if entry.line not in found]
    if left:
        catalogue = Songs([*_by_place(db, left, storage), *_by_title(db, left)])
        found |= {entry.line: song for entry in left if (song := catalogue.find(entry, folder)) is not None}
    return found


def _by_place(db: Session, entries: Iterable[Entry], storage: Collection[int]) -> list[Candidate]:
    """Songs whose files lie where lines say, below a storage volume."""
    hashes = {
        path_hash(volume, "/".join(parts[cut:]))
        for entry in entries
        for parts in [parts_of(entry.reference)]
        for cut in range(max(len(parts) - 8, 0), len(parts))
        for volume in storage
    }
    return [_candidate(row) for row in db.rows("songs_of_files", hashes=sorted(hashes))]


def _by_title(db: Session, entries: Iterable[Entry]) -> list[Candidate]:
    """Songs that are called as lines say."""
    titles = sorted({title for entry in entries for title in likely_titles(entry)})
    return [_candidate(row) for row in db.rows("songs_with_titles", titles=titles)]


def _candidate(row: Row) -> Candidate:
    return Candidate(row.id, os.fsdecode(row.origin or b""), row.display_artist, row.title, row.duration_ms)


def _settle(db: Session, imports: Sequence[int], batch: str | None) -> None:
    """Makes playlists what their lines say now, and tells which lines have no song yet."""
    for row in db.rows("playlist_imports_by_id", ids=list(imports)):
        lines = db.rows("playlist_import_lines", **{"import": row.id})
        songs = [line.song_id for line in lines if line.song_id is not None]
        if songs:
            _write(db, row, songs)
            db.run("name_imported_file", place=path_hash(row.place_volume_id, os.fsdecode(row.place_path)))
        _tell(db, row, lines, batch)


def _write(db: Session, row: Row, songs: list[int]) -> None:
    playlist = row.playlist_id
    if playlist is None:
        owner = db.value("first_administrator")
        if owner is None:
            return
        playlist = of_kind(db.rows("take_entity_numbers", wanted=1)[0].number, Kind.PLAYLIST)
        db.run("insert_playlist", playlist=playlist, account=owner, name=row.name)
    elif db.one("untouched_playlist", playlist=playlist, changed_at=row.playlist_changed_at) is None:
        return  # A listener has edited or deleted it: it is theirs.
    changed_at = db.value("replace_playlist_entries", playlist=playlist, songs=songs, name=row.name)
    db.run("set_import_playlist", playlist=playlist, changed_at=changed_at, **{"import": row.id})


def _tell(db: Session, row: Row, lines: Sequence[Row], batch: str | None) -> None:
    place = Place(row.place_volume_id, os.fsdecode(row.place_path))
    clear_failures(db, [place.hash], STAGE)
    missing = [line for line in lines if line.song_id is None]
    if missing:
        some = "; ".join(f"line {line.line}: {clean_text(line.text, 100)}" for line in missing[:_TOLD])
        more = f" and {len(missing) - _TOLD} more" if len(missing) > _TOLD else ""
        message = f"{len(missing)} of {len(lines)} lines of the playlist have no song yet: {some}{more}."
        record_failures(db, [Failure(place, STAGE, UNMATCHED, message, severity="warning")], batch)
