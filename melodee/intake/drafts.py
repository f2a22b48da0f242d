"""Files of a batch and the releases that they make, before anything is entered."""

from dataclasses import dataclass, field

from melodee.audio.track import Track
from melodee.catalogue.release import ReleaseDescription
from melodee.intake.look import FileLook, parent


@dataclass
class ReadFile:
    """A file of the batch, with its tags when it is music."""

    look: FileLook
    track: Track | None = None
    parts: list[Track] = field(default_factory=list[Track])
    """The tracks that a cue sheet cuts the file into, each with its span; empty: the file is one song."""
    shows_artist: bool = False
    """It is a picture of the artist, though its path does not say so."""

    @property
    def tracks(self) -> list[Track]:
        """The songs that the file holds."""
        return self.parts or ([] if self.track is None else [self.track])


@dataclass
class Draft:
    """A release as it was found: its description, and its files in order (music first)."""

    description: ReleaseDescription
    files: list[ReadFile] = field(default_factory=list[ReadFile])
    joins: int | None = None
    """The published album that files without music of their own join."""
    home: str | None = None
    """Of such files: the folder from which the album's music came."""

    @property
    def root(self) -> str:
        """The folder that holds all its files."""
        if self.home is not None:
            return self.home
        folders = [folder.split("/") for folder in {parent(file.look.path) for file in self.files}]
        common: list[str] = []
        for parts in zip(*folders, strict=False):
            if len(set(parts)) > 1:
                break
            common.append(parts[0])
        return "/".join(common)


def track_of(file: ReadFile) -> Track:
    """What a file that is music says of its release: of one that a cue sheet cuts, its first track."""
    return file.tracks[0]
