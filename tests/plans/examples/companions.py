"""Examples of what joins albums late: sql/queries/companions.sql."""

from tests.plans.examples.example import Example, Ids

PARTS = 700
"""Pages for a handful of folders, each looked for in the sixteen partitions of files."""


def examples(ids: Ids) -> dict[str, Example]:
    volume = {"volume": ids.inbound}
    folders = [b"folder %d" % number for number in range(1, 6)]
    return {
        "note_dropped_folders": Example(
            {"volumes": [ids.inbound] * 2, "folders": [b"new", b"newer"], "albums": ids.albums[:2]}
        ),
        "albums_dropped_in": Example({**volume, "folders": folders, "most": 101}, rows=5),
        # One in which a thousand albums were dropped.
        "albums_dropped_in, a heap": Example({**volume, "folders": [b"heap"], "most": 101}, buffers=600, rows=101),
        "songs_stored_in": Example({"volume": 1, "folders": folders}, buffers=PARTS),
        "albums_to_join": Example({"ids": ids.albums[:10]}, buffers=200, leaves=10, rows=10),
        "songs_to_join": Example({"ids": ids.albums[:10]}, buffers=1300, leaves=10, rows=50),
        "lyrics_of": Example({"songs": ids.songs[:10]}),
        "settle_findings": Example({"albums": ids.albums, "codes": ["missing_cover_art"]}, buffers=200),
        "alone_in_folders": Example({**volume, "folders": folders, "batch": "x"}, buffers=PARTS),
    }
