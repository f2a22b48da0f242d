"""What lies beside music: cue sheets, playlists, lyrics, checksums, pictures."""

import hashlib
import zlib
from pathlib import Path

from tests.audio import make_picture, make_song
from tests.corpus.expected import Corpus, Expected


def add(corpus: Corpus) -> None:
    """One folder a kind."""
    _cue(corpus)
    _lists(corpus)
    _checksums(corpus)
    _art(corpus)


def _cue(corpus: Corpus) -> None:
    titles = [corpus.title() for _ in range(3)]
    lines = ['PERFORMER "Cutter"', 'TITLE "One Piece"', "REM DATE 1991", 'FILE "image.wav" WAVE']
    for number, title in enumerate(titles, 1):
        lines += [f"  TRACK {number:02} AUDIO", f'    TITLE "{title}"', f"    INDEX 01 00:{(number - 1) * 2:02}:00"]
    make_song(corpus.root / "Cue/image.flac", seconds=6, seed=5, artist="Cutter", album="One Piece", title="Whole")
    says = {"album": "One Piece", "artist": "Cutter", "duration": 2, "suffix": "flac", "album.songCount": 3}
    corpus.expect(
        "Cue/image.flac",
        Expected(
            "published",
            songs=tuple({"title": title, "track": number} | says for number, title in enumerate(titles, 1)),
        ),
    )
    corpus.file("Cue/image.cue", "\n".join(lines).encode())
    # A sheet beside songs that are cut already changes nothing.
    for number in (1, 2):
        corpus.song(f"Cut/0{number}.flac", {"album": "Cut Already", "album.songCount": 2, "track": number},
                    album="Cut Already", track=number)  # fmt: skip
    corpus.file("Cut/album.cue", b'FILE "01.flac" WAVE\n  TRACK 01 AUDIO\n    INDEX 01 00:00:00\n',
                damage="the sheet of a file that was cut")  # fmt: skip
    # A sheet that reaches beyond its file is not believed.
    corpus.song("Wrong cue/image.flac", {"album": "Wrong Cue", "album.songCount": 1}, album="Wrong Cue")
    corpus.file(
        "Wrong cue/image.cue",
        b'FILE "image.flac" WAVE\n  TRACK 01 AUDIO\n    INDEX 01 00:00:00\n  TRACK 02 AUDIO\n    INDEX 01 59:00:00\n',
        damage="a sheet that reaches beyond its file",
    )


def _lists(corpus: Corpus) -> None:
    for number in (1, 2):
        corpus.song(f"Lists/0{number}.mp3", {"album": "Lists"}, album="Lists", track=number)
    corpus.file("Lists/mix.m3u8", b"#EXTM3U\n#PLAYLIST:Corpus Mix\n02.mp3\n..\\Lists\\01.mp3\nnowhere.mp3\n",
                damage="a playlist of another system with lines that lead nowhere")  # fmt: skip
    corpus.file("Lists/01.lrc", b"[00:00.10]A line\n[00:00.30]Another\n")
    corpus.file("Lists/album.nfo", b"<album><review>Quite good.</review></album>")
    corpus.file("Lists/rip.log", b"Exact Audio Copy")
    corpus.file("Lists/booklet.pdf", b"%PDF-1.4")


def _checksums(corpus: Corpus) -> None:
    good = [corpus.song(f"Sums/0{number}.mp3", {"album": "Sums"}, album="Sums", track=number) for number in (1, 2)]
    corpus.file("Sums/album.sfv", "".join(f"{path.name} {_crc(path)}\r\n" for path in good).encode())
    corpus.file("Sums/album.md5", "".join(f"{_md5(path)} *{path.name}\n" for path in good).encode())
    corpus.song("Bad sums/01.mp3", state="waiting", album="Bad Sums", findings=["checksum_mismatch"])
    corpus.file("Bad sums/album.sfv", b"01.mp3 00000000\r\n", "waiting", damage="a checksum that differs")


def _crc(path: Path) -> str:
    return f"{zlib.crc32(path.read_bytes()):08X}"


def _md5(path: Path) -> str:
    return hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()


def _art(corpus: Corpus) -> None:
    for disc in (1, 2):
        corpus.song(f"Art/CD{disc}/01.flac", {"album": "Art", "discNumber": disc}, album="Art", artist="Painter")
        corpus.file(f"Art/CD{disc}/cover.jpg", make_picture(300 + disc, 300))
    corpus.file("Art/Scans/back.png", make_picture(310, 300, format="PNG"))
    corpus.file("Art/folder.jpg", make_picture(320, 300))
