"""What the files of a release are called below their album's folder."""

import os
from collections.abc import Iterable

import msgspec

from melodee.audio.formats import suffix_of
from melodee.audio.track import Track
from melodee.catalogue.album_folders import other_file_name, song_file_name
from melodee.catalogue.release import ReleaseDescription
from melodee.database import Row
from melodee.intake.look import is_disc_folder, parent
from melodee.volumes import Volume


def music_folder(names: Iterable[str]) -> str:
    """The folder that holds all these songs, whose paths are below one root; discs are part of what is around them."""
    folders = [parent(name).split("/") for name in names]
    common: list[str] = []
    for parts in zip(*folders, strict=False):
        if len(set(parts)) > 1:
            break
        common.append(parts[0])
    while common and is_disc_folder(common[-1]):
        common.pop()
    return "/".join(common)


def target_names(files: Iterable[Row], description: ReleaseDescription, storage: Volume) -> list[str]:
    """The paths of a release's files (rows of `files_of_release`) below its album's folder, in order.

    Songs are called by their tags. A file that a cue sheet cuts keeps its name, which the sheet knows; so do pictures
    and sidecars, below the folder of the music. What lay above that lies beside it; a picture that is the artist's by
    where it lay is called so from now on, since there it would be the album's.
    """
    every = list(files)
    folder = music_folder(os.fsdecode(file.name) for file in every if file.track is not None)
    others = {os.fsdecode(file.name).rpartition("/")[2].casefold() for file in every}
    longest = storage.abilities.max_name_bytes
    names: list[str] = []
    for file in every:
        if file.track is not None and not file.parts:
            names.append(song_file_name(msgspec.convert(file.track, Track), description, longest))
            continue
        name = os.fsdecode(file.name)
        if file.shows == "artist" and (called := f"artist.{suffix_of(name)}") not in others:
            names.append(called)
            continue
        if folder:
            name = name.removeprefix(f"{folder}/") if name.startswith(f"{folder}/") else name.rpartition("/")[2]
        names.append(other_file_name(name, longest))
    return names
