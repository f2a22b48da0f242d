"""Pictures above albums: those of artists, and what gives way to an album's own.

`artist.jpg` above albums of one artist is theirs, and so is `folder.jpg` or `cover.jpg` in a folder of their name. In
another folder it is as well, above several of their albums: it can show no single one of these. Nobody's is what lies
above albums of several artists, or where anything may lie.
"""

from collections.abc import Iterable, Sequence

from melodee.audio.formats import FileKind
from melodee.intake.drafts import Draft, ReadFile
from melodee.intake.folder_words import VARIOUS, is_heap, readable
from melodee.intake.look import parent
from melodee.intake.naming import music_folder
from melodee.settings import SidecarSettings
from melodee.sidecars.art import has_cover, is_artist_anywhere, is_artist_image, is_called_artist, name_of
from melodee.text import fold


def attach_artist_images(drafts: Sequence[Draft], alone: Sequence[ReadFile]) -> list[ReadFile]:
    """Gives pictures of an artist above several of their releases to the first of these; returns what is left.

    Of several in one folder that are not called after the artist one is taken, where no other picture is.
    """
    for draft in drafts:
        _settle_above(draft)
    folders: set[str] = set()
    taken: set[str] = set()
    pictures = [file for file in alone if file.look.kind is FileKind.IMAGE and is_called_artist(file.look.path)]
    for file in sorted(pictures, key=lambda file: (_rank(file.look.path), file.look.path)):
        folder = parent(file.look.path)
        below = (
            [draft for draft in drafts if any(_is_music_below(each, folder) for each in draft.files)] if folder else []
        )
        if len({fold(draft.description.display_artist) for draft in below}) != 1:
            continue
        named = is_artist_anywhere(file.look.path)
        if named or (folder not in folders and _shows_artist(file.look.path, below)):
            file.shows_artist = not named
            below[0].files.append(file)
            folders.add(folder)
            taken.add(file.look.path)
    return [file for file in alone if file.look.path not in taken]


def _rank(path: str) -> int:
    """What is called after the artist goes first, then `folder.jpg`."""
    return 0 if is_artist_anywhere(path) else 1 if name_of(path) == "folder" else 2


def _shows_artist(path: str, below: Sequence[Draft]) -> bool:
    """Whether `folder.jpg` above these releases of one artist is the artist's."""
    artist = below[0].description.display_artist
    if any(is_artist_anywhere(each.look.path) for each in _images(below)):
        return False
    if is_artist_image(path, artist):
        return True
    return len(below) > 1 and fold(artist) not in VARIOUS and not is_heap(readable(parent(path).rpartition("/")[2]))


def _images(drafts: Iterable[Draft]) -> list[ReadFile]:
    return [file for draft in drafts for file in draft.files if file.look.kind is FileKind.IMAGE]


def _settle_above(draft: Draft) -> None:
    """Of two pictures of one name, the one beside the music keeps it; what shows the artist alone is known to do so."""
    folder = music_folder(file.look.path for file in draft.files if file.look.kind is FileKind.AUDIO)
    if not folder:
        return
    above = [file for file in draft.files if not file.look.path.startswith(f"{folder}/")]
    if not above:
        return
    within = [file for file in draft.files if file.look.path.startswith(f"{folder}/")]
    draft.files[:] = [*within, *above]
    own = [file.look.path for file in within if file.look.kind is FileKind.IMAGE]
    priority = SidecarSettings.from_environment().art_priority
    if not has_cover(own, priority) and not any(file.track is not None and file.track.has_picture for file in within):
        return
    for file in above:
        if file.look.kind is FileKind.IMAGE and not is_artist_anywhere(file.look.path):
            file.shows_artist = is_artist_image(file.look.path, draft.description.display_artist)


def _is_music_below(file: ReadFile, folder: str) -> bool:
    return file.look.kind is FileKind.AUDIO and file.look.path.startswith(f"{folder}/")
