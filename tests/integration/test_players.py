"""Players that others wrote, against a running Melodee."""

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from libopensonic import AsyncConnection, errors

from tests.audio import decode, make_picture, make_song, pitch_of
from tests.integration.running import PASSWORD, Instance

pytestmark = [
    pytest.mark.slow,
    # The system's PostgreSQL answers these calls in the tests of each of them.
    pytest.mark.parametrize("instance", ["wheels"], indirect=True, scope="module"),
]


@pytest.fixture(scope="module")
def library(instance: Instance, tmp_path_factory: pytest.TempPathFactory) -> Instance:
    """The instance with an album of three songs in it."""
    made = tmp_path_factory.mktemp("drop") / "Player's album"
    for track in (1, 2, 3):
        make_song(
            made / f"{track}.flac", seconds=3, seed=60 + track, title=f"Player {track}", artist="The Players",
            album="Played", track=track, date="2001", genre="Test",
        )  # fmt: skip
    (made / "cover.png").write_bytes(make_picture(300, 300, format="PNG"))
    before = instance.status()["files"]["seen"]
    shutil.move(made, instance.inbound / made.name)
    instance.settled(before + 4)
    return instance


def playing(play: Callable[[AsyncConnection], Awaitable[None]], **options: Any) -> None:
    """Lets the player do something with a connection of its own."""

    async def whole() -> None:
        player = AsyncConnection("http://127.0.0.1", **options)
        try:
            await play(player)
        finally:
            await player.cleanup()

    asyncio.run(whole())


@pytest.mark.parametrize("options", [{}, {"use_get": True}, {"legacy_auth": True}, {"use_views": False}])
def test_py_opensonic_finds_and_plays_a_song_to_its_end(library: Instance, options: dict[str, bool]) -> None:
    async def play(player: AsyncConnection) -> None:
        assert await player.ping()
        (song,) = (await player.search3("player 2")).song
        album = await player.get_album(song.album_id)
        assert [each.title for each in album.song] == ["Player 1", "Player 2", "Player 3"]
        assert "Played" in [each.name for each in await player.get_album_list2("newest", size=50)]
        sound = decode(await (await player.stream(song.id)).read())
        assert sound.pitch == pytest.approx(pitch_of(62), rel=0.02)
        assert sound.seconds == pytest.approx(3, abs=0.05)
        picture = await (await player.get_cover_art(album.cover_art, size=100)).read()
        assert picture[:8] == b"\x89PNG\r\n\x1a\n" or picture[:3] == b"\xff\xd8\xff"

        await player.star([song.id])
        assert song.id in [each.id for each in (await player.get_starred2()).song]
        await player.scrobble(song.id)
        await player.unstar([song.id])
        assert (await player.get_song(song.id)).starred is None

    playing(play, username="admin", password=PASSWORD, port=library.port, **options)


def test_py_opensonic_logs_in_with_an_api_key(library: Instance) -> None:
    key = library.melodee("user", "key", "admin").splitlines()[-1]

    async def play(player: AsyncConnection) -> None:
        assert await player.ping()
        assert (await player.token_info()).username == "admin"

    playing(play, port=library.port, api_key=key)


def test_py_opensonic_is_told_that_a_password_is_wrong(library: Instance) -> None:
    async def play(player: AsyncConnection) -> None:
        with pytest.raises(errors.CredentialError):
            await player.get_license()

    playing(play, username="admin", password="wrong", port=library.port)


def test_the_players_folder_is_where_it_should_be(library: Instance) -> None:
    folder = library.storage / "PL/PL/The Players/2001 - Played"
    assert sorted(path.name for path in Path(folder).iterdir()) == [
        "01 Player 1.flac",
        "02 Player 2.flac",
        "03 Player 3.flac",
        "cover.png",
    ]
