"""Joining: which parts of folders are one release, and where one title stands for several.

The same MusicBrainz release id is one release. Parts without an id belong to one of their artist, title and edition,
by the rules that say which album of the catalogue a release is (`melodee.catalogue.same_release`).
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from melodee.audio.track import Track
from melodee.catalogue.album_keys import MOST_ALIKE
from melodee.catalogue.release import position_of
from melodee.catalogue.same_release import Alike, Issue, choose
from melodee.intake.drafts import ReadFile, track_of
from melodee.intake.folder_words import UNKNOWN_ALBUM
from melodee.intake.whose import Owner
from melodee.text import fold


@dataclass
class Part:
    """Tracks of one folder that are one release's, as far as that folder tells."""

    owner: Owner
    title: str
    """Folded, without the words of its edition."""
    edition: str
    """What another tag than the title says, as it is worded."""
    words: str
    """Of the edition, as `edition_key` has them."""
    mbid: str
    files: list[ReadFile]

    @property
    def key(self) -> tuple[str, str, str]:
        """What parts of one release share when no MusicBrainz id says so."""
        return self.owner.key, self.title, self.words


def releases(parts: Sequence[Part]) -> list[list[Part]]:
    """The parts of each release, which may lie in several folders."""
    known: dict[str, list[Part]] = {}
    nameless: dict[tuple[str, str, str], list[Part]] = {}
    for part in parts:
        if part.mbid:
            known.setdefault(part.mbid, []).append(part)
        else:
            nameless.setdefault(part.key, []).append(part)
    mbids: dict[tuple[str, str, str], dict[str, None]] = {}
    for part in parts:
        if part.mbid and part.key in nameless:
            mbids.setdefault(part.key, {})[part.mbid] = None
    found = list(known.values())
    for key, of_key in nameless.items():
        there = list(mbids.get(key, ()))[:MOST_ALIKE]
        alike = [Alike(number, issue_of(known[mbid])) for number, mbid in enumerate(there)]
        # Songs without an album stay on one shelf.
        for issue in [of_key] if key[1] == fold(UNKNOWN_ALBUM) else issues(of_key):
            joined = choose(issue_of(issue), alike) if alike else None
            if joined is None:
                found.append(issue)
            else:
                known[there[joined]].extend(issue)
    return found


def issues(parts: Sequence[Part]) -> list[list[Part]]:
    """All as one, or one issue a year where years repeat each other's track numbers; the largest year comes first."""
    by_year: dict[int | None, list[Part]] = {}
    for part in parts:
        files: dict[int | None, list[ReadFile]] = {}
        for file in part.files:
            files.setdefault(track_of(file).year or None, []).append(file)
        for year, of_year in files.items():
            by_year.setdefault(year, []).append(part if len(files) == 1 else replace(part, files=of_year))
    songs = {year: sum(len(part.files) for part in of_year) for year, of_year in by_year.items()}
    found: list[tuple[list[Part], set[int]]] = []
    for year in sorted(by_year, key=lambda year: (year is None, -songs[year], year or 0)):
        places = set(positions(track for part in by_year[year] for file in part.files for track in file.tracks))
        fitting = next((issue for issue in found if issue[1].isdisjoint(places)), None)
        if fitting is None and (not found or (year is not None and len(found) < MOST_ALIKE)):
            found.append((list(by_year[year]), places))
        else:
            # What has no year and fits nowhere repeats songs of the largest, and so does what comes after so many.
            parts_of, taken = fitting or found[0]
            parts_of.extend(by_year[year])
            taken.update(places)
    return [list(parts)] if len(found) == 1 else [parts_of for parts_of, _ in found]


def issue_of(parts: Sequence[Part]) -> Issue:
    """What tells a release from others of its title."""
    tracks = [track for part in parts for file in part.files for track in file.tracks]
    years = Counter(track.year for track in tracks if track.year)
    year = min(years, key=lambda year: (-years[year], year), default=None)
    return Issue(parts[0].mbid, year, frozenset(positions(tracks)))


def positions(tracks: Iterable[Track]) -> list[int]:
    """Places of the tracks that have a number (`position_of`), repeated where they are."""
    places = (position_of(track.disc_number, track.track_number) for track in tracks)
    return [place for place in places if place is not None]
