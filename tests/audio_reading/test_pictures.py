import base64

import pytest
from mutagen.id3 import APIC, ID3

from melodee.audio.errors import MislabelledAudio, UnreadableAudio
from melodee.audio.pictures import embedded_picture
from melodee.audio.tags import read_track
from tests import damage
from tests.audio import FORMATS, SUFFIXES, make_picture, make_song, sound


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("picture", [make_picture(), make_picture(format="PNG")])
def test_the_picture_comes_out_of_every_format_as_it_went_in(tmp_path, format_, picture):
    path = make_song(tmp_path / f"a.{SUFFIXES[format_]}", format=format_, title="T", picture=picture)

    assert embedded_picture(path) == picture
    track = read_track(path)
    assert (track.has_picture, track.picture_bytes) == (True, len(picture))


@pytest.mark.parametrize("format_", FORMATS)
def test_a_song_may_have_no_picture(tmp_path, format_):
    path = make_song(tmp_path / f"a.{SUFFIXES[format_]}", format=format_, title="T")

    assert embedded_picture(path) is None
    assert not read_track(path).has_picture


def test_the_front_cover_comes_before_other_pictures(tmp_path):
    path = make_song(tmp_path / "a.mp3")
    tags = ID3()
    for kind, data in ((4, b"back"), (3, b"front cover"), (0, b"other")):
        tags.add(APIC(encoding=3, mime="image/jpeg", type=kind, desc=str(kind), data=data))
    tags.save(path)

    assert embedded_picture(path) == b"front cover"
    assert read_track(path).picture_bytes == len(b"front cover")


def test_without_a_front_cover_the_first_picture_is_it(tmp_path):
    path = make_song(tmp_path / "a.mp3")
    tags = ID3()
    for kind, data in ((4, b"back"), (0, b"other")):
        tags.add(APIC(encoding=3, mime="image/jpeg", type=kind, desc=str(kind), data=data))
    tags.save(path)

    assert embedded_picture(path) == b"back"


@pytest.mark.parametrize(
    "block", ["not base64 at all!", "AAAA", base64.b64encode(b"\0\0\0\3\0\0\0\xff").decode(), "ü" * 80, ""]
)
def test_a_broken_picture_block_is_no_picture(tmp_path, block):
    path = make_song(tmp_path / "a.opus", title="T", extra={"metadata_block_picture": block})

    assert embedded_picture(path) is None
    assert read_track(path).title == "T"


def test_old_vorbis_cover_art_is_found(tmp_path):
    picture = make_picture()
    path = make_song(tmp_path / "a.ogg", extra={"COVERART": base64.b64encode(picture).decode()})

    assert embedded_picture(path) == picture


def test_an_empty_picture_is_no_picture(tmp_path):
    path = make_song(tmp_path / "a.flac", title="T", picture=b"")

    assert embedded_picture(path) is None
    assert not read_track(path).has_picture


def test_a_picture_of_more_than_32_mb_is_passed_over(tmp_path):
    path = make_song(tmp_path / "a.mp3", title="T", picture=b"\xff\xd8\xff" + b"x" * (33 << 20))

    assert embedded_picture(path) is None
    assert read_track(path).picture_bytes > 32 << 20


def test_what_cannot_be_read_has_no_picture_but_a_reason(tmp_path):
    with pytest.raises(UnreadableAudio):
        embedded_picture(damage.noise(tmp_path / "a.flac"))
    with pytest.raises(MislabelledAudio):
        embedded_picture(damage.mislabelled(tmp_path / "b.flac", holds="mp3"))
    with pytest.raises(UnreadableAudio):
        embedded_picture(tmp_path / "gone.mp3")


def test_a_flac_with_an_id3_picture_alone_shows_it(tmp_path):
    tags = ID3()
    tags.add(APIC(encoding=3, mime="image/jpeg", type=3, desc="", data=b"picture"))
    path = tmp_path / "a.flac"
    path.write_bytes(b"")
    tags.save(path)
    path.write_bytes(path.read_bytes() + sound("flac"))

    assert embedded_picture(path) == b"picture"
    assert read_track(path).has_picture
