"""Loads a synthetic catalogue into a running instance, in the place of an empty or an earlier synthetic one."""

import shutil
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import groupby
from pathlib import Path

from melodee import accounts
from melodee.catalogue import bulk
from melodee.catalogue.upkeep import KINDS, bring_up_to_date
from melodee.database import Database, Session
from melodee.errors import FatalError
from melodee.ids import NUMBER_BITS, SLOT_BITS
from melodee.settings import DataDirectory
from melodee.synth import media
from melodee.synth.album import DAYS, FIRST_DAY
from melodee.synth.generate import generate
from melodee.synth.listeners import name_of, write_listeners
from melodee.synth.shape import VOLUMES, Piece, Shape
from melodee.synth.spool import Spool
from melodee.token_secrets import TokenSecrets
from melodee.volume_presence import require_there
from melodee.volumes import Volume, add_volume, volumes

_SMALL_TABLES = (
    "genre", "genre_folder", "credit_role", "directory_code_counter", "artists", "folder_total",
    "song_of_album_elsewhere", "cover", "files", "song_annotation", "album_annotation", "artist_annotation",
    "song_rating", "scrobble", "playlist", "playlist_entry",
)  # fmt: skip
"""Tables that are filled where they are, in the transaction that puts the large ones in place."""

_LAST_TABLES = ("album_rating",)
"""Small tables that look into the large ones while they are filled."""


TEXT_BYTES = 1400
"""Of a song's rows as text."""
DISK_BYTES = 3200
"""Of a song in the database, with indexes, what sorting takes, and the server's log."""


class RealMusic(FatalError):
    """The catalogue holds real music, and a synthetic one would take its place: use another data directory."""

    code = "real_music"


class NotEnoughRoom(FatalError):
    """The disk is too small for this catalogue."""

    code = "not_enough_room"


class AlreadyLoading(FatalError):
    """Another 'melodee synth' is loading into this catalogue."""

    code = "already_loading"


@dataclass
class Account:
    """What a load took, in seconds, and how many rows it copied."""

    seconds: dict[str, float] = field(default_factory=dict[str, float])
    rows: int = 0

    def add(self, filled: bulk.Filled) -> None:
        """Adds what was copied and indexed."""
        self.rows += filled.rows
        for stage, seconds in (("copy", filled.copying), ("index build", filled.indexing)):
            self.seconds[stage] = self.seconds.get(stage, 0.0) + seconds

    @contextmanager
    def stage(self, name: str) -> Generator[None]:
        """Adds the block's time to a stage."""
        began = time.monotonic()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.monotonic() - began


