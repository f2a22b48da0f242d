"""A catalogue that changes at random: songs come, are told anew, change album, and go."""

import itertools
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from melodee.audio.track import Contributor, Track
from melodee.catalogue.artists import resolve_artists
from melodee.catalogue.changes import AlbumEdit, Changed, describe_albums, remove_albums, remove_songs
from melodee.catalogue.release import Credit, ReleaseDescription
from melodee.catalogue.rows import Names, NewAlbum, NewSong, Picture, credits_of
from melodee.catalogue.writer import TakeNumbers, Written, resolve_genres, write_albums
from melodee.database import Database

FOLDERS = (1, 2, 3)
ARTISTS = ["Nina", "Ötzi", "王菲", "The Band", "!!!", "DJ Ray", "Ana & Bob", "Кино", "Zoë", "Guest"]
GENRES = ["Rock", "Jazz", "Pop", "Folk"]
WORDS = ["Blue", "Été", "Night", "Train", "夢", "Don't", "A", "Любовь", "Rain"]
ROLES = ["producer", "remixer", "performer"]

_number = itertools.count(1)


def track(title: str, *artists: str, **tags: Any) -> Track:
    """A file's tags."""
    sound = {"suffix": "flac", "container": "flac", "codec": "flac", "duration_ms": 1000, "bit_rate": 800}
    return Track(**sound | {"sampling_rate": 44100, "channels": 2, "title": title, "artists": list(artists)} | tags)


def song(track_: Track, path: str | None = None, size: int = 100) -> NewSong:
    """A file that is one song."""
    return NewSong(track_, path or f"file {next(_number)}.flac", size, 10**18)


def release(album: str, *artists: str, **tags: Any) -> ReleaseDescription:
    """What grouping makes of a folder."""
    return ReleaseDescription([Credit(name) for name in artists], " & ".join(artists), album, **tags)


@dataclass
class Collection:
    """Writes into a database as intake and later editors do."""

    database: Database
    leaf_rows: int = 500_000
    albums: dict[int, set[int]] = field(default_factory=dict[int, set[int]])
    """The songs of each album that is there, as the one who writes them has them."""

    def names(self, albums: Sequence[NewAlbum]) -> Names:
        """Everyone and every genre that the albums name."""
        named = [
            credit for album in albums for credit in credits_of(album.description, [each.track for each in album.songs])
        ]
        genres = [genre for album in albums for genre in album.description.genres]
        genres += [genre for album in albums for each in album.songs for genre in each.track.genres]
        return Names(resolve_artists(self.database, named), resolve_genres(self.database, genres))

    def take(self, songs: int = 1) -> int:
        """The id of a new album."""
        return TakeNumbers(self.database, self.leaf_rows)(1, songs)[0]

    def add(
        self,
        description: ReleaseDescription,
        songs: Sequence[NewSong],
        *,
        album: int | None = None,
        folder: int = 1,
        cover: Picture | None = None,
    ) -> int:
        """A new album, or further songs for the one that is named; returns its id."""
        number = album or self.take(len(songs))
        new = NewAlbum(number, folder, f"album {number}", description, None, list(songs), cover)
        names = self.names([new])
        with self.database.begin() as db:
            written: Written = write_albums(db, [new], names, TakeNumbers(self.database, self.leaf_rows))
        self.albums.setdefault(number, set()).update(written.songs.values())
        return number

    def edit(
        self,
        album: int,
        description: ReleaseDescription,
        songs: dict[int, NewSong],
        *,
        folder: int = 1,
        cover: Picture | None = None,
        drop_cover: bool = False,
    ) -> Changed:
        """Tells an album anew, with these of its songs or of others'."""
        new = NewAlbum(album, folder, f"album {album} again", description, None, list(songs.values()), cover)
        names = self.names([new])
        with self.database.begin() as db:
            changed = describe_albums(db, [AlbumEdit(new, list(songs), drop_cover)], names)
        for others in self.albums.values():
            others -= set(changed.songs)
        self.albums.setdefault(album, set()).update(changed.songs)
        self._forget(changed)
        return changed

    def remove(self, *songs: int) -> Changed:
        """Removes songs."""
        with self.database.begin() as db:
            changed = remove_songs(db, songs)
        for each in self.albums.values():
            each -= set(changed.songs)
        self._forget(changed)
        return changed

    def remove_albums(self, *albums: int) -> Changed:
        """Removes albums with their songs."""
        with self.database.begin() as db:
            changed = remove_albums(db, albums)
        self._forget(changed)
        return changed

    def _forget(self, changed: Changed) -> None:
        for album in changed.albums_gone:
            self.albums.pop(album, None)


