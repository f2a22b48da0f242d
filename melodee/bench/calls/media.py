"""Pictures and sound. What there is none of is not asked for: a drawn cover tells nothing of a real one."""

from collections.abc import Callable, Iterator

from melodee.bench.calls.call import Call, Lacking, Source, drawn, one_of
from melodee.bench.library import Library

GROUP = "Pictures and sound"

_MEGABYTE = 1 << 20
_SIZES = (100, 300, 600)


def calls() -> Iterator[Call]:
    """Covers in usual sizes and as they are; the first megabyte of songs."""
    # Each picture is made once in each size: that belongs to the warm-up.
    for size in _SIZES:
        yield Call(f"getCoverArt, {size} pixels", GROUP, _cover(size), binary=True, warm_up=60)
    yield Call("getCoverArt, original", GROUP, _cover(None), binary=True, warm_up=60)
    for endpoint in ("stream", "download"):
        charted = endpoint == "stream"
        yield Call(
            f"{endpoint}, the first MB", GROUP, _sound(endpoint), charted=charted, binary=True, first_byte=charted
        )


def _cover(size: int | None) -> Callable[[Library], Source]:
    def prepare(library: Library) -> Source:
        query = {} if size is None else {"size": size}
        return one_of("getCoverArt", "id", library.covers, "no album of those met has a picture", **query)

    return prepare


def _sound(endpoint: str) -> Callable[[Library], Source]:
    def prepare(library: Library) -> Source:
        songs = library.playable
        if not songs:
            raise Lacking("no song of those met can be played")
        headers = {"Range": f"bytes=0-{_MEGABYTE - 1}"}
        return drawn(endpoint, lambda chance: {"id": chance.choice(songs)}, headers, _MEGABYTE)

    return prepare
