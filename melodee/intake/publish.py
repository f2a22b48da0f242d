"""Promotion: approved releases become files on a storage volume and rows in the catalogue.

Releases go in groups of some hundred files: one commit for the journal's steps and one for the catalogue serve them
all, and a group is what is done again after a crash.
"""

import os
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field

import msgspec

from melodee.audio.pictures import best_folder_image, embedded_picture
from melodee.audio.track import Track
from melodee.catalogue.albums import AlbumPlace, Wanted, place_albums
from melodee.catalogue.artists import resolve_artists
from melodee.catalogue.release import ReleaseDescription, positions_of
from melodee.catalogue.rows import Names, NewAlbum, NewSong, Picture, credits_of
from melodee.catalogue.writer import TakeNumbers, resolve_genres, write_albums
from melodee.cover_art import probe
from melodee.database import Database, Row, Session
from melodee.errors import MelodeeError
from melodee.intake.claim import claimed
from melodee.intake.look import join
from melodee.intake.outcome import Outcome
from melodee.intake.plan import note_taken
from melodee.intake.stage import Followed, follow, refuse, set_aside, target_name
from melodee.journal import Moved, Mover, Refused, Wish
from melodee.ledger import Failure, Place, clear_failures, record_failures
from melodee.settings import CatalogueSettings
from melodee.volume_presence import roomiest
from melodee.volumes import Volume, volume_by_id, volumes

STAGE = "publish"

GROUP_FILES = 500
"""Files that are promoted by one commit, about."""


@dataclass
class _Release:
    """A release on its way, with where it goes."""

    row: Row
    description: ReleaseDescription
    files: list[Row]
    place: AlbumPlace | None = None
    cover: Picture | None = None
    moved: list[Moved] = field(default_factory=list[Moved])

    @property
    def tracks(self) -> list[Track]:
        return [msgspec.convert(file.track, Track) for file in self.files if file.track is not None]


def publish_batch(
    database: Database,
    batch: str,
    *,
    report: Callable[[str], object],
    settings: CatalogueSettings | None = None,
) -> Outcome:
    """Promotes the batch's approved releases and finishes the batch.

    Raises `BatchIsBusy`, `NoVolume`, `VolumeUnavailable`.
    """
    settings = settings or CatalogueSettings.from_environment()
    outcome = Outcome()
    with claimed(database, batch):
        with database.autocommit() as db:
            every = volumes(db)
            releases = db.rows("releases_of_batch", batch=batch, states=["approved", "published"])
        mover = Mover(database, every, "publish")
        mover.finish([release.id for release in releases])
        storage = roomiest(every, "storage")
        promoter = _Promoter(database, mover, batch, {volume.id: volume for volume in every}, storage, outcome)
        take_numbers = TakeNumbers(database, settings.leaf_rows)
        for group in _groups(database, [release for release in releases if release.state == "approved"]):
            promoter.promote(group, take_numbers)
            report(f"{outcome.releases} releases published, {outcome.songs} songs")
        with database.begin() as db:
            db.value("prepare_leaf")
        _finish(database, batch)
    return outcome


def _groups(database: Database, releases: Sequence[Row]) -> Generator[list[_Release], None, None]:
    group: list[_Release] = []
    for row in releases:
        with database.autocommit() as db:
            files = db.rows("files_of_release", release=row.id)
        group.append(_Release(row, msgspec.convert(row.description, ReleaseDescription, str_keys=True), files))
        if sum(len(release.files) for release in group) >= GROUP_FILES:
            yield group
            group = []
    if group:
        yield group


