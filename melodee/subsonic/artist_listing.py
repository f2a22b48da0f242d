"""The answers that hold every artist, `getArtists` and `getIndexes`, cut where they can be made at different times.

    start | letter, artist, artist, letter, artist … | end
             ------- the list: stored ahead -------

Start and end belong to a request (the envelope, JSONP's callback); the list is the same for all who see the same music
folders, but for a listener's own stars and ratings, which have one place in each artist. All text comes from the
writers of every other answer, so the parts make up what these would have written.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property

from melodee.database import Row
from melodee.subsonic import json_writer, xml_writer
from melodee.subsonic.children import artist_id3, folder_artist
from melodee.subsonic.description import describe, timestamp_or_none
from melodee.subsonic.envelope import Envelope, Format, for_script
from melodee.subsonic.responses import Artist, ArtistID3, ArtistsID3, Index, Indexes, IndexID3
from melodee.text import IGNORED_ARTICLES


class Listing(StrEnum):
    """Which answer; the values are its names in the envelope."""

    ARTISTS = "artists"
    INDEXES = "indexes"


@dataclass(frozen=True)
class Form:
    """How a list is written."""

    listing: Listing
    format: Format
    """XML or JSON; JSONP is JSON in a call, so that JSON is written as a script may hold it."""
    reduced: bool = False
    """Without what OpenSubsonic adds."""

    @classmethod
    def of(cls, listing: Listing, envelope: Envelope) -> "Form":
        """The form that goes into such an envelope."""
        return cls(listing, Format.XML if envelope.format is Format.XML else Format.JSON, envelope.reduced)

    def letter(self, letter: str) -> tuple[bytes, bytes]:
        """What stands before and after the artists below a letter."""
        body = IndexID3(name=letter, artist=[]) if self.listing is Listing.ARTISTS else Index(name=letter, artist=[])
        if self.format is Format.XML:
            text = xml_writer.head(type(body), reduced=self.reduced)(body, "index")
            return xml_writer.encode(text) + b">", b"</index>"
        return for_script(json_writer.encode(body, reduced=self.reduced)).removesuffix(b"]}"), b"]}"

    @property
    def separator(self) -> bytes:
        """Between two artists, and between two letters."""
        return b"" if self.format is Format.XML else b","

    def artist(self, row: Row) -> tuple[bytes, int]:
        """An artist of `artists_in_order`, and where in that a mark is put in.

        In XML the end of the first tag, the only place where a bare `>` stands; in JSON the end of the object.
        """
        body = artist_id3(row) if self.listing is Listing.ARTISTS else folder_artist(row)
        if self.format is Format.XML:
            parts: list[str] = []
            self._write(body, "artist", parts.append)
            text = xml_writer.encode("".join(parts))
            place = text.index(b">")
            return text, place - 1 if text[place - 1] == _SLASH else place
        text = for_script(json_writer.encode(body, reduced=self.reduced))
        return text, len(text) - 1

    @cached_property
    def _write(self) -> xml_writer.Writer:
        return xml_writer.writer(self._struct, reduced=self.reduced)

    @cached_property
    def _patterns(self) -> dict[str, str]:
        """How each mark stands in an artist; without those that are not shown."""
        shown = [field for field in describe(self._struct) if not (self.reduced and field.added)]
        marks = [field for field in shown if field.name in ("starred", "user_rating")]
        if self.format is Format.XML:
            return {field.name: f' {field.xml}="%s"' for field in marks}
        return {field.name: f',"{field.json}":' + ('"%s"' if field.kind is str else "%s") for field in marks}

    @property
    def _struct(self) -> type[ArtistID3] | type[Artist]:
        return ArtistID3 if self.listing is Listing.ARTISTS else Artist

    def mark(self, starred_at: datetime | None, rating: int | None) -> bytes:
        """A listener's star and rating as they stand in an artist; nothing when neither is shown."""
        text, patterns = "", self._patterns
        if (starred := timestamp_or_none(starred_at)) and "starred" in patterns:
            text += patterns["starred"] % starred
        if rating and "user_rating" in patterns:
            text += patterns["user_rating"] % rating
        return text.encode()


_SLASH = ord("/")


def frame(listing: Listing, envelope: Envelope, changed: int) -> tuple[bytes, bytes]:
    """What stands before and after the list in an envelope; `changed` is ms since 1970."""
    answer = (
        ArtistsID3(ignored_articles=IGNORED_ARTICLES, last_modified=changed, index=[])
        if listing is Listing.ARTISTS
        else Indexes(last_modified=changed, ignored_articles=IGNORED_ARTICLES, index=[])
    )
    document = envelope.ok(listing.value, answer)
    end = f"</{listing.value}>".encode() if envelope.format is Format.XML else b"]}}}"
    before, _, after = document.rpartition(end)
    return before, end + after


_VERSION = "1"
"""Another one makes all lists that are stored out of date."""


def rendering() -> str:
    """Says how artists are written at present: a list that was stored under another sign is out of date."""
    fields = [field.name for struct in (ArtistID3, Artist, IndexID3, Index) for field in describe(struct)]
    return ",".join([_VERSION, *fields])
