"""The stretches of lists: how entries of a list are counted piece by piece, so that any offset is found quickly.

Writers keep the counts exact, so nothing here is needed for a list to be right. What grows is the price: lists by name
are cut at names, and where many albums come in between two cuts, that stretch is long to walk; counts that went back to
nothing stay as rows. Both are put in order here, and only when it pays: cutting a million albums anew takes seconds, in
which promotions wait. Readers never do.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from melodee.database import Database

TOO_LONG = 4
"""A list is cut anew when one of its stretches is longer than this many times what is wanted."""


@dataclass
class Stretches:
    """What upkeep found and did."""

    wanted: int = 0
    """Entries that a stretch of a list by name should have."""
    longest: int = 0
    """Entries of the longest one, before anything was done."""
    cut: dict[str, int] = field(default_factory=dict[str, int])
    """Lists that were cut anew, with their number of stretches."""
    removed: int = 0
    """Rows of stretches that had become empty."""
    recounted: bool = False
    """Whether blocks of stretches were wrong: only who writes beside the triggers can make them so."""
    vacuumed: bool = False
    """Whether the table's statistics and dead rows were seen to."""

    def as_metadata(self) -> dict[str, int | float | str]:
        """Counts, for operators."""
        return {
            "wanted_entries": self.wanted,
            "longest_stretch": self.longest,
            "lists_cut": ", ".join(f"{name} into {number}" for name, number in sorted(self.cut.items())),
            "empty_stretches_removed": self.removed,
            "blocks_recounted": self.recounted,
            "vacuumed": self.vacuumed,
        }


def keep_stretches(database: Database, report: Callable[[str], object]) -> Stretches:
    """Cuts lists by name anew that have grown unevenly; where much was counted, removes what became empty."""
    kept = Stretches()
    with database.autocommit() as db:
        lists = db.rows("name_lists")
        differ = db.value("blocks_differ")
        changed = db.value("stretches_have_changed")
    for row in lists:
        kept.wanted, kept.longest = row.wanted, max(kept.longest, row.longest)
        if row.longest > TOO_LONG * row.wanted:
            with database.begin() as db:
                db.value("lock_catalogue")
                kept.cut[row.list] = db.value("cut_name_stretches", list=row.list, wanted=row.wanted)
            report(f"{row.list}: a stretch had {row.longest} entries; cut into {kept.cut[row.list]} of {row.wanted}")
    if changed:
        # Promotions and this would take rows in different orders, and wait for each other in a ring.
        with database.begin() as db:
            db.value("lock_catalogue")
            kept.removed = db.value("remove_empty_stretches")
    if differ:
        with database.begin() as db:
            db.value("lock_catalogue")
            db.value("recount_blocks")
        kept.recounted = True
        report("blocks of stretches were counted anew: they were not what their stretches add up to")
    kept.vacuumed = bool(kept.cut) or differ or changed
    if kept.vacuumed:
        with database.autocommit() as db:
            db.run("vacuum_list_stretch")
            db.run("vacuum_list_block")
            db.run("vacuum_name_stretch")
    return kept
