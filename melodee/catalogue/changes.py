"""Changing what is in the catalogue: songs and albums removed, or told anew under the ids that they have.

Every function works in the caller's transaction, under the catalogue's lock, and leaves all lists, search and numbers
right when it returns. What is derived from the albums concerned is taken back, their rows are changed, and it is
derived again: so no number depends on what kind of change it was. Rows that are as they are told are not touched, and
nothing is derived anew from albums in which only other things change. The ledger of files and the files themselves are
the caller's.

Ids are for life. An album goes with its last song and keeps its keys, so that it is the same album, with the stars that
listeners gave it, should it come back; its songs then have ids that none had before. An artist shows as long as
something credits them; their name and directory code stay. Stars, ratings, plays and playlists are never touched.
"""

import os
from collections.abc import Collection, Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from psycopg.types.json import Jsonb

from melodee.catalogue.album_folders import folder_key
from melodee.catalogue.album_keys import AlbumKeys, give_up_keys, keys_of, keys_of_release, take_keys
from melodee.catalogue.differing import Differing, tags_that_differ
from melodee.catalogue.rows import Names, NewAlbum, album_row, song_row, tags_row
from melodee.catalogue.writer import show_artists, write_covers, write_lyrics
from melodee.database import Row, Session
from melodee.ids import by_leaf


@dataclass
class AlbumEdit:
    """An album as it is to be."""

    album: NewAlbum
    """Its songs are those that are told anew. Others that it has keep what they say of themselves, and take over the
    album's name, artists and cover. Without a picture it keeps the cover that it has. An id that no album has makes
    one, for songs that leave another; its release group, its folder and its volume are what the caller found for it."""
    song_ids: list[int]
    """The ids of `album.songs`, in their order. They may be songs of other albums, which lose them."""
    drop_cover: bool = False
    """The album has no cover any more."""
    cover_id: int | None = None
    """The cover of an album that has none so far, where no picture is given."""


@dataclass
class Changed:
    """What a change came to."""

    songs: list[int] = field(default_factory=list[int])
    """Songs that were removed or told anew. Those that somebody else removed meanwhile are missing."""
    songs_written: set[int] = field(default_factory=set[int])
    """Songs of which a row was written, because something is not as it was."""
    albums_written: set[int] = field(default_factory=set[int])
    """Albums of which this is so."""
    albums_gone: list[int] = field(default_factory=list[int])
    """Albums that lost their last song."""
    artists_come: int = 0
    """Artists who show from now on."""
    artists_gone: int = 0
    """Artists whom nothing credits any more."""


def remove_songs(db: Session, ids: Collection[int]) -> Changed:
    """Removes songs; an album goes with its last one."""
    db.value("lock_catalogue")
    songs = db.rows("songs_to_change", ids=sorted(set(ids)))
    changed = Changed(songs=[song.id for song in songs])
    concerned = {song.album_id for song in songs}
    with _albums_changing(db, concerned, concerned, changed):
        albums = [song.album_id for song in songs]
        for part in by_leaf(changed.songs):
            db.run("remove_songs", **part)
        db.run("leave_albums", albums=albums, songs=changed.songs)
        places = {"volumes": [song.volume_id for song in songs], "paths": [bytes(song.path) for song in songs]}
        db.run("rehome_covers", albums=albums, **places)
    return changed


def remove_albums(db: Session, ids: Collection[int]) -> Changed:
    """Removes albums with all their songs."""
    db.value("lock_catalogue")
    return remove_songs(db, [song.id for song in db.rows("songs_of_albums", ids=sorted(set(ids)))])


