"""What to search for: words of titles that the library holds, whole, begun, misspelled, and some that nobody wrote."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from random import Random

_WORD = re.compile(r"[^\W\d_]+")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]{2,}")

LONG = 6
"""Letters of a word that a listener begins, or misspells."""

_MOST = 100
_CONSONANTS = "bcdfghjklmnpqrstvwxz"

CJK_TRIES = ("の", "愛", "人", "心", "天", "사", "나")
"""Characters that a library with any such titles has somewhere."""


@dataclass(frozen=True)
class Words:
    """Queries by rung of the ladder, each in an order of chance; a rung may be empty."""

    whole: list[str]
    begun: list[str]
    """The first four or five letters of a word."""
    two: list[str]
    """Two words of one title."""
    misspelled: list[str]
    """Two letters of a word swapped."""
    nonsense: list[str]
    short: dict[int, list[str]]
    """The first one, two and three letters of a word."""
    cjk: list[str]


def words(titles: Iterable[str], chance: Random) -> Words:
    """The queries that titles give rise to. Words are drawn from titles, so that frequent ones come often."""
    titles = sorted(set(titles))
    chance.shuffle(titles)
    spoken = [[word for word in _WORD.findall(title) if not _CJK.search(word)] for title in titles]
    whole = [chance.choice(fit) for title in spoken if (fit := [word for word in title if len(word) >= 4])]
    long = [chance.choice(fit) for title in spoken if (fit := [word for word in title if len(word) >= LONG])]
    known = {word.casefold() for title in spoken for word in title}
    misspelled = [swapped for word in long if (swapped := _swap(word, chance)).casefold() not in known]
    pairs = [" ".join(pair) for title in spoken if (pair := _pair(title, chance))]
    return Words(
        whole=whole[:_MOST],
        begun=[word[: chance.choice((4, 5))] for word in long[:_MOST]],
        two=pairs[:_MOST],
        misspelled=misspelled[:_MOST],
        nonsense=["".join(chance.choices(_CONSONANTS, k=9)) for _ in range(_MOST)],
        short={letters: [word[:letters] for word in whole[:_MOST]] for letters in (1, 2, 3)},
        cjk=[run[:2] for title in titles for run in _CJK.findall(title)][:_MOST],
    )


def _pair(title: list[str], chance: Random) -> list[str]:
    """Two different words of three letters or more; nothing where the title has no two."""
    distinct = sorted({word for word in title if len(word) >= 3})
    return chance.sample(distinct, 2) if len(distinct) > 1 else []


def _swap(word: str, chance: Random) -> str:
    """The word with two neighbours swapped, the first letter left alone; the word itself where all are the same."""
    places = [place for place in range(1, len(word) - 1) if word[place] != word[place + 1]]
    if not places:
        return word
    place = chance.choice(places)
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
