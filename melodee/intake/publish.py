"""Promotion: approved releases become files on a storage volume and rows in the catalogue.

Releases go in groups of some hundred files: one commit for the journal's steps and one for the catalogue serve them
all, and a group is what is done again after a crash.
"""

import os
from collections.abc import Callable, Collection, Generator, Mapping, Sequence

import msgspec

from melodee.catalogue.album_folders import claim_folders
from melodee.catalogue.albums import AlbumPlace, Wanted, place_albums
from melodee.catalogue.artists import resolve_artists
from melodee.catalogue.release import positions_of
from melodee.catalogue.rows import Names, NewAlbum, credits_of
from melodee.catalogue.vanished import forget_vanished, give_back_ids
from melodee.catalogue.writer import TakeNumbers, resolve_genres, write_albums
from melodee.database import Database, Row, Session
from melodee.intake.artwork import artwork_of
from melodee.intake.beside import read_beside
from melodee.intake.claim import claimed
from melodee.intake.follow import Followed, follow, refuse, set_aside
from melodee.intake.gone import make_way
from melodee.intake.joined import Joiner
from melodee.intake.keeping import keep_beside
from melodee.intake.left_alone import look_again, note_folders
from melodee.intake.outcome import Outcome
from melodee.intake.plan import note_taken
from melodee.intake.release_files import files_of
from melodee.intake.released import Released, add_to_album
from melodee.intake.stage import RELEASES_AT_ONCE
from melodee.journal import Mover
from melodee.ledger import Place, clear_failures, record_failures
from melodee.moves import Moved, Refused, Wish
from melodee.observed import Observed
from melodee.settings import CatalogueSettings, SidecarSettings
from melodee.volume_presence import require_files, roomiest
from melodee.volumes import Volume, volume_by_id, volumes

STAGE = "publish"

GROUP_FILES = 500
"""Files that are promoted by one commit, about."""


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
        promoter = _Promoter(database, mover, batch, {volume.id: volume for volume in every}, outcome)
        take_numbers = TakeNumbers(database, settings.leaf_rows)
        approved = [release for release in releases if release.state == "approved" and release.joins is None]
        for group in _groups(database, approved, promoter.volumes):
            promoter.promote(group, take_numbers)
            report(f"{outcome.releases} releases published, {outcome.songs} songs")
        late = [release for release in releases if release.state == "approved" and release.joins is not None]
        Joiner(database, mover, batch, promoter.volumes, outcome).join(late)
        with database.begin() as db:
            db.value("prepare_leaf")
        _finish(database, batch, promoter.came_from)
    return outcome


def _groups(
    database: Database, releases: Sequence[Row], volumes: Mapping[int, Volume]
) -> Generator[list[Released], None, None]:
    # What lies on one volume goes together: it all has the same nearest storage.
    groups: dict[int, list[Released]] = {}
    ahead: dict[int, list[Row]] = {}
    for position, row in enumerate(releases):
        if position % RELEASES_AT_ONCE == 0:
            with database.autocommit() as db:
                ahead = files_of(db, releases[position : position + RELEASES_AT_ONCE])
        files = ahead[row.id]
        lies_on = files[0].volume_id if files else row.volume_id
        group = groups.setdefault(lies_on, [])
        group.append(Released.of(row, files, stays=volumes[row.volume_id].kind == "storage"))
        if sum(len(release.files) for release in group) >= GROUP_FILES:
            yield groups.pop(lies_on)
    yield from groups.values()


