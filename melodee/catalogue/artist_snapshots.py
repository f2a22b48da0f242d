"""Lists of all artists, written ahead for `getArtists` and `getIndexes`, and made anew when the catalogue has changed.

Writing 300,000 artists takes seconds, so no request does it. There is a list for each set of music folders that a
listener sees, for each of the two answers and for each way of writing: the whole library's always, others from when
they are first asked for. All lists of one set of folders are written in one walk through the artists, which holds a few
thousand of them at a time and sees the catalogue as it was at one moment.

A list may be as old as the last run of this; its `lastModified` says so.
"""

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby

from melodee.catalogue.artist_segments import Segment, SegmentWriter
from melodee.database import Database, Row, Session
from melodee.subsonic.artist_listing import Form, Listing, rendering
from melodee.subsonic.envelope import Format

LEAST_ARTISTS = 2000
"""Artists from which on lists are stored: fewer are listed at once, and exactly."""

MOST = 64
"""Lists that are kept; of more, those that were asked for last."""

DAYS = 7
"""For how long a list is kept after it was last asked for."""

GRACE = 1800
"""Seconds for which a list that was replaced can still be read: whoever began with it reads it to its end."""

_PAGE = 2000
"""Artists that are fetched at a time."""

Report = Callable[[str], object]
"""Takes a sentence for the log."""


@dataclass
class KeptSnapshots:
    """What a run did."""

    lists: int = 0
    """Made anew."""
    kept: int = 0
    """There now."""
    artists: int = 0
    """In the largest of the new ones."""
    text_bytes: int = 0
    deflated_bytes: int = 0
    seconds: float = 0.0

    def as_metadata(self) -> dict[str, int | float | str]:
        """For operators."""
        return {
            "lists_made": self.lists,
            "lists_kept": self.kept,
            "artists": self.artists,
            "megabytes_of_text": round(self.text_bytes / 1e6, 1),
            "megabytes_stored": round(self.deflated_bytes / 1e6, 1),
        }


def keep_artist_snapshots(database: Database, report: Report = lambda _: None) -> KeptSnapshots:
    """Makes what is wanted and missing or out of date. Does nothing while another run is at it."""
    began, done = time.monotonic(), KeptSnapshots()
    with database.begin() as reading:
        reading.run("read_one_moment")
        reading.run("plan_whole_cursors")
        if not reading.value("hold_artist_snapshots"):
            report("Another run makes lists of artists.")
            return done
        wanted = reading.rows(
            "wanted_artist_snapshots", rendering=rendering(), days=DAYS, least=LEAST_ARTISTS, most=MOST
        )
        done.kept = len(wanted)
        with database.autocommit() as db:
            db.run("retire_other_artist_snapshots", kept=[row.id for row in wanted if row.id])
            db.run("forget_artist_snapshots", seconds=GRACE)
            db.run("forget_artist_snapshot_wants", days=DAYS)
        stale = sorted((row for row in wanted if row.stale), key=lambda row: row.folders)
        for folders, rows in groupby(stale, key=lambda row: row.folders):
            made = _make(database, reading, folders, list(rows))
            report(f"{len(made)} lists of {made[0].artists} artists in {folders or 'all folders'}.")
            done.lists += len(made)
            done.artists = max(done.artists, made[0].artists)
            done.text_bytes += sum(each.size for each in made)
            done.deflated_bytes += sum(each.deflated_size for each in made)
    done.seconds = time.monotonic() - began
    return done


def _make(database: Database, reading: Session, folders: Sequence[int], wanted: Sequence[Row]) -> list["_Writing"]:
    """Makes the lists of one set of folders; each is found from when all are whole."""
    with database.autocommit() as db:
        writings = [_Writing(db, row) for row in wanted]
        for page in reading.pages("artists_in_order", _PAGE, folders=folders):
            for writing in writings:
                writing.add(page)
        for writing in writings:
            writing.end()
    with database.begin() as db:
        for writing in writings:
            writing.publish(db)
    return writings


class _Writing:
    """A list that is being made."""

    def __init__(self, db: Session, wanted: Row) -> None:
        self._db = db
        self._key = {name: getattr(wanted, name) for name in ("folders", "listing", "format", "reduced")}
        self._form = Form(Listing(wanted.listing), Format(wanted.format), wanted.reduced)
        self._id = db.value("open_artist_snapshot", **self._key, changed_at=wanted.changed_at, rendering=rendering())
        self._writer = SegmentWriter()
        self._letter: str | None = None
        self._close = b""
        self._digest = hashlib.blake2b(digest_size=16)
        self.artists = self.segments = self.size = self.deflated_size = 0

    def add(self, page: Sequence[Row]) -> None:
        """The artists that follow."""
        form, writer = self._form, self._writer
        for row in page:
            if row.index_letter != self._letter:
                start, close = form.letter(row.index_letter)
                writer.add(self._close + (form.separator if self._close else b"") + start)
                self._letter, self._close = row.index_letter, close
            else:
                writer.add(form.separator)
            text, place = form.artist(row)
            if segment := writer.add_artist(row.id, text, place):
                self._store(segment)
        self.artists += len(page)

    def end(self) -> None:
        """No artist follows."""
        self._writer.add(self._close)
        if segment := self._writer.end():
            self._store(segment)

    def _store(self, segment: Segment) -> None:
        self._db.run("add_artist_snapshot_segment", id=self._id, number=self.segments, **asdict(segment))
        self._digest.update(segment.crc32.to_bytes(4, "little") + segment.deflated)
        self.segments += 1
        self.size += segment.size
        self.deflated_size += len(segment.deflated)

    def publish(self, db: Session) -> None:
        """Puts it in the place of the one before."""
        db.run("retire_artist_snapshot", **self._key)
        db.run(
            "publish_artist_snapshot",
            id=self._id,
            digest=self._digest.digest(),
            artists=self.artists,
            segments=self.segments,
            size=self.size,
            deflated_size=self.deflated_size,
        )
