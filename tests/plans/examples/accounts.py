"""Examples of who may listen and of what people run: sql/queries/{accounts,server,service,status,volumes}.sql."""

from tests.plans.examples.example import Example, Ids

ACCOUNTS = frozenset({"account", "api_key"})
VOLUMES = frozenset({"volume"})
INVENTORY = frozenset({"ingest_failure"})
"""What could not be taken in; it waits for an operator, so it is small by nature."""


def examples(ids: Ids) -> dict[str, Example]:
    account = {"account": ids.account}
    name = {"key": "listener 3"}
    removed = Example(account, buffers=10_000, scans=frozenset({"song_rating", "album_rating"}))
    """Once in the life of an account: its ratings are a good part of all, so the averages are read whole."""
    return {
        "accounts": Example(scans=ACCOUNTS, rows=20),
        "account_by_key": Example(name, scans=ACCOUNTS, rows=1),
        "account_by_api_key": Example({"digest": b"\0"}, scans=ACCOUNTS),
        "any_account": Example(scans=ACCOUNTS, rows=1),
        "add_account": Example(
            {"name": "New", "key": "new", "password_hash": "x", "token_secret": b"", "admin": False}, rows=1
        ),
        "set_password": Example({**name, "password_hash": "x", "token_secret": b""}, scans=ACCOUNTS),
        "replace_password_hash": Example({**account, "new": "x", "old": "none"}, scans=ACCOUNTS),
        "lock_administrators": Example(scans=ACCOUNTS),
        "withdraw_sole_album_ratings": removed,
        "withdraw_album_ratings": removed,
        "withdraw_sole_song_ratings": removed,
        "withdraw_song_ratings": removed,
        "remove_account": Example(account, scans=ACCOUNTS),
        "add_api_key": Example({**account, "name": "", "digest": b"\1"}),
        "revoke_api_keys": Example(account, scans=ACCOUNTS),
        "volumes": Example({"kind": "storage"}, scans=VOLUMES, rows=3),
        "volume_by_id": Example({"volume": 1}, scans=VOLUMES, rows=1),
        "add_volume": Example(
            {"name": "new", "kind": "storage", "path": "/new", "template": None, "abilities": "{}", "in_place": False},
            rows=1,
        ),
        "move_volume": Example({"path": "/moved", "abilities": "{}", "volume": 1}, scans=VOLUMES),
        "files_of_volume": Example({"volume": 1}, scans=frozenset({"file_count"}), rows=1),
        "some_files_of_volume": Example({"volume": 1}, buffers=200, rows=20),
        "answers": Example(rows=1, buffers=0),
        "connection_limit": Example(rows=1, buffers=0),
        "library_numbers": Example(scans=frozenset({"catalogue_total", "file_count"}), rows=1),
        "failures": Example(scans=INVENTORY | VOLUMES, rows=500),
        "ask_for_scan": Example({"requested_by": "admin"}, rows=1),
        "scan_request_progress": Example({"request": 5}, buffers=800, rows=1),
        "scan_request_failures": Example({"request": 2}, buffers=800, scans=INVENTORY),
        "server_facts": Example(rows=1, scans=frozenset({"pg_extension"})),
        "trigrams_of_cyrillic": Example(rows=1),
        "sealed_secrets": Example(scans=ACCOUNTS),
        "database_exists": Example({"name": "postgres"}, rows=1, scans=frozenset({"pg_database"})),
        "server_encoding": Example(rows=1),
        "has_tables": Example(rows=1, scans=frozenset({"pg_class", "pg_namespace", "pg_tablespace", "pg_index"})),
        "may_make_tables": Example(rows=1),
        "search_sees_every_letter": Example(rows=1),
        "hold_migration_lock": Example(rows=1),
    }
