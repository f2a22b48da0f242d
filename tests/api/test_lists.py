"""Lists of albums and songs: order, pages, randomness."""

import itertools

import pytest

from melodee_api import random_choice
from tests.api.shelf import Album, Listener, Shelf

TYPES = {
    "newest": {}, "highest": {}, "frequent": {}, "recent": {}, "alphabeticalByName": {}, "alphabeticalByArtist": {},
    "starred": {}, "byYear": {"fromYear": 1900, "toYear": 2100}, "byGenre": {"genre": "Jazz"},
}  # fmt: skip


def listed(listener: Listener, type_: str, **params: object) -> list[str]:
    """Ids, which are the same in both forms of the list."""
    by_tags = listener.ask("getAlbumList2", type=type_, **params)["album"]
    if type_ != "random":
        by_folder = listener.ask("getAlbumList", type=type_, **params)["album"]
        assert [album["id"] for album in by_folder] == [album["id"] for album in by_tags]
    return [album["id"] for album in by_tags]


def test_d3_newest_albums_come_first(shelf: Shelf):
    albums = [shelf.album(f"Album {number}").id for number in range(3)]

    assert listed(shelf.listener, "newest") == albums[::-1]


def test_d3_by_name_and_by_artist_ignore_articles_and_case(shelf: Shelf):
    wall = shelf.album("The Wall", "pink Floyd").id
    umma = shelf.album("Ummagumma", "Pink Floyd").id
    abba = shelf.album("Zebra", "ABBA").id

    assert listed(shelf.listener, "alphabeticalByName") == [umma, wall, abba]
    assert listed(shelf.listener, "alphabeticalByArtist") == [abba, umma, wall]


def test_d3_by_year_goes_up_or_down_as_the_years_are_given(shelf: Shelf):
    years = {year: shelf.album(f"In {year}", year=year).id for year in (1990, 1970, 1980, 2000)}
    shelf.album("Timeless")

    assert listed(shelf.listener, "byYear", fromYear=1970, toYear=1990) == [years[1970], years[1980], years[1990]]
    assert listed(shelf.listener, "byYear", fromYear=1990, toYear=1970) == [years[1990], years[1980], years[1970]]
    assert listed(shelf.listener, "byYear", fromYear=2000, toYear=2000) == [years[2000]]


def test_d3_by_genre_takes_each_of_an_albums_genres(shelf: Shelf):
    both = shelf.album("Both", genres=["Jazz", "Rock"]).id
    rock = shelf.album("Rock", genres=["rock"]).id

    assert listed(shelf.listener, "byGenre", genre="ROCK") == [rock, both]
    assert listed(shelf.listener, "byGenre", genre="Jazz") == [both]
    assert listed(shelf.listener, "byGenre", genre="Polka") == []


def test_d3_highest_is_the_average_of_all_listeners(shelf: Shelf):
    low, high, none = (shelf.album(name) for name in ("Low", "High", "None"))
    other = shelf.another_listener()
    for listener, album, rating in ((shelf.listener, low, 5), (other, low, 1), (shelf.listener, high, 4)):
        listener.ask("setRating", id=album.id, rating=rating)

    for listener in (shelf.listener, other):
        assert listed(listener, "highest") == [high.id, low.id]
    other.ask("setRating", id=low.id, rating=0)
    assert listed(shelf.listener, "highest") == [low.id, high.id]
    assert none.id not in listed(shelf.listener, "highest")


def test_d3_frequent_and_recent_are_the_listeners_own_plays(shelf: Shelf):
    first, second, third = (shelf.album(name, songs=2) for name in ("First", "Second", "Third"))
    plays = [(first.songs[0], 100), (first.songs[1], 200), (second.songs[0], 300), (first.songs[0], 400)]
    plays += [(second.songs[0], 500), (third.songs[0], 450)]
    shelf.listener.ask(
        "scrobble", id=[song for song, _ in plays], time=[1_700_000_000_000 + moment for _, moment in plays]
    )

    assert listed(shelf.listener, "frequent") == [first.id, second.id, third.id]
    assert listed(shelf.listener, "recent") == [second.id, third.id, first.id]
    assert listed(shelf.another_listener(), "recent") == []


def test_d3_starred_comes_latest_first(shelf: Shelf):
    first, second = shelf.album("First"), shelf.album("Second")
    for album in (second, first):
        shelf.listener.ask("star", albumId=album.id)

    assert listed(shelf.listener, "starred") == [first.id, second.id]


@pytest.mark.parametrize("type_", ["", "best", "Newest", "newest "])
def test_z1_an_unknown_type_is_error_10(shelf: Shelf, type_: str):
    for endpoint in ("getAlbumList", "getAlbumList2"):
        assert shelf.listener.error(endpoint, type=type_) == 10


def loved(shelf: Shelf, number: int) -> list[Album]:
    """Albums that are alike in name, year, genre, stars, rating and plays: only the id tells them apart."""
    albums = [shelf.album("Same", "Same", year=1999, genres=["Jazz"]) for _ in range(number)]
    shelf.listener.ask("star", albumId=[album.id for album in albums])
    for album in albums:
        shelf.listener.ask("setRating", id=album.id, rating=3)
    shelf.listener.ask("scrobble", id=[album.songs[0] for album in albums], time=[1_700_000_000_000 for _ in albums])
    return albums


