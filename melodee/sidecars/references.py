r"""Names of files as sidecars write them, and which file of a release they mean.

They come from other people's machines: `C:\Music\Rip\CDImage.wav`, `../../etc/passwd`, `file:///mnt/a%20b.mp3`. What
is made of them is only ever compared with the names of files that are known; nothing is opened by them.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from urllib.parse import unquote

from melodee.audio.formats import suffix_of
from melodee.invisible import without_invisible

_DRIVE = re.compile(r"\A/?[A-Za-z]:(?=[/\\]|$)")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://", re.ASCII)
_LONGEST = 4096


def parts_of(reference: str) -> list[str]:
    """The folders and the name that a reference gives, without drive, root and `.`; `..` takes back what is before it.

    Empty when it names no file: a web address, or nothing at all.
    """
    text = reference.strip()[:_LONGEST]
    if scheme := _SCHEME.match(text):
        if scheme[1].lower() != "file":
            return []
        text = unquote(text[scheme.end() :], errors="surrogateescape")
    text = _DRIVE.sub("", text.replace("\0", ""), count=1).replace("\\", "/")
    parts: list[str] = []
    for part in text.split("/"):
        if part == "..":
            del parts[-1:]
        elif part not in ("", "."):
            parts.append(part)
    return parts


def same(name: str) -> str:
    """The form in which two spellings of a path are compared: case, composition and what is invisible do not count."""
    return unicodedata.normalize("NFC", without_invisible(name[:_LONGEST])).casefold()


def stem_of(path: str) -> str:
    """The path without its suffix."""
    suffix = suffix_of(path.rpartition("/")[2])
    return path[: -len(suffix) - 1] if suffix else path


class Files:
    """Files that references may mean, by their paths below one root."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._by_path: dict[str, str] = {}
        self._by_stem: dict[str, list[str]] = {}
        for path in paths:
            self._by_path.setdefault(same(path), path)
            self._by_stem.setdefault(same(stem_of(path)), []).append(path)

    def find(self, reference: str, folder: str) -> str | None:
        """The file that a sidecar in `folder` means: where it says, else beside it, whatever the folders say."""
        return _first(self._by_path, _places(reference, folder))

    def find_stem(self, reference: str, folder: str) -> str | None:
        """The same, whatever the suffix: a cue sheet that was made for `image.wav` serves the FLAC made of it."""
        for place in _places(reference, folder):
            found = self._by_stem.get(same(stem_of(place)), [])
            if len(found) == 1:
                return found[0]
        return None


def _first(known: Mapping[str, str], places: Iterable[str]) -> str | None:
    return next((known[same(place)] for place in places if same(place) in known), None)


def _places(reference: str, folder: str) -> list[str]:
    """Where below the root the file may lie: as the reference says, then by ever less of it."""
    parts = parts_of(reference)
    # A name with percent signs may be meant as it stands, or be written as an address.
    spellings = [parts]
    if any("%" in part for part in parts):
        spellings.append([unquote(part, errors="surrogateescape") for part in parts])
    places: list[str] = []
    for spelling in spellings:
        above = folder
        for _ in range(_steps_up(reference)):
            above = above.rpartition("/")[0]
        places += ["/".join([*above.split("/"), *spelling]) if above else "/".join(spelling)]
        places += ["/".join([*folder.split("/"), *spelling[cut:]]) if folder else "/".join(spelling[cut:])
                   for cut in range(len(spelling))]  # fmt: skip
    return [place for place in places if place]


def _steps_up(reference: str) -> int:
    """How many folders up a relative reference begins."""
    steps = 0
    for part in reference.strip().replace("\\", "/").split("/"):
        if part == "..":
            steps += 1
        elif part != ".":
            break
    return steps
