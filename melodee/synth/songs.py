"""Makes the rows of an album's songs, in the library and in the narrow tables.

Rows are those that the catalogue's writer and `index_albums` make (melodee/catalogue, sql/migrations/0005). What is the
same for an album's songs is put together once, so that a song costs some 20 µs.
"""

import random
from typing import NamedTuple

from melodee.ids import SLOTS
from melodee.synth.album import Album, Rows, Setting
from melodee.synth.copying import array_text, line
from melodee.synth.credits import BIT, Credits
from melodee.synth.kinds import GENRES
from melodee.synth.tally import Hot, Tally

_GENRES_OF_A_SONG = (0, 0, 1)
"""Most songs have all genres of their album, some the first alone."""
_FAME = 240_000
"""Plays of the best known songs, before chance takes its part."""
GENRE_STRETCH = 20
"""Bits of an id within a stretch of a genre's list (0005.positions.sql)."""
_LYRICS = 0.02
"""Share of the songs with lyrics."""


class Sums(NamedTuple):
    """What an album's songs come to."""

    ms: int
    size_bytes: int
    plays: int
    genres: set[int]
    known: list[Hot]
    """For listeners."""


class _Makers(NamedTuple):
    """Who made a song: its first artist's rank, all artists as shown, their terms, and its credits."""

    first: int
    display: str
    terms: str
    credits: Credits
    usual: bool
    """Whether these are the album's artists, whose songs are counted at once."""


class _Genres(NamedTuple):
    """The genres of some songs of an album, as rows have them."""

    ids: list[int]
    row: str
    """The columns `genres` and `genre_ids` of a song."""
    keys: list[str]
    """First fields of rows of `song_genre`, and an empty text."""


