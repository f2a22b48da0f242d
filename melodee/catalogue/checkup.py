"""The doctor's look at the catalogue: counts alone, or everything that is derived, which it can mend."""

from collections import Counter

from melodee.catalogue.drift import LOST, Look, compare_rows
from melodee.catalogue.drift_numbers import compare_numbers, disagreements
from melodee.database import Database
from melodee.verdict import Findings, ok, wrong

SUBJECT = "Catalogue"

SONGS_A_SECOND = 6_000
"""How fast everything is compared, about."""


def look_at_catalogue(database: Database, *, thorough: bool, mend: bool) -> Findings:
    """Counts, which take a second at ten million songs; or `thorough`, every row and every number."""
    if thorough or mend:
        for look in compare_rows(database, mend=mend):
            yield from _said(look)
        yield from _said(compare_numbers(database, mend=mend))
    if found := disagreements(database):
        do = "promotions may have come between: run it again" if mend else "run 'melodee doctor --mend'"
        yield wrong(SUBJECT, f"counts that do not agree: {'; '.join(found)}", do)
        return
    with database.autocommit() as db:
        total = db.one("catalogue_totals")
    if total is None:
        return
    said = f"{total.songs:,} songs, {total.albums:,} albums and {total.artists:,} artists; the counts agree"
    if not (thorough or mend) and total.songs:
        said += f" (--thorough compares every row, {_time(total.songs / SONGS_A_SECOND)})"
    yield ok(SUBJECT, said)


def _time(seconds: float) -> str:
    return "within a minute" if seconds <= 60 else f"in about {round(seconds / 60)} minutes"


def _said(look: Look) -> Findings:
    subject = f"{SUBJECT}, {look.subject}"
    lost = Counter({key: number for key, number in look.found.items() if key[1] in LOST})
    derived = look.found - lost
    if lost:
        mend = "nothing can be derived from rows that are gone: bring them back from a backup of the database"
        yield wrong(subject, _words(lost), mend)
    if derived and look.mended:
        yield ok(subject, f"mended: {_words(derived)}")
    elif derived:
        yield wrong(subject, _words(derived), "run 'melodee doctor --mend'")
    elif not lost:
        yield ok(subject, f"{look.compared or 'all'} compared, nothing is wrong")


def _words(problems: Counter[tuple[str, str]]) -> str:
    """`song_index: 3 missing, 1 wrong; list_stretch, songs: 2 wrong`."""
    tables: dict[str, list[str]] = {}
    for (table, problem), number in sorted(problems.items()):
        tables.setdefault(table, []).append(f"{number:,} {problem}")
    return "; ".join(f"{table}: {', '.join(found)}" for table, found in tables.items())
