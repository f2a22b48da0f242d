"""Which album a release is: one that is there, which it joins, or a new one with a folder of its own."""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import NamedTuple

from melodee.catalogue.album_folders import claim_folders
from melodee.catalogue.album_keys import AlbumKeys, keys_of_release, owners_of, take_keys
from melodee.catalogue.artists import Artist, known_artists
from melodee.catalogue.release import ReleaseDescription
from melodee.catalogue.release_groups import release_groups
from melodee.catalogue.same_release import Alike, Issue, choose
from melodee.catalogue.writer import TakeNumbers
from melodee.database import Database, Session
from melodee.volumes import Volume


@dataclass(frozen=True)
class AlbumPlace:
    """An album's id, and its folder on a storage volume."""

    id: int
    volume: int
    folder: str
    release_group: int
    discs: int = 0
    """The last disc of which songs are published; 0 when the album is new."""


class KnownAlbum(NamedTuple):
    """An album of the catalogue that a release belongs to."""

    volume: int
    folder: str
    id: int
    discs: int
    """The last disc of which songs are published."""


@dataclass(frozen=True)
class Wanted:
    """A release that wants an album."""

    description: ReleaseDescription
    artist: Artist
    """The first of its album artists."""
    songs: int
    positions: frozenset[int] = frozenset()
    """Of `melodee.catalogue.release.position_of`, one for each track with a number."""
    lies: tuple[int, str] | None = None
    """Volume and folder of files that stay where they are: a new album is there too, and claims no folder."""

    @cached_property
    def keys(self) -> AlbumKeys:
        """What it is found by."""
        return keys_of_release(self.description, self.artist.id)

    @property
    def issue(self) -> Issue:
        """What tells it from others of its title."""
        return Issue(self.description.mbid, self.description.year, self.positions)


def known_album(
    db: Session, description: ReleaseDescription, positions: frozenset[int] = frozenset()
) -> KnownAlbum | None:
    """The album of the catalogue that a release belongs to, found without making anything; None for a new one."""
    return known_albums(db, [(description, positions)])[0]


def known_albums(db: Session, releases: Sequence[tuple[ReleaseDescription, frozenset[int]]]) -> list[KnownAlbum | None]:
    """`known_album` of some releases, each with its positions, at the cost of one."""
    artists = known_artists(db, {description.artists[0] for description, _ in releases})
    wanted = [
        artist and Wanted(description, artist, len(positions), positions)
        for description, positions in releases
        for artist in (artists[description.artists[0]],)
    ]
    known = _Known(db, filter(None, wanted))
    return [each and known.places.get(choose(each.issue, known.alike(each)) or 0) for each in wanted]


def albums_there(db: Session, ids: Iterable[int]) -> dict[int, KnownAlbum]:
    """Albums of the catalogue by the ids that they had once: those that are gone are left out."""
    wanted = sorted(set(ids))
    now = {row.old_id: row.id for row in db.rows("aliases", ids=wanted)} if wanted else {}
    there = _places(db, [now.get(album, album) for album in wanted]) if wanted else {}
    return {album: there[number] for album in wanted if (number := now.get(album, album)) in there}


def place_albums(
    database: Database, wanted: Sequence[Wanted], volume: Volume, take_numbers: TakeNumbers
) -> list[AlbumPlace]:
    """An id and a folder for each release, those of the album that it is.

    In short transactions of their own. What is claimed here and then not used after a crash is found again by its key.
    """
    ids = _albums(database, wanted, take_numbers)
    groups = release_groups(database, [(release.description, release.artist) for release in wanted])
    with database.autocommit() as db:
        there = _places(db, ids)
    for album, release in zip(ids, wanted, strict=True):
        if album not in there and release.lies is not None:
            there[album] = KnownAlbum(*release.lies, album, 0)
    homeless = {
        album: (release.description, release.artist)
        for album, release in reversed(list(zip(ids, wanted, strict=True)))
        if album not in there
    }
    folders = claim_folders(database, homeless, volume)
    there |= {album: KnownAlbum(volume.id, folder, album, 0) for album, folder in folders.items()}
    return [
        AlbumPlace(album, there[album].volume, there[album].folder, group, there[album].discs)
        for album, group in zip(ids, groups, strict=True)
    ]


