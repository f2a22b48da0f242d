"""Which albums songs make that are told anew, and which ids these have."""

import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from melodee.catalogue.album_folders import claim_folders
from melodee.catalogue.album_keys import keys_of, keys_of_release
from melodee.catalogue.albums import Wanted, known_album, place_albums
from melodee.catalogue.artists import Artist, resolve_artists
from melodee.catalogue.changes import AlbumEdit
from melodee.catalogue.held import Held, Part, load_songs, parts_of, united
from melodee.catalogue.release import Credit, ReleaseDescription, positions_of
from melodee.catalogue.release_groups import release_groups
from melodee.catalogue.rows import Names, NewAlbum, credits_of
from melodee.catalogue.writer import TakeNumbers, resolve_genres
from melodee.database import Database, Row
from melodee.volumes import Volume, volumes


@dataclass
class Regrouped:
    """What is to be written."""

    names: Names
    edits: list[AlbumEdit] = field(default_factory=list[AlbumEdit])
    back: set[int] = field(default_factory=set[int])
    """Songs among these that were removed."""
    moved: list[Held] = field(default_factory=list[Held])
    """Songs that are of another album than before, or are back, each with the album that it is of."""
    merged: dict[int, int] = field(default_factory=dict[int, int])
    """Albums that most of their songs left together, and where these are now."""


def regroup(database: Database, songs: Sequence[Held], take_numbers: TakeNumbers) -> Regrouped:
    """Groups all songs of some albums by what they say now.

    Artists, genres, ids of new albums and their folders are claimed in short transactions; nothing else is written.
    """
    by_album: dict[int, list[Held]] = {}
    for song in songs:
        if song.track is not None:
            by_album.setdefault(song.album, []).append(song)
    return _Regrouping(database, by_album, take_numbers).done()


