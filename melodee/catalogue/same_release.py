"""Whether a release that is dropped is an album that is there already, or one that was dropped beside it.

The same MusicBrainz release id is one release. Without one, artist, title and edition say which it is, and a year that
differs only makes another where two sets of tracks repeat the same disc and track numbers: of an album in two issues
each has a first track, while the tracks of a compilation may each have a year of their own.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Issue:
    """What tells issues of one artist, title and edition apart."""

    mbid: str = ""
    year: int | None = None
    positions: frozenset[int] = frozenset()
    """Of `melodee.catalogue.release.position_of`."""

    def clashes(self, other: "Issue") -> bool:
        """Whether both have a track of the same number on the same disc."""
        return not self.positions.isdisjoint(other.positions)

    def with_more(self, other: "Issue") -> "Issue":
        """With further tracks, and what they tell of it."""
        return replace(
            self,
            mbid=self.mbid or other.mbid,
            year=self.year if self.year is not None else other.year,
            positions=self.positions | other.positions,
        )


@dataclass(frozen=True)
class Alike:
    """An album that has a key of the release that is looked for."""

    id: int
    issue: Issue
    by_mbid: bool = False
    """The key is the MusicBrainz id."""
    vague: bool = False
    """Nothing is known of it yet: somebody else is about to write it, or died before."""


def choose(wanted: Issue, there: Iterable[Alike]) -> int | None:
    """The id of the album that the release is, or None when it is a new one.

    One with a MusicBrainz id may be an album that has none so far, never one that has another. Without an id, of
    several albums it is one of its own year; among equals one whose numbers it does not repeat, else the oldest.
    """
    alike = sorted(there, key=lambda album: album.id)
    if wanted.mbid:
        known = [album for album in alike if album.issue.mbid == wanted.mbid]
        known += [album for album in alike if album.by_mbid and not album.issue.mbid]
        if known:
            return known[0].id
        alike = [album for album in alike if not album.issue.mbid and not album.vague]
    own_year = [album for album in alike if wanted.year is not None and album.issue.year == wanted.year]
    fits = [album for album in alike if not album.issue.clashes(wanted)]
    no_year = [album for album in alike if wanted.year is None or album.issue.year is None]
    found: Sequence[Alike] = [album for album in own_year if album in fits] or own_year or fits or no_year
    return found[0].id if found else None
