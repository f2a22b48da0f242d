"""What players see of an album to which a cover came after it was published."""

import io
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient
from PIL import Image

from melodee.accounts import add_account, make_api_key
from melodee.database import Database
from melodee.settings import DataDirectory
from melodee.token_secrets import TokenSecrets
from melodee_api.app import create_app
from tests.audio import make_picture
from tests.library import Library


def test_players_see_a_cover_that_came_later(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = DataDirectory(tmp_path / "data")
    data.path.mkdir()
    monkeypatch.setenv("MELODEE_DATABASE_URL", database_url)
    monkeypatch.setenv("MELODEE_DATA", str(data.path))
    monkeypatch.delenv("MELODEE_TOKEN_KEY", raising=False)
    database = Database(database_url)
    library = Library(database, tmp_path)
    add_account(database, "ann", "secret", TokenSecrets.of(data, {}))
    key = make_api_key(database, "ann")
    library.drop("Ann - Red/01 Song.mp3", title="Song", artist="Ann", album="Red", track=1)
    library.ingest()
    with TestClient(create_app()) as api:

        def asked(endpoint: str, **params: object) -> Any:
            given = {"apiKey": key, "v": "1.16.1", "c": "test", "f": "json"} | params
            return api.get(f"/rest/{endpoint}", params=given)  # type: ignore[arg-type]

        def told(endpoint: str, **params: object) -> Any:
            return asked(endpoint, **params).json()["subsonic-response"]

        (album,) = told("getAlbumList2", type="newest")["albumList2"]["album"]
        before = told("getAlbum", id=album["id"])["album"]
        (song,) = before["song"]
        missing = asked("getCoverArt", id=before["coverArt"])

        (library.inbound / "Ann - Red").mkdir()
        (library.inbound / "Ann - Red/cover.jpg").write_bytes(make_picture(640, 480))
        library.ingest()

        after = told("getAlbum", id=album["id"])["album"]
        assert after["song"][0]["id"] == song["id"]
        picture = asked("getCoverArt", id=after["coverArt"])
        assert picture.headers["etag"] != missing.headers.get("etag")
        assert Image.open(io.BytesIO(picture.content)).size == (640, 480)
    database.close()
