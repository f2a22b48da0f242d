"""Rows of the catalogue as the API shows them: songs, albums and artists, by tags and by folders.

What OpenSubsonic adds is written even where the catalogue knows nothing ("" or 0 or an empty object), because clients
read from that what a server supports; what Subsonic 1.16.1 has is left out when it is unknown.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Literal, NamedTuple, cast

import msgspec

from melodee.audio.formats import FORMATS
from melodee.cuts import Made, made_of
from melodee.database import Row
from melodee.subsonic.description import timestamp, timestamp_or_none
from melodee.subsonic.responses import (
    AlbumID3,
    Artist,
    ArtistID3,
    ArtistReference,
    Child,
    Contributor,
    DiscTitle,
    ItemDate,
    ItemGenre,
    Movement,
    RecordLabel,
    ReplayGain,
    Work,
)

Explicit = Literal["explicit", "clean", ""]


def cover_of_album(album: int) -> str:
    """The cover id that an album and all its songs share, so that clients fetch one picture for them."""
    return f"al-{album}"


def cover_of_artist(artist: int) -> str:
    """The cover id of an artist."""
    return f"ar-{artist}"


def song_child(row: Row) -> Child:
    """A row of `songs_by_id`."""
    album, credited, genres = str(row.album_id), _credits(row.credits), row.genres
    cut = None if row.span_start_ms is None else _cut(row.suffix, row.codec or "")
    return Child(
        id=str(row.id),
        parent=album,
        is_dir=False,
        title=row.title,
        album=row.album,
        artist=row.display_artist,
        track=row.track_number,
        year=row.year,
        genre=_first(genres),
        # Where the disc has a picture, the song's own id leads to it.
        cover_art=str(row.id) if row.has_disc_cover else cover_of_album(row.album_id),
        size=row.size_bytes,
        content_type=row.content_type,
        suffix=row.suffix,
        transcoded_content_type=None if cut is None else cut.content_type,
        transcoded_suffix=None if cut is None else cut.suffix,
        duration=seconds(row.duration_ms),
        bit_rate=row.bit_rate,
        path=row.path.decode("utf-8", "replace"),
        is_video=False,
        user_rating=row.rating,
        average_rating=_average(row.average),
        play_count=row.play_count or 0,
        disc_number=row.disc_number,
        created=timestamp(row.created_at),
        starred=timestamp_or_none(row.starred_at),
        album_id=album,
        artist_id=str(row.artist_id),
        type="music",
        media_type="song",
        bit_depth=row.bit_depth or 0,
        sampling_rate=row.sampling_rate or 0,
        channel_count=row.channels or 0,
        played=timestamp_or_none(row.played_at),
        bpm=row.bpm or 0,
        comment=row.comment or "",
        sort_name=row.sort_name,
        music_brainz_id=row.mbid or "",
        display_artist=row.display_artist,
        display_album_artist=row.display_album_artist,
        display_composer=row.display_composer or "",
        explicit_status=_explicit(row.explicit),
        isrc=row.isrc,
        genres=_genres(genres),
        artists=credited.artists,
        album_artists=credited.album_artists,
        contributors=credited.contributors,
        moods=row.moods,
        groupings=row.groupings,
        works=[Work(name=work["name"], music_brainz_id=work.get("mbid")) for work in _items(row.works)],
        movements=[
            Movement(name=movement["name"], number=movement.get("number"), count=movement.get("count"))
            for movement in _items(row.movements)
        ],
        replay_gain=ReplayGain(
            track_gain=_decimal(row.track_gain),
            album_gain=_decimal(row.album_gain),
            track_peak=_decimal(row.track_peak),
            album_peak=_decimal(row.album_peak),
        ),
    )


def _cut(suffix: str, codec: str) -> Made | None:
    """What a track of a file is streamed as, where that is another format than the file's."""
    known = FORMATS.get(suffix)
    made = made_of(known.container if known else "", codec)
    return None if known is not None and made.content_type == known.content_type else made


def album_child(row: Row) -> Child:
    """A row of `albums_by_id` in the calls that walk folders: a directory with title, album and name alike."""
    artists = _credits(row.credits).album_artists
    return Child(
        id=str(row.id),
        parent=str(row.artist_id),
        is_dir=True,
        title=row.name,
        album=row.name,
        name=row.name,
        artist=row.display_artist,
        year=row.year,
        genre=_first(row.genres),
        cover_art=cover_of_album(row.id),
        duration=seconds(row.duration_ms),
        is_video=False,
        user_rating=row.rating,
        average_rating=_average(row.average),
        play_count=row.play_count or 0,
        created=timestamp(row.created_at),
        starred=timestamp_or_none(row.starred_at),
        album_id=str(row.id),
        artist_id=str(row.artist_id),
        song_count=row.song_count,
        media_type="album",
        played=timestamp_or_none(row.played_at),
        sort_name=row.sort_name,
        music_brainz_id=row.mbid or "",
        display_artist=row.display_artist,
        display_album_artist=row.display_artist,
        explicit_status=_explicit(row.explicit),
        genres=_genres(row.genres),
        artists=artists,
        album_artists=artists,
        moods=row.moods,
    )


