"""A worker that has more to do than it can: what it refuses and how, and what holds no place among the requests."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any, cast
from urllib.parse import urlencode

from lxml import etree

from melodee.async_database import PoolExhausted
from melodee.subsonic.description import Pieces
from melodee.subsonic.responses import Child, SearchResult3
from melodee_api.accounts import Account
from melodee_api.admission import Gate
from melodee_api.app import Service, create_app
from melodee_api.endpoint import BINARY, Call, endpoint
from melodee_api.routes import system
from melodee_api.services import Services
from tests.api.test_auth import Listed

LOGIN = {"u": "ann", "p": "tr0ub4dor", "v": "1.16.1", "c": "test", "f": "json"}

FULL = Gate("full", 0, 0.001)
"""Has no slot at all."""


@dataclass
class Answer:
    """What the server sent."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict[str, str])
    body: bytes = b""
    free: list[bool] = field(default_factory=list[bool])
    """Whether a slot was free at each message."""


class Client:
    """Speaks ASGI, so that it sees the server's messages as they are sent."""

    def __init__(self, app: Service, gate: Gate) -> None:
        self._app, self._gate = app, gate

    async def ask(
        self,
        name: str,
        params: dict[str, str] | None = None,
        *,
        method: str = "GET",
        body: Awaitable[bytes] | None = None,
    ) -> Answer:
        answer = Answer()
        path = name if name.startswith("/") else f"/rest/{name}"
        query = urlencode(LOGIN | (params or {})).encode()
        headers = [(b"content-type", b"application/x-www-form-urlencoded")] if method == "POST" else []
        scope: dict[str, Any] = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http",
            "path": path, "raw_path": path.encode(), "root_path": "", "query_string": query,
            "headers": [(b"host", b"test"), *headers], "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80),
        }  # fmt: skip
        received = False

        async def receive() -> dict[str, Any]:
            nonlocal received
            if received:
                await asyncio.Event().wait()  # The client stays.
            received = True
            return {"type": "http.request", "body": await body if body else b"", "more_body": False}

        async def send(message: Any) -> None:
            answer.free.append(self._gate.expected_wait == 0)
            if message["type"] == "http.response.start":
                answer.status = message["status"]
                answer.headers = {key.decode(): value.decode() for key, value in message["headers"]}
            else:
                answer.body += message["body"]
            await asyncio.sleep(0)

        await self._app(cast("Any", scope), cast("Any", receive), cast("Any", send))
        return answer


def with_client(work: Callable[[Client], Awaitable[None]], gate: Gate, *routes: Any) -> None:
    module = ModuleType("routes")
    for route in routes:
        setattr(module, route.name, route)

    @asynccontextmanager
    async def services() -> AsyncIterator[Services]:
        yield Services(cast("Any", None), Listed(Account(1, "ann", "", "tr0ub4dor")), requests=gate)

    async def main() -> None:
        app = create_app(services, (system, module))
        async with app.lifespan():
            await work(Client(app, gate))

    asyncio.run(main())


def test_a_refusal_is_an_envelope_that_says_when_to_come_again():
    async def work(client: Client) -> None:
        answer = await client.ask("ping")
        assert answer.status == 429
        assert answer.headers["retry-after"] == "1"
        assert answer.headers["access-control-allow-origin"] == "*"
        error = json.loads(answer.body)["subsonic-response"]["error"]
        assert error == {"code": 0, "message": "The server has more to do than it can; try again in a moment."}

        xml = etree.fromstring((await client.ask("ping", {"f": "xml"})).body)
        assert (xml.get("status"), xml[0].get("code")) == ("failed", "0")

    with_client(work, FULL)


def test_nothing_is_read_or_asked_for_what_is_refused():
    async def never() -> bytes:
        raise AssertionError("the body was read")

    async def work(client: Client) -> None:
        body = never()
        answer = await client.ask("ping", {"u": "nobody"}, method="POST", body=body)
        body.close()
        assert answer.status == 429

    with_client(work, FULL)


