"""Names that file systems allow and programs stumble over."""

import os

from tests.corpus.expected import Corpus
from tests.damage import HOSTILE_NAMES

_ALBUMS = {
    "AC/DC": "AC/DC",
    "dots ...": "dots ...",
    "CON": "CON",
    "..": "..",
    "../../etc": "../../etc",
    '*?<>|:"': '*?<>|:"',
    "!!!": "!!!",
    "   spaced   ": "spaced",
    "e\u0301toile": "étoile",
    "ﬁne ligature": "ﬁne ligature",
    "שלום עולם": "שלום עולם",
    "🎸🎸🎸": "🎸🎸🎸",
    "'; drop table songs; --": "'; drop table songs; --",
    "{artist} - {album}": "{artist} - {album}",
    "%s%n%d": "%s%n%d",
    "A" * 999: "A" * 999,
    "ü" * 500: "ü" * 500,
}
"""Album titles as tagged, and as they are told."""


def add(corpus: Corpus) -> None:
    """Hostile names of files and folders, in tags, and names that differ by little."""
    for number, name in enumerate(HOSTILE_NAMES, 1):
        corpus.song(
            f"Names/{name}.mp3", {"album": "Hostile Names", "track": number}, artist="Namer", album="Hostile Names",
            track=number, damage=f"called {name[:30]!r}",
        )  # fmt: skip
        corpus.song(f"Folders/{name}/01.flac", {"album": f"Folder {number}"}, artist="Namer", album=f"Folder {number}")
    for number, (tagged, told) in enumerate(_ALBUMS.items(), 1):
        corpus.song(f"Titles/{number}/1.mp3", {"album": told, "artist": f"Titler {number}"}, album=tagged,
                    artist=f"Titler {number}", damage=f"an album titled {tagged[:30]!r}")  # fmt: skip
    for number, folder in enumerate(("Same", "SAME", "same "), 1):
        corpus.song(
            f"{folder}/case.mp3", {"album": "Same", "track": number}, album="Same", artist="Casey", track=number,
            damage="folders that differ by case alone",
        )  # fmt: skip
    raw = os.fsdecode(b"Latin \xe9t\xe9/No\xebl.mp3")
    corpus.song(raw, {"album": "Été"}, album="Été", artist="Octets", damage="names in Latin-1")
    deep = "/".join(f"level {level}" for level in range(40))
    corpus.song(f"{deep}/deep.mp3", {"album": "Deep"}, album="Deep", artist="Diver", damage="forty folders deep")
