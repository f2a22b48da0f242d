"""Editions: what at the end of an album's title says which issue of the album it is, and not what it is called.

Words are taken for an edition in brackets (`(Deluxe Edition)`, `[2011 Remaster]`) and after a dash or a colon
(`- Expanded Edition`). What names another recording stays in the title: `(Live)`, `(Taylor's Version)`, `(Acoustic)`,
`(The Remixes)`. Their source is what shops and MusicBrainz' disambiguations of releases are seen to say.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from melodee.text import fold


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_SURE = _set(
    "deluxe superdeluxe expanded remaster remasters remastered remasterizado remasterise anniversary "
    "aniversario reissue reissued"
)
"""Whoever says one of these speaks of an issue."""

_ALONE = _set("limited special bonus explicit clean mono stereo vinyl collector's collectors japanese hi-res hires")
"""Words that in brackets are enough, and after a dash want a noun: `Tron - Special` is a title."""

_WITH_NOUN = _set(
    "legacy extended platinum gold diamond standard japan uk us usa european australian german french canadian "
    "international import tour target walmart itunes exclusive complete ultimate definitive original digital box "
    "premium audiophile club fan first second third"
)
"""Words that say something of an issue only with a noun: `Gold Edition`, `UK Version`."""

_NOUNS = _set("edition version release pressing reissue issue edicion edizione ausgabe editie")
_SMALL = _set(
    "the a an in of on with and & + super recording recorded mix track tracks disc discs disk cd cds lp lps dvd rip "
    "180g audio sound lyrics content digitally year"
)
_SAME = {
    "remasters": "remaster", "remastered": "remaster", "japanese": "japan", "tracks": "track",
    "collectors": "collector's", "discs": "disc", "disk": "disc", "reissued": "reissue",
    "superdeluxe": "deluxe super", "hires": "hi-res", "aniversario": "anniversary",
}  # fmt: skip
_UNSAID = _NOUNS - {"reissue"} | {"the", "a", "an", "in", "of", "on", "with", "and", "&", "+", "digital", "digitally"}
"""Words that make no other edition: `Deluxe`, `Deluxe Edition` and `The Deluxe Version` are one."""

_WORD = re.compile(r"[^\s,;/]+")
_NUMBER = re.compile(r"\d{1,4}(?:st|nd|rd|th)?|['']?\d\d|\d{2}[-/]?bit")
_JAPANESE = ("限定", "初回", "通常盤", "豪華盤", "エディション", "リマスター", "デラックス")
_DASH = re.compile(r"\s[-‐–—]\s|:\s")
_CLOSING = {")": "(", "]": "[", "}": "{", "）": "（", "】": "【"}

_MOST_WORDS = 10
_MOST_PARTS = 4


class Titled(NamedTuple):
    """An album's title taken apart."""

    base: str
    """What all editions are called."""
    edition: str
    """As it is worded, several joined by commas; empty without one."""


@lru_cache(maxsize=8192)
def split_edition(title: str) -> Titled:
    """`Album (Deluxe Edition) [Remastered]` is `Album` and `Deluxe Edition, Remastered`. The base is never empty."""
    base, editions = title.strip(), list[str]()
    while len(editions) < _MOST_PARTS:
        if (found := _bracketed(base)) is not None and is_edition(found.edition):
            pass
        elif (found := _dashed(base)) is None or not is_edition(found.edition, after_dash=True):
            break
        if not fold(found.base):
            break
        base, editions = found.base, [found.edition, *editions]
    return Titled(base, ", ".join(editions))


def is_edition(words: str, *, after_dash: bool = False) -> bool:
    """Whether the words name an edition. After a dash, where titles go on as well, only what cannot be one does."""
    found = _words(words)
    if not found or len(found) > _MOST_WORDS:
        return False
    if any(sign in words for sign in _JAPANESE):
        return True
    sure = any(word in _SURE for word in found)
    noun = any(word in _NOUNS for word in found)
    alone = any(word in _ALONE for word in found)
    known = all(_is_known(word) for word in found)
    says = alone or any(word in _WITH_NOUN or _NUMBER.fullmatch(word) for word in found)
    if known and (sure or (noun and says) or (alone and not after_dash)):
        return True
    return not after_dash and (sure or (len(found) > 1 and found[-1] in ("edition", "edicion", "ausgabe")))


@lru_cache(maxsize=4096)
def edition_key(edition: str) -> str:
    """What makes two wordings one edition: `Remastered 2011` and `2011 Remaster`, `Deluxe` and `Deluxe Edition`."""
    words = {each for word in _words(edition) for each in _SAME.get(word, word).split()}
    return " ".join(sorted(words - _UNSAID or words))


def joined_editions(*editions: str) -> str:
    """Several statements of an edition as one, each said once."""
    told: dict[str, str] = {}
    for edition in editions:
        if key := edition_key(edition):
            told.setdefault(key, edition)
    # What another statement says too is not said twice: `Deluxe Edition` and `Deluxe Edition, Remastered`.
    keys = {key: set(key.split()) for key in told}
    return ", ".join(said for key, said in told.items() if not any(keys[key] < words for words in keys.values()))


def _words(text: str) -> list[str]:
    return [word for match in _WORD.finditer(fold(text)) if (word := match[0].strip('()[]{}.:!*"-'))]


def _is_known(word: str) -> bool:
    return (
        word in _SURE
        or word in _ALONE
        or word in _WITH_NOUN
        or word in _NOUNS
        or word in _SMALL
        or _NUMBER.fullmatch(word) is not None
    )


def _bracketed(title: str) -> Titled | None:
    """The title before its last bracket, and what stands in that."""
    opening = _CLOSING.get(title[-1:])
    if opening is None:
        return None
    depth = 0
    for at in range(len(title) - 1, -1, -1):
        depth += (title[at] == title[-1]) - (title[at] == opening)
        if depth == 0:
            return Titled(title[:at].rstrip(" -–—:,"), title[at + 1 : -1].strip())
    return None


def _dashed(title: str) -> Titled | None:
    """The title before its last dash or colon, and what follows."""
    dashes = list(_DASH.finditer(title))
    return Titled(title[: dashes[-1].start()].rstrip(), title[dashes[-1].end() :].strip()) if dashes else None
