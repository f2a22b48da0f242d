"""Browsing: by tags (artists, albums, songs, genres), and by folders, which are music folders, artists and albums."""

from melodee.async_database import AsyncSession
from melodee.ids import Kind, kind_of
from melodee.subsonic.artist_listing import Listing
from melodee.subsonic.children import (
    album_fields,
    artist_fields,
    cover_of_album,
    cover_of_artist,
    song_child,
)
from melodee.subsonic.description import Many, Pieces, timestamp_or_none
from melodee.subsonic.responses import (
    AlbumID3WithSongs,
    Artist,
    ArtistID3,
    ArtistsID3,
    ArtistWithAlbumsID3,
    Child,
    Directory,
    Genre,
    Genres,
    Index,
    Indexes,
    IndexID3,
    MusicFolder,
    MusicFolders,
)
from melodee.text import IGNORED_ARTICLES
from melodee_api import artist_walk
from melodee_api.endpoint import Call, endpoint
from melodee_api.errors import NotFound
from melodee_api.params import INT64
from melodee_api.stored_answer import StoredAnswer
from melodee_api.stored_artists import StoredList
from melodee_api.view import View, folders_of, many, view_of


@endpoint("getMusicFolders", "musicFolders")
async def get_music_folders(call: Call) -> MusicFolders:
    """The storage volumes that the account may use."""
    async with call.database.read() as db:
        folders = await folders_of(call.account.id, db)
    return MusicFolders(music_folder=[MusicFolder(id=folder.id, name=folder.name) for folder in folders])


@endpoint("getIndexes", "indexes")
async def get_indexes(call: Call) -> Indexes | StoredAnswer:
    """Artists by letter; no letter when nothing has changed since `ifModifiedSince` (ms since 1970)."""
    since = call.params.integer("ifModifiedSince", 0, least=0, most=INT64)
    async with call.database.read() as db:
        view = await view_of(call, db)
        stored = await StoredList.find(call, db, view, Listing.INDEXES)
        changed = stored.changed if stored else await _last_change(db)
        if stored and changed > since and (answer := await stored.answer(call, db)):
            return answer
    letters: Many[Index] = []
    if changed > since:
        letters = await artist_walk.by_letter(call.database, view, view.folder_artists, _index)
    return Indexes(last_modified=changed, ignored_articles=IGNORED_ARTICLES, index=letters)


@endpoint("getArtists", "artists")
async def get_artists(call: Call) -> ArtistsID3 | StoredAnswer:
    """Artists that have albums of their own, by letter."""
    async with call.database.read() as db:
        view = await view_of(call, db)
        stored = await StoredList.find(call, db, view, Listing.ARTISTS)
        if stored and (answer := await stored.answer(call, db)):
            return answer
        changed = await _last_change(db)
    letters = await artist_walk.by_letter(call.database, view, view.artists, _index_id3)
    return ArtistsID3(ignored_articles=IGNORED_ARTICLES, last_modified=changed, index=letters)


def _index(letter: str, artists: Many[Artist]) -> Index:
    return Index(name=letter, artist=artists)


def _index_id3(letter: str, artists: Many[ArtistID3]) -> IndexID3:
    return IndexID3(name=letter, artist=artists)


async def _last_change(db: AsyncSession) -> int:
    """When the catalogue last changed, in ms since 1970."""
    state = await db.one("catalogue_state")
    return int(state.changed_at.timestamp() * 1000) if state else 0


@endpoint("getArtist", "artist")
async def get_artist(call: Call) -> ArtistWithAlbumsID3:
    """An artist with the albums that are theirs and those that they appear on."""
    wanted = call.params.identifier("id", Kind.ARTIST)
    async with call.database.read() as db:
        view = await view_of(call, db)
        row = await view.one(db, "artists_by_id", wanted)
        ids = await view.ids(db, "albums_of_artist", artist=row.id)
        albums = await many(call.database, db, view.albums, ids)
    fields = artist_fields(row)
    fields["album_count"] = len(ids)
    return ArtistWithAlbumsID3(**fields, album=albums)


@endpoint("getAlbum", "album")
async def get_album(call: Call) -> AlbumID3WithSongs:
    """An album with its songs in the order of disc and track."""
    wanted = call.params.identifier("id", Kind.ALBUM)
    async with call.database.read() as db:
        view = await view_of(call, db)
        row = await view.one(db, "albums_by_id", wanted)
        songs = await many(call.database, db, view.songs, await view.ids(db, "songs_of_album", album=row.id))
    return AlbumID3WithSongs(**album_fields(row), song=songs)


@endpoint("getSong", "song")
async def get_song(call: Call) -> Child:
    """A song."""
    wanted = call.params.identifier("id", Kind.SONG)
    async with call.database.read() as db:
        view = await view_of(call, db)
        return song_child(await view.one(db, "songs_by_id", wanted))


@endpoint("getGenres", "genres")
async def get_genres(call: Call) -> Genres:
    """The genres that the account's folders hold something of."""
    async with call.database.read() as db:
        view = await view_of(call, db)
        rows = await view.rows(db, "genres")
    return Genres(genre=[Genre(song_count=row.song_count, album_count=row.album_count, value=row.name) for row in rows])


@endpoint("getMusicDirectory", "directory")
async def get_music_directory(call: Call) -> Directory:
    """What is in a directory: a music folder holds artists, an artist albums, an album songs."""
    wanted = call.params.identifier("id", Kind.FOLDER, Kind.ARTIST, Kind.ALBUM)
    async with call.database.read() as db:
        view = await view_of(call, db)
        match kind_of(wanted):
            case Kind.FOLDER:
                return await _folder(call, db, view, wanted)
            case Kind.ARTIST:
                return await _artist(call, db, view, wanted)
            case _:
                return await _album(call, db, view, wanted)


async def _folder(call: Call, db: AsyncSession, view: View, wanted: int) -> Directory:
    folder = next((row for row in await folders_of(call.account.id, db) if row.id == wanted), None)
    if folder is None or wanted not in view.folders:
        raise NotFound
    inside = View(view.account, [wanted])
    children = Pieces(artist_walk.artists(call.database, inside, inside.artist_children))
    return Directory(id=str(wanted), name=folder.name, child=children)


async def _artist(call: Call, db: AsyncSession, view: View, wanted: int) -> Directory:
    row = await view.one(db, "artists_by_id", wanted)
    ids = await view.ids(db, "albums_of_artist", artist=row.id)
    return Directory(
        id=str(row.id),
        parent=str(row.folder),
        name=row.name,
        starred=timestamp_or_none(row.starred_at),
        user_rating=row.rating,
        album_count=len(ids),
        cover_art=cover_of_artist(row.id),
        child=await many(call.database, db, view.album_children, ids),
    )


async def _album(call: Call, db: AsyncSession, view: View, wanted: int) -> Directory:
    row = await view.one(db, "albums_by_id", wanted)
    ids = await view.ids(db, "songs_of_album", album=row.id)
    return Directory(
        id=str(row.id),
        parent=str(row.artist_id),
        name=row.name,
        starred=timestamp_or_none(row.starred_at),
        user_rating=row.rating,
        play_count=row.play_count or 0,
        song_count=row.song_count,
        cover_art=cover_of_album(row.id),
        child=await many(call.database, db, view.songs, ids),
    )