def test_a_browser_may_ask_what_it_is_allowed_even_then():
    async def work(client: Client) -> None:
        assert (await client.ask("ping", method="OPTIONS")).status == 204

    with_client(work, FULL)


def test_what_begins_to_play_is_refused_last():
    @endpoint("stream", "song", urgent=True)
    async def stream(_call: Call) -> Child:
        return Child(id="1", is_dir=False, title="Ramble On")

    async def work(client: Client) -> None:
        await gate.enter()
        names = ("ping", "ping", "ping", "stream", "stream", "stream")
        requests = [asyncio.create_task(client.ask(name)) for name in names]
        for _ in range(100):
            await asyncio.sleep(0)
        gate.leave()
        assert [(await request).status for request in requests] == [200, 200, 429, 200, 200, 429]

    # At 2 ms each, two may wait, and four where it is urgent.
    gate = Gate("test", 1, 0.0045)
    with_client(work, gate, stream)


def test_a_client_that_sends_slowly_has_no_slot():
    async def work(client: Client) -> None:
        arrives = asyncio.get_running_loop().create_future()
        slow = asyncio.create_task(client.ask("ping", method="POST", body=arrives))
        await asyncio.sleep(0)
        assert gate.expected_wait == 0
        assert (await client.ask("ping")).status == 200

        arrives.set_result(b"x=1")
        assert (await slow).status == 200

    gate = Gate("test", 1, 0.5)
    with_client(work, gate)


def test_whatever_is_sent_holds_no_slot_and_a_long_answer_only_while_it_is_computed():
    computed_with_slot: list[bool] = []

    @endpoint("search3", "searchResult3")
    async def search3(_call: Call) -> SearchResult3:
        async def batches() -> AsyncIterator[list[Child]]:
            for _ in range(5):
                computed_with_slot.append(gate.expected_wait > 0)
                yield [Child(id="1", is_dir=False, title="x" * 1000) for _ in range(100)]

        return SearchResult3(song=Pieces(batches()))

    @endpoint("download", BINARY)
    async def download(_call: Call) -> Any:
        async def send_it(_scope: Any, _receive: Any, send: Any) -> None:
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"sound", "more_body": False})

        return send_it

    async def work(client: Client) -> None:
        for name in ("ping", "getNothing", "search3", "download"):
            answer = await client.ask(name)
            assert answer.status == 200
            assert all(answer.free), name
        assert computed_with_slot == [True] * 5

    gate = Gate("test", 1, 0.5)
    with_client(work, gate, search3, download)


def test_a_request_that_fails_gives_its_slot_back():
    @endpoint("getSong", "song")
    async def get_song(_call: Call) -> Child:
        raise RuntimeError("a mistake")

    async def work(client: Client) -> None:
        for name, params in (("getSong", {}), ("ping", {"p": "wrong"}), ("ping", {"v": "2"})):
            await client.ask(name, params)
            assert gate.expected_wait == 0

    gate = Gate("test", 1, 0.5)
    with_client(work, gate, get_song)


def test_a_request_that_finds_no_connection_is_refused():
    @endpoint("getSong", "song")
    async def get_song(_call: Call) -> Child:
        raise PoolExhausted

    async def work(client: Client) -> None:
        answer = await client.ask("getSong")
        assert (answer.status, answer.headers["retry-after"]) == (429, "1")

    with_client(work, Gate("test", 1, 0.5), get_song)


def test_a_volume_that_hangs_stops_pictures_alone():
    hangs = asyncio.Event()

    @endpoint("getCoverArt")
    async def get_cover_art(call: Call) -> None:
        async with call.place.elsewhere(call.services.pictures):
            await hangs.wait()

    async def work(client: Client) -> None:
        pictures = [asyncio.create_task(client.ask("getCoverArt")) for _ in range(100)]
        await asyncio.sleep(0)
        assert (await client.ask("ping")).status == 200
        hangs.set()
        assert {(await picture).status for picture in pictures} == {200}

    with_client(work, Gate("test", 2, 5.0), get_cover_art)


def test_health_passes_no_gate():
    async def work(client: Client) -> None:
        assert (await client.ask("/healthz")).status != 429

    with_client(work, FULL)
