"""Sound and pictures."""

import logging
import os
import re
from pathlib import Path

from melodee.async_database import AsyncSession
from melodee.cover_art import Placeholder
from melodee.cuts import CutFile
from melodee.database import Row
from melodee.errors import MelodeeError
from melodee.file_errors import UnsafePath
from melodee.ids import Kind, kind_of
from melodee.subsonic.children import seconds
from melodee.volume_path import VolumePath
from melodee_api.accounts import Role
from melodee_api.covers import WEBP, Cover
from melodee_api.endpoint import BINARY, Call, endpoint
from melodee_api.errors import MissingPicture, NotFound
from melodee_api.params import INT32, parse_identifier
from melodee_api.ranges import ContentResponse, FileResponse, content_disposition
from melodee_api.view import View, successors, view_of

logger = logging.getLogger(__name__)


@endpoint("stream", BINARY, role=Role.STREAM, urgent=True)
async def stream(call: Call) -> FileResponse:
    """The song's file as it is, whatever `format` or `maxBitRate` ask for. It does not count as a play.

    Of an album in one file it is the track alone, cut out of it.
    """
    song = await _song(call)
    headers = {"x-content-duration": str(seconds(song.duration_ms))}
    if song.span_start_ms is None:
        return FileResponse(_place(song), song.content_type, headers)
    cut = await _cut(call, song)
    return FileResponse(cut.path, cut.content_type, headers)


@endpoint("download", BINARY, role=Role.DOWNLOAD)
async def download(call: Call) -> FileResponse:
    """The song's file as it is, to be saved under its name; of an album in one file the track alone."""
    song = await _song(call)
    if song.span_start_ms is None:
        name = bytes(song.path).rpartition(b"/")[2].decode("utf-8", "replace")
        return FileResponse(_place(song), song.content_type, {"content-disposition": content_disposition(name)})
    cut = await _cut(call, song)
    name = f"{song.track_number or 0:02} {song.title}.{cut.suffix}"
    return FileResponse(cut.path, cut.content_type, {"content-disposition": content_disposition(name)})


async def _cut(call: Call, song: Row) -> CutFile:
    """Cutting takes seconds at times: nobody else waits for it."""
    async with call.place.elsewhere(call.services.cutting):
        return await call.services.cuts.cut(song, _place(song))


async def _song(call: Call) -> Row:
    number = call.params.identifier("id", Kind.SONG)
    async with call.database.read() as db:
        view = await view_of(call, db)
        song = await db.one("song_file", song=number, folders=view.folders)
        if song is None and (successor := (await successors(db, [number])).get(number)):
            song = await db.one("song_file", song=successor, folders=view.folders)
    if song is None:
        raise NotFound
    return song


def _place(song: Row) -> VolumePath:
    try:
        return VolumePath(Path(song.root), os.fsdecode(song.path))
    except UnsafePath:
        raise NotFound from None


_COVER_ID = re.compile(r"(?:(al|ar|pl)-)?([0-9]+)", re.ASCII)

_KINDS: dict[str | None, tuple[Kind, ...]] = {
    "al": (Kind.ALBUM,),
    "ar": (Kind.ARTIST,),
    "pl": (Kind.PLAYLIST,),
    None: (Kind.ALBUM, Kind.SONG, Kind.ARTIST, Kind.PLAYLIST, Kind.FOLDER),
}

_QUERIES = {
    Kind.ALBUM: "cover_of_album",
    Kind.SONG: "cover_of_song",
    Kind.ARTIST: "cover_of_artist",
    Kind.PLAYLIST: "cover_of_playlist",
}

_PLACEHOLDERS: dict[Kind, Placeholder] = {Kind.ALBUM: "album", Kind.SONG: "album", Kind.ARTIST: "artist"}
"""What is drawn for what has no picture; what is not here answers HTTP 404."""


@endpoint("getCoverArt", BINARY)
async def get_cover_art(call: Call) -> ContentResponse:
    """The picture of an album, a song, an artist or a playlist, with a longer edge of `size` pixels at most."""
    size = call.params.integer("size", 0, least=0, most=INT32)
    number, kind = _cover_id(call.params.text("id"))
    async with call.database.read() as db:
        view = await view_of(call, db)
        row = await _cover_row(db, view, number, kind)
    # The volume may be slow, or hang: nobody else waits for it.
    async with call.place.elsewhere(call.services.pictures):
        return await _picture(call, row, kind, size)


async def _picture(call: Call, row: Row | None, kind: Kind, size: int) -> ContentResponse:
    covers = call.services.covers
    if row is not None:
        try:
            return await covers.picture(Cover.of(row), size, webp=WEBP in call.request.headers.get("accept", ""))
        except MelodeeError as error:
            logger.warning("The cover of %s could not be shown: %s", call.params.text("id"), error)
    if kind not in _PLACEHOLDERS:
        raise MissingPicture
    return await covers.placeholder(_PLACEHOLDERS[kind], size)


def _cover_id(text: str) -> tuple[int, Kind]:
    match = _COVER_ID.fullmatch(text)
    if match is None:
        raise NotFound
    number = parse_identifier(match[2], *_KINDS[match[1]])
    kind = kind_of(number)
    if kind is None:
        raise NotFound
    return number, kind


async def _cover_row(db: AsyncSession, view: View, number: int, kind: Kind) -> Row | None:
    """Where the picture is; None when there is none. Raises `NotFound` when there is no such thing at all."""
    if kind is Kind.FOLDER:
        if number not in view.folders:
            raise NotFound
        return None
    found = await view.rows(db, _QUERIES[kind], id=number)
    if not found and (successor := (await successors(db, [number])).get(number)):
        found = await view.rows(db, _QUERIES[kind], id=successor)
    if not found:
        raise NotFound
    return await db.one("cover_place", cover=found[0].cover_id) if found[0].cover_id is not None else None