class _Regrouping:
    """The albums of one transaction."""

    def __init__(self, database: Database, by_album: Mapping[int, list[Held]], take_numbers: TakeNumbers) -> None:
        self._database, self._take_numbers = database, take_numbers
        self._parts = {album: parts_of(members, album) for album, members in by_album.items()}
        with database.autocommit() as db:
            self._volumes: dict[int, Volume] = {volume.id: volume for volume in volumes(db)}
        self._rows = self._live(by_album)
        firsts = [part.description.artists[0] for parts in self._parts.values() for part in parts]
        self._artists = resolve_artists(database, firsts)
        self._homes: dict[int, tuple[int, str]] = {}
        """Volume and folder of albums that are not there yet."""
        self._shares: dict[int, list[Part]] = {}
        """What each album is made of."""
        self._merged: dict[int, int] = {}

    def done(self) -> Regrouped:
        """All of it."""
        self._settle()
        whole = self._whole()
        regrouped = Regrouped(_names(self._database, whole.values()), merged=self._merged)
        wanted = [(part.description, self._artist(part, regrouped.names.artists)) for part in whole.values()]
        groups = release_groups(self._database, wanted)
        self._find_homes(dict(zip(whole, wanted, strict=True)), whole)
        for (album, part), group in zip(whole.items(), groups, strict=True):
            regrouped.edits.append(self._edit(album, part, group))
            regrouped.back |= {song.id for song in part.songs if song.back}
            regrouped.moved += [replace(song, album=album) for song in part.songs if song.back or song.album != album]
        return regrouped

    def _live(self, ids: Iterable[int]) -> dict[int, Row]:
        with self._database.autocommit() as db:
            return {row.id: row for row in db.rows("albums_to_retell", ids=sorted(ids))}

    def _settle(self) -> None:
        """The album of each part. Where most of an album's songs stay together, they keep it."""
        changed = {album for album, parts in self._parts.items() if self._is_another(album, parts[0])}
        # An album that is called something else from now on is no longer what it is still found by.
        leaving = changed & self._rows.keys()
        homeless: list[tuple[int, Part]] = []
        with self._database.autocommit() as db:
            for album, (main, *strays) in self._parts.items():
                target = album
                if album in changed:
                    known = known_album(db, main.description, _positions(main))
                    if known is not None and known.id not in leaving:
                        target = known.id
                self._share(target, main)
                if target != album:
                    self._merged[album] = target
                for part in strays:
                    known = known_album(db, part.description, _positions(part))
                    if known is None or known.id in leaving:
                        homeless.append((known.id if known else 0, part))
                    else:
                        self._share(known.id, part)
        self._make_albums(homeless)

    def _is_another(self, album: int, part: Part) -> bool:
        """Whether the album would not be found by what it is called now."""
        row = self._rows.get(album)
        if row is None:
            return True
        now = keys_of_release(part.description, self._artists[part.description.artists[0]].id)
        before = keys_of(row.artist_id, row.name, row.edition or "", row.mbid or "")
        return (now.titles[0], now.mbid) != (before.titles[0], before.mbid)

    def _make_albums(self, homeless: Sequence[tuple[int, Part]]) -> None:
        """Albums for songs that leave theirs: those that were removed come back, others are new."""
        by_volume: dict[int, list[Part]] = {}
        for occupied, part in homeless:
            if occupied:
                # Its title is given up by another album in the transaction that makes it.
                self._share(self._take_numbers(1, len(part.songs))[0], part)
            else:
                by_volume.setdefault(_volume_of(part), []).append(part)
        for volume, parts in by_volume.items():
            wanted = [
                Wanted(part.description, self._artist(part, self._artists), len(part.songs), _positions(part))
                for part in parts
            ]
            placed = place_albums(self._database, wanted, self._volumes[volume], self._take_numbers)
            for place, part in zip(placed, parts, strict=True):
                self._homes[place.id] = (place.volume, place.folder)
                self._share(place.id, part)

    def _whole(self) -> dict[int, Part]:
        """Each album with all its songs, those too that are not among the regrouped ones."""
        elsewhere = self._shares.keys() - self._parts.keys()
        self._rows |= self._live(elsewhere - self._rows.keys())
        gone = {song.id for parts in self._parts.values() for part in parts for song in part.songs}
        residents: dict[int, list[Held]] = {}
        for song in load_songs(self._database, elsewhere & self._rows.keys()):
            if song.track is not None and song.id not in gone:
                residents.setdefault(song.album, []).append(song)
        whole: dict[int, Part] = {}
        for album, parts in self._shares.items():
            songs = [song for part in parts for song in part.songs] + residents.get(album, [])
            whole[album] = parts[0] if len(songs) == len(parts[0].songs) else united(songs)
        return whole

    def _find_homes(self, wanted: Mapping[int, tuple[ReleaseDescription, Artist]], whole: Mapping[int, Part]) -> None:
        by_volume: dict[int, dict[int, tuple[ReleaseDescription, Artist]]] = {}
        for album, pair in wanted.items():
            if album not in self._rows and album not in self._homes:
                by_volume.setdefault(_volume_of(whole[album]), {})[album] = pair
        for volume, homeless in by_volume.items():
            folders = claim_folders(self._database, homeless, self._volumes[volume])
            self._homes |= {album: (volume, folder) for album, folder in folders.items()}

    def _edit(self, album: int, part: Part, group: int) -> AlbumEdit:
        row = self._rows.get(album)
        volume, folder = self._homes[album] if row is None else (row.volume_id, os.fsdecode(row.folder))
        before = self._rows.get(part.songs[0].album)
        songs = [song.as_song() for song in part.songs]
        new = NewAlbum(album, volume, folder, part.description, group, songs)
        ids = [song.id for song in part.songs]
        return AlbumEdit(new, ids, cover_id=None if row or before is None else before.cover_id)

    def _share(self, album: int, part: Part) -> None:
        self._shares.setdefault(album, []).append(part)

    @staticmethod
    def _artist(part: Part, artists: Mapping[Credit, Artist]) -> Artist:
        return artists[part.description.artists[0]]


def _names(database: Database, parts: Iterable[Part]) -> Names:
    """Everyone and every genre that the parts name."""
    parts = list(parts)
    tracks = [[song.track for song in part.songs if song.track is not None] for part in parts]
    named = [credit for part, own in zip(parts, tracks, strict=True) for credit in credits_of(part.description, own)]
    genres = [genre for part in parts for genre in part.description.genres]
    genres += [genre for own in tracks for track in own for genre in track.genres]
    return Names(resolve_artists(database, named), resolve_genres(database, genres))


def _positions(part: Part) -> frozenset[int]:
    tracks = [song.track for song in part.songs if song.track is not None]
    return positions_of((track.disc_number, track.track_number) for track in tracks)


def _volume_of(part: Part) -> int:
    """Where most of its files lie."""
    return Counter(song.volume for song in part.songs).most_common(1)[0][0]
