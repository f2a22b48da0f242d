"""The way of a request: routes, methods, bodies, failures and what is written to the log."""

import gzip
import json
import logging
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from types import ModuleType
from typing import Any, cast

import pytest
from litestar.testing import TestClient
from lxml import etree

from melodee.subsonic.description import Pieces
from melodee.subsonic.responses import Child, Genres, SearchResult3, Songs
from melodee_api.accounts import Account, Role
from melodee_api.app import create_app, endpoints, tidy_path
from melodee_api.auth import FailureLimit
from melodee_api.endpoint import BINARY, Call, endpoint
from melodee_api.errors import NotFound
from melodee_api.params import Params, parse_pairs
from melodee_api.ranges import FileResponse
from melodee_api.rest import LONGEST_BODY, choose_envelope
from melodee_api.routes import system
from melodee_api.services import Services
from tests.api.test_auth import Listed

SECRET = "tr0ub4dor"
LOGIN = {"u": "ann", "p": SECRET, "v": "1.16.1", "c": "test"}


@endpoint("getSong", "song")
async def get_song(call: Call) -> Child:
    call.headers["x-total-count"] = "7"
    return Child(id=call.params.text("id"), is_dir=False, title="Ramble On")


@endpoint("search3", "searchResult3")
async def search3(call: Call) -> SearchResult3:
    fails_at = call.params.integer("failsAt", -1)

    async def batches() -> AsyncIterator[list[Child]]:
        for number in range(20):
            if number == fails_at:
                raise NotFound
            yield [Child(id=str(number), is_dir=False, title="x" * 1000) for _ in range(100)]

    return SearchResult3(song=Pieces(batches()))


@endpoint("getRandomSongs", "randomSongs")
async def get_random_songs(call: Call) -> Songs:
    raise RuntimeError(f"a secret of ours: {call.params.raw('p')}")


@endpoint("getGenres", "genres", admin=True)
async def get_genres(_call: Call) -> Genres:
    return Genres(genre=[])


@endpoint("download", BINARY, role=Role.DOWNLOAD)
async def download(call: Call) -> FileResponse:
    return FileResponse(call.params.text("id"), "audio/mpeg")


@pytest.fixture
def accounts() -> Listed:
    return Listed(Account(1, "ann", "", SECRET), Account(2, "root", "", SECRET, admin=True, roles=frozenset(Role)))


@pytest.fixture
def api(accounts: Listed) -> Iterator[TestClient]:
    routes = ModuleType("routes")
    for route in (get_song, search3, get_random_songs, get_genres, download):
        setattr(routes, route.name, route)

    @asynccontextmanager
    async def services() -> AsyncIterator[Services]:
        yield Services(cast("Any", None), accounts)

    with TestClient(create_app(services, (system, routes)), raise_server_exceptions=False) as client:
        yield client


def error_of(answer) -> tuple[int, str]:
    error = answer.json()["subsonic-response"]["error"]
    return error["code"], error["message"]


def test_a1_without_f_the_answer_is_xml(api):
    for form in ({}, {"f": ""}, {"f": "xml"}, {"f": "yaml"}):
        answer = api.get("/rest/ping", params=LOGIN | form)
        assert answer.headers["content-type"] == "text/xml; charset=utf-8"
        assert etree.fromstring(answer.content).get("status") == "ok"


def test_a1_jsonp_needs_a_callback_that_is_a_name(api):
    good = api.get("/rest/ping", params=LOGIN | {"f": "jsonp", "callback": "a.b"})
    missing = api.get("/rest/ping", params=LOGIN | {"f": "jsonp"})
    bad = api.get("/rest/ping", params=LOGIN | {"f": "jsonp", "callback": "alert(document.cookie)//"})

    assert good.text.startswith("a.b({")
    assert good.headers["content-type"] == "application/javascript"
    assert error_of(missing) == (10, "Required parameter is missing: callback")
    assert error_of(bad) == (10, "Parameter callback must be the name of a function")
    assert bad.headers["content-type"] == "application/json"
    assert "alert" not in bad.text


