"""Music that is not there yet, for benchmarks of promotion: releases with tags as real files have them, without files.

Artists are those of the catalogue that is there, by a steep curve, and one in thirty is new; words of titles follow
Zipf's law over a vocabulary of several scripts. The same seed gives the same releases for the same catalogue.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg

from melodee.audio.track import Contributor, Track
from melodee.catalogue.release import Credit, ReleaseDescription
from melodee.catalogue.rows import NewSong

WORDS = 60_000
ARTISTS = 20_000
"""Artists of the catalogue that new music is by, at most."""

_SYLLABLES = (
    [a + b for a in "bcdfghjklmnprstvz" for b in "aeiou"],
    [a + b for a in "бвгдзклмнпрст" for b in "аеиоу"],
    [a + b for a in "βγδζκλμνπρστ" for b in "αειου"],
    list("音楽夜空花火雨雪星海山川風夢愛心光影時間世界東京大阪桜月"),
)


@dataclass(frozen=True)
class Drop:
    """A release with its songs as intake has read them; their paths are given when its folder is."""

    description: ReleaseDescription
    tracks: list[Track]

    def songs(self, folder: str) -> list[NewSong]:
        """The songs in a folder."""
        return [
            NewSong(track, f"{folder}/{track.track_number:02} {track.title}.{track.suffix}", 31_415_926, 10**18)
            for track in self.tracks
        ]


class Music:
    """Makes releases."""

    def __init__(self, url: str, seed: int) -> None:
        self._chance = random.Random(seed)
        self._words = [self._word(number) for number in range(WORDS)]
        statement = "select key from artist_key where key like 'name:%%' order by md5(key || %s) limit %s"
        with psycopg.connect(url) as db:
            found = db.execute(statement, (str(seed), ARTISTS)).fetchall()
        self._artists = [key.removeprefix("name:") for (key,) in found]
        self._seed = seed

    def drops(self, songs: int) -> Iterator[Drop]:
        """Releases of ten songs each on average, until there are so many songs."""
        number = 0
        while songs > 0:
            size = min(songs, self._chance.choice((1, 4, 8, 10, 10, 11, 12, 14, 20)))
            yield self._drop(number, size)
            songs -= size
            number += 1

    def _drop(self, number: int, size: int) -> Drop:
        chance = self._chance
        compilation = chance.random() < 0.05
        artist = Credit("Various Artists") if compilation else self._artist()
        genres = [f"Genre {1 + int(60 * chance.random() ** 3)}" for _ in range(chance.choice((1, 1, 1, 2)))]
        year = 1950 + int(75 * chance.random())
        album = f"{self._title(3)} {self._seed}-{number}"
        description = ReleaseDescription(
            artists=[artist], display_artist=artist.name, album=album, year=year, release_date=f"{year}-03-01",
            genres=list(dict.fromkeys(genres)), release_types=["album"], labels=[f"Label {number % 500}"],
            compilation=compilation,
        )  # fmt: skip
        return Drop(description, [self._track(description, place) for place in range(1, size + 1)])

    def _track(self, description: ReleaseDescription, place: int) -> Track:
        chance = self._chance
        artist = self._artist() if description.compilation else description.artists[0]
        artists = [artist.name] if chance.random() > 0.05 else [artist.name, self._artist().name]
        return Track(
            suffix="flac", container="flac", codec="flac", duration_ms=chance.randrange(90_000, 420_000), bit_rate=900,
            sampling_rate=44100, channels=2, bit_depth=16, title=self._title(4), artists=list(dict.fromkeys(artists)),
            album=description.album, album_artists=[description.display_artist], genres=description.genres,
            composers=[self._artist().name] if chance.random() < 0.3 else [],
            contributors=[Contributor("producer", "", self._artist().name)] if chance.random() < 0.1 else [],
            track_number=place, disc_number=1, year=description.year, release_date=description.release_date,
            isrcs=[f"XX{chance.randrange(10**10):010}"], comment="Ripped with care", track_gain=-7.5, track_peak=0.98,
            album_gain=-7.1, album_peak=1.0, raw={"ENCODER": ["libFLAC 1.4.3"], "RIPPER": ["somebody"]},
            lyrics="la la la\n" * 20 if chance.random() < 0.1 else "",
        )  # fmt: skip

    def _artist(self) -> Credit:
        chance = self._chance
        if not self._artists or chance.random() < 1 / 30:
            self._artists.append(f"{self._title(2)} {self._seed}-{len(self._artists)}")
            return Credit(self._artists[-1])
        return Credit(self._artists[int(len(self._artists) * chance.random() ** 2)])

    def _title(self, most: int) -> str:
        words = [self._words[int(WORDS ** self._chance.random()) - 1] for _ in range(self._chance.randint(1, most))]
        return " ".join(words).title()

    def _word(self, number: int) -> str:
        script = _SYLLABLES[0] if number % 20 else _SYLLABLES[1 + number // 20 % 3]
        return "".join(self._chance.choice(script) for _ in range(self._chance.randint(1, 4)))
