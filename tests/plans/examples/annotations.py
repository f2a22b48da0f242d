"""Examples of what listeners write: sql/queries/annotations.sql."""

from datetime import UTC, datetime, timedelta

from tests.plans.examples.example import Example, Ids


def examples(ids: Ids) -> dict[str, Example]:
    songs, albums, artists = ids.songs[:20], ids.albums, ids.artists[:20]
    known = {"folders": ids.folders}
    account = {"account": ids.account}
    opened_song = ("open_song_annotation", {**account, "id": ids.song})
    opened_album = ("open_album_annotation", {**account, "id": ids.album})
    now = datetime(2026, 11, 22, tzinfo=UTC)
    return {
        "known_songs": Example({**known, "ids": songs}, buffers=120, rows=20),
        "known_albums": Example({**known, "ids": albums}, buffers=120, rows=20),
        "known_artists": Example({**known, "ids": artists}, buffers=120, rows=20),
        "star_songs": Example({**account, "ids": songs}, buffers=600),
        "star_albums": Example({**account, "ids": albums}, buffers=600),
        "star_artists": Example({**account, "ids": artists}, buffers=600),
        "unstar_songs": Example({**account, "ids": songs}, buffers=250),
        "unstar_albums": Example({**account, "ids": albums}, buffers=250),
        "unstar_artists": Example({**account, "ids": artists}, buffers=250),
        "open_song_annotation": Example({**account, "id": ids.song}),
        "open_album_annotation": Example({**account, "id": ids.album}),
        "rate_song": Example({**account, "id": ids.song, "rating": 4}, setup=(opened_song,)),
        "rate_album": Example({**account, "id": ids.album, "rating": 4}, setup=(opened_album,)),
        "rate_artist": Example({**account, "id": ids.artist, "rating": None}),
        "scrobble": Example(
            {
                **account,
                "client": "player",
                "songs": songs,
                "albums": [song & ~1023 for song in songs],
                "artists": artists,
                "moments": [now - timedelta(minutes=number) for number in range(20)],
            },
            buffers=500,
            rows=1,
        ),
        "play_now": Example({**account, "client": "player", "song": ids.song}),
    }
