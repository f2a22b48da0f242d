"""Artists in the order of their names, a page at a time: what `getArtists`, `getIndexes` and a music folder show.

A page is found by where the last one ended, so the walk through 300,000 artists holds some hundred of them. A folder
that holds few of these is another matter: a page of it would be looked for in all of the order, so its artists are put
in order at once.
"""

from collections.abc import AsyncGenerator, Callable
from itertools import groupby, takewhile
from typing import Generic, TypeVar

from melodee.async_database import AsyncDatabase, AsyncSession
from melodee.database import Row
from melodee.subsonic.description import Many, Pieces
from melodee.subsonic.responses import Artist, ArtistID3, Child
from melodee_api.view import BATCH, Fetch, View

A = TypeVar("A", Artist, ArtistID3, Child)
L = TypeVar("L")

FEW = 5_000
"""Artists in the folders up to which they are put in order at once: 25 ms of the server's, and a megabyte."""

Page = list[tuple[str, A]]
"""Artists with their index letters."""


async def pages(database: AsyncDatabase, view: View, fetch: Fetch[A]) -> AsyncGenerator[Page[A]]:
    """All artists with albums of their own in the view's folders, in the order of letter and name."""
    async with database.read() as db:
        few = await _few(db, view)
    start, place = 0, {"letter": "", "name": "", "id": 0}
    while True:
        async with database.read() as db:
            if few is None:
                found = await view.rows(db, "artists_by_name", **place, size=BATCH)
            else:
                found = few[start : start + BATCH]
            artists = await fetch(db, [row.id for row in found])
        letters = {str(row.id): row.index_letter for row in found}
        yield [(letters[artist.id], artist) for artist in artists]
        if len(found) < BATCH:
            return
        start, last = start + BATCH, found[-1]
        place = {"letter": last.index_letter, "name": last.sort_name, "id": last.id}


async def _few(db: AsyncSession, view: View) -> list[Row] | None:
    """Id and letter of all artists, when they are few."""
    (total,) = await view.rows(db, "artists_in_folders")
    return await view.rows(db, "few_artists_by_name") if total.artists <= FEW else None


async def artists(database: AsyncDatabase, view: View, fetch: Fetch[A]) -> AsyncGenerator[list[A]]:
    """As `pages`, without the letters."""
    async for page in pages(database, view, fetch):
        yield [artist for _, artist in page]


async def by_letter(database: AsyncDatabase, view: View, fetch: Fetch[A], make: Callable[[str, Many[A]], L]) -> Many[L]:
    """The artists below their letters; `make` makes an index of a letter and its artists. At once when they are few."""
    walk = pages(database, view, fetch)
    first = await anext(walk)
    if len(first) < BATCH:
        await walk.aclose()
        return [
            make(letter, [artist for _, artist in group]) for letter, group in groupby(first, key=lambda pair: pair[0])
        ]
    return Pieces(_Letters(walk, first).indexes(make))


class _Letters(Generic[A]):
    """Cuts the pages where the letter changes: a letter may begin in one page and end many pages later."""

    def __init__(self, walk: AsyncGenerator[Page[A]], first: Page[A]) -> None:
        self._walk, self._rest = walk, first

    async def indexes(self, make: Callable[[str, Many[A]], L]) -> AsyncGenerator[list[L]]:
        """One index after the other; each is to be read before the next is asked for."""
        while await self._more():
            letter = self._rest[0][0]
            yield [make(letter, Pieces(self._below(letter)))]
            async for _ in self._below(letter):
                pass  # Whoever asks for the next letter does not want the rest of this one.

    async def _below(self, letter: str) -> AsyncGenerator[list[A]]:
        while await self._more() and self._rest[0][0] == letter:
            same = list(takewhile(lambda pair: pair[0] == letter, self._rest))
            self._rest = self._rest[len(same) :]
            yield [artist for _, artist in same]

    async def _more(self) -> bool:
        while not self._rest:
            page = await anext(self._walk, None)
            if page is None:
                return False
            self._rest = page
        return True
