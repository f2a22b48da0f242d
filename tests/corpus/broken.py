"""Songs that are broken in one way each, and files that only call themselves songs."""

import gzip
import os
import random
import struct
from collections.abc import Callable

from tests import damage
from tests.audio import make_picture, make_wave, sound
from tests.corpus.expected import Corpus, Expected

Broken = Callable[[bytes], bytes]


def add(corpus: Corpus) -> None:
    """A folder for each kind."""
    for number, (kind, suffix, broken, state, code) in enumerate(_BROKEN, 1):
        album = f"Broken {number:02}"
        # Of a stream that never ended, nobody can tell where the tag behind the sound begins: the path says it then.
        title = {"title": f"song {number}"} if suffix == "wav" else {}
        corpus.song(
            f"{album}/song {number}.{suffix}", {"album": album} | title, state=state, code=code, album=album,
            damage=kind, broken=broken, seconds=2,
        )  # fmt: skip
    for number, (kind, suffix, data, code) in enumerate(_DISGUISED, 1):
        corpus.file(f"Disguised/{number:02}.{suffix}", data(), "failed", code, damage=kind)
    _odd_sound(corpus)
    _no_files(corpus)


def _zero_end(data: bytes) -> bytes:
    kept = len(data) * 6 // 10
    return data[:kept] + bytes(len(data) - kept)


def _rubbish_inside(data: bytes) -> bytes:
    middle = len(data) // 2
    return data[:middle] + random.Random(1).randbytes(200) + data[middle + 200 :]


def _tag_that_claims(size: int) -> Broken:
    """The ID3 tag says that it is so long."""
    syncsafe = bytes((size >> shift) & 0x7F for shift in (21, 14, 7, 0))
    return lambda data: data[:6] + syncsafe + data[10:]


def _frame_beyond_the_tag(data: bytes) -> bytes:
    return data[:14] + b"\x7f\x7f\x7f\x7f" + data[18:]


def _sizes_of_a_stream(data: bytes) -> bytes:
    """As a program writes them that does not know yet how much will come."""
    at = data.index(b"data") + 4
    return data[:4] + b"\xff" * 4 + data[8:at] + b"\xff" * 4 + data[at + 4 :]


def _without_length(data: bytes) -> bytes:
    """STREAMINFO's number of samples is 0, which means unknown (RFC 9639, 8.2)."""
    return data[:21] + bytes([data[21] & 0xF0]) + bytes(4) + data[26:]


def _wrong_md5(data: bytes) -> bytes:
    return data[:26] + b"\x01" * 16 + data[42:]


def _with_id3(data: bytes) -> bytes:
    body = b"TIT2" + (9).to_bytes(4) + b"\0\0" + b"\x03Not this"
    return b"ID3\x04\x00\x00" + len(body).to_bytes(4) + body + data


def _ape_of_giant_size(data: bytes) -> bytes:
    return data + struct.pack("<8sIIII8x", b"APETAGEX", 2000, 0xFFFFFFFF, 1, 0)


_BROKEN: tuple[tuple[str, str, Broken, str, str], ...] = (
    ("the end is zero bytes", "flac", _zero_end, "failed", "truncated"),
    ("the last bytes are missing", "flac", lambda data: data[:-1000], "failed", "truncated"),
    ("sent as text", "flac", lambda data: data.replace(b"\n", b"\r\n"), "failed", "truncated"),
    ("sent as seven bits", "mp3", lambda data: bytes(byte & 0x7F for byte in data), "failed", "unreadable"),
    ("rubbish in the middle", "mp3", _rubbish_inside, "published", ""),
    ("rubbish behind the end", "mp3", lambda data: data + random.Random(2).randbytes(20_000), "published", ""),
    ("a web page in front", "mp3", lambda data: b"<html>Loading</html>\n" * 99 + data, "failed", "unreadable"),
    ("a byte order mark in front", "flac", lambda data: b"\xef\xbb\xbf" + data, "failed", "unreadable"),
    ("the first bytes are missing", "flac", lambda data: data[3:], "failed", "unreadable"),
    ("two files in one", "ogg", lambda data: data + sound("ogg", 2), "published", ""),
    ("the first page is missing", "opus", lambda data: data[data.index(b"OggS", 4) :], "failed", "unreadable"),
    ("an ID3 tag in front of another format", "flac", _with_id3, "published", ""),
    ("a tag that claims more than the file", "mp3", _tag_that_claims(200_000_000), "failed", "truncated"),
    ("a frame of a tag that claims more than the tag", "mp3", _frame_beyond_the_tag, "published", ""),
    ("an APEv2 tag of giant size", "mp3", _ape_of_giant_size, "published", ""),
    ("lengths as of a stream that never ended", "wav", _sizes_of_a_stream, "published", ""),
    ("a length that is not told", "flac", _without_length, "published", ""),
    ("a checksum inside that is wrong", "flac", _wrong_md5, "published", ""),
)  # fmt: skip
"""What is wrong, the format, how it comes about, and what becomes of the file."""

