"""Writing a song's tags as taggers do, by format: ID3, MP4 atoms, ASF attributes, APEv2 items, Vorbis comments."""

import base64
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import mutagen.id3
from mutagen.apev2 import BINARY, APEv2, APEValue
from mutagen.asf import ASF, ASFByteArrayAttribute
from mutagen.flac import FLAC, Picture
from mutagen.id3 import ID3
from mutagen.mp4 import MP4, MP4Cover, MP4FreeForm
from mutagen.oggopus import OggOpus
from mutagen.oggvorbis import OggVorbis

Tags = Mapping[str, list[str]]


_FRAMES = {
    "title": "TIT2",
    "artist": "TPE1",
    "album": "TALB",
    "album_artist": "TPE2",
    "track": "TRCK",
    "disc": "TPOS",
    "date": "TDRC",
    "genre": "TCON",
    "composer": "TCOM",
    "compilation": "TCMP",
}


def id3(words: Tags, extra: Tags, picture: bytes | None) -> ID3:
    """An ID3 tag of version 2.4."""
    frames: Any = mutagen.id3
    tags = ID3()
    for name, values in words.items():
        if name == "comment":
            tags.add(frames.COMM(encoding=3, lang="eng", desc="", text=values))
        elif name == "lyrics":
            tags.add(frames.USLT(encoding=3, lang="eng", desc="", text=values[0]))
        else:
            tags.add(getattr(frames, _FRAMES[name])(encoding=3, text=values))
    for key, values in extra.items():
        frame, _, description = key.partition(":")
        if frame == "UFID":
            tags.add(frames.UFID(owner=description, data=values[0].encode()))
        elif frame in ("TIPL", "TMCL"):
            tags.add(getattr(frames, frame)(encoding=3, people=[value.split("=", 1) for value in values]))
        elif frame in ("TXXX", "COMM"):
            tags.add(getattr(frames, frame)(encoding=3, desc=description, text=values))
        else:
            tags.add(getattr(frames, frame)(encoding=3, text=values))
    if picture is not None:
        tags.add(frames.APIC(encoding=3, mime=_mime(picture), type=3, desc="", data=picture))
    return tags


_ATOMS = {
    "title": "\xa9nam",
    "artist": "\xa9ART",
    "album": "\xa9alb",
    "album_artist": "aART",
    "date": "\xa9day",
    "genre": "\xa9gen",
    "composer": "\xa9wrt",
    "comment": "\xa9cmt",
    "lyrics": "\xa9lyr",
}


def tag_mp4(path: Path, words: Tags, extra: Tags, picture: bytes | None) -> None:
    file: Any = MP4(path)
    for name, values in words.items():
        if name in ("track", "disc"):
            number, _, total = values[0].partition("/")
            file["trkn" if name == "track" else "disk"] = [(int(number), int(total or 0))]
        elif name == "compilation":
            file["cpil"] = True
        else:
            file[_ATOMS[name]] = values
    for key, values in extra.items():
        if key.startswith("----:"):
            file[key] = [MP4FreeForm(value.encode()) for value in values]
        elif key in ("tmpo", "rtng", "\xa9mvi", "\xa9mvc"):
            file[key] = [int(value) for value in values]
        else:
            file[key] = values
    if picture is not None:
        kind = MP4Cover.FORMAT_PNG if _mime(picture) == "image/png" else MP4Cover.FORMAT_JPEG
        file["covr"] = [MP4Cover(picture, kind)]
    file.save()


_ATTRIBUTES = {
    "title": "Title",
    "artist": "Author",
    "album": "WM/AlbumTitle",
    "album_artist": "WM/AlbumArtist",
    "track": "WM/TrackNumber",
    "disc": "WM/PartOfSet",
    "date": "WM/Year",
    "genre": "WM/Genre",
    "composer": "WM/Composer",
    "comment": "Description",
    "lyrics": "WM/Lyrics",
}


def tag_asf(path: Path, words: Tags, extra: Tags, picture: bytes | None) -> None:
    file: Any = ASF(path)
    for name, values in words.items():
        if name == "compilation":
            file["WM/IsCompilation"] = True
        else:
            file[_ATTRIBUTES[name]] = values
    for key, values in extra.items():
        file[key] = values
    if picture is not None:
        head = struct.pack("<BI", 3, len(picture)) + _mime(picture).encode("utf-16-le") + b"\0\0\0\0"
        file["WM/Picture"] = [ASFByteArrayAttribute(head + picture)]
    file.save()


def tag_ape(path: Path, words: Tags, extra: Tags, picture: bytes | None) -> None:
    names = {"album_artist": "Album Artist", "date": "Year"}
    tags: Any = APEv2()
    for name, values in (*words.items(), *extra.items()):
        tags[names.get(name, name)] = values
    if picture is not None:
        tags["Cover Art (Front)"] = APEValue(b"cover.jpg\0" + picture, BINARY)
    tags.save(path)


def tag_vorbis(path: Path, kind: str, words: Tags, extra: Tags, picture: bytes | None) -> None:
    names = {"album_artist": "albumartist", "track": "tracknumber", "disc": "discnumber"}
    file: Any = {"flac": FLAC, "ogg": OggVorbis, "opus": OggOpus}[kind](path)
    if file.tags is None:
        file.add_tags()
    for name, values in (*words.items(), *extra.items()):
        file[names.get(name, name)] = values
    if picture is not None:
        block = Picture()
        block.type, block.mime, block.data = 3, _mime(picture), picture
        if kind == "flac":
            file.add_picture(block)
        else:
            file["metadata_block_picture"] = [base64.b64encode(block.write()).decode()]
    file.save()


def _mime(picture: bytes) -> str:
    return "image/png" if picture.startswith(b"\x89PNG") else "image/jpeg"
