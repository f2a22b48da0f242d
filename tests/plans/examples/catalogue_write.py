"""Examples of what promotion writes: sql/queries/{catalogue_write,leaves}.sql."""

from psycopg.types.json import Jsonb

from tests.plans.examples.example import Example, Ids

TOTAL = frozenset({"catalogue_total"})
LEAVES = frozenset({"leaf"})
GENRES = frozenset({"genre", "genre_folder"})

NEW_ALBUM = (10 << 43) | (9_000_000 << 10)
"""In the last of the leaves that are full: the open one is empty and would make every plan look good."""

MBID = "189002e7-3285-4e2e-92a3-7f6c30d407a2"

NEW_ARTIST = (9_000_000 << 10) | 1


def examples(ids: Ids) -> dict[str, Example]:
    album = {
        "id": NEW_ALBUM, "volume_id": 1, "folder": "6162", "name": "New", "sort_name": "new", "artist_id": ids.artist,
        "artist_sort_name": "x", "display_artist": "X", "credits": [], "year": 1999, "genres": ["Genre 1"],
        "genre_ids": [1],
        "release_types": [], "labels": [], "catalogue_numbers": [], "moods": [], "compilation": False,
        "disc_titles": [], "song_count": 10, "duration_ms": 1, "size_bytes": 1, "search_name": "new", "terms": ["new"],
    }  # fmt: skip
    known = album | {"id": ids.albums[0]}
    songs = [
        {
            "id": NEW_ALBUM + slot, "album_id": NEW_ALBUM, "artist_id": ids.artist, "album_artist_id": ids.artist,
            "volume_id": 1, "path": "6162", "title": "New", "sort_name": "new", "album": "New", "display_artist": "X",
            "display_album_artist": "X", "credits": [], "year": 1999, "genres": ["Genre 1"], "genre_ids": [1],
            "duration_ms": 1,
            "suffix": "flac", "content_type": "audio/flac", "size_bytes": 1, "modified_ns": 1, "isrc": [],
            "moods": [], "groupings": [], "works": [], "movements": [],
            "tags": {}, "search_name": "new", "terms": ["new"],
        }
        for slot in range(1, 11)
    ]  # fmt: skip
    keys = [f"album {number}" for number in ids.albums]
    groups = [
        {"id": (NEW_ARTIST >> 10 << 10) | 3, "key": "new", "artist_id": ids.artist, "name": "N", "release_types": []}
    ]  # fmt: skip
    return {
        "artist_keys": Example({"keys": ["name:nobody", "name:somebody"]}, buffers=20),
        "claim_artist_keys": Example({"keys": ["name:nobody"], "ids": [NEW_ARTIST]}),
        "lock_artists": Example(rows=1),
        "lock_catalogue": Example(rows=1),
        "commit_with_what_follows": Example(rows=1),
        "take_entity_numbers": Example({"wanted": 3}, rows=3),
        "artists_by_ids": Example({"ids": ids.artists}, buffers=250, rows=50),
        "set_artist_mbids": Example(
            {"mbids": [MBID], "ids": [ids.artist]}, buffers=120
        ),
        "take_directory_codes": Example({"bases": ["NA", "NB"], "wanted": [1, 3]}, rows=2),
        "insert_artists": Example(
            {
                "artists": Jsonb([{
                    "id": NEW_ARTIST, "name": "N", "sort_name": "n", "index_letter": "N", "directory_code": "N",
                    "directory_base": "N", "mbid": None,
                }])
            }
        ),
        "claim_genres": Example({"keys": ["genre 1", "polka"], "names": ["x", "Polka"]}),
        "genres_by_keys": Example({"keys": ["genre 1", "genre 2"]}, scans=GENRES, rows=2),
        "claim_album_keys": Example({"keys": [*keys, "new"], "ids": [*ids.albums, NEW_ALBUM]}, buffers=200),
        "album_keys": Example({"keys": keys}, buffers=120, rows=20),
        "take_album_numbers": Example(
            {"wanted": 5, "songs": 50, "leaf_rows": 20_000}, buffers=200, scans=LEAVES, rows=1
        ),
        "prepare_leaf": Example(scans=LEAVES, rows=1),
        "lock_albums": Example(rows=1),
        "albums_alike": Example({"ids": ids.albums}, buffers=500, leaves=10, rows=20),
        "claim_release_groups": Example({"groups": Jsonb(groups)}),
        "release_groups_by_keys": Example({"keys": [f"group {number}" for number in ids.albums]}, buffers=120, rows=20),
        "release_groups_by_mbids": Example({"mbids": [MBID]}),
        "set_release_group_mbids": Example({"ids": [1, 2], "mbids": [MBID, MBID]}),
        "upsert_covers": Example(
            {
                "covers": Jsonb([{
                    "digest": "0e", "volume_id": 1, "path": "0e", "embedded": False, "content_type": "image/png",
                    "width": 1, "height": 1,
                }])
            },
            rows=1,
        ),
        "upsert_albums": Example(
            {"ids": [NEW_ALBUM, known["id"]], "albums": Jsonb([album, known])}, buffers=100, leaves=2, rows=2
        ),
        "insert_songs": Example({"songs": Jsonb(songs)}, buffers=450),
        "write_song_tags": Example(
            {"tags": Jsonb([{"id": song["id"], "track": {}, "origin": "61"} for song in songs])}, buffers=200, leaves=2
        ),
        "insert_songs_elsewhere": Example({"albums": [NEW_ALBUM], "songs": [ids.song + 1]}),
        "insert_artist_index": Example(
            {
                "artists": Jsonb([
                    {"id": NEW_ARTIST, "index_letter": "N", "sort_name": "n", "search_name": "n", "terms": ["n"]}
                ])
            },
            rows=1,
        ),
        "insert_album_index": Example({"albums": Jsonb([album])}),
        "albums_there": Example({"ids": [*ids.albums, NEW_ALBUM]}, buffers=200, leaves=10, rows=20),
        "date_songs": Example(
            {
                "albums": ids.albums[:1], "years": [1999], "ids": [ids.albums[0] + 1, ids.albums[0] + 2],
                "low": ids.albums[0] >> 43 << 43, "high": (ids.albums[0] >> 43) + 1 << 43,
            },
            buffers=120,
        ),
        "date_album_index": Example({"ids": ids.albums, "years": [1999] * len(ids.albums)}, buffers=900),
        "index_albums": Example({"ids": [NEW_ALBUM]}, buffers=2500, rows=1),
        "unindex_albums": Example({"ids": ids.albums[:1]}, buffers=3000, rows=1),
        "describe_artists": Example(
            {"ids": [ids.artist], "artists": Jsonb([{"id": ids.artist, "roles": ["composer"], "cover": None}])},
            buffers=200,
        ),
        "insert_lyrics": Example({"lyrics": Jsonb([{"song_id": NEW_ALBUM + 1, "synced": False, "text": "la"}])}),
        "stamp_catalogue": Example({"artists": 0}, scans=TOTAL),
        # It reads statistics for each leaf; the catalogue has just been analysed, so it has nothing to do.
        "analyze_grown_leaves": Example(buffers=3000),
        "leaf_summary": Example(scans=LEAVES, rows=1),
        "leaves": Example(scans=LEAVES, rows=10),
        "leaves_to_care_for": Example(buffers=3000, scans=LEAVES),
        "leaf_state": Example({"leaf": 1}, buffers=200, scans=LEAVES, rows=1),
        "note_care": Example({"leaf": 1}, scans=LEAVES),
        "catalogue_totals": Example(scans=TOTAL, rows=1),
    }  # fmt: skip
