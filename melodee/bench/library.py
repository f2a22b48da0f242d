"""What the server's library holds, learned by the API alone, each thing when a call first needs it.

Whatever is picked is picked by the seed: two runs on one library ask for the same things, in whatever order they are
learned.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from random import Random
from typing import TypeVar

from melodee.bench.answers import Node, below, whole_number
from melodee.bench.connection import Request
from melodee.bench.counting import count
from melodee.bench.server import Questions, Refused
from melodee.bench.words import Words, words

T = TypeVar("T")

EVERYTHING = ("", '""')
"""Queries of search3 that find everything: OpenSubsonic's, and what players send to servers that want one."""

_PAGES = 40
_PAGE = 25
_HOLE = 20
"""Entries that a page may lack in the middle of a list: some servers number artists that they do not show."""

_LARGEST = 10
PICTURES = 20
"""Pictures and songs that are asked for, so that a server may keep them at hand."""

_PROBED = 200


@dataclass(frozen=True, slots=True)
class Genre:
    """A genre with what the server says that it holds; 0 where it says nothing."""

    name: str
    songs: int
    albums: int


class Library:
    """Answers what there is to ask for. Raises `NoServer` when the server goes away."""

    def __init__(self, questions: Questions, seed: int, user: str = "") -> None:
        self._questions, self._seed, self._user = questions, seed, user

    def chance(self, what: str) -> Random:
        """Chance for one purpose, always the same."""
        return Random(f"{self._seed} {what}")  # noqa: S311 - nothing is kept secret with it

    def ask(self, path: Sequence[str], endpoint: str, **query: str | int) -> list[Node]:
        """What stands at a path of an answer; nothing where the server refuses."""
        try:
            return below(self._questions.ask(endpoint, **query), *path)
        except Refused:
            return []

    @cached_property
    def user(self) -> str:
        """Who asks; of an API key the server tells, if it can."""
        return self._user or next((str(node.get("username", "")) for node in self.ask(("tokenInfo",), "tokenInfo")), "")

    # How much there is.

    @cached_property
    def everything(self) -> str | None:
        """The query by which search3 walks through the library; `None` where the server has none."""
        for query in EVERYTHING:
            if self.found(query, "song", 1):
                return query
        return None

    def found(self, query: str, kind: str, size: int, offset: int = 0) -> list[Node]:
        """Artists, albums or songs (`kind`) that search3 finds."""
        counts = {f"{each}Count": 0 for each in ("artist", "album", "song")}
        page = counts | {f"{kind}Count": size, f"{kind}Offset": offset}
        return self.ask(("searchResult3", kind), "search3", query=query, **page)

    @cached_property
    def song_count(self) -> int:
        """Counted by the walk; where there is none, as the last scan says."""
        status = self.ask(("scanStatus",), "getScanStatus")
        scanned = (whole_number(status[0].get("count")) or 0) if status else 0
        return self._walked("song", scanned) or scanned

    @cached_property
    def album_count(self) -> int:
        """Counted by the list by name."""
        return self.depth("alphabeticalByName", self._walked("album", 0)) or 0

    @cached_property
    def artist_count(self) -> int:
        """Counted by the walk; 0 where there is none."""
        return self._walked("artist", 0)

    def _walked(self, kind: str, guess: int) -> int:
        query = self.everything
        if query is None:
            return 0
        return count(lambda offset: bool(self.found(query, kind, _HOLE, offset)), guess) or 0

    def depth(self, type_: str, guess: int = 0, **query: str | int) -> int | None:
        """How many albums a list has; `None` where the server takes no notice of offsets."""

        def exists(offset: int) -> bool:
            page = {"type": type_, "size": 1, "offset": offset, **query}
            return bool(self.ask(("albumList2", "album"), "getAlbumList2", **page))

        return count(exists, guess)

    @cached_property
    def album_depths(self) -> Mapping[str, int | None]:
        """Lengths of the album lists by type, but for those by genre and year."""
        every = ("newest", "alphabeticalByName", "alphabeticalByArtist")
        known = {type_: self.depth(type_, self.album_count) for type_ in every}
        return known | {type_: self.depth(type_) for type_ in ("highest", "frequent", "recent", "starred")}

    @cached_property
    def genre_albums(self) -> int | None:
        """Albums of the largest genre."""
        genre = self.genres[0]
        return self.depth("byGenre", genre.albums, genre=genre.name)

    @cached_property
    def year_albums(self) -> int | None:
        """Albums of the years from the earliest to the latest."""
        return self.depth("byYear", fromYear=self.years[0], toYear=self.years[-1])

    @cached_property
    def genre_songs(self) -> int | None:
        """Songs of the largest genre."""
        genre = self.genres[0]

        def exists(offset: int) -> bool:
            page = {"genre": genre.name, "count": 1, "offset": offset}
            return bool(self.ask(("songsByGenre", "song"), "getSongsByGenre", **page))

        return count(exists, genre.songs)

    # Samples.

    def _sampled(self, kind: str, total: int) -> list[Node]:
        """Rows from all over the walk, each once."""
        if self.everything is None:
            return []
        chance, found = self.chance(f"sample of {kind}"), dict[str, Node]()
        for _ in range(min(_PAGES, -(-total // _PAGE))):
            page = self.found(self.everything, kind, _PAGE, chance.randrange(max(total - _PAGE, 0) + 1))
            found |= {str(node.get("id")): node for node in page}
        return list(found.values())

    @cached_property
    def songs(self) -> list[Node]:
        """Songs from all over the library, at random ones where there is no walk."""
        return self._sampled("song", self.song_count) or self.ask(("randomSongs", "song"), "getRandomSongs", size=500)

    @cached_property
    def words(self) -> Words:
        """What to search for."""
        return words((str(node.get("title", "")) for node in self.songs), self.chance("words"))

    @cached_property
    def albums(self) -> list[Node]:
        """Albums from all over the library."""
        return self._sampled("album", self.album_count) or self.ask(
            ("albumList2", "album"), "getAlbumList2", type="random", size=500
        )

    @cached_property
    def artists(self) -> list[Node]:
        """Artists from all over the library; where there is no walk, those of the albums."""
        named = {str(node["artistId"]): {"id": node["artistId"], "name": node.get("artist")} for node in self.albums
                 if node.get("artistId")}  # fmt: skip
        return self._sampled("artist", self.artist_count) or list(named.values())

    @cached_property
    def largest_artists(self) -> list[str]:
        """Ids of artists with many albums: those that albums picked at random are by."""
        often = Counter(str(node["artistId"]) for node in self.albums if node.get("artistId"))
        sizes = {str(node.get("id")): whole_number(node.get("albumCount")) or 0 for node in self.artists}
        for artist, _ in often.most_common(_LARGEST):
            for node in self.ask(("artist",), "getArtist", id=artist):
                sizes[artist] = whole_number(node.get("albumCount")) or 0
        return sorted(sizes, key=lambda artist: (-sizes[artist], artist))[:3]

    @cached_property
    def largest_albums(self) -> list[str]:
        """Ids of albums with many songs."""
        sizes = {str(node.get("id")): whole_number(node.get("songCount")) or 0 for node in self.albums}
        return sorted(sizes, key=lambda album: (-sizes[album], album))[:3]

    @cached_property
    def directories(self) -> list[Node]:
        """Albums as directories; their parents are artists."""
        page = {"type": "newest", "size": 100}
        return self.ask(("albumList", "album"), "getAlbumList", **page)

    @cached_property
    def music_folders(self) -> list[str]:
        """Ids of the music folders."""
        return ids(self.ask(("musicFolders", "musicFolder"), "getMusicFolders"))

    @cached_property
    def genres(self) -> list[Genre]:
        """The largest first."""
        found = [
            Genre(name, whole_number(node.get("songCount")) or 0, whole_number(node.get("albumCount")) or 0)
            for node in self.ask(("genres", "genre"), "getGenres")
            if isinstance(name := node.get("value"), str) and name
        ]
        return sorted(found, key=lambda genre: (-genre.songs, genre.name))

    @cached_property
    def years(self) -> list[int]:
        """Of the sampled albums, ascending; as often as they occur."""
        return sorted(year for node in self.albums if (year := whole_number(node.get("year")) or 0) > 0)

    @cached_property
    def covers(self) -> list[str]:
        """Ids of pictures that are there."""
        wanted = sorted({str(node["coverArt"]) for node in self.albums if node.get("coverArt")})
        self.chance("covers").shuffle(wanted)
        return list(_first(PICTURES, (id_ for id_ in wanted[:_PROBED] if self._is_file("getCoverArt", id_))))

    @cached_property
    def playable(self) -> list[str]:
        """Ids of songs whose sound can be had: from both ends of the library, and from in between."""
        query = self.everything
        ends = [] if query is None else [self.found(query, "song", 50, at) for at in (0, max(self.song_count - 50, 0))]
        wanted = list(dict.fromkeys(id_ for nodes in (*ends, self.songs) for id_ in ids(nodes)))
        return list(_first(PICTURES, (id_ for id_ in wanted[:_PROBED] if self._is_file("stream", id_))))

    def _is_file(self, endpoint: str, id_: str) -> bool:
        return self._questions.is_file(Request(endpoint, {"id": id_}, {"Range": "bytes=0-99"}, most=100))


def ids(nodes: Sequence[Node]) -> list[str]:
    """The ids of what the server listed; old servers write numbers."""
    return [str(node["id"]) for node in nodes if node.get("id") not in (None, "")]


def _first(number: int, items: Iterator[T]) -> Iterator[T]:
    for _, item in zip(range(number), items, strict=False):
        yield item
