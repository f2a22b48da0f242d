"""Files as people really have them: empty, cut, misnamed, full of rubbish, with tags that no one should write."""

import random
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mutagen.id3 import ID3, TALB, TIT2, TPE1, TRCK

from tests.audio import make_song, sound

LONG_TITLE = "All Work And No Play " * 3121
"""65,541 characters."""

_NUL_SEPARATES = (".mp3", ".wav", ".aiff", ".tta", ".aac", ".dsf", ".wma", ".ape", ".wv", ".mpc")

HOSTILE_NAMES = (
    "quote ' and \" double",
    "line\nbreak",
    "tab\there",
    "emoji 🎵🦑",
    "עברית שמאלה",
    "\u202eright to left\u202c",
    "a" * 240,
    "ü" * 120,
    "-rf",
    "$(touch pwned)",
    "back\\slash",
    "per%cent {brace}",
    "e\u0301 decomposed",
    "trailing dot.",
    " leading and trailing ",
    "bytes \udcff\udcfe not UTF-8",
)
"""Stems of file names; the last one is not UTF-8 (`os.fsencode` gives its bytes)."""


def empty(path: Path) -> Path:
    """No bytes at all."""
    return _write(path, b"")


def noise(path: Path, size: int = 50_000, seed: int = 0) -> Path:
    """Random bytes under any name."""
    return _write(path, random.Random(seed).randbytes(size))


def zeros(path: Path, size: int = 50_000) -> Path:
    """A download that was given its size and never its bytes."""
    return _write(path, b"\0" * size)


def truncated(path: Path, keep: float = 0.6, **song: Any) -> Path:
    """A real song of which only the first part is there."""
    make_song(path, **song)
    return cut(path, keep)


def cut(path: Path, keep: float) -> Path:
    """Leaves the first part of the file; below 0, takes that many bytes off its end."""
    data = path.read_bytes()
    path.write_bytes(data[: int(keep) if keep < 0 else int(len(data) * keep)])
    return path


def blank_end(path: Path, keep: float = 0.6, **song: Any) -> Path:
    """A real song of full size whose last part is zero bytes."""
    make_song(path, **song)
    data = path.read_bytes()
    kept = int(len(data) * keep)
    path.write_bytes(data[:kept] + b"\0" * (len(data) - kept))
    return path


def mislabelled(path: Path, holds: str, **song: Any) -> Path:
    """A real song in the format `holds` under the name `path`."""
    return make_song(path, format=holds, **song)


def with_control_characters(path: Path, **song: Any) -> Path:
    """Title and album have bells and escapes in them; in formats that keep it, NUL too."""
    # There a NUL begins the next value.
    nul = "" if path.suffix in _NUL_SEPARATES else "\0"
    return make_song(
        path, **{"title": f"Ring{nul}ing\x07 Bell\x1b", "album": "Be\x0bll\x7fs", "artist": "B\x01B", **song}
    )


def with_long_title(path: Path, **song: Any) -> Path:
    """A title of 64 kB."""
    return make_song(path, **{"artist": "A", "album": "B", **song}, title=LONG_TITLE)


def id3v1_only(
    path: Path, *, title: bytes = b"Old Song", artist: bytes = b"Old Band", album: bytes = b"Old Album"
) -> Path:
    """An mp3 with nothing but an ID3v1.1 tag: track 7, year 1999, genre 17 (Rock)."""
    tag = struct.pack("3s30s30s30s4s28sBBB", b"TAG", title, artist, album, b"1999", b"A comment", 0, 7, 17)
    return _write(path, sound("mp3") + tag)


def id3v22(path: Path, **frames: str) -> Path:
    """An mp3 with an ID3v2.2 tag of the given three-letter frames, in UTF-16."""
    body = b""
    for name, text in frames.items():
        data = b"\x01" + text.encode("utf-16")
        body += name.encode() + len(data).to_bytes(3) + data
    size = len(body)
    syncsafe = bytes((size >> shift) & 0x7F for shift in (21, 14, 7, 0))
    return _write(path, b"ID3\x02\x00\x00" + syncsafe + body + sound("mp3"))


