"""Attaching: which release a picture or a sidecar belongs to."""

from collections import Counter
from collections.abc import Sequence

from melodee.intake.drafts import Draft, ReadFile
from melodee.intake.look import parent


def attach(drafts: Sequence[Draft], others: Sequence[ReadFile]) -> list[ReadFile]:
    """Gives each to a release: of the song that is named as it is, else of its folder, else below it, else around it.

    Returns those that belong to none. Where several releases share a folder, the one with most songs there gets it.
    """
    if not others:
        return []
    places = _Places(drafts)
    left: list[ReadFile] = []
    for file in others:
        index = places.owner(file.look.path)
        if index is None:
            left.append(file)
        else:
            drafts[index].files.append(file)
    return left


class _Places:
    """Where the music of some releases lies; releases are named by their number."""

    def __init__(self, drafts: Sequence[Draft]) -> None:
        self._by_name: dict[str, int] = {}
        self._in_folder: dict[str, Counter[int]] = {}
        self._below: dict[str, set[int]] = {}
        self._of_folder: dict[str, int | None] = {}
        self._roots = [draft.root for draft in drafts]
        for index, draft in enumerate(drafts):
            for file in draft.files:
                self._by_name.setdefault(stem_of_file(file.look.path), index)
                self._in_folder.setdefault(parent(file.look.path), Counter())[index] += 1
            for folder in {parent(file.look.path) for file in draft.files}:
                around = folder
                while around and index not in self._below.setdefault(around := parent(around), set()):
                    self._below[around].add(index)

    def owner(self, path: str) -> int | None:
        """The release that a file belongs to."""
        if (index := self._by_name.get(stem_of_file(path))) is not None:
            return index
        folder = parent(path)
        if folder not in self._of_folder:
            self._of_folder[folder] = self._owner_of(folder)
        return self._of_folder[folder]

    def _owner_of(self, folder: str) -> int | None:
        if folder in self._in_folder:
            return self._in_folder[folder].most_common(1)[0][0]
        # A folder above several releases (an artist's) belongs to none of them.
        if folder and len(self._below.get(folder, ())) == 1:
            return next(iter(self._below[folder]))
        around = parent(folder)
        if folder and around in self._in_folder:
            return self._in_folder[around].most_common(1)[0][0]
        return self._around(folder)

    def _around(self, folder: str) -> int | None:
        """The release in whose folder, beside its discs, this one lies at any depth (`Album/Scans`)."""
        while folder := parent(folder):
            if below := self._below.get(folder):
                index = next(iter(below))
                return index if len(below) == 1 and self._roots[index] == folder else None
        return None


def stem_of_file(path: str) -> str:
    """Without the suffix: lyrics of `01 Song.flac` are in `01 Song.lrc`."""
    folder, _, name = path.rpartition("/")
    return f"{folder}/{name.rpartition('.')[0] or name}".casefold()
