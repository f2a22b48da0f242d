"""What listeners of a synthetic catalogue did: plays, stars, ratings, playlists, mostly of the best known songs."""

import random
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import timedelta

from melodee.ids import Kind, of_kind
from melodee.synth.album import DAYS, FIRST_DAY
from melodee.synth.copying import line
from melodee.synth.generate import Made
from melodee.synth.shape import Shape
from melodee.synth.spool import Spool
from melodee.synth.tally import Hot
from melodee.synth.words import ENGLISH
from melodee.synth.world import Artists, read_words

STARS = 3000
"""Songs that the first listener starred."""
ALBUM_STARS = 150
PLAYS = 40_000
"""Of the first listener, where there are songs enough; the others played less, by the root of their number."""
REAL_PLAYLIST = "Songs with a file"
"""The first listener's public playlist of all songs that can be streamed."""
CLIENT = "synth"


@dataclass
class _Ratings:
    songs: Counter[int] = field(default_factory=Counter[int])
    song_votes: Counter[int] = field(default_factory=Counter[int])
    albums: Counter[int] = field(default_factory=Counter[int])
    album_votes: Counter[int] = field(default_factory=Counter[int])


def name_of(user: int) -> str:
    """The name of a listener, counted from 0."""
    return f"listener {user + 1}"


def write_listeners(spool: Spool, shape: Shape, accounts: list[int], made: Made) -> int:
    """Leaves the rows of all listeners in the spool; returns the last number that was given to a playlist."""
    hot = sorted(made.tally.hot, key=lambda song: (-song[0], song[1]))
    rows: dict[str, list[str]] = defaultdict(list)
    ratings = _Ratings()
    playlists = _Playlists(rows, hot, read_words(spool.folder)[ENGLISH].shown, shape.artists + shape.albums)
    for user, account in enumerate(accounts):
        chance = random.Random(f"listener {shape.seed} {user}")  # noqa: S311 - taste, not secrets
        _Listener(chance, user, account, shape.songs, hot, rows, ratings).listen(made.artists)
        playlists.draw(chance, user, account)
    real = [(song, ms) for song, _, _, _, _, ms in sorted(made.tally.real)]
    playlists.add(accounts[0], REAL_PLAYLIST, real, public=True)
    rows["song_rating"] = [
        line((song, total, ratings.song_votes[song])) for song, total in sorted(ratings.songs.items())
    ]
    rows["album_rating"] = [
        line((album, total, ratings.album_votes[album])) for album, total in sorted(ratings.albums.items())
    ]
    for table, lines in rows.items():
        spool.write(table, lines)
    return playlists.number


@dataclass
class _Listener:
    chance: random.Random
    user: int
    account: int
    songs: int
    """In the whole catalogue."""
    hot: list[Hot]
    rows: dict[str, list[str]]
    ratings: _Ratings

    def listen(self, artists: Artists) -> None:
        """The rows of one listener."""
        draw, hot, known = self.chance.random, self.hot, len(self.hot)
        draws = int(min(PLAYS, self.songs // 4) / (self.user + 1) ** 0.5)
        plays = Counter(int(known ** draw()) - 1 for _ in range(draws))
        wanted = min(STARS, known // 2) if self.user == 0 else min(20 + int(400 * draw()), known // 4)
        starred: set[int] = set()
        while len(starred) < wanted:
            starred.add(int(known ** draw()) - 1 if draw() < 0.5 else int(known * draw()))
        rated = {rank: 1 + int(5 * draw() ** 0.6) for rank in sorted(plays) if draw() < 0.1}
        albums: dict[int, tuple[int, str]] = {}
        for rank in sorted(plays.keys() | starred):
            moments = self._moments(plays[rank])
            last = moments[-1] if moments else None
            _, song, album, _, _ = hot[rank]
            self.rows["song_annotation"].append(
                line(
                    (
                        self.account,
                        song,
                        self._moment() if rank in starred else None,
                        rated.get(rank),
                        plays[rank],
                        last,
                    )
                )
            )
            self.rows["scrobble"] += [f"{self.account}\t{song}\t{moment}\t{CLIENT}\n" for moment in moments]
            if rank in rated:
                self.ratings.songs[song] += rated[rank]
                self.ratings.song_votes[song] += 1
            if moments:
                count, latest = albums.get(album, (0, ""))
                albums[album] = count + len(moments), max(latest, moments[-1])
        self._albums(albums)
        self._artists(artists)

    def _albums(self, albums: dict[int, tuple[int, str]]) -> None:
        draw = self.chance.random
        stars = 0
        for album, (plays, last) in sorted(albums.items()):
            star = stars < ALBUM_STARS and draw() < 0.2
            stars += star
            rating = 1 + int(5 * draw() ** 0.6) if draw() < 0.05 else None
            if rating:
                self.ratings.albums[album] += rating
                self.ratings.album_votes[album] += 1
            self.rows["album_annotation"].append(
                line((self.account, album, self._moment() if star else None, rating, plays, last))
            )

    def _artists(self, artists: Artists) -> None:
        draw, count = self.chance.random, len(artists.ids)
        ranks = {int(count ** draw()) - 1 for _ in range(min(120, count))}
        for rank in sorted(ranks):
            rating = 1 + int(5 * draw()) if draw() < 0.2 else None
            self.rows["artist_annotation"].append(line((self.account, artists.ids[rank], self._moment(), rating)))

    def _moments(self, count: int) -> list[str]:
        """So many different moments, in order."""
        found: set[str] = set()
        while len(found) < count:
            found.add(self._moment())
        return sorted(found)

    def _moment(self) -> str:
        return f"{FIRST_DAY + timedelta(seconds=int(DAYS * 86400 * self.chance.random())):%Y-%m-%d %H:%M:%S}+00"


@dataclass
class _Playlists:
    rows: dict[str, list[str]]
    hot: list[Hot]
    words: list[str]
    number: int
    """The last that was given, in the one space of ids."""

    def draw(self, chance: random.Random, user: int, account: int) -> None:
        """The playlists of one listener; the first one's first is long."""
        draw, known, words = chance.random, len(self.hot), self.words
        for place in range(2 + int(5 * draw())):
            size = min(2000 if user == 0 and place == 0 else 10 + int(190 * draw() ** 2), known)
            songs = [self.hot[int(known ** draw()) - 1] for _ in range(size)]
            name = " ".join([words[int(len(words) ** draw()) - 1] for _ in range(2)])
            self.add(account, name, [(song[1], song[4]) for song in songs], public=draw() < 0.4)

    def add(self, account: int, name: str, songs: list[tuple[int, int]], *, public: bool) -> None:
        """A playlist of these songs, each with its length in ms."""
        self.number += 1
        identity = of_kind(self.number, Kind.PLAYLIST)
        moment = f"{FIRST_DAY + timedelta(days=DAYS):%Y-%m-%d %H:%M:%S}+00"
        length = sum(ms for _, ms in songs)
        self.rows["playlist"].append(
            line((identity, account, name, "t" if public else "f", len(songs), length, moment, moment))
        )
        self.rows["playlist_entry"] += [f"{identity}\t{place}\t{song}\n" for place, (song, _) in enumerate(songs, 1)]
