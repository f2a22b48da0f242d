"""Metadata rules applied again to what songs said when they were read; no file is opened.

Each song's tags are kept as they are used, with the originals of what was changed, so the rules start from what was
read whatever an earlier set of them made of it.
"""

import os
from dataclasses import dataclass, field

import msgspec

from melodee.audio.provenance import original
from melodee.audio.track import Track
from melodee.catalogue.held import Held, Retold
from melodee.catalogue.retell import retell_songs
from melodee.database import Database, Row
from melodee.leaf_work.chunk import whole_albums
from melodee.leaf_work.work import Step
from melodee.rules.prepare import prepare
from melodee.rules.rule import Ignored, Rules, digest

ASSET = "leaf_rules"

CHUNK = 2000
"""Songs whose tags are read at a time."""

_TRACK = msgspec.json.Decoder(Track)


@dataclass
class RulesAgain:
    """The rules on one leaf after the other."""

    database: Database
    rules: Rules
    asset: str = ASSET
    unit: str = "songs"
    inputs: str = field(init=False)

    def __post_init__(self) -> None:
        self.inputs = digest(self.rules)

    def total(self, start: int, end: int) -> int:
        """Songs of which it is known what they said."""
        with self.database.autocommit() as db:
            return int(db.value("count_tagged_songs", start=start, end=end))

    def step(self, after: int, end: int) -> Step | None:
        """Applies the rules to some albums' songs, and tells those anew of which something is other than it was."""
        with self.database.autocommit() as db:
            rows = whole_albums(db.rows("tagged_songs", after=after, end=end, most=CHUNK), CHUNK)
        if not rows:
            return None
        told = {row.id: Retold(track) for row in rows if (track := self._of_row(row)) is not None}
        changed = retell_songs(self.database, told, others=self._of_song).songs_written if told else set[int]()
        return Step(rows[-1].id, len(rows), changed=len(changed))

    def _of_row(self, row: Row) -> Track | None:
        return self._anew(_TRACK.decode(row.track), os.fsdecode(row.origin))

    def _of_song(self, song: Held) -> Track | None:
        return None if song.track is None else self._anew(song.track, song.origin)

    def _anew(self, track: Track, origin: str) -> Track | None:
        """What the song says by the rules, where that is not what it says now."""
        prepared = prepare(original(track), origin, self.rules)
        # It is published: a rule keeps what is dropped out, and takes nothing away.
        now = prepared.track if isinstance(prepared, Ignored) else prepared
        return None if now == track else now
