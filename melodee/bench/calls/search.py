"""Search, rung by rung: what costs a server little, and what costs it most."""

from collections.abc import Callable, Iterator, Sequence

from melodee.bench.calls.call import Call, Source, one_of
from melodee.bench.library import Library
from melodee.bench.words import CJK_TRIES, Words

GROUP = "Search"


def calls() -> Iterator[Call]:
    """`search3` for twenty artists, albums and songs each, as players ask."""
    rungs: dict[str, Callable[[Words], Sequence[str]]] = {
        "one word": lambda found: found.whole,
        "a word begun": lambda found: found.begun,
        "two words": lambda found: found.two,
        "a typo": lambda found: found.misspelled,
        "nothing found": lambda found: found.nonsense,
        "one letter": lambda found: found.short[1],
        "two letters": lambda found: found.short[2],
        "three letters": lambda found: found.short[3],
    }
    for name, pick in rungs.items():
        yield Call(f"search3, {name}", GROUP, _rung(name, pick))
    yield Call("search3, an artist's name", GROUP, _artists)
    yield Call("search3, CJK", GROUP, _cjk)


def _rung(name: str, pick: Callable[[Words], Sequence[str]]) -> Callable[[Library], Source]:
    return lambda library: one_of("search3", "query", pick(library.words), f"no title is fit for {name}")


def _artists(library: Library) -> Source:
    names = sorted({str(node["name"]) for node in library.artists if node.get("name")})
    return one_of("search3", "query", names, "no artist has a name")


def _cjk(library: Library) -> Source:
    found = library.words.cjk or [each for each in CJK_TRIES if library.found(each, "song", 1)]
    return one_of("search3", "query", found, "no title in such a script was met")
