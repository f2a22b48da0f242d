"""How a call is described: its requests follow from the library, and from chance."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from melodee.bench.connection import LONGEST_ANSWER, Request, Value
from melodee.bench.library import Library

Query = Mapping[str, Value]

Source = Callable[[Random], Iterator[Request]]
"""Requests without end; each client has a chance of its own."""

WARM_UP = 10


class Lacking(Exception):
    """The library has nothing to ask this for; the message says what it lacks."""


@dataclass(frozen=True)
class Call:
    """A line of the table."""

    name: str
    group: str
    """The panel of the chart that it belongs to."""
    prepare: Callable[[Library], Source]
    """Raises `Lacking`."""
    charted: bool = True
    """Drawn when all calls are; too many lines hide each other."""
    binary: bool = False
    """Answers sound or a picture."""
    first_byte: bool = False
    """Also timed until the first byte, as a line of its own."""
    unless_changed: bool = False
    """Sends the first answer's ETag with all further requests."""
    optional: bool = False
    """Where there is no such thing (error 70), the server does not have the call: ids differ between servers."""
    warm_up: int = WARM_UP
    """Requests of each client that do not count."""
    writes: bool = False
    undo: Callable[[Library], Iterator[Request]] | None = None
    """Takes back what was written, also when the call was cut off between writing and taking back."""


def always(
    endpoint: str, query: Query | None = None, headers: Mapping[str, str] | None = None
) -> Callable[[Library], Source]:
    """The same request again and again, whatever the library."""
    request = Request(endpoint, query or {}, headers or {})
    return lambda _library: lambda _chance: repeat(request)


def repeat(request: Request) -> Iterator[Request]:
    """One request without end."""
    while True:
        yield request


def drawn(
    endpoint: str, make: Callable[[Random], Query], headers: Mapping[str, str] | None = None, most: int = LONGEST_ANSWER
) -> Source:
    """Requests whose parameters chance makes."""

    def source(chance: Random) -> Iterator[Request]:
        while True:
            yield Request(endpoint, make(chance), headers or {}, most)

    return source


def one_of(endpoint: str, name: str, values: Sequence[str], lacking: str, **query: Value) -> Source:
    """Requests of which one parameter is drawn. Raises `Lacking` when there is nothing to draw from."""
    if not values:
        raise Lacking(lacking)
    return drawn(endpoint, lambda chance: {name: chance.choice(values), **query})


@dataclass(frozen=True)
class Place:
    """Where in a list a page lies."""

    name: str

    def offset(self, total: int, size: int, chance: Random) -> int:
        """Of a page of that size in a list of that length."""
        last = max(total - size, 0)
        return {"": 0, "random": chance.randint(0, last), "deepest": last}[self.name]


PLACES = FIRST, RANDOM, DEEPEST = Place(""), Place("random"), Place("deepest")


def page_name(what: str, size: int, place: Place) -> str:
    """`getAlbumList2 newest, 50, deepest`."""
    return ", ".join(part for part in (what, str(size), place.name) if part)


def paged(endpoint: str, query: Query, names: tuple[str, str], *, size: int, place: Place, total: int | None) -> Source:
    """Pages of a list; `names` are those of the parameters for size and offset. Raises `Lacking`."""
    if place is not FIRST:
        if total is None:
            raise Lacking("the server takes no notice of its offset")
        if total <= size:
            raise Lacking("the list is no longer than a page")
    size_name, offset_name = names
    length = total or 0
    return drawn(endpoint, lambda chance: {**query, size_name: size, offset_name: place.offset(length, size, chance)})
