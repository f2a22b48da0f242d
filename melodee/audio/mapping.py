"""From a format's own tags to the fields of a `Track`, by the table in `fields`, with every text cleaned."""

from collections.abc import Callable
from typing import Any, Literal

from melodee.audio import values
from melodee.audio.assembled import assemble
from melodee.audio.cleaner import KEY_LIMIT, MOST_MENDS, MOST_VALUES, Cleaner
from melodee.audio.contributors import contributors
from melodee.audio.fields import CONTRIBUTORS, FIELDS, Field, Kind
from melodee.audio.native import Native
from melodee.audio.track import Mend
from melodee.text import TEXT_LIMIT, clean_text

Column = Literal["id3", "vorbis", "mp4", "asf", "ape", "chunk"]
Value = str | int | float | bool | list[str] | None

LYRICS_LIMIT = 100_000
_MOST_RAW_KEYS = 64
_MOST_RAW_VALUES = 16
_RAW_LIMIT = 32_000


def map_tags(tags: Native, column: Column, mended: list[Mend] | None = None) -> dict[str, Any]:
    """Values for those fields of `Track` that the tags have, `raw` and `mended` among them."""
    cleaner = Cleaner(mended or [])
    mapped: dict[str, Any] = {}
    left = dict(tags.values)
    for field, keys in _COLUMNS[column]:
        for key in keys:
            if (texts := tags.values.get(key)) and (value := _understood(field, key, texts, cleaner)) not in _NOTHING:
                mapped[field.name] = value
                _take(left, field, key, keys, texts)
                break
    if "work" not in mapped and _ITUNES_WORK in left:
        mapped["work"] = cleaner.texts("work", left.pop(_ITUNES_WORK))
    mapped["contributors"] = contributors(tags, _ROLES[column], cleaner, left)
    assemble(mapped)
    for key in tags.reencoded:
        cleaner.note("wrong_encoding", _FIELD_OF[column].get(key, key), "Its text was stored in another encoding.")
    mapped["raw"] = _raw(left)
    mapped["mended"] = cleaner.mended
    return mapped


def fill(mapped: dict[str, Any], further: dict[str, Any]) -> None:
    """Adds to `mapped` what a second tag of the same file says where the first is silent, field by field."""
    for fields in _TOGETHER:
        if not any(mapped.get(field) for field in fields):
            mapped |= {field: further[field] for field in fields if field in further}
    for field, value in further.items():
        if field not in _IN_COMPANY and mapped.get(field) in _NOTHING:
            mapped[field] = value
    mapped["raw"] = dict(list((further["raw"] | mapped["raw"]).items())[:_MOST_RAW_KEYS])
    mapped["mended"] = (mapped["mended"] + further["mended"])[:MOST_MENDS]


_ITUNES_WORK = "TIT1"
"""Beside GRP1, which iTunes 12.5 brought for the grouping, it is the work."""

_NOTHING: tuple[object, ...] = (None, "", [])

_TOGETHER = (
    ("artists", "artist_credit", "artist_sort", "artist_sorts", "mb_artist_ids"),
    ("album_artists", "album_artist_credit", "album_artist_sort", "album_artist_sorts", "mb_album_artist_ids"),
    ("composers", "composer_sorts"),
    ("works", "mb_work_ids"),
    ("track_number", "track_total"),
    ("disc_number", "disc_total"),
    ("year", "release_date"),
    ("track_gain", "track_peak"),
    ("album_gain", "album_peak"),
)
"""Fields that say one thing together: of one tag or of the other."""

_IN_COMPANY = frozenset(field for fields in _TOGETHER for field in fields) | {"raw", "mended"}


def _take(left: dict[str, list[str]], field: Field, key: str, keys: tuple[str, ...], texts: list[str]) -> None:
    """Leaves for `raw` what no field takes: further values of a field with one, other keys that say something else."""
    if len(texts) > 1 and field.kind in _OF_ONE_VALUE and (further := [each for each in texts[1:] if each != texts[0]]):
        left[key] = further
    else:
        left.pop(key, None)
    for other in keys:
        if other in left and other != key and (left[other] == texts or field.name == "lyrics"):
            del left[other]


_OF_ONE_VALUE = frozenset(Kind) - {Kind.TEXTS, Kind.NAMES, Kind.UUIDS}


def _understood(field: Field, key: str, texts: list[str], cleaner: Cleaner) -> Value:
    match field.kind:
        case Kind.TEXT | Kind.NAME:
            text = next(iter(cleaner.texts(field.name, texts)), "")
            return text.lower() if field.kind is Kind.NAME else text
        case Kind.TEXTS | Kind.NAMES:
            found = cleaner.texts(field.name, texts)
            return [text.lower() for text in found] if field.kind is Kind.NAMES else found
        case Kind.LINES:
            limit = LYRICS_LIMIT if field.name == "lyrics" else TEXT_LIMIT
            return next((clean for text in texts if (clean := cleaner.lines(field.name, text, limit))), "")
        case Kind.UUIDS:
            return values.uuids(texts)[:MOST_VALUES]
        case _:
            return _SINGLE[field.kind](key, texts[0].strip("\0 ")[:TEXT_LIMIT])


_SINGLE: dict[Kind, Callable[[str, str], Value]] = {
    Kind.NUMBER: lambda _, text: values.number(text),
    Kind.TEMPO: lambda _, text: values.tempo(text),
    Kind.TOTAL: lambda key, text: values.total(text, alone="total" in key or key == "©mvc"),
    Kind.DATE: lambda _, text: values.date(text),
    Kind.FLAG: lambda _, text: values.flag(text),
    Kind.UUID: lambda _, text: next(iter(values.uuids([text])), ""),
    Kind.GAIN: lambda key, text: (
        values.sound_check(text) if "itunnorm" in key else values.gain(text, r128="r128" in key)
    ),
    Kind.PEAK: lambda _, text: values.peak(text),
    Kind.ADVISORY: lambda _, text: values.advisory(text),
}
"""Kinds with one short value, by the key and its first text."""


def _raw(left: dict[str, list[str]]) -> dict[str, list[str]]:
    """What no field took. Nobody reads it before a rule asks for it, so what is cut there is no mend."""
    raw: dict[str, list[str]] = {}
    room = _RAW_LIMIT
    cleaner = Cleaner([])
    for key, texts in left.items():
        if len(raw) >= _MOST_RAW_KEYS or room <= 0:
            break
        name = clean_text(key, KEY_LIMIT)
        kept = cleaner.texts(name, texts[:_MOST_RAW_VALUES])
        if name and kept:
            raw[name] = kept
            room -= sum(len(text) for text in kept)
    return raw


def _columns(fields: tuple[Field, ...]) -> dict[Column, list[tuple[Field, tuple[str, ...]]]]:
    """The table turned: by format, its fields with their keys."""
    columns: tuple[Column, ...] = ("id3", "vorbis", "mp4", "asf", "ape", "chunk")
    return {column: [(field, keys) for field in fields if (keys := getattr(field, column))] for column in columns}


_COLUMNS = _columns(FIELDS)
_ROLES = _columns(CONTRIBUTORS)
_FIELD_OF = {column: {key: field.name for field, keys in fields for key in keys} for column, fields in _COLUMNS.items()}
