"""Discs that a name tells of: `Album (Disc 1)`, `Album [CD2]`, `Album CD 2: Live`, the folder `CD1 - Demos`.

Volumes are none: `Volume 2` of a title is an album of its own.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from melodee.catalogue.edition import split_edition
from melodee.intake.look import NUMBER_WORDS, disc_folder

_NUMBER = rf"(?P<number>\d{{1,3}}|{'|'.join(NUMBER_WORDS)})(?![\w.]*\d)"
_DISC = rf"(?:cd|dis[ck]|disque|диск)[\s._#-]?{_NUMBER}(?:\s?(?:of|/)\s?(?P<total>\d{{1,3}}))?"
_AT_END = re.compile(rf"(?P<before>.*?[\s\W])?\b{_DISC}(?:\s?[-–—:]\s?(?P<subtitle>.+)|[\s)\]}}]*)", re.IGNORECASE)
_TOLD_OF = re.compile(r"cd|dis[ckq]|диск", re.IGNORECASE)
_OF_TOTAL = re.compile(r"[\s._]*(?:of|von|sur|de|di|van|из)[\s._]*(?P<total>\d{1,3})(?!\d)(?P<rest>.*)", re.IGNORECASE)

_BONUS = 2
"""The number of a `Bonus CD`: what such a disc comes with is most often one other."""

_BEFORE, _AFTER = " ._:–—-", " :–—-"
"""What may stand between a disc and its title, and be left of it behind."""
_BRACKETS = {"(": ")", "[": "]", "{": "}"}


class Disc(NamedTuple):
    """A name, and the disc that it told of."""

    name: str
    """Without the words of the disc; empty where nothing else was there."""
    number: int | None
    subtitle: str = ""
    total: int | None = None
    """Of how many it is one."""


@lru_cache(maxsize=8192)
def disc_of_title(title: str) -> Disc:
    """What an album's title says of a disc at its end; the words of an edition may follow, and stay."""
    if _TOLD_OF.search(title) is None:
        return Disc(title, None)
    base = split_edition(title).base
    found = _AT_END.fullmatch(base)
    if found is None:
        return Disc(title, None)
    number = _number(found["number"])
    if not number:
        return Disc(title, None)
    before = (found["before"] or "").rstrip(" -–—:,([{_")
    if before:
        before += title.strip()[len(base) :]
    return Disc(before, number, _unbracketed(found["subtitle"] or ""), _total(found["total"], number))


@lru_cache(maxsize=8192)
def disc_of_folder(name: str) -> Disc:
    """What the name of a disc's own folder says; sides of records are no discs."""
    found = disc_folder(name)
    if found is None:
        return Disc(name, None)
    if found["bonus"]:
        return Disc("", _BONUS, _unbracketed(name))
    number = _number(found["number"] or found["word"] or "0") or None
    rest, total = found["rest"], None
    if counted := _OF_TOTAL.fullmatch(rest):
        rest, total = counted["rest"], _total(counted["total"], number)
    return Disc("", number, _unbracketed(rest), total)


def _number(said: str) -> int:
    return int(said) if said.isdecimal() else NUMBER_WORDS.index(said.lower()) + 1


def _total(said: str | None, number: int | None) -> int | None:
    """The number of discs, unless it is less than that of this one."""
    return int(said) if said and number and int(said) >= number else None


def _unbracketed(text: str) -> str:
    """`(The Early Years)` is `The Early Years`; `Live (1970)` keeps its brackets, and half a pair goes."""
    text = text.lstrip(_BEFORE).rstrip(_AFTER)
    while text:
        first, last = text[0], text[-1]
        closing = _BRACKETS.get(first)
        if first in ")]}" or (closing is not None and closing not in text):
            text = text[1:]
        elif closing is not None and text.find(closing) == len(text) - 1:
            text = text[1:-1]
        elif last in ")]}" and text.count(last) > text.count(next(o for o, c in _BRACKETS.items() if c == last)):
            text = text[:-1]
        else:
            break
        text = text.lstrip(_BEFORE).rstrip(_AFTER)
    return text
