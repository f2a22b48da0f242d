"""Passes over leaves that are not finished: at work, or stopped in the middle."""

from dataclasses import dataclass

from melodee.database import Session
from melodee.leaf_work.progress import duration


@dataclass(frozen=True)
class UnderWay:
    """One of them."""

    asset: str
    leaf: int
    done: int
    total: int
    changed: int
    failed: int
    seconds: float
    """That it has taken so far, in all its runs."""
    runs: bool
    """It has come further within the last minute."""

    @property
    def sentence(self) -> str:
        """For people."""
        left = max(self.total - self.done, 0)
        rest = duration(left * self.seconds / self.done) if self.done and self.runs else ""
        state = f"about {rest} to finish" if rest else "at work" if self.runs else "stopped; its next run goes on there"
        return f"{self.asset} of leaf {self.leaf}: {self.done} of {self.total} done, {self.failed} failed, {state}"


def under_way(db: Session) -> list[UnderWay]:
    """All passes that are not finished."""
    return [
        UnderWay(row.asset, row.leaf, row.done, row.total, row.changed, row.failed, row.seconds, row.runs)
        for row in db.rows("leaf_work_under_way")
    ]
