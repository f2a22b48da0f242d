"""Promotion of companions: pictures and sidecars that came after their album go into its folder and are used.

Nothing is written of the album but what they change: its covers, its artist's picture, lyrics of its songs, and notes.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from melodee.catalogue.album_folders import claim_folders
from melodee.catalogue.albums import AlbumPlace, KnownAlbum, albums_there
from melodee.catalogue.artists import resolve_artists
from melodee.database import Database, Row, Session
from melodee.errors import MelodeeError
from melodee.intake.album_pictures import AlbumFile, coming
from melodee.intake.artist_covers import is_by_nobody
from melodee.intake.artwork import Trouble
from melodee.intake.beside import Beside, SongsByName, add_lyrics_beside, read_sidecars, write_notes
from melodee.intake.companions import came_from
from melodee.intake.follow import POLICY, Followed, follow, refuse, set_aside
from melodee.intake.gone import make_way
from melodee.intake.late_art import LateArt
from melodee.intake.outcome import Outcome
from melodee.intake.release_files import files_of
from melodee.intake.released import Released
from melodee.intake.stage import ALBUM_GONE, RELEASES_AT_ONCE
from melodee.journal import Mover
from melodee.ledger import Place, clear_failures, record_failures
from melodee.moves import Moved, Refused, Wish
from melodee.observed import Observed
from melodee.volume_presence import require_files, roomiest
from melodee.volumes import Volume

STAGE = "publish"


@dataclass(frozen=True)
class _Companion:
    """A release without music on its way."""

    released: Released
    album: Row
    """The album that it joins, of `albums_to_join`."""
    beside: Beside[int]
    """What its sidecars hold, by the ids of songs."""


@dataclass(frozen=True)
class Joiner:
    """What all companions of a batch share."""

    database: Database
    mover: Mover
    batch: str
    volumes: Mapping[int, Volume]
    outcome: Outcome

    def join(self, releases: Sequence[Row]) -> None:
        """Promotes rows of `releases_of_batch` that join albums, some at a time.

        Raises `VolumeUnavailable`, `NoVolume`, `DiskFull`.
        """
        for start in range(0, len(releases), RELEASES_AT_ONCE):
            rows = releases[start : start + RELEASES_AT_ONCE]
            with self.database.autocommit() as db:
                files = files_of(db, rows)
                places = albums_there(db, [row.joins for row in rows])
                ids = sorted({place.id for place in places.values()})
                albums = {album.id: album for album in db.rows("albums_to_join", ids=ids)}
                songs: dict[int, list[Row]] = {}
                for song in db.rows("songs_to_join", ids=ids):
                    songs.setdefault(song.album_id, []).append(song)
            group: list[_Companion] = []
            homeless: list[Row] = []
            for row in rows:
                place = places.get(row.joins)
                if place is None or place.id not in albums:
                    homeless.append(row)
                else:
                    # Its songs may have gone since the album was looked up.
                    own = songs.get(place.id, [])
                    group.append(self._companion(row, files[row.id], place, albums[place.id], own))
            self._let_wait(homeless)
            if group:
                self._promote(group, LateArt(albums, self.volumes, _troubles(group)))

    def _companion(self, row: Row, files: list[Row], place: KnownAlbum, album: Row, songs: Sequence[Row]) -> _Companion:
        """Finds out where the files go, and reads the sidecars."""
        volume = self.volumes[row.volume_id]
        released = Released.of(row, files, stays=volume.kind == "storage")
        released.place = AlbumPlace(place.id, place.volume, place.folder, 0, place.discs)
        released.home = place.volume, place.folder
        if released.stays:
            with self.database.autocommit() as db:
                require_files(db, volume)
        elif self.volumes[place.volume].in_place:
            released.home = self._elsewhere(released, place.id)
        released.aim(self.volumes)
        names = SongsByName[int]()
        for song in songs:
            # The songs of a file that is cut have no sheet of lyrics by its name.
            if song.span_start_ms is None and (path := came_from(song, volume)) is not None:
                names.add(path, song.title, song.id)
        root = os.fsdecode(row.root)
        return _Companion(released, album, read_sidecars(files, self.volumes, names, released.warn, root))

    def _elsewhere(self, released: Released, album: int) -> tuple[int, str]:
        """A folder for what comes to an album in place: nothing is put beside that."""
        needed = sum(file.size_bytes for file in released.files)
        storage = roomiest(self.volumes.values(), "storage", needed, beside=self.volumes[released.row.volume_id])
        first = released.description.artists[0]
        artist = resolve_artists(self.database, [first])[first]
        return storage.id, claim_folders(self.database, {album: (released.description, artist)}, storage)[album]

    def _let_wait(self, rows: Sequence[Row]) -> None:
        """Releases whose albums are gone by now: a person may reject them, or have them wait for the album."""
        if not rows:
            return
        ids = [row.id for row in rows]
        number = len(ids)
        with self.database.begin() as db:
            states, reasons = ["waiting"] * number, [ALBUM_GONE] * number
            db.run("decide_releases", ids=ids, states=states, reasons=reasons, who=POLICY)
            for release in ids:
                db.run(
                    "set_release_file_states", release=release, state="waiting", reason=None, from_states=["pending"]
                )

    def _promote(self, group: Sequence[_Companion], art: LateArt) -> None:
        """Moves the group's files to their final names, and commits them with what they tell."""
        pictures: dict[int, list[AlbumFile]] = {}
        wishes: list[Wish] = []
        there: list[Moved] = []
        for each in group:
            released = each.released
            for file in released.files:
                source, target = Place(file.volume_id, os.fsdecode(file.path)), released.targets[file.path_hash]
                wish = Wish(released.row.id, source, target)
                if source == target:
                    seen = Observed(0, 0, file.size_bytes, file.modified_ns, file.changed_ns)
                    there.append(Moved(wish, seen, file.content_hash))
                else:
                    wishes.append(wish)
                if file.kind == "image":
                    picture = coming(file, target)
                    pictures.setdefault(each.album.id, []).append(picture)
        with self.database.autocommit() as db:
            chosen = art.choose(db, pictures)

        def commit(db: Session, moved: Sequence[Moved], refused: Sequence[Refused]) -> None:
            db.value("lock_catalogue")
            self._follow(db, group, [*there, *moved])
            refuse(db, self.batch, STAGE, refused, self.outcome)
            self._close(db, group)
            art.show(db, chosen, frozenset(each.wish.target for each in [*there, *moved]))
            _tell(db, group)
            # What players keep of the album is of before.
            db.run("stamp_catalogue", artists=0)

        if wishes:
            self.mover.move(wishes, commit)
        else:
            with self.database.begin() as db:
                commit(db, [], [])

    def _follow(self, db: Session, group: Sequence[_Companion], moved: Sequence[Moved]) -> None:
        """What was moved belongs to the album now."""
        by_release = {each.released.row.id: each for each in group}
        for each in group:
            each.released.moved = []
        for each in moved:
            by_release[each.wish.release].released.moved.append(each)
        make_way(db, [each.wish.target for each in moved if each.wish.source != each.wish.target])
        follow(db, [Followed(each, "published", album=by_release[each.wish.release].album.id) for each in moved])
        clear_failures(db, [each.wish.target.hash for each in moved], STAGE)
        warnings = [warning for each in group for warning in each.released.warnings(STAGE)]
        record_failures(db, warnings, self.batch)

    def _close(self, db: Session, group: Sequence[_Companion]) -> None:
        """Releases are published with the first file that got to where it was to go."""
        published = {each.released.row.id: each.album.id for each in group if each.released.moved}
        db.run("publish_releases", ids=list(published), albums=list(published.values()))
        for each in group:
            moved, release = each.released.moved, each.released.row.id
            self.outcome.bytes += sum(file.observed.size for file in moved)
            self.outcome.files += len(moved)
            self.outcome.published += len(moved)
            self.outcome.releases += bool(moved)
            if not moved:
                set_aside(db, self.batch, release, [], self.outcome, stage=STAGE)


def _troubles(group: Sequence[_Companion]) -> Trouble:
    """Notes what is wrong with a picture that came; of one that was there before somebody else has told."""
    own = {
        Place(file.volume_id, os.fsdecode(file.path)): (each.released, file)
        for each in group
        for file in each.released.files
    }

    def trouble(file: Row, error: MelodeeError) -> None:
        known = own.get(Place(file.volume_id, os.fsdecode(file.path)))
        if known is not None:
            known[0].warn(known[1], error)

    return trouble


def _tell(db: Session, group: Sequence[_Companion]) -> None:
    """Lyrics and notes in the sidecars that came: one that could not be moved stays where it was, and says nothing."""
    came = [(each.album, each.beside.of({file.wish.source.hash for file in each.released.moved})) for each in group]
    add_lyrics_beside(db, [(song, sheet) for _, beside in came for _, song, sheet in beside.lyrics])
    write_notes(
        db,
        (
            (album.artist_id if note.about == "artist" else album.id, note)
            for album, beside in came
            for _, note in beside.notes
            if note.about != "artist" or not is_by_nobody(album)
        ),
    )
