"""How a search with words finds its ids, at ten million songs as at ten thousand.

Reading all that has a common word takes longer than a listener waits, so a kind (artists, albums, songs) is asked in
rungs, and the next one only where those before it gave too few:

- a frequent beginning of a word: its stored list, together with the names that are or begin so;
- a term that few names have: all of these, whatever the other terms are;
- only frequent terms: the names that are or begin so, together with the hot tier;
- the whole index, of which a bounded number is looked at.

A kind that is small enough to have no hot tier is searched whole. All rungs order by `search_rank` and then by id, and
none repeats what an earlier one gave, so that pages follow each other. A statement costs a twentieth of a millisecond
to send, so the rungs are statements of their own rather than one that does everything.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import psycopg

from melodee.async_database import AsyncDatabase, AsyncSession
from melodee.catalogue.search_upkeep import FREQUENT, HOT_TIER
from melodee.database import Row
from melodee.search_query import SearchQuery

logger = logging.getLogger(__name__)

TIMEOUT_MS = 1500
"""What no rung may exceed. A kind whose rung does has what earlier rungs gave: the other kinds still answer."""

_CANDIDATES = 10_000
"""Documents that are looked at in the index of a kind with a hot tier, or too large to be without."""

_POPULAR = 2000
"""Documents that are looked at in the hot tier, which lies roughly in the order of plays."""

_POPULAR_CHECKED = 5000
"""The same where the last term is checked rather than looked up."""

_NAMED = 60
"""Names that are looked at, of those that begin as the query does."""

_SAME_NAME = 20
"""Names that are looked at, of those that are what was typed, where a stored list has enough that begin so."""

_LAST, _FIRST = "\U0010ffff", "\x01"
"""What sorts after all characters of names, and before them."""

_VERY_FREQUENT = 100_000
"""A prefix of more documents than this is checked rather than looked up, where another term is ten times rarer. So is
one that a tenth of all documents have, in the hot tier: looking up thousands of words is most of such a search."""


_NOTHING: Mapping[str, object] = {
    "folders": [0], "terms": "'\x01'", "driver": "'\x01'", "names": ["\x01"], "parts": [], "beginnings": ["\x01"],
    "prefix": "\x01", "beyond": "\x01", "look": 1, "most": 1, "seen": [], "size": 1,
}  # fmt: skip
SEARCH_QUERIES: Mapping[str, Mapping[str, object]] = {
    "search_state": _NOTHING,
    "word_documents": {"words": ["\x01"]},
    **{f"{rung}_{kind}s": _NOTHING for rung in ("listed", "named", "search") for kind in ("artist", "album", "song")},
    **{f"popular_{kind}s": _NOTHING for kind in ("album", "song")},
}
"""All that a search may ask, with parameters that find nothing: a fresh connection takes 50 ms to plan them."""


@dataclass
class _Kind:
    """One kind on its way up."""

    name: str
    wanted: int
    hot: bool
    total: int
    documents: int | None
    """How many have the last term as a prefix, when these are many."""
    complete: bool
    """Whether the stored lists have all of them."""
    begins: bool
    """Whether a stored list has enough names that begin so."""
    rarest: str | None = None
    """The term to look up, when it is rare enough to read all that have it."""
    driver: str = ""
    """What the index is asked for."""
    begun: bool = False
    """Whether the last term is one that a tenth of all have, beside others."""
    named: list[Row] = field(default_factory=list[Row])
    ids: list[int] = field(default_factory=list[int])
    rungs: list[str] = field(default_factory=list[str])
    """Those that are left."""

    def most(self, rung: str) -> int | None:
        """How many candidates a rung looks at; all, when there is no number."""
        if rung == "popular":
            return max(_POPULAR_CHECKED if self.begun else _POPULAR, self.wanted)
        return max(_CANDIDATES, self.wanted) if self.hot or self.total > HOT_TIER else None


async def find(
    database: AsyncDatabase, folders: list[int], query: SearchQuery, wanted: Mapping[str, int]
) -> dict[str, list[int]]:
    """The best ids of each kind, as many as are wanted of it; kinds that are not named are not asked for.

    Each kind climbs by itself, over a connection of its own where one is free: the disk is waited for together.
    """
    async with database.read() as db:
        kinds = await _kinds(db, folders, query, wanted)
    await asyncio.gather(*(_find(database, folders, query, kind) for kind in kinds))
    return {kind.name: kind.ids for kind in kinds}


async def _find(database: AsyncDatabase, folders: list[int], query: SearchQuery, kind: _Kind) -> None:
    """The best of one kind."""
    async with database.read() as db:
        await _start(db, folders, query, kind)
    if kind.rungs:
        try:
            async with database.begin() as db:
                await db.one("bound_search", timeout_ms=TIMEOUT_MS)
                await _climb(db, folders, query, kind)
        except psycopg.errors.QueryCanceled:
            # Not what was searched for: the log does not say what people listen to.
            logger.warning("Searching for %ss took more than %s ms", kind.name, TIMEOUT_MS)


async def _kinds(db: AsyncSession, folders: list[int], query: SearchQuery, wanted: Mapping[str, int]) -> list[_Kind]:
    """The kinds that are asked for, with what is known of how common the terms are in each."""
    states = {row.kind: row for row in await db.rows("search_state", folders=folders, prefix=query.prefix)}
    kinds = [
        _Kind(name, number, row.hot, row.total, row.documents, bool(row.complete), bool(row.named))
        for name, number in wanted.items()
        for row in (states[name],)
    ]
    counted: dict[str, Row] = {}
    if query.words and any(kind.hot for kind in kinds):
        counted = {row.word: row for row in await db.rows("word_documents", words=query.words)}
    for kind in kinds:
        # A word that the vocabulary does not know is new, or there is none.
        numbers = {word: getattr(counted.get(word), kind.name, 0) for word in query.words}
        numbers.setdefault(query.prefix, FREQUENT - 1 if kind.documents is None else kind.documents)
        rarest = min(numbers, key=lambda term: numbers[term])
        rare = numbers[rarest] < FREQUENT
        uneven = numbers[query.prefix] > max(_VERY_FREQUENT, 10 * numbers[rarest])
        kind.rarest = rarest if rare else None
        kind.driver = query.only(rarest) if kind.hot and (rare or uneven) else query.tsquery
        kind.begun = bool(query.words) and (kind.documents or 0) > kind.total / 10
    return kinds


async def _start(db: AsyncSession, folders: list[int], query: SearchQuery, kind: _Kind) -> None:
    """The rungs that read stored lists and names, and which others may follow."""
    listed = not query.words and kind.documents is not None
    if not listed and (not kind.hot or kind.rarest is not None):
        kind.rungs = ["search"]
        return
    kind.named = await db.rows(
        f"named_{kind.name}s",
        folders=folders,
        names=query.names,
        parts=query.parts,
        beginnings=query.names[:2],
        terms=query.tsquery,
        beyond=_FIRST if listed and kind.begins else _LAST,
        look=_SAME_NAME if listed and kind.begins else _NAMED,
    )
    kind.rungs = ["popular", "search"] if kind.hot else ["search"]
    if listed:
        best = await db.rows(f"listed_{kind.name}s", folders=folders, prefix=query.prefix, size=kind.wanted)
        kind.ids = _merged(kind.named, best)[: kind.wanted]
        if len(kind.ids) == kind.wanted or kind.complete:
            kind.rungs = []


async def _climb(db: AsyncSession, folders: list[int], query: SearchQuery, kind: _Kind) -> None:
    """The rungs that look into an index of words, until there are enough."""
    while kind.rungs and len(kind.ids) < kind.wanted:
        rung = kind.rungs.pop(0)
        driver = kind.driver if rung == "search" else query.finished if kind.begun else query.tsquery
        together = kind.named if rung == "popular" and not kind.ids else []
        rows = await db.rows(
            f"{rung}_{kind.name}s",
            folders=folders,
            terms=query.tsquery,
            names=query.names,
            parts=query.parts,
            driver=driver,
            most=kind.most(rung),
            seen=kind.ids,
            size=kind.wanted - len(kind.ids),
        )
        kind.ids = (kind.ids + _merged(together, rows))[: kind.wanted]


def _merged(some: Sequence[Row], others: Sequence[Row]) -> list[int]:
    """Ids of both, each once, best first."""
    ranks = {row.id: row.rank for row in (*some, *others)}
    return sorted(ranks, key=lambda number: (-ranks[number], number))
