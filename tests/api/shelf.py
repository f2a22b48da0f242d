"""A music folder of its own for one test, with listeners who see nothing else; filled by the catalogue's own writer."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from litestar.testing import TestClient
from sqlalchemy import text

from melodee.accounts import make_api_key
from melodee.audio.track import Track
from melodee.catalogue.artists import resolve_artists
from melodee.catalogue.release import Credit, ReleaseDescription
from melodee.catalogue.rows import Names, NewAlbum, NewSong, Picture, credits_of
from melodee.catalogue.writer import TakeNumbers, resolve_genres, write_albums
from melodee.database import Database, Row

_number = itertools.count(1)


@dataclass(frozen=True)
class Album:
    """What was put on the shelf; ids as players write them."""

    id: str
    artist: str
    songs: list[str]


@dataclass(frozen=True)
class Listener:
    """An account that plays from one music folder."""

    id: int
    name: str
    key: str
    api: TestClient

    def request(self, endpoint: str, method: str = "GET", headers: dict[str, str] | None = None, **params: Any) -> Any:
        """The answer as it came."""
        params |= {"apiKey": self.key, "v": "1.16.1"}
        params.setdefault("c", "test")
        params.setdefault("f", "json")
        return self.api.request(method, f"/rest/{endpoint}", params=params, headers=headers)

    def ask(self, endpoint: str, **params: Any) -> Any:
        """What an endpoint answers, below the envelope."""
        answer = self.request(endpoint, **params).json()["subsonic-response"]
        assert answer["status"] == "ok", answer
        rest = {name: value for name, value in answer.items() if name not in _ENVELOPE}
        return next(iter(rest.values()), None)

    def error(self, endpoint: str, **params: Any) -> int:
        """The code of the error that an endpoint answers."""
        answer = self.request(endpoint, **params).json()["subsonic-response"]
        assert answer["status"] == "failed", answer
        return answer["error"]["code"]


_ENVELOPE = {"status", "version", "type", "serverVersion", "openSubsonic"}


@dataclass
class Shelf:
    """A music folder and the means to fill it."""

    database: Database
    api: TestClient
    root: Path
    folder: int = field(init=False)
    listener: Listener = field(init=False)

    def __post_init__(self) -> None:
        self.root.mkdir(parents=True, exist_ok=True)
        self.folder = self.another_folder(self.root)
        self.listener = self.another_listener()

    def another_folder(self, root: Path) -> int:
        """A further music folder, which nobody sees yet."""
        insert = "insert into volume (name, kind, path) values (:name, 'storage', :path) returning id"
        return self.query(insert, name=f"Shelf {next(_number)}", path=str(root))[0].id

    def another_listener(self, *folders: int, columns: str = "") -> Listener:
        """An account that sees these folders; without any, the shelf's own. `columns` sets further columns."""
        name = f"listener {next(_number)}"
        insert = "insert into account (name, key, password_hash) values (:name, :name, 'none') returning id"
        account = self.query(insert, name=name)[0].id
        if columns:
            self.query(f"update account set {columns} where id = :id", id=account)
        for folder in folders or (self.folder,):
            self.query("insert into account_folder values (:account, :folder)", account=account, folder=folder)
        return Listener(account, name, make_api_key(self.database, name), self.api)

    def album(
        self,
        name: str = "Album",
        artist: str | Sequence[str] = "Artist",
        songs: int | Sequence[str | dict[str, Any]] = 1,
        *,
        year: int | None = None,
        genres: Sequence[str] = (),
        folder: int | None = None,
        cover: Picture | None = None,
        **description: Any,
    ) -> Album:
        """A new album. Songs are their number, their titles, or fields of `Track` with `path` and `size` besides."""
        artists = [artist] if isinstance(artist, str) else list(artist)
        if isinstance(songs, int):
            songs = [f"Song {number}" for number in range(1, songs + 1)]
        release = ReleaseDescription(
            artists=[Credit(each) for each in artists],
            display_artist=" & ".join(artists),
            album=name,
            year=year,
            genres=list(genres),
            **description,
        )
        place = f"{artists[0]}/{name} {next(_number)}".replace("\0", "")
        new = [
            self._song({"title": song} if isinstance(song, str) else song, number, release, place)
            for number, song in enumerate(songs, 1)
        ]
        return self._write(release, place, new, folder or self.folder, cover)

    def more(self, album: Album, titles: Sequence[str], folder: int | None = None) -> list[str]:
        """Further songs of an album; their ids."""
        (row,) = self.query("select name, display_artist, year, genres from albums where id = :id", id=int(album.id))
        release = ReleaseDescription(
            [Credit(row.display_artist)], row.display_artist, row.name, year=row.year, genres=row.genres
        )
        place = f"more {next(_number)}"
        new = [self._song({"title": title}, number, release, place) for number, title in enumerate(titles, 1)]
        return self._write(release, place, new, folder or self.folder, None, int(album.id)).songs

    def _song(self, given: dict[str, Any], number: int, release: ReleaseDescription, place: str) -> NewSong:
        path = given.pop("path", f"{place}/{number:02}.flac")
        size = given.pop("size", 1000)
        tags = {
            "suffix": "flac", "container": "flac", "codec": "flac", "duration_ms": 1000, "bit_rate": 800,
            "sampling_rate": 44100, "channels": 2, "track_number": number, "album": release.album,
            "genres": release.genres, "year": release.year,
        }  # fmt: skip
        return NewSong(Track(**tags | given), path, size, 10**18)

    def _write(  # noqa: PLR0917
        self,
        release: ReleaseDescription,
        place: str,
        songs: list[NewSong],
        folder: int,
        cover: Picture | None,
        known: int | None = None,
    ) -> Album:
        tracks = [song.track for song in songs]
        names = Names(
            resolve_artists(self.database, credits_of(release, tracks)),
            resolve_genres(self.database, [*release.genres, *(genre for track in tracks for genre in track.genres)]),
        )
        take = TakeNumbers(self.database, 500_000)
        number = known or take(1, len(songs))[0]
        album = NewAlbum(number, folder, place, release, None, songs, cover)
        with self.database.begin() as db:
            written = write_albums(db, [album], names, take)
        artist = names.artists[release.artists[0]].id
        return Album(str(number), str(artist), [str(written.songs[folder, song.path]) for song in songs])

    def query(self, statement: str, **parameters: Any) -> list[Row]:
        with self.database.autocommit() as db:
            result = db.connection.execute(text(statement), parameters)
            return list(result.all()) if result.returns_rows else []
