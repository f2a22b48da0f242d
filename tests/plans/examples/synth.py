"""Queries that load a whole catalogue. What makes and fills tables has no plan."""

from tests.plans.examples.example import Example, Ids

FILES = frozenset(f"files_{part}" for part in range(16))
"""The ledger, which holds next to nothing where a synthetic catalogue is taken out."""
SMALL = frozenset({"volume", "synthetic", "batch", "album_key", "artist_key", "playlist", "credit_role", "genre"})
"""What is small, or of which one row is looked for."""
CATALOGUE = frozenset({"pg_class", "pg_index", "pg_am", "pg_inherits", "pg_namespace"})


def examples(_: Ids) -> dict[str, Example]:
    return {
        "hold_catalogue": Example(rows=1),
        "hold_artists": Example(rows=1),
        "release_holds": Example(rows=1),
        "wait_for_locks": Example({"time": "300ms"}, rows=1),
        "hold_synthetic": Example(rows=1),
        "prepare_load": Example({"memory": "64MB", "workers": "1"}, rows=1),
        "indexes_of": Example({"tables": ["song_index", "song_credit"]}, scans=CATALOGUE, rows=6),
        "leaf_filled": Example(
            {"number": 1, "state": "closed", "opened": None, "closed": None, "next": 10, "songs": 100},
            scans=frozenset({"leaf"}),
        ),
        "open_leaf": Example({"number": 1, "opened": None}, scans=frozenset({"leaf"})),
        "settle_sequences": Example(
            # Sequences are not taken back with the transaction: far enough for all that other examples make.
            dict.fromkeys(("entities", "songs", "albums", "artists"), 1 << 31), buffers=200, scans=SMALL, rows=1
        ),
        "settle_totals": Example({"artists": 1}, scans=frozenset({"catalogue_total", "folder_total"})),
        "disk_of_tables": Example(buffers=100_000, scans=CATALOGUE, rows=10),
        "synthetic": Example(scans=frozenset({"synthetic"})),
        "holds_real_music": Example(buffers=200, scans=SMALL, rows=1),
        "begin_synthetic": Example(
            {
                "seed": 1, "songs": 1, "albums": 1, "artists": 1, "users": 1, "leaf_rows": 1, "volumes": [1],
                "accounts": ["listener 1"],
            }
        ),
        "remove_synthetic_accounts": Example(scans=frozenset({"synthetic", "account"})),
        "taken_by_others": Example({"keys": ["listener 1"]}, scans=frozenset({"synthetic", "account"})),
        "remove_synthetic_files": Example(leaves=0, buffers=10_000, scans=FILES | {"synthetic"}),
        "reserve_upkeep": Example({"names": ["list_places", "vocabulary"]}),
        "finish_synthetic": Example(scans=frozenset({"synthetic"})),
    }  # fmt: skip
