"""Learning what a server holds, from what any server answers."""

import pytest

from melodee.bench.library import Library
from melodee.bench.server import Questions
from tests.bench.standin import Reply, Shelf, envelope


def without(*endpoints: str):
    """A server that lacks methods."""

    def missing(query):
        return envelope(query, {"error": {"code": 0, "message": "Not implemented"}}, "failed")

    return dict.fromkeys(endpoints, missing)


@pytest.mark.parametrize("songs", [30, 240, 10_230])
def test_songs_albums_and_artists_are_counted(library, standin, songs):
    standin.shelf = Shelf(songs)

    assert (library.song_count, library.album_count, library.artist_count) == (songs, songs // 10, songs // 30)


def test_a_library_is_counted_in_few_questions(library, standin):
    standin.shelf = Shelf(1_200_000)

    assert (library.song_count, library.album_count, library.artist_count) == (1_200_000, 120_000, 40_000)
    assert len(standin.seen) < 80


def test_artists_that_a_server_numbers_and_does_not_show_end_no_list(library, standin):
    shown = standin.answer

    def answer(path, query):
        offset = int(query.get("artistOffset", "0"))
        # Of the eight artists two, one after the other, are seen by nobody.
        seen = [
            number
            for number in range(offset, min(offset + int(query.get("artistCount", "0")), 8))
            if number not in (3, 4)
        ]
        if query.get("artistCount", "0") != "0":
            return envelope(query, {"searchResult3": {"artist": [standin.shelf.artist(number) for number in seen]}})
        return shown(path, query)

    standin.answer = answer

    assert library.artist_count == 8


def test_a_server_that_wants_two_quotes_for_everything_gets_them(library, standin):
    found = standin._result

    def result(endpoint, query):
        if endpoint == "search3":
            if not query["query"]:
                return {"searchResult3": {}}
            query = query | {"query": query["query"].strip('"')}
        return found(endpoint, query)

    standin._result = result

    assert library.everything == '""'
    assert library.song_count == 240


def test_a_server_without_a_walk_is_asked_at_random(library, standin):
    standin.overrides |= without("search3")

    assert library.everything is None
    assert library.song_count == 240  # As its last scan says.
    assert library.album_count == 24
    assert len(library.songs) == 240
    assert len(library.albums) == 24
    assert len(library.artists) == 8


def test_a_server_that_takes_no_notice_of_offsets_has_lists_without_length(library, standin):
    standin.overrides["getAlbumList2"] = lambda query: envelope(query, {"albumList2": {"album": [{"id": 1}]}})

    assert library.depth("newest") is None


def test_samples_come_from_all_over_the_library_and_only_once(library, standin):
    standin.shelf = Shelf(30_000)

    songs = [node["id"] for node in library.songs]
    assert len(songs) == len(set(songs)) > 900
    places = sorted(int(id_.removeprefix("so-")) for id_ in songs)
    assert places[0] < 5_000
    assert places[-1] > 25_000


def test_the_seed_chooses_the_sample_and_not_the_order_of_learning(server, standin):
    standin.shelf = Shelf(30_000)

    def learn(seed, *first):
        questions = Questions(server)
        library = Library(questions, seed)
        for name in first:
            getattr(library, name)
        songs = [node["id"] for node in library.songs]
        questions.close()
        return songs

    assert learn(1) == learn(1, "albums", "artists", "words")
    assert learn(1) != learn(2)


def test_artists_with_most_albums_and_albums_with_most_songs_are_found(library, standin):
    made = standin.shelf.album
    standin.shelf.album = lambda number: made(number) | {"songCount": 99 if number == 13 else 10}
    standin.shelf.artist = lambda number: {"id": f"ar-{number}", "albumCount": 500 if number == 5 else 3}
    standin.overrides["getArtist"] = lambda query: envelope(
        query, {"artist": {"id": query["id"], "albumCount": 500 if query["id"] == "ar-5" else 3}}
    )

    assert library.largest_albums[0] == "al-13"
    assert library.largest_artists[0] == "ar-5"


def test_only_songs_and_pictures_that_there_are_are_asked_for_later(library, standin):
    def stream(query):
        even = query["id"].endswith(("0", "2", "4"))
        return Reply(206, b"\xff" * 100, "audio/mpeg") if even else Reply(404, b"gone", "text/plain")

    standin.overrides |= {"stream": stream} | without("getCoverArt")

    assert library.covers == []
    assert len(library.playable) == 20
    assert all(id_.endswith(("0", "2", "4")) for id_ in library.playable)


def test_genres_stand_by_size_and_nameless_ones_not_at_all(library, standin):
    genres = [{"value": "Jazz", "songCount": "7"}, {"value": "Rock", "songCount": 90}, {"songCount": 999}, {"value": 3}]
    standin.overrides["getGenres"] = lambda query: envelope(query, {"genres": {"genre": genres}})

    assert [(genre.name, genre.songs) for genre in library.genres] == [("Rock", 90), ("Jazz", 7)]


def test_who_asks_by_a_key_is_told_by_the_server(server, standin):
    standin.overrides["tokenInfo"] = lambda query: envelope(query, {"tokenInfo": {"username": "ann"}})
    questions = Questions(server)

    assert Library(questions, 1).user == "ann"
    questions.close()


@pytest.mark.parametrize(
    "body",
    [
        b'{"subsonic-response": {"status": "ok"}}',
        b'{"subsonic-response": {"status": "ok", "searchResult3": null, "albumList2": 3, "genres": "x"}}',
        b'{"subsonic-response": {"status": "ok", "searchResult3": {"song": [null, 1, {"id": null}]}}}',
        b'{"subsonic-response": {"status": "ok", "genres": {"genre": {"value": "", "songCount": "x"}}}}',
        b"<html>Sign in</html>",
        b"",
    ],
)
def test_whatever_a_server_answers_learning_ends(server, standin, body):
    for endpoint in (
        "search3",
        "getAlbumList2",
        "getGenres",
        "getRandomSongs",
        "getArtist",
        "getScanStatus",
        "tokenInfo",
    ):
        standin.overrides[endpoint] = lambda _: Reply(body=body)
    questions = Questions(server)
    library = Library(questions, 1)

    for name in ("user", "genres", "artists", "largest_artists", "largest_albums", "words", "album_depths"):
        getattr(library, name)
    assert library.years == library.covers == library.playable == []
    questions.close()
