"""Whose release it is: the album artist that the tags name, else the artists of the tracks, else Various Artists.

Spellings and guests do not count: `Beyoncé` and `BEYONCE` are one, and so are `A` and `A feat. B`. The same MusicBrainz
id is one artist whatever the spelling, and two ids are two artists of one name.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from melodee.audio.track import Track
from melodee.catalogue.release import Credit, pair_credits
from melodee.intake.folder_words import UNKNOWN_ARTIST, VARIOUS, VARIOUS_ARTISTS
from melodee.intake.main_artist import main_artists, without_guests
from melodee.text import fold

_VARIOUS_MBID = "89ad4ac3-39f7-470e-963a-56509c546377"
"""Of the artist that MusicBrainz gives compilations to (musicbrainz.org, special purpose artists)."""

_AND = re.compile(r"\s*[&+,;/]|\s(?:and|with|und|mit|et|avec|y|con|vs\.?|x)\s")
"""What stands between two artists in one folded text."""


class Owner(NamedTuple):
    """Who a release is by."""

    key: str
    """The same for all spellings."""
    credits: tuple[Credit, ...]
    display: str

    @property
    def is_various(self) -> bool:
        """Whether it is nobody in particular."""
        return self.key == VARIOUS_OWNER.key


class _Named(NamedTuple):
    """How a track names its artists, or those of its album."""

    names: tuple[str, ...]
    credit: str
    sort: str
    sorts: tuple[str, ...]
    ids: tuple[str, ...]


VARIOUS_OWNER = Owner("various", (Credit(VARIOUS_ARTISTS),), VARIOUS_ARTISTS)
UNKNOWN_OWNER = Owner("unknown", (Credit(UNKNOWN_ARTIST),), UNKNOWN_ARTIST)


class Owners:
    """Says whose tracks are, for the tracks of one batch: what one of them tells of an artist holds for all."""

    def __init__(self, tracks: Iterable[Track]) -> None:
        self._ids: dict[str, set[str]] = {}
        """MusicBrainz ids by name."""
        self._made: dict[_Named, Owner | None] = {}
        for track in tracks:
            self._learn(track.album_artists, track.album_artist_credit, track.mb_album_artist_ids)
            if not track.album_artists:
                self._learn(track.artists, track.artist_credit, track.mb_artist_ids)

    def of_album(self, track: Track) -> Owner | None:
        """Whom the track names as the album's artist."""
        return self._owner(
            _Named(
                tuple(track.album_artists),
                track.album_artist_credit,
                track.album_artist_sort,
                tuple(track.album_artist_sorts),
                tuple(track.mb_album_artist_ids),
            )
        )

    def of_track(self, track: Track) -> Owner | None:
        """By whom the track itself is, guests left out."""
        return self._owner(
            _Named(
                tuple(track.artists),
                track.artist_credit,
                track.artist_sort,
                tuple(track.artist_sorts),
                tuple(track.mb_artist_ids),
            )
        )

    def of_tracks(self, tracks: Sequence[Track]) -> Owner:
        """Whose a set of tracks is that names no album artist."""
        found = [owner for track in tracks if (owner := self.of_track(track)) is not None]
        if not found:
            return UNKNOWN_OWNER
        if len({owner.key for owner in found}) == 1:
            return commonest(found)
        # `A`, and `A & B` on a track: A's album. What is the best of A may be flagged as a compilation as well.
        first = [Owner(self._key(owner.credits[:1]), owner.credits[:1], owner.credits[0].name) for owner in found]
        if len({owner.key for owner in first}) == 1:
            return commonest(first)
        shortest = min(found, key=lambda owner: (len(owner.display), owner.display))
        start = fold(shortest.display)
        with_others = _goes_on_with_others if any(track.compilation for track in tracks) else _begins_with
        return shortest if all(with_others(fold(owner.display), start) for owner in found) else VARIOUS_OWNER

    def _owner(self, named: _Named) -> Owner | None:
        if not named.names:
            return None
        if named not in self._made:
            self._made[named] = self._make(named)
        return self._made[named]

    def _make(self, named: _Named) -> Owner | None:
        main = main_artists(named.names, named.credit)
        if not main:
            return None
        if (len(main) == 1 and fold(main[0]) in VARIOUS) or named.ids == (_VARIOUS_MBID,):
            return VARIOUS_OWNER
        # Where guests were left out, what stands beside the names is known by its place.
        kept = len(main) if main == named.names[: len(main)] else 0
        ids = named.ids[:kept] if len(named.ids) == len(named.names) else ()
        sorts = named.sorts[:kept] if len(named.sorts) == len(named.names) else ()
        sort = named.sort if main == named.names else ""
        display = without_guests(named.credit) if len(main) > 1 and named.credit else ", ".join(main)
        credits_ = tuple(pair_credits(main, sort, ids, sorts))
        return Owner(self._key(credits_), credits_, display)

    def _key(self, credits_: Iterable[Credit]) -> str:
        return "\n".join(self._key_of(credit) for credit in credits_)

    def _key_of(self, credit: Credit) -> str:
        if credit.mbid:
            return credit.mbid
        known = self._ids.get(name := fold(credit.name), ())
        return next(iter(known)) if len(known) == 1 else name

    def _learn(self, names: Sequence[str], credit: str, ids: Sequence[str]) -> None:
        if ids and len(ids) == len(names):
            for name, mbid in zip(main_artists(names, credit), ids, strict=False):
                if mbid:
                    self._ids.setdefault(fold(name), set()).add(mbid)


def commonest(owners: Sequence[Owner]) -> Owner:
    """The spelling that most tracks have, of those with MusicBrainz ids if there are such; of equals the first."""
    told = [owner for owner in owners if all(credit.mbid for credit in owner.credits)] or owners
    return Counter(told).most_common(1)[0][0]


def _goes_on_with_others(name: str, start: str) -> bool:
    """`Queen & David Bowie` is Queen with another; `Prince Paul` is no Prince."""
    return name.startswith(start) and (name == start or _AND.match(name, len(start)) is not None)


def _begins_with(name: str, start: str) -> bool:
    return name.startswith(start) and not name[len(start) : len(start) + 1].isalnum()