def test_d5_pages_fit_together_in_every_type_though_everything_is_alike(shelf: Shelf):
    there = {album.id for album in loved(shelf, 7)}

    for type_, params in TYPES.items():
        whole = listed(shelf.listener, type_, size=500, **params)
        assert set(whole) == there, type_
        for size in (1, 2, 3, 7, 8):
            pages = [listed(shelf.listener, type_, size=size, offset=offset, **params) for offset in range(0, 8, size)]
            assert list(itertools.chain(*pages)) == whole, (type_, size)


def test_d5_pages_fit_together_across_music_folders(shelf: Shelf):
    other = shelf.another_folder(shelf.root / "other")
    listener = shelf.another_listener(shelf.folder, other)
    for number in range(8):
        shelf.album(f"{number % 3}", folder=other if number % 2 else None, genres=["Jazz"], year=1990 + number % 2)

    for type_ in ("newest", "alphabeticalByName", "alphabeticalByArtist", "byYear", "byGenre"):
        whole = listed(listener, type_, size=500, **TYPES[type_])
        pages = [listed(listener, type_, size=3, offset=offset, **TYPES[type_]) for offset in (0, 3, 6)]
        assert list(itertools.chain(*pages)) == whole
        assert len(whole) == 8


def test_d4_size_is_10_when_it_is_not_given(shelf: Shelf):
    for number in range(12):
        shelf.album(f"Album {number}")

    assert len(listed(shelf.listener, "newest")) == 10
    assert len(listed(shelf.listener, "newest", offset=10)) == 2
    assert listed(shelf.listener, "newest", offset=12) == []
    assert listed(shelf.listener, "newest", offset=10**18) == []


def test_k3_a_player_that_scrolls_by_the_total_count_reaches_the_end(shelf: Shelf):
    there = {shelf.album(f"Album {number}").id for number in range(7)}
    seen: list[str] = []
    total = 1
    while len(seen) < total:
        answer = shelf.listener.request("getAlbumList2", type="newest", size=3, offset=len(seen))
        total = int(answer.headers["x-total-count"])
        seen += [album["id"] for album in answer.json()["subsonic-response"]["albumList2"]["album"]]

    assert set(seen) == there
    assert total == len(seen) == 7


def test_d4_z5_size_is_capped_at_500_and_no_page_is_short(shelf: Shelf):
    album = shelf.album(songs=520, genres=["Jazz"])
    query = """
        insert into album_index (id, volume_id, artist_id, sort_name, artist_sort_name, search_name, terms)
        select id + step * 1024, volume_id, artist_id, sort_name, artist_sort_name, search_name, terms
        from album_index cross join generate_series(100000, 100519) as step where id = :id
    """
    copy = """
        insert into albums (id, volume_id, folder, name, sort_name, artist_id, display_artist)
        select id + step * 1024, volume_id, folder, name, sort_name, artist_id, display_artist
        from albums cross join generate_series(100000, 100519) as step where id = :id
    """
    for statement in (query, copy):
        shelf.query(statement, id=int(album.id))

    for size in (500, 501, 10_000, 10**18):
        assert len(listed(shelf.listener, "alphabeticalByName", size=size)) == 500
        assert len(listed(shelf.listener, "random", size=size)) == 500
        assert len(shelf.listener.ask("getRandomSongs", size=size)["song"]) == 500
        assert len(shelf.listener.ask("getSongsByGenre", genre="jazz", count=size)["song"]) == 500
    assert len(listed(shelf.listener, "alphabeticalByName", size=500, offset=500)) == 21
    for size in (0, -5):
        assert listed(shelf.listener, "newest", size=size) == []
        assert shelf.listener.ask("getRandomSongs", size=size)["song"] == []


def test_songs_of_a_genre_come_in_pages_and_in_one_order(shelf: Shelf):
    songs = [song for number in range(3) for song in shelf.album(f"{number}", songs=4, genres=["Jazz"]).songs]

    def page(**params: object) -> list[str]:
        return [song["id"] for song in shelf.listener.ask("getSongsByGenre", genre="Jazz", **params)["song"]]

    assert page(count=500) == songs
    assert page() == songs[:10]
    assert [*page(count=5), *page(count=5, offset=5), *page(count=5, offset=10)] == songs


def test_random_albums_are_different_ones_and_all_of_a_small_library(shelf: Shelf):
    there = {shelf.album(f"Album {number}").id for number in range(6)}
    orders = set()

    for _ in range(20):
        found = listed(shelf.listener, "random", size=6)
        assert set(found) == there
        assert len(found) == 6
        orders.add(tuple(found))
        assert len(set(listed(shelf.listener, "random", size=4, offset=3))) == 4

    assert len(orders) > 10


