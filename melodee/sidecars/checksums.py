"""Lists of checksums: `.sfv` (CRC-32), `.md5`, and `.ffp` (the MD5 of a FLAC's samples, as its header has it)."""

import hashlib
import os
import re
import zlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import BinaryIO, NamedTuple

from melodee.audio.formats import suffix_of
from melodee.file_errors import file_errors
from melodee.sidecars.decoding import decoded, lines_of
from melodee.sidecars.errors import UnreadableSidecar
from melodee.volume_path import VolumePath, opened_folder, regular

KINDS = ("sfv", "md5", "ffp")
MOST_LINES = 20_000

_BLOCK = 1 << 20
_SFV = re.compile(r"(\S.*?)[ \t]+(?:0x)?([0-9A-Fa-f]{8})")
_MD5 = re.compile(r"\\?([0-9A-Fa-f]{32})[ \t]+\*?(\S.*)")
_MD5_TAGGED = re.compile(r"MD5 \((.+)\) = ([0-9A-Fa-f]{32})")
_FFP = re.compile(r"(\S.*):([0-9A-Fa-f]{32})")


class Listed(NamedTuple):
    """A file as the list has it."""

    reference: str
    expected: str
    """Hexadecimal digits, lower case."""


def parse_checksums(data: bytes, kind: str) -> list[Listed]:
    """The list's lines, comments left out. Raises `UnreadableSidecar` when there is none."""
    found: list[Listed] = []
    for text in lines_of(decoded(data))[:MOST_LINES]:
        if not text or text.startswith((";", "#")):
            continue
        if (listed := _PARSERS[kind](text)) is not None:
            found.append(listed)
    if not found:
        raise UnreadableSidecar("No line in it holds a checksum.")
    return found


def _sfv(text: str) -> Listed | None:
    match = _SFV.fullmatch(text)
    return Listed(match[1], match[2].lower()) if match else None


def _md5(text: str) -> Listed | None:
    if tagged := _MD5_TAGGED.fullmatch(text):
        return Listed(tagged[1], tagged[2].lower())
    match = _MD5.fullmatch(text)
    return Listed(match[2], match[1].lower()) if match else None


def _ffp(text: str) -> Listed | None:
    match = _FFP.fullmatch(text)
    return Listed(match[1], match[2].lower()) if match else None


_PARSERS: dict[str, Callable[[str], Listed | None]] = {"sfv": _sfv, "md5": _md5, "ffp": _ffp}


def sum_of(place: VolumePath, kind: str) -> str:
    """The file's checksum of that kind, in lower case; empty when it has none, as a FLAC may.

    Raises `FileTrouble`, or a `DependencyError`.
    """
    with opened_folder(place) as folder, file_errors(place.full):
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        descriptor = os.open(place.name, flags, dir_fd=folder)
        with os.fdopen(descriptor, "rb", buffering=0) as file:
            regular(os.fstat(descriptor), place.full)
            return {"sfv": _crc_32, "md5": _md5_of_file, "ffp": _fingerprint}[kind](file)


def sums_of(places: Sequence[VolumePath], kinds: Sequence[str], threads: int) -> list[str | BaseException]:
    """The checksums of many files, or what kept them from being read, in order.

    In threads: both sums are computed without Python's lock, so as many processors work as there are threads.
    """

    def one(place: VolumePath, kind: str) -> str | BaseException:
        try:
            return sum_of(place, kind)
        except Exception as error:  # noqa: BLE001 - told to the caller, who knows what it means
            return error

    if not places:
        return []
    with ThreadPoolExecutor(max(threads, 1), thread_name_prefix="checksums") as pool:
        return list(pool.map(one, places, kinds))


def _crc_32(file: BinaryIO) -> str:
    value = 0
    while block := file.read(_BLOCK):
        value = zlib.crc32(block, value)
    return f"{value:08x}"


def _md5_of_file(file: BinaryIO) -> str:
    digest = hashlib.md5(usedforsecurity=False)
    while block := file.read(_BLOCK):
        digest.update(block)
    return digest.hexdigest()


def _fingerprint(file: BinaryIO) -> str:
    """Of STREAMINFO, the first block of every FLAC (RFC 9639, section 8.2); an ID3 tag may stand before it."""
    head = file.read(10)
    if head[:3] == b"ID3" and len(head) == 10:
        size = sum((byte & 0x7F) << shift for byte, shift in zip(head[6:], (21, 14, 7, 0), strict=True))
        file.seek(10 + size)
        head = file.read(10)
    rest = file.read(32)
    if head[:4] != b"fLaC" or head[4] & 0x7F or len(rest) < 32:
        return ""
    value = rest[16:32].hex()
    return value if value.strip("0") else ""


def is_checksums(name: str) -> bool:
    """Whether the name's suffix is one of a list of checksums."""
    return suffix_of(name) in KINDS
