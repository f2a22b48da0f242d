"""Examples of what the doctor compares and mends: sql/queries/{drift,drift_numbers}.sql.

A range is that of ten albums here; production's hold some hundred. What is added up once looks through every table of
numbers, and the count of rows through the keys of everything. The numbers that are mended here are all but those of
one leaf: nothing else was counted.
"""

from psycopg.types.json import Jsonb

from tests.plans.examples.example import Example, Ids

NUMBERS = frozenset({
    "artist_folder", "artist_index", "catalogue_total", "counted", "credit_role", "difference", "folder_total",
    "genre_folder", "list_block", "list_stretch", "song_credit", "account",
})  # fmt: skip

EMPTY_LEAVES = frozenset({"albums_0011", "albums_0012", "songs_0011", "songs_0012"})


def examples(ids: Ids) -> dict[str, Example]:
    album = ids.albums[0]
    bounds: dict[str, object] = {"low": album, "high": album + 10 * 1024}
    leaf: dict[str, object] = {"low": album >> 43 << 43, "high": (album >> 43) + 1 << 43}
    song = album + 1
    place = {
        "problem": "wrong", "id": song, "volume_id": 1, "artist_id": ids.artist, "year": 1999, "duration_ms": 1,
        "search_name": "new", "terms": ["new"], "sort_name": "new", "artist_sort_name": "x", "index_letter": "N",
    }  # fmt: skip
    rows = {
        "song_index": [place, place | {"problem": "missing", "id": song + 500}],
        "album_index": [place | {"id": album}, place | {"problem": "missing", "id": song + 500}],
        "artist_index": [place | {"id": ids.artist}, place | {"problem": "missing", "id": 77}],
        "song_genre": [{"problem": "missing", "genre_id": 1, "volume_id": 9, "song_id": song, "year": 1999}],
        "album_genre": [{"problem": "missing", "genre_id": 1, "volume_id": 9, "album_id": album}],
        "song_credit": [{"problem": "missing", "artist_id": 77, "role": "clown", "song_id": song}],
        "album_credit": [{"problem": "missing", "artist_id": 77, "album_id": album, "role": "appearance"}],
        "song_of_album_elsewhere": [{"problem": "missing", "album_id": album, "song_id": song}],
        "albums": [{"problem": "wrong", "id": album, "songs": 1, "duration_ms": 1, "size_bytes": 1}],
        "lyrics": [{"song_id": song, "position": 0}],
    }  # fmt: skip
    mends = {
        f"mend_{table}": Example({"rows": Jsonb(found)}, buffers=200, scans=NUMBERS) for table, found in rows.items()
    }
    mends["mend_albums"] = Example({"rows": Jsonb(rows["albums"]), **leaf}, buffers=40)
    counted = (("make_counted", {}), ("make_difference", {}))
    differing = (*counted, ("count_range", leaf), ("compare_numbers", {}))
    return {
        **mends,
        "leaf_numbers": Example(scans=frozenset({"leaf"}), rows=10),
        "drift_range_end": Example(leaf, buffers=300, rows=1),
        "drift_counts": Example(bounds, buffers=30, rows=1),
        "songs_and_places": Example(bounds, buffers=120, rows=90),
        "albums_and_places": Example(bounds, buffers=120, rows=10),
        "song_genre_drift": Example(bounds, buffers=2500),
        "album_genre_drift": Example(bounds, buffers=2500),
        "album_credit_drift": Example(bounds, buffers=400, leaves=10),
        "song_credit_drift": Example(bounds, buffers=1200, scans=NUMBERS),
        "credits_of_songs": Example(bounds, buffers=40, rows=1),
        "listed_song_credits": Example(buffers=6000, scans=NUMBERS, rows=10),
        "song_credit_strays": Example(bounds, buffers=8000, leaves=10, scans=NUMBERS),
        "song_of_album_elsewhere_drift": Example(bounds, buffers=200, leaves=10),
        "albums_drift": Example(bounds, buffers=200, leaves=10),
        "songs_drift": Example(bounds, buffers=500, leaves=10),
        "lyrics_drift": Example(bounds, buffers=60, leaves=10),
        "drift_artists_end": Example({"low": 0}, buffers=400, rows=1),
        "artists_and_places": Example({"low": 0, "high": 100 << 10}, buffers=6000, scans=NUMBERS, rows=90),
        "mend_artist_entries": Example({"ids": ids.artists}, buffers=600, scans=NUMBERS),
        "count_range": Example(bounds, buffers=4000, leaves=10, scans=NUMBERS, setup=counted),
        "counted_numbers": Example(setup=counted, scans=NUMBERS, rows=1),
        "compare_numbers": Example(
            buffers=8000, scans=NUMBERS, setup=(*counted, ("count_range", leaf))
        ),
        "differences": Example(buffers=2000, setup=differing, scans=NUMBERS, rows=5),
        "mend_folder_total": Example(buffers=2000, setup=differing, scans=NUMBERS),
        "mend_genre_folder": Example(buffers=3000, setup=differing, scans=NUMBERS),
        "mend_artist_folder": Example(buffers=120_000, setup=differing, scans=NUMBERS),
        "remove_uncredited_artists": Example(buffers=120_000, setup=differing, scans=NUMBERS),
        "mend_list_stretch": Example(buffers=120_000, setup=differing, scans=NUMBERS),
        "mend_catalogue_total": Example(buffers=2000, setup=differing, scans=NUMBERS),
        # The keys of everything, since what it counts is all there is; an empty leaf has nothing but its end.
        "catalogue_check": Example(buffers=20_000, leaves=12, scans=NUMBERS | EMPTY_LEAVES),
    }  # fmt: skip
