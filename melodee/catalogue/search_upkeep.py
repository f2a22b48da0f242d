"""What search reads beside the catalogue's own index tables: a hot tier, the vocabulary, lists of frequent prefixes.

None of it is needed for a right answer. Without a hot tier and lists a search reads the index itself, as it does in a
small library; without a vocabulary slips of the finger are not mended. What the catalogue lost meanwhile is passed over
by the search, and what it gained is found by its name, and by words that are not frequent, at once. So upkeep may lag:
until it has run, something new may be missing among the thousands that share a frequent word or beginning of one.

Each function adds what came since the last time, or makes all anew when it is asked to, and when it knows too little.
The work is the server's; here is only a batch of words at a time.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass

from melodee.database import Database
from melodee.search_query import ARTICLES
from melodee.spelling import vocabulary_keys

HOT_TIER = 300_000
"""Albums or songs that are searched first, where there are more."""

FOLDER_TIER = 50_000
"""Of each music folder, however small, so many are among these."""

FREQUENT = 500
"""From how many artists, albums or songs on a prefix has lists of its own."""

_LONGEST_LIST = 200
_SHORTEST_LIST = 40
_LISTED = 1000
"""Entries of a prefix in all folders together: with many folders, each has a shorter list."""

_WORDS_AT_ONCE = 5000


@dataclass(frozen=True)
class SearchKept:
    """What a run did."""

    counts: Mapping[str, int]
    seconds: float

    def as_metadata(self) -> dict[str, int | float | str]:
        """Counts and cost, for operators."""
        return {**self.counts, "seconds": round(self.seconds, 3)}


def keep_hot_tier(
    database: Database, *, anew: bool = False, tier: int = HOT_TIER, folder_tier: int = FOLDER_TIER
) -> SearchKept:
    """The albums and songs that are played most and came last, for searching first. At ten million songs: 10 s anew."""
    began = time.monotonic()
    counts: dict[str, int] = {}
    for kind in ("album", "song"):
        with database.begin() as db:
            row = db.one("keep_hot_tier", kind=kind, tier=tier, folder_tier=folder_tier, anew=anew)
        assert row is not None  # noqa: S101 - the function always answers
        counts |= {
            f"hot_{kind}s": row.entries,
            f"{kind}s_added": row.added,
            f"{kind}s_changed": row.changed,
            f"{kind}s_removed": row.removed,
        }
    return SearchKept(counts, time.monotonic() - began)


def keep_search_tiers(database: Database, *, anew: bool = False) -> SearchKept:
    """The hot tier, and the lists of frequent prefixes that are made of it."""
    hot, prefixes = keep_hot_tier(database, anew=anew), keep_prefixes(database, anew=anew)
    return SearchKept({**hot.counts, **prefixes.counts}, hot.seconds + prefixes.seconds)


def keep_vocabulary(database: Database, *, anew: bool = False) -> SearchKept:
    """The words of all names, how frequent they are, and the keys under which misspelt ones find them.

    At ten million songs with a million words: counting anew takes a minute, the keys of the first million two more.
    """
    began = time.monotonic()
    changed = 0
    for kind in ("artist", "album", "song"):
        with database.begin() as db:
            changed += db.value("count_words", kind=kind, anew=anew)
    forgotten = 0
    if anew:
        with database.begin() as db:
            forgotten = db.run("forget_words")
    new = _make_keys(database)
    return SearchKept(
        {"words_changed": changed, "words_forgotten": forgotten, "words_with_new_keys": new}, time.monotonic() - began
    )


def _make_keys(database: Database) -> int:
    """Keys for words that have none, a batch in a transaction; how many words."""
    made, after = 0, ""
    while True:
        with database.begin() as db:
            words = [row.word for row in db.rows("words_without_keys", after=after, most=_WORDS_AT_ONCE)]
            if not words:
                break
            keys = [f"{{{','.join(map(str, vocabulary_keys(word)))}}}" for word in words]
            db.run("set_word_keys", words=words, keys=keys)
        made, after = made + len(words), words[-1]
    with database.begin() as db:
        db.value("settle_word_keys")
    return made


def keep_prefixes(
    database: Database, *, anew: bool = False, frequent: int = FREQUENT, folder_tier: int = FOLDER_TIER
) -> SearchKept:
    """The best artists, albums and songs of each frequent beginning of a word. At ten million songs: 80 s anew."""
    began = time.monotonic()
    with database.autocommit() as db:
        folders = max(db.value("count_folders"), 1)
    longest = max(_SHORTEST_LIST, min(_LONGEST_LIST, _LISTED // folders))
    counts: dict[str, int] = {}
    for kind in ("artist", "album", "song"):
        with database.begin() as db:
            # Which prefixes are frequent is known by the words; without new ones this takes a millisecond.
            db.value("count_words", kind=kind, anew=False)
        with database.begin() as db:
            row = db.one(
                "keep_prefixes",
                kind=kind,
                frequent=frequent,
                longest=longest,
                folder_tier=folder_tier,
                articles=list(ARTICLES),
                anew=anew,
            )
        assert row is not None  # noqa: S101 - the function always answers
        counts |= {
            f"{kind}_lists": row.lists,
            f"{kind}_lists_changed": row.changed,
            f"{kind}_lists_removed": row.removed,
        }
    return SearchKept(counts, time.monotonic() - began)
