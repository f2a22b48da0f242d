"""How large a synthetic catalogue is, and how it is cut into pieces that are made independently of each other.

Everything that follows from the shape alone stands here, so that each process that makes a piece agrees on it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from melodee.errors import MelodeeError
from melodee.ids import SLOTS, album_id

PIECE_SONGS = 25_000
"""Songs of a piece at most: some 20 MB of rows."""

VOLUMES = (("Synthetic", 0.89), ("Synthetic Archive", 0.10), ("Synthetic Children", 0.01))
"""Music folders, and their share of the albums."""

LEAST_SONGS = 100
MOST_SONGS = 200_000_000
MOST_USERS = 1000
MOST_SONGS_AN_ALBUM = 100
"""On the average."""

BOOK_SONGS = 1100
"""Songs of the smallest audiobook: more than an album has slots for."""


class BadShape(MelodeeError):
    """No catalogue has that shape."""

    code = "bad_shape"


@dataclass(frozen=True)
class Piece:
    """A run of albums in one leaf. Albums and songs are numbered from 0 over the whole catalogue."""

    number: int
    leaf: int
    first_album: int
    albums: int
    first_song: int
    songs: int
    first_id: int
    """The id of its first album; the others follow, then those that its audiobooks need for their later songs."""
    books: tuple[int, ...]
    """Songs of its audiobooks, which stand in its middle."""

    @property
    def first_book(self) -> int:
        """The place of its audiobooks among its albums."""
        return (self.albums - len(self.books)) // 2

    @property
    def numbers(self) -> int:
        """Album numbers that it takes."""
        return self.albums + sum(numbers_beyond(songs) for songs in self.books)


@dataclass(frozen=True)
class Shape:
    """The size of a synthetic catalogue. Raises `BadShape`."""

    songs: int
    albums: int
    artists: int
    users: int
    seed: int
    leaf_rows: int

    def __post_init__(self) -> None:
        if not LEAST_SONGS <= self.songs <= MOST_SONGS:
            raise BadShape(f"From {LEAST_SONGS} to {MOST_SONGS:,} songs")
        if not -(-self.songs // MOST_SONGS_AN_ALBUM) <= self.albums <= self.songs:
            raise BadShape(f"An album has from 1 to {MOST_SONGS_AN_ALBUM} songs on the average")
        if not 2 <= self.artists <= self.albums:
            raise BadShape("At least 2 artists, and no more of them than albums")
        if not 1 <= self.users <= MOST_USERS:
            raise BadShape(f"From 1 to {MOST_USERS} users")

    @property
    def words(self) -> int:
        """Words of the vocabulary: it grows more slowly than the catalogue, as those of languages do (Heaps' law)."""
        return min(max(int(1_000_000 * (self.songs / 10_000_000) ** 0.6), 4000), 1_000_000)

    @property
    def books(self) -> int:
        """Audiobooks."""
        return self.songs // 1_000_000 + 1 if self.songs >= 10_000 else 0

    @property
    def covers(self) -> int:
        """Pictures; many albums share one."""
        return min(max(self.albums // 30, 5), 300)

    def real_albums(self) -> list[int]:
        """The albums whose songs have files: at both ends of the catalogue, which are listed first, and in between."""
        count = min(max(self.songs // 500, 3), 20, self.albums)
        ends = count // 3
        between = [place * self.albums // (count + 1) for place in range(1, count - 2 * ends + 1)]
        return sorted({*range(ends), *between, *range(self.albums - ends, self.albums)})

    def pieces(self) -> Iterator[Piece]:
        """The catalogue in the order of its ids."""
        bounds = self._bounds()
        every = max(len(bounds) // max(self.books, 1), 1)
        leaf, next_number, books, first_song, first_album = 0, 1, 0, 0, 0
        for number, (piece_leaf, last_song) in enumerate(bounds):
            if piece_leaf != leaf:
                leaf, next_number = piece_leaf, 1
            last_album = self.albums if last_song == self.songs else self._albums_before(last_song)
            songs, albums = last_song - first_song, last_album - first_album
            piece_books: tuple[int, ...] = ()
            size = BOOK_SONGS + 131 * (books % 9)
            if number % every == 0 and books < self.books and songs - size >= 2 * albums:
                piece_books = (size,)
                books += 1
            piece = Piece(
                number, leaf, first_album, albums, first_song, songs, album_id(leaf, next_number), piece_books
            )
            next_number += piece.numbers
            first_song, first_album = last_song, last_album
            yield piece

    def _albums_before(self, song: int) -> int:
        return song * self.albums // self.songs

    def _bounds(self) -> list[tuple[int, int]]:
        """Leaf and end of each piece, in songs; a piece has an album at least."""
        found: list[tuple[int, int]] = []
        parts = -(-self.leaf_rows // PIECE_SONGS)
        start, leaf = 0, 0
        while start < self.songs:
            leaf += 1
            for part in range(1, parts + 1):
                end = min(start + self.leaf_rows * part // parts, self.songs)
                before = self._albums_before(found[-1][1]) if found else 0
                if self._albums_before(end) > before and (not found or end > found[-1][1]):
                    found.append((leaf, end))
            start += self.leaf_rows
        if found[-1][1] < self.songs:
            found[-1] = (found[-1][0], self.songs)
        return found


def numbers_beyond(songs: int) -> int:
    """Album numbers that the songs of an album need for which it has no slots."""
    return -(-max(songs - (SLOTS - 1), 0) // (SLOTS - 1))
