"""Readers in the middle of a stored list, and what they leave on the disk."""

import asyncio
import gzip
from collections.abc import Iterator

import pytest

from melodee.async_database import AsyncDatabase
from melodee_api.plain_texts import PlainTexts
from melodee_api.stored_text import StoredText
from tests.api.large import Large, Listener, from_catalogue, stored
from tests.api.test_serving import wait


async def text_of(large: Large, database: AsyncDatabase, marks: dict[int, bytes] | None = None) -> StoredText:
    async with database.read() as db:
        row = await db.one(
            "artist_snapshot_for", folders=[1, 2, 3], least=0, listing="artists", format="json", reduced=False
        )
    assert row is not None
    return StoredText(database, PlainTexts(large.texts), row, marks or {}, b"<", b">")


@pytest.fixture
def short_segments(large: Large, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Lists of many segments, so that a reader is in the middle of one for long."""
    monkeypatch.setattr("melodee.catalogue.artist_segments.SEGMENT", 20_000)
    large.change()
    large.keep()
    yield
    monkeypatch.undo()
    large.change()
    large.keep()


@pytest.mark.usefixtures("short_segments")
@pytest.mark.parametrize("gzipped", [True, False])
def test_a_list_that_is_replaced_is_read_to_its_end(large: Large, listener: Listener, gzipped: bool):
    expected = listener.request("getArtists").content

    async def read() -> bytes:
        database = AsyncDatabase(large.url)
        try:
            text = await text_of(large, database)
            parts = text.gzip() if gzipped else text.plain()
            read = [await anext(parts)]
            large.change()
            await asyncio.to_thread(large.keep)
            return b"".join([*read, *[part async for part in parts]])
        finally:
            await database.close()

    content = asyncio.run(read())

    content = gzip.decompress(content) if gzipped else content
    assert content.startswith(b"<{")
    assert content[1:-1] in expected


@pytest.mark.usefixtures("short_segments")
def test_a_reader_that_is_too_slow_for_words_is_cut_off(large: Large):
    async def read() -> None:
        database = AsyncDatabase(large.url)
        try:
            text = await text_of(large, database)
            parts = text.gzip()
            await anext(parts)
            large.sql("delete from artist_snapshot where id = %s", text.stored.id)
            with pytest.raises(LookupError):
                _ = [part async for part in parts]
        finally:
            await database.close()

    asyncio.run(read())


@pytest.mark.usefixtures("short_segments")
def test_who_leaves_in_the_middle_gives_back_what_they_held(large: Large):
    async def read() -> None:
        database = AsyncDatabase(large.url)
        try:
            text = await text_of(large, database, {1025: b"mark"})
            before = asyncio.all_tasks()
            for _ in range(20):
                for parts in (text.gzip(), text.plain()):
                    await anext(parts)
                    await parts.aclose()
            assert await asyncio.wait_for(_answers(database), 5)
            assert asyncio.all_tasks() <= before
        finally:
            await database.close()

    asyncio.run(read())


async def _answers(database: AsyncDatabase) -> bool:
    async with database.read() as db:
        return bool(await db.value("answers"))


def test_the_first_plain_answer_leaves_a_file_for_those_that_follow(large: Large, listener: Listener):
    large.change()
    large.keep()
    digest = large.sql(
        "select encode(digest, 'hex'), size from artist_snapshot where is_current and folders = '{}' "
        "and listing = 'artists' and format = 'json' and not reduced"
    )
    ((name, size),) = digest
    (large.texts / name).unlink(missing_ok=True)

    first = listener.raw("getArtists", "json", "identity")[0]
    wait((large.texts / name).exists)

    assert (large.texts / name).stat().st_size == size
    assert (large.texts / name).read_bytes() in first
    assert listener.raw("getArtists", "json", "identity")[0] == first

    (large.texts / name).write_bytes(b"cut short")
    assert listener.raw("getArtists", "json", "identity")[0] == first
    large.mark(listener, 100)
    assert stored(listener, "getArtists", "json", headers={"accept-encoding": "identity"}) == from_catalogue(
        listener, "getArtists", "json"
    )