def _albums(database: Database, wanted: Sequence[Wanted], take_numbers: TakeNumbers) -> list[int]:
    """The album of each release. New ones are decided on twice: to take numbers, and then alone, to give them out."""
    with database.autocommit() as db:
        settled = _Known(db, wanted).settle(wanted, _stand_ins(wanted))
    numbers: list[int] = []
    while settled.learnt:
        fresh = [album for album in settled.learnt if album < 0 or album in numbers]
        if len(fresh) > len(numbers):
            songs = sum(release.songs for release, album in zip(wanted, settled.albums, strict=True) if album in fresh)
            numbers += take_numbers(len(fresh) - len(numbers), songs)
        with database.begin() as db:
            db.value("commit_with_what_follows")
            db.value("lock_albums")
            # Somebody may have changed what is there, so that more are new than there are numbers: then once more.
            settled = _Known(db, wanted).settle(wanted, chain(numbers, _stand_ins(wanted)))
            if min(settled.albums) > 0:
                take_keys(db, settled.learnt)
                break
    return settled.albums


def _stand_ins(wanted: Sequence[Wanted]) -> Iterator[int]:
    """Ids of albums that have none yet."""
    return iter(range(-len(wanted), 0))


@dataclass
class _Settled:
    """Which album each release is."""

    albums: list[int] = field(default_factory=list[int])
    learnt: dict[int, AlbumKeys] = field(default_factory=dict[int, AlbumKeys])
    """Albums that get keys: new ones, and those that learn their MusicBrainz id."""


class _Known:
    """The albums that have a key of some releases."""

    def __init__(self, db: Session, wanted: Iterable[Wanted]) -> None:
        keys = {key for release in wanted for key in release.keys.every}
        self._owners = owners_of(db, keys)
        self.places: dict[int, KnownAlbum] = {}
        self._issues: dict[int, Issue] = {}
        self._vague: set[int] = set()
        for row in db.rows("albums_alike", ids=sorted(set(self._owners.values()))):
            self._issues[row.id] = Issue(row.mbid or "", row.year, frozenset(row.positions))
            if row.folder is not None:
                self.places[row.id] = KnownAlbum(row.volume_id, os.fsdecode(row.folder), row.id, row.discs)
            elif not row.removed:
                self._vague.add(row.id)

    def alike(self, wanted: Wanted) -> list[Alike]:
        """The albums that have one of the release's keys."""
        keys = wanted.keys
        found = {self._owners[key]: key for key in reversed(keys.every) if key in self._owners}
        return [
            Alike(album, self._issues[album], by_mbid=key == keys.mbid, vague=album in self._vague)
            for album, key in found.items()
        ]

    def settle(self, wanted: Sequence[Wanted], numbers: Iterator[int]) -> _Settled:
        """The album of each release, one after the other: a later one may be another part of an earlier one."""
        settled = _Settled()
        for release in wanted:
            keys, issue = release.keys, release.issue
            album = choose(issue, self.alike(release))
            if album is None:
                album = next(numbers)
                self._issues[album] = issue
                self._own(album, keys)
                settled.learnt[album] = keys
            else:
                if (keys.mbid and keys.mbid not in self._owners) or self._is_as_tagged(album, keys):
                    earlier = settled.learnt.get(album)
                    settled.learnt[album] = earlier._replace(mbid=keys.mbid or earlier.mbid) if earlier else keys
                    self._own(album, keys)
                self._issues[album] = self._issues[album].with_more(issue)
                self._vague.discard(album)
            settled.albums.append(album)
        return settled

    def _is_as_tagged(self, album: int, keys: AlbumKeys) -> bool:
        """Whether the album is known by the title as it was tagged alone."""
        return self._owners.get(keys.as_tagged) == album and keys.titles[0] not in self._owners

    def _own(self, album: int, keys: AlbumKeys) -> None:
        if keys.mbid:
            self._owners[keys.mbid] = album
        free = next((key for key in keys.titles if self._owners.get(key, album) == album), None)
        if free is not None:
            self._owners[free] = album


def _places(db: Session, ids: Sequence[int]) -> dict[int, KnownAlbum]:
    return {
        row.id: KnownAlbum(row.volume_id, os.fsdecode(row.folder), row.id, row.discs)
        for row in db.rows("albums_alike", ids=sorted(set(ids)))
        if row.folder is not None
    }
