"""Search, and the walk through the whole library that players do with an empty query to keep a copy of it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from melodee.search_query import SearchQuery
from melodee.subsonic.description import Many
from melodee.subsonic.responses import SearchResult3
from melodee_api.correction import corrections
from melodee_api.endpoint import Call, endpoint
from melodee_api.library_walk import walk
from melodee_api.params import INT64
from melodee_api.search_ladder import find
from melodee_api.view import B, Fetch, View, many, view_of

KINDS = ("artist", "album", "song")

MOST = 10_000
"""Artists, albums or songs in one answer; who asks for more goes on at the offset that was reached. With words, these
are also all that can be reached."""


@dataclass(frozen=True)
class _Page:
    """The part of a kind that is asked for."""

    size: int
    offset: int

    @property
    def reach(self) -> int:
        """How many results lie before its end."""
        return min(self.offset + self.size, MOST) if self.size else 0


@endpoint("search3", "searchResult3")
async def search_3(call: Call) -> SearchResult3:
    """What has all the words of `query`, the last one perhaps unfinished; the whole library when there are none."""
    query = SearchQuery.of(call.params.text("query", ""))
    pages = {kind: _page(call, kind) for kind in KINDS}
    async with call.database.read() as db:
        view = await view_of(call, db)
    if query is None:
        return SearchResult3(
            artist=await _walk(call, view, "artist", view.artists, pages),
            album=await _walk(call, view, "album", view.albums, pages),
            song=await _walk(call, view, "song", view.songs, pages),
        )
    found = await _find(call, view, query, pages)
    artists, albums, songs = await asyncio.gather(
        _rows(call, view.artists, found["artist"]),
        _rows(call, view.albums, found["album"]),
        _rows(call, view.songs, found["song"]),
    )
    return SearchResult3(artist=artists, album=albums, song=songs)


def _page(call: Call, kind: str) -> _Page:
    """As `…Count` and `…Offset` ask."""
    return _Page(
        size=call.params.integer(f"{kind}Count", 20, least=0, most=MOST),
        offset=call.params.integer(f"{kind}Offset", 0, least=0, most=INT64 - MOST),
    )


async def _walk(call: Call, view: View, kind: str, fetch: Fetch[B], pages: Mapping[str, _Page]) -> Many[B]:
    """A page of everything; a count of 0 asks the database nothing."""
    page = pages[kind]
    return await walk(call.database, view, f"all_{kind}s", fetch, page.size, page.offset) if page.size else []


async def _find(call: Call, view: View, query: SearchQuery, pages: Mapping[str, _Page]) -> dict[str, list[int]]:
    """The ids of each page. A query that nothing answers is mended, once."""
    wanted = {kind: page.reach for kind, page in pages.items() if page.reach}
    if not wanted:
        return {kind: [] for kind in pages}
    found = await find(call.database, view.folders, query, wanted)
    if not any(found.values()):
        for corrected in await corrections(call.database, query):
            found = await find(call.database, view.folders, corrected, wanted)
            if any(found.values()):
                break
    return {kind: found.get(kind, [])[page.offset : page.reach] for kind, page in pages.items()}


async def _rows(call: Call, fetch: Fetch[B], ids: list[int]) -> Many[B]:
    if not ids:
        return []
    async with call.database.read() as db:
        return await many(call.database, db, fetch, ids)
