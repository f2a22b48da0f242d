"""Names of any bytes, links out of the volume, and whose trouble an error is."""

import errno
import os

import pytest

from melodee import transfer
from melodee.errors import DependencyError
from melodee.file_errors import (
    DiskFull,
    FileTooLarge,
    MachineShort,
    NameRefused,
    PermissionDenied,
    ReadFailed,
    ReadOnlyVolume,
    SymlinkInTheWay,
    VolumeUnavailable,
    file_error,
)
from melodee.transfer import Observed, observe, temporary_beside
from melodee.volume_path import VolumePath
from melodee.volume_probe import Abilities, probe
from tests.transfer.world import CONTENT, WAYS, Journal, Volumes, refusing

HOSTILE_NAMES = [
    b'quote\'s "and" $(touch x) `y`',
    b"new\nline\r\ttab",
    "emoji 👩‍👩‍👧 שלום \u202egpj".encode(),
    b"caf\xe9 \xff\xfe",
    b"-rf *",
    b" leading and trailing ",
    b"...",
    b"\\",
    b"n" * 255,
    "林".encode() * 85,
]


@pytest.mark.parametrize("linked", [False, True], ids=["copy", "link"])
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("raw", HOSTILE_NAMES)
def test_names_are_bytes(tmp_path, raw, way, linked):
    if not probe(tmp_path).any_bytes:
        pytest.skip("this file system takes UTF-8 names only")
    name = os.fsdecode(raw)

    class Hostile(Volumes):
        source = VolumePath(tmp_path / "inbound", f"{name}/{name}")
        final = VolumePath(tmp_path / "storage", f"{name}/{name}")

    hostile = Hostile(tmp_path / "inbound", tmp_path / "storage")
    hostile.inbound.mkdir()
    hostile.storage.mkdir()
    hostile.drop(b"music")

    Journal(hostile, WAYS[way], linked).run()

    assert os.listdir(os.fsencode(hostile.storage) + b"/" + raw) == [raw]  # noqa: PTH208 - bytes in, bytes out
    assert hostile.files() == {hostile.final.path: b"music"}


def test_nothing_is_moved_through_a_link_out_of_the_volume(volumes, tmp_path):
    outside = tmp_path / "outside"
    (outside / "album").mkdir(parents=True)
    (outside / "album/song.flac").write_bytes(CONTENT)
    (volumes.inbound / "out").symlink_to(outside)
    (volumes.storage / "out").symlink_to(outside)
    expected = volumes.drop()
    leading_out = VolumePath(volumes.inbound, "out/album/song.flac")
    to_outside = temporary_beside(VolumePath(volumes.storage, "out/new/song.flac"), 1)
    same = Observed.of((outside / "album/song.flac").stat())

    for step in (
        lambda: observe(leading_out),
        lambda: transfer.copy_to_temporary(leading_out, volumes.temporary, same),
        lambda: transfer.link_to_temporary(leading_out, volumes.temporary, same),
        lambda: transfer.copy_to_temporary(volumes.source, to_outside, expected),
        lambda: transfer.link_to_temporary(volumes.source, to_outside, expected),
        lambda: transfer.publish(to_outside, to_outside.beside("song.flac"), Abilities()),
        lambda: transfer.remove_temporary(to_outside),
        lambda: transfer.remove_source(leading_out, same, volumes.source),
    ):
        with pytest.raises(SymlinkInTheWay):
            step()
    assert [str(found.relative_to(outside)) for found in sorted(outside.rglob("*"))] == ["album", "album/song.flac"]


@pytest.mark.parametrize(
    ("call", "number", "error"),
    [
        ("write", errno.ENOSPC, DiskFull),
        ("write", errno.EDQUOT, DiskFull),
        ("write", errno.EFBIG, FileTooLarge),
        ("write", errno.EIO, VolumeUnavailable),
        ("fsync", errno.EIO, VolumeUnavailable),
        ("fsync", errno.ENOSPC, DiskFull),
        ("readv", errno.EIO, ReadFailed),
        ("readv", errno.ESTALE, VolumeUnavailable),
        ("readv", errno.ENOTCONN, VolumeUnavailable),
        ("mkdir", errno.EROFS, ReadOnlyVolume),
        ("mkdir", errno.EACCES, PermissionDenied),
        ("mkdir", errno.ENAMETOOLONG, NameRefused),
        ("open", errno.EMFILE, MachineShort),
    ],
)
def test_trouble_with_a_file_is_told_from_trouble_with_a_volume(volumes, monkeypatch, call, number, error):
    expected = volumes.drop()

    with monkeypatch.context() as patch:
        patch.setattr(os, call, refusing(number))
        with pytest.raises(error):
            transfer.copy_to_temporary(volumes.source, volumes.temporary, expected)

    assert list(volumes.files()) == [volumes.source.path]


@pytest.mark.parametrize(
    ("number", "code", "is_the_volumes"),
    [
        (errno.ENOENT, "vanished", False),
        (errno.EACCES, "permission_denied", False),
        (errno.ELOOP, "symlink", False),
        (errno.EEXIST, "name_taken", False),
        (errno.EILSEQ, "name_refused", False),
        (errno.EBUSY, "file_system", False),
        (errno.ENOSPC, "disk_full", True),
        (errno.EROFS, "read_only", True),
        (errno.EIO, "volume_unavailable", True),
        (errno.ESTALE, "volume_unavailable", True),
        (errno.EMFILE, "machine_short", True),
    ],
)
def test_the_codes_that_the_database_keeps(number, code, is_the_volumes):
    error = file_error(OSError(number, os.strerror(number)), "Album/caf\udce9\n.flac")

    assert error.code == code
    assert isinstance(error, DependencyError) is is_the_volumes
    assert str(error).endswith("(Album/caf\\xe9\\n.flac)")
    str(error).encode()