def id3_in_wrong_encoding(path: Path) -> Path:
    """An mp3 whose frames say UTF-8 and hold Latin-1, and say Latin-1 and hold UTF-8 or Windows' quotes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(sound("mp3"))
    tags = ID3()
    for frame, text in ((TIT2, "MARK1"), (TPE1, "MARK2"), (TALB, "MARK3"), (TRCK, "1")):
        tags.add(frame(encoding=0, text=text))
    tags.save(path)
    data = bytearray(path.read_bytes())
    at = data.index(b"\0MARK1")
    data[at : at + 6] = b"\x03Caf\xe9s"
    at = data.index(b"MARK2")
    data[at : at + 5] = "Zoé ".encode()
    at = data.index(b"MARK3")
    data[at : at + 5] = b"Don\x92t"
    path.write_bytes(data)
    return path


def huge_png(width: int = 10_000, height: int = 10_000) -> bytes:
    """A real PNG of 100 megapixels in some 12 KB: one bit a pixel, all white."""
    row = b"\0" + b"\xff" * ((width + 7) // 8)
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    packed = zlib.compress(row * height, 9)
    return b"\x89PNG\r\n\x1a\n" + _png(b"IHDR", header) + _png(b"IDAT", packed) + _png(b"IEND", b"")


def _png(name: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4) + name + data + zlib.crc32(name + data).to_bytes(4)


def _write(path: Path, data: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


GIANT = (b"\xff" * 4, b"\xff" * 8, b"\x7f" + b"\xff" * 7, b"\xff" * 7 + b"\x7f", b"\0" * 8)
"""Counts and lengths that no file has."""


def with_giant_counts(whole: bytes, *, first: int = 160, last: int = 96) -> Iterator[bytes]:
    """The file with one number after the other, in its head and its end, made giant, negative or nothing."""
    for at in (*range(4, min(first, len(whole)), 2), *range(max(len(whole) - last, 0), len(whole), 2)):
        for number in GIANT:
            yield whole[:at] + number + whole[at + len(number) :]


def asf_of_extensions(depth: int) -> bytes:
    """A Windows Media file whose header extensions lie in each other, `depth` of them."""
    inside = b""
    for _ in range(depth):
        body = bytes(16) + b"\x06\0" + len(inside).to_bytes(4, "little") + inside
        inside = _ASF_EXTENSION + (24 + len(body)).to_bytes(8, "little") + body
    return _asf_with(inside)


def asf_of_tiny_objects(number: int) -> bytes:
    """A Windows Media file with so many empty objects in its header extension."""
    objects = (b"x" * 16 + (24).to_bytes(8, "little")) * number
    body = bytes(16) + b"\x06\0" + len(objects).to_bytes(4, "little") + objects
    return _asf_with(_ASF_EXTENSION + (24 + len(body)).to_bytes(8, "little") + body)


def encrypted_asf() -> bytes:
    """A Windows Media file that says that its sound is encrypted."""
    return _asf_with(bytes.fromhex("fbb3112223bdd211b4b700a0c955fc6e") + (24).to_bytes(8, "little"))


_ASF_EXTENSION = bytes.fromhex("b503bf5f2ea9cf118ee300c00c205365")


def _asf_with(further: bytes) -> bytes:
    whole = sound("wma")
    length, count = int.from_bytes(whole[16:24], "little"), int.from_bytes(whole[24:28], "little")
    sizes = (length + len(further)).to_bytes(8, "little") + (count + 1).to_bytes(4, "little")
    return whole[:16] + sizes + whole[28:30] + further + whole[30:]


def with_ape_tag(path: Path, items: bytes, *, count: int = 1, size: int | None = None, format: str = "mp3") -> Path:  # noqa: A002
    """A real song with an APEv2 tag of these bytes that claims to be `size` bytes long."""
    claimed = len(items) + 32 if size is None else size
    footer = struct.pack("<8sIIII8x", b"APETAGEX", 2000, claimed, count, 0)
    return _write(path, sound(format) + items + footer)


def ape_item(key: str, value: bytes, *, size: int | None = None, flags: int = 0) -> bytes:
    """One item of an APEv2 tag."""
    return struct.pack("<II", len(value) if size is None else size, flags) + key.encode() + b"\0" + value
