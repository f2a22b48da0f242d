"""Writing the catalogue: albums with their songs, and every narrow table that lists are read from, in one transaction.

Rows go in sets, one statement a table; counters are added up before they are written.
"""

import os
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from psycopg.types.json import Jsonb

from melodee.catalogue.rows import Names, NewAlbum, album_row, song_row
from melodee.database import Database, Session
from melodee.ids import SLOTS, album_id
from melodee.text import fold, search_terms

_LRC_STAMP = re.compile(r"^\s*\[\d{1,3}:\d{2}(?:[.:]\d{1,3})?\]", re.MULTILINE)


@dataclass
class Written:
    """Ids of the songs by their paths, and what was added to the totals."""

    songs: dict[tuple[int, str], int] = field(default_factory=dict[tuple[int, str], int])
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
    keys = sorted(spelling)
    with database.begin() as db:
        db.run("claim_genres", keys=keys, names=[spelling[key] for key in keys])
        return {row.key: row.id for row in db.rows("genres_by_keys", keys=keys)}


def write_albums(db: Session, albums: Sequence[NewAlbum], names: Names, take_numbers: "TakeNumbers") -> Written:
    """Writes the albums and all that points at them. The caller's transaction holds the files' states as well."""
    db.value("lock_catalogue")
    covers = [_cover(db, album) for album in albums]
    album_rows = [album_row(album, names, cover) for album, cover in zip(albums, covers, strict=True)]
    after = {row.id: row.next_slot for row in db.rows("upsert_albums", albums=Jsonb(album_rows))}
    song_rows: list[dict[str, Any]] = []
    for album, cover in zip(albums, covers, strict=True):
        ids = _song_ids(db, album, after[album.id] - len(album.songs), take_numbers)
        song_rows += [
            song_row(album, song, number, names, cover) for song, number in zip(album.songs, ids, strict=True)
        ]
    db.run("insert_songs", songs=Jsonb(song_rows))
    lyrics = [
        {"song_id": row["id"], "synced": _LRC_STAMP.search(row["lyrics"]) is not None, "text": row["lyrics"]}
        for row in song_rows
        if row["lyrics"]
    ]
    db.run("insert_lyrics", lyrics=Jsonb(lyrics))
    written = Written(
        songs={(row["volume_id"], os.fsdecode(bytes.fromhex(row["path"]))): row["id"] for row in song_rows}
    )
    _write_index_tables(db, album_rows, song_rows, names, written)
    db.run("count_catalogue", songs=len(song_rows), albums=written.albums, artists=written.artists)
    return written


class TakeNumbers(NamedTuple):
    """Hands out blocks of album numbers, in a transaction of its own."""

    database: Database
    leaf_rows: int

    def __call__(self, albums: int, songs: int) -> list[int]:
        """Ids of new albums, with room counted for so many songs in the leaf."""
        with self.database.begin() as db:
            row = db.one("take_album_numbers", wanted=albums, songs=songs, leaf_rows=self.leaf_rows)
        assert row is not None  # noqa: S101 - the function always answers
        return [album_id(row.leaf_number, row.first_number + step) for step in range(albums)]


