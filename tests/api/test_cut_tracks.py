"""Tracks of an album in one file: heard one by one, and together they are the whole."""

import io
from array import array
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import mutagen
import pytest

from melodee.catalogue.rows import Picture
from melodee.cover_art import probe
from tests.api.shelf import Shelf
from tests.audio import decode, make_picture, make_song

SPANS = ((0, 2000), (2000, 3493), (3493, 5000))


def shelve(shelf: Shelf, file: str, codec: str = "flac") -> list[str]:
    """The ids of three tracks of one real file."""
    made = make_song(shelf.root / file, seconds=5, seed=5, title="Whole")
    suffix = made.suffix.lstrip(".")
    container = {"mp3": "mpeg", "wav": "wav", "flac": "flac"}[suffix]
    album = shelf.album(
        "One File",
        "Ann",
        [
            {
                "title": f"Tone / {number}", "path": file, "size": made.stat().st_size // 3, "duration_ms": end - start,
                "suffix": suffix, "container": container, "codec": codec, "span_start_ms": start, "span_end_ms": end,
            }
            for number, (start, end) in enumerate(SPANS, 1)
        ],
    )  # fmt: skip
    rows = shelf.query("select id from songs where album_id = :id order by track_number", id=int(album.id))
    return [str(row.id) for row in rows]


@pytest.mark.parametrize(("file", "codec"), [("a/image.flac", "flac"), ("b/image.wav", "pcm")])
def test_the_streams_of_all_tracks_are_the_whole_file(shelf: Shelf, file: str, codec: str):
    songs = shelve(shelf, file, codec)

    answers = [shelf.listener.request("stream", id=song) for song in songs]

    assert {answer.status_code for answer in answers} == {200}
    assert {answer.headers["content-type"] for answer in answers} == {"audio/flac"}
    assert [answer.headers["x-content-duration"] for answer in answers] == ["2", "1", "2"]
    assert all(answer.headers["content-length"] == str(len(answer.content)) for answer in answers)
    whole = array("h")
    for answer in answers:
        whole.extend(decode(answer.content).samples)
    assert whole == decode(Path(shelf.root / file)).samples
    found = mutagen.File(io.BytesIO(answers[1].content))
    assert (found["title"], found["artist"], found["album"], found["tracknumber"]) == (
        ["Tone / 2"], ["Ann"], ["One File"], ["2"],
    )  # fmt: skip
    child = shelf.listener.ask("getSong", id=songs[1])
    assert child["suffix"] == Path(file).suffix.lstrip(".")
    assert child.get("transcodedSuffix") == (None if codec == "flac" else "flac")


def test_a_part_of_a_track(shelf: Shelf):
    song = shelve(shelf, "image.flac")[1]
    whole = shelf.listener.request("stream", id=song).content

    part = shelf.listener.request("stream", id=song, headers={"range": "bytes=100-199"})
    assert (part.status_code, part.content) == (206, whole[100:200])
    assert part.headers["content-range"] == f"bytes 100-199/{len(whole)}"
    head = shelf.listener.request("stream", "HEAD", id=song)
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(len(whole)))
    etag = head.headers["etag"]
    assert shelf.listener.request("stream", id=song, headers={"if-none-match": etag}).status_code == 304


def test_many_ask_for_one_track_at_once(shelf: Shelf):
    song = shelve(shelf, "image.flac")[2]
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: shelf.listener.request("stream", id=song), range(6)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1


def test_a_download_is_the_track_under_its_title(shelf: Shelf):
    song = shelve(shelf, "image.flac")[0]
    answer = shelf.listener.request("download", id=song)
    assert answer.status_code == 200
    assert 'filename="01 Tone _ 1.flac"' in answer.headers["content-disposition"]
    assert answer.content == shelf.listener.request("stream", id=song).content


def test_a_lossy_track_is_copied(shelf: Shelf):
    song = shelve(shelf, "image.mp3", "mp3")[1]
    answer = shelf.listener.request("stream", id=song)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "audio/mpeg")
    assert abs(mutagen.File(io.BytesIO(answer.content)).info.length - 1.493) < 0.06
    assert "transcodedSuffix" not in shelf.listener.ask("getSong", id=song)


def test_a_file_that_is_gone_or_broken_is_not_found(shelf: Shelf):
    song = shelve(shelf, "image.flac")[0]
    (shelf.root / "image.flac").write_bytes(b"broken")
    assert shelf.listener.error("stream", id=song) == 70
    (shelf.root / "image.flac").unlink()
    assert shelf.listener.error("stream", id=song) == 70


def test_songs_of_a_disc_with_a_picture_show_it(shelf: Shelf):
    wide, tall = make_picture(120, 60), make_picture(60, 120)
    (shelf.root / "wide.jpg").write_bytes(wide)
    (shelf.root / "tall.jpg").write_bytes(tall)
    found = probe(wide)
    cover = Picture(found.sha256, "wide.jpg", False, found.mime, found.width, found.height)
    album = shelf.album("Discs", "Ann", [{"title": str(disc), "disc_number": disc} for disc in (1, 2)], cover=cover)
    (row,) = shelf.query(
        "insert into cover (digest, volume_id, path, embedded, content_type, width, height) "
        "values (:digest, :volume, convert_to('tall.jpg', 'utf8'), false, 'image/jpeg', 60, 120) returning id",
        digest=probe(tall).sha256,
        volume=shelf.folder,
    )
    shelf.query("insert into disc_cover values (:album, 2, :cover)", album=int(album.id), cover=row.id)

    one, two = (shelf.listener.ask("getSong", id=song)["coverArt"] for song in album.songs)

    assert (one, two) == (f"al-{album.id}", album.songs[1])
    assert shelf.listener.request("getCoverArt", id=one).content == wide
    assert shelf.listener.request("getCoverArt", id=two).content == tall