class _Promoter:
    """What all groups of a batch share."""

    def __init__(  # noqa: PLR0917 - made once, above
        self,
        database: Database,
        mover: Mover,
        batch: str,
        volumes: dict[int, Volume],
        storage: Volume,
        outcome: Outcome,
    ) -> None:
        self._database, self._mover, self._batch = database, mover, batch
        self._volumes, self._storage, self._outcome = volumes, storage, outcome

    def promote(self, group: list[_Release], take_numbers: TakeNumbers) -> None:
        """Moves the group's files to their final names and commits them with their rows."""
        named = [credit for release in group for credit in credits_of(release.description, release.tracks)]
        artists = resolve_artists(self._database, named)
        genres = resolve_genres(
            self._database,
            (genre for release in group for genres in _genres(release) for genre in genres),
        )
        wanted = [
            Wanted(
                release.description,
                artists[release.description.artists[0]],
                len(release.tracks),
                positions_of((track.disc_number, track.track_number) for track in release.tracks),
            )
            for release in group
        ]
        places = place_albums(self._database, wanted, self._storage, take_numbers)
        wishes: list[Wish] = []
        for release, place in zip(group, places, strict=True):
            release.place = place
            # A late track is named as those that are there: by its disc where there are several.
            discs = max(release.description.discs, place.discs)
            release.description = msgspec.structs.replace(release.description, discs=discs)
            release.cover = self._cover(release)
            for file in release.files:
                name = target_name(file, release.description, self._volumes[place.volume])
                source = Place(file.volume_id, os.fsdecode(file.path))
                wishes.append(Wish(release.row.id, source, Place(place.volume, f"{place.folder}/{name}")))

        def commit(db: Session, moved: Sequence[Moved], refused: Sequence[Refused]) -> None:
            self._commit(db, group, moved, Names(artists, genres), take_numbers)
            refuse(db, self._batch, STAGE, refused, self._outcome)
            for release in group:
                if not any(_is_song(release, each) for each in release.moved):
                    files = [f for f in db.rows("files_of_release", release=release.row.id) if f.state == "pending"]
                    set_aside(db, self._batch, release.row.id, files, self._outcome, stage=STAGE)

        self._mover.move(wishes, commit)

    def _commit(
        self, db: Session, group: list[_Release], moved: Sequence[Moved], names: Names, take_numbers: TakeNumbers
    ) -> None:
        """What was moved, in the one transaction: the catalogue's rows, the files' states, the releases'."""
        by_release = {release.row.id: release for release in group}
        for release in group:
            release.moved = []
        for each in moved:
            by_release[each.wish.release].moved.append(each)
        albums: dict[int, NewAlbum] = {}
        for release in group:
            _add_to_album(albums, release)
        written = write_albums(db, list(albums.values()), names, take_numbers)
        for release in group:
            assert release.place is not None  # noqa: S101 - set before the move
            place = release.place
            follow(
                db,
                [Followed(each, "published", written.songs.get(each.wish.target), place.id) for each in release.moved],
            )
            self._outcome.bytes += sum(each.observed.size for each in release.moved)
            clear_failures(db, [each.wish.target.hash for each in release.moved], STAGE)
            songs = sum(1 for each in release.moved if _is_song(release, each))
            if songs:
                db.run(
                    "set_release_state",
                    release=release.row.id,
                    state="published",
                    decided_by=None,
                    reason=None,
                    album=place.id,
                )
            self._outcome.releases += songs > 0
            self._outcome.files += len(release.moved)
            self._outcome.published += len(release.moved)
            self._outcome.songs += songs

    def _cover(self, release: _Release) -> Picture | None:
        """The release's cover: the best picture beside the music, else one inside a song. Its path is set later."""
        beside = {os.fsdecode(file.name): file for file in release.files if file.kind == "image"}
        best = best_folder_image([name.rpartition("/")[2] for name in beside])
        for name, file in beside.items():
            if name.rpartition("/")[2] == best and (found := self._probed(release, file, embedded=False)) is not None:
                return found
        for file in release.files:
            if file.track is not None and file.track.get("has_picture"):
                return self._probed(release, file, embedded=True)
        return None

    def _probed(self, release: _Release, file: Row, *, embedded: bool) -> Picture | None:
        place = Place(file.volume_id, os.fsdecode(file.path))
        full = f"{self._volumes[place.volume].root}/{place.path}"
        try:
            source = embedded_picture(full) if embedded else full
            if source is None:
                return None
            picture = probe(source)
        except MelodeeError as error:
            failure = Failure.of(error, place, STAGE)
            with self._database.begin() as db:
                record_failures(
                    db, [Failure(place, STAGE, failure.code, failure.message, severity="warning")], self._batch
                )
            return None
        assert release.place is not None  # noqa: S101 - set by the caller
        name = target_name(file, release.description, self._volumes[release.place.volume])
        path = f"{release.place.folder}/{name}"
        return Picture(picture.sha256, path, embedded, picture.mime, picture.width, picture.height)


def _genres(release: _Release) -> list[list[str]]:
    return [release.description.genres, *(track.genres for track in release.tracks)]


def _is_song(release: _Release, moved: Moved) -> bool:
    return any(file.track is not None and file.path_hash == moved.wish.source.hash for file in release.files)


def _add_to_album(albums: dict[int, NewAlbum], release: _Release) -> None:
    """Adds the release's moved songs to its album; two releases of a group may be parts of one."""
    by_source = {each.wish.source.hash: each for each in release.moved}
    songs = [
        NewSong(
            msgspec.convert(file.track, Track),
            by_source[file.path_hash].wish.target.path,
            by_source[file.path_hash].observed.size,
            by_source[file.path_hash].observed.mtime_ns,
            join(os.fsdecode(release.row.root), os.fsdecode(file.name)),
        )
        for file in release.files
        if file.track is not None and file.path_hash in by_source
    ]
    if not songs or release.place is None:
        return
    place = release.place
    if (album := albums.get(place.id)) is None:
        album = NewAlbum(place.id, place.volume, place.folder, release.description, place.release_group, [])
        albums[place.id] = album
    else:
        album.description = album.description.completed(release.description)
    album.songs += songs
    there = {each.wish.target.path for each in release.moved}
    if album.cover is None and release.cover is not None and release.cover.path in there:
        album.cover = release.cover


def _finish(database: Database, batch: str) -> None:
    """Closes the batch, and remembers how it left the top entries that it looked at."""
    with database.begin() as db:
        row = db.one("batch_by_key", batch=batch)
        assert row is not None  # noqa: S101 - it is claimed
        volume = volume_by_id(db, row.volume_id)
        db.run("finish_batch", batch=batch)
        for entry in {os.fsdecode(entry.path).partition("/")[0] for entry in db.rows("batch_entries", batch=batch)}:
            if entry:
                note_taken(db, volume, entry)
        db.run("finish_scan_requests")
