"""What one request sees of the catalogue: the music folders that it may look into, and the rows of ids.

A list is two statements: one that gives ids from a narrow table, and the one that fetches rows of that kind.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from melodee.async_database import AsyncDatabase, AsyncSession
from melodee.database import Row
from melodee.ids import Kind
from melodee.subsonic.children import album_child, album_id3, artist_child, artist_id3, folder_artist, song_child
from melodee.subsonic.description import Body, Many, Pieces
from melodee.subsonic.responses import AlbumID3, Artist, ArtistID3, Child
from melodee_api.endpoint import Call
from melodee_api.errors import NotFound

T = TypeVar("T")
B = TypeVar("B", bound=Body)
Fetch = Callable[[AsyncSession, Sequence[int]], Awaitable[list[B]]]
"""Gives what is visible of these ids, in their order."""

BATCH = 500
"""Rows that are fetched, and held in memory, at a time."""

FEWEST, AT_ONCE = 16, 4
"""Scattered rows that are worth a connection of their own, and how many connections one request may take."""


@dataclass(frozen=True, slots=True)
class View:
    """The catalogue as one request sees it."""

    account: int
    folders: list[int]
    """Music folders, ascending."""

    async def ids(self, db: AsyncSession, query: str, **parameters: object) -> list[int]:
        """The ids that a list's query gives, in its order."""
        return [row.id for row in await self.rows(db, query, **parameters)]

    async def rows(self, db: AsyncSession, query: str, **parameters: object) -> list[Row]:
        """The rows of a query that may ask for the account and the folders."""
        return await db.rows(query, account=self.account, folders=self.folders, **parameters)

    async def songs(self, db: AsyncSession, ids: Sequence[int]) -> list[Child]:
        """Songs."""
        return [song_child(row) for row in await self.rows(db, "songs_by_id", ids=ids)]

    async def albums(self, db: AsyncSession, ids: Sequence[int]) -> list[AlbumID3]:
        """Albums, by tags."""
        return [album_id3(row) for row in await self.rows(db, "albums_by_id", ids=ids)]

    async def album_children(self, db: AsyncSession, ids: Sequence[int]) -> list[Child]:
        """Albums, by folders."""
        return [album_child(row) for row in await self.rows(db, "albums_by_id", ids=ids)]

    async def artists(self, db: AsyncSession, ids: Sequence[int]) -> list[ArtistID3]:
        """Artists, by tags."""
        return [artist_id3(row) for row in await self.rows(db, "artists_by_id", ids=ids)]

    async def folder_artists(self, db: AsyncSession, ids: Sequence[int]) -> list[Artist]:
        """Artists, by folders."""
        return [folder_artist(row) for row in await self.rows(db, "artists_by_id", ids=ids)]

    async def artist_children(self, db: AsyncSession, ids: Sequence[int]) -> list[Child]:
        """Artists as directories."""
        return [artist_child(row) for row in await self.rows(db, "artists_by_id", ids=ids)]

    async def one(self, db: AsyncSession, query: str, number: int) -> Row:
        """The row of one id, also when it has become another. Raises `NotFound`."""
        rows = await self.rows(db, query, ids=[number])
        if not rows and (successor := (await successors(db, [number])).get(number)):
            rows = await self.rows(db, query, ids=[successor])
        if not rows:
            raise NotFound
        return rows[0]


async def known(db: AsyncSession, view: View, kind: Kind, ids: Iterable[int]) -> dict[int, int]:
    """Of songs, albums or artists those that are visible: by the ids that were given, the ids that they have now."""
    query = _KNOWN[kind]
    found = {number: number for number in await view.ids(db, query, ids=list(ids))}
    if missing := set(ids) - found.keys():
        became = await successors(db, missing)
        there = set(await view.ids(db, query, ids=list(became.values()))) if became else set[int]()
        found |= {old: new for old, new in became.items() if new in there}
    return found


_KNOWN = {Kind.SONG: "known_songs", Kind.ALBUM: "known_albums", Kind.ARTIST: "known_artists"}


async def view_of(call: Call, db: AsyncSession) -> View:
    """The view of the request's account, of the folders in `musicFolderId` when it names any.

    A folder that there is not, or that the account may not use, is error 70: the two are not told apart.
    """
    visible = {row.id for row in await folders_of(call.account.id, db)}
    wanted = set(call.params.identifiers("musicFolderId", Kind.FOLDER))
    if wanted - visible:
        raise NotFound
    return View(call.account.id, sorted(wanted or visible))


async def folders_of(account: int, db: AsyncSession) -> list[Row]:
    """Number and name of the music folders that an account may use, by name."""
    return await db.rows("visible_folders", account=account)


async def successors(db: AsyncSession, ids: Iterable[int]) -> dict[int, int]:
    """What became of those ids that were merged into others: players keep the old ones for years."""
    return {row.old_id: row.id for row in await db.rows("aliases", ids=list(ids))}


async def many(database: AsyncDatabase, db: AsyncSession, fetch: "Fetch[B]", ids: Sequence[int]) -> Many[B]:
    """What is visible of the ids: at once when they are few, else batch by batch while the client reads."""
    if len(ids) <= BATCH:
        return await fetch(db, ids)

    async def batches() -> AsyncGenerator[list[B]]:
        for start in range(0, len(ids), BATCH):
            async with database.read() as session:
                batch = await fetch(session, ids[start : start + BATCH])
            yield batch

    return Pieces(read_ahead(batches()))


async def scattered(database: AsyncDatabase, fetch: "Fetch[B]", ids: Sequence[int]) -> list[B]:
    """What is visible of ids that lie all over the catalogue, in their order.

    Of songs there are more than memory holds, so each is a read of the disk: several connections wait for theirs at the
    same time. Nobody may hold a connection meanwhile, or requests could wait for each other's.
    """
    parts = max(1, min(len(ids) // FEWEST, AT_ONCE))

    async def part(number: int) -> list[B]:
        async with database.read() as session:
            return await fetch(session, ids[len(ids) * number // parts : len(ids) * (number + 1) // parts])

    return [item for found in await asyncio.gather(*map(part, range(parts))) for item in found]


async def read_ahead(batches: AsyncGenerator[T]) -> AsyncGenerator[T]:
    """The batches, each read while the one before it is written and sent: one ahead, never more.

    Who stops reading cuts off what is being read: the database is told, and the connection returns to the pool.
    """
    following = asyncio.create_task(_next(batches))
    try:
        while (batch := await following) is not None:
            following = asyncio.create_task(_next(batches))
            yield batch
    finally:
        following.cancel()
        await asyncio.wait([following])
        if not following.cancelled():
            following.exception()  # It is nobody's any more.
        await batches.aclose()


async def _next(batches: AsyncGenerator[T]) -> T | None:
    return await anext(batches, None)
