"""Gathering what the judges go by: from the database, and from the files on staging."""

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import msgspec

from melodee.audio.formats import FileKind, classify
from melodee.audio.track import Track
from melodee.catalogue.release import ReleaseDescription
from melodee.database import Row, Session
from melodee.findings.decoding import decode_all
from melodee.findings.doubles import FilesAlike, find_doubles
from melodee.findings.subject import Cover, JudgedTrack, Published, Subject, Trouble, stored_checksums
from melodee.intake.artwork import artwork_of
from melodee.intake.look import join, parent
from melodee.ledger import Place
from melodee.settings import FindingSettings, SidecarSettings
from melodee.volumes import Volume


class Unread:
    """What failed in a batch when it was read, by the folder that it lies in."""

    def __init__(self, failures: Iterable[Row]) -> None:
        self._by_folder: dict[tuple[int, str], list[tuple[str, Trouble]]] = {}
        for row in failures:
            path = os.fsdecode(row.path)
            if classify(path.rpartition("/")[2]) in (FileKind.AUDIO, FileKind.IMAGE):
                trouble = Trouble(row.code, row.message, path)
                self._by_folder.setdefault((row.volume_id, parent(path)), []).append((path, trouble))

    def beside(self, release: Row, files: Sequence[Row]) -> list[Trouble]:
        """What lay in a folder of the release's music, under its path below the release's root."""
        root = os.fsdecode(release.root)
        below = len(root) + 1 if root else 0
        folders = {parent(join(root, os.fsdecode(file.name))) for file in files if file.kind == "audio"}
        return [
            trouble._replace(name=path[below:])
            for folder in sorted(folders)
            for path, trouble in self._by_folder.get((release.volume_id, folder), ())
        ]


def unread(db: Session, batch: str) -> Unread:
    """What failed in the batch when it was read."""
    return Unread(db.rows("unread_files_of_batch", batch=batch))


def gather(  # noqa: PLR0917 - what a release is made of, from everywhere
    db: Session,
    volumes: Mapping[int, Volume],
    release: Row,
    files: Sequence[Row],
    album: int | None,
    failed: Unread,
    alike: FilesAlike,
    settings: FindingSettings,
) -> Subject:
    """The release as it will be. `files` are rows of `files_of_release`; `album` is the one that it joins,
    `alike` are the files that its songs may be.

    Opens files: the cover's, those that seem to be there twice and, where the setting says so, all songs. Raises
    `DependencyError`, and `FfmpegMissing` where songs are to be decoded.
    """
    tracks = [
        JudgedTrack(os.fsdecode(file.name), msgspec.convert(each, Track))
        for file in files
        if file.kind == "audio" and file.track is not None
        for each in file.parts or [file.track]
    ]
    cover, trouble = _cover(volumes, release, files)
    trouble += failed.beside(release, files)
    if settings.decode == "all":
        trouble += _undecodable(volumes, files)
    published = db.rows("numbers_of_album", album=album) if album is not None else []
    return Subject(
        description=msgspec.convert(release.description, ReleaseDescription, str_keys=True),
        tracks=tracks,
        published=[Published(row.disc_number or 1, row.track_number) for row in published],
        cover=cover,
        has_picture=cover is not None
        or any(file.kind == "image" for file in files)
        or (album is not None and bool(db.value("album_has_cover", album=album))),
        trouble=trouble,
        checksums=stored_checksums(release.checksums),
        doubles=find_doubles(alike, volumes, files),
    )


def place_of(volumes: Mapping[int, Volume], file: Row) -> Path:
    """Where the file is now."""
    return volumes[file.volume_id].root / os.fsdecode(file.path)


def _cover(volumes: Mapping[int, Volume], release: Row, files: Sequence[Row]) -> tuple[Cover | None, list[Trouble]]:
    """The picture that will become the cover, chosen as publishing does."""
    trouble: list[Trouble] = []
    by_place = {Place(file.volume_id, os.fsdecode(file.path)): file for file in files}
    cover = artwork_of(
        os.fsdecode(release.root),
        files,
        release.artist,
        volumes,
        lambda file: Place(file.volume_id, os.fsdecode(file.path)),
        SidecarSettings.from_environment(),
        lambda file, error: trouble.append(Trouble(error.code, error.sentence, os.fsdecode(file.name))),
    ).cover
    if cover is None:
        return None, trouble
    file = by_place[Place(cover.volume, cover.path)]
    size = file.track["picture_bytes"] if cover.embedded else file.size_bytes
    return Cover(os.fsdecode(file.name), cover.width, cover.height, size), trouble


def _undecodable(volumes: Mapping[int, Volume], files: Sequence[Row]) -> list[Trouble]:
    songs = [file for file in files if file.kind == "audio" and file.track is not None]
    wanted = [(str(place_of(volumes, song)), float(song.track["duration_ms"]) / 1000) for song in songs]
    return [
        Trouble("decode_error", f"Decoding it fails: {said}", os.fsdecode(song.name))
        for song, said in zip(songs, decode_all(wanted), strict=True)
        if said is not None
    ]
