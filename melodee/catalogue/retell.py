"""Telling songs anew: other tags make other titles, artists and genres, and perhaps other albums.

The songs of the albums concerned are grouped again by what they say of themselves now. An album keeps its id where most
of its songs stay together; those that leave go to the album that they belong to, or make one. Songs keep their ids
always, files stay where they lie, and covers stay with the album. Only rows that differ are written.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from melodee.audio.track import Track
from melodee.catalogue.changes import Changed, describe_albums
from melodee.catalogue.held import Held, Retold, load_songs
from melodee.catalogue.regroup import Regrouped, regroup
from melodee.catalogue.writer import TakeNumbers
from melodee.database import Database, Session
from melodee.ledger import path_hash
from melodee.settings import CatalogueSettings

ALBUMS = 200
"""Albums that one transaction tells anew, about."""

Pass = Callable[[Held], Track | None]
"""What a song says from now on; None: what it says already."""


def retell_songs(
    database: Database,
    told: Mapping[int, Retold],
    *,
    others: Pass | None = None,
    report: Callable[[str], object] | None = None,
    settings: CatalogueSettings | None = None,
) -> Changed:
    """Tells songs anew, in transactions of some hundred albums; songs that are gone meanwhile are passed over.

    `others` is asked about each further song of their albums, so that what changes whole albums does not take them
    apart where its caller cuts its work.
    """
    return _tell(database, _albums_of(database, told), told, (), others, report, settings)


def restore_songs(
    database: Database,
    gone: Sequence[Held],
    *,
    report: Callable[[str], object] | None = None,
    settings: CatalogueSettings | None = None,
) -> Changed:
    """Brings songs back that were removed, under their ids and to the albums that they were of.

    An album that went comes back under its id as well. What listeners did with them shows again.
    """
    back = [replace(song, back=True) for song in gone if song.track is not None]
    return _tell(database, sorted({song.album for song in back}), {}, back, None, report, settings)


def _albums_of(database: Database, ids: Iterable[int]) -> list[int]:
    wanted = sorted(ids)
    albums: set[int] = set()
    with database.autocommit() as db:
        for start in range(0, len(wanted), 5000):
            albums |= {row.album_id for row in db.rows("albums_of_songs", ids=wanted[start : start + 5000])}
    return sorted(albums)


def _tell(  # noqa: PLR0917 - two calls, above
    database: Database,
    albums: Sequence[int],
    told: Mapping[int, Retold],
    back: Sequence[Held],
    others: Pass | None,
    report: Callable[[str], object] | None,
    settings: CatalogueSettings | None,
) -> Changed:
    settings = settings or CatalogueSettings.from_environment()
    take_numbers = TakeNumbers(database, settings.leaf_rows)
    changed = Changed()
    for start in range(0, len(albums), ALBUMS):
        part = albums[start : start + ALBUMS]
        songs = [_told(song, told.get(song.id), others) for song in load_songs(database, part)]
        there = {song.id for song in songs}
        songs += [song for song in back if song.album in set(part) and song.id not in there]
        _add(changed, _write(database, regroup(database, songs, take_numbers)))
        if report is not None:
            report(f"{min(start + ALBUMS, len(albums))} of {len(albums)} albums told anew")
    return changed


def _told(song: Held, anew: Retold | None, others: Pass | None) -> Held:
    if anew is not None:
        return song.told(anew)
    track = others(song) if others is not None and song.track is not None else None
    return song if track is None else replace(song, track=track)


def _write(database: Database, regrouped: Regrouped) -> Changed:
    if not regrouped.edits:
        return Changed()
    with database.begin() as db:
        changed = describe_albums(db, regrouped.edits, regrouped.names, back=regrouped.back)
        _follow(db, regrouped, changed)
    return changed


def _follow(db: Session, regrouped: Regrouped, changed: Changed) -> None:
    """The ledger's rows follow songs to other albums, and ids of albums that went into others lead there."""
    here = set(changed.songs)
    moved = [song for song in regrouped.moved if song.id in here]
    if moved:
        db.run(
            "note_albums_of_files",
            hashes=[path_hash(song.volume, song.path) for song in moved],
            albums=[song.album for song in moved],
        )
    into = {album: target for album, target in regrouped.merged.items() if album in set(changed.albums_gone)}
    if into:
        pairs = {"old": sorted(into), "new": [into[album] for album in sorted(into)]}
        db.run("hand_over_files", **pairs)
        db.run("note_merged", **pairs)
    if changed.albums_written:
        db.run("forget_merged", ids=sorted(changed.albums_written))


def _add(total: Changed, changed: Changed) -> None:
    total.songs += changed.songs
    total.songs_written |= changed.songs_written
    total.albums_written |= changed.albums_written
    total.albums_gone += changed.albums_gone
    total.artists_come += changed.artists_come
    total.artists_gone += changed.artists_gone
