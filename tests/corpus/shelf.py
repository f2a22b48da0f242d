"""A small messy collection that stays where it is, and what its owner does to it later."""

import os

from mutagen.easyid3 import EasyID3

from tests.audio import make_picture
from tests.corpus.expected import Corpus

RETAGGED, MOVED, REMOVED = "Record/01.mp3", "Record/02.flac", "Box/CD2/02.mp3"
OLD_TITLE, NEW_TITLE = "Shelved 1", "Shelved Anew"
MOVED_TO = "Put elsewhere/deep/another name.flac"


def add(corpus: Corpus) -> None:
    """As it is found; what the API says of it is said when its owner is done."""
    of_record = {"album": "Shelf Record", "album.songCount": 3}
    corpus.song(RETAGGED, of_record, title=OLD_TITLE, artist="Keeper", album="Shelf Record", track=1)
    corpus.song(MOVED, of_record, title="Shelved 2", artist="Keeper", album="Shelf Record", track=2)
    corpus.file("Record/cover.jpg", make_picture(401, 400))
    corpus.file("Record/empty.mp3", b"", "failed", "empty")
    corpus.file("Record/noise.flac", b"noise" * 999, "failed", "unreadable")
    corpus.file("Record/player.exe", b"MZ", "ignored", "not_music")
    for disc in (1, 2):
        for track in (1, 2):
            path = f"Box/CD{disc}/{track:02}.mp3"
            corpus.song(path, {"album": "Shelf Box", "discNumber": disc, "album.songCount": 3}, artist="Keeper",
                        album="Shelf Box", track=track)  # fmt: skip
    for track, artist in enumerate(("One", "Two"), 1):
        corpus.song(f"Mix/{track}.mp3", {"displayAlbumArtist": "Various Artists", "artist": artist}, artist=artist,
                    album="Shelf Mix", track=track)  # fmt: skip
    corpus.song(os.fsdecode(b"new\nline caf\xe9/\xff.mp3"), {"album": "Shelf Bytes"}, artist="Keeper",
                album="Shelf Bytes")  # fmt: skip
    corpus.song("Genre/1.mp3", {"genre": "Krautrock"}, artist="Keeper", album="Shelf Genre", genre="Kraut",
                changes=["genres: Kraut became Krautrock by rule:kraut"])  # fmt: skip
    corpus.song("Samples/1.mp3", state="ignored", code="ignored_by_rule", artist="Keeper", album="Shelf Samples")
    for name in ("a", "b"):
        corpus.song(f"Twice/{name}.mp3", {"album": "Shelf Twice", "album.songCount": 2}, title="Twice", artist="Keeper",
                    album="Shelf Twice", findings=["duplicate_file"] if name == "a" else [])  # fmt: skip


def change(corpus: Corpus) -> None:
    """One file is tagged anew, one is moved, one removed, and one is new."""
    tags = EasyID3(corpus.root / RETAGGED)
    tags["title"] = NEW_TITLE
    tags.save()
    corpus.say(RETAGGED, [dict(corpus.expected[RETAGGED].songs[0]) | {"title": NEW_TITLE}])
    (corpus.root / MOVED_TO).parent.mkdir(parents=True)
    (corpus.root / MOVED).rename(corpus.root / MOVED_TO)
    corpus.expected[MOVED_TO] = corpus.expected.pop(MOVED)
    (corpus.root / REMOVED).unlink()
    del corpus.expected[REMOVED]
    corpus.song("Record/03.mp3", {"album": "Shelf Record", "album.songCount": 3}, artist="Keeper", album="Shelf Record",
                track=3)  # fmt: skip
