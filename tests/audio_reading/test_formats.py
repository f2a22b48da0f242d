import pytest

from melodee.audio.formats import FORMATS, FileKind, classify, content_type_of, format_of, is_not_a_file_yet, suffix_of


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("01 Song.mp3", FileKind.AUDIO),
        ("Song.FLAC", FileKind.AUDIO),
        ("a.b.m4a", FileKind.AUDIO),
        ("x.oga", FileKind.AUDIO),
        ("x.aif", FileKind.AUDIO),
        ("Cover.JPG", FileKind.IMAGE),
        ("back.webp", FileKind.IMAGE),
        ("album.cue", FileKind.SIDECAR),
        ("EAC.log", FileKind.SIDECAR),
        ("checksums.ffp", FileKind.SIDECAR),
        ("booklet.pdf", FileKind.SIDECAR),
        ("Thumbs.db", FileKind.OTHER),
        ("mp3", FileKind.OTHER),
        (".mp3", FileKind.OTHER),
        ("song.mp3.txt", FileKind.SIDECAR),
        ("no suffix", FileKind.OTHER),
        ("ends with a dot.", FileKind.OTHER),
        ("bytes \udcff.mp3", FileKind.AUDIO),
    ],
)
def test_a_name_tells_what_kind_of_file_it_is(name, kind):
    assert classify(name) is kind


@pytest.mark.parametrize(
    "name", [".DS_Store", ".hidden.mp3", "song.mp3.part", "song.TMP", "song.flac.crdownload", "~$notes.txt", "._a.mp3"]
)
def test_hidden_and_half_written_files_are_not_files_yet(name):
    assert is_not_a_file_yet(name)


@pytest.mark.parametrize("name", ["song.mp3", "part.mp3", "~song.mp3", "$song.mp3", "tmp", "crdownload.flac"])
def test_other_names_are(name):
    assert not is_not_a_file_yet(name)


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("a.mp3", "audio/mpeg"),
        ("a.flac", "audio/flac"),
        ("a.m4a", "audio/mp4"),
        ("a.mp4", "audio/mp4"),
        ("a.ogg", "audio/ogg"),
        ("a.opus", "audio/ogg"),
        ("a.WAV", "audio/wav"),
        ("a.aiff", "audio/aiff"),
        ("a.jpeg", "image/jpeg"),
        ("a.exe", "application/octet-stream"),
    ],
)
def test_players_get_the_media_types_they_know(name, content_type):
    assert content_type_of(name) == content_type


def test_every_format_is_found_by_its_own_suffix():
    assert all(format_of(f"x.{suffix.upper()}") == format_ for suffix, format_ in FORMATS.items())
    assert format_of("x.jpg") is None
    assert suffix_of("A.B.Mp3") == "mp3"
