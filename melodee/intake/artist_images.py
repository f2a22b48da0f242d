"""Pictures of artists, which lie above their albums."""

from collections.abc import Sequence

from melodee.audio.formats import FileKind
from melodee.intake.drafts import Draft, ReadFile
from melodee.intake.look import parent
from melodee.sidecars.art import is_artist_image, is_called_artist
from melodee.text import fold


def attach_artist_images(drafts: Sequence[Draft], alone: Sequence[ReadFile]) -> list[ReadFile]:
    """Gives pictures of an artist above several of their releases to the first of these; returns what is left."""
    left: list[ReadFile] = []
    for file in alone:
        draft = _first_below(drafts, file) if file.look.kind is FileKind.IMAGE else None
        if draft is None:
            left.append(file)
        else:
            draft.files.append(file)
    return left


def _first_below(drafts: Sequence[Draft], file: ReadFile) -> Draft | None:
    path = file.look.path
    folder = parent(path)
    if not folder or not is_called_artist(path):
        return None
    below = [draft for draft in drafts if any(_is_music_below(each, folder) for each in draft.files)]
    artists = {fold(draft.description.display_artist) for draft in below}
    if len(artists) != 1 or not is_artist_image(path, below[0].description.display_artist):
        return None
    return below[0]


def _is_music_below(file: ReadFile, folder: str) -> bool:
    return file.look.kind is FileKind.AUDIO and file.look.path.startswith(f"{folder}/")
