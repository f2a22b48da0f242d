"""Whether a volume is there, and which one has room for what comes in."""

import os
from collections.abc import Iterable

from melodee.database import Session
from melodee.file_errors import DiskFull, VolumeUnavailable
from melodee.settings import VolumeSettings
from melodee.volume_folders import same_file_system
from melodee.volume_marker import is_marked
from melodee.volumes import NoVolume, Volume


def roomiest(
    every: Iterable[Volume],
    kind: str,
    needed: int = 0,
    *,
    beside: Volume | None = None,
    source: Volume | None = None,
    settings: VolumeSettings | None = None,
) -> Volume:
    """The volume of a kind that has most room; where it came to a tie, the one that was added first.

    Those on the file system of `beside` come before others, since what is there moves without being copied. One that is
    not mounted takes nothing, nor does one where files are in place; and one where `needed` bytes more would leave less
    than the reserve is full, unless they are on its file system already, on the volume `source`. Raises `NoVolume` when
    there is none of the kind that takes files, `VolumeUnavailable` when none of them is mounted, and `DiskFull` when
    none has room: like a mount, room comes back, so it is waited for.
    """
    candidates = [volume for volume in every if volume.kind == kind and not volume.in_place]
    if not candidates:
        raise NoVolume(f"Intake needs one of kind {kind}.")
    there = [volume for volume in candidates if is_marked(volume.root, volume.marker)]
    if not there:
        require_there(candidates[0])
    near = [volume for volume in there if beside is not None and same_file_system(volume.root, beside.root)]
    best = max(near or there, key=lambda volume: volume.free_bytes() or 0)
    if near or (source is not None and same_file_system(best.root, source.root)):
        return best
    reserve = (settings or VolumeSettings.from_environment()).reserve_bytes
    if needed and (free := best.free_bytes() or 0) < needed + reserve:
        reason = (
            f"{needed} bytes are to go to a volume of the kind {kind}, with {reserve} left free; {best.name} has most "
            f"room, and that is {free}."
        )
        raise DiskFull(reason, path=best.path)
    return best


def require_root(volume: Volume) -> None:
    """Raises `VolumeUnavailable` when a storage volume's folder is not there, or is empty, or lacks its mark.

    Nothing may be written where files are in place, so there no mark tells.
    """
    if not volume.in_place:
        require_there(volume)
        return
    try:
        with os.scandir(volume.path) as entries:
            empty = next(entries, None) is None
    except OSError as error:
        raise VolumeUnavailable(f"{volume.name} is not there: {error.strerror}.", path=volume.path) from error
    if empty:
        raise VolumeUnavailable(f"The folder of {volume.name} is empty: it is not mounted.", path=volume.path)


def require_files(db: Session, volume: Volume) -> None:
    """Raises `VolumeUnavailable` when a storage volume's folder does not show the volume.

    Where files are in place, one of a sample of those that are known must be there: of twenty, none is found where half
    of the files went away once in a million times.
    """
    require_root(volume)
    if not volume.in_place:
        return
    sample = db.rows("some_files_of_volume", volume=volume.id)
    # os.path, since names may be what Path would normalise away.
    paths = [os.path.join(os.fsencode(volume.path), row.path) for row in sample]  # noqa: PTH118
    if paths and not any(map(os.path.lexists, paths)):
        reason = f"None of a sample of the files of {volume.name} is in its folder: another disk is mounted there."
        raise VolumeUnavailable(reason, path=volume.path)


def require_there(volume: Volume) -> None:
    """Raises `VolumeUnavailable` when what the volume's folder shows is not the volume: it is not mounted."""
    if not is_marked(volume.root, volume.marker):
        raise VolumeUnavailable(f"{volume.name} is not mounted at its folder.", path=volume.path)
