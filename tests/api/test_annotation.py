"""Stars, ratings and plays: sent twice, late, out of order and by several listeners."""

import threading
import time

import pytest

from tests.api.shelf import Listener, Shelf

MOMENT = 1_700_000_000_000
"""ms since 1970."""

NOBODY = (5 << 43) + (99 << 10)
"""An album's id that there is not; one more is a song's."""


def starred(listener: Listener) -> dict[str, list[str]]:
    return {kind: [item["id"] for item in items] for kind, items in listener.ask("getStarred2").items()}


def song_of(listener: Listener, number: str) -> dict[str, object]:
    return listener.ask("getSong", id=number)


def test_i6_songs_albums_and_artists_are_starred_by_their_parameters_or_all_by_id(shelf: Shelf):
    album = shelf.album(songs=2)
    other = shelf.another_listener()

    shelf.listener.ask("star", id=album.songs, albumId=album.id, artistId=album.artist)
    other.ask("star", id=[*album.songs, album.id, album.artist])

    for listener in (shelf.listener, other):
        assert starred(listener) == {"artist": [album.artist], "album": [album.id], "song": sorted(album.songs)}
        assert listener.ask("getAlbum", id=album.id)["starred"].endswith("Z")
        assert listener.ask("getArtist", id=album.artist)["starred"].endswith("Z")
    other.ask("unstar", id=[album.songs[0], album.artist], albumId=album.id)
    assert starred(other) == {"artist": [], "album": [], "song": [album.songs[1]]}
    assert "starred" not in other.ask("getAlbum", id=album.id)


def test_i6_starring_again_keeps_the_date_and_unstarring_again_is_harmless(shelf: Shelf):
    album = shelf.album()
    first = None
    for _ in range(3):
        shelf.listener.ask("star", id=[album.songs[0], album.songs[0]])
        date = song_of(shelf.listener, album.songs[0])["starred"]
        first = first or date
        assert date == first
    for _ in range(2):
        shelf.listener.ask("unstar", id=album.songs)
        assert "starred" not in song_of(shelf.listener, album.songs[0])


@pytest.mark.parametrize("stale", [str(NOBODY + 1), str(NOBODY), "abc", "0", "-5", str(1 << 70), "1025"])
def test_i6_an_unknown_id_is_error_70_and_the_others_get_their_stars(shelf: Shelf, stale: str):
    album = shelf.album(songs=2)

    assert shelf.listener.error("star", id=[album.songs[0], stale, album.songs[1]], albumId=album.id) == 70
    assert starred(shelf.listener) == {"artist": [], "album": [album.id], "song": sorted(album.songs)}
    assert shelf.listener.error("unstar", id=[stale, album.songs[0]]) == 70
    assert starred(shelf.listener)["song"] == [album.songs[1]]


def test_a_parameter_takes_only_its_kind(shelf: Shelf):
    album = shelf.album()

    assert shelf.listener.error("star", albumId=album.songs[0]) == 70
    assert shelf.listener.error("star", artistId=album.id) == 70
    assert shelf.listener.error("setRating", id=shelf.folder, rating=3) == 70
    assert starred(shelf.listener) == {"artist": [], "album": [], "song": []}


def test_i6_a_rating_is_set_replaced_and_cleared_by_0(shelf: Shelf):
    album = shelf.album()
    for number, endpoint in ((album.songs[0], "getSong"), (album.id, "getAlbum"), (album.artist, "getArtist")):
        for rating in (5, 5, 2, 0, 0, 1):
            shelf.listener.ask("setRating", id=number, rating=rating)
            assert shelf.listener.ask(endpoint, id=number).get("userRating") == (rating or None)


@pytest.mark.parametrize("rating", ["-1", "6", "2.5", "abc", str(1 << 70)])
def test_i6_a_rating_out_of_0_to_5_is_an_error(shelf: Shelf, rating: str):
    album = shelf.album()

    assert shelf.listener.error("setRating", id=album.id, rating=rating) == 10


def test_b6_the_average_is_that_of_all_who_rated(shelf: Shelf):
    album = shelf.album()
    listeners = [shelf.listener, shelf.another_listener(), shelf.another_listener()]
    song = album.songs[0]

    def average() -> object:
        directory = shelf.listener.ask("getMusicDirectory", id=album.artist)
        by_album = directory["child"][0].get("averageRating")
        assert song_of(shelf.listener, song).get("averageRating") == by_album
        return by_album

    assert average() is None
    for listener, rating, expected in zip(listeners, (5, 4, 4), (5.0, 4.5, 4.33), strict=True):
        for number in (song, album.id):
            listener.ask("setRating", id=number, rating=rating)
        assert average() == expected
    for number in (song, album.id):
        listeners[0].ask("setRating", id=number, rating=0)
        listeners[1].ask("setRating", id=number, rating=1)
    assert average() == 2.5
    assert "userRating" not in song_of(shelf.listener, song)
    for listener in listeners:
        for number in (song, album.id):
            listener.ask("setRating", id=number, rating=0)
    assert average() is None


