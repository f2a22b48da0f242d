"""Examples of what telling songs anew asks and writes: sql/queries/retell.sql."""

from tests.plans.examples.example import Example, Ids


def examples(ids: Ids) -> dict[str, Example]:
    pairs = {"old": ids.albums[:5], "new": ids.albums[5:10]}
    return {
        "albums_of_songs": Example({"ids": ids.songs[:20]}, buffers=130, leaves=10, rows=20),
        "songs_to_retell": Example({"albums": ids.albums}, buffers=2500, leaves=10, rows=150),
        "albums_to_retell": Example({"ids": ids.albums}, buffers=130, leaves=10, rows=20),
        "note_albums_of_files": Example({"hashes": ids.files[:20], "albums": ids.albums}, buffers=1300),
        "hand_over_files": Example(pairs, buffers=1300),
        "note_merged": Example(pairs, buffers=120),
        "forget_merged": Example({"ids": ids.albums}, buffers=120),
    }
