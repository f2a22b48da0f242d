"""Writing the catalogue: albums with their songs, and every narrow table that lists are read from, in one transaction.

Rows go in sets, one statement a table; counters are added up before they are written.
"""

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from psycopg.types.json import Jsonb

from melodee.catalogue.rows import Names, NewAlbum, Picture, album_row, song_row, tags_row
from melodee.database import Database, Row, Session
from melodee.ids import SLOTS, album_id, by_leaf
from melodee.text import comparable, fold, key_of, search_terms

_LRC_STAMP = re.compile(r"^\s*\[\d{1,3}:\d{2}(?:[.:]\d{1,3})?\]", re.MULTILINE)


@dataclass
class Written:
    """Ids of the songs by their paths, and what was added to the totals."""

    songs: dict[tuple[int, str], int] = field(default_factory=dict[tuple[int, str], int])
    """Of a file that a cue sheet cuts the first."""
    every: dict[tuple[int, str], list[int]] = field(default_factory=dict[tuple[int, str], list[int]])
    """All of each file, in order."""
    albums: int = 0
    artists: int = 0


def resolve_genres(database: Database, names: Iterable[str]) -> dict[str, int]:
    """Ids of genres by folded name; new ones are made."""
    spelling: dict[str, str] = {}
    for name in names:
        if key := fold(name):
            spelling.setdefault(key, name)
    if not spelling:
        return {}
    keys = {key: key_of(key) for key in spelling}
    with database.begin() as db:
        known = {row.key: row.id for row in db.rows("genres_by_keys", keys=list(keys.values()))}
        if fresh := sorted(key for key in spelling if keys[key] not in known):
            db.value("commit_with_what_follows")
            db.run("claim_genres", keys=[keys[key] for key in fresh], names=[spelling[key] for key in fresh])
            known |= {row.key: row.id for row in db.rows("genres_by_keys", keys=[keys[key] for key in fresh])}
    return {key: known[keys[key]] for key in spelling}


def write_albums(db: Session, albums: Sequence[NewAlbum], names: Names, take_numbers: "TakeNumbers") -> Written:
    """Writes the albums and all that points at them. The caller's transaction holds the files' states as well."""
    db.value("lock_catalogue")
    covers = write_covers(db, albums)
    album_rows = [album_row(album, names, cover) for album, cover in zip(albums, covers, strict=True)]
    ids = [row["id"] for row in album_rows]
    there = {row.id: row for row in db.rows("albums_there", ids=ids)}
    if there:
        db.value("unindex_albums", ids=sorted(there))
    after = {row.id: row for row in db.rows("upsert_albums", ids=ids, albums=Jsonb(album_rows))}
    album_rows = [row | (_told_before(after[row["id"]]) if row["id"] in there else {}) for row in album_rows]
    song_rows: list[dict[str, Any]] = []
    tags_rows: list[dict[str, Any]] = []
    for album, row, cover in zip(albums, album_rows, covers, strict=True):
        numbers = _song_ids(db, album, after[album.id].next_slot - len(album.songs), take_numbers)
        written_songs = [
            song_row(album, song, number, names, cover) for song, number in zip(album.songs, numbers, strict=True)
        ]
        if album.id in there:
            years = [song.track.year for song in album.songs]
            written_songs = [_as_of(row, song, year) for song, year in zip(written_songs, years, strict=True)]
        song_rows += written_songs
        tags_rows += [tags_row(song, number) for song, number in zip(album.songs, numbers, strict=True)]
    _catch_up(db, there, after)
    db.run("insert_songs", songs=Jsonb(song_rows))
    db.run("write_song_tags", tags=Jsonb(tags_rows))
    write_lyrics(db, song_rows)
    written = Written()
    for row in song_rows:
        place = (row["volume_id"], os.fsdecode(bytes.fromhex(row["path"])))
        written.songs.setdefault(place, row["id"])
        written.every.setdefault(place, []).append(row["id"])
    written.albums = len(albums) - len(there)
    written.artists = show_artists(db, album_rows, song_rows, names)
    indexed = {number for number, row in there.items() if row.indexed}
    db.run("insert_album_index", albums=Jsonb([row for row in album_rows if row["id"] not in indexed]))
    db.value("index_albums", ids=ids)
    db.run("stamp_catalogue", artists=written.artists)
    return written


def _told_before(album: Row) -> dict[str, Any]:
    """What an album that is there goes on saying of itself, whatever a late track says."""
    return {
        name: getattr(album, name) for name in ("name", "display_artist", "artist_id", "credits", "year", "cover_id")
    }


def _as_of(album: dict[str, Any], song: dict[str, Any], year: int | None) -> dict[str, Any]:
    """A late song's row with what it repeats of its album; `year` is its own."""
    own = [credit for credit in song["credits"] if credit["role"] != "albumartist"]
    artists = [credit for credit in own if credit["role"] == "artist"]
    return song | {
        "album": album["name"],
        "display_album_artist": album["display_artist"],
        "album_artist_id": album["artist_id"],
        "credits": [*artists, *album["credits"], *own[len(artists) :]],
        "year": year or album["year"],
        "cover_id": album["cover_id"],
    }


