"""Makes the rows of one piece of a synthetic catalogue: its albums, their songs, and what follows from them."""

import heapq
import random
from collections import defaultdict

from melodee.ids import SLOTS, Kind, of_kind
from melodee.ledger import path_hash
from melodee.synth.album import Album, Rows, Setting, draw_album
from melodee.synth.copying import NULL, array_text, line
from melodee.synth.credits import BIT
from melodee.synth.kinds import GENRES, LABELS, draw_sizes
from melodee.synth.shape import Piece, numbers_beyond
from melodee.synth.songs import GENRE_STRETCH, SongsMaker, Sums
from melodee.synth.tally import Hot, Tally
from melodee.synth.world import Head

_SONG_STRETCH, _ALBUM_STRETCH = 13, 10
"""Bits of an entry number within a stretch of the lists of songs and of albums (0005.positions.sql)."""


class PieceMaker:
    """Makes pieces, and adds up what their rows count for."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self.tally = Tally(setting.shape.artists)
        # Each piece gives listeners some of its songs to know.
        self._known = max(600, 40_000 * 25_000 // setting.shape.songs)

    def make(self, piece: Piece, heads: list[Head]) -> Rows:
        """The rows of a piece, by table."""
        setting = self._setting
        chance = random.Random(f"piece {setting.shape.seed} {piece.number}")  # noqa: S311 - music, not secrets
        rows: Rows = defaultdict(list)
        sizes = draw_sizes(chance, piece.albums - len(piece.books), piece.songs - sum(piece.books))
        sizes[piece.first_book : piece.first_book] = piece.books
        beyond = piece.first_id + piece.albums * SLOTS
        known: list[Hot] = []
        song = piece.first_song
        for place, (size, head) in enumerate(zip(sizes, heads, strict=True)):
            album = draw_album(setting, chance, piece, head, place=place, songs=size, song=song, beyond=beyond)
            known += self._album(chance, rows, album)
            beyond += numbers_beyond(size) * SLOTS
            song += size
        self.tally.hot += heapq.nlargest(self._known, known)
        return rows

    def _album(self, chance: random.Random, rows: Rows, album: Album) -> list[Hot]:
        """Makes and counts one album with its songs; returns the songs that listeners may know."""
        maker = SongsMaker(self._setting, self.tally, chance, rows, album)
        sums = maker.make()
        self._album_rows(chance, rows, album, sums)
        self._count(rows, album, sums, maker.credited)
        return sums.known

    def _album_rows(self, chance: random.Random, rows: Rows, album: Album, sums: Sums) -> None:
        setting, shape = self._setting, self._setting.shape
        artists, first, volume = setting.artists, album.owners[0], setting.volumes[album.volume]
        display = ", ".join([artists.names[rank] for rank in album.owners])
        group = of_kind(1 + shape.artists + album.number, Kind.RELEASE_GROUP)
        kind = (
            "compilation"
            if album.compilation
            else "single"
            if album.songs < 3
            else "ep"
            if album.songs < 7
            else "album"
        )
        types = array_text(["album", kind] if album.compilation else [kind])
        genres = [genre for genre in album.genres if genre in sums.genres]
        identity = f"{artists.ids[first]}:{album.name.folded}"
        mbid = f"{chance.getrandbits(128):032x}" if chance.random() < 0.66 else NULL
        label = int(LABELS ** chance.random()) if chance.random() < 0.8 else 0
        titles = setting.sheet.json(album.owners, "albumartist")
        rows["albums"].append(
            line(
                (
                    album.id,
                    group,
                    volume,
                    album.folder,
                    album.name.shown,
                    album.name.sort,
                    artists.ids[first],
                    display,
                    f"[{titles}]",
                    album.year,
                    f"{album.year}-{1 + int(12 * chance.random()):02}" if chance.random() < 0.6 else None,
                    album.year - int(9 * chance.random()) if chance.random() < 0.1 else None,
                    array_text([GENRES[genre - 1] for genre in genres]),
                    array_text(sorted(genres)),
                    types,
                    f'{{"Label {label}"}}' if label else "{}",
                    f"{{LB{label}-{album.number % 997}}}" if label else "{}",
                    mbid,
                    "t" if album.compilation else "f",
                    self._disc_titles(chance, album),
                    album.cover,
                    album.songs,
                    sums.ms,
                    sums.size_bytes,
                    album.songs + 1,
                    album.created,
                    album.created,
                )
            )
        )
        terms = " ".join([album.name.terms, *[artists.terms[rank] for rank in album.owners]])
        rows["album_index"].append(
            f"{album.id}\t{volume}\t{artists.ids[first]}\t{album.year}\t{album.name.sort}\t{artists.sorts[first]}\t"
            f"{chance.getrandbits(31)}\t{album.name.compared}\t{terms}\t{sums.plays}\t{album.entry}\n"
        )
        rows["album_key"] += (
            f"release:{identity}\t{album.id}\n",
            f"folder:{path_hash(volume, album.folder.casefold())}\t{album.id}\n",
        )
        rows["release_group"].append(
            f"{group}\t{identity}\t{artists.ids[first]}\t{album.name.shown}\t{types}\t{album.created}\n"
        )
        rows["album_genre"] += [f"{genre}\t{album.id}\t{volume}\n" for genre in genres]
        rows["song_of_album_elsewhere"] += [
            f"{album.id}\t{album.song_id(place)}\n" for place in range(SLOTS - 1, album.songs)
        ]

    def _disc_titles(self, chance: random.Random, album: Album) -> str:
        if album.discs == 1 or chance.random() < 0.7:
            return "[]"
        names = [self._setting.titles.draw(album.language, chance.random).shown for _ in range(album.discs)]
        return "[" + ",".join(f'{{"disc":{disc},"title":"{name}"}}' for disc, name in enumerate(names, 1)) + "]"

    def _count(self, rows: Rows, album: Album, sums: Sums, credited: set[int]) -> None:
        """Who has a part in the album, and where it and its songs stand in lists."""
        tally, ids = self.tally, self._setting.artists.ids
        volume = album.volume
        for rank in sorted(credited.union(album.owners)):
            owned = rank in album.owners
            at = volume * len(ids) + rank
            tally.artist_credits[at] += 1
            tally.artist_albums[at] += owned
            rows["album_credit"].append(f"{ids[rank]}\t{album.id}\t{'albumartist' if owned else 'appearance'}\n")
        for rank in album.owners:
            tally.roles[rank] |= BIT["albumartist"]
            if album.cover is not None and not 0 < tally.covered[rank] <= album.number + 1:
                tally.covered[rank] = album.number + 1
                tally.covers[rank] = album.cover
        for place, amount in enumerate((1, album.songs, sums.ms, sums.size_bytes)):
            tally.folder[4 * volume + place] += amount
        stretches, stretch = tally.stretches, album.id >> GENRE_STRETCH
        stretches["albums", 0, volume, album.entry >> _ALBUM_STRETCH] += 1
        stretches["years", 0, volume, album.year] += 1
        stretches["year_albums", album.year, volume, stretch] += 1
        for genre in sums.genres:
            tally.genre_albums[volume * (len(GENRES) + 1) + genre] += 1
            stretches["genre_albums", genre, volume, stretch] += 1
        entry, end = album.first_entry, album.first_entry + album.songs
        while entry < end:
            after = min(end, (entry >> _SONG_STRETCH) + 1 << _SONG_STRETCH)
            stretches["songs", 0, volume, entry >> _SONG_STRETCH] += after - entry
            entry = after
