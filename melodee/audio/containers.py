"""What a file is by its first bytes, whatever its name says."""

from typing import BinaryIO

from melodee.audio import adts, edges, mpeg
from melodee.audio.stream import read_at

NAMES = {
    "mpeg": "MPEG audio (mp3)",
    "flac": "FLAC",
    "mp4": "MP4",
    "ogg": "Ogg",
    "wav": "WAV",
    "aiff": "AIFF",
    "asf": "Windows Media (ASF)",
    "ape": "Monkey's Audio",
    "wavpack": "WavPack",
    "musepack": "Musepack",
    "tta": "True Audio",
    "dsf": "DSF",
    "adts": "AAC (ADTS)",
}
"""The containers that Melodee reads, as people know them."""

OTHER_AUDIO = {
    "dsdiff": "DSDIFF",
    "matroska": "Matroska",
    "avi": "AVI",
    "midi": "MIDI",
    "au": "Sun audio",
    "caf": "Core Audio",
    "ac3": "AC-3",
}

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"fLaC", "flac"),
    (b"OggS", "ogg"),
    (b"RF64", "wav"),
    (b"BW64", "wav"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "asf"),
    (b"MAC ", "ape"),
    (b"MACF", "ape"),
    (b"wvpk", "wavpack"),
    (b"MPCK", "musepack"),
    (b"MP+", "musepack"),
    (b"TTA1", "tta"),
    (b"TTA2", "tta"),
    (b"DSD ", "dsf"),
    (b"FRM8", "dsdiff"),
    (b"\x1a\x45\xdf\xa3", "matroska"),
    (b"MThd", "midi"),
    (b".snd", "au"),
    (b"caff", "caf"),
    (b"\x0b\x77", "ac3"),
)

_NOT_AUDIO: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"\x89PNG", "a PNG image"),
    (b"GIF8", "a GIF image"),
    (b"BM", "a BMP image"),
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"\x1f\x8b", "a gzip file"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"<!DOCTYPE", "a web page"),
    (b"<html", "a web page"),
    (b"<?xml", "an XML document"),
)


def sniff(file: BinaryIO) -> str | None:
    """A key of `NAMES` or `OTHER_AUDIO`; None when the first bytes belong to no audio that is known."""
    offset = edges.after_id3(file)
    head = read_at(file, offset, 64)
    found = _by_magic(head)
    if found is not None or head[:1] != b"\xff":
        return found
    if mpeg.begins_with_frames(file, offset):
        return "mpeg"
    return "adts" if adts.begins_with_frames(file, offset) else None


def describe_other(file: BinaryIO) -> str | None:
    """What a file that is no audio is instead, with its article, when its first bytes tell."""
    head = read_at(file, 0, 64)
    if not head.strip(b"\0"):
        return "filled with zero bytes"
    return next((name for magic, name in _NOT_AUDIO if head.lstrip().lower().startswith(magic.lower())), None)


def _by_magic(head: bytes) -> str | None:
    if head[:4] == b"RIFF":
        return {b"WAVE": "wav", b"AVI ": "avi"}.get(head[8:12])
    if head[:4] == b"FORM":
        return "aiff" if head[8:12] in (b"AIFF", b"AIFC") else None
    if head[4:8] in (b"ftyp", b"moov", b"mdat", b"wide") and len(head) >= 16:
        return "mp4"
    return next((name for magic, name in _MAGIC if head.startswith(magic)), None)
