"""Every response of the API, described once; JSON, JSONP and XML are written from it (`melodee.subsonic.envelope`).

Names are Subsonic's, in Python's spelling: `music_brainz_id` is `musicBrainzId` on the wire. Ids are strings: write
`str(row.id)`. Dates come from `timestamp`. Durations are seconds, sizes bytes, bit rates kbps, gains dB.
Source: the Subsonic 1.16.1 schema and the OpenSubsonic specification.
"""

from typing import Annotated, Literal

from msgspec import field

from melodee.subsonic.description import TEXT, Added, AddedList, Body, Many, Timestamp, empty

ExplicitStatus = Literal["explicit", "clean", ""]
MediaType = Literal["song", "album", "artist"]


class Error(Body, kw_only=True):
    """Why a request failed, by one of Subsonic's codes."""

    code: int
    message: str
    help_url: Added[str] = None


class License(Body, kw_only=True):
    """Always valid: there is nothing to buy."""

    valid: bool
    email: str | None = None
    license_expires: Timestamp | None = None
    trial_expires: Timestamp | None = None


class OpenSubsonicExtension(Body, kw_only=True):
    """An extension and the versions of it that are supported."""

    name: str
    versions: list[int]


class TokenInfo(Body, kw_only=True):
    """Whom an API key belongs to."""

    username: str


class User(Body, kw_only=True):
    """An account and what it may do."""

    username: str
    email: str | None = None
    scrobbling_enabled: bool
    max_bit_rate: int | None = None
    """kbps; 0 is no limit."""
    admin_role: bool
    settings_role: bool
    download_role: bool
    upload_role: bool
    playlist_role: bool
    cover_art_role: bool
    comment_role: bool
    podcast_role: bool
    stream_role: bool
    jukebox_role: bool
    share_role: bool
    video_conversion_role: bool
    avatar_last_changed: Timestamp | None = None
    folder: list[int]
    """The music folders the account may use."""


class ScanStatus(Body, kw_only=True):
    """Whether intake is at work. `lastScan` and `folderCount` are in no specification, but clients show them."""

    scanning: bool
    count: int | None = None
    folder_count: Added[int] = None
    last_scan: Added[Timestamp] = None


class MusicFolder(Body, kw_only=True):
    """A volume that listeners may choose; its id is a small number, in JSON too."""

    id: int
    name: str | None = None


class MusicFolders(Body, kw_only=True):
    """Of `getMusicFolders`."""

    music_folder: list[MusicFolder]


class ItemGenre(Body, kw_only=True):
    """One of an item's genres."""

    name: str


class ItemDate(Body, kw_only=True):
    """A date of which the day or the month may be unknown."""

    year: int | None = None
    month: int | None = None
    day: int | None = None


class DiscTitle(Body, kw_only=True):
    """The title of one disc of an album."""

    disc: int
    title: str
    cover_art: str | None = None


class RecordLabel(Body, kw_only=True):
    """A label that produced an album."""

    name: str


class ReplayGain(Body, kw_only=True):
    """Gains in dB, peaks as a share of full scale."""

    track_gain: float | None = None
    album_gain: float | None = None
    track_peak: float | None = None
    album_peak: float | None = None
    base_gain: float | None = None
    fallback_gain: float | None = None


class Work(Body, kw_only=True):
    """A work that a recording performs."""

    name: str
    music_brainz_id: str | None = None


class Movement(Body, kw_only=True):
    """A movement of a work."""

    name: str
    number: int | None = None
    count: int | None = None


class ArtistReference(Body, kw_only=True):
    """`ArtistID3` inside a song or an album, where the specification wants its required fields only."""

    id: str
    name: str


class Contributor(Body, kw_only=True):
    """Somebody with a role in a recording: composer, conductor, performer and others."""

    role: str
    sub_role: str | None = None
    """For a performer, the instrument."""
    artist: ArtistReference


class Child(Body, kw_only=True):
    """A song; or, in the calls that walk folders, a folder or an album as one."""

    id: str
    parent: str | None = None
    is_dir: bool
    title: str
    album: str | None = None
    artist: str | None = None
    track: int | None = None
    year: int | None = None
    genre: str | None = None
    cover_art: str | None = None
    size: int | None = None
    content_type: str | None = None
    suffix: str | None = None
    transcoded_content_type: str | None = None
    transcoded_suffix: str | None = None
    duration: int | None = None
    bit_rate: int | None = None
    path: str | None = None
    is_video: bool | None = None
    """Clients want it on every song: write `False`."""
    user_rating: int | None = None
    """1 to 5; nothing when there is none."""
    average_rating: float | None = None
    play_count: int | None = None
    disc_number: int | None = None
    created: Timestamp | None = None
    starred: Timestamp | None = None
    album_id: str | None = None
    artist_id: str | None = None
    type: Literal["music", "podcast", "audiobook", "video"] | None = None
    bookmark_position: int | None = None
    """ms"""
    original_width: int | None = None
    original_height: int | None = None
    name: Added[str] = None
    """Folder lists repeat an album's title here, because some clients read it."""
    song_count: Added[int] = None
    """The same."""
    media_type: Added[MediaType] = None
    bit_depth: Added[int] = None
    sampling_rate: Added[int] = None
    """Hz"""
    channel_count: Added[int] = None
    played: Added[Timestamp] = None
    bpm: Added[int] = None
    comment: Added[str] = None
    sort_name: Added[str] = None
    music_brainz_id: Added[str] = None
    display_artist: Added[str] = None
    display_album_artist: Added[str] = None
    display_composer: Added[str] = None
    explicit_status: Added[ExplicitStatus] = None
    isrc: AddedList[str] = field(default_factory=empty)
    genres: AddedList[ItemGenre] = field(default_factory=empty)
    artists: AddedList[ArtistReference] = field(default_factory=empty)
    album_artists: AddedList[ArtistReference] = field(default_factory=empty)
    contributors: AddedList[Contributor] = field(default_factory=empty)
    moods: AddedList[str] = field(default_factory=empty)
    groupings: AddedList[str] = field(default_factory=empty)
    works: AddedList[Work] = field(default_factory=empty)
    movements: AddedList[Movement] = field(default_factory=empty)
    replay_gain: Added[ReplayGain] = None


