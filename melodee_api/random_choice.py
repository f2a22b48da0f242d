"""Random albums and songs: the neighbours of random points in the order of random keys that the catalogue stores.

Each point gives one row, so that two songs which are neighbours by chance are not always played together. Where points
do not give enough (a small library, or a rare combination of genre and years), one run from a last point fills up; it
goes on at the beginning, so the answer is short only when the library is.
"""

import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass

from melodee.database import AsyncSession
from melodee_api.view import View

KEYS = 1 << 31
"""Random keys are whole numbers below this."""

LOOK = 100
"""Entries that are looked at from each point on for one of the wanted years."""

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

    async def take(points: Sequence[int], each: int) -> list[int]:
        return await view.ids(db, "random_albums", points=points, each=each)

    return await _chosen(size, take, take)


async def random_songs(db: AsyncSession, view: View, size: int, wanted: SongFilter) -> list[int]:
    """Ids of different songs of the genre and the years, as many as there are up to `size`."""
    query = "random_songs" if wanted.genre is None else "random_songs_of_genre"

    async def take(points: Sequence[int], each: int) -> list[int]:
        look = LOOK if wanted.has_years else each
        return await view.ids(db, query, points=points, each=each, look=look, **asdict(wanted))

    async def run(points: Sequence[int], each: int) -> list[int]:
        if wanted.genre is not None or not wanted.has_years:
            return await view.ids(db, query, points=points, each=each, look=KEYS, **asdict(wanted))
        first = 0 if wanted.from_year is None else wanted.from_year
        last = KEYS - 1 if wanted.to_year is None else wanted.to_year
        return await view.ids(
            db, "random_songs_of_years", point=points[0], each=each, from_year=first, to_year=last
        )  # fmt: skip

    return await _chosen(size, take, run)


Take = Callable[[Sequence[int], int], Awaitable[list[int]]]
"""Gives the ids from some points on, so many from each."""


async def _chosen(size: int, take: Take, run: Take) -> list[int]:
    """Different ids in random order: from points of their own, then from a run that goes on at the beginning."""
    if size <= 0:
        return []
    found = dict.fromkeys(await take([_random.randrange(KEYS) for _ in range(size)], 1))
    for point in (_random.randrange(KEYS), 0):
        if len(found) < size:
            found |= dict.fromkeys(await run([point], size))
    chosen = list(found)[:size]
    _random.shuffle(chosen)
    return chosen