def test_the_format_of_a_form_counts_for_failures_too(api):
    answer = api.post("/rest/ping?f=xml", data={"f": "json"})

    assert error_of(answer) == (10, "Required parameter is missing: u")


@pytest.mark.parametrize(
    "path",
    [
        "/rest/ping",
        "/rest/ping.view",
        "//rest/ping",
        "/rest//ping.view",
        "/rest/ping/",
        "/melodee/rest/ping",
        "/a/b//rest/ping.view",
    ],
)
def test_a6_a10_paths_that_clients_and_proxies_make_all_lead_there_without_a_redirect(api, path):
    answer = api.get(f"{str(api.base_url).rstrip('/')}{path}", params=LOGIN | {"f": "json"}, follow_redirects=False)

    assert (answer.status_code, answer.json()["subsonic-response"]["status"]) == (200, "ok")


def test_a_path_of_slashes_takes_no_long_time():
    started = time.perf_counter()

    assert tidy_path("/" * 65_000 + "rest" + "/" * 500_000 + "x") == "/rest/x"
    assert tidy_path("/a" * 32_000) == "/a" * 32_000
    assert time.perf_counter() - started < 1


@pytest.mark.parametrize(
    "path",
    ["getFoo", "Ping", "ping.View", "", "/", "ping/x", "ping.view.view", "%00", "..%2f..%2fetc", "é", "getVideos"],
)
def test_a8_z1_an_unknown_method_is_an_envelope_with_error_0(api, path):
    for params in (LOGIN, {}):
        answer = api.get(f"/rest/{path}", params=params | {"f": "json"})
        assert answer.status_code == 200
        assert error_of(answer) == (0, "Not implemented by this server.")


def test_a7_head_has_the_headers_of_get(api):
    head, get = (
        api.head("/rest/getSong", params=LOGIN | {"id": "1"}),
        api.get("/rest/getSong", params=LOGIN | {"id": "1"}),
    )

    assert (head.status_code, head.headers, head.content) == (200, get.headers, b"")


def test_a7_a14_options_is_answered_for_every_path(api):
    headers = {"origin": "https://player.example", "access-control-request-method": "POST"}
    for path in ("/rest/ping", "/rest/stream.view", "/x/rest/whatever"):
        answer = api.options(path, headers=headers)
        assert answer.status_code == 204
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS, POST"
        assert {"Range", "Content-Type", "Authorization"} <= set(
            answer.headers["access-control-allow-headers"].split(", ")
        )


def test_other_methods_of_http_get_an_envelope(api):
    for method in ("PUT", "DELETE", "PATCH", "PROPFIND"):
        answer = api.request(method, "/rest/ping", params=LOGIN | {"f": "json"})
        assert (answer.status_code, error_of(answer)[0]) == (200, 0)


def test_a7_a_form_is_read_whatever_the_case_and_parameters_of_its_type(api):
    for content_type in ("application/x-www-form-urlencoded", "Application/X-WWW-Form-Urlencoded; charset=UTF-8", None):
        headers = {"content-type": content_type} if content_type else {}
        body = b"u=ann&p=" + SECRET.encode() + b"&v=1.16.1&c=test&f=json&id=K%C3%A4se"
        answer = api.post("/rest/getSong", content=body, headers=headers)
        assert answer.json()["subsonic-response"]["song"]["id"] == "Käse", content_type


def test_a_body_that_is_no_form_is_left_alone(api):
    for content_type in ("application/json", "multipart/form-data; boundary=x", "text/plain"):
        answer = api.post("/rest/ping", params=LOGIN, content=b"u=x&p=y", headers={"content-type": content_type})
        assert etree.fromstring(answer.content).get("status") == "ok"


