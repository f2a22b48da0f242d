"""The catalogue's leaves: the PostgreSQL partitions that albums and songs fill one after the other."""

from collections.abc import Callable
from dataclasses import dataclass

from melodee.database import Database
from melodee.settings import CatalogueSettings


@dataclass(frozen=True)
class Upkeep:
    """What the catalogue holds, and what upkeep did for its partitions."""

    songs: int
    albums: int
    artists: int
    leaves: int
    """Leaves that are filled or being filled."""
    open_leaf: int
    open_leaf_filled: float
    """Share of the open leaf's room that is taken, 0 to 1."""
    analysed: list[str]
    """Partitions whose statistics were brought up to date."""

    def as_metadata(self) -> dict[str, int | float | str]:
        """The metadata of the catalogue's materialisation."""
        return {
            "songs": self.songs,
            "albums": self.albums,
            "artists": self.artists,
            "leaves": self.leaves,
            "open_leaf": self.open_leaf,
            "open_leaf_filled": round(self.open_leaf_filled, 4),
            "partitions_analysed": len(self.analysed),
        }


def keep_leaves(
    database: Database, *, report: Callable[[str], object], settings: CatalogueSettings | None = None
) -> Upkeep:
    """Prepares the next leaf when it is missing, and analyses partitions that have grown."""
    settings = settings or CatalogueSettings.from_environment()
    with database.begin() as db:
        db.value("prepare_leaf")
    with database.autocommit() as db:
        analysed = [row.name for row in db.rows("analyze_grown_leaves")]
        if analysed:
            report(f"statistics brought up to date: {', '.join(analysed)}")
        row = db.one("leaf_summary")
        total = db.one("catalogue_totals")
    assert row is not None and total is not None  # noqa: S101 - both tables have their row from the start
    return Upkeep(
        songs=total.songs,
        albums=total.albums,
        artists=total.artists,
        leaves=row.leaves,
        open_leaf=row.open_leaf,
        open_leaf_filled=row.open_songs / settings.leaf_rows,
        analysed=analysed,
    )