def describe_albums(db: Session, edits: Sequence[AlbumEdit], names: Names, *, back: Collection[int] = ()) -> Changed:
    """Tells albums and songs anew: titles, artists, genres, years, lengths, files, and which song is on which album.

    Ids stay, and so do entry numbers, popularity, and the moment at which something came. An album appears in `edits`
    once, and so does a song. `names` are those of everyone and every genre that the edits name (`resolve_artists`,
    `resolve_genres`). Songs of `back` were removed and come again under the ids that they had: what listeners did with
    them shows again, and so does their album, when it was gone, under its own id.
    """
    db.value("lock_catalogue")
    wanted = [number for edit in edits for number in edit.song_ids]
    songs = {song.id: song for song in db.rows("songs_to_change", ids=sorted(set(wanted)))}
    before = {album.id: album for album in db.rows("albums_to_change", ids=[edit.album.id for edit in edits])}
    told = songs.keys() | set(back)
    # What is neither there nor gets a song would be an album without songs.
    edits = [edit for edit in edits if edit.album.id in before or any(song in told for song in edit.song_ids)]
    changed = Changed(songs=[number for number in wanted if number in told])
    pairs = list(zip(edits, _covers(db, edits, before), strict=True))
    album_rows = [album_row(edit.album, names, cover) for edit, cover in pairs]
    each_song = [
        (edit, cover, song, number)
        for edit, cover in pairs
        for song, number in zip(edit.album.songs, edit.song_ids, strict=True)
        if number in told
    ]
    song_rows = [song_row(edit.album, song, number, names, cover) for edit, cover, song, number in each_song]
    tags_rows = [tags_row(song, number) | {"moved": bool(song.origin)} for _, _, song, number in each_song]
    differing = Differing.find(db, album_rows, song_rows)
    if differing.albums or differing.songs:
        with _albums_changing(db, differing.albums, differing.counted(song_rows, songs), changed):
            _move(db, songs, differing.of_songs(song_rows))
            _write(db, differing, album_rows, song_rows, changed)
            changed.artists_come = show_artists(
                db, differing.of_albums(album_rows), differing.of_songs(song_rows), names
            )
        told_anew = [edit for edit in edits if edit.album.id in differing.albums]
        _pass_keys(db, told_anew, before, names, gone=set(changed.albums_gone))
    if tags := tags_that_differ(db, tags_rows):
        moved = [row["id"] for row in tags if row["moved"]]
        db.run("retell_song_tags", tags=Jsonb(tags), moved=moved)
        changed.songs_written |= {row["id"] for row in tags}
    return changed


@contextmanager
def _albums_changing(db: Session, albums: Iterable[int], counted: Iterable[int], changed: Changed) -> Generator[None]:
    """Takes back what is derived from albums, and derives it again from the rows as the block leaves them.

    `counted` are those whose songs, numbers or credits change; of the other albums only what artists take from them.
    """
    ids = sorted(counted)
    concerned = sorted({*ids, *albums})
    before = db.rows("albums_to_change", ids=concerned)
    artists = _credited(db, concerned)
    db.value("unindex_albums", ids=[row.id for row in before if row.id in set(ids)])
    yield
    there = {song.album_id for song in db.rows("songs_of_albums", ids=ids)}
    left = [album for album in ids if album in there]
    changed.albums_gone = [album for album in ids if album not in there]
    for part in by_leaf(changed.albums_gone):
        db.run("remove_albums", **part)
    for part in by_leaf(left):
        db.run("recount_albums", **part)
    db.value("index_albums", ids=left)
    artists |= _credited(db, left)
    after = db.rows("albums_to_change", ids=concerned)
    covers = {row.cover_id for row in before} - {row.cover_id for row in after} - {None}
    changed.artists_gone = len(db.rows("remove_artist_index", ids=sorted(artists)))
    db.run("settle_artists", ids=sorted(artists), covers=sorted(covers))
    db.run("stamp_catalogue", artists=changed.artists_come - changed.artists_gone)


def _credited(db: Session, albums: Sequence[int]) -> set[int]:
    return {row.id for row in db.rows("credited_on_albums", ids=albums)}


