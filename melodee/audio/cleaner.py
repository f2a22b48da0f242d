"""Texts of tags made fit to be kept: without what is not to be seen, composed, trimmed and of bounded length."""

import re

from melodee.audio.track import Mend
from melodee.invisible import invisible_in
from melodee.text import TEXT_LIMIT, clean_text

MOST_VALUES = 100
"""Of one field."""
MOST_MENDS = 32
KEY_LIMIT = 200
"""Characters of a tag's own key."""
_LINE_LIMIT = 10_000

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_CONTROL_IN_LINES = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")

_AS_IN_TRACK = {
    "artist": "artists",
    "album_artist": "album_artists",
    "artists_sort": "artist_sorts",
    "album_artists_sort": "album_artist_sorts",
    "work": "works",
    "movement": "movements",
}


class Cleaner:
    """Cleans texts and remembers what had to be mended."""

    def __init__(self, mended: list[Mend]) -> None:
        self.mended = mended

    def note(self, code: str, field: str, message: str) -> None:
        """Remembers a mend, each once a field."""
        field = clean_text(_AS_IN_TRACK.get(field, field), KEY_LIMIT)
        if len(self.mended) < MOST_MENDS and not any(m.code == code and m.field == field for m in self.mended):
            self.mended.append(Mend(code, field, message))

    def line(self, field: str, text: str, limit: int = TEXT_LIMIT) -> str:
        """One line of at most `limit` characters."""
        text = text.strip()
        if len(text) > limit:
            self.note("overlong_tag", field, f"It had {len(text):,} characters; the first {limit:,} are kept.")
        elif text.isascii() and text.isprintable():
            return text
        if _CONTROL.search(text):
            self.note("control_characters", field, "It held control characters.")
        # A mark at the beginning is how UTF-16 is stored, and stands before each of several values.
        if found := invisible_in(text[: 2 * limit].lstrip("\ufeff")):
            self.note("invisible_characters", field, f"It held {', '.join(found[:5])}.")
        return clean_text(text, limit)

    def lines(self, field: str, text: str, limit: int) -> str:
        """A text of at most `limit` characters with its line ends."""
        text = text.strip()
        if len(text) > limit:
            self.note("overlong_tag", field, f"It had {len(text):,} characters; the first {limit:,} are kept.")
            text = text[:limit]
        if _CONTROL_IN_LINES.search(text):
            self.note("control_characters", field, "It held control characters.")
        # By lines, because normalising is quadratic in a run of combining marks.
        return "\n".join(clean_text(line, _LINE_LIMIT) for line in text.splitlines()).strip()

    def texts(self, field: str, texts: list[str]) -> list[str]:
        """Each different text once."""
        if len(texts) > MOST_VALUES:
            self.note("too_many_values", field, f"It had {len(texts):,} values; the first {MOST_VALUES} are kept.")
        found = dict.fromkeys(self.line(field, text) for text in texts[:MOST_VALUES])
        found.pop("", None)
        return list(found)
