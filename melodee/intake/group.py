"""Grouping: which files make one release, and what the release is called.

A release is what shares the MusicBrainz release id, else the album artist, the title and the edition; folders only
speak where tags are silent. So one album in several folders is one release, several in one folder are several, and the
editions of an album stay apart. Where the years differ and the same track numbers occur in both, they are two issues.

Without an album artist, the tracks of one title in one folder belong together: to their artist, else to Various
Artists. There are three exceptions, in which each artist has a release of their own: several artists who repeat each
other's track numbers with some songs each (`Greatest Hits` twice), songs that are called as their album (singles), and
what lies in a folder that is no album's (`Downloads`, the volume itself), unless the numbers go on from one artist to
the next as those of a compilation do. Songs without any album there are each artist's `Unknown Album`: one shelf for
what belongs to no release, where making a single of each song would name thousands of releases that never were.

Songs that are flagged as a compilation's are one release of their title even where each artist has a folder, as long as
no two artists have songs of the same number: two albums called `Greatest Hits` would.

The outcome does not depend on the order of the files, and costs as much as sorting them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache

import msgspec

from melodee.audio.track import Track
from melodee.catalogue.edition import edition_key, is_edition, split_edition
from melodee.intake.attach import attach
from melodee.intake.describe import commonest, describe
from melodee.intake.drafts import Draft, ReadFile, track_of
from melodee.intake.folder_words import UNKNOWN_ALBUM, is_heap, readable
from melodee.intake.joining import Part, positions, releases
from melodee.intake.look import parent, without_disc
from melodee.intake.whose import Owner, Owners
from melodee.intake.whose import commonest as commonest_owner
from melodee.text import fold

__all__ = ["Draft", "ReadFile", "group"]

_SHELF = fold(UNKNOWN_ALBUM)
_NO_ALBUM = frozenset({"", _SHELF, "unknown", "[unknown]", "<unknown>", "[non-album tracks]", "non-album tracks"})
"""Folded titles that taggers and Melodee give to songs without an album."""

_EDITION_TAGS = frozenset(
    {
        "version",
        "subtitle",
        "albumversion",
        "album version",
        "edition",
        "musicbrainz album comment",
        "musicbrainz_albumcomment",
    }
)
"""Keys of raw tags, without what the format puts before them, that may name the album's edition."""

_SONGS_EACH = 3
"""Artists who have fewer songs than that on average, of one title in one folder, share a compilation."""


def group(files: Iterable[ReadFile]) -> tuple[list[Draft], list[ReadFile]]:
    """Drafts of releases by the path of their first file, and the images and sidecars that belong to none.

    Tracks are as they are to be: completed from their paths, and with the rules applied.
    """
    ordered = sorted(files, key=lambda file: file.look.path)
    units: dict[str, list[ReadFile]] = {}
    for file in ordered:
        if file.track is not None:
            units.setdefault(without_disc(parent(file.look.path)), []).append(file)
    owners = Owners(track_of(file) for files_of_unit in units.values() for file in files_of_unit)
    parts = [each for unit, files_of_unit in units.items() for each in _parts_of(unit, files_of_unit, owners)]
    drafts = [_draft(of_release, owners) for of_release in releases(_compiled(parts, owners))]
    drafts.sort(key=lambda draft: min(file.look.path for file in draft.files))
    return drafts, attach(drafts, [file for file in ordered if file.track is None])


def _parts_of(unit: str, files: Sequence[ReadFile], owners: Owners) -> list[Part]:
    """The parts of releases in one folder: by title, by edition, by album artist, by MusicBrainz id."""
    by_title: dict[tuple[str, str], list[ReadFile]] = {}
    for file in files:
        by_title.setdefault(_title_of(track_of(file).album), []).append(file)
    found: list[Part] = []
    heap = is_heap(readable(unit.rpartition("/")[2]))
    for (title, words), titled in by_title.items():
        tagged = {_tagged_edition(track_of(file)) for file in titled}
        # The tag is one of songs as well, so it counts where all of them agree.
        edition = tagged.pop() if len(tagged) == 1 and title != _SHELF else ""
        both = edition_key(f"{words} {edition}") if edition else words
        for owner, owned in _by_owner(titled, title, owners, heap=heap):
            by_mbid: dict[str, list[ReadFile]] = {}
            for file in owned:
                by_mbid.setdefault(track_of(file).mb_release_id, []).append(file)
            found += [Part(owner, title, edition, both, mbid, part) for mbid, part in by_mbid.items()]
    return found


@lru_cache(maxsize=8192)
def _title_of(album: str) -> tuple[str, str]:
    """The folded title without the words of its edition, and those; one title for all that have no album."""
    base, edition = split_edition(album)
    title = fold(base)
    return (_SHELF, "") if title in _NO_ALBUM else (title, edition_key(edition))


