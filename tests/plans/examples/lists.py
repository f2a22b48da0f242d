"""Examples of lists and of the walk through the library: sql/queries/{lists,walk,stretches}.sql."""

from tests.plans.examples.example import Example, Ids

VOLUMES = frozenset({"volume"})
CUTS = frozenset({"name_stretch"})
"""Where the lists by name are cut: as many rows as the square root of the albums."""
STRETCHES = frozenset({"list_stretch", "list_block"})
TOTAL = frozenset({"catalogue_total"})
ROOM = 100
"""Entries that random_songs looks at from each point on."""


def examples(ids: Ids) -> dict[str, Example]:
    page = {"folders": ids.folders, "size": 50, "offset": 100}
    years = {"from_year": 1970, "to_year": 1990}
    walk = {**page, "after": 0}
    points = {"points": [number * 41_000_000 for number in range(50)], "skips": [number % 16 for number in range(50)]}
    run = {"folders": ids.folders, "each": 50}
    return {
        "newest_albums": Example(page, buffers=30, rows=50),
        "newest_albums, deep": Example({**page, "offset": 19_500}, buffers=90, rows=50),
        "albums_by_name": Example(page, buffers=30, scans=CUTS, rows=50),
        "albums_by_name, deep": Example({**page, "offset": 19_500}, buffers=90, scans=CUTS, rows=50),
        "albums_by_artist_name": Example(page, buffers=30, scans=CUTS, rows=50),
        "albums_by_artist_name, deep": Example({**page, "offset": 19_500}, buffers=90, scans=CUTS, rows=50),
        "albums_by_year": Example({**page, **years}, buffers=30, rows=50),
        "albums_by_year, deep": Example({**page, **years, "offset": 5000}, buffers=90, rows=50),
        "albums_by_year_descending": Example({**page, **years}, buffers=30, rows=50),
        "albums_by_year_descending, deep": Example({**page, **years, "offset": 5000}, buffers=90, rows=50),
        "albums_by_genre": Example({**page, "genre": 1}, buffers=30, rows=50),
        "albums_by_genre, deep": Example({**page, "genre": 1, "offset": 3000}, buffers=90, rows=50),
        "highest_albums": Example(page, buffers=700, rows=50),
        "frequent_albums": Example({**page, "account": ids.account}, buffers=700, rows=50),
        "recent_albums": Example({**page, "account": ids.account}, buffers=700, rows=50),
        "starred_albums": Example({**page, "account": ids.account}, buffers=700, rows=50),
        "starred_songs": Example({"account": ids.account}, buffers=30, rows=100),
        "starred_artists": Example({"account": ids.account}, buffers=30, rows=100),
        "random_albums": Example({"folders": ids.folders, **points, "each": 1}, buffers=600, rows=49),
        "random_songs": Example(
            {"folders": ids.folders, **points, "each": 1, "look": 1, "from_year": None, "to_year": None},
            buffers=700,
            rows=49,
        ),
        "random_songs_of_years": Example(
            {"folders": ids.folders, "point": 1_000_000, "each": 50, "from_year": 1960, "to_year": 2000},
            buffers=1000,
            rows=50,
        ),
        "random_songs_of_genre": Example(
            {
                "folders": ids.folders, **points, "each": 1, "look": ROOM, "genre": 1, "from_year": 1960,
                "to_year": 1965,
            },
            buffers=1500,
            rows=40,
        ),
        # What fills up when points gave too few: a run from a point on.
        "random_songs, run": Example(
            {**run, "points": [1 << 30], "skips": [0], "look": 50, "from_year": None, "to_year": None},
            buffers=60,
            rows=50,
        ),
        "random_songs_of_genre, run": Example(
            {**run, **years, "points": [1 << 30], "skips": [0], "look": 20_000, "genre": 1}, buffers=700, rows=50
        ),
        "random_songs_of_genre_and_years": Example(
            {**run, **years, "point": 1 << 30, "genre": 1, "look": 79}, buffers=20_000, rows=50
        ),
        "songs_of_genre": Example(
            {"folders": ids.folders, "genre": 1}, scans=frozenset({"genre_folder"}), buffers=10, rows=1
        ),
        "songs_by_genre": Example({**page, "genre": 1}, buffers=30, rows=50),
        "songs_by_genre, deep": Example({**page, "genre": 1, "offset": 30_000}, buffers=130, rows=50),
        "all_artists": Example({**walk, "after": 50}, buffers=30, scans=VOLUMES, rows=50),
        "all_artists, deep": Example({**walk, "offset": 5500}, buffers=40, scans=VOLUMES, rows=50),
        "all_artists, of a folder": Example(
            {**walk, "folders": [2], "offset": 3000}, buffers=40, scans=VOLUMES, rows=50
        ),
        # Linear in the artists: see the query.
        "all_artists, of some folders": Example(
            {**walk, "folders": [1, 2], "offset": 3000}, buffers=200, scans=VOLUMES, rows=50
        ),
        "all_albums": Example({**walk, "after": 50}, buffers=30, rows=50),
        "all_albums, deep": Example({**walk, "offset": 19_500}, buffers=90, rows=50),
        "all_songs": Example({**walk, "after": 50}, buffers=30, rows=50),
        "all_songs, deep": Example({**walk, "offset": 195_000}, buffers=90, rows=50),
        "all_songs, of a folder": Example({**walk, "folders": [1], "offset": 120_000}, buffers=90, rows=50),
        "name_lists": Example(buffers=400, scans=TOTAL, rows=2),
        # Upkeep looks at every stretch there is: a row for some thousand entries.
        "remove_empty_stretches": Example(buffers=1500, scans=STRETCHES, rows=1),
        "blocks_differ": Example(buffers=1000, scans=STRETCHES, rows=1),
        "recount_blocks": Example(setup=(("lock_catalogue", {}),), buffers=40_000, rows=1),
        "stretches_have_changed": Example(buffers=300, scans=frozenset({"pg_class", "pg_namespace"}), rows=1),
        "cut_name_stretches": Example(
            {"list": "albums_by_name", "wanted": 500}, setup=(("lock_catalogue", {}),), buffers=5000, rows=1
        ),
    }  # fmt: skip
