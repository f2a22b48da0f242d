"""Drift: what is derived from the rows of the catalogue and no longer says what they say, and how it is mended.

Nothing in Melodee makes it; a statement by hand, a restored table or a damaged disk may. Rows of `albums`, `songs` and
`artists` are what counts. They are compared in ranges of some thousand songs, so memory is bounded whatever the library
is, each range in a transaction of its own: in one snapshot when it is only looked at, under the catalogue's lock when
it is mended, so that a promotion waits for one range at most. Numbers, which belong to no range, come last
(`melodee.catalogue.drift_numbers`).
"""

from collections import Counter
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from psycopg.types.json import Jsonb

from melodee.catalogue.rows import document_terms
from melodee.database import Database, Row, Session
from melodee.ids import LARGEST, LEAF_SHIFT
from melodee.text import comparable, search_terms

Problems = Counter[tuple[str, str]]
"""Rows by table and by what is wrong with them: `missing`, `stray` (they are there, and should not be) or `wrong`; of
what nothing can mend, `empty` albums, whose songs are lost, and `orphaned` songs and artists in lists, whose row of
`albums` or `artists` is."""

LOST = frozenset({"orphaned", "empty"})

_DERIVED = ("albums", "songs", "song_genre", "album_genre", "song_credit", "album_credit", "lyrics")
"""Tables for each of which `<table>_drift` shows what is wrong in a range; `mend_<table>` mends what is not lost."""


@dataclass
class Look:
    """What was compared, and what was found to be wrong with it."""

    subject: str
    compared: str = ""
    """How much it was, in words."""
    found: Problems = field(default_factory=Problems)
    mended: bool = False
    """All that was found is right now, but for what is lost."""

    def note(self, table: str, problems: Sequence[str]) -> None:
        """Adds rows of a table by what is wrong with them."""
        self.found.update((table, problem) for problem in problems)


def compare_rows(database: Database, *, mend: bool = False) -> Generator[Look]:
    """Compares every derived row with the rows of the catalogue, leaf by leaf, and mends it when asked to."""
    every = leaves(database)
    elsewhere = Look("songs elsewhere", mended=mend)
    for _, bounds in every:
        with _looking(database, mend=mend) as db:
            _compare(db, elsewhere, "song_of_album_elsewhere", bounds, mend=mend)
    yield elsewhere
    missing: dict[int, int] = {}
    for number, bounds in every:
        look = Look(f"leaf {number:04}", mended=mend)
        albums = songs = 0
        for part in ranges(database, bounds):
            with _looking(database, mend=mend) as db:
                counts = _compare_range(db, look, part, mend=mend)
            albums, songs = albums + counts.albums, songs + counts.songs
        look.compared = f"{albums:,} albums with {songs:,} songs"
        missing[number] = 0 if mend else look.found["song_credit", "missing"]
        yield look
    yield _compare_credits(database, every, missing, mend=mend)
    yield _compare_artists(database, mend=mend)


def leaves(database: Database) -> list[tuple[int, tuple[int, int]]]:
    """Each leaf with the ids to look at; the first and the last also answer for ids that no leaf has."""
    with database.autocommit() as db:
        numbers = [row.number for row in db.rows("leaf_numbers")]
    return [
        (
            number,
            (
                number << LEAF_SHIFT if number != numbers[0] else 0,
                (number + 1) << LEAF_SHIFT if number != numbers[-1] else LARGEST,
            ),
        )
        for number in numbers
    ]


def ranges(database: Database, bounds: tuple[int, int]) -> Generator[tuple[int, int]]:
    """Cuts a leaf into ranges of some thousand songs, at borders of albums."""
    low, high = bounds
    while low < high:
        with database.autocommit() as db:
            end = db.value("drift_range_end", low=low, high=high)
        yield low, end
        low = end


@contextmanager
def _looking(database: Database, *, mend: bool) -> Generator[Session]:
    with database.begin() as db:
        if mend:
            db.value("lock_catalogue")
        else:
            db.run("see_one_snapshot")
        yield db


def _compare(db: Session, look: Look, table: str, bounds: tuple[int, int], *, mend: bool) -> None:
    """Compares one derived table in a range of ids."""
    low, high = bounds
    found = db.rows(f"{table}_drift", low=low, high=high)
    look.note(table, [row.problem for row in found])
    if mend and any(row.problem not in LOST for row in found):
        rows = Jsonb([row._asdict() for row in found])
        limits = {"low": low, "high": high} if table == "albums" else {}
        db.run(f"mend_{table}", rows=rows, **limits)


