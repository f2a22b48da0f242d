"""Words that are one or two slips of the finger away from a word that nothing has.

The idea is SymSpell's (Wolf Garbe, 2012): two words that differ by at most two slips (a letter too many, too few or
wrong, or two exchanged) become equal when each loses at most two letters. So what remains of a word without one or two
of its letters is made beforehand, as numbers in an index, and a search is some look-ups instead of a comparison with a
million words. Only the beginning of a word is treated so; what shares a number with the query is then compared in full.
"""

import zlib
from collections.abc import Iterable
from typing import NamedTuple

from rapidfuzz.distance import OSA

SHORTEST = 4
"""Letters of a word that is corrected. Shorter ones have too many neighbours."""

SHORTEST_IN_VOCABULARY = 3
"""Letters of a word that a correction may lead to: `abba` for `abbba`, `rem` for `rems`."""

_SHORTEST_WITH_TWO = 6
"""Letters of a word that may hold two slips. In a shorter one a single slip is all that is taken for one."""

_BEGINNING = 7
"""Letters at the beginning of a word that are told apart by number; a word then has 29 numbers at most."""


class Word(NamedTuple):
    """A word of the vocabulary, and how many documents have it."""

    word: str
    frequency: int


def slips_in(word: str) -> int:
    """How many slips a word that nothing has may hold: 0, 1 or 2."""
    if len(word) < SHORTEST or word.isdecimal():
        return 0
    return 2 if len(word) >= _SHORTEST_WITH_TWO else 1


def vocabulary_keys(word: str) -> list[int]:
    """The numbers under which a word of the vocabulary is found; none for numbers and what is too short."""
    if len(word) < SHORTEST_IN_VOCABULARY or word.isdecimal():
        return []
    return _keys(word, 2 if len(word) >= _SHORTEST_WITH_TWO - 1 else 1)


def query_keys(word: str, slips: int) -> list[int]:
    """The numbers that words within so many slips of a query's word have, too."""
    return _keys(word, slips)


def _keys(word: str, slips: int) -> list[int]:
    """CRC-32 as a signed 32-bit integer: stable over machines and versions, unlike Python's `hash`."""
    crc32 = zlib.crc32
    return sorted(
        {crc32(text.encode("utf-8", "surrogatepass")) - (1 << 31) for text in _without(word[:_BEGINNING], slips)}
    )


def _without(word: str, letters: int) -> set[str]:
    """The word, and what is left of it without one letter, or without up to two."""
    found = {word}
    latest: Iterable[str] = (word,)
    for _ in range(letters):
        latest = {text[:at] + text[at + 1 :] for text in latest for at in range(len(text))}
        found |= latest
    return found


def nearest(word: str, candidates: Iterable[Word], slips: int) -> list[str]:
    """Those of the candidates that are within so many slips: fewest slips first, then the most frequent.

    The distance is that of optimal string alignment (Damerau and Levenshtein's, each letter exchanged once).
    """
    close = [
        (distance, -candidate.frequency, candidate.word)
        for candidate in candidates
        if (distance := OSA.distance(word, candidate.word, score_cutoff=slips)) <= slips
    ]
    return [found for _, _, found in sorted(close)]