def album_fields(row: Row) -> dict[str, Any]:
    """The fields of `AlbumID3` from a row of `albums_by_id`, for it and for what extends it."""
    return {
        "id": str(row.id),
        "name": row.name,
        "artist": row.display_artist,
        "artist_id": str(row.artist_id),
        "cover_art": cover_of_album(row.id),
        "song_count": row.song_count,
        "duration": seconds(row.duration_ms),
        "play_count": row.play_count or 0,
        "created": timestamp(row.created_at),
        "starred": timestamp_or_none(row.starred_at),
        "year": row.year,
        "genre": _first(row.genres),
        "version": row.edition or "",
        "played": timestamp_or_none(row.played_at),
        "user_rating": row.rating,
        "music_brainz_id": row.mbid or "",
        "display_artist": row.display_artist,
        "sort_name": row.sort_name,
        "is_compilation": row.compilation,
        "explicit_status": _explicit(row.explicit),
        "record_labels": [RecordLabel(name=name) for name in row.labels],
        "genres": _genres(row.genres),
        "artists": _credits(row.credits).album_artists,
        "release_types": row.release_types,
        "moods": row.moods,
        "disc_titles": [DiscTitle(disc=title["disc"], title=title["title"]) for title in _items(row.disc_titles)],
        "original_release_date": item_date(row.original_date),
        "release_date": item_date(row.release_date),
    }


def album_id3(row: Row) -> AlbumID3:
    """A row of `albums_by_id`."""
    return AlbumID3(**album_fields(row))


def artist_fields(row: Row) -> dict[str, Any]:
    """The fields of `ArtistID3` from a row of `artists_by_id`, for it and for what extends it."""
    return {
        "id": str(row.id),
        "name": row.name,
        "cover_art": cover_of_artist(row.id),
        "album_count": row.album_count,
        "starred": timestamp_or_none(row.starred_at),
        "user_rating": row.rating,
        "music_brainz_id": row.mbid or "",
        "sort_name": row.sort_name,
        "disambiguation": row.disambiguation or "",
        "roles": row.roles,
    }


def artist_id3(row: Row) -> ArtistID3:
    """A row of `artists_by_id`."""
    return ArtistID3(**artist_fields(row))


def folder_artist(row: Row) -> Artist:
    """A row of `artists_by_id` in the calls that walk folders."""
    return Artist(
        id=str(row.id),
        name=row.name,
        starred=timestamp_or_none(row.starred_at),
        user_rating=row.rating,
        cover_art=cover_of_artist(row.id),
        album_count=row.album_count,
    )


def artist_child(row: Row) -> Child:
    """A row of `artists_by_id` as a directory in a music folder, the first of those that have something of theirs."""
    return Child(
        id=str(row.id),
        parent=str(row.folder),
        is_dir=True,
        title=row.name,
        artist=row.name,
        artist_id=str(row.id),
        cover_art=cover_of_artist(row.id),
        is_video=False,
        user_rating=row.rating,
        starred=timestamp_or_none(row.starred_at),
        name=row.name,
        media_type="artist",
        sort_name=row.sort_name,
        music_brainz_id=row.mbid or "",
    )


def seconds(milliseconds: int) -> int:
    """A duration as the API counts it; a sound that is there has at least one second."""
    return (milliseconds + 500) // 1000 or int(milliseconds > 0)


def item_date(text: str | None) -> ItemDate:
    """The date `YYYY[-MM[-DD]]`; an empty one when nothing is known."""
    if not text:
        return ItemDate()
    parts = [int(part) for part in text.split("-")]
    return ItemDate(**dict(zip(("year", "month", "day"), parts, strict=False)))


class _Credit(msgspec.Struct, gc=False):
    """An item of the column `credits`."""

    id: int
    name: str
    role: str
    sub_role: str | None = None


class _Credited(NamedTuple):
    """Who made a song or an album, as the API shows them."""

    artists: list[ArtistReference]
    album_artists: list[ArtistReference]
    contributors: list[Contributor]


_read_credits = msgspec.json.Decoder(list[_Credit]).decode


@lru_cache(2048)
def _credits(text: str) -> _Credited:
    """The column `credits`, read once for the songs of an album. Nobody may change what it gives."""
    found = _Credited([], [], [])
    for credit in _read_credits(text):
        artist = ArtistReference(id=str(credit.id), name=credit.name)
        match credit.role:
            case "artist":
                found.artists.append(artist)
            case "albumartist":
                found.album_artists.append(artist)
            case role:
                found.contributors.append(Contributor(role=role, sub_role=credit.sub_role or None, artist=artist))
    return found


def _items(text: str) -> list[dict[str, Any]]:
    """A column of `jsonb` that is an array of objects, and nearly always an empty one."""
    return [] if text == "[]" else msgspec.json.decode(text)


def _genres(names: Sequence[str]) -> list[ItemGenre]:
    return [_genre(name) for name in names]


@lru_cache(4096)
def _genre(name: str) -> ItemGenre:
    return ItemGenre(name=name)


def _first(names: Sequence[str]) -> str | None:
    return names[0] if names else None


def _decimal(value: float | None) -> float | None:
    """A column of four bytes, of which no more than this many digits mean anything."""
    return None if value is None else round(value, 6)


def _average(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def _explicit(value: str | None) -> Explicit:
    return cast("Explicit", value) if value in ("explicit", "clean") else ""
