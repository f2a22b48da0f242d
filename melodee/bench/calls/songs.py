"""Lists of songs: at random, by genre, what the account has starred, and the walk through all there is."""

from collections.abc import Callable, Iterator

from melodee.bench.calls.call import (
    DEEPEST,
    FIRST,
    PLACES,
    RANDOM,
    Call,
    Lacking,
    Place,
    Source,
    always,
    page_name,
    paged,
)
from melodee.bench.library import Genre, Library

SONGS, WALK = "Songs", "The whole library, page by page"

_GENRE_PAGES = ((50, FIRST), (50, RANDOM), (50, DEEPEST), (500, FIRST), (500, DEEPEST))


def calls() -> Iterator[Call]:
    """Random songs, songs by genre, stars; then the walk by songs, albums and artists."""
    for size in (10, 50, 500):
        random = always("getRandomSongs", {"size": size})
        yield Call(f"getRandomSongs, {size}", SONGS, random, charted=size != 10)
    yield Call("getRandomSongs, 50 of a large genre", SONGS, _random_of_genre(0))
    yield Call("getRandomSongs, 50 of a small genre", SONGS, _random_of_genre(-1))
    yield Call("getRandomSongs, 50 of some years", SONGS, _random_of_years)
    for size, place in _GENRE_PAGES:
        name = page_name("getSongsByGenre", size, place)
        yield Call(name, SONGS, _by_genre(0, size, place), charted=place is DEEPEST)
    yield Call("getSongsByGenre, 50 of a small genre", SONGS, _by_genre(-1, 50, FIRST), charted=False)
    yield Call("getStarred", SONGS, always("getStarred"), charted=False)
    yield Call("getStarred2", SONGS, always("getStarred2"))
    for size in (50, 500):
        for place in PLACES:
            yield Call(page_name("search3 all songs", size, place), WALK, _walk("song", size, place))
    for kind in ("album", "artist"):
        for place in (FIRST, DEEPEST):
            yield Call(page_name(f"search3 all {kind}s", 500, place), WALK, _walk(kind, 500, place), charted=False)


def _genre(library: Library, which: int) -> Genre:
    if not library.genres:
        raise Lacking("no genre")
    return library.genres[which]


def _random_of_genre(which: int) -> Callable[[Library], Source]:
    def prepare(library: Library) -> Source:
        return always("getRandomSongs", {"size": 50, "genre": _genre(library, which).name})(library)

    return prepare


def _random_of_years(library: Library) -> Source:
    years = library.years
    if not years:
        raise Lacking("no album has a year")
    middle = years[len(years) // 2]
    return always("getRandomSongs", {"size": 50, "fromYear": middle - 2, "toYear": middle + 2})(library)


def _by_genre(which: int, size: int, place: Place) -> Callable[[Library], Source]:
    def prepare(library: Library) -> Source:
        query = {"genre": _genre(library, which).name}
        total = None if place is FIRST else library.genre_songs
        return paged("getSongsByGenre", query, ("count", "offset"), size=size, place=place, total=total)

    return prepare


def _walk(kind: str, size: int, place: Place) -> Callable[[Library], Source]:
    def prepare(library: Library) -> Source:
        if library.everything is None:
            raise Lacking("an empty query finds nothing")
        total = {"song": library.song_count, "album": library.album_count, "artist": library.artist_count}[kind]
        counts = {f"{each}Count": 0 for each in ("artist", "album", "song")}
        query = {"query": library.everything, **counts}
        return paged("search3", query, (f"{kind}Count", f"{kind}Offset"), size=size, place=place, total=total)

    return prepare
