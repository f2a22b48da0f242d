"""Examples of what changes and removals write: sql/queries/catalogue_change.sql."""

from psycopg.types.json import Jsonb

from tests.plans.examples.example import Example, Ids

SMALL = frozenset({"folder_total", "credit_role"})
"""A row for each music folder, and for each role."""


def examples(ids: Ids) -> dict[str, Example]:
    album = ids.albums[0]
    leaf = {"low": album >> 43 << 43, "high": (album >> 43) + 1 << 43}
    songs = [album + slot for slot in range(1, 11)]
    told = {
        "id": album, "volume_id": 1, "folder": "6162", "name": "New", "sort_name": "new", "artist_id": ids.artist,
        "artist_sort_name": "x", "display_artist": "X", "credits": [], "year": 1999, "genres": ["Genre 1"],
        "genre_ids": [1], "release_types": [], "labels": [], "catalogue_numbers": [], "moods": [],
        "compilation": False, "disc_titles": [], "search_name": "new", "terms": ["new"],
    }  # fmt: skip
    told_songs = [
        {
            "id": number, "album_id": album, "artist_id": ids.artist, "album_artist_id": ids.artist, "volume_id": 1,
            "path": "6162", "title": "New", "sort_name": "new", "album": "New", "display_artist": "X",
            "display_album_artist": "X", "credits": [], "year": 1999, "genres": ["Genre 1"], "genre_ids": [1],
            "duration_ms": 1, "suffix": "flac", "content_type": "audio/flac", "size_bytes": 1, "modified_ns": 1,
            "isrc": [], "moods": [], "groupings": [], "works": [], "movements": [], "tags": {},
            "search_name": "new", "terms": ["new"],
        }
        for number in songs
    ]  # fmt: skip
    tags = [{"id": number, "track": {"title": "New"}, "origin": "6162", "moved": True} for number in songs]
    pairs = {"albums": [album] * 10, "songs": ids.songs[:10]}
    places = {"volumes": [1] * 20, "paths": [b"folder/%d/1.flac" % number for number in range(20)]}
    keys = {"keys": [f"album {number}" for number in ids.albums], "ids": ids.albums}
    return {
        "albums_to_change": Example({"ids": ids.albums}, buffers=130, leaves=10, rows=20),
        "songs_to_change": Example({"ids": ids.songs[:20]}, buffers=130, leaves=10, rows=20),
        "songs_of_albums": Example({"ids": ids.albums}, buffers=250, leaves=10, rows=150),
        "credited_on_albums": Example({"ids": ids.albums}, buffers=120, rows=15),
        "remove_songs": Example({"ids": songs, **leaf}, buffers=250),
        "remove_albums": Example({"ids": [album], **leaf}, buffers=40),
        "recount_albums": Example({"ids": [album], **leaf}, buffers=60),
        "albums_that_differ": Example({"albums": Jsonb([told])}, buffers=60, rows=1),
        "songs_that_differ": Example({"songs": Jsonb(told_songs)}, buffers=150, rows=10),
        "song_tags_that_differ": Example({"tags": Jsonb(tags)}, buffers=80, rows=10),
        "retell_song_tags": Example({"tags": Jsonb(tags), "moved": songs}, buffers=200),
        "describe_albums": Example({"ids": [album], "albums": Jsonb([told])}, buffers=60),
        "describe_album_index": Example({"albums": Jsonb([told])}, buffers=120),
        "describe_songs": Example({"ids": songs, "songs": Jsonb(told_songs)}, buffers=800),
        "restyle_songs": Example({"ids": songs, "albums": Jsonb([told]), **leaf}, buffers=250),
        "leave_albums": Example(pairs),
        "join_albums": Example(pairs, buffers=80),
        "take_over_album_keys": Example({**keys, "keys": [*keys["keys"][:19], "album new"]}, buffers=200),
        "give_up_album_keys": Example(keys, buffers=150),
        "move_covers": Example(
            {**places, "new_volumes": [1] * 20, "new_paths": [b"elsewhere"] * 20}, buffers=120, scans=SMALL
        ),
        "rehome_covers": Example({**places, "albums": ids.albums}, buffers=200, leaves=10),
        "remove_artist_index": Example({"ids": ids.artists}, buffers=800, scans=SMALL),
        "settle_artists": Example(
            {"ids": ids.artists[:10], "covers": [ids.cover]}, buffers=1500, leaves=10, scans=SMALL
        ),
    }  # fmt: skip
