"""Examples of what work on a leaf asks and notes: sql/queries/leaf_work.sql and cover_change.sql."""

from tests.plans.examples.example import Example, Ids

LEAVES = frozenset({"leaf", "leaf_work", "work_inputs"})
"""A row for each leaf, and each kind of work."""


SMALL = frozenset({"disc_cover", "volume"})
"""Some rows in the synthetic catalogue, or none."""


def examples(ids: Ids) -> dict[str, Example]:
    leaf = {"start": 1 << 43, "end": 2 << 43}
    after = {"after": ids.albums[0], "end": (ids.albums[0] >> 43) + 1 << 43, "most": 100}
    one = {"asset": "leaf_rules", "leaf": 1}
    files = ids.files[:20]
    noted = {"sizes": [1] * 20, "modified": [1] * 20, "changed": [1] * 20, "samples": [None] * 20}
    album = ids.albums[0]
    pairs = {"albums": [album], "covers": [ids.cover]}
    bounds = {"low": album >> 43 << 43, "high": (album >> 43) + 1 << 43}
    begun = ("begin_leaf_work", {**one, "inputs": "x", "run": None, "position": 1, "total": 1})
    return {
        "claim_leaf_work": Example(one, rows=1),
        "release_leaf_work": Example(one, setup=[("claim_leaf_work", one)], rows=1),
        "continue_leaf_work": Example({**one, "inputs": "x", "run": None}, scans=LEAVES, setup=[begun], rows=1),
        "begin_leaf_work": Example(begun[1], scans=LEAVES, rows=1),
        "advance_leaf_work": Example(
            {**one, "position": 1, "done": 1, "changed": 1, "failed": 1, "seconds": 1.0}, scans=LEAVES, setup=[begun]
        ),
        "finish_leaf_work": Example(one, scans=LEAVES, setup=[begun]),
        "leaf_work_seen": Example(one, scans=LEAVES, setup=[begun], rows=1),
        "leaf_work_under_way": Example(scans=LEAVES, setup=[begun], rows=1),
        "note_inputs": Example({"asset": "leaf_rules", "inputs": "x"}, scans=LEAVES),
        # The first song of each leaf.
        "leaves_unseen": Example(
            {"asset": "leaf_rules"}, buffers=80, leaves=12, scans=LEAVES, rows=1,
            setup=[("note_inputs", {"asset": "leaf_rules", "inputs": "x"})],
        ),
        # All of one leaf, which is what they count: its keys.
        "count_tagged_songs": Example(leaf, buffers=200, rows=1),
        "count_songs_of_leaf": Example(leaf, buffers=200, rows=1),
        "tagged_songs": Example(after, buffers=40, rows=50),
        "files_of_songs": Example(after, buffers=60, rows=50),
        "tags_of_songs": Example({"ids": ids.songs[:20]}, buffers=130, leaves=10, rows=20),
        "spans_of_songs": Example({"ids": ids.songs[:20]}, buffers=130, leaves=10, rows=20),
        "hashes_of_files": Example({"hashes": files}, buffers=130, rows=20),
        "note_files_read": Example({"hashes": files, **noted}, buffers=1300),
        "note_content": Example({"hashes": files, "contents": [b"x"] * 20}, buffers=1000),
        "albums_of_leaf": Example({**after, "most": 10}, buffers=60, rows=10),
        "count_albums_of_leaf": Example(leaf, buffers=60, rows=1),
        "pictures_of_albums": Example({"ids": ids.albums}, buffers=1100),
        "songs_beside_pictures": Example({"ids": ids.albums}, buffers=2500, leaves=10, rows=100),
        "covers_of_artists": Example({"ids": [ids.artist]}, rows=1),
        "disc_covers_of_albums": Example({"ids": ids.albums}, buffers=200, scans=SMALL),
        "remove_disc_covers": Example({"albums": ids.albums, "discs": [1] * 20}, buffers=200, scans=SMALL),
        "set_album_covers": Example({**pairs, "ids": [album], **bounds}, buffers=60),
        "set_song_covers": Example({**pairs, "ids": [album + 1, album + 2], **bounds}, buffers=120),
        "artists_of_albums": Example({"ids": ids.albums}, buffers=120, rows=10),
        "random_songs_to_decode": Example({"key": 1000, "most": 20}, buffers=300, leaves=10, scans=SMALL, rows=20),
    }  # fmt: skip
