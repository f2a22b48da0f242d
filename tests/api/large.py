"""A library of 2,600 artists with an API of its own: large enough to be listed from what is stored."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

import httpx
import msgspec
import psycopg
import pytest
from litestar.testing import TestClient
from lxml import etree

from melodee.accounts import make_api_key
from melodee.catalogue import artist_snapshots
from melodee.catalogue.artist_snapshots import keep_artist_snapshots
from melodee.database import Database
from melodee_api.app import create_app
from tests import artist_rows

ENDPOINTS = ("getArtists", "getIndexes")
FORMS = ("xml", "json", "jsonp")
FOLDERS = {"all": (), "two": (1, 2), "child": (3,)}
"""The music folders of each listener; none: all."""


@dataclass(frozen=True)
class Listener:
    account: int
    key: str
    api: TestClient

    def request(self, endpoint: str, form: str = "json", method: str = "GET", **more: Any) -> httpx.Response:
        headers = more.pop("headers", {})
        params = {"apiKey": self.key, "v": "1.16.1", "c": "test", "f": form, "callback": "call.me"} | more
        return self.api.request(method, f"/rest/{endpoint}", params=params, headers=headers)

    def raw(
        self, endpoint: str, form: str = "json", encoding: str = "gzip", **more: Any
    ) -> tuple[bytes, httpx.Headers]:
        """The bytes as they were sent."""
        params = {"apiKey": self.key, "v": "1.16.1", "c": "test", "f": form, "callback": "call.me"} | more
        with self.api.stream(
            "GET", f"/rest/{endpoint}", params=params, headers={"accept-encoding": encoding}
        ) as answer:
            return b"".join(answer.iter_raw()), answer.headers


@dataclass(frozen=True)
class Large:
    """A library of many artists, with its API."""

    url: str
    database: Database
    api: TestClient
    texts: Path
    listeners: dict[str, Listener] = field(default_factory=dict)

    def sql(self, statement: str, *parameters: object) -> list[Any]:
        with psycopg.connect(self.url, autocommit=True) as db:
            cursor = db.execute(statement, parameters)
            return cursor.fetchall() if cursor.description else []

    def keep(self) -> None:
        keep_artist_snapshots(self.database)

    def change(self) -> None:
        self.sql("update catalogue_total set changed_at = clock_timestamp()")

    def another_listener(self, name: str, *folders: int) -> Listener:
        """An account that sees these music folders; without any, all."""
        ((account,),) = self.sql(
            "insert into account (name, key, password_hash) values (%s, %s, 'none') returning id", name, name
        )
        for folder in folders:
            self.sql("insert into account_folder values (%s, %s)", account, folder)
        return Listener(account, make_api_key(self.database, name), self.api)

    def mark(self, listener: Listener, number: int) -> None:
        with psycopg.connect(self.url) as db:
            artist_rows.mark(db, listener.account, number)


@contextmanager
def served(url: str, data: Path) -> Iterator[Large]:
    """Fills an empty catalogue and serves it; all lists that the listeners ask for are there."""
    artist_rows.fill(url, 2600)
    database = Database(url)
    with ExitStack() as stack:
        stack.callback(database.close)
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("MELODEE_DATABASE_URL", url)
            environment.setenv("MELODEE_DATA", str(data))
            api = stack.enter_context(TestClient(create_app()))
        large = Large(url, database, api, data / "cache" / "artists")
        for name, folders in FOLDERS.items():
            large.listeners[name] = large.another_listener(name, *folders)
        # Each kind of list is asked for once; then it is there.
        for listener, endpoint, form, client in product(large.listeners.values(), ENDPOINTS, FORMS, ("test", "DSub")):
            listener.request(endpoint, form, c=client)
        for folder, endpoint, form in product((1, 2), ENDPOINTS, FORMS):
            large.listeners["all"].request(endpoint, form, musicFolderId=folder)
        large.keep()
        yield large


def said(answer: httpx.Response) -> Any:
    """What the answer says, so that two are equal when they say the same."""
    assert answer.status_code == 200
    if answer.headers["content-type"].startswith("text/xml"):
        return [(each.tag, dict(each.attrib), each.text) for each in etree.fromstring(answer.content).iter()]
    return msgspec.json.decode(answer.content.removeprefix(b"call.me(").removesuffix(b");"))


def from_catalogue(listener: Listener, endpoint: str, form: str, **more: Any) -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(artist_snapshots, "LEAST_ARTISTS", 10**9)
        answer = listener.request(endpoint, form, **more)
    assert "etag" not in answer.headers
    return said(answer)


def stored(listener: Listener, endpoint: str, form: str, **more: Any) -> Any:
    answer = listener.request(endpoint, form, **more)
    assert "etag" in answer.headers
    return said(answer)


def answered(listener: Listener, **more: Any) -> dict[str, Any]:
    """Below the envelope of JSON."""
    return listener.request("getIndexes", **more).json()["subsonic-response"]["indexes"]


def etag(listener: Listener, endpoint: str = "getArtists", form: str = "json", **more: Any) -> str:
    return listener.request(endpoint, form, method="HEAD", **more).headers["etag"]
