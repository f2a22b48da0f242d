"""Tag texts understood: dates, numbers, flags, gains, ids. What can't be understood is None, or empty."""

import math
import re
from calendar import monthrange

LARGEST_NUMBER = 32_767

_DATE = re.compile(r"\s*([0-9]{4})(?:[-/.]?([0-9]{1,2})(?:[-/.]?([0-9]{1,2}))?)?(?![0-9])")
_BACKWARDS = re.compile(r"\s*([0-9]{1,2})[./]([0-9]{1,2})[./]([0-9]{4})\s*")
_ANY_YEAR = re.compile(r"(?<![0-9])((?:1[5-9]|20)[0-9]{2})(?![0-9])")
_NUMBER = re.compile(r"\s*([0-9]{1,9})(?:\.[0-9]*)?\s*(?:$|/|\bof\b)", re.IGNORECASE)
_TOTAL = re.compile(r"(?:/|\bof\b)\s*([0-9]{1,9})\s*$", re.IGNORECASE)
_WHOLE = re.compile(r"\s*([0-9]{1,9})\s*$")
_DECIMAL = re.compile(r"\s*([-+]?[0-9]{1,6}(?:[.,][0-9]{1,30})?)\s*(?:dB)?\s*$", re.IGNORECASE)
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_HEXADECIMAL = re.compile(r"[0-9a-fA-F]+")
_R128_TO_REPLAYGAIN = 5.0
"""dB between R128's -23 LUFS and ReplayGain's -18."""


def date(text: str) -> str:
    """`YYYY`, `YYYY-MM` or `YYYY-MM-DD`, as far as the text names a day that exists; empty without a year."""
    if found := _BACKWARDS.fullmatch(text):
        day, month, year = (int(part) for part in found.groups())
        return _iso(year, month, day)
    if found := _DATE.match(text):
        year, month, day = (int(part or 0) for part in found.groups())
        return _iso(year, month, day)
    found = _ANY_YEAR.search(text)
    return found[1] if found else ""


def _iso(year: int, month: int, day: int) -> str:
    if not 1000 <= year <= 2999:
        return ""
    if not 1 <= month <= 12:
        return f"{year:04}"
    if not 1 <= day <= monthrange(year, month)[1]:
        return f"{year:04}-{month:02}"
    return f"{year:04}-{month:02}-{day:02}"


def number(text: str) -> int | None:
    """Of `3`, `03`, `3/12`, `3 of 12` or `120.5` the 3 (120); at most 32,767."""
    found = _NUMBER.match(text)
    return _bounded(found[1]) if found else None


def tempo(text: str) -> int | None:
    """Beats a minute: of `128.5` 129; nothing of 0, which says nothing."""
    value = decimal(text)
    return int(value + 0.5) or None if value is not None and 0 <= value <= LARGEST_NUMBER - 1 else None


def total(text: str, *, alone: bool) -> int | None:
    """Of `3/12` or `3 of 12` the 12; of `12` as well when the key is a total's own (`alone`). 0 says nothing."""
    found = (_WHOLE.match(text) if alone else None) or _TOTAL.search(text)
    return (_bounded(found[1]) or None) if found else None


def _bounded(digits: str) -> int | None:
    value = int(digits)
    return value if value <= LARGEST_NUMBER else None


def flag(text: str) -> bool:
    """`1`, `true`, `yes` and the like."""
    return text.strip().lower() in ("1", "true", "yes", "y")


def uuids(texts: list[str]) -> list[str]:
    """All MusicBrainz ids in the texts, in their order, each once; ID3v2.3 writes several into one text."""
    found = [each for text in texts for each in _UUID.findall(text[:4000].lower())]
    return list(dict.fromkeys(found))


def gain(text: str, *, r128: bool = False) -> float | None:
    """DB, relative to -18 LUFS. R128 values are 1/256 dB relative to -23 LUFS (RFC 7845, section 5.2.1)."""
    value = decimal(text)
    if value is None:
        return None
    if r128:
        value = value / 256 + _R128_TO_REPLAYGAIN
    return round(value, 2) if -100 <= value <= 100 else None


def sound_check(text: str) -> float | None:
    """DB of Sound Check: ten hexadecimal numbers, of which the first two are the power of left and right.

    1,000 is none to change; iTunes levels to the louder side.
    """
    numbers = text.split()[:2]
    if len(numbers) != 2 or not all(len(each) == 8 and _HEXADECIMAL.fullmatch(each) for each in numbers):
        return None
    power = max(int(each, 16) for each in numbers)
    return round(-10 * math.log10(power / 1000), 2) if power else None


def peak(text: str) -> float | None:
    """A sample's amplitude: 1.0 is full scale."""
    value = decimal(text)
    return round(value, 6) if value is not None and 0 <= value <= 100 else None


def decimal(text: str) -> float | None:
    """A plain decimal number, with a point or a comma."""
    found = _DECIMAL.match(text)
    return float(found[1].replace(",", ".")) if found else None


def advisory(text: str) -> str:
    """The advisory as iTunes writes it: 1 (and once 4) is explicit, 2 is clean."""
    return {"1": "explicit", "4": "explicit", "2": "clean"}.get(text.strip(), "")


def performer(text: str) -> tuple[str, str]:
    """The name and the instrument of `Name (instrument)`."""
    found = re.fullmatch(r"(.+?)\s*\(([^()]+)\)", text)
    return (found[1], found[2].lower()) if found else (text, "")