def _song_ids(db: Session, album: NewAlbum, first_slot: int, take_numbers: TakeNumbers) -> list[int]:
    """Ids within the album's range while there are slots, else from a range of their own."""
    slots = range(first_slot, first_slot + len(album.songs))
    inside = [album.id + slot for slot in slots if slot < SLOTS]
    beyond = len(album.songs) - len(inside)
    if not beyond:
        return inside
    outside: list[int] = []
    for start in take_numbers(-(-beyond // (SLOTS - 1)), beyond):
        outside += range(start + 1, start + min(SLOTS, beyond - len(outside) + 1))
    db.run("insert_songs_elsewhere", albums=[album.id] * beyond, songs=outside)
    return inside + outside


def _cover(db: Session, album: NewAlbum) -> int | None:
    if album.cover is None:
        return None
    return db.value(
        "upsert_cover",
        digest=album.cover.digest,
        volume=album.volume,
        path=os.fsencode(album.cover.path),
        embedded=album.cover.embedded,
        content_type=album.cover.content_type,
        width=album.cover.width,
        height=album.cover.height,
    )


def _write_index_tables(
    db: Session,
    album_rows: Sequence[dict[str, Any]],
    song_rows: Sequence[dict[str, Any]],
    names: Names,
    written: Written,
) -> None:
    by_id = {artist.id: artist for artist in names.artists.values()}
    credited = {credit["id"] for row in (*album_rows, *song_rows) for credit in row["credits"]}
    artists = [
        {
            "id": artist.id,
            "index_letter": artist.index_letter,
            "sort_name": artist.sort_name,
            "search_name": fold(artist.name),
            "terms": search_terms(artist.name),
        }
        for artist in (by_id[number] for number in sorted(credited))
    ]
    written.artists = len(db.rows("insert_artist_index", artists=Jsonb(artists)))
    written.albums = len(db.rows("insert_album_index", albums=Jsonb(album_rows)))
    db.run("insert_song_index", songs=Jsonb(song_rows))
    db.run(
        "insert_album_genres",
        genres=Jsonb(
            [
                {"genre_id": names.genres[fold(name)], "album_id": row["id"], "volume_id": row["volume_id"]}
                for row in album_rows
                for name in row["genres"]
                if fold(name)
            ]
        ),
    )
    db.run(
        "insert_song_genres",
        genres=Jsonb(
            [
                {
                    "genre_id": names.genres[fold(name)],
                    "song_id": row["id"],
                    "volume_id": row["volume_id"],
                    "year": row["year"],
                }
                for row in song_rows
                for name in row["genres"]
                if fold(name)
            ]
        ),
    )
    db.run(
        "insert_song_credits",
        credits=Jsonb(
            [
                {
                    "artist_id": credit["id"],
                    "role": credit["role"],
                    "song_id": row["id"],
                    "sub_role": credit["sub_role"],
                }
                for row in song_rows
                for credit in row["credits"]
            ]
        ),
    )
    _count_artists(db, album_rows, song_rows)


def _count_artists(db: Session, album_rows: Sequence[dict[str, Any]], song_rows: Sequence[dict[str, Any]]) -> None:
    """Credits on albums, and from what is new among them the numbers of albums and songs by artist and folder."""
    folder_of = {row["id"]: row["volume_id"] for row in album_rows}
    cover_of = {row["id"]: row["cover_id"] for row in album_rows}
    owners = {row["id"]: {credit["id"] for credit in row["credits"]} for row in album_rows}
    credits_ = [
        {"artist_id": artist, "album_id": album, "role": "albumartist"}
        for album, artists in owners.items()
        for artist in artists
    ]
    credits_ += [
        {"artist_id": credit["id"], "album_id": row["album_id"], "role": "appearance"}
        for row in song_rows
        for credit in row["credits"]
        if credit["id"] not in owners[row["album_id"]]
    ]
    albums: Counter[int] = Counter()
    folders: Counter[tuple[int, int]] = Counter()
    covers: dict[int, int] = {}
    for row in db.rows("insert_album_credits", credits=Jsonb(credits_)):
        own = row.role == "albumartist"
        albums[row.artist_id] += own
        folders[folder_of[row.album_id], row.artist_id] += own
        if own and cover_of[row.album_id] is not None:
            covers.setdefault(row.artist_id, cover_of[row.album_id])
    counts = [
        {"volume_id": volume, "artist_id": artist, "albums": number} for (volume, artist), number in folders.items()
    ]
    db.run("count_artist_folders", counts=Jsonb(counts))
    songs = Counter(
        artist for row in song_rows for artist in {c["id"] for c in row["credits"] if c["role"] == "artist"}
    )
    roles: dict[int, set[str]] = {}
    for row in (*album_rows, *song_rows):
        for credit in row["credits"]:
            roles.setdefault(credit["id"], set()).add(credit["role"])
    db.run_many(
        "count_artist",
        [
            {
                "id": artist,
                "albums": albums[artist],
                "songs": songs[artist],
                "cover": covers.get(artist),
                "roles": sorted(roles[artist]),
            }
            for artist in sorted(roles)
        ],
    )
