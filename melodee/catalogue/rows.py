"""Rows of the catalogue: what is written of an album and its songs, as JSON that the server unpacks."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from msgspec import to_builtins

from melodee.audio.formats import content_type_of
from melodee.audio.track import Track
from melodee.catalogue.artists import Artist
from melodee.catalogue.further_tags import further_tags, movements, works
from melodee.catalogue.release import Credit, ReleaseDescription, pair_credits
from melodee.text import comparable, fold, search_terms, sort_name


class Picture(NamedTuple):
    """A cover and where a copy of it is: an image file, or inside a song."""

    digest: bytes
    path: str
    embedded: bool
    content_type: str
    width: int
    height: int
    volume: int = 0
    """The volume where it lies; 0: the album's."""


@dataclass(frozen=True)
class NewSong:
    """A file that becomes a song; `path` is relative to its volume."""

    track: Track
    path: str
    size_bytes: int
    modified_ns: int
    origin: str = ""
    """The path below its volume under which it was dropped; empty: `path`."""
    volume: int = 0
    """The volume where its file lies; 0: the album's."""
    id: int | None = None
    """The id that it had before its file vanished; None: it gets a new one."""


@dataclass
class NewAlbum:
    """An album with the songs to add to it; `id` names an album that is there already, or a number taken for it."""

    id: int
    volume: int
    folder: str
    description: ReleaseDescription
    release_group: int | None
    songs: list[NewSong]
    cover: Picture | None = None


class Names(NamedTuple):
    """What must be resolved before albums are written, each in a short transaction of its own."""

    artists: Mapping[Credit, Artist]
    genres: Mapping[str, int]
    """Ids by folded name."""


def credits_of(description: ReleaseDescription, tracks: Iterable[Track]) -> list[Credit]:
    """Everyone who is named by a release and its tracks."""
    named = list(description.artists)
    for track in tracks:
        named += track_artists(track, description)
        named += track_composers(track)
        named += [Credit(contributor.name) for contributor in track.contributors]
    return named


def track_artists(track: Track, description: ReleaseDescription) -> list[Credit]:
    """The track's own artists, else the release's."""
    found = pair_credits(track.artists, track.artist_sort, track.mb_artist_ids, track.artist_sorts)
    return found or description.artists


def track_composers(track: Track) -> list[Credit]:
    """The track's composers, with their sort names where there are as many."""
    sorts = track.composer_sorts
    return pair_credits(track.composers, sorts[0] if len(sorts) == 1 else "", (), sorts)


def _credit(artist: Artist, credit: Credit, role: str, sub_role: str = "") -> dict[str, object]:
    return {"id": artist.id, "name": credit.name, "role": role, "sub_role": sub_role}


def album_row(album: NewAlbum, names: Names, cover: int | None) -> dict[str, Any]:
    """The album's row, with what its index row and its search need."""
    description = album.description
    artist = names.artists[description.artists[0]]
    sizes = [song.size_bytes for song in album.songs]
    return {
        "id": album.id,
        "release_group_id": album.release_group,
        "volume_id": album.volume,
        "folder": os.fsencode(album.folder).hex(),
        "name": description.album,
        "edition": description.edition or None,
        "sort_name": sort_name(description.sort_name or description.album),
        "artist_id": artist.id,
        "artist_sort_name": artist.sort_name,
        "display_artist": description.display_artist,
        "credits": [_credit(names.artists[credit], credit, "albumartist") for credit in description.artists],
        "year": description.year,
        "release_date": description.release_date or None,
        "original_date": description.original_date or None,
        "genres": description.genres,
        "genre_ids": _genre_ids(description.genres, names),
        "release_types": description.release_types,
        "labels": description.labels,
        "catalogue_numbers": description.catalogue_numbers,
        "barcode": description.barcode or None,
        "moods": description.moods,
        "mbid": description.mbid or None,
        "compilation": description.compilation,
        "explicit": description.explicit or None,
        "disc_titles": [{"disc": disc, "title": title} for disc, title in sorted(description.disc_titles.items())],
        "cover_id": cover,
        "song_count": len(album.songs),
        "duration_ms": sum(song.track.duration_ms for song in album.songs),
        "size_bytes": sum(sizes),
        "search_name": comparable(description.album),
        "terms": document_terms(description.album, description.display_artist),
    }


