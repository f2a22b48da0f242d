"""Who of a credit it is by: `A feat. B` is A's, `A & B` is both's."""

import re
from collections.abc import Sequence
from functools import lru_cache

from melodee.text import fold

_FEATURING = re.compile(r"[\s(\[（［【]+(?:feat|ft|featuring)\b\.?\s", re.IGNORECASE)


def main_artists(names: Sequence[str], credit: str = "") -> tuple[str, ...]:
    """The artists without guests. `credit` is how the file words them all, where it says more than the names."""
    return _main(tuple(names), credit)


def without_guests(credit: str) -> str:
    """`A & B feat. C` is `A & B`."""
    found = _FEATURING.search(credit)
    return credit[: found.start()].strip() or credit if found else credit


@lru_cache(maxsize=8192)
def _main(names: tuple[str, ...], credit: str) -> tuple[str, ...]:
    names = tuple(name for name in names if fold(name))
    if len(names) == 1:
        return (without_guests(names[0]),)
    before = without_guests(credit)
    if before == credit:
        return names
    main = fold(before)
    return tuple(name for name in names if fold(name) in main) or names[:1]
