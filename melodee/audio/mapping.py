"""From a format's own tags to the fields of a `Track`, by the table in `fields`, with every text cleaned."""

import re
from collections.abc import Callable
from typing import Any, Literal

from melodee.audio import values
from melodee.audio.fields import CONTRIBUTORS, FIELDS, INVOLVED_PEOPLE, Field, Kind
from melodee.audio.native import Native
from melodee.audio.track import Contributor, Mend
from melodee.text import TEXT_LIMIT, clean_text

Column = Literal["id3", "vorbis", "mp4", "chunk"]
Value = str | int | float | bool | list[str] | None

LYRICS_LIMIT = 100_000
_LINE_LIMIT = 10_000
_MOST_VALUES = 100
_MOST_RAW_KEYS = 64
_MOST_RAW_VALUES = 16
_RAW_KEY_LIMIT = 200
_RAW_LIMIT = 32_000
_MOST_MENDS = 32

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_CONTROL_IN_LINES = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


_AS_IN_TRACK = {"artist": "artists", "album_artist": "album_artists"}


class Cleaner:
    """Cleans texts and remembers what had to be mended."""

    def __init__(self, mended: list[Mend]) -> None:
        self.mended = mended

    def note(self, code: str, field: str, message: str) -> None:
        """Remembers a mend, each once a field."""
        field = clean_text(_AS_IN_TRACK.get(field, field), _RAW_KEY_LIMIT)
        if len(self.mended) < _MOST_MENDS and not any(m.code == code and m.field == field for m in self.mended):
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
        if len(texts) > _MOST_VALUES:
            self.note("too_many_values", field, f"It had {len(texts):,} values; the first {_MOST_VALUES} are kept.")
        found = dict.fromkeys(self.line(field, text) for text in texts[:_MOST_VALUES])
        found.pop("", None)
        return list(found)


def map_tags(tags: Native, column: Column, mended: list[Mend] | None = None) -> dict[str, Any]:
    """Values for those fields of `Track` that the tags have, `raw` and `mended` among them."""
    cleaner = Cleaner(mended or [])
    mapped: dict[str, Any] = {}
    used: set[str] = set()
    for field, keys in _COLUMNS[column]:
        for key in keys:
            if (texts := tags.values.get(key)) and (value := _understood(field, key, texts, cleaner)) not in (
                None,
                "",
                [],
            ):
                mapped[field.name] = value
                used.update(keys)
                break
    mapped["contributors"] = _contributors(tags, column, cleaner, used)
    _credit(mapped, "artist", "artists")
    _credit(mapped, "album_artist", "album_artists")
    _date(mapped)
    for key in tags.reencoded:
        cleaner.note("wrong_encoding", _FIELD_OF[column].get(key, key), "Its text was stored in another encoding.")
    mapped["raw"] = _raw(tags, used, cleaner)
    mapped["mended"] = cleaner.mended
    return mapped


def _understood(field: Field, key: str, texts: list[str], cleaner: Cleaner) -> Value:
    match field.kind:
        case Kind.TEXT:
            return next(iter(cleaner.texts(field.name, texts)), "")
        case Kind.TEXTS:
            return cleaner.texts(field.name, texts)
        case Kind.NAMES:
            return [text.lower() for text in cleaner.texts(field.name, texts)]
        case Kind.LINES:
            limit = LYRICS_LIMIT if field.name == "lyrics" else TEXT_LIMIT
            return next((clean for text in texts if (clean := cleaner.lines(field.name, text, limit))), "")
        case Kind.UUIDS:
            return values.uuids(texts)[:_MOST_VALUES]
        case _:
            return _SINGLE[field.kind](key, texts[0].strip("\0 ")[:TEXT_LIMIT])


_SINGLE: dict[Kind, Callable[[str, str], Value]] = {
    Kind.NUMBER: lambda _, text: values.number(text),
    Kind.TOTAL: lambda key, text: values.total(text, alone="total" in key),
    Kind.DATE: lambda _, text: values.date(text),
    Kind.FLAG: lambda _, text: values.flag(text),
    Kind.UUID: lambda _, text: next(iter(values.uuids([text])), ""),
    Kind.GAIN: lambda key, text: values.gain(text, r128=key.startswith("r128")),
    Kind.PEAK: lambda _, text: values.peak(text),
    Kind.ADVISORY: lambda _, text: values.advisory(text),
}
"""Kinds with one short value, by the key and its first text."""


def _contributors(tags: Native, column: Column, cleaner: Cleaner, used: set[str]) -> list[Contributor]:
    found: dict[Contributor, None] = {}
    for field, keys in _ROLES[column]:
        for key in keys:
            for name in cleaner.texts(field.name, tags.values.get(key, [])):
                used.add(key)
                person, instrument = values.performer(name) if field.name == "performer" else (name, "")
                found[Contributor(field.name, instrument, person)] = None
    for frame, what, text in tags.people[:_MOST_VALUES]:
        name, part = cleaner.line("contributors", text), cleaner.line("contributors", what).lower()
        if name and frame == "TMCL":
            found[Contributor("performer", part, name)] = None
        elif name and part:
            found[Contributor(INVOLVED_PEOPLE.get(part, part), "", name)] = None
    return list(found)


def _credit(mapped: dict[str, Any], one: str, several: str) -> None:
    """Who it is by, one by one if the file says so, and how the file words that where it makes a difference."""
    worded: list[str] = mapped.pop(one, [])
    apart: list[str] = mapped.get(several) or worded
    mapped[several] = apart
    if len(worded) == 1 and worded != apart:
        mapped[f"{one}_credit"] = worded[0]


def _date(mapped: dict[str, Any]) -> None:
    date: str = mapped.pop("date", "")
    release, original = mapped.get("release_date", ""), mapped.get("original_date", "")
    mapped["release_date"] = release or date
    mapped["year"] = int(known[:4]) if (known := date or release or original) else None


def _raw(tags: Native, used: set[str], cleaner: Cleaner) -> dict[str, list[str]]:
    raw: dict[str, list[str]] = {}
    room = _RAW_LIMIT
    for key, texts in tags.values.items():
        if key not in used and len(raw) < _MOST_RAW_KEYS and room > 0:
            name = clean_text(key, _RAW_KEY_LIMIT)
            kept = cleaner.texts(name, texts[:_MOST_RAW_VALUES])
            if name and kept:
                raw[name] = kept
                room -= sum(len(text) for text in kept)
    return raw


def _columns(fields: tuple[Field, ...]) -> dict[Column, list[tuple[Field, tuple[str, ...]]]]:
    """The table turned: by format, its fields with their keys."""
    columns: tuple[Column, ...] = ("id3", "vorbis", "mp4", "chunk")
    return {column: [(field, keys) for field in fields if (keys := getattr(field, column))] for column in columns}


_COLUMNS = _columns(FIELDS)
_ROLES = _columns(CONTRIBUTORS)
_FIELD_OF = {column: {key: field.name for field, keys in fields for key in keys} for column, fields in _COLUMNS.items()}
