"""Names and titles drawn from the vocabulary, with what is stored beside them."""

import random
from collections.abc import Callable
from typing import NamedTuple

from melodee.synth.words import ENGLISH, LANGUAGES, Words, tsvector
from melodee.text import IGNORED_ARTICLES, comparable, fold, search_terms, sort_name

ARTICLES = frozenset(fold(IGNORED_ARTICLES).split())
"""Leading words that sorting passes over."""


class Name(NamedTuple):
    """A name or title, and what `melodee.text` makes of it."""

    shown: str
    folded: str
    compared: str
    sort: str
    terms: str
    """As the text of a `tsvector`."""


def described(text: str) -> Name:
    """Any text, by the functions themselves."""
    return Name(text, fold(text), comparable(text), sort_name(text), tsvector(search_terms(text)))


def title(words: Words, ranks: list[int], *, spaced: bool) -> Name:
    """The words of these ranks as one title, put together from what is known of each."""
    if not spaced:
        return described("".join([words.shown[rank] for rank in ranks]))
    shown = " ".join([words.shown[rank] for rank in ranks])
    if words.folded[ranks[0]] in ARTICLES:
        return described(shown)
    folded = " ".join([words.folded[rank] for rank in ranks])
    compared = "".join([words.compared[rank] for rank in ranks])
    return Name(shown, folded, compared, folded, " ".join([words.terms[rank] for rank in ranks]))


_LENGTHS = (1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 5, 5, 6)
"""Words of a title."""
_ADDITIONS = ("(Live)", "(Remastered)", "(Acoustic)", "(Instrumental)", "(Radio Edit)", "Pt 2", "(Demo)", "No 1")


class Titles:
    """Draws the titles of songs."""

    def __init__(self, vocabulary: list[Words]) -> None:
        self._vocabulary = [(words, LANGUAGES[place].spaced) for place, words in enumerate(vocabulary)]
        self._additions = [described(text) for text in _ADDITIONS]

    def draw(self, language: int, draw: Callable[[], float]) -> Name:
        """A title in that language, now and then in English."""
        words, spaced = self._vocabulary[language if draw() < 0.95 else ENGLISH]
        count = len(words.shown)
        name = title(words, [int(count ** draw()) - 1 for _ in range(_LENGTHS[int(16 * draw())])], spaced=spaced)
        if draw() < 0.06:
            extra = self._additions[int(len(_ADDITIONS) * draw())]
            if name.folded.partition(" ")[0] in ARTICLES:
                return described(f"{name.shown} {extra.shown}")
            return Name(
                f"{name.shown} {extra.shown}",
                f"{name.folded} {extra.folded}",
                name.compared + extra.compared,
                f"{name.sort} {extra.folded}",
                f"{name.terms} {extra.terms}",
            )
        return name


class Namer:
    """Draws the names of artists and albums, each once where it must be."""

    def __init__(self, vocabulary: list[Words], chance: random.Random) -> None:
        self._vocabulary, self._chance = vocabulary, chance
        self._shares = [language.artists for language in LANGUAGES]

    def language(self) -> int:
        """The language of an artist."""
        return self._chance.choices(range(len(LANGUAGES)), self._shares)[0]

    def artist(self, language: int, taken: set[str]) -> Name:
        """A name whose folded form is not among those taken, and is from now on."""
        words, spaced = self._vocabulary[language], LANGUAGES[language].spaced
        chance = self._chance.random
        count = len(words.shown)
        number = 2 if chance() < 0.55 else 1 if chance() < 0.5 else 3
        # Names are of rarer words than titles are.
        ranks = [int(count ** (0.25 + 0.75 * chance())) - 1 for _ in range(number)]
        while True:
            shown = ("" if not spaced else " ").join([words.shown[rank] for rank in ranks])
            if language == ENGLISH:
                shown = self._english(shown, words)
            folded = fold(shown)
            if folded not in taken:
                taken.add(folded)
                return described(shown)
            ranks.append(int(count * chance()))

    def _english(self, shown: str, words: Words) -> str:
        """Now and then as bands and pairs are called."""
        chance = self._chance.random()
        if chance < 0.10:
            return f"The {shown}s"
        if chance < 0.14:
            return f"{shown} & the {words.shown[int(len(words.shown) * self._chance.random())]}s"
        if chance < 0.16:
            return f"DJ {shown}"
        if chance < 0.17:
            return f"{shown[0]}.{shown[-1].upper()}. {shown}"
        return shown

    def album(self, language: int, artist: int, taken: set[tuple[int, str]]) -> Name:
        """A title that the artist has not used."""
        words, spaced = self._vocabulary[language], LANGUAGES[language].spaced
        chance = self._chance.random
        count = len(words.shown)
        ranks = [int(count ** chance()) - 1 for _ in range(1 + int(3.4 * chance()))]
        while True:
            name = title(words, ranks, spaced=spaced)
            if (artist, name.folded) not in taken:
                taken.add((artist, name.folded))
                return name
            ranks.append(int(count ** chance()) - 1)
