"""Companions: pictures and sidecars that come after their album was published, and the album that each of them joins.

They are told by where they lie as those that come with the music are (`melodee.intake.attach`): beside the files of a
published album on a storage volume, or in the folder of an inbound volume from which its songs came. A folder's past is
long, so what lies above the music, or in a folder that has held many albums, is nobody's: there only a name that is a
song's tells.
"""

import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from melodee.audio.formats import suffix_of
from melodee.catalogue.release import Credit, ReleaseDescription
from melodee.database import Row, Session
from melodee.intake.artist_images import attach_artist_images
from melodee.intake.attach import attach, stem_of_file
from melodee.intake.drafts import Draft, ReadFile
from melodee.intake.folder_words import is_heap, readable
from melodee.intake.look import FileLook, look_at, parent, without_disc
from melodee.sidecars.art import is_artist_anywhere
from melodee.volumes import Volume

NEVER_LATE = frozenset({"cue", "m3u", "m3u8", "sfv", "md5", "ffp"})
"""Suffixes of what does nothing for an album that is published: a sheet would have to cut its songs anew, checksums are
of names that songs have no more, and playlists are imported without any music beside them."""

LEVELS = 3
"""Folders from which a song's comes to be found: its own, and those around that."""

MOST_ALBUMS = 100
"""Of a folder with more albums below it, none is looked for."""

MOST_IN_ONE = 4
"""A folder with songs of more albums is a heap, whatever it is called."""


def folders_around(path: str) -> list[str]:
    """The folder of a file and some of those around it, without those in which anything may lie."""
    found: list[str] = []
    while (path := parent(path)) and len(found) < LEVELS:
        found.append(path)
    return [folder for folder in found if not is_heap(readable(folder.rpartition("/")[2]))]


def may_come_late(path: str) -> bool:
    """Whether a picture or a sidecar of this name may join an album that is published."""
    return suffix_of(path.rpartition("/")[2]) not in NEVER_LATE


def companions(db: Session, volume: Volume, alone: Sequence[ReadFile]) -> tuple[list[Draft], list[ReadFile]]:
    """Drafts of what joins published albums, one for each album and folder; and the files that belong to none."""
    late = [file for file in alone if may_come_late(file.look.path)]
    albums = _albums_near(db, volume, late) if late else {}
    if not albums:
        return [], list(alone)
    # Of two that are equally good the newest album counts: the first one that is asked.
    beside = {number: Draft(album.description, album.as_files()) for number, album in albums.items()}
    heaps = _Heaps(albums.values())
    attach(list(beside.values()), [file for file in late if not heaps.hides(file.look.path)])
    found: dict[tuple[int, str], list[ReadFile]] = {}
    for number, file in _taken(beside, albums):
        home = albums[number].home_of(file.look.path)
        if home is not None:
            found.setdefault((number, home), []).append(file)
    joined = {file.look.path for files in found.values() for file in files}
    # From inbound it comes to lie beside an album's music, where `folder.jpg` would be the album's.
    kept = volume.kind == "storage"
    pictures = [f for f in late if f.look.path not in joined and (kept or is_artist_anywhere(f.look.path))]
    attach_artist_images(list(beside.values()), pictures)
    for number, file in _taken(beside, albums):
        found.setdefault((number, parent(file.look.path)), []).append(file)
        joined.add(file.look.path)
    drafts = [Draft(beside[number].description, files, number, home) for (number, home), files in found.items()]
    return drafts, [file for file in alone if file.look.path not in joined]


def _taken(beside: Mapping[int, Draft], albums: Mapping[int, "_Album"]) -> list[tuple[int, ReadFile]]:
    """What was attached to the songs of albums, which are left by themselves."""
    found: list[tuple[int, ReadFile]] = []
    for number, draft in beside.items():
        songs = len(albums[number].songs)
        found += [(number, file) for file in draft.files[songs:]]
        del draft.files[songs:]
    return found