def _catch_up(db: Session, there: Mapping[int, Row], after: Mapping[int, Row]) -> None:
    """The songs of albums that are there have the year and the cover which their album has learnt from late ones."""
    dated = [number for number, row in there.items() if row.year != after[number].year]
    shown = [number for number, row in there.items() if row.cover_id != after[number].cover_id]
    if not (dated or shown):
        return
    songs = db.rows("songs_of_albums", ids=sorted({*dated, *shown}))
    for part in by_leaf(song.id for song in songs if song.album_id in set(dated)):
        db.run("date_songs", albums=dated, years=[after[number].year for number in dated], **part)
    for part in by_leaf(song.id for song in songs if song.album_id in set(shown)):
        db.run("set_song_covers", albums=shown, covers=[after[number].cover_id for number in shown], **part)
    if dated:
        db.run("date_album_index", ids=dated, years=[after[number].year for number in dated])


class TakeNumbers(NamedTuple):
    """Hands out blocks of album numbers, in a transaction of its own."""

    database: Database
    leaf_rows: int

    def __call__(self, albums: int, songs: int) -> list[int]:
        """Ids of new albums, with room counted for so many songs in the leaf."""
        with self.database.begin() as db:
            db.value("commit_with_what_follows")
            row = db.one("take_album_numbers", wanted=albums, songs=songs, leaf_rows=self.leaf_rows)
        assert row is not None  # noqa: S101 - the function always answers
        return [album_id(row.leaf_number, row.first_number + step) for step in range(albums)]


def _song_ids(db: Session, album: NewAlbum, first_slot: int, take_numbers: TakeNumbers) -> list[int]:
    """Ids within the album's range while there are slots, else from one of their own; what comes back keeps its own."""
    back = [song.id for song in album.songs if song.id is not None]
    new = len(album.songs) - len(back)
    inside = [album.id + slot for slot in range(first_slot, first_slot + new) if slot < SLOTS]
    beyond = new - len(inside)
    outside: list[int] = []
    if beyond:
        for start in take_numbers(-(-beyond // (SLOTS - 1)), beyond):
            outside += range(start + 1, start + min(SLOTS, beyond - len(outside) + 1))
    elsewhere = outside + [number for number in back if not album.id < number < album.id + SLOTS]
    if elsewhere:
        db.run("insert_songs_elsewhere", albums=[album.id] * len(elsewhere), songs=elsewhere)
    fresh = iter(inside + outside)
    return [next(fresh) if song.id is None else song.id for song in album.songs]


def write_covers(db: Session, albums: Iterable[NewAlbum]) -> list[int | None]:
    """The cover of each album, by the hash of its bytes."""
    return write_pictures(db, [((album.cover and album.cover.volume) or album.volume, album.cover) for album in albums])


def write_pictures(db: Session, pictures: Sequence[tuple[int, Picture | None]]) -> list[int | None]:
    """The ids of pictures, each with the volume where it lies, by the hash of their bytes."""
    given = {
        picture.digest.hex(): {
            "digest": picture.digest.hex(),
            "volume_id": volume,
            "path": os.fsencode(picture.path).hex(),
            "embedded": picture.embedded,
            "content_type": picture.content_type,
            "width": picture.width,
            "height": picture.height,
        }
        for volume, picture in pictures
        if picture is not None
    }
    if not given:
        return [None] * len(pictures)
    numbers = {bytes(row.digest): row.id for row in db.rows("upsert_covers", covers=Jsonb(list(given.values())))}
    return [picture and numbers[picture.digest] for _, picture in pictures]


def write_lyrics(db: Session, song_rows: Iterable[dict[str, Any]]) -> None:
    """Lyrics that came inside the files; synced where a line begins with a time as in LRC files."""
    lyrics = [
        {"song_id": row["id"], "synced": _LRC_STAMP.search(row["lyrics"]) is not None, "text": row["lyrics"]}
        for row in song_rows
        if row["lyrics"]
    ]
    if lyrics:
        db.run("insert_lyrics", lyrics=Jsonb(lyrics))


def show_artists(
    db: Session, album_rows: Sequence[dict[str, Any]], song_rows: Sequence[dict[str, Any]], names: Names
) -> int:
    """Puts everyone who is credited into the lists of artists, with their roles and a cover; how many are new."""
    roles: dict[int, set[str]] = {}
    covers: dict[int, int] = {}
    for row in (*album_rows, *song_rows):
        for credit in row["credits"]:
            roles.setdefault(credit["id"], set()).add(credit["role"])
    for row in album_rows:
        if row["cover_id"] is not None:
            for credit in row["credits"]:
                covers.setdefault(credit["id"], row["cover_id"])
    by_id = {artist.id: artist for artist in names.artists.values()}
    # Artists of an album that was there before show already.
    roles = {number: of_artist for number, of_artist in roles.items() if number in by_id}
    shown = [
        {
            "id": artist.id,
            "index_letter": artist.index_letter,
            "sort_name": artist.sort_name,
            "search_name": comparable(artist.name),
            "terms": search_terms(artist.name),
        }
        for artist in (by_id[number] for number in sorted(roles))
    ]
    new = db.rows("insert_artist_index", artists=Jsonb(shown))
    described = [
        {"id": artist, "roles": sorted(roles[artist]), "cover": covers.get(artist)} for artist in sorted(roles)
    ]
    db.run("describe_artists", ids=sorted(roles), artists=Jsonb(described))
    return len(new)
