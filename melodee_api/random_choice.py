"""Random albums and songs: the neighbours of random points in the order of random keys that the catalogue stores.

Each point gives one row, so that two songs which are neighbours by chance are not always played together; and one of
the next few, so that a song whose key follows closely upon another's has its chance too. Where points do not give
enough (a small library, or a rare combination of genre and years), a run from a last point fills up; it goes on at the
beginning, so the answer is short only when the library is.
"""

import random
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from itertools import product

from melodee.async_database import AsyncSession
from melodee_api.view import View

KEYS = 1 << 31
"""Random keys are whole numbers below this."""

LOOK = 100
"""Entries that are looked at from each point on for one of the wanted years."""

RUN_LOOK = 20_000
"""Entries that a run looks at for one of the wanted years: all of most genres, and 4 ms of the server's."""

PROBES = 5_000
"""Songs of the wanted years that a run looks for in a large genre."""

NEXT_FEW = 16
"""Neighbours of a point that one is chosen from."""

_random = random.SystemRandom()


@dataclass(frozen=True, slots=True)
class SongFilter:
    """Which songs are wanted; None is any."""

    genre: int | None = None
    from_year: int | None = None
    to_year: int | None = None

    @property
    def has_years(self) -> bool:
        """Whether years are asked for."""
        return self.from_year is not None or self.to_year is not None


async def random_albums(db: AsyncSession, view: View, size: int) -> list[int]:
    """Ids of different albums, as many as there are up to `size`."""

    async def take(points: Points, each: int) -> list[int]:
        return await view.ids(db, "random_albums", points=list(points), skips=list(points.values()), each=each)

    return await _chosen(size, take, take)


async def random_songs(db: AsyncSession, view: View, size: int, wanted: SongFilter) -> list[int]:
    """Ids of different songs of the genre and the years, as many as there are up to `size`.

    A genre and years that are both common, and hardly ever go together, may give fewer.
    """
    query = "random_songs" if wanted.genre is None else "random_songs_of_genre"
    first = 0 if wanted.from_year is None else wanted.from_year
    last = KEYS - 1 if wanted.to_year is None else wanted.to_year

    async def near(points: Points, each: int, look: int) -> list[int]:
        skips = list(points.values())
        return await view.ids(db, query, points=list(points), skips=skips, each=each, look=look, **asdict(wanted))

    async def take(points: Points, each: int) -> list[int]:
        return await near(points, each, LOOK if wanted.has_years else each)

    async def look_far(points: Points, each: int) -> list[int]:
        return await near(points, each, RUN_LOOK)

    async def of_years(points: Points, each: int) -> list[int]:
        (point,) = points
        return await view.ids(
            db, "random_songs_of_years", point=point, each=each, from_year=first, to_year=last
        )  # fmt: skip

    async def of_years_and_genre(points: Points, each: int) -> list[int]:
        rows = await view.rows(db, "songs_of_genre", genre=wanted.genre)
        if rows[0].songs <= RUN_LOOK:
            return []  # All of them were looked at before.
        (point,) = points
        ranges = max(last - first + 1, 1) * max(len(view.folders), 1)
        look = max(NEXT_FEW, PROBES // ranges)
        return await view.ids(
            db, "random_songs_of_genre_and_years",
            genre=wanted.genre, point=point, each=each, look=look, from_year=first, to_year=last,
        )  # fmt: skip

    if not wanted.has_years:
        return await _chosen(size, take, take)
    if wanted.genre is None:
        return await _chosen(size, take, of_years)
    return await _chosen(size, take, look_far, of_years_and_genre)


Points = dict[int, int]
"""Random points, and how many entries to pass over from each on."""

Take = Callable[[Points, int], Awaitable[list[int]]]
"""Gives the ids from some points on, so many from each."""


async def _chosen(size: int, take: Take, *runs: Take) -> list[int]:
    """Different ids in random order: from points of their own, then from runs that go on at the beginning."""
    if size <= 0:
        return []
    points = {_random.randrange(KEYS): _random.randrange(NEXT_FEW) for _ in range(size)}
    found = dict.fromkeys(await take(points, 1))
    for run, point in product(runs, (_random.randrange(KEYS), 0)):
        if len(found) < size:
            found |= dict.fromkeys(await run({point: 0}, size))
    chosen = list(found)[:size]
    _random.shuffle(chosen)
    return chosen
