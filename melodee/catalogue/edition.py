"""Editions: what at the end of an album's title says which issue of the album it is, and not what it is called.

Words are taken for an edition in brackets (`(Deluxe Edition)`, `[2011 Remaster]`), after a dash or a colon
(`- Expanded Edition`), and, where nothing else can be meant, at the bare end (`Album Deluxe Edition`). What names
another recording stays in the title: `(Live)`, `(Taylor's Version)`, `(Acoustic)`, `(The Remixes)`. Their source is
what shops and MusicBrainz' disambiguations of releases are seen to say.
"""

import re
from collections import deque
from functools import lru_cache
from typing import NamedTuple

from melodee.catalogue.edition_words import ABROAD, ALONE, COMPOUNDS, NOUNS, SAME, SMALL, SURE, UNSAID, WITH_NOUN
from melodee.text import fold

_WORD = re.compile(r"[^\s,;/]+")
_ORDINAL = re.compile(r"\d{1,4}(?:st|nd|rd|th|er?|eme|[oa]|ste|de)")
_NUMBER = re.compile(rf"\d{{1,4}}|{_ORDINAL.pattern}|['']?\d\d|\d{{2}}[-/]?bit")
_YEAR = re.compile(r"(?:19|20)\d\d")
_MARKS = '()[]{}.:!*"-'
_JAPANESE = ("限定", "初回", "通常盤", "豪華盤", "エディション", "リマスター", "デラックス")
_DASH = re.compile(r"\s[-‐–—]\s|:\s")
_CLOSING = {")": "(", "]": "[", "}": "{", "）": "（", "】": "【"}

_EDITION = frozenset({"edition", "edicion", "edizione", "edicao", "editie", "ausgabe", "издание"})
_FIRST = _EDITION - {"edition", "ausgabe"}
"""Nouns that stand first where the language has adjectives follow: `Edición Coleccionista Oro`."""

_BARE = SURE | ABROAD | {"super", "limited", "special", "bonus", "collector's", "collectors", "japanese", "luxe"}
"""What at the bare end of a title says with `Edition` that it is one; `Gold`, `Mono` and the like may be the title."""

_ARTICLES = frozenset(
    {"the", "an", "la", "le", "les", "el", "los", "las", "il", "lo", "der", "die", "das", "de", "het"}
)

_BARE_ENDS = _EDITION | _BARE | COMPOUNDS
_UNBROKEN = re.compile(r"\S+")

_MOST_BARE = 6
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
        found = _at_end(base)
        if found is None or not fold(found.base):
            break
        base, editions = found.base, [found.edition, *editions]
    return Titled(base, ", ".join(editions))


def _at_end(title: str) -> Titled | None:
    if (found := _bracketed(title)) is not None and is_edition(found.edition):
        return found
    if (found := _dashed(title)) is not None and is_edition(found.edition, after_dash=True):
        return found
    return _bare(title)


def is_edition(words: str, *, after_dash: bool = False) -> bool:
    """Whether the words name an edition. After a dash, where titles go on as well, only what cannot be one does."""
    found = _words(words)
    if not found or len(found) > _MOST_WORDS:
        return False
    if any(sign in words for sign in _JAPANESE):
        return True
    sure = any(word in SURE for word in found)
    noun = any(word in NOUNS for word in found)
    alone = any(word in ALONE for word in found)
    known = all(_is_known(word) for word in found)
    says = alone or any(word in WITH_NOUN or _NUMBER.fullmatch(word) for word in found)
    if known and (sure or (noun and says) or (alone and not after_dash)):
        return True
    return not after_dash and (sure or (len(found) > 1 and (found[-1] in _EDITION or found[0] in _FIRST)))


@lru_cache(maxsize=4096)
def edition_key(edition: str) -> str:
    """What makes two wordings one edition: `Remastered 2011` and `2011 Remaster`, `Deluxe` and `Deluxe Edition`."""
    words = {each for word in _words(edition) for each in SAME.get(word, word).split()}
    return " ".join(sorted(words - UNSAID or words))


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
    """Folded; `Deluxe-Edition` is two words, `Hi-Res` and `Re-Issue` are one."""
    return [each for match in _WORD.finditer(fold(text)) if (word := match[0].strip(_MARKS)) for each in _apart(word)]


def _apart(word: str) -> list[str]:
    if "-" not in word or _is_known(word):
        return [word]
    if _is_known(joined := word.replace("-", "")) and not joined.isdecimal():
        return [joined]
    parts = [part for each in word.split("-") if (part := each.strip(_MARKS))]
    return parts if any(_is_known(part) and not part.isdecimal() for part in parts) else [word]


def _is_known(word: str) -> bool:
    return (
        word in SURE
        or word in ALONE
        or word in WITH_NOUN
        or word in NOUNS
        or word in SMALL
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


def _bare(title: str) -> Titled | None:
    """The title before the words of an edition that nothing sets apart, where something is left as a title."""
    last = _words("".join(title.rsplit(None, 1)[-1:]))
    if not last or last[-1] not in _BARE_ENDS:
        return None
    parts = [(match.start(), _words(match[0])) for match in deque(_UNBROKEN.finditer(title), _MOST_BARE)]
    for at, (start, first) in enumerate(parts):
        words = [word for _, of_part in parts[at:] for word in of_part]
        base = title[:start].rstrip(" -–—:,")
        if first and _is_bare_edition(words) and _is_title(base):
            return Titled(base, title[start:])
    return None


def _is_bare_edition(words: list[str]) -> bool:
    """`Super Deluxe Edition`, `The 25th Anniversary Edition`, `Edición de Lujo`, `Limitierte Sonderedition`."""
    words = words[1:] if words[0] == "the" else words
    if not words or words[-1] in COMPOUNDS:
        return words != [] and _BARE.issuperset(words)
    noun_first = words[0] in _EDITION
    said = words[1:] if noun_first else words[:-1]
    if _BARE.isdisjoint(said) or not (noun_first or words[-1] in _EDITION):
        return False
    others = [word for word in said if word not in _BARE]
    links = [word for word in others if not _counts(word, said)]
    return len(others) - len(links) <= 1 and SMALL.issuperset(links) and (noun_first or said[0] not in links)


def _counts(word: str, said: list[str]) -> bool:
    """Whether it is the number in `25th Anniversary Edition`, or the year in `2011 Remastered Edition`."""
    of = {SAME.get(each, each) for each in said}
    return ("anniversary" in of and _ORDINAL.fullmatch(word) is not None) or (
        "remaster" in of and _YEAR.fullmatch(word) is not None
    )


def _is_title(base: str) -> bool:
    """Whether something is left that an album may be called: `The Limited` and `25th` are not."""
    words = _words(base)
    if not words:
        return bool(fold(base))
    return any(word not in _BARE | _ARTICLES | _EDITION and not _ORDINAL.fullmatch(word) for word in words)
