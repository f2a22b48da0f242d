"""Search, and the walk through the whole library that players do with an empty query to keep a copy of it."""

import logging

import psycopg

from melodee.subsonic.description import Many
from melodee.subsonic.responses import SearchResult3
from melodee.text import comparable, query_terms, tsquery
from melodee_api.endpoint import Call, endpoint
from melodee_api.library_walk import walk
from melodee_api.params import INT64
from melodee_api.view import B, Fetch, View, many, view_of

logger = logging.getLogger(__name__)

MOST = 10_000
"""Artists, albums or songs in one answer; who asks for more goes on at the offset that was reached."""

TIMEOUT_MS = 1500
"""A search that takes longer gives nothing of its kind: the others still answer."""


@endpoint("search3", "searchResult3")
async def search_3(call: Call) -> SearchResult3:
    """What has all the words of `query`, the last one perhaps unfinished; the whole library when there are none."""
    text = call.params.text("query", "")
    terms = tsquery(query_terms(text))
    async with call.database.read() as db:
        view = await view_of(call, db)
    search = _Search(call, view, terms, comparable(text))
    return SearchResult3(
        artist=await search.find("artist", view.artists),
        album=await search.find("album", view.albums),
        song=await search.find("song", view.songs),
    )


class _Search:
    """One request's search for each kind."""

    def __init__(self, call: Call, view: View, terms: str | None, name: str) -> None:
        self._call, self._view, self._terms, self._name = call, view, terms, name

    async def find(self, kind: str, fetch: Fetch[B]) -> Many[B]:
        """A page of one kind, as `…Count` and `…Offset` ask; a count of 0 asks the database nothing."""
        size = self._call.params.integer(f"{kind}Count", 20, least=0, most=MOST)
        offset = self._call.params.integer(f"{kind}Offset", 0, least=0, most=INT64 - MOST)
        if size == 0:
            return []
        database = self._call.database
        if self._terms is None:
            return await walk(database, self._view, f"all_{kind}s", fetch, size, offset)
        ids = await self._matches(f"search_{kind}s", size, offset)
        async with database.read() as db:
            return await many(database, db, fetch, ids)

    async def _matches(self, query: str, size: int, offset: int) -> list[int]:
        try:
            async with self._call.database.begin() as db:
                await db.one("bound_search", timeout_ms=TIMEOUT_MS)
                return await self._view.ids(
                    db, query, terms=self._terms, name=self._name, size=size, offset=offset
                )  # fmt: skip
        except psycopg.errors.QueryCanceled:
            # Not what was searched for: the log does not say what people listen to.
            logger.warning("%s took more than %s ms", query, TIMEOUT_MS)
            return []