class AlbumID3(Body, kw_only=True):
    """An album, in the calls that go by tags."""

    id: str
    name: str
    artist: str | None = None
    artist_id: str | None = None
    cover_art: str | None = None
    song_count: int
    duration: int
    play_count: int | None = None
    created: Timestamp
    starred: Timestamp | None = None
    year: int | None = None
    genre: str | None = None
    version: Added[str] = None
    """Remastered, Anniversary Box Set …"""
    played: Added[Timestamp] = None
    user_rating: Added[int] = None
    music_brainz_id: Added[str] = None
    display_artist: Added[str] = None
    sort_name: Added[str] = None
    is_compilation: Added[bool] = None
    explicit_status: Added[ExplicitStatus] = None
    record_labels: AddedList[RecordLabel] = field(default_factory=empty)
    genres: AddedList[ItemGenre] = field(default_factory=empty)
    artists: AddedList[ArtistReference] = field(default_factory=empty)
    release_types: AddedList[str] = field(default_factory=empty)
    moods: AddedList[str] = field(default_factory=empty)
    disc_titles: AddedList[DiscTitle] = field(default_factory=empty)
    original_release_date: Added[ItemDate] = None
    release_date: Added[ItemDate] = None


class AlbumID3WithSongs(AlbumID3, kw_only=True):
    """Of `getAlbum`."""

    song: Many[Child]


class ArtistID3(Body, kw_only=True):
    """An artist, in the calls that go by tags."""

    id: str
    name: str
    cover_art: str | None = None
    artist_image_url: str | None = None
    album_count: int
    starred: Timestamp | None = None
    user_rating: Added[int] = None
    music_brainz_id: Added[str] = None
    sort_name: Added[str] = None
    disambiguation: Added[str] = None
    roles: AddedList[str] = field(default_factory=empty)


class ArtistWithAlbumsID3(ArtistID3, kw_only=True):
    """Of `getArtist`."""

    album: Many[AlbumID3]


class Artist(Body, kw_only=True):
    """An artist, in the calls that walk folders."""

    id: str
    name: str
    artist_image_url: str | None = None
    starred: Timestamp | None = None
    user_rating: int | None = None
    average_rating: float | None = None
    cover_art: Added[str] = None
    album_count: Added[int] = None


class Index(Body, kw_only=True):
    """The artists below one letter."""

    name: str
    artist: Many[Artist]


class Indexes(Body, kw_only=True):
    """Of `getIndexes`. `lastModified` is ms since 1970."""

    last_modified: int
    ignored_articles: str
    shortcut: list[Artist] | None = None
    index: Many[Index]
    child: list[Child] | None = None


class IndexID3(Body, kw_only=True):
    """The artists below one letter."""

    name: str
    artist: Many[ArtistID3]


class ArtistsID3(Body, kw_only=True):
    """Of `getArtists`."""

    ignored_articles: str
    last_modified: Added[int] = None
    index: Many[IndexID3]


class Directory(Body, kw_only=True):
    """Of `getMusicDirectory`."""

    id: str
    parent: str | None = None
    name: str
    starred: Timestamp | None = None
    user_rating: int | None = None
    average_rating: float | None = None
    play_count: int | None = None
    song_count: Added[int] = None
    album_count: Added[int] = None
    cover_art: Added[str] = None
    child: Many[Child]


class Genre(Body, kw_only=True):
    """A genre of the library; XML writes its name as the element's text."""

    song_count: int
    album_count: int
    value: Annotated[str, TEXT]


class Genres(Body, kw_only=True):
    """Of `getGenres`."""

    genre: Many[Genre]


class AlbumList(Body, kw_only=True):
    """Of `getAlbumList`."""

    album: Many[Child]


class AlbumList2(Body, kw_only=True):
    """Of `getAlbumList2`."""

    album: Many[AlbumID3]


class Songs(Body, kw_only=True):
    """Of `getRandomSongs` and `getSongsByGenre`."""

    song: Many[Child]


class SearchResult3(Body, kw_only=True):
    """Of `search3`."""

    artist: Many[ArtistID3] = field(default_factory=empty)
    album: Many[AlbumID3] = field(default_factory=empty)
    song: Many[Child] = field(default_factory=empty)


class Starred(Body, kw_only=True):
    """Of `getStarred`."""

    artist: Many[Artist] = field(default_factory=empty)
    album: Many[Child] = field(default_factory=empty)
    song: Many[Child] = field(default_factory=empty)


class Starred2(Body, kw_only=True):
    """Of `getStarred2`."""

    artist: Many[ArtistID3] = field(default_factory=empty)
    album: Many[AlbumID3] = field(default_factory=empty)
    song: Many[Child] = field(default_factory=empty)