_DISGUISED: tuple[tuple[str, str, Callable[[], bytes], str], ...] = (
    ("a compressed file under a song's name", "mp3", lambda: gzip.compress(sound("mp3"), mtime=0), "unreadable"),
    ("an archive under a song's name", "flac", lambda: b"PK\x03\x04\x14\0\0\0\x08\0" + bytes(5000), "unreadable"),
    ("a picture under a song's name", "mp3", lambda: make_picture(300, 299), "unreadable"),
    ("a playlist under a song's name", "mp3", lambda: b"#EXTM3U\nhttp://radio.example/stream\n", "unreadable"),
    ("a song that is encrypted", "wma", damage.encrypted_asf, "unreadable"),
    ("a header that is a maze", "wma", lambda: damage.asf_of_extensions(500), "unreadable"),
    ("a header of countless parts", "wma", lambda: damage.asf_of_tiny_objects(50_000), "unreadable"),
    ("sound of no length", "wav", lambda: make_wave(0), "unreadable"),
)
"""What it is, the suffix, its bytes, and the code."""


def _odd_sound(corpus: Corpus) -> None:
    """What can be played, and is not what one expects of music."""
    for name, data, finding, kind in (
        ("telephone", make_wave(4, rate=8000, width=1), "low_sampling_rate", "sound of a telephone"),
        ("surround", make_wave(4, rate=44100, channels=6), "many_channels", "six channels"),
        ("blink", make_wave(1, rate=44100), "too_short", "a song of a second"),
    ):
        path = f"Odd sound/{name}.wav"
        corpus.file(path, data)
        corpus.expected[path] = Expected("published", songs=({"title": name},), findings=frozenset({finding}))
        corpus.damages.add(kind)
    corpus.song("Odd sound/4.mp3", damage="hardly any bits", findings=["low_bit_rate"], seconds=4,
                options=("-b:a", "32k"), album="Few Bits")  # fmt: skip


def _no_files(corpus: Corpus) -> None:
    """What is no file, or none that is whole yet."""
    folder = corpus.root / "No files"
    corpus.song("No files/song.mp3", {"album": "No Files"}, album="No Files")
    for name, target, kind in (
        ("outside.mp3", "/etc/hostname", "a link that leads out"),
        ("nowhere.mp3", "nowhere at all", "a link that leads nowhere"),
        ("itself.mp3", "itself.mp3", "a link to itself"),
        ("around", "..", "a link to the folder around it"),
    ):
        (folder / name).symlink_to(target)
        corpus.expect(f"No files/{name}", Expected("odd", "symlink"), kind)
    os.mkfifo(folder / "pipe.mp3")
    corpus.expect("No files/pipe.mp3", Expected("odd", "special_file"), "a pipe under a song's name")
    for name, kind in (
        ("song.mp3.part", "a download that goes on"),
        ("._song.mp3", "what a Mac leaves beside a file"),
        ("~$notes.txt", "the lock file of an office"),
    ):
        corpus.file(f"No files/{name}", sound("mp3"), "unseen", damage=kind)
