"""Examples of lists and of the walk through the library: sql/queries/{lists,walk}.sql."""

from tests.plans.examples.example import Example, Ids

ROOM = 100
"""Entries that random_songs looks at from each point on."""


def examples(ids: Ids) -> dict[str, Example]:
    page = {"folders": ids.folders, "size": 50, "offset": 100}
    points = {"points": [number * 41_000_000 for number in range(50)], "skips": [number % 16 for number in range(50)]}
    return {
        "newest_albums": Example(page, rows=50),
        "albums_by_name": Example(page, rows=50),
        "albums_by_artist_name": Example(page, rows=50),
        "albums_by_year": Example({**page, "from_year": 1970, "to_year": 1990}, rows=50),
        "albums_by_year_descending": Example({**page, "from_year": 1970, "to_year": 1990}, rows=50),
        "albums_by_genre": Example({**page, "genre": 1}, rows=50),
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
        "songs_by_genre": Example({**page, "genre": 1}, rows=50),
        "all_artists": Example({**page, "after": 50_000}, buffers=600, rows=50),
        "all_albums": Example({**page, "after": ids.album}, rows=50),
        "all_songs": Example({**page, "after": ids.album}, rows=50),
    }  # fmt: skip
