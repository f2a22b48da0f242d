"""Path templates: what is refused as a template, and that whatever tags hold, a safe relative path comes out."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from melodee.path_template import (
    DEFAULT_SONG_NAME,
    InvalidTemplate,
    PathTemplate,
    ReleaseFields,
    SongFields,
    safe_file_name,
    safe_segment,
)

RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|clock\$|(com|lpt)[0-9¹²³])\s*(\..*)?", re.IGNORECASE)


def is_safe(segment: str, max_bytes: int = 255) -> bool:
    """Taken by ext4, NTFS, exFAT, APFS, HFS+ and SMB; neither hidden nor special."""
    return (
        0 < len(segment.encode()) <= max_bytes
        and not re.search('[<>:"/\\\\|?*\x00-\x1f\x7f-\x9f]', segment)
        and segment[0] not in ". "
        and segment[-1] not in ". "
        and not RESERVED.fullmatch(segment)
        and unicodedata.is_normalized("NFC", segment)
    )


def release(**fields) -> ReleaseFields:
    return ReleaseFields(**{"artist": "Beyoncé", "artist_dir_code": "BE-2", "album": "Lemonade", "year": 2016} | fields)


def folder(template: str | None = None, **fields) -> str:
    return (PathTemplate.for_folders(template) if template else PathTemplate.for_folders()).folder(release(**fields))


def song_name(template: str = DEFAULT_SONG_NAME, **fields) -> str:
    return PathTemplate.for_songs(template).song_name(SongFields(**{"title": "Title", "suffix": "flac"} | fields))


def test_the_default_folder_keeps_every_level_small():
    assert folder() == "BE/BE-2/Beyoncé/2016 - Lemonade"


@pytest.mark.parametrize(
    ("template", "fields", "path"),
    [
        ("{artist_dir_code}/{artist}/{year} - {album}", {}, "BE-2/Beyoncé/2016 - Lemonade"),
        ("{artist}/{year} - {album}", {"year": None}, "Beyoncé/Lemonade"),
        ("{artist}/{year} - {album}", {"year": 0}, "Beyoncé/Lemonade"),
        ("{artist}/{year} - {album}", {"year": 987}, "Beyoncé/0987 - Lemonade"),
        ("{artist}/{album} ({year})", {"year": None}, "Beyoncé/Lemonade"),
        ("{artist}/{album} ({year}, {edition})", {}, "Beyoncé/Lemonade (2016)"),
        ("{artist}/{album} ({year}, {edition})", {"edition": "Deluxe"}, "Beyoncé/Lemonade (2016, Deluxe)"),
        ("{artist}/{album} ({year}, {edition})", {"year": None, "edition": "Deluxe"}, "Beyoncé/Lemonade (Deluxe)"),
        ("{artist}/[{year}] {album} [{edition}]", {"year": None}, "Beyoncé/Lemonade"),
        ("{artist} - {year} - {album}", {"year": None}, "Beyoncé - Lemonade"),
        ("Music/{release_type}/{artist}/{album}", {}, "Music/Beyoncé/Lemonade"),
        ("Music/{release_type}/{artist}/{album}", {"release_type": "EP"}, "Music/EP/Beyoncé/Lemonade"),
        ("{artist}/{album}", {"artist": " ", "album": "\u200b"}, "Unknown Artist/Unknown Album"),
        ("{artist}/{year} - {album}", {"album": "- (x) -", "year": None}, "Beyoncé/- (x) -"),
    ],
)
def test_a_template_is_filled_and_what_is_unknown_leaves_no_trace(template, fields, path):
    assert folder(template, **fields) == path


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"track": 3}, "03 Title.flac"),
        ({"track": 3, "disc": 1}, "1-03 Title.flac"),
        ({"track": 103, "disc": 12}, "12-103 Title.flac"),
        ({}, "Title.flac"),
        ({"title": ""}, "Untitled.flac"),
        ({"track": 1, "title": "Who?"}, "01 Who_.flac"),
        ({"title": "aux", "suffix": "mp3"}, "aux_.mp3"),
        ({"title": "...", "track": 4}, "04 ___.flac"),
        ({"title": "1/2: One | Two"}, "1-2 - One - Two.flac"),
        ({"title": "Title.", "suffix": "../../etc/passwd"}, "Title.etcpasswd"),
    ],
)
def test_the_name_of_a_song(fields, name):
    assert song_name(**fields) == name


def test_another_song_template():
    assert song_name("{track} - {artist} - {title}", track=1, artist="Björk") == "01 - Björk - Title.flac"
    assert song_name("{track} - {artist} - {title}", track=1) == "01 - Title.flac"


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        ("", "has no name"),
        ("{artist}//{album}", "has no name"),
        ("{artist}/{album}/", "has no name"),
        ("/music/{artist}/{album}", "relative"),
        ("../{artist}/{album}", "leave its volume"),
        ("{artist}/./{album}", "leave its volume"),
        (".hidden/{artist}/{album}", "hidden"),
        ("C:/{artist}/{album}", "':' cannot"),
        ("{artist}\\{album}", "cannot be part"),
        ("{artist}/{album}\n", "cannot be part"),
        ("{artist}/{album}\udcff", "cannot be part"),
        ("CON/{artist}/{album}", "Not every file system"),
        ("music./{artist}/{album}", "Not every file system"),
        ("{artist}/{albun}", "There is no field {albun}"),
        ("{artist.__class__}/{album}", "There is no field"),
        ("{artist!r}/{album}", "There is no field"),
        ("{}/{album}", "There is no field"),
        ("{track}/{album}", "There is no field"),
        ("{artist}/{album", "brace"),
        ("{artist}}/{album}", "brace"),
        ("{artist}", "Without {album}"),
        ("{album}", "{artist} or {artist_dir_code}"),
        ("/".join(["{artist}"] * 10 + ["{album}"]), "levels"),
        ("{artist}/{album}" + "x" * 500, "longer"),
    ],
)
def test_a_template_that_cannot_work_is_refused_with_the_reason(template, reason):
    with pytest.raises(InvalidTemplate, match=re.escape(reason)) as caught:
        PathTemplate.for_folders(template)

    assert caught.value.code == "invalid_template"


@pytest.mark.parametrize("template", ["{title}/{track}", "{track}", "{year} {title}"])
def test_a_song_template_that_cannot_work_is_refused(template):
    with pytest.raises(InvalidTemplate):
        PathTemplate.for_songs(template)


HOSTILE = {
    "quotes \"double\" and 'single'": "quotes 'double' and 'single'",
    "new\nline\r\n\ttab": "new line tab",
    "one \x08 blank": "one blank",
    "emoji 👩‍👩‍👧 🇩🇪": "emoji 👩‍👩‍👧 🇩🇪",
    "שלום \u202eevil": "שלום evil",
    b"caf\xe9 \xff".decode("utf-8", "surrogateescape"): "caf_ _",
    "..": "__",
    ".": "_",
    "...": "___",
    ". . .": "_ _ _",
    " ": "_",
    "": "_",
    "\x00\x07": "_",
    "../../etc/passwd": "-..-etc-passwd",
    "/etc/passwd": "-etc-passwd",
    "AC/DC": "AC-DC",
    "CON": "CON_",
    "con.": "con_",
    "Nul.tar.gz": "Nul_.tar.gz",
    "COM1": "COM1_",
    "com¹ .x": "com¹_ .x",
    "CONIN$": "CONIN$_",
    "Console": "Console",
    "aux.mp3": "aux_.mp3",
    ".38 Special": "38 Special",
    "What If...": "What If",
    "trailing. . ": "trailing",
    "Live: At Last": "Live - At Last",
    "12:51": "12-51",
    "<what?*>": "_what___",
    "~$ave": "_$ave",
    "e\u0301": "é",
    "\ufeffBOM\uffff": "BOM",
    "C:\\Windows": "C--Windows",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_becomes_a_safe_one(name):
    assert safe_segment(name) == HOSTILE[name]
    assert is_safe(safe_segment(name))


@pytest.mark.parametrize(
    ("name", "kept"),
    [("x" * 300, 255), ("é" * 200, 254), ("😀" * 100, 252), ("x" + "林" * 100, 253), ("🇩🇪" * 40, 248)],
)
def test_a_long_name_is_cut_between_characters(name, kept):
    assert safe_segment(name) == name.encode()[:kept].decode()


def test_a_long_title_keeps_its_suffix():
    name = song_name(title="x" * 65_536, track=1)

    assert name == "01 " + "x" * 247 + ".flac"
    assert safe_segment("x" * 300, max_bytes=143) == "x" * 143
    assert safe_file_name("x" * 300 + ".JPG") == "x" * 251 + ".JPG"


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("Cover.JPG", "Cover.JPG"),
        ("aux.txt", "aux_.txt"),
        (".nfo", "nfo"),
        ("a.b.c d", "a.b.c d"),
        ("..jpg", "jpg"),
        ("scan\n1.png", "scan 1.png"),
        (b"\xff.log".decode("utf-8", "surrogateescape"), "_.log"),
    ],
)
def test_a_files_own_name_keeps_its_extension(name, safe):
    assert safe_file_name(name) == safe


AWKWARD = st.text(st.sampled_from('./\\: ~$\x00\n\udcff\u202e\u0301eéCONAUX1¹林😀👍🏽-_()[]?*"<>|{}'), max_size=30)
ANY_TEXT = st.text(st.characters(), max_size=300) | AWKWARD


@given(ANY_TEXT, st.sampled_from(["", "flac", "mp3"]))
def test_any_text_becomes_a_safe_name_that_stays_as_it_is(name, suffix):
    for safe in (safe_segment(name, suffix=suffix), safe_file_name(name)):
        assert is_safe(safe)
        assert safe_segment(safe) == safe


@given(ANY_TEXT, ANY_TEXT, ANY_TEXT, st.none() | st.integers(-5, 99_999))
def test_any_tags_become_a_path_beneath_the_volume(artist, album, edition, year):
    for template in ("{artist_dir_base}/{artist_dir_code}/{artist}/{year} - {album} [{edition}]", "{artist}/{album}"):
        path = folder(template, artist=artist, album=album, edition=edition, year=year)

        assert all(map(is_safe, path.split("/")))
        assert len(path.split("/")) == template.count("/") + 1


@given(ANY_TEXT, ANY_TEXT, st.none() | st.integers(0, 9999), st.none() | st.integers(0, 99))
def test_any_tags_become_one_file_name(title, artist, track, disc):
    for template in (DEFAULT_SONG_NAME, "{artist} - {title}"):
        assert is_safe(song_name(template, title=title, artist=artist, track=track, disc=disc))
