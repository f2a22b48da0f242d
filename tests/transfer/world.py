"""Two volumes, a file that is to be moved between them, and what can happen to it meanwhile."""

import hashlib
import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from melodee import transfer
from melodee.no_replace import Way
from melodee.transfer import Observed, Standing, observe, temporary_beside
from melodee.volume_path import VolumePath
from melodee.volume_probe import Abilities

CONTENT = bytes(range(256)) * 20_000  # 5 MB: several blocks, and an incomplete one
DIGEST = hashlib.sha256(CONTENT).digest()


@dataclass
class Volumes:
    """An inbound and a storage volume on one file system, and one file that is to be moved."""

    inbound: Path
    storage: Path

    @property
    def source(self) -> VolumePath:
        return VolumePath(self.inbound, "drop/album/song.flac")

    @property
    def final(self) -> VolumePath:
        return VolumePath(self.storage, "BE/Artist/Album/01 Song.flac")

    @property
    def temporary(self) -> VolumePath:
        return temporary_beside(self.final, 7)

    def drop(self, content: bytes = CONTENT) -> Observed:
        path(self.source).parent.mkdir(parents=True, exist_ok=True)
        path(self.source).write_bytes(content)
        return observe(self.source)

    def files(self) -> dict[str, bytes]:
        """All files in both volumes."""
        return {
            str(found.relative_to(root)): found.read_bytes()
            for root in (self.inbound, self.storage)
            for found in root.rglob("*")
            if found.is_file()
        }


def path(place: VolumePath) -> Path:
    return place.root / place.path


def refusing(number: int) -> Callable[..., None]:
    def refuse(*_arguments, **_options):
        raise OSError(number, os.strerror(number))

    return refuse


@dataclass
class Journal:
    """The database's half in small: a step is committed when the assignment of the state has happened."""

    volumes: Volumes
    abilities: Abilities
    linked: bool
    state: str = "planned"
    expected: Observed | None = None
    digest: bytes | None = None

    def run(self) -> None:
        source, final, temporary = self.volumes.source, self.volumes.final, self.volumes.temporary
        if self.state == "planned":
            self.expected = observe(source)
            if self.linked:
                transfer.link_to_temporary(source, temporary, self.expected)
            else:
                self.digest = transfer.copy_to_temporary(source, temporary, self.expected)
            self.state = "copied"
        assert self.expected is not None
        if self.state == "copied":
            standing = transfer.recognise(temporary, final, self.expected, self.digest)
            if standing is Standing.ABSENT:
                transfer.publish(temporary, final, self.abilities)
            else:
                assert standing is Standing.OURS
            self.state = "published"
        if self.state == "published":
            transfer.remove_source(source, self.expected, final, linked=self.linked)
            transfer.remove_temporary(temporary)
            transfer.remove_empty_folders(source.root, source.folder)
            self.state = "done"


WAYS = {
    Way.LINK: Abilities(),
    Way.RENAME: Abilities(hard_links=False),
    Way.PLACEHOLDER: Abilities(hard_links=False, rename_noreplace=False),
}


def make(kind: str, place: Path) -> None:
    """Something that is no regular file."""
    place.parent.mkdir(parents=True, exist_ok=True)
    if kind == "symlink":
        target = place.parent.parent / "target"
        target.write_bytes(CONTENT)
        place.symlink_to(target)
    elif kind == "dangling":
        place.symlink_to("nowhere")
    elif kind == "folder":
        place.mkdir()
    elif kind == "pipe":
        os.mkfifo(place)
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(os.path.relpath(place))  # A socket's path is short.


def append(place: Path) -> None:
    with place.open("ab") as file:
        file.write(b"more")


def rewrite(place: Path) -> None:
    with place.open("r+b") as file:
        file.write(b"other")


def cut(place: Path) -> None:
    os.truncate(place, 10)


def replace(place: Path) -> None:
    other = place.with_name("other")
    other.write_bytes(CONTENT)
    status = place.stat()
    os.utime(other, ns=(status.st_atime_ns, status.st_mtime_ns))
    other.replace(place)


def unlink(place: Path) -> None:
    place.unlink()


CHANGES = [append, rewrite, cut, replace]
