"""Streams, downloads and covers of real files."""

import io
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image

from melodee.catalogue.rows import Picture
from melodee.cover_art import probe
from melodee_api import covers
from tests.api.shelf import Listener, Shelf
from tests.audio import decode, make_picture, make_song, pitch_of

SONG = "Ann/Ännchen & Söhne.mp3"


@pytest.fixture
def song(shelf: Shelf) -> str:
    """A real song's id."""
    made = make_song(shelf.root / SONG, seed=7, seconds=2, title="Tone", picture=make_picture(90, 60))
    size = made.stat().st_size
    fields = {"title": "Tone", "path": SONG, "size": size, "duration_ms": 2000, "suffix": "mp3"}
    return shelf.album("Album", "Ann", [fields]).songs[0]


def test_h1_a_song_streams_whole_and_plays(shelf: Shelf, song: str):
    answer = shelf.listener.request("stream", id=song)

    content = (shelf.root / SONG).read_bytes()
    assert answer.status_code == 200
    assert answer.content == content
    assert answer.headers["content-type"] == "audio/mpeg"
    assert answer.headers["content-length"] == str(len(content))
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["x-content-duration"] == "2"
    assert round(decode(answer.content).pitch) == pitch_of(7)


@pytest.mark.parametrize(
    ("asked", "start", "stop"), [("bytes=0-99", 0, 100), ("bytes=100-", 100, None), ("bytes=-50", -50, None)]
)
def test_h1_a_part_of_a_song(shelf: Shelf, song: str, asked: str, start: int, stop: int | None):
    content = (shelf.root / SONG).read_bytes()

    answer = shelf.listener.request("stream", id=song, headers={"range": asked})

    assert answer.status_code == 206
    assert answer.content == content[start:stop]
    first = start % len(content)
    assert answer.headers["content-range"] == f"bytes {first}-{first + len(answer.content) - 1}/{len(content)}"


def test_h1_conditions_of_a_stream(shelf: Shelf, song: str):
    size = (shelf.root / SONG).stat().st_size
    whole = shelf.listener.request("stream", id=song)
    etag = whole.headers["etag"]

    def status(**headers: str) -> int:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return shelf.listener.request("stream", id=song, headers=named).status_code

    assert status(if_none_match=etag) == 304
    assert status(range=f"bytes={size}-") == 416
    assert status(range="bytes=0-9", if_range=etag) == 206
    assert status(range="bytes=0-9", if_range='"other"') == 200


def test_h2_head_has_the_same_headers_and_no_body(shelf: Shelf, song: str):
    for endpoint in ("stream", "download"):
        whole = shelf.listener.request(endpoint, id=song)
        head = shelf.listener.request(endpoint, "HEAD", id=song)

        assert (head.status_code, head.content) == (200, b"")
        assert dict(head.headers) == dict(whole.headers)


@pytest.mark.parametrize("format_", ["raw", "mp3", "opus", "flac", "no such format", "../x"])
def test_h3_z3_every_format_is_the_original(shelf: Shelf, song: str, format_: str):
    answer = shelf.listener.request("stream", id=song, format=format_, maxBitRate=64, estimateContentLength="true")

    assert answer.content == (shelf.root / SONG).read_bytes()
    assert answer.headers["content-type"] == "audio/mpeg"


def test_a_stream_does_not_count_a_play(shelf: Shelf, song: str):
    shelf.listener.request("stream", id=song)
    shelf.listener.request("download", id=song)

    assert shelf.listener.ask("getSong", id=song)["playCount"] == 0


def test_h9_a_download_is_the_file_under_its_name(shelf: Shelf, song: str):
    answer = shelf.listener.request("download", id=song, format="opus")

    assert answer.content == (shelf.root / SONG).read_bytes()
    disposition = answer.headers["content-disposition"]
    assert disposition.startswith("attachment; ")
    assert "filename*=UTF-8''%C3%84nnchen%20&%20S%C3%B6hne.mp3" in disposition