def test_d11_random_songs_keep_to_genre_and_years(shelf: Shelf):
    wanted = {
        (genre, year): shelf.album(f"{genre} {year}", songs=4, genres=[genre], year=year).songs
        for genre in ("Jazz", "Rock")
        for year in (1970, 1980, 1990)
    }

    def found(**params: object) -> set[str]:
        songs = [song["id"] for song in shelf.listener.ask("getRandomSongs", size=100, **params)["song"]]
        assert len(songs) == len(set(songs))
        return set(songs)

    def those(*keys: tuple[str, int]) -> set[str]:
        return {song for key in keys for song in wanted[key]}

    assert found() == those(*wanted)
    assert found(genre="jazz") == those(("Jazz", 1970), ("Jazz", 1980), ("Jazz", 1990))
    assert found(genre="Jazz", fromYear=1980) == those(("Jazz", 1980), ("Jazz", 1990))
    assert found(toYear=1980) == those(("Jazz", 1970), ("Jazz", 1980), ("Rock", 1970), ("Rock", 1980))
    assert found(fromYear=1980, toYear=1980) == those(("Jazz", 1980), ("Rock", 1980))
    assert found(fromYear=1990, toYear=1980) == found(fromYear=1980, toYear=1990)
    assert found(fromYear=2000) == set()
    assert found(genre="Polka") == set()


def test_d11_years_that_are_rare_in_a_large_genre_are_found_all_the_same(shelf: Shelf, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(random_choice, "LOOK", 1)
    monkeypatch.setattr(random_choice, "RUN_LOOK", 5)
    shelf.album(songs=60, genres=["Jazz"], year=1970)
    shelf.album(songs=5, genres=["Rock"], year=1980)
    rare = set(shelf.album(songs=3, genres=["Jazz"], year=1980).songs)

    found = shelf.listener.ask("getRandomSongs", size=10, genre="Jazz", fromYear=1980, toYear=1980)["song"]
    assert {song["id"] for song in found} == rare
    assert len(found) == len(rare)


def test_every_song_has_its_chance_in_random_songs(shelf: Shelf):
    songs = shelf.album(songs=30).songs
    counts = dict.fromkeys(songs, 0)

    for _ in range(60):
        for song in shelf.listener.ask("getRandomSongs", size=10)["song"]:
            counts[song["id"]] += 1

    assert min(counts.values()) > 0


@pytest.mark.parametrize("wanted", [{}, {"genre": "Jazz"}], ids=["all", "genre"])
def test_each_folder_has_its_share_of_random_songs(shelf: Shelf, wanted: dict[str, str]):
    other = shelf.another_folder(shelf.root / "other")
    large = set(shelf.album("Large", songs=90, genres=["Jazz"]).songs)
    small = set(shelf.album("Small", songs=10, genres=["Jazz"], folder=other).songs)
    listener = shelf.another_listener(shelf.folder, other)

    drawn = [s["id"] for _ in range(100) for s in listener.ask("getRandomSongs", size=5, **wanted)["song"]]

    assert len(drawn) == 500
    assert set(drawn) <= large | small
    # 50 are expected; fewer than 20 or more than 100 come once in millions.
    assert 20 <= sum(song in small for song in drawn) <= 100


def test_starred_lists_hold_what_the_listener_starred_the_latest_first(shelf: Shelf):
    albums = [shelf.album(f"Album {number}", f"Artist {number}", 2) for number in range(3)]
    for album in albums:
        shelf.listener.ask("star", id=album.songs, albumId=album.id, artistId=album.artist)

    answer = shelf.listener.ask("getStarred2")
    by_folder = shelf.listener.ask("getStarred")

    assert [artist["id"] for artist in answer["artist"]] == [album.artist for album in reversed(albums)]
    assert [album["id"] for album in answer["album"]] == [album.id for album in reversed(albums)]
    assert [song["id"] for song in answer["song"]] == [song for album in reversed(albums) for song in album.songs]
    for kind in ("artist", "album", "song"):
        assert [item["id"] for item in by_folder[kind]] == [item["id"] for item in answer[kind]]
        assert all(item["starred"].endswith("Z") for item in answer[kind] + by_folder[kind])
    assert by_folder["album"][0]["isDir"] is True
    assert shelf.another_listener().ask("getStarred2") == {"artist": [], "album": [], "song": []}


def test_a_star_on_what_can_no_longer_be_seen_is_not_shown(shelf: Shelf):
    other = shelf.another_folder(shelf.root / "other")
    listener = shelf.another_listener(shelf.folder, other)
    album = shelf.album("There", "Elsewhere", folder=other)
    listener.ask("star", id=[*album.songs, album.id, album.artist])

    assert listener.ask("getStarred2", musicFolderId=shelf.folder) == {"artist": [], "album": [], "song": []}
    assert len(listener.ask("getStarred2", musicFolderId=other)["song"]) == 1
    shelf.query("delete from account_folder where account_id = :id and volume_id = :other", id=listener.id, other=other)
    assert listener.ask("getStarred2") == {"artist": [], "album": [], "song": []}
    assert listed(listener, "starred") == []
