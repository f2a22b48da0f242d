"""What a listener writes. Stars and ratings are given to songs that have none, and taken back; plays stay."""

from collections.abc import Callable, Iterator
from random import Random

from melodee.bench.calls.call import Call, Lacking, Source, one_of
from melodee.bench.connection import Request
from melodee.bench.library import Library, ids

GROUP = "Writes"

_MOST = 50
"""Songs; each is one more request afterwards."""


def calls() -> Iterator[Call]:
    """Stars and ratings by turns with what undoes them; plays, and what is playing now."""
    yield Call("star and unstar", GROUP, _by_turns(_star, _unstar, _unstarred), writes=True, undo=_undo_stars)
    yield Call("setRating and back", GROUP, _by_turns(_rate, _unrate, _unrated), writes=True, undo=_undo_ratings)
    yield Call("scrobble", GROUP, _scrobble("true"), writes=True)
    yield Call("scrobble, playing now", GROUP, _scrobble("false"), writes=True)


def _star(song: str, _chance: Random) -> Request:
    return Request("star", {"id": song})


def _unstar(song: str) -> Request:
    return Request("unstar", {"id": song})


def _rate(song: str, chance: Random) -> Request:
    return Request("setRating", {"id": song, "rating": chance.randint(1, 5)})


def _unrate(song: str) -> Request:
    return Request("setRating", {"id": song, "rating": 0})


def _by_turns(
    do: Callable[[str, Random], Request], undo: Callable[[str], Request], pick: Callable[[Library], list[str]]
) -> Callable[[Library], Source]:
    def prepare(library: Library) -> Source:
        songs = pick(library)
        if not songs:
            raise Lacking("no song of those met is without one")

        def source(chance: Random) -> Iterator[Request]:
            while True:
                song = chance.choice(songs)
                yield do(song, chance)
                yield undo(song)

        return source

    return prepare


def _unstarred(library: Library) -> list[str]:
    return _untouched(library, "starred")


def _unrated(library: Library) -> list[str]:
    return _untouched(library, "userRating")


def _untouched(library: Library, by: str) -> list[str]:
    return ids([node for node in library.songs if not node.get(by)])[:_MOST]


def _undo_stars(library: Library) -> Iterator[Request]:
    yield from map(_unstar, _unstarred(library))


def _undo_ratings(library: Library) -> Iterator[Request]:
    yield from map(_unrate, _unrated(library))


def _scrobble(submission: str) -> Callable[[Library], Source]:
    return lambda library: one_of("scrobble", "id", ids(library.songs), "no song", submission=submission)