def test_c12_without_the_role_there_is_no_stream_and_no_download(shelf: Shelf, song: str):
    listener = shelf.another_listener(columns="stream_role = false, download_role = false")

    assert listener.error("stream", id=song) == 50
    assert listener.error("download", id=song) == 50


def _vanish(file: Path) -> None:
    file.unlink()


def _become_a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def _become_a_link(file: Path) -> None:
    file.unlink()
    file.symlink_to("/etc/passwd")


def _hang_below_a_link(file: Path) -> None:
    outside = file.parent.with_name("outside")
    file.parent.rename(outside)
    file.parent.symlink_to(outside)


def _become_a_pipe(file: Path) -> None:
    file.unlink()
    os.mkfifo(file)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("happen", [_vanish, _become_a_folder, _become_a_link, _hang_below_a_link, _become_a_pipe])
def test_a9_a_file_that_is_no_longer_there_is_an_error_in_an_envelope(shelf: Shelf, song: str, happen):
    happen(shelf.root / SONG)

    for endpoint in ("stream", "download"):
        answer = shelf.listener.request(endpoint, id=song, f="xml")
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/xml; charset=utf-8"
        assert b'code="70"' in answer.content


def test_a_volume_that_is_away_is_an_error_in_an_envelope(shelf: Shelf, song: str):
    shelf.root.rename(shelf.root.with_name(shelf.root.name + "-away"))

    assert shelf.listener.error("stream", id=song) == 0


def test_a_path_never_leads_out_of_the_volume(shelf: Shelf):
    (shelf.root.parent / "secret.flac").write_bytes(b"secret")
    album = shelf.album(songs=[{"title": "Escape", "path": "../secret.flac"}, {"title": "Root", "path": "/etc/passwd"}])

    for song in album.songs:
        assert shelf.listener.error("stream", id=song) == 70


def test_a_name_that_is_no_text_streams_all_the_same(shelf: Shelf):
    name = os.fsdecode(b"Ann/\xff\xfe \xc3\x28.flac")
    (shelf.root / "Ann").mkdir()
    (shelf.root / name).write_bytes(b"sound")
    song = shelf.album(songs=[{"title": "Odd", "path": name, "size": 5}]).songs[0]

    assert shelf.listener.request("stream", id=song).content == b"sound"
    assert shelf.listener.request("download", id=song).headers["content-disposition"]
    assert shelf.listener.ask("getSong", id=song)["path"].startswith("Ann/\ufffd")


def cover_in(shelf: Shelf, name: str, content: bytes, *, embedded: bool = False) -> Picture:
    """A picture's row, with its file on the shelf."""
    if not embedded:
        (shelf.root / name).parent.mkdir(parents=True, exist_ok=True)
        (shelf.root / name).write_bytes(content)
    picture = probe(content)
    return Picture(picture.sha256, name, embedded, picture.mime, picture.width, picture.height)


def image_of(listener: Listener, number: str, accept: str = "*/*", **params: object) -> Image.Image:
    answer = listener.request("getCoverArt", id=number, headers={"accept": accept}, **params)
    assert answer.status_code == 200
    image = Image.open(io.BytesIO(answer.content))
    image.load()
    assert answer.headers["content-type"] == f"image/{(image.format or '').lower()}"
    return image


def colour(shelf: Shelf) -> tuple[int, int, int]:
    """One for each shelf, since pictures are known by their bytes."""
    return shelf.folder % 256, 40, 200


