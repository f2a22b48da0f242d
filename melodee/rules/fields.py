"""The fields of a track that rules look at and change, and which values each may have."""

import types
from collections.abc import Callable, Sequence
from typing import Any, Literal, cast, get_args

import msgspec

from melodee.audio import values
from melodee.audio.track import Contributor, Track
from melodee.text import TEXT_LIMIT, clean_text

Kind = Literal["text", "texts", "number", "decimal", "flag", "people"]

MOST_VALUES = 100
LYRICS_LIMIT = 100_000
_LINE_LIMIT = 10_000

_READ_ONLY = frozenset(
    {
        "suffix", "container", "codec", "duration_ms", "bit_rate", "sampling_rate", "channels", "bit_depth",
        "has_picture", "picture_mime", "picture_bytes", "picture_kinds", "sample_hash", "contributors",
        "span_start_ms", "span_end_ms",
    }
)  # fmt: skip
"""What the file is rather than what it says; contributors are added by `credit`."""

_KINDS: dict[Any, Kind] = {
    str: "text",
    list[str]: "texts",
    int: "number",
    float: "decimal",
    bool: "flag",
    list[Contributor]: "people",
}


def _kind(annotation: Any) -> Kind | None:
    if isinstance(annotation, types.UnionType):
        annotation = next(part for part in get_args(annotation) if part is not type(None))
    return _KINDS.get(annotation)


_FIELDS = {each.name: each for each in msgspec.structs.fields(Track)}

KINDS: dict[str, Kind] = {name: kind for name, each in _FIELDS.items() if (kind := _kind(each.type))}
"""Every field that a rule may look at."""

CHANGEABLE: dict[str, Kind] = {name: kind for name, kind in KINDS.items() if name not in _READ_ONLY}
"""Every field that a rule may change."""

NAME_FIELDS = ("artists", "album_artists", "composers", "genres", "moods", "groupings", "labels")


def empty(field: str) -> object:
    """The field's value when a file says nothing."""
    each = _FIELDS[field]
    return each.default_factory() if each.default is msgspec.NODEFAULT else each.default


def texts_of(field: str) -> Callable[[Track], Sequence[str]]:
    """How a field is looked at: its values as texts, none when it is empty."""
    match KINDS[field]:
        case "texts":
            return lambda track: getattr(track, field)
        case "text":
            return lambda track: (value,) if (value := getattr(track, field)) else ()
        case "flag":
            return lambda track: ("true" if getattr(track, field) else "false",)
        case "people":
            return lambda track: [each.name for each in getattr(track, field)]
        case _:
            return lambda track: () if (value := getattr(track, field)) is None else (str(value),)


def limit_of(field: str) -> int:
    """The most characters that one value of a field has."""
    return LYRICS_LIMIT if field == "lyrics" else TEXT_LIMIT


def cleaned(field: str, text: str) -> str:
    """One value of a text field as it may be kept."""
    if field in ("comment", "lyrics"):
        limit = limit_of(field)
        # By lines, because normalising is quadratic in a run of combining marks.
        lines = (clean_text(line, _LINE_LIMIT) for line in text[: 2 * limit].split("\n"))
        return "\n".join(lines).strip()[:limit].rstrip()
    return clean_text(text)


def value_for(field: str, given: object) -> object:
    """A value as the field keeps it. Raises `ValueError` when it cannot be one of that field's."""
    return _CONVERT[CHANGEABLE[field]](field, given)


def _to_texts(field: str, given: object) -> list[str]:
    several = cast("list[object]", given) if isinstance(given, list) else [given]
    texts = [each for each in several if isinstance(each, str)]
    if len(texts) < len(several):
        raise ValueError(f"{field} takes a text or a list of texts")
    return _texts(field, texts)


def _to_text(field: str, given: object) -> str:
    if isinstance(given, str):
        return _text(field, cleaned(field, given))
    raise ValueError(f"{field} takes a text")


def _to_flag(field: str, given: object) -> bool:
    if isinstance(given, str):
        return values.flag(given)
    if isinstance(given, bool):
        return given
    raise ValueError(f"{field} takes true or false")


def _to_number(field: str, given: object) -> int:
    number = values.number(given) if isinstance(given, str) else given
    if isinstance(number, int) and not isinstance(number, bool) and 0 <= number <= values.LARGEST_NUMBER:
        return number
    raise ValueError(f"{field} takes a whole number from 0 to {values.LARGEST_NUMBER:,}")


def _to_decimal(field: str, given: object) -> float:
    decimal = values.decimal(given) if isinstance(given, str) else given
    if isinstance(decimal, int | float) and not isinstance(decimal, bool) and -100 <= decimal <= 100:
        return float(decimal)
    raise ValueError(f"{field} takes a number from -100 to 100")


_CONVERT: dict[Kind, Callable[[str, object], object]] = {
    "texts": _to_texts,
    "text": _to_text,
    "flag": _to_flag,
    "number": _to_number,
    "decimal": _to_decimal,
}


def _texts(field: str, given: Sequence[str]) -> list[str]:
    found = dict.fromkeys(_text(field, cleaned(field, text)) for text in given[:MOST_VALUES])
    found.pop("", None)
    return list(found)


def _text(field: str, text: str) -> str:
    if not text:
        return ""
    if field.endswith("_date"):
        date = values.date(text)
        if not date:
            raise ValueError(f"{field} takes a date, YYYY, YYYY-MM or YYYY-MM-DD")
        return date
    if field.startswith("mb_") and field != "mb_disc_id":
        ids = values.uuids([text])
        if len(ids) != 1:
            raise ValueError(f"{field} takes an id of MusicBrainz")
        return ids[0]
    if field == "explicit" and text not in ("explicit", "clean"):
        raise ValueError("explicit takes 'explicit', 'clean' or an empty text")
    return text.lower() if field == "release_types" else text


def with_texts(field: str, texts: Sequence[str]) -> dict[str, object]:
    """The change that gives a text field one text, or a list of texts all; empty ones vanish."""
    if CHANGEABLE[field] == "texts":
        found = dict.fromkeys(cleaned(field, text) for text in texts[:MOST_VALUES])
        found.pop("", None)
        return {field: list(found)}
    return {field: next((text for text in (cleaned(field, each) for each in texts) if text), "")}
