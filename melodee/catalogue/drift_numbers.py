"""Drift of numbers: everything that is counted, counted anew and compared, and what is missing added.

All albums are counted within one snapshot, in ranges, into a temporary table that has a row for each number. What the
kept numbers lack is then added under the catalogue's lock: writers add and take away what they change, so the amount
that is missing stays the same whatever they did meanwhile. While it counts, vacuum removes nothing that goes.
"""

from melodee.catalogue.drift import Look, leaves, ranges
from melodee.database import Database, Session

_MENDS = (
    "mend_folder_total", "mend_genre_folder", "mend_artist_folder", "remove_uncredited_artists", "mend_list_stretch",
    "mend_catalogue_total",
)  # fmt: skip


def compare_numbers(database: Database, *, mend: bool = False) -> Look:
    """Compares all numbers with what the rows of the catalogue give, and mends them when asked to.

    To be called when rows have been compared and mended: places are counted by the index tables' entry numbers.
    """
    look = Look("numbers", mended=mend)
    with database.autocommit() as db:
        db.run("drop_number_tables")
        db.run("begin_snapshot")
        _count(db, database)
        look.compared = f"{db.value('counted_numbers'):,} numbers"
        for row in db.rows("differences"):
            look.found[row.name, "wrong"] = row.number
        db.run("end_snapshot")
        if mend and look.found:
            _mend(db, blocks=any(table.startswith("list_block") for table, _ in look.found))
        db.run("drop_number_tables")
    return look


def _count(db: Session, database: Database) -> None:
    db.run("make_counted")
    db.run("make_difference")
    for _, bounds in leaves(database):
        for low, high in ranges(database, bounds):
            db.run("count_range", low=low, high=high)
    db.run("compare_numbers")


def _mend(db: Session, *, blocks: bool) -> None:
    db.run("begin_mending")
    db.value("lock_catalogue")
    for mend in _MENDS:
        db.run(mend)
    if blocks:
        db.run("recount_blocks")
    db.run("stamp_catalogue", artists=0)
    db.run("end_snapshot")


def disagreements(database: Database) -> list[str]:
    """What does not agree with the catalogue's totals, in words: a look at counts alone, and not at rows."""
    with database.autocommit() as db:
        rows = db.rows("catalogue_check")
    return [f"{row.name}: {row.number:,} instead of {row.expected:,}" for row in rows]
