"""Lists of albums and songs. Each has a total order with the id as the last word, so that pages fit together."""

from enum import StrEnum

from melodee.async_database import AsyncSession
from melodee.subsonic.responses import AlbumList, AlbumList2, Songs, Starred, Starred2
from melodee.text import fold
from melodee_api.endpoint import Call, endpoint
from melodee_api.params import INT64
from melodee_api.random_choice import SongFilter, random_albums, random_songs
from melodee_api.view import View, many, scattered, view_of

LONGEST_LIST = 500
"""Albums or songs in one answer; who asks for more gets this many."""


class AlbumListType(StrEnum):
    """The parameter `type` of the album lists."""

    RANDOM = "random"
    NEWEST = "newest"
    HIGHEST = "highest"
    FREQUENT = "frequent"
    RECENT = "recent"
    BY_NAME = "alphabeticalByName"
    BY_ARTIST = "alphabeticalByArtist"
    STARRED = "starred"
    BY_YEAR = "byYear"
    BY_GENRE = "byGenre"


_QUERIES = {
    AlbumListType.NEWEST: "newest_albums",
    AlbumListType.HIGHEST: "highest_albums",
    AlbumListType.FREQUENT: "frequent_albums",
    AlbumListType.RECENT: "recent_albums",
    AlbumListType.BY_NAME: "albums_by_name",
    AlbumListType.BY_ARTIST: "albums_by_artist_name",
    AlbumListType.STARRED: "starred_albums",
}


@endpoint("getAlbumList", "albumList")
async def get_album_list(call: Call) -> AlbumList:
    """A page of albums as directories."""
    async with call.database.read() as db:
        view = await view_of(call, db)
        return AlbumList(album=await view.album_children(db, await _album_ids(call, db, view)))


@endpoint("getAlbumList2", "albumList2")
async def get_album_list_2(call: Call) -> AlbumList2:
    """A page of albums."""
    async with call.database.read() as db:
        view = await view_of(call, db)
        return AlbumList2(album=await view.albums(db, await _album_ids(call, db, view)))


async def _album_ids(call: Call, db: AsyncSession, view: View) -> list[int]:
    size = call.params.integer("size", 10, least=0, most=LONGEST_LIST)
    offset = call.params.integer("offset", 0, least=0, most=INT64 - LONGEST_LIST)
    ids = await _page(call, db, view, size, offset)
    # Players that scroll for ever go on while they have fewer than this. Counting a million albums for that would take
    # longer than the page, so it is exact at the end of the list, and one more than what was seen before.
    call.headers["x-total-count"] = str(offset + len(ids) + (len(ids) == size > 0))
    return ids


async def _page(call: Call, db: AsyncSession, view: View, size: int, offset: int) -> list[int]:
    page = {"size": size, "offset": offset}
    match call.params.choice("type", AlbumListType):
        case AlbumListType.RANDOM:
            return await random_albums(db, view, size)
        case AlbumListType.BY_YEAR:
            first, last = call.params.integer("fromYear"), call.params.integer("toYear")
            query = "albums_by_year" if first <= last else "albums_by_year_descending"
            return await view.ids(db, query, from_year=min(first, last), to_year=max(first, last), **page)
        case AlbumListType.BY_GENRE:
            genre = await _genre(db, call.params.text("genre"))
            return [] if genre is None else await view.ids(db, "albums_by_genre", genre=genre, **page)
        case kind:
            return await view.ids(db, _QUERIES[kind], **page)


@endpoint("getRandomSongs", "randomSongs")
async def get_random_songs(call: Call) -> Songs:
    """Random songs, of a genre and of a range of years when these are given."""
    size = call.params.integer("size", 10, least=0, most=LONGEST_LIST)
    name = call.params.text("genre", None)
    first, last = call.params.integer("fromYear", None), call.params.integer("toYear", None)
    if first is not None and last is not None:
        first, last = min(first, last), max(first, last)
    async with call.database.read() as db:
        view = await view_of(call, db)
        genre = None if name is None else await _genre(db, name)
        if name is not None and genre is None:
            return Songs(song=[])
        ids = await random_songs(db, view, size, SongFilter(genre, first, last))
    return Songs(song=await scattered(call.database, view.songs, ids))


@endpoint("getSongsByGenre", "songsByGenre")
async def get_songs_by_genre(call: Call) -> Songs:
    """A page of a genre's songs, in the order in which they came into the library."""
    name = call.params.text("genre")
    size = call.params.integer("count", 10, least=0, most=LONGEST_LIST)
    offset = call.params.integer("offset", 0, least=0, most=INT64 - LONGEST_LIST)
    async with call.database.read() as db:
        view = await view_of(call, db)
        genre = await _genre(db, name)
        if genre is None:
            return Songs(song=[])
        return Songs(
            song=await view.songs(db, await view.ids(db, "songs_by_genre", genre=genre, size=size, offset=offset))
        )


async def _genre(db: AsyncSession, name: str) -> int | None:
    """The number of a genre, whatever the case of its name."""
    return await db.value("genre_by_key", key=fold(name))


@endpoint("getStarred", "starred")
async def get_starred(call: Call) -> Starred:
    """All that the account has starred, the latest first."""
    async with call.database.read() as db:
        view = await view_of(call, db)
        return Starred(
            artist=await many(call.database, db, view.folder_artists, await view.ids(db, "starred_artists")),
            album=await many(call.database, db, view.album_children, await _starred_albums(db, view)),
            song=await many(call.database, db, view.songs, await view.ids(db, "starred_songs")),
        )


@endpoint("getStarred2", "starred2")
async def get_starred_2(call: Call) -> Starred2:
    """All that the account has starred, the latest first."""
    async with call.database.read() as db:
        view = await view_of(call, db)
        return Starred2(
            artist=await many(call.database, db, view.artists, await view.ids(db, "starred_artists")),
            album=await many(call.database, db, view.albums, await _starred_albums(db, view)),
            song=await many(call.database, db, view.songs, await view.ids(db, "starred_songs")),
        )


async def _starred_albums(db: AsyncSession, view: View) -> list[int]:
    return await view.ids(db, "starred_albums", size=None, offset=0)