class SongsMaker:
    """Makes and counts the songs of one album."""

    def __init__(self, setting: Setting, tally: Tally, chance: random.Random, rows: Rows, album: Album) -> None:
        self._setting, self._tally, self._chance, self._rows, self._album = setting, tally, chance, rows, album
        self._draw = chance.random
        sheet, artists = setting.sheet, setting.artists
        self._owned = sheet.of(*[(rank, "albumartist", "") for rank in album.owners])
        self._behind = sheet.behind(chance, album.owners[0])
        usual = sheet.of(*[(rank, "artist", "") for rank in album.owners]) + self._owned
        display = ", ".join([artists.names[rank] for rank in album.owners])
        terms = " ".join([artists.terms[rank] for rank in album.owners])
        self._usual = [_Makers(album.owners[0], display, terms, usual + some, usual=True) for some in self._behind]
        self._usual_songs = [0] * len(self._usual)
        self._usual_ms = 0
        self.credited: set[int] = set()
        """Ranks of all who have a part in a song."""

    def make(self) -> Sums:
        """Writes the rows of all songs."""
        setting, album, draw, bits = self._setting, self._album, self._draw, self._chance.getrandbits
        ids, draw_title = setting.artists.ids, setting.titles.draw
        songs, index = self._rows["songs"].append, self._rows["song_index"].append
        song_genre, song_credit = self._rows["song_genre"].append, self._rows["song_credit"].append
        volume, year = setting.volumes[album.volume], album.year
        per_disc = -(-album.songs // album.discs)
        same = self._same()
        genres = [_genres(album.genres), _genres(album.genres[:1])]
        counted = [[0, 0], [0, 0]]
        fame = _FAME * (album.owners[0] + 1) ** -0.8 * draw() ** 2
        tagged, gained = draw() < 0.66, draw() < 0.5
        known: list[Hot] = []
        total_ms = total_size = total_plays = 0
        for place in range(album.songs):
            song = album.song_id(place)
            title, _, compared, sort, terms = draw_title(album.language, draw)
            makers = self._makers()
            kind = _GENRES_OF_A_SONG[int(3 * draw())]
            ms, size = self._length(place)
            self._count(makers, ms)
            counted[kind][0] += 1
            counted[kind][1] += ms
            disc, track = divmod(place, per_disc)
            file = f"{track + 1:02} {title}.{album.medium.suffix}"
            path = f"{album.folder}/{disc + 1}-{file}" if album.discs > 1 else f"{album.folder}/{file}"
            plays = int(fame * draw() ** 4)
            mbids = f"{bits(128):032x}\t{bits(128):032x}" if tagged else "\\N\t\\N"
            gain = f"{-12 * draw():.2f}\t{0.5 + 0.5 * draw():.4f}" if gained else "\\N\t\\N"
            isrc = f"{{QZ{bits(33):010}}}" if tagged and draw() < 0.4 else "{}"
            artist, key = ids[makers.first], bits(31)
            songs(
                f"{song}\t{artist}\t{path}\t{title}\t{sort}\t{makers.display}\t{makers.credits.composers}\t"
                f"[{makers.credits.json[1:]}]\t{disc + 1}\t{track + 1}\t{ms}\t{size}\t{mbids}\t{isrc}\t{gain}\t"
                f"{genres[kind].row}\t{same}"
            )
            index(
                f"{song}\t{volume}\t{artist}\t{year}\t{key}\t{compared}\t{terms} {makers.terms}\t{plays}\t"
                f"{album.first_entry + place}\t{ms}\n"
            )
            song_genre(f"{song}\t{volume}\t{year}\t{key}\n".join(genres[kind].keys))
            song_credit(f"{song}\n".join([*makers.credits.keys, ""]))
            known.append((plays, song, album.id, makers.first, ms))
            self._tally.popularity[makers.first] += plays
            total_ms += ms
            total_size += size
            total_plays += plays
            if album.real:
                self._tally.real.append((song, album.id, album.volume, path, self._recording(place), ms))
            if draw() < _LYRICS:
                self._rows["lyrics"].append(self._lyrics(song))
        self._count_usual()
        used = self._count_genres(genres, counted)
        return Sums(total_ms, total_size, total_plays, used, known)

    def _makers(self) -> _Makers:
        """Mostly the album's artists; on compilations, and with a guest, others."""
        album, draw = self._album, self._draw
        which = int(3 * draw())
        if not album.compilation and draw() >= 0.06:
            self._usual_songs[which] += 1
            return self._usual[which]
        artists = self._setting.artists
        other = 1 + int((len(artists.ids) - 1) * draw() ** 2.2)
        performers = [other] if album.compilation else [*dict.fromkeys([*album.owners, other])]
        made = self._setting.sheet.of(*[(rank, "artist", "") for rank in performers]) + self._owned
        return _Makers(
            performers[0],
            ", ".join([artists.names[rank] for rank in performers]),
            " ".join([artists.terms[rank] for rank in performers]),
            made + self._behind[which],
            usual=False,
        )

    def _length(self, place: int) -> tuple[int, int]:
        """Length in ms, and bytes."""
        if self._album.real:
            recording = self._setting.recordings[self._recording(place)]
            return recording.duration_ms, recording.size_bytes
        draw = self._draw
        ms = int(60_000 + 120_000 * (draw() + draw() + draw()))
        return ms, ms * self._album.medium.bit_rate // 8

    def _recording(self, place: int) -> int:
        return (self._album.number + place) % len(self._setting.recordings)

    def _lyrics(self, song: int) -> str:
        draw, titles = self._draw, self._setting.titles
        lines = [titles.draw(self._album.language, draw)[0] for _ in range(4 + int(12 * draw()))]
        synced = draw() < 0.3
        if synced:
            lines = [f"[00:{3 * at:02}.00]{text}" for at, text in enumerate(lines)]
        text = "\\n".join(lines)
        return f"{song}\t0\t{'t' if synced else 'f'}\tembedded\t{text}\n"

    def _same(self) -> str:
        """The columns that all songs of the album share."""
        setting, album, chance = self._setting, self._album, self._chance
        medium = album.medium
        gained = chance.random() < 0.5
        return line(
            (
                album.id,
                setting.artists.ids[album.owners[0]],
                setting.volumes[album.volume],
                album.name.shown,
                ", ".join([setting.artists.names[rank] for rank in album.owners]),
                album.year,
                f"{album.year}-{1 + int(12 * chance.random()):02}" if chance.random() < 0.6 else None,
                medium.suffix,
                medium.content_type,
                medium.codec,
                medium.bit_rate,
                medium.bit_depth,
                medium.sampling_rate,
                2,
                album.created,
                f"{-12 * chance.random():.2f}" if gained else None,
                f"{0.5 + 0.5 * chance.random():.4f}" if gained else None,
                album.cover,
                album.created,
                album.created,
            )
        )

    def _count(self, makers: _Makers, ms: int) -> None:
        if makers.usual:
            self._usual_ms += ms
            return
        tally, first = self._tally, self._album.volume * len(self._setting.artists.ids)
        for rank, role in makers.credits.parts:
            tally.roles[rank] |= BIT[role]
            self.credited.add(rank)
            if role == "artist":
                tally.artist_songs[first + rank] += 1
                tally.artist_ms[first + rank] += ms

    def _count_usual(self) -> None:
        """Counts the songs by the album's own artists at once."""
        tally, first = self._tally, self._album.volume * len(self._setting.artists.ids)
        for makers, songs in zip(self._usual, self._usual_songs, strict=True):
            for rank, role in makers.credits.parts if songs else ():
                tally.roles[rank] |= BIT[role]
                self.credited.add(rank)
        for rank in self._album.owners:
            tally.artist_songs[first + rank] += sum(self._usual_songs)
            tally.artist_ms[first + rank] += self._usual_ms

    def _count_genres(self, genres: list[_Genres], counted: list[list[int]]) -> set[int]:
        """Counts songs by genre, and returns the genres that they have."""
        album, tally = self._album, self._tally
        # Songs beyond the slots lie in other stretches; they are an audiobook's, whose songs have the same genre.
        beyond = [album.song_id(place) >> GENRE_STRETCH for place in range(SLOTS - 1, album.songs)]
        used: set[int] = set()
        for some, (songs, ms) in zip(genres, counted, strict=True):
            for genre in some.ids if songs else ():
                used.add(genre)
                at = album.volume * (len(GENRES) + 1) + genre
                tally.genre_songs[at] += songs
                tally.genre_ms[at] += ms
                tally.stretches["genre_songs", genre, album.volume, album.id >> GENRE_STRETCH] += songs
        for genre in used if beyond else ():
            tally.stretches["genre_songs", genre, album.volume, album.id >> GENRE_STRETCH] -= len(beyond)
            for stretch in beyond:
                tally.stretches["genre_songs", genre, album.volume, stretch] += 1
        return used


def _genres(ids: list[int]) -> _Genres:
    names = array_text([GENRES[number - 1] for number in ids])
    return _Genres(ids, f"{names}\t{array_text(sorted(ids))}", [*(f"{number}\t" for number in ids), ""])
