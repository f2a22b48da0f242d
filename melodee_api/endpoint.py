"""How a route is written.

    @endpoint("getAlbum", "album")
    async def get_album(call: Call) -> AlbumID3WithSongs:
        album = call.params.identifier("id", Kind.ALBUM)
        async with call.database.read() as db:
            …
        return AlbumID3WithSongs(id=str(row.id), name=row.name, …)

- The first name is Subsonic's, the second the answer's below `subsonic-response`: the `result` column of the contract's
  table. An endpoint that answers an empty envelope has none and returns `None`; one that answers sound or pictures
  says `BINARY` and returns an ASGI response (`melodee_api.ranges.FileResponse`).
- Parameters come from `call.params`; each getter raises the specified error (`melodee_api.params`).
- What goes wrong is raised: `NotFound`, `NotAllowed` … (`melodee_api.errors`). Anything else becomes error 0 and a log
  entry with a traceback.
- A list that may be long is given as `Pieces(batches())`, where `batches` is an async generator of lists. It is read
  while the client takes the answer, so a batch borrows a connection for itself: never hold one across a `yield`.
- The routes of a module are listed nowhere: `melodee_api.app` collects the `Endpoint`s of the modules in `routes/`. The
  contract test wants a case for each (`tests/api/contract.py`).
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from litestar.connection import Request
from litestar.types import ASGIApp

from melodee.async_database import AsyncDatabase
from melodee.subsonic.envelope import Answer, Envelope
from melodee_api.accounts import Account, Role
from melodee_api.admission import Place
from melodee_api.errors import NotAllowed
from melodee_api.params import Params
from melodee_api.services import Services

BINARY = "binary"
"""The result of an endpoint that answers a file."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request to an endpoint."""

    params: Params
    services: Services
    request: Request[Any, Any, Any]
    """For headers and the method; the body has been read already."""
    caller: Account | None
    """Nobody on the public endpoints."""
    place: Place
    """This request's slot among those that are at work; to be left for what may take long elsewhere."""
    headers: dict[str, str] = field(default_factory=dict[str, str])
    """To be sent with the answer, when it is an envelope; in lower case."""
    envelope: Envelope = field(default_factory=Envelope)
    """The format that was asked for; only for an answer that is written in a way of its own."""

    @property
    def account(self) -> Account:
        """Who is asking."""
        if self.caller is None:
            raise NotAllowed
        return self.caller

    @property
    def database(self) -> AsyncDatabase:
        """For named queries: `async with call.database.read() as db: rows = await db.rows(…)`."""
        return self.services.database

    @property
    def client(self) -> str:
        """What the player calls itself."""
        return self.params.text("c", "")

    def require_admin(self) -> None:
        """Raises `NotAllowed` when the account is not an administrator."""
        if not self.account.admin:
            raise NotAllowed


Handler = Callable[[Call], Awaitable[Answer | ASGIApp]]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One method of the API."""

    name: str
    result: str | None
    """The answer's name in the envelope; `None` for an empty one, `BINARY` for a file."""
    handler: Handler
    role: Role | None
    admin: bool
    public: bool
    """Answers without credentials, and with wrong ones."""
    urgent: bool
    """Served before all others when there is more to do than can be done."""


def endpoint(
    name: str,
    result: str | None = None,
    *,
    role: Role | None = None,
    admin: bool = False,
    public: bool = False,
    urgent: bool = False,
) -> Callable[[Handler], Endpoint]:
    """Makes an endpoint of an async function; `role` and `admin` say who may call it (else error 50)."""
    return lambda handler: Endpoint(name, result, handler, role, admin, public, urgent)
