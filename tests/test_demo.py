from dataclasses import replace

import pytest

from melodee import demo
from melodee.audio.pictures import embedded_picture
from melodee.audio.tags import read_track
from melodee.cover_art import probe
from melodee.demo import make_demo
from melodee.demo.library import ALBUMS, STYLES, Album
from melodee.demo.music import RATE, compose
from tests.audio import decode


def _short(album: Album, songs: int = 1) -> Album:
    discs = tuple(tuple(replace(song, seconds=1.5) for song in disc[:songs]) for disc in album.discs)
    return replace(album, discs=discs)


@pytest.fixture
def _short_albums(monkeypatch):
    monkeypatch.setattr(demo, "ALBUMS", tuple(_short(album) for album in ALBUMS))


def _songs(folder):
    return sorted(path for path in folder.rglob("*") if path.suffix not in (".jpg", "") and path.is_file())


def test_the_demo_shows_every_format_a_compilation_two_discs_and_several_scripts():
    songs = [song for album in ALBUMS for disc in album.discs for song in disc]
    formats = {album.format for album in ALBUMS} | {song.format for song in songs if song.format}
    assert formats == {"mp3", "flac", "aac", "alac", "ogg", "opus", "wav", "aiff"}
    assert 25 <= len(songs) <= 40
    assert any(album.compilation for album in ALBUMS)
    assert any(len(album.discs) == 2 for album in ALBUMS)
    assert any(not album.artist.isascii() for album in ALBUMS)
    assert all(5 <= song.seconds <= 20 for song in songs)


@pytest.mark.usefixtures("_short_albums")
def test_albums_appear_whole_and_tagged_with_covers(tmp_path):
    made = make_demo(tmp_path / "inbound")

    assert [folder.name for folder in made] == [album.folder for album in ALBUMS]
    assert sorted(tmp_path.joinpath("inbound").iterdir()) == sorted(made)
    for album, folder in zip(ALBUMS, made, strict=True):
        tracks = [(path, read_track(path)) for path in _songs(folder)]
        assert len(tracks) == len(album.discs)
        for path, track in tracks:
            assert (track.album, track.album_artists) == (album.title, [album.artist])
            assert (track.year, track.genres) == (int(album.year[:4]), list(album.genres))
            assert track.compilation is album.compilation
            assert track.track_number == track.track_total == 1
            assert track.disc_total == len(album.discs)
            assert track.mended == []
            cover = embedded_picture(path) if album.embedded else (folder / "cover.jpg").read_bytes()
            assert cover is not None
            assert probe(cover)[:3] == (700, 700, "image/jpeg")
        assert {track.disc_number for _, track in tracks} == set(range(1, len(album.discs) + 1))


@pytest.mark.usefixtures("_short_albums")
def test_the_same_demo_is_made_again_and_what_is_there_stays(tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    make_demo(first)
    kept = first / ALBUMS[0].folder
    (kept / "mine.txt").write_text("mine")

    assert make_demo(first) == []
    make_demo(second)

    assert (kept / "mine.txt").read_text() == "mine"
    assert [path.read_bytes() for path in _songs(first) if path.suffix != ".txt"] == [
        path.read_bytes() for path in _songs(second)
    ]


@pytest.mark.usefixtures("_short_albums")
def test_nothing_half_made_is_left_or_seen(tmp_path, monkeypatch):
    (tmp_path / ".demo-left").mkdir()
    seen = []

    def fail(*_args: object, **_kwargs: object) -> bytes:
        seen.extend(path.name for path in tmp_path.iterdir() if not path.name.startswith("."))
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(demo.ffmpeg, "run", fail)

    with pytest.raises(OSError, match="No space left"):
        make_demo(tmp_path)
    assert seen == []
    assert list(tmp_path.iterdir()) == []


def test_music_is_as_long_as_asked_audible_and_always_the_same():
    style = next(iter(STYLES.values()))
    piece = compose(style, 6, "seed")

    assert abs(len(piece) / 2 / RATE - 6) < 4
    assert piece == compose(style, 6, "seed")
    assert piece != compose(style, 6, "another")
    samples = memoryview(piece).cast("h")
    assert 20_000 < max(samples) < 32_767
    assert abs(samples[0]) < 300
    assert abs(samples[-1]) < 300


@pytest.mark.slow
def test_the_whole_demo_plays(tmp_path):
    songs = [song for folder in make_demo(tmp_path) for song in _songs(folder)]

    assert len(songs) == sum(len(disc) for album in ALBUMS for disc in album.discs)
    for song in songs:
        heard = decode(song)
        assert 5 < heard.seconds < 22
        assert abs(heard.seconds - read_track(song).duration_ms / 1000) < 0.15
        assert max(heard.samples) > 3_000
