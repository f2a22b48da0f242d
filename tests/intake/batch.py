"""Files of a batch that were never on a disk, and the releases that they make."""

from melodee.audio.track import Track
from melodee.intake.completion import completed
from melodee.intake.group import Draft, ReadFile, group
from melodee.intake.look import FileLook


def track(**tags: object) -> Track:
    given = {"title": "T", "artists": ["A"], "album": "B", "track_number": 1} | tags
    return Track(
        suffix="mp3", container="mpeg", codec="mp3", duration_ms=1000, bit_rate=128, sampling_rate=44100, channels=2,
        **given,  # type: ignore[arg-type]
    )  # fmt: skip


def music(path: str, **tags: object) -> ReadFile:
    return ReadFile(FileLook(path, 1, 1, 1), completed(track(**tags), path))


def other(path: str) -> ReadFile:
    return ReadFile(FileLook(path, 1, 1, 1))


def drafts(*files: ReadFile) -> list[Draft]:
    return group(files)[0]


def named(found: list[Draft]) -> list[tuple[str, str, int]]:
    return [(draft.description.display_artist, draft.description.album, len(draft.files)) for draft in found]


def albums(*files: ReadFile) -> list[tuple[str, str, int]]:
    """Album, edition and number of songs of each release."""
    return [(d.description.album, d.description.edition, len(d.files)) for d in drafts(*files)]
