"""The walk through the whole library that players do with an empty query, to keep a copy of it.

It goes by entry number, which follows commits: what comes in meanwhile is appended, though it joins an old album, so a
walk in pages neither misses nor repeats anything.
"""

from collections.abc import AsyncGenerator

from melodee.async_database import AsyncDatabase, AsyncSession
from melodee.subsonic.description import Many, Pieces
from melodee_api.view import BATCH, B, Fetch, View, read_ahead


async def walk(  # noqa: PLR0917
    database: AsyncDatabase, view: View, query: str, fetch: Fetch[B], size: int, offset: int
) -> Many[B]:
    """The library in the order of entry, from an offset on."""

    async def page(db: AsyncSession, after: int, left: int, skip: int) -> tuple[list[B], int]:
        rows = await view.rows(db, query, after=after, size=min(left, BATCH), offset=skip)
        return await fetch(db, [row.id for row in rows]), rows[-1].entry if len(rows) == BATCH else 0

    async with database.read() as db:
        first, reached = await page(db, 0, size, offset)
    if size <= BATCH or not reached:
        return first

    async def batches() -> AsyncGenerator[list[B]]:
        yield first
        after, left = reached, size - BATCH
        while after and left > 0:
            async with database.read() as db:
                following, after = await page(db, after, left, 0)
            yield following
            left -= BATCH

    return Pieces(read_ahead(batches()))
