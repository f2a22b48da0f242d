"""Pictures and sound. What there is none of is not asked for: a drawn cover tells nothing of a real one."""

from collections.abc import Callable, Iterator
from itertools import chain

from melodee.bench.calls.call import Call, Lacking, Source, drawn, one_of
from melodee.bench.connection import Request
from melodee.bench.library import PICTURES, Library

GROUP = "Pictures and sound"

_MEGABYTE = 1 << 20
_SIZES = (100, 300, 600)


def calls() -> Iterator[Call]:
    """Covers in usual sizes and as they are; the first megabyte of songs."""
    for size in _SIZES:
        yield Call(f"getCoverArt, {size} pixels", GROUP, _cover(size), binary=True, warm_up=PICTURES)
    yield Call("getCoverArt, original", GROUP, _cover(None), binary=True, warm_up=PICTURES)
    for endpoint in ("stream", "download"):
        charted = endpoint == "stream"
        yield Call(
            f"{endpoint}, the first MB", GROUP, _sound(endpoint), charted=charted, binary=True, first_byte=charted
        )


def _cover(size: int | None) -> Callable[[Library], Source]:
    def prepare(library: Library) -> Source:
        query = {} if size is None else {"size": size}
        covers = library.covers
        asked = one_of("getCoverArt", "id", covers, "no album of those met has a picture", **query)
        # A server makes each size of a picture once: the warm-up asks for each of them.
        once = [Request("getCoverArt", {"id": id_, **query}) for id_ in covers]
        return lambda chance: chain(once, asked(chance))

    return prepare


def _sound(endpoint: str) -> Callable[[Library], Source]:
    def prepare(library: Library) -> Source:
        songs = library.playable
        if not songs:
            raise Lacking("no song of those met can be played")
        headers = {"Range": f"bytes=0-{_MEGABYTE - 1}"}
        return drawn(endpoint, lambda chance: {"id": chance.choice(songs)}, headers, _MEGABYTE)

    return prepare
