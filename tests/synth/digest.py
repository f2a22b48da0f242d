"""What a catalogue holds, table by table, as digests: two catalogues with the same digests are the same."""

from typing import Any, LiteralString

import psycopg

_WHOLE: tuple[LiteralString, ...] = (
    "songs", "albums", "artists", "release_group", "artist_key", "album_key", "directory_code_counter", "genre",
    "genre_folder", "artist_index", "artist_folder", "album_index", "album_genre", "album_credit", "song_index",
    "song_genre", "song_credit", "song_of_album_elsewhere", "lyrics", "cover", "credit_role", "folder_total",
    "list_stretch", "list_block", "name_stretch", "song_rating", "album_rating", "playlist_entry",
)  # fmt: skip

_PARTS: dict[LiteralString, LiteralString] = {
    "leaf": "select number, state, opened_at, closed_at, next_album, albums, songs from leaf",
    "catalogue_total": "select songs, albums, artists, duration_ms, size_bytes from catalogue_total",
    "files": "select path_hash, volume_id, path, kind, state, size_bytes, song_id, album_id from files",
    "account": "select name, key, enabled, admin from account where key like 'listener %'",
    "song_annotation": "select name, t.* from song_annotation as t join account as a on a.id = t.account_id",
    "album_annotation": "select name, t.* from album_annotation as t join account as a on a.id = t.account_id",
    "artist_annotation": "select name, t.* from artist_annotation as t join account as a on a.id = t.account_id",
    "scrobble": "select name, t.* from scrobble as t join account as a on a.id = t.account_id",
    "playlist": "select a.name, t.* from playlist as t join account as a on a.id = t.account_id",
    "sequences": """
        select sequencename, last_value from pg_sequences where sequencename ~ '_entry$|entity_number|^genre|^cover'
    """,
}


def digests(db: psycopg.Connection[Any]) -> dict[str, tuple[int, str]]:
    """Rows and their digest, by table."""
    queries: dict[LiteralString, LiteralString] = {table: f"select * from {table}" for table in _WHOLE} | _PARTS
    found: dict[str, tuple[int, str]] = {}
    for table, query in queries.items():
        # An account has another id in each load, and its rows are told apart by its name.
        row = db.execute(
            f"""
            select count(*), md5(coalesce(string_agg(text, ',' order by text collate "C"), ''))
            from (select (to_jsonb(q) - 'account_id')::text as text from ({query}) as q) as t
            """
        ).fetchone()
        assert row is not None
        found[table] = row
    return found
