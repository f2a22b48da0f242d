"""What is found in releases on their way, in a batch, and what waits for a person, in numbers and samples."""

import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from melodee.database import Database, Row
from melodee.findings.codes import CODES, GROUPS
from melodee.findings.finding import HARMFUL
from melodee.text import clean_text, display_path

LONGEST_LINE = 300


@dataclass(frozen=True)
class GroupFindings:
    """What is found in releases, of one group."""

    releases: Mapping[str, int]
    """Releases by code."""
    samples: list[str]
    """Some of them, for people to read."""

    @property
    def worst(self) -> str | None:
        """The worst severity among the codes; None where nothing was found."""
        found = {CODES[code].severity for code in self.releases}
        return next((severity for severity in ("error", "warning", "info") if severity in found), None)


def findings_left(
    database: Database, groups: Collection[str] = tuple(GROUPS), *, samples: int, policy: str
) -> Mapping[str, GroupFindings]:
    """By group, the findings of releases that are neither published nor decided about by a person, over all batches.

    `policy` is who decided where no person did.
    """
    left: dict[str, GroupFindings] = {}
    with database.autocommit() as db:
        releases = {row.code: int(row.releases) for row in db.rows("findings_left_by_code", policy=policy)}
        for group in groups:
            found = of_group(group, releases)
            rows = db.rows("findings_left", policy=policy, codes=list(found), most=samples) if found else []
            left[group] = GroupFindings(found, [_sample(row) for row in rows])
    return left


def of_group(group: str, releases: Mapping[str, int]) -> Mapping[str, int]:
    """The part of numbers by code that is of a group."""
    return {code: number for code, number in releases.items() if code in CODES and CODES[code].group == group}


@dataclass(frozen=True)
class BatchFindings:
    """What was found in a batch."""

    releases: Mapping[str, int]
    """Releases by code."""
    harmful: list[str]
    """Releases that are about to be published although that would do harm, and no person has said so."""


def batch_findings(database: Database, batch: str, *, policy: str) -> BatchFindings:
    """The findings of a batch; `policy` is who decided where no person did."""
    with database.autocommit() as db:
        releases = {row.code: int(row.releases) for row in db.rows("findings_by_code", batch=batch)}
        harmful = db.rows("harmful_releases_approved", batch=batch, codes=list(HARMFUL), policy=policy)
    return BatchFindings(releases, [_release(row) for row in harmful])


def _release(row: Row) -> str:
    return clean_text(f"{row.id}  {row.artist} - {row.album}", LONGEST_LINE)


def _sample(row: Row) -> str:
    where = "" if row.path is None else f"{display_path(os.fsdecode(row.path))}: "
    return clean_text(f"{_release(row)}: {row.code}: {where}{row.message}", LONGEST_LINE)


@dataclass(frozen=True)
class Waiting:
    """Releases that wait for a person, over all batches."""

    releases: int
    batches: int
    since: datetime | None
    """Since when the oldest waits."""
    by_code: Mapping[str, int]
    """How many of them have a finding of each code."""


def what_waits(database: Database) -> Waiting:
    """What waits for a person now."""
    with database.autocommit() as db:
        row = db.one("waiting_for_review")
        assert row is not None  # noqa: S101 - an aggregate has a row
        by_code = {each.code: int(each.releases) for each in db.rows("waiting_by_code")} if row.releases else {}
    return Waiting(int(row.releases), int(row.batches), row.since, by_code)
