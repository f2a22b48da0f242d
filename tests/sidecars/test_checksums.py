"""Lists of checksums, and the sums themselves."""

import hashlib
import zlib
from pathlib import Path

import pytest
from mutagen.flac import FLAC

from melodee.file_errors import FileTrouble
from melodee.sidecars.checksums import parse_checksums, sum_of, sums_of
from melodee.sidecars.errors import UnreadableSidecar
from melodee.volume_path import VolumePath
from tests.audio import make_song

DIGEST = "0123456789abcdef" * 2


@pytest.mark.parametrize(
    ("kind", "data", "listed"),
    [
        ("sfv", b"; by hand\r\n01 one.mp3 89ABCDEF\r\n02.mp3\t0x01234567\r\n",
         [("01 one.mp3", "89abcdef"), ("02.mp3", "01234567")]),
        ("md5", f"{DIGEST} *01 one.mp3\n{DIGEST.upper()}  CD1\\02.mp3\nMD5 (03.mp3) = {DIGEST}\n".encode(),
         [("01 one.mp3", DIGEST), ("CD1\\02.mp3", DIGEST), ("03.mp3", DIGEST)]),
        ("ffp", f"# fingerprints\n01 a:b.flac:{DIGEST}\n".encode(), [("01 a:b.flac", DIGEST)]),
    ],
)  # fmt: skip
def test_a_list_names_files_and_their_sums(kind: str, data: bytes, listed: list[tuple[str, str]]):
    assert parse_checksums(data, kind) == listed


@pytest.mark.parametrize(
    ("kind", "data"), [("sfv", b""), ("md5", b"\0" * 99), ("ffp", b"nothing"), ("sfv", b" " * 500_000)]
)
def test_what_holds_no_sums_is_refused(kind: str, data: bytes):
    with pytest.raises(UnreadableSidecar):
        parse_checksums(data, kind)


def test_sums_are_those_that_other_programs_compute(tmp_path: Path):
    song = make_song(tmp_path / "a.flac", title="A")
    data = song.read_bytes()
    place = VolumePath(tmp_path, "a.flac")
    assert sum_of(place, "sfv") == f"{zlib.crc32(data):08x}"
    assert sum_of(place, "md5") == hashlib.md5(data).hexdigest()
    assert sum_of(place, "ffp") == f"{FLAC(song).info.md5_signature:032x}"
    (tmp_path / "b.flac").write_bytes(b"ID3\4\0\0\0\0\0\x05?????" + data)
    assert sum_of(VolumePath(tmp_path, "b.flac"), "ffp") == sum_of(place, "ffp")
    (tmp_path / "c.flac").write_bytes(b"no flac")
    assert sum_of(VolumePath(tmp_path, "c.flac"), "ffp") == ""


def test_a_file_that_cannot_be_read_does_not_keep_the_others_from_it(tmp_path: Path):
    (tmp_path / "a").write_bytes(b"a")
    (tmp_path / "link").symlink_to("/etc/passwd")
    places = [VolumePath(tmp_path, name) for name in ("a", "link", "gone")]
    found = sums_of(places, ["sfv"] * 3, threads=2)
    assert found[0] == "e8b7be43"
    assert all(isinstance(each, FileTrouble) for each in found[1:])