def _compare_range(db: Session, look: Look, bounds: tuple[int, int], *, mend: bool) -> Row:
    """Compares everything that is derived from the albums and songs of a range; returns how many these are."""
    low, high = bounds
    songs = [
        _place(row, row.title, lambda row: document_terms(row.title, row.display_artist, *row.artists))
        for row in db.rows("songs_and_places", low=low, high=high)
    ]
    _settle_index(db, look, "song_index", songs, mend=mend)
    albums = [
        _place(row, row.name, lambda row: document_terms(row.name, row.display_artist))
        for row in db.rows("albums_and_places", low=low, high=high)
    ]
    _settle_index(db, look, "album_index", albums, mend=mend)
    for table in _DERIVED:
        _compare(db, look, table, bounds, mend=mend)
    counts = db.one("drift_counts", low=low, high=high)
    assert counts is not None  # noqa: S101 - numbers are always an answer
    return counts


def _place(row: Row, name: str | None, terms: Callable[[Row], list[str]]) -> dict[str, Any] | None:
    """A row of an index table as it should be, with what is wrong with it; nothing where it is right."""
    if row.stray:
        return {"problem": "stray", "id": row.id}
    assert name is not None  # noqa: S101 - only strays have none
    search_name, lexemes = comparable(name), terms(row)
    if not row.missing and row.same and row.search_name == search_name and set(row.terms) == set(lexemes):
        return None
    problem = "missing" if row.missing else "wrong"
    return row._asdict() | {"problem": problem, "search_name": search_name, "terms": lexemes}


def _settle_index(db: Session, look: Look, table: str, places: Sequence[dict[str, Any] | None], *, mend: bool) -> None:
    found = [place for place in places if place is not None]
    look.note(table, [place["problem"] for place in found])
    if mend and found:
        db.run(f"mend_{table}", rows=Jsonb(found))


def _compare_credits(
    database: Database, every: Sequence[tuple[int, tuple[int, int]]], missing: dict[int, int], *, mend: bool
) -> Look:
    """Who is listed for songs and not credited. No index leads there from a song, so first it is the number that tells:
    in one snapshot, how many are listed, how many credits there are, and how many of them are known to be missing.
    """
    look = Look("credits", mended=mend)
    with _looking(database, mend=False) as db:
        listed = Counter({row.leaf: row.listed for row in db.rows("listed_song_credits")})
        look.compared = f"{listed.total():,} credits of songs"
        for number, bounds in every:
            for low, high in ranges(database, bounds):
                listed[number] -= db.value("credits_of_songs", low=low, high=high)
    for leaf, number in listed.items():
        strays = number + missing.get(leaf, 0)
        if strays == 0:
            continue
        if mend:
            with _looking(database, mend=True) as db:
                found = db.rows("song_credit_strays", low=leaf << LEAF_SHIFT, high=(leaf + 1) << LEAF_SHIFT)
                db.run("mend_song_credit", rows=Jsonb([row._asdict() for row in found]))
            strays = len(found)
        look.found["song_credit", "stray"] += strays
    return look


def _compare_artists(database: Database, *, mend: bool) -> Look:
    """Who shows in lists, and with which roles."""
    look = Look("artists", mended=mend)
    low, seen = 0, 0
    while low < LARGEST:
        with _looking(database, mend=mend) as db:
            high = db.value("drift_artists_end", low=low) or LARGEST
            rows = db.rows("artists_and_places", low=low, high=high)
            _settle_index(db, look, "artist_index", [_artist_place(row) for row in rows], mend=mend)
            roles = [row.id for row in rows if row.other_roles and row.name is not None]
            look.found["artists", "wrong"] += len(roles)
            entries = [row.id for row in rows if row.entry_differs]
            look.found["artist_folder", "wrong"] += len(entries)
            if mend:
                db.run("settle_artists", ids=roles, covers=[])
                db.run("mend_artist_entries", ids=entries)
        seen, low = seen + sum(row.shown for row in rows), high
    look.compared = f"{seen:,} artists"
    look.found = +look.found
    return look


def _artist_place(row: Row) -> dict[str, Any] | None:
    if not row.credited and not row.shown:
        return None
    if row.name is None or not row.credited:
        return {"problem": "orphaned" if row.credited else "stray", "id": row.id}
    search_name, lexemes = comparable(row.name), search_terms(row.name)
    if row.shown and row.same and row.search_name == search_name and set(row.terms) == set(lexemes):
        return None
    problem = "wrong" if row.shown else "missing"
    return row._asdict() | {"problem": problem, "search_name": search_name, "terms": lexemes}
