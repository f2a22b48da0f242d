"""Search, and the walk through everything."""

import time

import pytest

from melodee.async_database import AsyncSession
from melodee_api import search_ladder
from tests.api.shelf import Listener, Shelf


def found(listener: Listener, query: str | None, **params: object) -> dict[str, list[str]]:
    """Names by kind."""
    answer = listener.ask("search3", **({} if query is None else {"query": query}), **params)
    return {
        "artist": [artist["name"] for artist in answer["artist"]],
        "album": [album["name"] for album in answer["album"]],
        "song": [song["title"] for song in answer["song"]],
    }


def songs(listener: Listener, query: str, **params: object) -> list[str]:
    return found(listener, query, artistCount=0, albumCount=0, **params)["song"]


@pytest.mark.parametrize("query", ['""', "", None, '"', "*", " ", '"" '])
def test_e1_a_query_without_words_means_everything(shelf: Shelf, query: str | None):
    shelf.album("Alpha", "Ann", ["One", "Two"])
    shelf.album("Beta", "Bob", ["Three"])

    assert found(shelf.listener, query) == {
        "artist": ["Ann", "Bob"], "album": ["Alpha", "Beta"], "song": ["One", "Two", "Three"],
    }  # fmt: skip


def test_e1_a_trailing_star_is_the_players_syntax(shelf: Shelf):
    shelf.album(songs=["Yesterday"])

    assert songs(shelf.listener, "yester*") == ["Yesterday"]


def test_e2_a_count_of_0_skips_the_kind_without_asking_the_database(shelf: Shelf, monkeypatch):
    shelf.album("Same", "Same", ["Same"])
    asked: list[str] = []
    monkeypatch.setattr(AsyncSession, "rows", _noting(asked, AsyncSession.rows))

    assert found(shelf.listener, "same", artistCount=0, songCount=0) == {"artist": [], "album": ["Same"], "song": []}
    assert [query for query in asked if query.startswith(("search_", "named_", "albums_by", "songs_by"))] == [
        "search_state", "search_albums", "albums_by_id",
    ]  # fmt: skip
    asked.clear()
    assert found(shelf.listener, "same", artistCount=0, albumCount=0, songCount=0)["album"] == []
    assert not any(query.startswith("search_") for query in asked)
    assert found(shelf.listener, "", artistCount=0, albumCount=0)["album"] == []


def _noting(asked: list[str], rows):
    async def note(self, query: str, **parameters: object):
        asked.append(query)
        return await rows(self, query, **parameters)

    return note


def test_e2_counts_are_20_when_they_are_not_given(shelf: Shelf):
    shelf.album("Album", "Artist", [f"Song {number}" for number in range(25)])

    assert len(songs(shelf.listener, "song")) == 20
    assert len(songs(shelf.listener, "")) == 20


def test_e6_all_words_must_match_and_the_last_may_be_unfinished(shelf: Shelf):
    shelf.album(songs=["Black Dog", "Dog Days", "Black Days"])

    assert songs(shelf.listener, "black dog") == ["Black Dog"]
    assert songs(shelf.listener, "dog black") == ["Black Dog"]
    assert sorted(songs(shelf.listener, "da")) == ["Black Days", "Dog Days"]
    assert songs(shelf.listener, "blac dog") == []
    assert songs(shelf.listener, "dog cat") == []


def test_a_song_is_found_with_its_artists_name(shelf: Shelf):
    shelf.album("Help!", "The Beatles", ["Yesterday"])
    shelf.album("Other", "Others", ["Yesterday"])

    assert songs(shelf.listener, "beatles yesterday") == ["Yesterday"]
    assert found(shelf.listener, "beatles")["album"] == ["Help!"]


@pytest.mark.parametrize(
    ("title", "query"),
    [
        ("Für Elise", "fur"), ("Déjà Vu", "DEJA"), ("Sjómannavísur", "sjomannavisur"), ("Wałęsa", "walesa"),
        ("Группа крови", "ГРУППА"), ("さくらさくら", "さくら"), ("夜曲", "夜"), ("AC/DC Bag", "AC/DC"),
        ("AC/DC Bag", "acdc"), ("P!nk", "p!nk"), ("Don’t Stop", "don't"), ("Rock & Roll", "rock & roll"),
        ("Rock & Roll", "rock roll"),
        ("!!!", "!!!"), ("99 Luftballons", "99"), ("ﬁne", "fine"), ("O'Brien", "obrien"),
    ],
)  # fmt: skip
def test_e6_titles_are_found_as_people_type_them(shelf: Shelf, title: str, query: str):
    shelf.album("Some Album", "Some Artist", [title, "Something else"])

    assert songs(shelf.listener, query) == [title]


@pytest.mark.parametrize(
    "query",
    [
        "'", "\\", "a & | ! (", "a:*", ":*", "<->", "a' or '1'='1", "%", "_", "\x00a", "((((", "& &", "a\\", "''", '"a',
        "\ud83d", "💥", "a" * 1000, "a " * 500, "- -", "!",
    ],
)  # fmt: skip
def test_e6_no_query_is_an_error_of_the_database(shelf: Shelf, query: str):
    shelf.album("Some Album", "Some Artist", ["Song"])

    answer = shelf.listener.request("search3", query=query.encode("utf-8", "replace").decode())

    assert answer.json()["subsonic-response"]["status"] == "ok"


def test_the_exact_name_comes_first_then_beginnings_then_the_most_played(shelf: Shelf):
    album = shelf.album(songs=["A Day in June", "Junebug", "June", "June Rain", "Late June"])
    for song, plays in ((album.songs[0], 3), (album.songs[3], 2)):
        shelf.listener.ask("scrobble", id=[song] * plays, time=[1_700_000_000_000 + play for play in range(plays)])

    assert songs(shelf.listener, "june") == ["June", "June Rain", "Junebug", "A Day in June", "Late June"]
    assert songs(shelf.listener, "june", songCount=2, songOffset=1) == ["June Rain", "Junebug"]


def test_artists_who_only_appear_are_found(shelf: Shelf):
    shelf.album("Mix", "Various Artists", [{"title": "Duet", "artists": ["Guest Star"]}])

    assert found(shelf.listener, "guest")["artist"] == ["Guest Star"]


def test_e7_the_music_folder_counts_for_all_kinds(shelf: Shelf):
    other = shelf.another_folder(shelf.root / "other")
    listener = shelf.another_listener(shelf.folder, other)
    shelf.album("Here Name", "Here Name", ["Here Name"])
    shelf.album("There Name", "There Name", ["There Name"], folder=other)

    for query in ("name", ""):
        assert found(listener, query, musicFolderId=other) == {
            kind: ["There Name"] for kind in ("artist", "album", "song")
        }  # fmt: skip
        assert sorted(found(listener, query)["song"]) == ["Here Name", "There Name"]


def test_a_search_that_takes_too_long_gives_nothing_of_its_kind(shelf: Shelf, monkeypatch):
    shelf.album("Same", "Same", ["Same"])
    monkeypatch.setattr(search_ladder, "TIMEOUT_MS", 300)
    blocker = shelf.database
    with blocker.begin() as db:
        db.connection.exec_driver_sql("lock table song_index in access exclusive mode")
        started = time.monotonic()
        answer = found(shelf.listener, "same")

    assert answer == {"artist": ["Same"], "album": ["Same"], "song": []}
    assert time.monotonic() - started < 3
