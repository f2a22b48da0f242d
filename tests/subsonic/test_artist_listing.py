"""The parts of a list of artists make up what the envelope would have written of the same rows."""

from datetime import UTC, datetime
from itertools import product
from typing import Any, NamedTuple

import msgspec
import pytest
from lxml import etree

from melodee.subsonic.artist_listing import Form, Listing, frame, rendering
from melodee.subsonic.children import artist_id3, folder_artist
from melodee.subsonic.envelope import Envelope, Format
from melodee.subsonic.responses import ArtistsID3, Index, Indexes, IndexID3
from melodee.text import IGNORED_ARTICLES


class Row(NamedTuple):
    """As `artists_in_order` has it."""

    id: int
    index_letter: str
    name: str
    sort_name: str
    mbid: str | None
    disambiguation: str | None
    roles: list[str]
    album_count: int
    starred_at: datetime | None = None
    rating: int | None = None


CHANGED = 1_700_000_000_123
NAMES = [
    "Plain",
    'Quote " and \\ backslash',
    "Markup </artist> <a b='>'/> &amp;",
    '}]}},{"id":"7","name":"x',
    "Controls \x00\x01\x0b\x1f\x7f\ufffe\uffff tab\tline\r\nend",
    "Lines \u2028 and \u2029",
    "Кино 夢 🎵 ́",
    "\ud800 half a pair",
    "Long " * 500,
    "",
]
ROWS = [
    Row((number << 10) | 1, "AB#"[number // 4], name, name.lower(), None if number % 2 else f"mbid-{number}",
        name if number % 3 == 0 else None, ["artist"] * (number % 3), number)
    for number, name in enumerate(NAMES)
]  # fmt: skip

FORMS = [Form(*each) for each in product(Listing, (Format.XML, Format.JSON), (False, True))]
each_form = pytest.mark.parametrize("form", FORMS, ids=lambda form: f"{form.listing}-{form.format}-{form.reduced}")


def pieced(form: Form, rows: list[Any], envelope: Envelope, marks: dict[int, bytes] | None = None) -> bytes:
    start, end = frame(form.listing, envelope, CHANGED)
    text, close, letter = start, b"", None
    for row in rows:
        if row.index_letter != letter:
            opened, next_close = form.letter(row.index_letter)
            text += close + (form.separator if close else b"") + opened
            letter, close = row.index_letter, next_close
        else:
            text += form.separator
        artist, place = form.artist(row)
        text += artist[:place] + (marks or {}).get(row.id, b"") + artist[place:]
    return text + close + end


def whole(form: Form, rows: list[Any], envelope: Envelope) -> bytes:
    letters = {row.index_letter: [each for each in rows if each.index_letter == row.index_letter] for row in rows}
    if form.listing is Listing.ARTISTS:
        index = [IndexID3(name=letter, artist=[artist_id3(row) for row in below]) for letter, below in letters.items()]
        answer = ArtistsID3(ignored_articles=IGNORED_ARTICLES, last_modified=CHANGED, index=index)
        return envelope.ok("artists", answer)
    folders = [Index(name=letter, artist=[folder_artist(row) for row in below]) for letter, below in letters.items()]
    return envelope.ok("indexes", Indexes(last_modified=CHANGED, ignored_articles=IGNORED_ARTICLES, index=folders))


def envelopes(form: Form) -> list[Envelope]:
    if form.format is Format.XML:
        return [Envelope(Format.XML, reduced=form.reduced)]
    return [Envelope(Format.JSON, reduced=form.reduced), Envelope(Format.JSONP, "call.me", reduced=form.reduced)]


def read(document: bytes) -> Any:
    """The document so that two are equal when they say the same."""
    if document.startswith(b"<"):
        return [(each.tag, dict(each.attrib), each.text) for each in etree.fromstring(document).iter()]
    return msgspec.json.decode(document.removeprefix(b"call.me(").removesuffix(b");"))


@each_form
def test_the_parts_make_up_the_answer(form: Form):
    for envelope in envelopes(form):
        expected = whole(form, ROWS, envelope)

        got = pieced(form, ROWS, envelope)

        assert read(got) == read(expected)
        # To the byte, but for JSON's two ways of writing the line separators of scripts.
        if envelope.format is not Format.JSON:
            assert got == expected


@each_form
def test_a_list_of_nobody_is_the_empty_answer(form: Form):
    for envelope in envelopes(form):
        assert pieced(form, [], envelope) == whole(form, [], envelope)


@each_form
def test_marks_are_what_a_listener_with_these_would_see(form: Form):
    moment = datetime(2024, 2, 29, 23, 59, 59, 120_999, tzinfo=UTC)
    own = {
        ROWS[0].id: (moment, 5),
        ROWS[2].id: (moment, None),
        ROWS[3].id: (None, 1),
        ROWS[6].id: (datetime(2001, 1, 1, tzinfo=UTC), 3),
        ROWS[9].id: (datetime(1, 1, 1, tzinfo=UTC), None),
    }
    rows = [row._replace(starred_at=own[row.id][0], rating=own[row.id][1]) if row.id in own else row for row in ROWS]
    for envelope in envelopes(form):
        marks = {number: form.mark(*mark) for number, mark in own.items()}

        assert read(pieced(form, ROWS, envelope, marks)) == read(whole(form, rows, envelope))


def test_a_client_that_stumbles_over_additions_gets_no_rating_among_tags():
    moment = datetime(2024, 1, 1, tzinfo=UTC)

    assert Form(Listing.ARTISTS, Format.XML, reduced=True).mark(moment, 4) == b' starred="2024-01-01T00:00:00Z"'
    assert Form(Listing.INDEXES, Format.XML, reduced=True).mark(None, 4) == b' userRating="4"'
    assert Form(Listing.ARTISTS, Format.JSON, reduced=True).mark(None, 4) == b""


def test_another_way_of_writing_artists_has_another_sign(monkeypatch: pytest.MonkeyPatch):
    before = rendering()
    monkeypatch.setattr("melodee.subsonic.artist_listing._VERSION", "2")

    assert rendering() != before
