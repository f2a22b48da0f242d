"""Cue sheets, playlists, lyrics, notes and checksums that are broken: the music beside them goes its way."""

from collections.abc import Callable

from tests.corpus.expected import Corpus

_BOMB = b"""<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">]>%s"""
"""Entities that grow tenfold with each that they are made of."""

_TRACKS = "".join(f"  TRACK {n:02} AUDIO\n    INDEX 01 00:0{n - 1}:00\n" for n in (1, 2))


def _sheet(file: str, tracks: str = _TRACKS) -> bytes:
    return f'FILE "{file}" WAVE\n{tracks}'.encode()


_READ = "unreadable_sidecar"
_CASES: tuple[tuple[str, str, bytes, str], ...] = (
    ("a cue sheet that is noise", "song.cue", b"\x00\x01\x02noise" * 99, _READ),
    ("a cue sheet of nothing", "song.cue", b"", _READ),
    ("a cue sheet that names another file", "other.cue", _sheet("gone.wav"), "unused_cue"),
    ("a cue sheet that climbs out", "out.cue", _sheet("../../../../etc/passwd"), "unused_cue"),
    ("a cue sheet whose times run backwards", "song.cue", _sheet(
        "song.flac", "  TRACK 01 AUDIO\n    INDEX 01 00:01:00\n  TRACK 02 AUDIO\n    INDEX 01 00:00:00\n"
    ), "cue_disagrees"),
    ("a cue sheet in impossible times", "song.cue", _sheet(
        "song.flac", "  TRACK 01 AUDIO\n    INDEX 01 00:99:99\n  TRACK 02 AUDIO\n    INDEX 01 -1:00:00\n"
    ), _READ),
    ("a playlist that is noise", "list.m3u", b"\x00\xff\xfe" * 500, _READ),
    ("a playlist of a radio", "radio.m3u", b"#EXTM3U\nhttp://radio.example:8000/stream\n", ""),
    ("a playlist in UTF-16", "wide.m3u", "#EXTM3U\r\nsong.flac\r\n".encode("utf-16"), ""),
    ("a playlist that names itself", "self.m3u8", b"self.m3u8\nsong.flac\n", ""),
    ("a playlist of another machine", "drive.m3u", b"D:\\Music\\Elsewhere\\song.flac\n\\\\server\\share\\x.mp3\n", ""),
    ("lyrics that are noise", "song.lrc", b"\x00\x01\xff" * 500, _READ),
    ("lyrics with times that are none", "song.lrc", b"[99:99.99]What\n[-1:00]When\n[ab:cd]Who\n", ""),
    ("lyrics in broken XML", "song.ttml", b"<tt><body><p begin='1s'>La", _READ),
    ("lyrics in XML that explodes", "song.ttml", _BOMB % b"<tt><body><p>&d;</p></body></tt>", _READ),
    ("subtitles without times", "song.srt", b"1\nnever --> ever\nLa\n", _READ),
    ("notes in broken XML", "album.nfo", b"<album><review>Good", ""),
    ("notes in XML that explodes", "album.nfo", _BOMB % b"<album><review>&d;</review></album>", _READ),
    ("checksums that are none", "album.sfv", b"; made by hand\nno sums here\n", _READ),
    ("a checksum of a file that is not there", "album.sfv", b"gone.flac 12345678\r\n", "missing_file"),
    ("a checksum that climbs out", "album.md5", b"d41d8cd98f00b204e9800998ecf8427e *../../../../etc/passwd\n", ""),
)  # fmt: skip
"""What is wrong, the sidecar's name, its bytes, and the finding that says so."""

_WRONG_SUMS: tuple[tuple[str, str, Callable[[str], str]], ...] = (
    ("an MD5 sum that differs", "album.md5", lambda name: f"{'0' * 32} *{name}\n"),
    ("a fingerprint of FLAC that differs", "album.ffp", lambda name: f"{name}:{'0' * 32}\n"),
)


def add(corpus: Corpus) -> None:
    """A folder for each, with a song in it."""
    for number, (kind, name, data, finding) in enumerate(_CASES, 1):
        folder, album = f"Beside/{number:02}", f"Beside {number:02}"
        says = {"album": album, "album.songCount": 1}
        found = [finding] if finding else []
        # What is wrong with a sheet is said of the music that it is for.
        of_song = name.endswith(".cue")
        corpus.song(f"{folder}/song.flac", says, findings=found if of_song else [], album=album, artist="Sider",
                    seconds=3)  # fmt: skip
        corpus.file(f"{folder}/{name}", data, findings=[] if of_song else found, damage=kind)
    for number, (kind, name, line) in enumerate(_WRONG_SUMS, 1):
        corpus.song(f"Sums {number}/song.flac", state="waiting", findings=["checksum_mismatch"], album=f"Sums {number}",
                    artist="Sider")  # fmt: skip
        corpus.file(f"Sums {number}/{name}", line("song.flac").encode(), "waiting", damage=kind)
    _hidden(corpus)


def _hidden(corpus: Corpus) -> None:
    """Sound before the first track of a sheet: two songs and a finding."""
    path = "Hidden/image.flac"
    corpus.song(path, findings=["hidden_track"], album="Hidden", artist="Sider", seconds=12, seed=9)
    titles = (corpus.title(), corpus.title())
    corpus.say(path, [{"title": title, "album": "Hidden", "duration": 3, "album.songCount": 2} for title in titles])
    tracks = "".join(
        f'  TRACK {number:02} AUDIO\n    TITLE "{title}"\n    INDEX 01 00:{3 + 3 * number:02}:00\n'
        for number, title in enumerate(titles, 1)
    )
    corpus.file("Hidden/image.cue", _sheet("image.flac", tracks), damage="sound before the first track of a sheet")
