"""Made-up words in several scripts, the commonest first, with what searching and sorting make of each.

A text is drawn by rank: `int(count ** random())` gives rank k with a probability of about 1/k, which is Zipf's law.
"""

import random
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

from melodee.text import comparable, fold, search_terms

_RESERVED = frozenset({"con", "prn", "aux", "nul", "com", "lpt"})
"""Names that a common file system refuses."""

_ENGLISH = """
    the of love you me in a my to and on night i for it is your day no time all one we blue up be this with down
    heart little life world home never man from black girl what at don't baby like good dance dream old out song go
    away red moon rain can't here summer come sun again last white light house street river way more i'm sweet fire
    new soul free star back when cold water sky let wild road city still over back long dark golden run under see
    know blues high by into tomorrow if forever only lost angel wind ocean it's winter hold first real young crazy
    morning lonely eyes hands mother gone about stay before without between everything nothing nobody something
"""


class Words(NamedTuple):
    """Words of one language by rank. Four lists of one length."""

    shown: list[str]
    folded: list[str]
    compared: list[str]
    terms: list[str]
    """As the text of a `tsvector`: `'cafe'`, or several lexemes."""


@dataclass(frozen=True)
class Language:
    """How words of a language are made."""

    name: str
    artists: float
    """Share of the artists who sing in it."""
    vocabulary: float
    """Share of all words."""
    syllables: Sequence[str]
    first: Sequence[str] = ()
    """The commonest words."""
    spaced: bool = True
    longest: int = 4
    """Syllables of a word at most."""


def _mixed(onsets: str, vowels: str, codas: str = "") -> list[str]:
    """Syllables of consonants, vowels and perhaps a consonant at the end; each is given as words of a line."""
    return ["".join(parts) for parts in product(onsets.split(), vowels.split(), ["", *codas.split()])]


LANGUAGES = (
    Language(
        "english", 0.62, 0.50,
        _mixed("b c d f g h j k l m n p r s t v w st tr br ch sh th gr", "a e i o u ea oo", "n r s l t"),
        _ENGLISH.split(),
    ),
    Language("romance", 0.09, 0.11, _mixed("b c d f g l m n p r s t v qu ch gl", "a e i o é à ó ê ã ía", "s n r ñ")),
    Language("northern", 0.05, 0.07, _mixed("b d f g h k l m n r s t v sk fj bj", "a e i o å ä ö ø æ ü", "r n l ß nd")),
    Language("eastern", 0.04, 0.06, _mixed("b c č d ł k m n p r ř s š t w z ž ś", "a e i o u y ě ů ő ă", "k n ń ć ş")),
    Language("cyrillic", 0.07, 0.09, _mixed("б в г д ж з к л м н п р с т х ч ш", "а е и о у ы я ю й", "н т р сь л")),
    Language("greek", 0.02, 0.03, _mixed("β γ δ ζ θ κ λ μ ν ξ π ρ σ τ φ χ ψ", "α ε η ι ο υ ω ά έ ό", "ς ν")),
    Language("arabic", 0.02, 0.03, _mixed("ب ت ج ح د ر س ش ص ط ع ف ق ك ل م ن", "ا و ي", "ن م ر ة"), longest=3),
    Language("hebrew", 0.01, 0.02, _mixed("א ב ג ד ה ז ח ט כ ל מ נ ס פ צ ק ר ש ת", "ו י", "ל ר ת"), longest=3),
    Language("devanagari", 0.01, 0.02, _mixed("क ग च ज त द न प ब म र ल व स ह", "ा ि ी ु े ो", "न र"), longest=3),
    Language("hangul", 0.03, 0.03, [chr(code) for code in range(0xAC00, 0xD7A4, 13)], longest=3),
    Language("kana", 0.02, 0.02, [chr(code) for code in range(0x3042, 0x3094)], spaced=False),
    Language("han", 0.02, 0.02, [chr(code) for code in range(0x4E00, 0x5E00, 2)], spaced=False, longest=2),
)  # fmt: skip
BY_NAME = {language.name: number for number, language in enumerate(LANGUAGES)}
ENGLISH = BY_NAME["english"]


def make_words(seed: int, count: int) -> list[Words]:
    """The vocabulary of each language, about `count` words in all."""
    return [_words_of(language, seed, max(int(count * language.vocabulary), 300)) for language in LANGUAGES]


def tsvector(terms: Sequence[str]) -> str:
    r"""The text of a `tsvector` of lexemes without quotes and backslashes."""
    return " ".join([f"'{term}'" for term in terms])


def _words_of(language: Language, seed: int, count: int) -> Words:
    chance = random.Random(f"words {seed} {language.name}")  # noqa: S311 - names, not secrets
    pick = _picker(chance, language.syllables)
    made: dict[str, None] = dict.fromkeys(language.first)
    while len(made) < count:
        # Common words are short, as in every language.
        least = 1 if len(made) < 60 else 2 if len(made) < 200_000 or language.longest < 3 else 3
        syllables = min(least + (chance.random() < 0.45) + (chance.random() < 0.1), language.longest)
        word = unicodedata.normalize("NFC", "".join([pick() for _ in range(syllables)]))
        if word not in _RESERVED:
            made[word] = None
    shown = [word[0].title() + word[1:] for word in made]
    return Words(
        shown,
        [fold(word) for word in shown],
        [comparable(word) for word in shown],
        [tsvector(search_terms(word)) for word in shown],
    )


def _picker(chance: random.Random, syllables: Sequence[str]) -> Callable[[], str]:
    order = list(syllables)
    chance.shuffle(order)
    number, draw = len(order), chance.random
    # The square makes some syllables common.
    return lambda: order[int(number * draw() ** 2)]
