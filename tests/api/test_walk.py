"""The walk through everything that players do with an empty query, page by page."""

import itertools

import pytest

from melodee_api import library_walk, view
from tests.api.shelf import Shelf

KINDS = ("artist", "album", "song")


def page(shelf: Shelf, size: int, offset: int = 0, **offsets: int) -> dict[str, list[str]]:
    """Ids by kind, so many of each from the offset on; `offsets` are of single kinds."""
    counts = {f"{kind}Count": size for kind in KINDS}
    counts |= {f"{kind}Offset": offsets.get(kind, offset) for kind in KINDS}
    answer = shelf.listener.ask("search3", query="", **counts)
    return {kind: [item["id"] for item in answer[kind]] for kind in KINDS}


def test_e3_a_page_may_have_10_000_songs_and_more_gets_10_000(shelf: Shelf):
    album = shelf.album(songs=1000)
    rows = """
        insert into songs (id, album_id, artist_id, album_artist_id, volume_id, path, title, sort_name, album,
            display_artist, display_album_artist, suffix, content_type, size_bytes, modified_at)
        select id + step * 1048576, album_id, artist_id, album_artist_id, volume_id, path, title, sort_name, album,
            display_artist, display_album_artist, suffix, content_type, size_bytes, modified_at
        from songs cross join generate_series(1, 10) as step where id > :album and id < :album + 1024
    """
    everything = """
        with added as (
            insert into song_index (id, volume_id, artist_id, search_name, terms)
            select id + step * 1048576, volume_id, artist_id, search_name, terms
            from song_index cross join generate_series(1, 10) as step where volume_id = :folder
            returning entry
        )
        insert into list_stretch (list, volume_id, stretch, entries)
        select 'songs', :folder, entry >> 13, count(*) from added group by 3
        on conflict (list, scope, volume_id, stretch) do update set entries = list_stretch.entries + excluded.entries
    """
    shelf.query(rows, album=int(album.id))
    shelf.query(everything, folder=shelf.folder)

    whole = page(shelf, 50_000)["song"]
    rest = page(shelf, 10_000, 10_000)["song"]
    assert len(set(whole)) == len(whole) == 10_000
    assert len(rest) == 1000
    assert not set(rest) & set(whole)


def test_the_walk_gives_each_thing_once_whatever_the_pages(shelf: Shelf, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(library_walk, "BATCH", 4)
    monkeypatch.setattr(view, "BATCH", 4)
    for number in range(5):
        shelf.album(f"Album {number}", f"Artist {number}", 3)

    whole = page(shelf, 500)
    assert [len(whole[kind]) for kind in KINDS] == [5, 5, 15]
    for size in (1, 4, 5, 7, 8):
        pages = [page(shelf, size, offset) for offset in range(0, 16, size)]
        for kind in KINDS:
            assert list(itertools.chain(*(each[kind] for each in pages))) == whole[kind], (kind, size)


def test_the_walk_neither_misses_nor_repeats_anything_while_songs_come_to_new_and_old_albums(shelf: Shelf):
    albums = [shelf.album(f"{number}", f"Artist {number}", songs=3) for number in range(4)]
    there = {
        "artist": [album.artist for album in albums],
        "album": [album.id for album in albums],
        "song": [song for album in albums for song in album.songs],
    }
    seen: dict[str, list[str]] = {kind: [] for kind in KINDS}
    for step in range(12):
        for kind, ids in page(shelf, 5, **{kind: len(ids) for kind, ids in seen.items()}).items():
            seen[kind] += ids
        if step < 6:
            there["song"] += shelf.more(albums[step % 4], ["another", "one more"])
            new = shelf.album(f"more {step}", f"Artist more {step}", songs=2)
            there["artist"].append(new.artist)
            there["album"].append(new.id)
            there["song"] += new.songs

    assert seen == there


def test_an_artist_of_several_folders_comes_once(shelf: Shelf):
    other, unseen = shelf.another_folder(shelf.root / "other"), shelf.another_folder(shelf.root / "unseen")
    listener = shelf.another_listener(shelf.folder, other)
    ann = shelf.album(artist="Ann")
    shelf.album(artist="Ann", folder=other)
    bob = shelf.album(artist="Bob", folder=other)
    shelf.album(artist="Cid", folder=unseen)

    def artists(**params: object) -> list[str]:
        return [artist["id"] for artist in listener.ask("search3", albumCount=0, songCount=0, **params)["artist"]]

    assert artists() == [ann.artist, bob.artist]
    assert [artists(artistCount=1, artistOffset=offset) for offset in range(3)] == [[ann.artist], [bob.artist], []]
    assert artists(musicFolderId=shelf.folder) == [ann.artist]
    assert artists(musicFolderId=other) == [ann.artist, bob.artist]


@pytest.mark.parametrize("offset", [10**9, 10**18, 2**63 - 1])
def test_past_the_end_there_is_nothing(shelf: Shelf, offset: int):
    shelf.album()

    assert page(shelf, 500, offset) == {kind: [] for kind in KINDS}