def test_a7_a_body_of_ten_megabytes_passes_and_a_larger_one_is_refused(api):
    start = "&".join(f"{name}={value}" for name, value in LOGIN.items()) + "&f=json&id=1&x="
    headers = {"content-type": "application/x-www-form-urlencoded"}

    passes = api.post("/rest/getSong", content=start.ljust(LONGEST_BODY, "x"), headers=headers)
    refused = api.post("/rest/getSong?f=json", content=start.ljust(LONGEST_BODY + 1, "x"), headers=headers)

    assert passes.json()["subsonic-response"]["song"]["id"] == "1"
    assert error_of(refused) == (0, "The request is too large.")


def test_a15_thousands_of_ids_are_read(api):
    ids = [str(1 << 62)] * 2500

    assert api.get("/rest/ping", params=LOGIN | {"id": ids, "f": "json"}).json()["subsonic-response"]["status"] == "ok"


def test_a13_a_long_answer_is_compressed_when_the_client_wants_that(api):
    for params in ({"id": "x" * 900}, {}):
        method = "getSong" if params else "search3"
        with api.stream("GET", f"/rest/{method}", params=LOGIN | params, headers={"accept-encoding": "gzip"}) as answer:
            raw = b"".join(answer.iter_raw())
        assert answer.headers["content-encoding"] == "gzip"
        plain = api.get(f"/rest/{method}", params=LOGIN | params, headers={"accept-encoding": "identity"})
        assert "content-encoding" not in plain.headers
        assert gzip.decompress(raw) == plain.content


def test_a13_sound_is_never_compressed_and_can_be_had_in_parts_from_another_origin(api, tmp_path):
    song = tmp_path / "song.mp3"
    song.write_bytes(b"x" * 10_000)
    login = LOGIN | {"u": "root", "id": str(song)}

    whole = api.get("/rest/download", params=login, headers={"accept-encoding": "gzip"})
    part = api.get("/rest/download", params=login, headers={"range": "bytes=5-9", "origin": "https://player.example"})

    assert "content-encoding" not in whole.headers
    assert whole.headers["content-length"] == "10000"
    assert (part.status_code, part.headers["content-range"]) == (206, "bytes 5-9/10000")
    assert part.headers["access-control-allow-origin"] == "*"


def test_a9_a_failed_download_is_an_envelope_that_no_player_takes_for_sound(api, tmp_path):
    answer = api.get("/rest/download", params=LOGIN | {"u": "root", "id": str(tmp_path / "absent"), "f": "json"})

    assert (answer.status_code, error_of(answer)[0]) == (200, 70)
    assert answer.headers["content-type"] == "application/json"


def test_c12_what_an_account_may_not_do_is_error_50(api):
    for method in ("download", "getGenres"):
        refused = api.get(f"/rest/{method}", params=LOGIN | {"id": "x", "f": "json"})
        assert error_of(refused) == (50, "The account is not authorized for the given operation.")
    assert api.get("/rest/getGenres", params=LOGIN | {"u": "root", "f": "json"}).json()["subsonic-response"]["genres"]


def test_c11_too_many_wrong_passwords_are_429_with_a_time_to_wait(api):
    wrong = LOGIN | {"p": "", "t": "wrong", "s": "salt", "f": "json"}
    for _ in range(FailureLimit.MOST):
        assert error_of(api.get("/rest/ping", params=wrong))[0] == 40

    answer = api.get("/rest/ping", params=wrong)

    assert answer.status_code == 429
    assert 1 <= int(answer.headers["retry-after"]) <= FailureLimit.SECONDS + 1
    assert error_of(answer)[0] == 0


def test_c5_extensions_are_told_to_everybody_also_while_logins_are_slowed_down(api):
    wrong = LOGIN | {"u": "dummy", "p": "", "t": "wrong", "s": "salt", "f": "json"}
    for _ in range(FailureLimit.MOST + 1):
        api.get("/rest/ping", params=wrong)

    for params in ({"f": "json"}, wrong, {"f": "json", "apiKey": "x", "u": "y"}):
        answer = api.get("/rest/getOpenSubsonicExtensions", params=params).json()["subsonic-response"]
        assert {"name": "formPost", "versions": [1]} in answer["openSubsonicExtensions"]