class _Promoter:
    """What all groups of a batch share."""

    def __init__(
        self, database: Database, mover: Mover, batch: str, volumes: dict[int, Volume], outcome: Outcome
    ) -> None:
        self._database, self._mover, self._batch = database, mover, batch
        self.volumes, self._outcome = volumes, outcome
        self.came_from: set[str] = set()
        """Folders of the batch's volume from which songs came."""
        self._sidecars = SidecarSettings.from_environment()

    def promote(self, group: list[Released], take_numbers: TakeNumbers) -> None:
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
                (release.row.volume_id, os.fsdecode(release.row.root)) if release.stays else None,
            )
            for release in group
        ]
        storage = self._storage(group)
        places = place_albums(self._database, wanted, storage, take_numbers)
        wishes: list[Wish] = []
        there: list[Moved] = []
        for release, place, each in zip(group, places, wanted, strict=True):
            self._prepare(release, place, each, storage)
            for file in release.files:
                wish = Wish(
                    release.row.id, Place(file.volume_id, os.fsdecode(file.path)), release.targets[file.path_hash]
                )
                if wish.source == wish.target:
                    seen = Observed(0, 0, file.size_bytes, file.modified_ns, file.changed_ns)
                    there.append(Moved(wish, seen, file.content_hash))
                else:
                    wishes.append(wish)

        def commit(db: Session, moved: Sequence[Moved], refused: Sequence[Refused]) -> None:
            self._commit(db, group, [*there, *moved], Names(artists, genres), take_numbers)
            refuse(db, self._batch, STAGE, refused, self._outcome)
            for release in group:
                if not any(release.is_song(each) for each in release.moved):
                    files = [f for f in db.rows("files_of_release", release=release.row.id) if f.state == "pending"]
                    set_aside(db, self._batch, release.row.id, files, self._outcome, stage=STAGE)

        if wishes:
            self._mover.move(wishes, commit)
        else:
            with self._database.begin() as db:
                commit(db, [], [])

    def _prepare(self, release: Released, place: AlbumPlace, wanted: Wanted, storage: Volume) -> None:
        """Finds out where the release's files go, and looks at its pictures and sidecars."""
        release.place = place
        release.home = (place.volume, place.folder)
        if not release.stays and self.volumes[place.volume].in_place:
            # Nothing is put beside an album that is in place: what comes to it has a folder elsewhere.
            folders = claim_folders(self._database, {place.id: (wanted.description, wanted.artist)}, storage)
            release.home = (storage.id, folders[place.id])
        # A late track is named as those that are there: by its disc where there are several.
        discs = max(release.description.discs, place.discs)
        release.description = msgspec.structs.replace(release.description, discs=discs)
        release.aim(self.volumes)
        release.art = artwork_of(
            os.fsdecode(release.row.root),
            release.files,
            release.description.display_artist,
            self.volumes,
            lambda file: release.targets[file.path_hash],
            self._sidecars,
            release.warn,
        )
        release.beside = read_beside(release.files, self.volumes, release.warn)

    def _storage(self, group: Sequence[Released]) -> Volume:
        """The volume for albums that are new; one that is not there stops only what is to go to it."""
        files = [file for release in group for file in release.files]
        lies_on = self.volumes[files[0].volume_id if files else group[0].row.volume_id]
        if lies_on.kind == "storage":
            with self._database.autocommit() as db:
                require_files(db, lies_on)
            return lies_on
        needed = sum(file.size_bytes for file in files)
        return roomiest(self.volumes.values(), "storage", needed, beside=lies_on)

    def _commit(
        self, db: Session, group: list[Released], moved: Sequence[Moved], names: Names, take_numbers: TakeNumbers
    ) -> None:
        """What was moved, in the one transaction: the catalogue's rows, the files' states, the releases'."""
        by_release = {release.row.id: release for release in group}
        for release in group:
            release.moved = []
        for each in moved:
            by_release[each.wish.release].moved.append(each)
        make_way(db, [each.wish.target for each in moved if each.wish.source != each.wish.target])
        albums: dict[int, NewAlbum] = {}
        for release in group:
            add_to_album(albums, release)
        identities = [each for release in group for each in release.identities(self.volumes)]
        known = give_back_ids(db, albums.values(), identities)
        written = write_albums(db, list(albums.values()), names, take_numbers)
        forget_vanished(db, known)
        published: dict[int, int] = {}
        followed: list[Followed] = []
        for release in group:
            assert release.place is not None  # noqa: S101 - set before the move
            place = release.place
            followed += [
                Followed(each, "published", written.songs.get(each.wish.target), place.id) for each in release.moved
            ]
            self._outcome.bytes += sum(each.observed.size for each in release.moved)
            songs = sum(len(release.songs[each.wish.source.hash]) for each in release.moved if release.is_song(each))
            if songs:
                published[release.row.id] = place.id
            self._outcome.releases += songs > 0
            self._outcome.files += len(release.moved)
            self._outcome.published += len(release.moved)
            self._outcome.songs += songs
        follow(db, followed)
        clear_failures(db, [each.wish.target.hash for each in moved], STAGE)
        record_failures(db, [each for release in group for each in release.warnings(STAGE)], self._batch)
        db.run("publish_releases", ids=list(published), albums=list(published.values()))
        storage = [volume.id for volume in self.volumes.values() if volume.kind == "storage"]
        came = [release for release in group if release.row.id in published]
        keep_beside(db, came, written, names, storage, self._batch)
        self.came_from |= note_folders(db, came)


def _genres(release: Released) -> list[list[str]]:
    return [release.description.genres, *(track.genres for track in release.tracks)]


def _finish(database: Database, batch: str, came_from: Collection[str]) -> None:
    """Closes the batch, and remembers how it left the top entries that it looked at."""
    with database.begin() as db:
        row = db.one("batch_by_key", batch=batch)
        assert row is not None  # noqa: S101 - it is claimed
        volume = volume_by_id(db, row.volume_id)
        db.run("finish_batch", batch=batch)
        look_again(db, volume, batch, came_from)
        if volume.kind == "inbound":
            tops = {os.fsdecode(entry.path).partition("/")[0] for entry in db.rows("batch_entries", batch=batch)}
            for entry in filter(None, tops):
                note_taken(db, volume, entry)
        db.run("finish_scan_requests")
