"""The benchmark on our own service, with a small library of real songs."""

from collections.abc import Iterator

import pytest
from litestar.testing import TestClient

from melodee.bench.address import parse_address
from melodee.bench.login import Login
from melodee.bench.results import Results, Row, SettingFacts
from melodee.bench.run import run
from melodee.bench.server import enter
from tests.api.bridge import bridged
from tests.api.conftest import LISTENER, PASSWORD, Library


@pytest.fixture(scope="module")
def url(api: TestClient) -> Iterator[str]:
    with bridged(api) as url:
        yield url


def measured(url: str, login: Login, **given: object) -> Results:
    settings = SettingFacts(**{"rounds": 2} | given)
    return run(enter(parse_address(url), login), settings, "", lambda _: None)


def rows(results: Results) -> dict[str, Row]:
    return {row.call: row for row in results.rows}


def test_every_call_of_the_service_is_measured_without_an_error(url):
    results = measured(url, Login(LISTENER, PASSWORD), rounds=1)

    assert (results.server.type, results.server.open_subsonic) == ("melodee", True)
    assert (results.library.songs, results.library.albums) == (6, 3)
    found = rows(results)
    assert {name: row.errors for name, row in found.items() if row.errors} == {}
    missing = {name for name, row in found.items() if row.missing is not None}
    # Its lists are shorter than any page, and nothing in it is in such a script.
    assert {name for name in missing if not name.endswith(("random", "deepest"))} <= {
        "getNowPlaying", "getArtists, unchanged", "search3, CJK",
    }  # fmt: skip
    assert found["getAlbumList2 newest, 50"].items == 3
    assert found["search3 all songs, 500"].items == 6
    assert found["search3, an artist's name"].items > 0
    assert found["getStarred2"].items == 3
    assert found["search3, nothing found"].items == 0
    assert found["getCoverArt, 300 pixels"].bytes > 500
    assert found["stream, the first MB"].bytes > 1000


def test_answers_in_xml_and_compressed_hold_the_same(url):
    wanted = "getArtists|getGenres|getAlbum$|getAlbumList2 newest, 50$|search3, an"

    plain, packed = (
        rows(measured(url, Login(LISTENER, PASSWORD), only=wanted, **given))
        for given in ({}, {"format": "xml", "gzip": True})
    )

    assert {name: row.items for name, row in packed.items()} == {name: row.items for name, row in plain.items()}
    assert {name: row.errors for name, row in packed.items() if row.errors} == {}
    assert packed["getGenres"].items > 0


def test_what_it_writes_is_taken_back(url, library: Library, api: TestClient):
    def starred() -> object:
        params = library.credentials("token") | {"f": "json"}
        return api.get("/rest/getStarred2", params=params).json()["subsonic-response"]["starred2"]

    before = starred()

    results = measured(url, Login(LISTENER, PASSWORD), only="star and|setRating|playing now", writes=True, rounds=5)

    assert {name: (row.requests, row.errors) for name, row in rows(results).items()} == {
        "star and unstar": (5, {}), "setRating and back": (5, {}), "scrobble, playing now": (5, {}),
    }  # fmt: skip
    assert starred() == before


@pytest.mark.parametrize("by", ["token", "password", "key"])
def test_it_is_let_in_in_each_way(url, library: Library, by):
    login = {
        "token": Login(LISTENER, PASSWORD),
        "password": Login(LISTENER, PASSWORD, plain=True),
        "key": Login(api_key=library.key),
    }[by]

    found = rows(measured(url, login, only="getUser|ping", clients=3))

    assert {row.requests for row in found.values()} == {6}