def song_row(album: NewAlbum, song: NewSong, number: int, names: Names, cover: int | None) -> dict[str, Any]:
    """The song's row, with its lyrics and what its index row and its search need."""
    track, description = song.track, album.description
    artists = track_artists(track, description)
    display = track.artist_credit or ", ".join(track.artists) or description.display_artist
    credited = [_credit(names.artists[credit], credit, "artist") for credit in artists]
    credited += [_credit(names.artists[credit], credit, "albumartist") for credit in description.artists]
    credited += [_credit(names.artists[credit], credit, "composer") for credit in track_composers(track)]
    credited += [
        _credit(names.artists[Credit(who.name)], Credit(who.name), who.role, who.sub_role) for who in track.contributors
    ]
    return {
        "id": number,
        "album_id": album.id,
        "artist_id": names.artists[artists[0]].id,
        "album_artist_id": names.artists[description.artists[0]].id,
        "volume_id": song.volume or album.volume,
        "path": os.fsencode(song.path).hex(),
        "title": track.title,
        "sort_name": sort_name(track.title_sort or track.title),
        "album": description.album,
        "display_artist": display,
        "display_album_artist": description.display_artist,
        "display_composer": ", ".join(track.composers) or None,
        "credits": credited,
        "disc_number": track.disc_number,
        "track_number": track.track_number,
        "disc_subtitle": track.disc_subtitle or None,
        "year": track.year or description.year,
        "release_date": track.release_date or None,
        "original_date": track.original_date or None,
        "genres": track.genres,
        "genre_ids": _genre_ids(track.genres, names),
        "duration_ms": track.duration_ms,
        "span_start_ms": track.span_start_ms,
        "span_end_ms": track.span_end_ms,
        "suffix": track.suffix,
        "content_type": content_type_of(song.path),
        "codec": track.codec,
        "bit_rate": track.bit_rate,
        "bit_depth": track.bit_depth,
        "sampling_rate": track.sampling_rate,
        "channels": track.channels,
        "size_bytes": song.size_bytes,
        "modified_ns": song.modified_ns,
        "mbid": track.mb_recording_id or None,
        "track_mbid": track.mb_track_id or None,
        "isrc": track.isrcs,
        "moods": track.moods,
        "groupings": track.groupings,
        "works": works(track),
        "movements": movements(track),
        "bpm": track.bpm,
        "comment": track.comment or None,
        "explicit": track.explicit or None,
        "track_gain": track.track_gain,
        "track_peak": track.track_peak,
        "album_gain": track.album_gain,
        "album_peak": track.album_peak,
        "cover_id": cover,
        "tags": further_tags(track),
        "lyrics": track.lyrics,
        "search_name": comparable(track.title),
        "terms": document_terms(track.title, display, *(artist.name for artist in artists)),
    }


def tags_row(song: NewSong, number: int) -> dict[str, Any]:
    """What the song says of itself."""
    origin = os.fsencode(song.origin or song.path).hex()
    return {"id": number, "track": to_builtins(song.track), "origin": origin}


def _genre_ids(genres: Iterable[str], names: Names) -> list[int]:
    return sorted({names.genres[key] for name in genres if (key := fold(name))})


def document_terms(*names: str) -> list[str]:
    """Each by itself, since a name of punctuation alone ('!!!') is a term only where nothing else is beside it."""
    return list(dict.fromkeys(term for name in names for term in _terms(name)))


@lru_cache(maxsize=512)
def _terms(name: str) -> tuple[str, ...]:
    """An artist's name stands beside each of an album's songs."""
    return tuple(search_terms(name))
