"""Examples of what the API reads: sql/queries/{songs,albums,artists,genres,covers,scans}.sql."""

from tests.plans.examples import search
from tests.plans.examples.example import Example, Ids

VOLUMES = frozenset({"volume"})
GENRES = frozenset({"genre", "genre_folder"})


def examples(ids: Ids) -> dict[str, Example]:
    listener = {"account": ids.account, "folders": ids.folders}
    return {
        "songs_by_id": Example({**listener, "ids": ids.songs}, buffers=1300, leaves=10, rows=100),
        "songs_of_album": Example({"album": ids.album}, buffers=100, leaves=1, rows=29),
        "song_file": Example({"song": ids.song, "folders": ids.folders}, buffers=8, scans=VOLUMES, rows=1),
        "song_owners": Example({"ids": [ids.song], "folders": ids.folders}, buffers=8, rows=1),
        "aliases": Example({"ids": [ids.album + 1000]}, buffers=5, rows=1),
        "albums_by_id": Example({**listener, "ids": ids.albums}, buffers=260, leaves=10, rows=20),
        "albums_of_artist": Example({"artist": ids.artist, "folders": ids.folders}, buffers=1200, rows=1),
        "artists_by_id": Example({**listener, "ids": ids.artists}, buffers=1000, rows=50),
        "artists_by_name": Example(
            {"folders": ids.folders, "letter": "K", "name": "", "id": 0, "size": 100}, buffers=800, rows=100
        ),
        "artists_in_folders": Example({"folders": ids.folders}, buffers=100, rows=1),
        "few_artists_by_name": Example({"folders": [3]}, buffers=800, rows=100),
        "visible_folders": Example({"account": ids.account}, scans=VOLUMES | {"account_folder"}, rows=3),
        "genres": Example({"folders": ids.folders}, scans=GENRES, rows=60),
        "genre_by_key": Example({"key": "genre 7"}, scans=GENRES, rows=1),
        **search.examples(ids),
        "cover_of_album": Example({"id": ids.album, "folders": ids.folders}, buffers=6, rows=1),
        "cover_of_song": Example({"id": ids.song, "folders": ids.folders}, buffers=10, rows=1),
        "cover_of_artist": Example({"id": ids.artist, "folders": ids.folders}, buffers=30, leaves=10, rows=1),
        "cover_of_playlist": Example(
            {"id": ids.playlist, "folders": ids.folders, "account": ids.account}, buffers=40, leaves=10
        ),
        "cover_place": Example({"cover": ids.cover}, buffers=6, scans=VOLUMES, rows=1),
        "catalogue_state": Example(scans=frozenset({"catalogue_total"}), rows=1),
        "scan_status": Example(scans=VOLUMES | {"catalogue_total"}, rows=1),
        "request_scan": Example({"account": "admin"}),
    }  # fmt: skip