@dataclass
class Loader:
    """One load. `say` is told what happens."""

    database: Database
    data: DataDirectory
    keys: TokenSecrets
    shape: Shape
    password: str
    say: Callable[[str], object]
    seconds: int = media.SECONDS
    """Length of a recording."""

    def load(self) -> Account:
        """All of it.

        Raises `RealMusic`, `AlreadyLoading`, `NotEnoughRoom`, `NameTaken`, `BadPassword`, `MakerFailed`,
        `VolumeUnusable` and `VolumeUnavailable`.
        """
        account = Account()
        accounts.require_password(self.password)
        with self.database.autocommit() as db:
            if not db.value("hold_synthetic"):
                raise AlreadyLoading
            self._refuse_what_is_real(db)
            self._require_room()
            self._announce(db)
            folder = self.data.cache / "synth"
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            try:
                self._load(db, folder, account)
            finally:
                shutil.rmtree(folder, ignore_errors=True)
        return account

    def _load(self, db: Session, folder: Path, account: Account) -> None:
        spool = Spool(folder)
        folders = self._volumes()
        ids = [volume.id for volume in folders]
        roots = [volume.root for volume in folders]
        with account.stage("generation"):
            recordings = media.make_recordings(
                self.data.cache / "synth-recordings", self.shape.seed, seconds=self.seconds
            )
            with ThreadPoolExecutor(1) as pool:
                covers = pool.submit(media.draw_covers, roots[0], self.shape, ids[0])
                made = generate(folder, self.shape, ids, media.describe(recordings, self.seconds), self._progress())
                spool.write("cover", covers.result())
        self.say(f"The rows take {spool.size() / 1e9:.1f} GB in {folder}.")
        with bulk.hold(self.database):
            self._refuse_what_is_real(db)
            self._empty(ids)
            for root in roots:
                media.remove_recordings(root)
            with account.stage("generation"):
                listeners = [
                    accounts.add_account(self.database, name_of(user), self.password, self.keys)
                    for user in range(self.shape.users)
                ]
                last_number = write_listeners(spool, self.shape, listeners, made)
                media.place_recordings(recordings, roots, made.tally)
                spool.write("files", media.file_rows(roots, ids, made.tally))
            del made
            filled = bulk.fill(self.database, self._leaves(spool), self._table_reader(spool))
            account.add(filled)
            with account.stage("copy"):
                self._put_in_place(spool, last_number, account)
        with account.stage("index build"):
            bulk.settle(self.database, self.say)
        with account.stage("snapshots"):
            bring_up_to_date(self.database, self.say)

    def _refuse_what_is_real(self, db: Session) -> None:
        if db.value("holds_real_music"):
            raise RealMusic(path=str(self.data.path))
        names = [name_of(user) for user in range(self.shape.users)]
        taken = db.rows("taken_by_others", keys=[accounts.name_key(name) for name in names])
        if taken:
            raise accounts.NameTaken(f"A synthetic catalogue brings listeners of its own ({taken[0].name})")

    def _require_room(self) -> None:
        """Raises `NotEnoughRoom` when the disk of the data directory would run full."""
        self.data.path.mkdir(parents=True, exist_ok=True)
        # Rows lie there as text, which goes as the server takes it; a server of ours has its tables there too.
        wanted = self.shape.songs * max(TEXT_BYTES, DISK_BYTES if self.data.postgres.exists() else 0)
        free = shutil.disk_usage(self.data.path).free
        if free < wanted:
            raise NotEnoughRoom(
                f"{free / 1e9:.1f} GB are free and {wanted / 1e9:.1f} GB are needed", path=str(self.data.path)
            )

    def _announce(self, db: Session) -> None:
        before = db.one("synthetic")
        if before is None:
            return
        if before.state == "loading":
            self.say(f"The load of {before.songs:,} songs that was cut off is cleared and begun anew.")
        else:
            self.say(f"The synthetic catalogue of {before.songs:,} songs (seed {before.seed}) is replaced.")

    def _volumes(self) -> list[Volume]:
        """The music folders, made where they are missing."""
        with self.database.begin() as db:
            there = {volume.name: volume for volume in volumes(db, "storage")}
        found: list[Volume] = []
        for name, _ in VOLUMES:
            if name not in there:
                path = self.data.path / "synthetic" / name
                path.mkdir(parents=True, exist_ok=True)
                there[name] = add_volume(self.database, name, path, "storage", data=self.data)
            require_there(there[name])
            found.append(there[name])
        return found

    def _empty(self, ids: Sequence[int]) -> None:
        shape = self.shape
        names = [accounts.name_key(name_of(user)) for user in range(shape.users)]
        with self.database.begin() as db:
            db.run("remove_synthetic_accounts")
            db.run("remove_synthetic_files")
            db.run(
                "begin_synthetic",
                seed=shape.seed,
                songs=shape.songs,
                albums=shape.albums,
                artists=shape.artists,
                users=shape.users,
                leaf_rows=shape.leaf_rows,
                volumes=list(ids),
                accounts=names,
            )
            bulk.empty(db)
            db.run("reserve_upkeep", names=list(KINDS))

    def _table_reader(self, spool: Spool) -> Callable[[str], Iterator[bytes]]:
        numbers = [piece.number for piece in self.shape.pieces()]
        return lambda table: spool.read(table, numbers)

    def _leaves(self, spool: Spool) -> Iterator[bulk.LeafRows]:
        for _, run in groupby(self.shape.pieces(), key=lambda piece: piece.leaf):
            yield self._leaf(spool, list(run))

    def _leaf(self, spool: Spool, pieces: list[Piece]) -> bulk.LeafRows:
        numbers = [piece.number for piece in pieces]
        last = pieces[-1]
        songs = sum(piece.songs for piece in pieces)
        first_number = last.first_id >> SLOT_BITS & (1 << NUMBER_BITS) - 1
        step = timedelta(days=DAYS) / self.shape.albums
        return bulk.LeafRows(
            number=last.leaf,
            next_album=first_number + last.numbers,
            songs=songs,
            full=songs >= self.shape.leaf_rows,
            opened=FIRST_DAY + step * pieces[0].first_album,
            closed=FIRST_DAY + step * (last.first_album + last.albums),
            albums_text=lambda: spool.read("albums", numbers),
            songs_text=lambda: spool.read("songs", numbers),
        )

    def _put_in_place(self, spool: Spool, last_number: int, account: Account) -> None:
        shape = self.shape
        with self.database.begin() as db:
            text_of = self._table_reader(spool)
            for table in _SMALL_TABLES:
                account.rows += db.copy_text(f"copy_{table}", text_of(table))
            bulk.open_last_leaf(db, FIRST_DAY)
            bulk.put_in_place(db)
            for table in _LAST_TABLES:
                account.rows += db.copy_text(f"copy_{table}", text_of(table))
            db.one(
                "settle_sequences", entities=last_number, songs=shape.songs, albums=shape.albums, artists=shape.artists
            )
            db.run("settle_totals", artists=shape.artists)
            db.run("reserve_upkeep", names=list(KINDS))
            db.run("finish_synthetic")

    def _progress(self) -> Callable[[int], None]:
        """Says now and then how many songs were made."""
        made, said = 0, 0

        def progress(songs: int) -> None:
            nonlocal made, said
            made += songs
            if (made - said) * 10 >= self.shape.songs or made == self.shape.songs:
                said = made
                self.say(f"{made:,} of {self.shape.songs:,} songs made.")

        return progress