def _tagged_edition(track: Track) -> str:
    """The edition that a tag beside the title names, empty when it names something else."""
    told = [track.subtitle]
    told += [
        text for key, texts in track.raw.items() if key.rpartition(":")[2].lower() in _EDITION_TAGS for text in texts
    ]
    return next((text for text in told if text and is_edition(text)), "")


def _by_owner(
    files: Sequence[ReadFile], title: str, owners: Owners, *, heap: bool
) -> list[tuple[Owner, list[ReadFile]]]:
    """Whose the tracks of one title in one folder are."""
    named: dict[str, list[tuple[Owner, ReadFile]]] = {}
    nameless: list[ReadFile] = []
    for file in files:
        owner = owners.of_album(track_of(file))
        if owner is None:
            nameless.append(file)
        else:
            named.setdefault(owner.key, []).append((owner, file))
    found = [(commonest_owner([owner for owner, _ in part]), [file for _, file in part]) for part in named.values()]
    if not nameless:
        return found
    if len(found) == 1 and title != _SHELF:
        # One track whose album artist was forgotten is no release of its own.
        return [(found[0][0], [*found[0][1], *nameless])]
    parts: dict[str, list[ReadFile]] = {}
    for file in nameless:
        owner = owners.of_track(track_of(file))
        parts.setdefault("" if owner is None else owner.key, []).append(file)
    if len(parts) > 1 and _each_their_own(title, list(parts.values()), heap=heap):
        return [*found, *((owners.of_tracks([track_of(file) for file in part]), part) for part in parts.values())]
    return [*found, (owners.of_tracks([track_of(file) for file in nameless]), nameless)]


def _each_their_own(title: str, parts: Sequence[Sequence[ReadFile]], *, heap: bool) -> bool:
    """Whether the songs of several artists under one title are a release of each, and not a compilation."""
    tracks = [track_of(file) for part in parts for file in part]
    if title == _SHELF:
        return True
    if any(track.compilation for track in tracks):
        return False
    if all(fold(track.title) == title for track in tracks):
        return True
    places = positions(track for part in parts for file in part for track in file.tracks)
    repeated = len(places) - len(set(places))
    if heap:
        return repeated > 0 or len(places) < len(tracks)
    repeated_by_one = sum(len(own) - len(set(own)) for own in (positions(map(track_of, part)) for part in parts))
    return repeated > repeated_by_one and len(tracks) >= _SONGS_EACH * len(parts)


def _compiled(parts: Sequence[Part], owners: Owners) -> list[Part]:
    """The parts, with one owner for those of a compilation whose artists have folders of their own."""
    by_title: dict[tuple[str, str], list[Part]] = {}
    for part in parts:
        if part.title != _SHELF and _is_of_compilation(part):
            by_title.setdefault((part.title, part.words), []).append(part)
    owned: dict[int, Owner] = {}
    for of_title in by_title.values():
        if len({part.owner.key for part in of_title}) > 1 and _is_one_compilation(of_title):
            various = next((part.owner for part in of_title if part.owner.is_various), None)
            owner = various or owners.of_tracks([track_of(file) for part in of_title for file in part.files])
            owned |= {id(part): owner for part in of_title}
    return [replace(part, owner=owned[id(part)]) if id(part) in owned else part for part in parts]


def _is_of_compilation(part: Part) -> bool:
    """Whether its songs are a compilation's, as they say themselves, and no artist's album."""
    tracks = [track for file in part.files for track in file.tracks]
    named = any(track.album_artists for track in tracks)
    return part.owner.is_various if named else all(track.compilation for track in tracks)


def _is_one_compilation(parts: Sequence[Part]) -> bool:
    """Whether no two owners repeat each other's numbers, and no two releases of MusicBrainz are among them."""
    taken: dict[str, set[int]] = {}
    for part in parts:
        places = positions(track for file in part.files for track in file.tracks)
        if not places:
            return False
        taken.setdefault(part.owner.key, set()).update(places)
    apart = sum(map(len, taken.values())) == len(set[int]().union(*taken.values()))
    return apart and len({part.mbid for part in parts if part.mbid}) <= 1


def _draft(parts: Sequence[Part], owners: Owners) -> Draft:
    files = [file for part in parts for file in part.files]
    files.sort(key=lambda file: (*_place(track_of(file)), file.look.path))
    tracks = [track for file in files for track in file.tracks]
    if len({part.owner.key for part in parts}) > 1 and not any(track.album_artists for track in tracks):
        owner = owners.of_tracks(tracks)
    else:
        owner = commonest_owner([part.owner for part in parts for _ in part.files])
    if parts[0].title == _SHELF:
        # It grows with whatever comes, so it has no year.
        return Draft(msgspec.structs.replace(describe(owner, UNKNOWN_ALBUM, tracks), year=None), files)
    edition = commonest(part.edition for part in parts for _ in part.files)
    return Draft(describe(owner, commonest(track.album for track in tracks), tracks, edition), files)


def _place(track: Track) -> tuple[int, int]:
    return track.disc_number or 1, track.track_number or 1 << 30
