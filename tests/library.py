"""A small library for tests: real volumes, a real database, and intake without Dagster around it."""

import hashlib
import os
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import text as sql

from melodee.audio.formats import is_not_a_file_yet
from melodee.database import Database, Row
from melodee.intake.discover import discover_batch
from melodee.intake.outcome import Outcome
from melodee.intake.plan import plan_batches
from melodee.intake.publish import publish_batch
from melodee.intake.stage import stage_batch
from melodee.settings import IntakeSettings
from melodee.volume_marker import MARKER
from melodee.volumes import Volume, ensure_default_volumes
from tests.audio import make_song

AT_ONCE = IntakeSettings(settle_seconds=0, review="errors")


def files_below(root: Path) -> list[Path]:
    """Regular files, hidden ones too, but not the marks of volumes."""
    return sorted(Path(folder) / name for folder, _, names in os.walk(root) for name in names if name != MARKER)


def hashes_below(root: Path) -> list[str]:
    """SHA-256 of every file below a folder, sorted."""
    return sorted(hashlib.sha256(path.read_bytes()).hexdigest() for path in files_below(root) if not path.is_symlink())


@dataclass
class Batch:
    """What the three steps did with one batch."""

    key: str
    discovered: Outcome
    staged: Outcome
    published: Outcome


@dataclass
class Library:
    """Three volumes and a database."""

    database: Database
    folder: Path
    settings: IntakeSettings = AT_ONCE
    reported: list[str] = field(default_factory=list[str])

    def __post_init__(self) -> None:
        for name in ("inbound", "staging", "storage"):
            (self.folder / name).mkdir(parents=True)
        self.volumes: dict[str, Volume] = ensure_default_volumes(
            self.database, self.inbound, self.folder / "staging", self.storage
        )

    @property
    def inbound(self) -> Path:
        return self.folder / "inbound"

    @property
    def staging(self) -> Path:
        return self.folder / "staging"

    @property
    def storage(self) -> Path:
        return self.folder / "storage"

    def drop(self, path: str, **tags: object) -> Path:
        """Makes a song at a path of the inbound volume."""
        return make_song(self.inbound / path, **tags)  # type: ignore[arg-type]

    def plan(self) -> list[str]:
        """Looks twice, as the sensor would: what has settled is planned at the second look."""
        planned = plan_batches(self.database, self.settings).planned
        return planned or plan_batches(self.database, self.settings).planned

    def run(self, batch: str) -> Batch:
        report = self.reported.append
        return Batch(
            batch,
            discover_batch(self.database, batch, report=report, settings=self.settings),
            stage_batch(self.database, batch, report=report, settings=self.settings),
            publish_batch(self.database, batch, report=report),
        )

    def ingest(self) -> list[Batch]:
        """Plans and runs until nothing is left to plan."""
        done: list[Batch] = []
        while self.plan() or self.planned():
            done += [self.run(key) for key in self.planned()]
            assert len(done) < 20, "intake plans the same things again and again"
        return done

    def planned(self) -> list[str]:
        """Batches that no run has begun, those too that discovery cut off others."""
        return [row.key for row in self.query("select key from batch where state = 'planned' order by key")]

    def states(self) -> dict[str, int]:
        """Files by state, as `melodee status` counts them."""
        return {
            row.state: row.files
            for row in self.query(
                "select state, sum(files)::int as files from file_count group by 1 having sum(files) <> 0"
            )
        }

    def failures(self) -> list[Row]:
        return self.query("select * from ingest_failure order by id")

    def songs(self) -> list[Row]:
        return self.query("select * from songs order by album, disc_number, track_number, title")

    def forget_connections(self) -> None:
        """As after the death of a process: its sessions end, and with them its claims."""
        self.database.close()

    def execute(self, text: str) -> None:
        with self.database.begin() as db:
            db.connection.execute(sql(text))

    def query(self, text: str) -> list[Row]:
        with self.database.autocommit() as db:
            return list(db.connection.execute(sql(text)).all())

    def hashes(self) -> list[str]:
        """What is anywhere in the volumes."""
        return hashes_below(self.folder)


def check_equation(library: Library) -> None:
    """Every regular file under a volume is in the ledger once, and every row of the ledger is a file."""
    there = {
        (name, os.fsencode(os.path.relpath(path, library.folder / name)))
        for name in ("inbound", "staging", "storage", "second")
        for path in files_below(library.folder / name)
        if not path.is_symlink() and not is_not_a_file_yet(path.name)
    }
    rows = library.query(
        "select regexp_replace(v.path, '.*/', '') as name, f.path from files f join volume v on v.id = f.volume_id"
    )
    known = {(row.name, bytes(row.path)) for row in rows}
    assert known == there, f"only in the ledger: {known - there}; only on the disk: {there - known}"
    counted = library.query("select state, count(*)::int as files from files group by 1")
    assert {row.state: row.files for row in counted} == library.states()
