"""Track numbers that say more than a number: `101`, `A1`, `#3 of 12`."""

from collections.abc import Callable

from melodee.audio.fields import FIELDS
from melodee.audio.track import Track
from melodee.rules.action import Action, Making
from melodee.rules.patterns import Groups, compile_pattern
from melodee.rules.positions import Path

_KEYS = frozenset(
    key.casefold()
    for field in FIELDS
    if field.name == "track_number"
    for keys in field
    if isinstance(keys, tuple)
    for key in keys
)
"""Where the formats keep the track number; a text that is no number is in the track's `raw`."""

_SIDE = compile_pattern(r"(?i)(?:side\s*)?([A-P])[\s.\-]*0?(\d{1,2})?")
_OF_TOTAL = compile_pattern(r"(?i)\D{0,12}?(\d{1,4})\s*(?:/|\\|-|of|von|de)\s*(\d{1,4})\D{0,3}")
_ALONE = compile_pattern(r"(?i)\s*(?:track|nr|no|#)[\s.#:]*(\d{1,4})\s*")


def renumber(kinds: list[str], at: Path, making: Making) -> Action:
    """`renumber = [kind, …]`: the kinds are tried in their order; the first that fits counts."""
    known = [_KINDS[kind] for kind in kinds if making.check.is_one_of(kind, list(_KINDS), at, "kind of number")]

    def act(track: Track, _groups: Groups) -> dict[str, object]:
        for kind in known:
            if changes := kind(track):
                return changes
        return {}

    return act


def _texts(track: Track) -> list[str]:
    """What a track number's tag says when it was not understood."""
    if track.track_number is not None or not track.raw:
        return []
    return [texts[0] for key, texts in track.raw.items() if key.casefold() in _KEYS and texts]


def _hundreds(track: Track) -> dict[str, object]:
    """101 is track 1 of disc 1, unless the disc's own tag says otherwise; 200 is no track."""
    disc, number = divmod(track.track_number or 0, 100)
    if not 1 <= disc <= 99 or not number or track.disc_number not in (None, disc):
        return {}
    return {"disc_number": disc, "track_number": number}


def _vinyl(track: Track) -> dict[str, object]:
    """A1 is track 1 of the first side, B the only one of the second: sides are counted as discs."""
    for text in _texts(track):
        if match := _SIDE.fullmatch(text):
            side, number = match.groups()
            disc = ord((side or "A").upper()) - ord("A") + 1
            return {"track_number": int(number or 1), "disc_number": track.disc_number or disc}
    return {}


def _of_total(track: Track) -> dict[str, object]:
    """`#3 of 12`, `Track 03-12`, `No. 3`."""
    for text in _texts(track):
        if match := _OF_TOTAL.fullmatch(text):
            number, total = (int(part or 0) for part in match.groups())
            if 0 < number <= total:
                return {"track_number": number, "track_total": track.track_total or total}
        if match := _ALONE.fullmatch(text):
            return {"track_number": int(match.groups()[0] or 0)}
    return {}


_KINDS: dict[str, Callable[[Track], dict[str, object]]] = {
    "hundreds": _hundreds,
    "vinyl": _vinyl,
    "of_total": _of_total,
}

KINDS = tuple(_KINDS)
"""What `renumber` understands."""
