"""`getArtists` and `getIndexes` of a large library: which of the lists that upkeep writes ahead answers a request."""

from dataclasses import dataclass

from melodee.async_database import AsyncSession
from melodee.catalogue import artist_snapshots
from melodee.database import Row
from melodee.subsonic.artist_listing import Form, Listing, frame
from melodee_api.compression import accepts_gzip
from melodee_api.endpoint import Call
from melodee_api.stored_answer import StoredAnswer, StoredText
from melodee_api.view import View

MOST_MARKS = 50_000
"""Artists that an account may have starred or rated: all of them are held for a request. With more, it is answered from
the catalogue, slowly."""


@dataclass(frozen=True)
class StoredList:
    """The list that answers a request."""

    row: Row
    """Of `artist_snapshot_for`."""
    form: Form
    account: int

    @classmethod
    async def find(cls, call: Call, db: AsyncSession, view: View, listing: Listing) -> "StoredList | None":
        """The list that shows these folders. Where there should be one and is none, that is noted for upkeep."""
        form = Form.of(listing, call.envelope)
        key = {"listing": form.listing, "format": form.format, "reduced": form.reduced}
        row = await db.one("artist_snapshot_for", folders=view.folders, least=artist_snapshots.LEAST_ARTISTS, **key)
        if row is None:
            return None
        missing = row.id is None
        # Not for any choice of folders: there are more of these than lists can be kept.
        if (missing or row.unasked) and ("musicFolderId" not in call.params or len(view.folders) == 1):
            await db.run("want_artist_snapshot", folders=row.folders, missing=missing, **key)
        return None if missing else cls(row, form, view.account)

    @property
    def changed(self) -> int:
        """The change of the catalogue that it reflects, in ms since 1970."""
        return int(self.row.changed_at.timestamp() * 1000)

    async def answer(self, call: Call, db: AsyncSession) -> StoredAnswer | None:
        """The answer, with what the listener has starred and rated; nothing if that is too much."""
        rows = await db.rows("artist_marks", account=self.account, most=MOST_MARKS + 1)
        if len(rows) > MOST_MARKS:
            return None
        marks = {row.artist_id: self.form.mark(row.starred_at, row.rating) for row in rows}
        start, end = frame(self.form.listing, call.envelope, self.changed)
        marks = {number: mark for number, mark in marks.items() if mark}
        text = StoredText(call.database, call.services.plain_texts, self.row, marks, start, end)
        gzipped = accepts_gzip(call.request.headers.get("accept-encoding", ""))
        return StoredAnswer(text, call.envelope.content_type, gzipped=gzipped)
