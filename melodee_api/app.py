"""The application: one ASGI route for each endpoint, with and without `.view`, and `/healthz`.

The routes are Litestar's ASGI handlers: an endpoint answers GET, POST and HEAD alike, in formats of its own, so there
is nothing for a signature model, a DTO or a response class to do, and a request is spared their cost.
"""

import re
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from types import ModuleType
from typing import cast

from litestar import Litestar, Response, get
from litestar.datastructures import State
from litestar.handlers import ASGIRouteHandler
from litestar.types import HTTPScope, LifeSpanReceive, LifeSpanScope, LifeSpanSend, Receive, Scope, Send

from melodee_api.compression import COMPRESSION
from melodee_api.endpoint import BINARY, Endpoint
from melodee_api.rest import RestApi
from melodee_api.routes import annotation, browsing, lists, media, scanning, search, system, users
from melodee_api.services import Services, open_services

MODULES: tuple[ModuleType, ...] = (system, browsing, lists, search, media, annotation, users, scanning)
"""Where the endpoints are."""

OpenServices = Callable[[], AbstractAsyncContextManager[Services]]

_SLASHES = re.compile("//+")


def endpoints(modules: Iterable[ModuleType] = MODULES) -> dict[str, Endpoint]:
    """All endpoints by name. Raises `ValueError` when two have one name."""
    found: dict[str, Endpoint] = {}
    for module in modules:
        for value in vars(module).values():
            if isinstance(value, Endpoint) and found.setdefault(value.name, value) is not value:
                raise ValueError(f"{value.name} is defined twice, the second time in {module.__name__}")
    return found


def tidy_path(path: str) -> str:
    """The path with single slashes, and without what stands before `/rest/`."""
    path = _SLASHES.sub("/", path)
    return path[max(path.find("/rest/"), 0) :]


class Service(Litestar):
    """Litestar behind a tolerant front door: clients double slashes, and proxies serve us below a path of theirs."""

    async def __call__(
        self,
        scope: Scope | LifeSpanScope,
        receive: Receive | LifeSpanReceive,
        send: Send | LifeSpanSend,
    ) -> None:
        """Serves a connection."""
        if scope["type"] == "http":
            scope["path"] = tidy_path(scope["path"])
        await super().__call__(scope, receive, send)


def create_app(open_services: OpenServices = open_services, modules: Iterable[ModuleType] = MODULES) -> Service:
    """The application. It opens its services when it starts and closes them when it stops."""

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncGenerator[None]:
        async with open_services() as services:
            app.state.api = RestApi(services)
            yield

    handlers = [_handler(endpoint) for endpoint in endpoints(modules).values()]
    return Service(
        route_handlers=[*handlers, _unknown_method(), health],
        lifespan=[lifespan],
        openapi_config=None,
        compression_config=COMPRESSION,
        logging_config=None,
    )


def _handler(endpoint: Endpoint) -> ASGIRouteHandler:
    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        await _api(scope).serve(endpoint, cast("HTTPScope", scope), receive, send)

    path, uncompressed = f"/rest/{endpoint.name}", endpoint.result == BINARY
    return ASGIRouteHandler(
        [path, f"{path}.view"],
        name=endpoint.name,
        copy_scope=False,
        opt={"endpoint": endpoint.name, "uncompressed": uncompressed},
    )(serve)


def _unknown_method() -> ASGIRouteHandler:
    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        await _api(scope).serve(None, cast("HTTPScope", scope), receive, send)

    return ASGIRouteHandler("/rest", is_mount=True, copy_scope=False)(serve)


def _api(scope: Scope) -> RestApi:
    return scope["litestar_app"].state.api


@get("/healthz", media_type="text/plain")
async def health(state: State) -> Response[str]:
    """Whether this worker and its database answer: 200, or 503 when the database does not."""
    api = cast("RestApi", state.api)
    return (
        Response("ok\n")
        if await api.services.answers()
        else Response("The database does not answer.\n", status_code=503)
    )