class Changes:
    """Random changes of a collection; the same seed makes the same ones."""

    def __init__(self, collection: Collection, seed: int) -> None:
        self.collection, self.chance = collection, random.Random(seed)

    def step(self) -> str:
        """One change; returns what it was."""
        kinds: list[Callable[[], object]] = [*[self.insert] * 4, self.late, self.late, self.edit, self.edit, self.move]
        kinds += [self.split, self.merge, self.remove_some, self.remove_album, self.bring_back]
        kind = self.chance.choice(kinds) if self.collection.albums else self.insert
        kind()
        return kind.__name__

    def insert(self) -> None:
        description = self._release()
        self.collection.add(description, self._songs(description), folder=self.chance.choice(FOLDERS))

    def late(self) -> None:
        """More songs of an album that is there, perhaps with other tags and on another volume."""
        description = self._release()
        self.collection.add(
            description, self._songs(description), album=self._album(), folder=self.chance.choice(FOLDERS)
        )

    def edit(self) -> None:
        description, album = self._release(), self._album()
        songs = self.collection.albums[album]
        told = self.chance.sample(sorted(songs), self.chance.randint(0, len(songs)))
        self._describe(album, description, told)

    def move(self) -> None:
        """Songs of other albums come to one."""
        others = sorted({each for songs in self.collection.albums.values() for each in songs})
        self._describe(self._album(), self._release(), self.chance.sample(others, min(3, len(others))))

    def split(self) -> None:
        """Some songs of an album become one of their own."""
        songs = sorted(self.collection.albums[self._album()])
        self._describe(self.collection.take(), self._release(), songs[: self.chance.randint(1, len(songs))])

    def merge(self) -> None:
        """All songs of one album go to another."""
        self._describe(self._album(), self._release(), sorted(self.collection.albums[self._album()]))

    def remove_some(self) -> None:
        songs = sorted({each for songs in self.collection.albums.values() for each in songs})
        self.collection.remove(*self.chance.sample(songs, min(self.chance.randint(1, 6), len(songs))))

    def remove_album(self) -> None:
        self.collection.remove_albums(self._album())

    def bring_back(self) -> None:
        """An album that is removed, and dropped again."""
        album, description = self._album(), self._release()
        self.collection.remove_albums(album)
        self.collection.add(description, self._songs(description), album=album)

    def _album(self) -> int:
        return self.chance.choice(sorted(self.collection.albums))

    def _describe(self, album: int, description: ReleaseDescription, told: Sequence[int]) -> None:
        songs = dict(zip(told, itertools.islice(self._endless(description), len(told)), strict=True))
        folder = self.chance.choice(FOLDERS)
        self.collection.edit(album, description, songs, folder=folder, drop_cover=self.chance.random() < 0.2)

    def _release(self) -> ReleaseDescription:
        chance = self.chance
        artists = chance.sample(ARTISTS, chance.choice((1, 1, 2)))
        return release(
            self._title(), *artists, year=chance.choice((None, 1969, 1970, 2001)),
            genres=chance.sample(GENRES, chance.randint(0, 3)), compilation=chance.random() < 0.3,
        )  # fmt: skip

    def _songs(self, description: ReleaseDescription) -> list[NewSong]:
        return list(itertools.islice(self._endless(description), self.chance.randint(1, 5)))

    def _endless(self, description: ReleaseDescription) -> "itertools.chain[NewSong]":
        return itertools.chain.from_iterable([self._song(description)] for _ in itertools.count())

    def _song(self, description: ReleaseDescription) -> NewSong:
        chance = self.chance
        artists = [credit.name for credit in description.artists]
        if description.compilation or chance.random() < 0.2:
            artists = chance.sample(ARTISTS, chance.randint(0, 2))
        tags = track(
            self._title(), *artists, duration_ms=chance.randrange(400_000), year=chance.choice((None, 1969, 1984)),
            genres=chance.sample(GENRES, chance.randint(0, 2)),
            composers=chance.sample(ARTISTS, chance.choice((0, 0, 1))),
            contributors=[
                Contributor(chance.choice(ROLES), "", chance.choice(ARTISTS)) for _ in range(chance.choice((0, 0, 2)))
            ],
            lyrics=chance.choice(("", "[00:01.00]la")),
        )  # fmt: skip
        return song(tags, size=chance.randrange(10**7))

    def _title(self) -> str:
        return " ".join(self.chance.choices(WORDS, k=self.chance.randint(1, 3)))