@dataclass
class _Album:
    """A published album, and where its songs came from or lie, on the volume that is looked at."""

    description: ReleaseDescription
    songs: list[str] = field(default_factory=list[str])

    def as_files(self) -> list[ReadFile]:
        """The songs, as what is attached goes by them."""
        return [ReadFile(FileLook(path, 0, 0, 0)) for path in self.songs]

    def home_of(self, path: str) -> str | None:
        """The folder of the album's that holds the file; None for what lies above the music."""
        folder = parent(path)
        homes = {without_disc(parent(song)) for song in self.songs} - {""}
        while folder and folder not in homes:
            folder = parent(folder)
        if folder:
            return folder
        # Where anything may lie, only a name tells.
        return parent(path) if stem_of_file(path) in map(stem_of_file, self.songs) else None


def _albums_near(db: Session, volume: Volume, late: Sequence[ReadFile]) -> dict[int, _Album]:
    """Albums with songs in the folders of the files, in those around, and in the discs' and others right below."""
    around = {folder for file in late for folder in folders_around(file.look.path)}
    near: dict[bytes, set[int]] = {}
    ids: set[int] = set()
    if volume.kind == "storage":
        own = {parent(file.look.path) for file in late}
        folders = around | own | {inside for folder in own for inside in _inside(volume, folder)}
        named = {stem_of_file(file.look.path) for file in late}
        for row in db.rows("songs_stored_in", volume=volume.id, folders=_bytes(folders)):
            near.setdefault(bytes(row.folder), set()).add(row.album_id)
            if stem_of_file(os.fsdecode(row.path)) in named:
                ids.add(row.album_id)
    else:
        for row in db.rows("albums_dropped_in", volume=volume.id, folders=_bytes(around), most=MOST_ALBUMS + 1):
            near.setdefault(bytes(row.folder), set()).add(row.album_id)
    ids.update(album for of_folder in near.values() if len(of_folder) <= MOST_ALBUMS for album in of_folder)
    if not ids:
        return {}
    rows = reversed(db.rows("albums_to_join", ids=sorted(ids)))
    albums = {row.id: _Album(description_of(row)) for row in rows}
    for song in db.rows("songs_to_join", ids=sorted(ids)):
        if (path := came_from(song, volume)) is not None and song.album_id in albums:
            albums[song.album_id].songs.append(path)
    return {number: album for number, album in albums.items() if album.songs}


def came_from(song: Row, volume: Volume) -> str | None:
    """Where on the volume a song of `songs_to_join` lies, or was dropped; None for one that never was there."""
    if volume.kind != "storage":
        return None if song.origin is None else os.fsdecode(song.origin)
    return os.fsdecode(song.path) if song.volume_id == volume.id else None


def description_of(album: Row) -> ReleaseDescription:
    """What a row of `albums_to_join` says that people, and a template for folders, want to know."""
    mbids: Mapping[str, str] = album.mbids or {}
    return ReleaseDescription(
        artists=[Credit(each["name"], "", mbids.get(str(each["id"]), "")) for each in album.credits],
        display_artist=album.display_artist,
        album=album.name,
        edition=album.edition or "",
        year=album.year,
        release_types=list(album.release_types),
        catalogue_numbers=list(album.catalogue_numbers),
    )


class _Heaps:
    """Folders in which songs of many albums lie, or anything: a picture there shows nobody knows which."""

    def __init__(self, albums: Iterable[_Album]) -> None:
        self._albums: dict[str, int] = {}
        self._named: set[str] = set()
        for album in albums:
            self._named.update(map(stem_of_file, album.songs))
            for folder in set(map(parent, album.songs)):
                self._albums[folder] = self._albums.get(folder, 0) + 1

    def hides(self, path: str) -> bool:
        """Whether the file lies in such a folder, or in a folder of one, and is not called as a song there is."""
        folder = parent(path)
        folder = folder if folder in self._albums else parent(folder)
        crowded = self._albums.get(folder, 0) > MOST_IN_ONE or is_heap(readable(folder.rpartition("/")[2]))
        return folder in self._albums and crowded and stem_of_file(path) not in self._named


def _inside(volume: Volume, folder: str) -> list[str]:
    """The folders in a folder, where they are few: discs of an album, or albums of an artist."""
    folders = look_at(volume.root, folder).folders if folder else []
    return folders if len(folders) <= MOST_ALBUMS else []


def _bytes(folders: Collection[str]) -> list[bytes]:
    return [os.fsencode(folder) for folder in sorted(folders)]
