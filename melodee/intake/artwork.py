"""A release's pictures: the album's cover, those of its discs, its artist's."""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from melodee.audio.pictures import embedded_picture
from melodee.catalogue.rows import Picture
from melodee.cover_art import probe
from melodee.database import Row
from melodee.errors import MelodeeError
from melodee.intake.look import join
from melodee.ledger import Place
from melodee.settings import SidecarSettings
from melodee.sidecars.art import EMBEDDED, has_cover, ranked, sort_pictures
from melodee.volumes import Volume

Trouble = Callable[[Row, MelodeeError], object]
"""Told of each picture that cannot be shown."""


@dataclass(frozen=True)
class Artwork:
    """Pictures, with where their files will be."""

    cover: Picture | None = None
    discs: Mapping[int, Picture] = field(default_factory=dict[int, Picture])
    artist: Picture | None = None


NO_ART = Artwork()


def artwork_of(  # noqa: PLR0917 - what a release is, and where its files are and will be
    root: str,
    files: Sequence[Row],
    artist: str,
    volumes: Mapping[int, Volume],
    target: Callable[[Row], Place],
    settings: SidecarSettings,
    trouble: Trouble,
) -> Artwork:
    """The pictures of a release of these rows of `files_of_release`, dropped below `root`. Reads the files."""
    images = {join(root, os.fsdecode(file.name)): file for file in files if file.kind == "image"}
    music = [
        (join(root, os.fsdecode(file.name)), (file.parts or [file.track])[0].get("disc_number"))
        for file in files
        if file.track is not None
    ]
    of_artist = {path for path, file in images.items() if file.shows == "artist"}
    sorted_pictures = sort_pictures(images, music, artist, of_artist)
    looker = _Looker(images, volumes, target, settings, trouble)
    songs = [file for file in files if file.track is not None and file.track.get("has_picture")]
    discs = {disc: looker.best(paths, []) for disc, paths in sorted_pictures.discs.items()}
    cover = looker.best(sorted_pictures.album, songs)
    if sorted_pictures.above and (
        cover is None or (cover.embedded and not has_cover(sorted_pictures.album, settings.art_priority))
    ):
        cover = looker.best([*sorted_pictures.album, *sorted_pictures.above], songs)
    if cover is None and not any(discs.values()):
        cover = looker.first(sorted_pictures.either)
    if cover is None or (cover.embedded and not sorted_pictures.album and discs):
        cover = next((found for _, found in sorted(discs.items()) if found is not None), cover)
    found = {disc: picture for disc, picture in discs.items() if picture is not None}
    return Artwork(cover, found, looker.first(sorted_pictures.artist))


@dataclass
class _Looker:
    """Looks at the pictures of one release, at each once."""

    images: Mapping[str, Row]
    volumes: Mapping[int, Volume]
    target: Callable[[Row], Place]
    settings: SidecarSettings
    trouble: Trouble
    seen: dict[str, Picture | None] = field(default_factory=dict[str, Picture | None])

    def best(self, paths: Iterable[str], songs: Sequence[Row]) -> Picture | None:
        """The best by the setting; a thumbnail only when there is nothing else."""
        small: Picture | None = None
        for path in ranked(paths, self.settings.art_priority):
            found = self._embedded(songs) if path == EMBEDDED else self._beside(path)
            if found is None:
                continue
            if max(found.width, found.height) >= self.settings.least_art_pixels:
                return found
            if small is None or found.width > small.width:
                small = found
        return small

    def first(self, paths: Iterable[str]) -> Picture | None:
        """The first that can be shown."""
        return next((found for path in paths if (found := self._beside(path)) is not None), None)

    def _beside(self, path: str) -> Picture | None:
        if path not in self.seen:
            self.seen[path] = self._looked_at(self.images[path], embedded=False)
        return self.seen[path]

    def _embedded(self, songs: Sequence[Row]) -> Picture | None:
        """Of the first song that has one: as a rule all have the same."""
        if not songs:
            return None
        if EMBEDDED not in self.seen:
            self.seen[EMBEDDED] = self._looked_at(songs[0], embedded=True)
        return self.seen[EMBEDDED]

    def _looked_at(self, file: Row, *, embedded: bool) -> Picture | None:
        full = f"{self.volumes[file.volume_id].root}/{os.fsdecode(file.path)}"
        try:
            source = embedded_picture(full) if embedded else full
            if source is None:
                return None
            picture = probe(source)
        except MelodeeError as error:
            self.trouble(file, error)
            return None
        target = self.target(file)
        return Picture(
            picture.sha256, target.path, embedded, picture.mime, picture.width, picture.height, target.volume
        )
