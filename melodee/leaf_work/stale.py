"""Whether what the catalogue holds was made with the rules that are in force."""

from dataclasses import dataclass

from melodee.database import Database
from melodee.leaf_work import rules as leaf_rules
from melodee.rules.rule import Rules, digest


@dataclass(frozen=True)
class Unseen:
    """Leaves that have not seen the rules that are in force."""

    leaves: int
    """Leaves with songs."""
    unseen: int

    @property
    def sentence(self) -> str:
        """What that means, and what to do."""
        if not self.unseen:
            return "All songs are as the metadata rules in force make them."
        return (
            f"{self.unseen} of {self.leaves} leaves have songs from before the metadata rules were changed: "
            f"to apply them, open the asset {leaf_rules.ASSET} in Dagster, press Materialize and choose All."
        )


def unseen_leaves(database: Database, rules: Rules) -> Unseen:
    """Counts them, and notes which rules are in force from now on."""
    with database.begin() as db:
        db.run("note_inputs", asset=leaf_rules.ASSET, inputs=digest(rules))
        row = db.one("leaves_unseen", asset=leaf_rules.ASSET)
    assert row is not None  # noqa: S101 - a count
    return Unseen(row.leaves, row.unseen)
