"""Browsing: all artists, one artist, one album, one song, and the same as directories."""

from collections.abc import Iterator

from melodee.bench.calls.call import Call, Source, always, one_of
from melodee.bench.library import Library, ids

ALL, ONE = "All artists", "One artist, album or song"

_WHOLE = {"Accept-Encoding": "identity"}
_GZIP = {"Accept-Encoding": "gzip"}

_LATER_MS = 4_102_444_800_000
"""2100: whatever the library is, it has not changed since."""


def calls() -> Iterator[Call]:
    """`getArtists` and `getIndexes` whole and compressed, then what there is one of."""
    yield Call("getArtists", ALL, always("getArtists", headers=_WHOLE), first_byte=True, warm_up=2)
    yield Call("getArtists, gzip", ALL, always("getArtists", headers=_GZIP), first_byte=True, warm_up=2)
    yield Call("getArtists, unchanged", ALL, always("getArtists"), unless_changed=True, warm_up=2)
    yield Call("getIndexes", ALL, always("getIndexes", headers=_WHOLE), first_byte=True, warm_up=2)
    yield Call("getIndexes, gzip", ALL, always("getIndexes", headers=_GZIP), warm_up=2)
    yield Call("getIndexes, unchanged", ALL, always("getIndexes", {"ifModifiedSince": _LATER_MS}))
    yield Call("getMusicDirectory, music folder", ALL, _music_folder, charted=False, optional=True, warm_up=2)
    yield Call("getArtist", ONE, _artist)
    yield Call("getArtist, many albums", ONE, _largest_artists)
    yield Call("getAlbum", ONE, _album)
    yield Call("getAlbum, many songs", ONE, _largest_albums)
    yield Call("getSong", ONE, _song)
    yield Call("getMusicDirectory, artist", ONE, _artist_directory)
    yield Call("getMusicDirectory, album", ONE, _album_directory)


def _artist(library: Library) -> Source:
    return one_of("getArtist", "id", ids(library.artists), "no artist")


def _largest_artists(library: Library) -> Source:
    return one_of("getArtist", "id", library.largest_artists, "no artist")


def _album(library: Library) -> Source:
    return one_of("getAlbum", "id", ids(library.albums), "no album")


def _largest_albums(library: Library) -> Source:
    return one_of("getAlbum", "id", library.largest_albums, "no album")


def _song(library: Library) -> Source:
    return one_of("getSong", "id", ids(library.songs), "no song")


def _music_folder(library: Library) -> Source:
    return one_of("getMusicDirectory", "id", library.music_folders[:1], "no music folder")


def _artist_directory(library: Library) -> Source:
    parents = sorted({str(node["parent"]) for node in library.directories if node.get("parent")})
    return one_of("getMusicDirectory", "id", parents, "no album's directory lies in another")


def _album_directory(library: Library) -> Source:
    return one_of("getMusicDirectory", "id", ids(library.directories), "no album has a directory")
