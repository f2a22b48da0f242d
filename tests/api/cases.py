"""What is asked in the contract test: at least one case for each endpoint, or `test_contract.py` fails.

In values, `{name}` stands for an id of the library that `conftest.py` makes (`Library.samples`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Case:
    """One request, and what it gets."""

    endpoint: str
    params: Mapping[str, str | list[str]] = field(default_factory=dict)
    error: int | None = None
    by: str = "password"
    """How to log in: `password`, `token`, `key` or `nobody`; an administrator with `admin`."""
    steady: bool = True
    """Whether the same request gets the same answer again."""

    def __str__(self) -> str:
        query = "&".join(f"{name}={value}" for name, value in self.params.items())
        return f"{self.endpoint}?{query}" + (f" by {self.by}" if self.by != "password" else "")


CASES = (
    Case("ping"),
    Case("ping", by="token"),
    Case("ping", by="key"),
    Case("ping", by="nobody", error=10),
    Case("ping", {"t": "wrong"}, by="token", error=40),
    Case("ping", {"apiKey": "wrong"}, error=43),
    Case("ping", {"apiKey": "wrong"}, by="client", error=44),
    Case("ping", {"jwt": "x"}, by="client", error=42),
    Case("getLicense"),
    Case("getLicense", by="nobody", error=10),
    Case("getOpenSubsonicExtensions"),
    Case("getOpenSubsonicExtensions", by="nobody"),
    Case("getOpenSubsonicExtensions", {"u": "dummy", "p": "dummy", "t": "x"}, by="nobody"),
    Case("tokenInfo", by="key"),
    Case("tokenInfo", error=10),
    Case("tokenInfo", {"apiKey": "wrong"}, by="client", error=44),
    Case("getMusicFolders"),
    Case("getIndexes"),
    Case("getIndexes", {"musicFolderId": "{folder}"}),
    Case("getIndexes", {"musicFolderId": "999"}, error=70),
    Case("getIndexes", {"ifModifiedSince": "9999999999999"}),
    Case("getIndexes", {"ifModifiedSince": "yesterday"}, error=10),
    Case("getMusicDirectory", {"id": "{folder}"}),
    Case("getMusicDirectory", {"id": "{artist}"}),
    Case("getMusicDirectory", {"id": "{album}"}),
    Case("getMusicDirectory", error=10),
    Case("getMusicDirectory", {"id": "{song}"}, error=70),
    Case("getMusicDirectory", {"id": "0"}, error=70),
    Case("getMusicDirectory", {"id": "{no_artist}"}, error=70),
    Case("getArtists"),
    Case("getArtists", {"musicFolderId": "{folder}"}),
    Case("getArtist", {"id": "{artist}"}),
    Case("getArtist", {"id": "{album}"}, error=70),
    Case("getArtist", {"id": "{no_artist}"}, error=70),
    Case("getAlbum", {"id": "{album}"}),
    Case("getAlbum", {"id": "{bare_album}"}),
    Case("getAlbum", {"id": "{song}"}, error=70),
    Case("getAlbum", {"id": "{no_album}"}, error=70),
    Case("getSong", {"id": "{song}"}),
    Case("getSong", {"id": "{other_song}"}),
    Case("getSong", {"id": "{album}"}, error=70),
    Case("getSong", {"id": "{no_song}"}, error=70),
    Case("getGenres"),
    *(
        Case(endpoint, {"type": type_, **more}, steady=type_ != "random")
        for endpoint in ("getAlbumList", "getAlbumList2")
        for type_, more in (
            ("random", {}),
            ("newest", {"size": "2", "offset": "1"}),
            ("highest", {}),
            ("frequent", {}),
            ("recent", {}),
            ("alphabeticalByName", {}),
            ("alphabeticalByArtist", {"musicFolderId": "{folder}"}),
            ("starred", {}),
            ("byYear", {"fromYear": "1960", "toYear": "1990"}),
            ("byYear", {"fromYear": "1990", "toYear": "1960"}),
            ("byGenre", {"genre": "Drum & Bass / Jazz"}),
        )
    ),
    Case("getAlbumList", error=10),
    Case("getAlbumList2", {"type": "best"}, error=10),
    Case("getAlbumList2", {"type": "byYear", "fromYear": "1990"}, error=10),
    Case("getAlbumList2", {"type": "byGenre"}, error=10),
    Case("getRandomSongs", steady=False),
    Case("getRandomSongs", {"genre": "Rock", "fromYear": "1970", "size": "2"}, steady=False),
    Case("getSongsByGenre", {"genre": "Drum & Bass / Jazz"}),
    Case("getSongsByGenre", {"genre": "no such"}),
    Case("search3", {"query": "dog"}),
    Case("search3", {"query": '""'}),
    Case("search3", {"query": "Кино", "albumCount": "0"}),
    Case("search3"),
    Case("stream", {"id": "{song}"}),
    Case("stream", {"id": "{no_song}"}, error=70),
    Case("download", {"id": "{song}"}),
    Case("download", {"id": "{album}"}, error=70),
    Case("getCoverArt", {"id": "al-{album}"}),
    Case("getCoverArt", {"id": "{other_song}", "size": "32"}),
    Case("getCoverArt", {"id": "xy-{album}"}, error=70),
    Case("getCoverArt", {"id": "al-{no_album}"}, error=70),
    Case("star", {"id": ["{song}", "{album}", "{artist}"]}),
    Case("star", error=10),
    Case("star", {"albumId": "{song}"}, error=70),
    Case("unstar", {"id": "{other_song}", "albumId": "{bare_album}"}),
    Case("unstar", {"artistId": "x"}, error=70),
    Case("setRating", {"id": "{other_song}", "rating": "3"}),
    Case("setRating", {"id": "{other_song}", "rating": "6"}, error=10),
    Case("setRating", {"id": "{no_song}", "rating": "3"}, error=70),
    Case("scrobble", {"id": ["{song}", "{other_song}"], "time": ["1700000000000", "1700000100000"]}),
    Case("scrobble", {"id": "{song}", "submission": "false"}),
    Case("scrobble", {"id": "{no_song}"}, error=70),
    Case("getStarred"),
    Case("getStarred2", by="token"),
    Case("getUser", {"username": "ÄNNE"}),
    Case("getUser", {"username": "root"}, error=50),
    Case("getUser", {"username": "root"}, by="admin"),
    Case("getScanStatus"),
    Case("startScan", by="admin"),
    Case("startScan", error=50),
)
