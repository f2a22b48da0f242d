"""Grouping: which files make one release, and what the release is called.

A release is what shares album artist and album title; folders only speak where tags are silent. Images and sidecars
belong to the release of the music around them.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import msgspec

from melodee.audio.track import Mend, Track
from melodee.catalogue.release import Credit, ReleaseDescription, pair_credits
from melodee.intake.look import FileLook, is_disc_folder, parent
from melodee.text import clean_text, fold

VARIOUS_ARTISTS = "Various Artists"
UNKNOWN_ARTIST = "Unknown Artist"
UNKNOWN_ALBUM = "Unknown Album"

_VARIOUS = frozenset({"various artists", "various", "va", "v.a.", "v/a"})
_NUMBERED = re.compile(r"(?:(?P<disc>\d)[-.](?=\d))?(?P<track>\d{1,3})(?:\s*[-._)\]]\s*|\s+)(?P<title>\S.*)")
_DISC_NUMBER = re.compile(r"\d{1,3}")


@dataclass
class ReadFile:
    """A file of the batch, with its tags when it is music."""

    look: FileLook
    track: Track | None = None
    parts: list[Track] = field(default_factory=list[Track])
    """The tracks that a cue sheet cuts the file into, each with its span; empty: the file is one song."""

    @property
    def tracks(self) -> list[Track]:
        """The songs that the file holds."""
        return self.parts or ([] if self.track is None else [self.track])


@dataclass
class Draft:
    """A release as it was found: its description, and its files in order (music first)."""

    description: ReleaseDescription
    files: list[ReadFile] = field(default_factory=list[ReadFile])

    @property
    def root(self) -> str:
        """The folder that holds all its files."""
        folders = [parent(file.look.path).split("/") for file in self.files]
        common: list[str] = []
        for parts in zip(*folders, strict=False):
            if len(set(parts)) > 1:
                break
            common.append(parts[0])
        return "/".join(common)


def group(files: Iterable[ReadFile]) -> tuple[list[Draft], list[ReadFile]]:
    """Drafts of releases by the order of their first file, and the images and sidecars that belong to none."""
    music: dict[str, list[ReadFile]] = {}
    others: list[ReadFile] = []
    for file in files:
        if file.track is None:
            others.append(file)
        else:
            music.setdefault(parent(file.look.path), []).append(
                ReadFile(
                    file.look,
                    completed(file.track, file.look.path),
                    [completed(part, file.look.path) for part in file.parts],
                )
            )
    by_key: dict[str, list[ReadFile]] = {}
    artist_of: dict[str, str] = {}
    for folder in sorted(music):
        for album, tracks in _albums_of_folder(music[folder]):
            artist = _album_artist([_track(track) for track in tracks])
            key = f"{fold(artist)}\0{fold(album)}"
            artist_of.setdefault(key, artist)
            by_key.setdefault(key, []).extend(tracks)
    drafts = [_draft(artist_of[key], tracks) for key, tracks in by_key.items()]
    return drafts, _attach(drafts, others)


def _track(file: ReadFile) -> Track:
    assert file.track is not None  # noqa: S101 - only music is grouped
    return file.track


def completed(track: Track, path: str) -> Track:
    """The track with what its tags leave out taken from the path: title, numbers, album."""
    stem = path.rpartition("/")[2].rpartition(".")[0]
    numbered = _NUMBERED.fullmatch(stem)
    folder = parent(path)
    changes: dict[str, object] = {}
    if not track.title:
        changes["title"] = _readable(numbered["title"] if numbered else stem) or "Untitled"
    if track.track_number is None and numbered:
        changes["track_number"] = int(numbered["track"])
    if track.disc_number is None:
        folder_name = folder.rpartition("/")[2]
        if is_disc_folder(folder_name) and (number := _DISC_NUMBER.search(folder_name)):
            changes["disc_number"] = int(number[0])
        elif numbered and numbered["disc"] and track.track_number in (None, int(numbered["track"])):
            changes["disc_number"] = int(numbered["disc"])
    if not track.album:
        changes["album"] = _album_from_folder(folder)
    if not changes:
        return track
    mends = [Mend("missing_tag", name, f"taken from the path: {value}") for name, value in changes.items()]
    return msgspec.structs.replace(track, **changes, mended=[*track.mended, *mends])


def _readable(name: str) -> str:
    return clean_text(name.replace("_", " "))


def _album_from_folder(folder: str) -> str:
    name = folder.rpartition("/")[2]
    if is_disc_folder(name) and "/" in folder:
        name = parent(folder).rpartition("/")[2]
    return _readable(name) or UNKNOWN_ALBUM


def _albums_of_folder(files: list[ReadFile]) -> list[tuple[str, list[ReadFile]]]:
    """The albums in one folder. Files without an album artist of one album title belong together, whoever sings."""
    albums: dict[tuple[str, str], list[ReadFile]] = {}
    for file in files:
        track = _track(file)
        artist = "" if not track.album_artists else fold(", ".join(track.album_artists))
        albums.setdefault((artist, fold(track.album)), []).append(file)
    return [(_track(tracks[0]).album, tracks) for tracks in albums.values()]


def _album_artist(tracks: Sequence[Track]) -> str:
    """Whose release it is: the album artist, one artist of all tracks, else Various Artists."""
    named = [", ".join(track.album_artists) for track in tracks if track.album_artists]
    if named:
        artist = _commonest(named)
        return VARIOUS_ARTISTS if fold(artist) in _VARIOUS else artist
    artists = [", ".join(track.artists) for track in tracks if track.artists]
    if not artists:
        return UNKNOWN_ARTIST
    if any(track.compilation for track in tracks) and len({fold(artist) for artist in artists}) > 1:
        return VARIOUS_ARTISTS
    shortest = min(artists, key=len)
    # "Artist" and "Artist feat. Guest" are one artist's album.
    if all(fold(artist).startswith(fold(shortest)) for artist in artists):
        return shortest
    return VARIOUS_ARTISTS


def _commonest(values: Iterable[str]) -> str:
    counted = Counter(value for value in values if value)
    return counted.most_common(1)[0][0] if counted else ""


def _union(lists: Iterable[Sequence[str]]) -> list[str]:
    """Values in the order of how often they occur, folded alike counted as one."""
    spelling: dict[str, str] = {}
    counted: Counter[str] = Counter()
    for values in lists:
        for value in values:
            counted[fold(value)] += 1
            spelling.setdefault(fold(value), value)
    return [spelling[key] for key, _ in counted.most_common()]


def _draft(artist: str, files: list[ReadFile]) -> Draft:
    files.sort(key=lambda file: (_track(file).disc_number or 1, _track(file).track_number or 1 << 30, file.look.path))
    tracks = [track for file in files for track in file.tracks]
    years = [str(track.year) for track in tracks if track.year]
    discs = {track.disc_number or 1 for track in tracks}
    return Draft(
        ReleaseDescription(
            artists=_album_credits(artist, tracks),
            display_artist=artist,
            album=_commonest(track.album for track in tracks),
            sort_name=_commonest(track.album_sort for track in tracks),
            year=int(_commonest(years)) if years else None,
            release_date=_commonest(track.release_date for track in tracks),
            original_date=_commonest(track.original_date for track in tracks),
            genres=_union(track.genres for track in tracks),
            release_types=_union(track.release_types for track in tracks),
            labels=_union(track.labels for track in tracks),
            catalogue_numbers=_union(track.catalogue_numbers for track in tracks),
            barcode=_commonest(track.barcode for track in tracks),
            moods=_union(track.moods for track in tracks),
            mbid=_commonest(track.mb_release_id for track in tracks),
            release_group_mbid=_commonest(track.mb_release_group_id for track in tracks),
            compilation=artist == VARIOUS_ARTISTS or any(track.compilation for track in tracks),
            explicit=_commonest(track.explicit for track in tracks),
            disc_titles={
                disc: title
                for disc in sorted(discs)
                if (title := _commonest(t.disc_subtitle for t in tracks if (t.disc_number or 1) == disc))
            },
            discs=max(len(discs), *discs, *(track.disc_total or 1 for track in tracks)),
        ),
        files,
    )


def _album_credits(artist: str, tracks: Sequence[Track]) -> list[Credit]:
    """The album's artists one by one, with sort names and MusicBrainz ids where the tags pair them."""
    for track in tracks:
        if ", ".join(track.album_artists) == artist:
            return pair_credits(track.album_artists, track.album_artist_sort, track.mb_album_artist_ids)
    for track in tracks:
        if ", ".join(track.artists) == artist:
            return pair_credits(track.artists, track.artist_sort, track.mb_artist_ids)
    return [Credit(artist)]


def _attach(drafts: Sequence[Draft], others: Iterable[ReadFile]) -> list[ReadFile]:
    """Gives each image and sidecar to a release: of its folder, else of those below, else around; returns the rest."""
    in_folder: dict[str, Counter[int]] = {}
    below: dict[str, Counter[int]] = {}
    for index, draft in enumerate(drafts):
        for file in draft.files:
            folder = parent(file.look.path)
            in_folder.setdefault(folder, Counter())[index] += 1
            while folder:
                folder = parent(folder)
                below.setdefault(folder, Counter())[index] += 1
    left: list[ReadFile] = []
    for file in others:
        owner = _owner(parent(file.look.path), in_folder, below)
        if owner is None:
            left.append(file)
        else:
            drafts[owner].files.append(file)
    return left


def _owner(folder: str, in_folder: dict[str, Counter[int]], below: dict[str, Counter[int]]) -> int | None:
    if folder in in_folder:
        return in_folder[folder].most_common(1)[0][0]
    # A folder above several releases (an artist's) belongs to none of them.
    if folder and len(below.get(folder, ())) == 1:
        return next(iter(below[folder]))
    around = parent(folder)
    return in_folder[around].most_common(1)[0][0] if folder and around in in_folder else None