def test_c6_a_login_with_dummy_credentials_learns_what_server_this_is(api):
    answer = api.get("/rest/ping", params=LOGIN | {"u": "dummy", "p": "dummy", "f": "json"}).json()["subsonic-response"]

    assert (answer["status"], answer["error"]["code"], answer["type"], answer["version"]) == (
        "failed", 40, "melodee", "1.16.1",
    )  # fmt: skip


def test_an_exception_is_error_0_and_leaks_nothing(api, caplog):
    answer = api.get("/rest/getRandomSongs", params=LOGIN | {"f": "json"})

    assert answer.status_code == 200
    assert error_of(answer) == (0, "A generic error.")
    assert [record.exc_info is not None for record in caplog.records if record.levelno == logging.ERROR] == [True]


def test_c11_the_log_has_a_line_a_request_and_no_secrets(api, caplog):
    caplog.set_level(logging.INFO)

    api.get("/rest/ping", params=LOGIN)
    api.post("/rest/getSong", data=LOGIN | {"apiKey": "k3y", "id": "1\r\nforged line"})
    api.get("/rest/x%0D%0Ay", params=LOGIN)

    lines = [record.getMessage() for record in caplog.records if record.name == "melodee_api.rest"]
    assert [line.rsplit(" ", 2)[0] for line in lines] == [
        "GET ping ok",
        "POST getSong error 43",
        "GET unknown method error 0",
    ]
    assert not [line for line in lines if SECRET in line or "k3y" in line or "ann" in line or "\n" in line]


def test_a_long_answer_is_streamed_and_whole(api):
    for form in ("xml", "json"):
        answer = api.get("/rest/search3", params=LOGIN | {"f": form})
        assert "content-length" not in answer.headers
        assert answer.text.count("x" * 1000) == 2000


def test_what_fails_before_anything_was_sent_is_an_error_and_afterwards_a_cut_connection(api):
    early = api.get("/rest/search3", params=LOGIN | {"f": "json", "failsAt": "0"})
    late = api.get("/rest/search3", params=LOGIN | {"f": "json", "failsAt": "9"})

    assert error_of(early)[0] == 70
    with pytest.raises(json.JSONDecodeError):
        late.json()
    assert "failed" not in late.text


def test_a_head_request_for_a_long_answer_does_not_read_it(api):
    answer = api.head("/rest/search3", params=LOGIN | {"failsAt": "9"})

    assert (answer.status_code, answer.content) == (200, b"")


def test_an_endpoint_sends_headers_with_its_answer(api):
    assert api.get("/rest/getSong", params=LOGIN | {"id": "1"}).headers["x-total-count"] == "7"


def test_an_answer_may_not_be_kept_by_caches_between(api):
    assert api.get("/rest/ping", params=LOGIN).headers["cache-control"] == "private, no-cache"


def test_b16_the_clients_that_want_less_are_known_by_name():
    assert choose_envelope(Params(parse_pairs(b"c=DSub"))).reduced
    assert choose_envelope(Params(parse_pairs(b"c=Clementine"))).reduced
    assert not choose_envelope(Params(parse_pairs(b"c=Symfonium"))).reduced


def test_two_endpoints_cannot_have_one_name():
    other = ModuleType("other")
    other.__dict__["ping"] = endpoint("ping")(system.ping.handler)

    with pytest.raises(ValueError, match="ping is defined twice"):
        endpoints((system, other))


def test_health_says_whether_the_database_answers(library, monkeypatch):
    monkeypatch.setenv("MELODEE_DATABASE_URL", library.url)
    with TestClient(create_app()) as client:
        assert client.get("/healthz").status_code == 200
    monkeypatch.setenv("MELODEE_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    with TestClient(create_app()) as client:
        assert client.get("/healthz").status_code == 503


def test_without_a_database_an_answer_is_error_0(monkeypatch):
    monkeypatch.setenv("MELODEE_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    with TestClient(create_app()) as client:
        answer = client.get("/rest/ping", params=LOGIN | {"f": "json"})

    assert (answer.status_code, error_of(answer)) == (200, (0, "A generic error."))
