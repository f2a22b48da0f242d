"""Damage that any file may have, in every format, each with the code that an operator is to read."""

from collections.abc import Callable
from pathlib import Path

from tests import damage
from tests.audio import FORMATS, SUFFIXES, make_picture, make_song
from tests.corpus.expected import Corpus, Expected


def add(corpus: Corpus) -> None:
    """Files of every format that are empty, noise, cut, misnamed, and what only looks like music."""
    for kind in FORMATS:
        if kind != "alac":
            _of_format(corpus, kind)
    _misnamed(corpus)
    _pictures(corpus)
    _others(corpus)


def _of_format(corpus: Corpus, kind: str) -> None:
    suffix = SUFFIXES[kind]
    folder = f"Damage/{kind}"
    corpus.file(f"{folder}/empty.{suffix}", b"", "failed", "empty", damage="no bytes")
    _made(corpus, f"{folder}/noise.{suffix}", damage.noise)
    _made(corpus, f"{folder}/zeros.{suffix}", damage.zeros)
    corpus.file(f"{folder}/text.{suffix}", b"<html><body>404 Not Found</body></html>\n" * 50, "failed", "unreadable",
                damage="a web page under a song's name")  # fmt: skip
    whole = make_song(corpus.root / "made" / f"whole.{suffix}", format=kind, seconds=3).read_bytes()
    corpus.file(f"{folder}/half.{suffix}", whole[: len(whole) // 2], "failed", "truncated", damage="half a file")
    corpus.file(f"{folder}/nothing but a head.{suffix}", whole[:24], "failed", _HEADS.get(kind, "truncated"),
                damage="nothing but a head")  # fmt: skip
    (corpus.root / "made" / f"whole.{suffix}").unlink()


_HEADS: dict[str, str] = dict.fromkeys(("mp3", "wv", "aac"), "unreadable")
"""What is said of the first 24 bytes of a file, where it is not that it is truncated: no frame is whole."""


def _misnamed(corpus: Corpus) -> None:
    for kind, name in (
        *(("flac", "mp3"), ("mp3", "flac"), ("ogg", "mp3"), ("m4a", "mp3"), ("wav", "flac"), ("aiff", "wav")),
        *(("wma", "mp3"), ("wv", "flac"), ("tta", "ape"), ("dsf", "wav"), ("mp3", "m4a"), ("flac", "ogg")),
        *(("opus", "wma"), ("mp3", "wav"), ("m4a", "aac"), ("ape", "tta"), ("mpc", "wv"), ("wav", "aiff")),
    ):
        path = f"Misnamed/{kind} as.{name}"
        make_song(corpus.root / path, format=kind, seconds=0.5)
        corpus.expect(path, Expected("failed", "mislabelled"), "another format than the name says")


def _made(corpus: Corpus, path: str, make: Callable[[Path], Path]) -> None:
    make(corpus.root / path)
    corpus.expect(path, Expected("failed", "unreadable"), make.__name__)


def _pictures(corpus: Corpus) -> None:
    corpus.song("Pictures/song.mp3", {"album": "Pictures"}, album="Pictures")
    corpus.file("Pictures/bomb.png", damage.huge_png(), "failed", "image_too_large", damage="a picture that grows")
    corpus.file("Pictures/empty.jpg", b"", "failed", "broken_image", damage="an empty picture")
    corpus.file("Pictures/noise.jpg", b"noise" * 999, "failed", "broken_image", damage="a picture of noise")
    corpus.file("Pictures/half.png", make_picture(300, 300, format="PNG")[:200], "failed", "broken_image",
                damage="half a picture")  # fmt: skip
    corpus.file("Pictures/cover.jpg", make_picture(500, 500))


def _others(corpus: Corpus) -> None:
    for name in ("setup.exe", "movie.avi", "Thumbs.db", "desktop.ini", "notes.docx", "archive.rar", "no suffix"):
        corpus.file(f"Others/{name}", name.encode() * 9, "ignored", "not_music", damage="what is no music")
    corpus.song("Others/song.mp3", {"album": "Others"}, album="Others")
    corpus.file("Alone/cover.jpg", make_picture(300, 301), "ignored", "no_music_beside", damage="a cover without music")
    corpus.file("Alone/rip.log", b"a log", "ignored", "no_music_beside")
