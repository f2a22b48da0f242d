"""A release on its way to a storage volume, and the songs that its files become."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from uuid import UUID

import msgspec

from melodee.audio.track import Track
from melodee.catalogue.albums import AlbumPlace
from melodee.catalogue.release import ReleaseDescription
from melodee.catalogue.rows import NewAlbum, NewSong
from melodee.catalogue.vanished import Identity
from melodee.database import Row
from melodee.errors import MelodeeError
from melodee.intake.artwork import NO_ART, Artwork
from melodee.intake.beside import NOTHING, Beside
from melodee.intake.look import join
from melodee.intake.naming import target_names
from melodee.ledger import Failure, Place
from melodee.moves import Moved
from melodee.sidecars.parts import sizes_of_parts
from melodee.volume_path import VolumePath
from melodee.volumes import Volume


@dataclass
class Released:
    """A release on its way, with where it goes."""

    row: Row
    description: ReleaseDescription
    files: list[Row]
    stays: bool
    """It was found on a storage volume: its files are not moved."""
    songs: dict[UUID, list[Track]]
    """The songs of each file, by the file's key where it is now; several where a cue sheet cuts it."""
    place: AlbumPlace | None = None
    home: tuple[int, str] = (0, "")
    """Volume and folder to which its files go."""
    targets: dict[UUID, Place] = field(default_factory=dict[UUID, Place])
    """Where each file will be."""
    art: Artwork = NO_ART
    beside: Beside[UUID] = NOTHING
    troubles: list[tuple[UUID, MelodeeError]] = field(default_factory=list[tuple[UUID, MelodeeError]])
    moved: list[Moved] = field(default_factory=list[Moved])

    @classmethod
    def of(cls, row: Row, files: list[Row], *, stays: bool) -> "Released":
        """Of a row of `releases_of_batch` and its rows of `files_of_release`."""
        songs = {
            file.path_hash: msgspec.convert(file.parts or [file.track], list[Track])
            for file in files
            if file.track is not None
        }
        return cls(row, msgspec.convert(row.description, ReleaseDescription, str_keys=True), files, stays, songs)

    @property
    def tracks(self) -> list[Track]:
        """Of all its songs."""
        return [track for tracks in self.songs.values() for track in tracks]

    def aim(self, volumes: Mapping[int, Volume]) -> None:
        """Finds out where its files will be: in its home, or where they are."""
        if self.stays:
            self.targets = {file.path_hash: Place(file.volume_id, os.fsdecode(file.path)) for file in self.files}
            return
        volume, folder = self.home
        names = target_names(self.files, self.description, volumes[volume])
        self.targets = {
            file.path_hash: Place(volume, join(folder, name)) for file, name in zip(self.files, names, strict=True)
        }

    def warn(self, file: Row, error: MelodeeError) -> None:
        """Notes what is wrong with a picture or a sidecar: the music goes its way without it."""
        self.troubles.append((file.path_hash, error))

    def warnings(self, stage: str) -> list[Failure]:
        """What was noted, about the files where they are now."""
        there = {each.wish.target for each in self.moved}
        return [
            Failure(place, stage, error.code, error.sentence, severity="warning")
            for key, error in self.troubles
            if (place := self.targets[key]) in there
        ]

    def origin(self, file: Row) -> str:
        """Where the file was dropped, below its volume."""
        return join(os.fsdecode(self.row.root), os.fsdecode(file.name))

    def is_song(self, moved: Moved) -> bool:
        """Whether the file is music."""
        return moved.wish.source.hash in self.songs

    def new_songs(self) -> Iterator[NewSong]:
        """The songs of the files that were moved, in order."""
        by_source = {each.wish.source.hash: each for each in self.moved}
        for file in self.files:
            moved = by_source.get(file.path_hash)
            tracks = self.songs.get(file.path_hash)
            if moved is None or tracks is None:
                continue
            for track, size in zip(tracks, sizes_of_parts(tracks, moved.observed.size), strict=True):
                target = moved.wish.target
                yield NewSong(track, target.path, size, moved.observed.mtime_ns, self.origin(file), target.volume)

    def identities(self, volumes: Mapping[int, Volume]) -> Iterator[Identity]:
        """What its songs are recognised by, in case that they were in the catalogue before."""
        files = {file.path_hash: file for file in self.files if file.track is not None}
        for each in self.moved:
            if (file := files.get(each.wish.source.hash)) is not None:
                target = each.wish.target
                place = VolumePath(volumes[target.volume].root, target.path)
                yield Identity(target, file.sample_hash, each.content_hash or file.content_hash, place)


def add_to_album(albums: dict[int, NewAlbum], release: Released) -> None:
    """Adds the release's moved songs to its album; two releases of a group may be parts of one."""
    songs = list(release.new_songs())
    if not songs or release.place is None:
        return
    place = release.place
    if (album := albums.get(place.id)) is None:
        album = NewAlbum(place.id, place.volume, place.folder, release.description, place.release_group, [])
        albums[place.id] = album
    else:
        album.description = album.description.completed(release.description)
    album.songs += songs
    there = {each.wish.target for each in release.moved}
    cover = release.art.cover
    if album.cover is None and cover is not None and Place(cover.volume, cover.path) in there:
        album.cover = cover