def test_ratings_of_one_song_at_the_same_time_are_each_counted_once(shelf: Shelf):
    song = shelf.album().songs[0]
    listeners = [shelf.listener, shelf.another_listener(), shelf.another_listener()]

    def rate(listener: Listener) -> None:
        for rating in (1, 5, 0, 3, 4):
            listener.ask("setRating", id=song, rating=rating)

    threads = [threading.Thread(target=rate, args=[listener]) for listener in listeners for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    given = "select sum(rating) as total, count(rating) as votes from song_annotation where song_id = :song"
    (counted,) = shelf.query("select total, votes from song_rating where song_id = :song", song=int(song))
    (expected,) = shelf.query(given, song=int(song))
    assert (counted.total, counted.votes) == (expected.total, expected.votes)


def test_i1_a_scrobble_counts_for_the_song_and_its_album(shelf: Shelf):
    album = shelf.album(songs=2)

    shelf.listener.ask("scrobble", id=album.songs[0])

    song = song_of(shelf.listener, album.songs[0])
    assert song["playCount"] == 1
    assert song["played"].endswith("Z")
    whole = shelf.listener.ask("getAlbum", id=album.id)
    assert (whole["playCount"], whole["played"]) == (1, song["played"])
    assert [each["playCount"] for each in whole["song"]] == [1, 0]
    assert song_of(shelf.another_listener(), album.songs[0])["playCount"] == 0


def test_i1_what_is_only_now_playing_counts_nothing(shelf: Shelf):
    album = shelf.album(songs=2)

    for song in album.songs:
        shelf.listener.ask("scrobble", id=song, submission="false", c="player")

    assert song_of(shelf.listener, album.songs[0])["playCount"] == 0
    playing = shelf.query("select song_id from now_playing where account_id = :id", id=shelf.listener.id)
    assert [str(row.song_id) for row in playing] == [album.songs[1]]


def test_i2_a_late_repeated_or_unordered_scrobble_is_counted_once_and_never_moves_the_last_play_back(shelf: Shelf):
    album = shelf.album(songs=2)
    song = album.songs[0]
    late = {"id": [song] * 3, "time": [MOMENT + 5000, MOMENT, MOMENT + 1000]}

    for _ in range(3):
        shelf.listener.ask("scrobble", **late)
    shelf.listener.ask("scrobble", id=[song, song], time=[MOMENT, MOMENT - 60_000])

    answer = song_of(shelf.listener, song)
    assert answer["playCount"] == 4
    assert answer["played"] == "2023-11-14T22:13:25Z"
    assert shelf.listener.ask("getAlbum", id=album.id)["playCount"] == 4


@pytest.mark.parametrize(
    "moment", ["1700000000", "yesterday", "-1", "9" * 30, "1.7e12", "１７０００００００００００", "0"]
)
def test_i1_a_time_that_cannot_be_is_ignored_and_the_play_counts_as_now(shelf: Shelf, moment: str):
    album = shelf.album()
    before = time.time()

    shelf.listener.ask("scrobble", id=album.songs[0], time=moment)

    (play,) = shelf.query("select played_at from scrobble where account_id = :id", id=shelf.listener.id)
    assert before - 1 <= play.played_at.timestamp() <= time.time() + 1


def test_i2_an_unknown_song_is_error_70_and_the_others_count(shelf: Shelf):
    album = shelf.album(songs=2)
    sent = {"id": [album.songs[0], str(NOBODY + 1), "x", album.songs[1]], "time": [MOMENT + step for step in range(4)]}

    assert shelf.listener.error("scrobble", **sent) == 70

    plays = shelf.query(
        "select song_id, played_at from scrobble where account_id = :id order by 1", id=shelf.listener.id
    )
    assert [(str(row.song_id), round(row.played_at.timestamp() * 1000)) for row in plays] == [
        (album.songs[0], MOMENT), (album.songs[1], MOMENT + 3),
    ]  # fmt: skip
    assert shelf.listener.error("scrobble", id=album.id) == 70


def test_plays_raise_popularity_and_do_not_wait_for_a_promotion(shelf: Shelf):
    album = shelf.album(artist=f"Played in {shelf.folder}", songs=2)
    with shelf.database.begin() as promotion:
        promotion.connection.exec_driver_sql(f"update album_index set year = 1 where id = {album.id}")
        started = time.monotonic()
        shelf.listener.ask("scrobble", id=album.songs, time=[MOMENT, MOMENT + 1])
        assert time.monotonic() - started < 2

    popularity = {
        table: shelf.query(f"select coalesce(sum(popularity), 0) as plays from {table} where id = any(:ids)", ids=ids)
        for table, ids in (
            ("song_index", [int(song) for song in album.songs]),
            ("album_index", [int(album.id)]),
            ("artist_index", [int(album.artist)]),
        )
    }
    assert popularity["song_index"][0].plays == 2
    assert popularity["album_index"][0].plays == 0
    assert popularity["artist_index"][0].plays == 2
    assert shelf.listener.ask("getAlbum", id=album.id)["playCount"] == 2


def test_a_thousand_plays_after_a_journey_arrive_in_one_request(shelf: Shelf):
    album = shelf.album(songs=1000)
    sent = {"id": album.songs, "time": [str(MOMENT + step) for step in range(1000)], "f": "json", "v": "1.16.1"}

    for _ in range(2):
        answer = shelf.api.post("/rest/scrobble", data=sent | {"c": "x", "apiKey": shelf.listener.key})
        assert answer.json()["subsonic-response"]["status"] == "ok"

    assert shelf.listener.ask("getAlbum", id=album.id)["playCount"] == 1000
