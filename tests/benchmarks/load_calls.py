"""What listeners ask for while they choose: lists, covers, searches and writes, of what a library holds."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from melodee.bench.library import Library, ids

Call = tuple[str, dict[str, Any]]
Chance = random.Random

SHARES = {"lists": 40, "covers": 30, "search": 20, "writes": 10}
"""Per cent."""

PAGE = 50


@dataclass(frozen=True)
class Choice:
    """What there is to ask for, learned before the load begins."""

    albums: Sequence[str]
    artists: Sequence[str]
    songs: Sequence[str]
    playable: Sequence[str]
    covers: Sequence[str]
    genres: Sequence[str]
    words: Sequence[str]
    song_count: int
    album_count: int

    @classmethod
    def of(cls, library: Library) -> "Choice":
        """Asks the server; some hundred requests."""
        words = library.words
        return cls(
            albums=ids(library.albums),
            artists=ids(library.artists),
            songs=ids(library.songs),
            playable=library.playable,
            covers=library.covers,
            genres=[genre.name for genre in library.genres[:20]],
            words=[*words.whole, *words.begun, *words.two, *words.short[3]],
            song_count=library.song_count,
            album_count=library.album_count,
        )

    def call(self, chance: Chance) -> tuple[str, Call]:
        """The next call of a listener, and its kind."""
        (kind,) = chance.choices(list(SHARES), list(SHARES.values()))
        return kind, chance.choice(_CALLS[kind])(self, chance)


def _list(type_: str) -> Callable[[Choice, Chance], Call]:
    def call(choice: Choice, chance: Chance) -> Call:
        # Listeners look at the beginning of a list, and now and then leaf on.
        deepest = choice.album_count if chance.random() < 0.2 else 10 * PAGE
        offset = chance.randrange(0, max(min(deepest, choice.album_count) - PAGE, 1))
        return "getAlbumList2", {"type": type_, "size": PAGE, "offset": offset}

    return call


def _random_albums(_choice: Choice, _chance: Chance) -> Call:
    return "getAlbumList2", {"type": "random", "size": PAGE}


def _album(choice: Choice, chance: Chance) -> Call:
    return "getAlbum", {"id": chance.choice(choice.albums)}


def _artist(choice: Choice, chance: Chance) -> Call:
    return "getArtist", {"id": chance.choice(choice.artists)}


def _genre(choice: Choice, chance: Chance) -> Call:
    return "getSongsByGenre", {"genre": chance.choice(choice.genres), "count": PAGE}


def _random_songs(_choice: Choice, _chance: Chance) -> Call:
    return "getRandomSongs", {"size": PAGE}


def _walk(choice: Choice, chance: Chance) -> Call:
    offset = chance.randrange(0, max(choice.song_count - 500, 1))
    return "search3", {"query": "", "artistCount": 0, "albumCount": 0, "songCount": 500, "songOffset": offset}


def _cover(choice: Choice, chance: Chance) -> Call:
    return "getCoverArt", {"id": chance.choice(choice.covers), "size": chance.choice((160, 300))}


def _search(choice: Choice, chance: Chance) -> Call:
    return "search3", {"query": chance.choice(choice.words), "artistCount": 20, "albumCount": 20, "songCount": 20}


def _star(choice: Choice, chance: Chance) -> Call:
    return chance.choice(("star", "unstar")), {"id": chance.choice(choice.songs)}


def _rate(choice: Choice, chance: Chance) -> Call:
    return "setRating", {"id": chance.choice(choice.songs), "rating": chance.randint(0, 5)}


def _scrobble(choice: Choice, chance: Chance) -> Call:
    return "scrobble", {"id": chance.choice(choice.songs)}


_CALLS: dict[str, list[Callable[[Choice, Chance], Call]]] = {
    "lists": [
        *(_list(type_) for type_ in ("newest", "alphabeticalByName", "frequent", "recent")),
        *(_album, _album, _album, _artist, _artist, _genre, _random_songs, _random_albums, _walk),
    ],
    "covers": [_cover],
    "search": [_search],
    "writes": [_star, _rate, _scrobble, _scrobble],
}
