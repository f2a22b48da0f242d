"""The folders of an instance: there, and writable."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from melodee.errors import FatalError
from melodee.settings import DataDirectory


class FolderUnusable(FatalError):
    """Melodee cannot write there."""

    code = "folder_unusable"


@dataclass(frozen=True)
class Folders:
    """Where the volumes of a new instance lie."""

    inbound: Path
    staging: Path
    storage: Path


def make_data_folder(data: DataDirectory) -> None:
    """Makes the data directory. Raises `FolderUnusable`."""
    _make(data.path, "--data")
    for folder in (data.logs, data.cache, data.dagster_home / "storage"):
        _make(folder, "--data")


def make_volume_folders(data: DataDirectory, inbound: Path | None, storage: Path | None) -> Folders:
    """Makes the folders of the default volumes. Raises `FolderUnusable`.

    Staging is on storage's file system, so that publishing a release moves it without copying: in the data directory
    when that is on the same one, else hidden inside storage.
    """
    inbound = inbound or data.inbound
    storage = storage or data.storage
    _make(inbound, "--inbound")
    _make(storage, "--storage")
    staging = data.path / "staging"
    if data.path.stat().st_dev != storage.stat().st_dev:
        staging = storage / ".melodee-staging"
    _make(staging, "--storage")
    return Folders(inbound, staging, storage)


def _make(folder: Path, flag: str) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # Permissions do not tell of read-only file systems, quotas and full disks; a file does.
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"melodee")
            file.flush()
    except OSError as error:
        raise FolderUnusable(
            f"{folder}: {error.strerror}; choose another with {flag}, or change its permissions"
        ) from error
