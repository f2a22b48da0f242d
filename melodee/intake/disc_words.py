"""Discs that a name tells of: `Album (Disc 1)`, `Album [CD2]`, `Album CD 2: Live`, the folder `CD1 - Demos`.

Volumes are none: `Volume 2` of a title is an album of its own.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from melodee.catalogue.edition import split_edition

_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_NUMBER = r"(?P<number>\d{1,3}|" + "|".join(_NUMBERS) + r")(?![\w.]*\d)"
_DISC = rf"(?:cd|dis[ck])[\s._#-]?{_NUMBER}(?:\s?(?:of|/)\s?\d{{1,3}})?"
_AT_END = re.compile(rf"(?P<before>.*?[\s\W])?\b{_DISC}(?:\s?[-–—:]\s?(?P<subtitle>.+?))?[\s)\]}}]*", re.IGNORECASE)
_FOLDER = re.compile(
    r"(?:cd|dis[ck]|vol(?:ume)?|lp|side)[\s._#-]*(?P<number>\d{1,3}|[a-d])\b[\s._:–—-]*(?P<subtitle>.*)", re.IGNORECASE
)


class Disc(NamedTuple):
    """A name, and the disc that it told of."""

    name: str
    """Without the words of the disc; empty where nothing else was there."""
    number: int | None
    subtitle: str = ""


@lru_cache(maxsize=8192)
def disc_of_title(title: str) -> Disc:
    """What an album's title says of a disc at its end; the words of an edition may follow, and stay."""
    if "cd" not in (lower := title.lower()) and "disc" not in lower and "disk" not in lower:
        return Disc(title, None)
    base = split_edition(title).base
    found = _AT_END.fullmatch(base)
    if found is None:
        return Disc(title, None)
    said = found["number"].lower()
    number = int(said) if said.isdecimal() else _NUMBERS.index(said) + 1
    before = (found["before"] or "").rstrip(" -–—:,([{_")
    if before:
        before += title.strip()[len(base) :]
    return Disc(before, number, (found["subtitle"] or "").strip(" )]}")) if number else Disc(title, None)


@lru_cache(maxsize=8192)
def disc_of_folder(name: str) -> Disc:
    """What the name of a disc's own folder says; sides of records are no discs."""
    found = _FOLDER.fullmatch(name.strip())
    if found is None:
        return Disc(name, None)
    number = int(found["number"]) if found["number"].isdecimal() else None
    return Disc("", number or None, found["subtitle"].strip(" )]}"))