def is_like(image: Image.Image, wanted: tuple[int, int, int]) -> bool:
    pixel = image.convert("RGB").getpixel((image.width // 2, image.height // 2))
    return all(abs(one - other) < 12 for one, other in zip(pixel, wanted, strict=True))


def test_g1_g2_albums_songs_and_artists_show_one_picture_by_any_of_their_ids(shelf: Shelf):
    cover = cover_in(shelf, "a/cover.jpg", make_picture(400, 300, colour=colour(shelf)))
    album = shelf.album(artist=f"Shown in {shelf.folder}", songs=2, cover=cover)

    shared = {song["coverArt"] for song in shelf.listener.ask("getAlbum", id=album.id)["song"]}
    assert shared == {f"al-{album.id}"} == {shelf.listener.ask("getAlbum", id=album.id)["coverArt"]}
    for number in (f"al-{album.id}", album.id, album.songs[0], album.songs[1], f"ar-{album.artist}", album.artist):
        image = image_of(shelf.listener, number)
        assert image.size == (400, 300)
        assert is_like(image, colour(shelf))


@pytest.mark.parametrize(
    ("size", "expected"),
    [("200", (200, 150)), ("400", (400, 300)), ("1", (1, 1)), ("0", (400, 300)), ("1000", (400, 300)),
     ("99999999999999999999", (400, 300)), ("-3", (400, 300))],
)  # fmt: skip
def test_g4_any_size_and_never_enlarged(shelf: Shelf, size: str, expected: tuple[int, int]):
    album = shelf.album(cover=cover_in(shelf, "cover.jpg", make_picture(400, 300, colour=colour(shelf))))

    assert image_of(shelf.listener, album.id, size=size).size == expected


@pytest.mark.usefixtures("song")
def test_a_cover_inside_a_song(shelf: Shelf):
    cover = cover_in(shelf, SONG, make_picture(90, 60), embedded=True)
    album = shelf.album("With a picture inside", cover=cover)

    assert image_of(shelf.listener, album.id, size=45).size == (45, 30)


def test_g4_covers_are_cached_by_the_client_and_by_us(shelf: Shelf, library):
    cover = cover_in(shelf, "cover.jpg", make_picture(300, 300, colour=colour(shelf)))
    album = shelf.album(cover=cover)
    first = shelf.listener.request("getCoverArt", id=album.id, size=64)

    assert first.headers["cache-control"].startswith("private, max-age=")
    assert "last-modified" in first.headers
    head = shelf.listener.request("getCoverArt", "HEAD", id=album.id, size=64)
    assert dict(head.headers) == dict(first.headers)
    again = shelf.listener.request(
        "getCoverArt", id=album.id, size=64, headers={"if-none-match": first.headers["etag"]}
    )
    assert (again.status_code, again.content) == (304, b"")

    kept = list((library.data.cache / "covers").rglob(f"{cover.digest.hex()}-*"))
    assert len(kept) == 1
    (shelf.root / "cover.jpg").unlink()
    assert shelf.listener.request("getCoverArt", id=album.id, size=64).content == first.content
    other = shelf.listener.request("getCoverArt", id=album.id, size=32)
    assert other.headers["etag"] != first.headers["etag"]


def test_g5_jpeg_or_png_unless_webp_is_accepted(shelf: Shelf):
    album = shelf.album(cover=cover_in(shelf, "cover.webp", make_picture(80, 80, colour=colour(shelf), format="WEBP")))

    assert image_of(shelf.listener, album.id).format == "JPEG"
    assert image_of(shelf.listener, album.id, accept="image/avif,image/webp,*/*").format == "WEBP"
    assert image_of(shelf.listener, album.id, accept="image/*").format == "JPEG"


def test_g5_a_picture_comes_out_upright(shelf: Shelf):
    turned = Image.new("RGB", (80, 40), colour(shelf))
    exif = Image.Exif()
    exif[0x0112] = 6
    content = io.BytesIO()
    turned.save(content, "JPEG", exif=exif)
    album = shelf.album(cover=cover_in(shelf, "cover.jpg", content.getvalue()))

    assert image_of(shelf.listener, album.id).size == (40, 80)
    assert image_of(shelf.listener, album.id, size=40).size == (20, 40)


@pytest.mark.parametrize("broken", [b"", b"no picture", b"\xff\xd8\xff\xe0 broken", None])
def test_g5_a_picture_that_broke_or_went_is_a_placeholder(shelf: Shelf, broken: bytes | None):
    album = shelf.album(cover=cover_in(shelf, "cover.jpg", make_picture(300, 300, colour=colour(shelf))))
    if broken is None:
        (shelf.root / "cover.jpg").unlink()
    else:
        (shelf.root / "cover.jpg").write_bytes(broken)

    assert image_of(shelf.listener, album.id, size=77).size == (77, 77)


def test_a_cover_that_is_a_link_out_of_the_volume_is_not_followed(shelf: Shelf):
    outside = shelf.root.parent / f"outside-{shelf.folder}.jpg"
    outside.write_bytes(make_picture(300, 300, colour=colour(shelf)))
    album = shelf.album(cover=cover_in(shelf, "cover.jpg", outside.read_bytes()))
    (shelf.root / "cover.jpg").unlink()
    (shelf.root / "cover.jpg").symlink_to(outside)

    assert not is_like(image_of(shelf.listener, album.id, size=64), colour(shelf))


def test_z2_albums_and_artists_without_a_picture_get_a_placeholder(shelf: Shelf):
    album = shelf.album(artist=f"Plain {shelf.folder}")

    for number in (f"al-{album.id}", album.songs[0], f"ar-{album.artist}"):
        answer = shelf.listener.request("getCoverArt", id=number, size=100)
        assert Image.open(io.BytesIO(answer.content)).size == (100, 100)
        again = shelf.listener.request(
            "getCoverArt", id=number, size=100, headers={"if-none-match": answer.headers["etag"]}
        )
        assert again.status_code == 304
    assert image_of(shelf.listener, album.id).size == (512, 512)
    assert image_of(shelf.listener, album.id, size=10**12).size == (1024, 1024)


def test_z2_anything_else_without_a_picture_is_http_404(shelf: Shelf):
    playlist = (shelf.query("select nextval('entity_number') as number")[0].number << 10) | 2
    insert = "insert into playlist (id, account_id, name) values (:id, :account, 'Mine')"
    shelf.query(insert, id=playlist, account=shelf.listener.id)

    for number in (f"pl-{playlist}", playlist, shelf.folder):
        answer = shelf.listener.request("getCoverArt", id=number)
        assert answer.status_code == 404
        assert answer.json()["subsonic-response"]["error"]["code"] == 70


def test_f5_a_playlist_shows_the_cover_of_its_first_song(shelf: Shelf):
    album = shelf.album(cover=cover_in(shelf, "cover.jpg", make_picture(50, 50, colour=colour(shelf))))
    playlist = (shelf.query("select nextval('entity_number') as number")[0].number << 10) | 2
    insert = "insert into playlist (id, account_id, name) values (:id, :account, 'Mine')"
    shelf.query(insert, id=playlist, account=shelf.listener.id)
    shelf.query("insert into playlist_entry values (:id, 1, :song)", id=playlist, song=int(album.songs[0]))

    assert image_of(shelf.listener, f"pl-{playlist}").size == (50, 50)
    assert shelf.another_listener().error("getCoverArt", id=f"pl-{playlist}") == 70


@pytest.mark.parametrize("number", ["al-", "xx-5", "al-abc", "al--1", "al-0", "al-9223372036854775808", "١", "al-1025"])
def test_z1_a_cover_id_that_cannot_be_ours_is_error_70(shelf: Shelf, number: str):
    assert shelf.listener.error("getCoverArt", id=number) == 70


def test_g6_a_hundred_covers_at_once_are_made_once_each(shelf: Shelf, monkeypatch):
    made: list[int] = []
    real = covers.resize
    monkeypatch.setattr(covers, "resize", lambda *args, **more: (made.append(1), real(*args, **more))[1])
    album = shelf.album(cover=cover_in(shelf, "cover.jpg", make_picture(900, 900, colour=colour(shelf))))
    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(lambda _: shelf.listener.request("getCoverArt", id=album.id, size=300), range(100)))

    assert {answer.status_code for answer in answers} == {200}
    assert len(made) == 1
