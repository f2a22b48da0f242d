"""Examples of what is kept beside songs: sql/queries/{playlist_imports,sidecars}.sql."""

from datetime import UTC, datetime
from uuid import UUID

from psycopg.types.json import Jsonb

from tests.plans.examples.example import Example, Ids

NEW = UUID("00000000-0000-0000-0000-000000000000")
NEW_PLAYLIST = (1 << 42) - 1022
"""The id of a playlist that is not there."""

NONE = frozenset({"note"})
"""Empty in the synthetic catalogue."""


def examples(ids: Ids) -> dict[str, Example]:
    imported = {"import": 1}
    line = {
        "line": 1, "text": "a.mp3", "artist": "", "title": "", "duration_s": None, "file_key": "a", "title_key": "",
        "song_id": None,
    }  # fmt: skip
    return {
        "playlist_import_of": Example({"key": NEW}),
        "enter_playlist_import": Example(
            {
                "key": NEW, "volume": 1, "path": b"a", "place_volume": 1, "place_path": b"a", "digest": b"\0",
                "name": "a",
            },
            rows=1,
        ),
        "replace_playlist_import_lines": Example({**imported, "lines": [1], "rows": Jsonb([line])}, buffers=200),
        "waiting_playlist_lines": Example(
            {"files": [f"file {number}" for number in range(100)], "titles": ["title7"]}, buffers=1500, rows=2
        ),
        "set_playlist_lines": Example({"imports": [1, 2], "lines": [1, 1], "songs": ids.songs[:2]}),
        "playlist_imports_by_id": Example({"ids": [1, 2]}, rows=2),
        "playlist_import_lines": Example(imported, rows=20),
        "unmatched_playlist_lines": Example(imported, rows=2),
        "first_administrator": Example(scans=frozenset({"account"})),
        "insert_playlist": Example({"playlist": NEW_PLAYLIST, "account": ids.account, "name": "new"}),
        "untouched_playlist": Example({"playlist": ids.playlist, "changed_at": datetime(1999, 1, 1, tzinfo=UTC)}),
        "replace_playlist_entries": Example(
            {"playlist": ids.playlist, "songs": ids.songs, "name": "told anew"}, buffers=3000, leaves=10, rows=1
        ),
        "set_import_playlist": Example(
            {**imported, "playlist": ids.playlist, "changed_at": datetime(1999, 1, 1, tzinfo=UTC)}
        ),
        "songs_with_titles": Example({"titles": ["ofthesong", "a"]}, buffers=5000, leaves=10),
        "songs_of_files": Example({"hashes": ids.files}, buffers=1500, leaves=10),
        # For people, who seldom ask.
        "playlist_imports": Example(
            buffers=2000, scans=frozenset({"playlist_import", "playlist_import_line", "volume"}), rows=2000
        ),
        "insert_sidecar_lyrics": Example(
            {
                "lyrics": Jsonb(
                    [{"song_id": ids.song, "position": 9, "language": "xxx", "synced": False, "text": "la"}]
                )
            }
        ),
        "replace_notes": Example(
            {"notes": Jsonb([{"subject_id": ids.album, "position": 0, "text": "a", "is_art": False, "facts": {}}])}
        ),
        "set_disc_covers": Example({"albums": [ids.album], "discs": [1], "covers": [ids.cover]}),
        "set_artist_covers": Example({"ids": [ids.artist], "covers": [ids.cover]}, buffers=100),
        "sidecar_lyrics_of": Example({"songs": ids.songs[:10]}),
        "remove_sidecar_lyrics": Example({"songs": ids.songs[:10]}),
        "notes_on": Example({"subjects": ids.albums[:10]}, scans=NONE),
        "remove_notes": Example({"subjects": ids.albums[:10]}, scans=NONE),
        "newest_albums_of_artists": Example({"ids": [ids.artist], "most": 100}, rows=1),
        "sidecars_of_albums": Example({"ids": ids.albums}, buffers=1100),
        "name_imported_file": Example({"place": NEW}),
    }  # fmt: skip