def _covers(db: Session, edits: Sequence[AlbumEdit], before: dict[int, Row]) -> list[int | None]:
    covers: list[int | None] = []
    for edit, given in zip(edits, write_covers(db, [edit.album for edit in edits]), strict=True):
        old = before.get(edit.album.id)
        kept = edit.cover_id if old is None or old.cover_id is None else old.cover_id
        covers.append(None if edit.drop_cover else kept if given is None else given)
    return covers


def _move(db: Session, songs: dict[int, Row], song_rows: Sequence[dict[str, Any]]) -> None:
    """What follows songs to another album, and pictures to another path."""
    there = [row for row in song_rows if row["id"] in songs]
    left = [row["id"] for row in there if row["album_id"] != songs[row["id"]].album_id]
    if left:
        db.run("leave_albums", albums=[songs[number].album_id for number in left], songs=left)
    joined = [row for row in song_rows if row["id"] not in songs or row["id"] in set(left)]
    if joined:
        db.run("join_albums", albums=[row["album_id"] for row in joined], songs=[row["id"] for row in joined])
    places = [(songs[row["id"]], row["volume_id"], bytes.fromhex(row["path"])) for row in there]
    renamed = [place for place in places if (place[0].volume_id, bytes(place[0].path)) != place[1:]]
    if renamed:
        db.run(
            "move_covers",
            volumes=[song.volume_id for song, _, _ in renamed],
            paths=[bytes(song.path) for song, _, _ in renamed],
            new_volumes=[volume for _, volume, _ in renamed],
            new_paths=[path for _, _, path in renamed],
        )


def _write(
    db: Session,
    differing: Differing,
    albums: Sequence[dict[str, Any]],
    songs: Sequence[dict[str, Any]],
    changed: Changed,
) -> None:
    album_rows, song_rows = differing.of_albums(albums), differing.of_songs(songs)
    changed.albums_written = {row["id"] for row in album_rows}
    changed.songs_written = {row["id"] for row in song_rows}
    if album_rows:
        db.run("describe_albums", ids=sorted(changed.albums_written), albums=Jsonb(album_rows))
        db.run("describe_album_index", albums=Jsonb(album_rows))
    if song_rows:
        db.run("describe_songs", ids=sorted(changed.songs_written), songs=Jsonb(song_rows))
        write_lyrics(db, song_rows)
    restyling = sorted(differing.restyling)
    told = {row["id"] for row in songs}
    others = {song.id for song in db.rows("songs_of_albums", ids=restyling)} - told if restyling else set[int]()
    for part in by_leaf(others):
        changed.songs_written |= {row.id for row in db.rows("restyle_songs", albums=Jsonb(album_rows), **part)}


def _pass_keys(
    db: Session, edits: Sequence[AlbumEdit], before: dict[int, Row], names: Names, gone: Collection[int]
) -> None:
    """Albums are found by what they are now: a later drop with the old tags is no more of them.

    Those that went keep their keys. Placing albums takes keys as well, without the catalogue's lock: the lock of albums
    keeps the two apart, and keys of folders are taken in order, before any is given up.
    """
    db.value("lock_albums")
    new: dict[int, AlbumKeys] = {}
    old: dict[int, list[str]] = {}
    folders: dict[int, str] = {}
    for edit in edits:
        album, row = edit.album, before.get(edit.album.id)
        if album.id in gone:
            continue
        new[album.id] = keys_of_release(album.description, names.artists[album.description.artists[0]].id)
        folders[album.id] = folder_key(album.volume, album.folder)
        if row is not None:
            old[album.id] = keys_of(row.artist_id, row.name, row.edition or "", row.mbid or "").every
            old[album.id].append(folder_key(row.volume_id, os.fsdecode(row.folder)))
    take_keys(db, new, from_gone=True)
    taken = sorted((key, album) for album, key in folders.items())
    db.run("take_over_album_keys", keys=[key for key, _ in taken], ids=[album for _, album in taken])
    give_up_keys(db, old, {album: {*keys.every, folders[album]} for album, keys in new.items()})
