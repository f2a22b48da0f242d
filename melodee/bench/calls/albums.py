"""Lists of albums: each type, small and large pages, at the beginning, anywhere and at the end."""

from collections.abc import Callable, Iterator, Mapping

from melodee.bench.calls.call import (
    DEEPEST,
    FIRST,
    PLACES,
    Call,
    Lacking,
    Place,
    Source,
    always,
    page_name,
    paged,
)
from melodee.bench.library import Library

GROUPS: Mapping[tuple[int, Place], str] = {
    (50, FIRST): "Album lists, the first 50",
    (50, DEEPEST): "Album lists, the last 50",
    (500, FIRST): "Album lists, the first 500",
    (500, DEEPEST): "Album lists, the last 500",
}
"""What is charted; the others are in the table."""

OTHERS = "Album lists"

TYPES = (
    "newest", "alphabeticalByName", "alphabeticalByArtist", "frequent", "recent", "highest", "starred", "byYear",
    "byGenre",
)  # fmt: skip

_PAGES = [(10, FIRST), *((size, place) for size in (50, 500) for place in PLACES)]


def calls() -> Iterator[Call]:
    """`getAlbumList2` in full, `getAlbumList` at the beginning and the end."""
    for type_ in TYPES:
        for size, place in _PAGES:
            name = page_name(f"getAlbumList2 {type_}", size, place)
            group = GROUPS.get((size, place))
            yield Call(name, group or OTHERS, _page("getAlbumList2", type_, size, place), charted=group is not None)
    for size in (10, 50, 500):
        group = GROUPS.get((size, FIRST))
        random = always("getAlbumList2", {"type": "random", "size": size})
        yield Call(f"getAlbumList2 random, {size}", group or OTHERS, random, charted=group is not None)
    for type_ in TYPES:
        for place in (FIRST, DEEPEST):
            name = page_name(f"getAlbumList {type_}", 50, place)
            yield Call(name, OTHERS, _page("getAlbumList", type_, 50, place), charted=False)
    random = always("getAlbumList", {"type": "random", "size": 50})
    yield Call("getAlbumList random, 50", OTHERS, random, charted=False)


def _page(endpoint: str, type_: str, size: int, place: Place) -> Callable[[Library], Source]:
    def prepare(library: Library) -> Source:
        query, total = _list(library, type_)
        return paged(endpoint, query, ("size", "offset"), size=size, place=place, total=total)

    return prepare


def _list(library: Library, type_: str) -> tuple[Mapping[str, str | int], int | None]:
    """The parameters of a list, and how long it is."""
    if type_ == "byGenre":
        if not library.genres:
            raise Lacking("no genre")
        return {"type": type_, "genre": library.genres[0].name}, library.genre_albums
    if type_ == "byYear":
        if not library.years:
            raise Lacking("no album has a year")
        return {"type": type_, "fromYear": library.years[0], "toYear": library.years[-1]}, library.year_albums
    return {"type": type_}, library.album_depths[type_]
