"""What was probably meant by a query that nothing answers.

A word that no name has is mended through the vocabulary, which upkeep keeps; where there is none yet, nothing is.
"""

from melodee import spelling
from melodee.async_database import AsyncDatabase, AsyncSession
from melodee.search_query import SearchQuery

_TRIES = 3
"""Words that are tried for one: the likeliest may be in folders that the listener does not see."""

_MOST_WORDS = 2
"""Words of a query that may be wrong. Where there are more, it is another language's."""

_TIMEOUT_MS = 200


async def corrections(database: AsyncDatabase, query: SearchQuery) -> list[SearchQuery]:
    """The query with other words for those that no name has, the likeliest first; none where nothing can be mended."""
    async with database.read() as db:
        rows = await db.rows("unknown_words", words=query.words, prefix=query.prefix)
    unknown = list(dict.fromkeys(row.word for row in rows))
    if not unknown or len(unknown) > _MOST_WORDS or not all(map(spelling.slips_in, unknown)):
        return []
    async with database.begin() as db:
        await db.one("bound_search", timeout_ms=_TIMEOUT_MS)
        meant = {word: await _meant(db, word) for word in unknown}
    if not all(meant.values()):
        return []
    tries = min(max(map(len, meant.values())), _TRIES)
    return [
        query.corrected({word: near[min(at, len(near) - 1)] for word, near in meant.items()}) for at in range(tries)
    ]


async def _meant(db: AsyncSession, word: str) -> list[str]:
    """Words that are one slip away, and only where there are none those that are two."""
    for slips in range(1, spelling.slips_in(word) + 1):
        rows = await db.rows("neighbours", keys=spelling.query_keys(word, slips))
        if near := spelling.nearest(word, (spelling.Word(row.word, row.frequency) for row in rows), slips):
            return near
    return []
