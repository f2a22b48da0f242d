"""Calls that hold nothing of the library: what the way there costs by itself."""

from collections.abc import Iterator

from melodee.bench.calls.call import Call, Lacking, Source, always
from melodee.bench.library import Library

GROUP = "Small calls"


def calls() -> Iterator[Call]:
    """`ping` first: it is what the client itself takes, too."""
    for endpoint in (
        "ping", "getLicense", "getOpenSubsonicExtensions", "getMusicFolders", "getGenres", "getScanStatus",
        "getNowPlaying",
    ):  # fmt: skip
        yield Call(endpoint, GROUP, always(endpoint), charted=endpoint != "getOpenSubsonicExtensions")
    yield Call("getUser", GROUP, _user)


def _user(library: Library) -> Source:
    if not library.user:
        raise Lacking("the name of the API key's owner is not known")
    return always("getUser", {"username": library.user})(library)
