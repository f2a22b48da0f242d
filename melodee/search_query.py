"""What somebody typed into a search box, as the catalogue is asked for it."""

from collections.abc import Mapping
from dataclasses import dataclass

from melodee.text import IGNORED_ARTICLES, comparable, fold, query_terms, tsquery

ARTICLES = tuple(dict.fromkeys(fold(IGNORED_ARTICLES).split()))
"""Words that somebody who types a name leaves out."""

_MOST_WORDS = 8
"""Words of a query of which parts are taken for whole names."""


@dataclass(frozen=True)
class SearchQuery:
    """Terms that must all be there, the last one perhaps unfinished, and the names that they may be."""

    terms: list[str]
    """Lexemes, at least one."""
    names: list[str]
    """The whole of it, to be compared with whole names: as it is, and then with articles before it."""
    parts: list[str]
    """What may be a whole name within it: `let it be` in `beatles let it be`."""
    spoken: list[str]
    """The words between blanks, folded."""

    @classmethod
    def of(cls, text: str) -> "SearchQuery | None":
        """The query that a text spells; none when it has no words, which means everything."""
        terms = query_terms(text)
        return cls._of(terms, fold(text).split()) if terms else None

    @classmethod
    def _of(cls, terms: list[str], spoken: list[str]) -> "SearchQuery":
        name = comparable(" ".join(spoken))
        cuts = range(1, min(len(spoken), _MOST_WORDS))
        parts = {comparable(" ".join(part)) for at in cuts for part in (spoken[:at], spoken[at:])} - {""}
        return cls(terms, [name, *(article + name for article in ARTICLES)], sorted(parts), spoken)

    @property
    def words(self) -> list[str]:
        """The terms that are finished."""
        return self.terms[:-1]

    @property
    def prefix(self) -> str:
        """The last term: a word, or the beginning of one."""
        return self.terms[-1]

    @property
    def tsquery(self) -> str:
        """All terms, as the text of a PostgreSQL `tsquery`."""
        return tsquery(self.terms) or ""

    @property
    def finished(self) -> str:
        """The terms without the last one, as the text of a `tsquery`; empty when there are no others."""
        return tsquery(self.words, prefix_last=False) or ""

    def only(self, term: str) -> str:
        """One of the terms, as the text of a `tsquery`: with the others left to be checked."""
        return tsquery([term], prefix_last=term == self.prefix) or ""

    def corrected(self, corrections: Mapping[str, str]) -> "SearchQuery":
        """The same with other words for some."""
        terms = [corrections.get(term, term) for term in self.terms]
        # The last occurrence counts, since the last term of all is taken for a prefix.
        terms = list(dict.fromkeys(terms[::-1]))[::-1]
        return self._of(terms, [corrections.get(comparable(word), word) for word in self.spoken])
