"""Reading a sidecar from a volume: as much as any sidecar has, and never through a link."""

import os

from melodee.file_errors import file_errors
from melodee.sidecars.decoding import LARGEST
from melodee.volume_path import VolumePath, opened_folder, regular


def sidecar_bytes(place: VolumePath) -> bytes:
    """The file's bytes, one more than `LARGEST` at most. Raises `FileTrouble`, or a `DependencyError`."""
    with opened_folder(place) as folder, file_errors(place.full):
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        descriptor = os.open(place.name, flags, dir_fd=folder)
        with os.fdopen(descriptor, "rb") as file:
            regular(os.fstat(descriptor), place.full)
            return file.read(LARGEST + 1)
