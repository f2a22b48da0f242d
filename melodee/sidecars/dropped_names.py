"""The names that songs' files were dropped with: sidecars go by them, and keep their own.

Published, `Rip/CD1/01.flac` is `Artist/Album/1-01 Song.flac`, and the sheet of lyrics that came with it is
`Artist/Album/CD1/01.lrc`.
"""

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from uuid import UUID

from melodee.database import Row, Session
from melodee.intake.look import join, parent, without_disc
from melodee.ledger import path_hash
from melodee.sidecars.references import same, stem_of


class DroppedNames:
    """What sidecars beside some songs, rows of `songs_to_join`, may call these."""

    def __init__(self, db: Session, songs: Sequence[Row]) -> None:
        self._own = {song.id: os.fsdecode(song.path) for song in songs}
        self._volumes = {song.id: int(song.volume_id) for song in songs}
        self._dropped = {song.id: _as_dropped(song) for song in songs}
        files: dict[UUID, list[int]] = {}
        for song in songs:
            files.setdefault(path_hash(song.volume_id, os.fsdecode(song.path)), []).append(song.id)
        rows = db.rows("known_files", hashes=list(files))
        self._releases = {song: row.release_id for row in rows for song in files[row.path_hash]}

    def on(self, volume: int, release: int | None) -> dict[int, list[str]]:
        """The paths by which sidecars of a release go for the songs on the volume, by id: first those that they have.

        A name that several songs were dropped with is that of the release's own, and nobody's where that has several:
        two drops may both have had a `01.flac`.
        """
        songs = [song for song, number in self._volumes.items() if number == volume]
        near = {song for song in songs if release is not None and self._releases.get(song) == release}
        every, nearest = self._number(songs), self._number(near)
        taken = {_key(self._own[song]) for song in songs}
        found = {song: [self._own[song]] for song in songs}
        for song in songs:
            for path in self._dropped[song]:
                key = _key(path)
                if key not in taken and (nearest if song in near else every)[key] == 1:
                    found[song].append(path)
        return found

    def _number(self, songs: Iterable[int]) -> Counter[str]:
        return Counter(_key(path) for song in songs for path in self._dropped[song])


def _as_dropped(song: Row) -> list[str]:
    """Beside or below the folder of its album; with one folder more, what brought several together."""
    path = os.fsdecode(song.path)
    if song.origin is None or (origin := os.fsdecode(song.origin)) == path:
        return []
    home, above = without_disc(parent(path)), without_disc(parent(origin))
    names = [origin.rpartition("/")[2], _below(above, origin), _below(parent(above), origin)]
    return list(dict.fromkeys(join(home, name) for name in names))


def _below(folder: str, path: str) -> str:
    return path[len(folder) + 1 :] if folder else path


def _key(path: str) -> str:
    return same(stem_of(path))
