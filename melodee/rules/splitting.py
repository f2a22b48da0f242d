"""Taking names apart that one text holds: at separators, and where MusicBrainz ids prove that there are several."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from melodee.audio.track import Track
from melodee.rules.action import Action, Making
from melodee.rules.fields import NAME_FIELDS, texts_of, with_texts
from melodee.rules.patterns import Groups
from melodee.rules.positions import Path
from melodee.settings.names import WELL_KNOWN, NameSettings
from melodee.text import fold

IDS = {"artists": "mb_artist_ids", "album_artists": "mb_album_artist_ids"}
"""The fields with the MusicBrainz ids of names."""

SORTS = {"artists": "artist_sorts", "album_artists": "album_artist_sorts"}
"""The fields with the sort names of names."""

PROVED = (", ", " & ", " and ", " x ", " X ", " vs. ", " vs ", " / ", "/", ";", " + ", " with ")
"""What may stand between names where ids prove that there are several."""

Splitter = Callable[[str], tuple[str, ...]]


def splitter(separators: Sequence[str], never: Sequence[str]) -> Splitter:
    """Takes a text apart at separators, but not within the names that are never split."""
    kept = frozenset(fold(name) for name in (*never, *WELL_KNOWN))
    lengths = sorted({len(name) for name in kept}, reverse=True)

    @lru_cache(maxsize=16_384)
    def split(text: str) -> tuple[str, ...]:
        if not any(separator in text for separator in separators):
            return (text,)
        parts: list[str] = []
        start = at = 0
        while at < len(text):
            if (at == start or _is_edge(text[at - 1])) and (length := _kept_length(text, at, kept, lengths)):
                at += length
            elif separator := _longest(text, at, separators):
                parts.append(text[start:at])
                start = at = at + len(separator)
            else:
                at += 1
        parts.append(text[start:])
        found = dict.fromkeys(part.strip() for part in parts)
        found.pop("", None)
        return tuple(found) or (text,)

    return split


def _is_edge(char: str) -> bool:
    return not char.isalnum()


def _kept_length(text: str, at: int, kept: frozenset[str], lengths: Sequence[int]) -> int:
    """How many characters from here on are a name that is never split; 0 when none begins here."""
    for length in lengths:
        after = at + length
        if after <= len(text) and (after == len(text) or _is_edge(text[after])) and fold(text[at:after]) in kept:
            return length
    return 0


def _longest(text: str, at: int, separators: Sequence[str]) -> str:
    return max((each for each in separators if text.startswith(each, at)), key=len, default="")


def separators_of(field: str, names: NameSettings) -> tuple[str, ...]:
    """The separators that a setting names for a field."""
    return names.genre_separators if field in ("genres", "moods", "groupings") else names.artist_separators


def split(table: dict[str, Any], at: Path, making: Making) -> Action:
    """`split = { field, at, never, where_ids_agree }`: one text becomes several; several are left as they are."""
    check = making.check
    check.known(table, at, ("field", "at", "never", "where_ids_agree"))
    fields = check.fields(table, at, NAME_FIELDS)
    given = [each for each in check.texts(table["at"], (*at, "at")) if each] if "at" in table else []
    if "at" in table and not given:
        check.wrong((*at, "at"), "it names no separator")
    never = check.texts(table["never"], (*at, "never")) if "never" in table else []
    never = [*never, *making.names.never_split]
    agree = check.get(table, "where_ids_agree", at, bool, default=False)
    made: list[tuple[str, Splitter]] = []
    for field in fields:
        if agree and field not in IDS:
            check.wrong((*at, "field"), f"{field} has no MusicBrainz ids that could agree")
        separators = given or (PROVED if agree else separators_of(field, making.names))
        made.append((field, splitter(separators, never)))
    return _where_ids_agree(made) if agree else _at_separators(made)


def _at_separators(fields: Sequence[tuple[str, Splitter]]) -> Action:
    looks = [(field, texts_of(field), IDS.get(field), apart) for field, apart in fields]

    def act(track: Track, _groups: Groups) -> dict[str, object]:
        changes: dict[str, object] = {}
        for field, look, ids_field, apart in looks:
            values = look(track)
            # A file that keeps values apart has said where one ends.
            if len(values) != 1 or len(parts := apart(values[0])) == 1:
                continue
            ids = getattr(track, ids_field) if ids_field else ()
            if ids and len(parts) > len(ids):
                continue
            changes |= with_texts(field, parts)
        return changes

    return act


def _where_ids_agree(fields: Sequence[tuple[str, Splitter]]) -> Action:
    """Splits when that makes exactly as many names as there are ids."""

    def act(track: Track, _groups: Groups) -> dict[str, object]:
        changes: dict[str, object] = {}
        for field, apart in fields:
            if field not in IDS:
                continue
            names, ids = texts_of(field)(track), getattr(track, IDS[field])
            if not len(names) < len(ids):
                continue
            parts = [part for name in names for part in apart(name)]
            if len(dict.fromkeys(parts)) == len(ids):
                changes |= with_texts(field, parts)
                worded = f"{field.removesuffix('s')}_credit"
                if len(names) == 1 and not getattr(track, worded):
                    changes[worded] = names[0]
        return changes

    return act
