"""Judging a release: everything that there is to say about it before it is published.

Pure functions over a `Subject`; the others are in `numbering`, `tagging` and `sound`.
"""

from collections.abc import Iterator

from melodee.findings import numbering, sound, tagging
from melodee.findings.codes import CODES
from melodee.findings.finding import Finding, worst_first
from melodee.findings.subject import Subject
from melodee.settings import FindingSettings
from melodee.text import display_path


def judge(subject: Subject, settings: FindingSettings | None = None) -> list[Finding]:
    """What there is to say about the release, worst first."""
    settings = settings or FindingSettings()
    found = [
        *_readable(subject),
        *numbering.judge(subject),
        *tagging.judge(subject, settings),
        *sound.judge(subject, settings),
        *_artwork(subject, settings),
        *_unique(subject),
    ]
    return worst_first(found)


def _readable(subject: Subject) -> Iterator[Finding]:
    """What could not be read, and what does not hold what it should."""
    for code, message, name in subject.trouble:
        yield Finding(code if code in CODES else "unreadable", message, name)
    for path, expected, found in subject.checksums:
        if found is None:
            yield Finding("missing_file", f"A list of checksums names {display_path(path)}, which is not there.", path)
        elif found.casefold() != expected.casefold():
            yield Finding("checksum_mismatch", f"It should have the checksum {expected} and has {found}.", path)


def _artwork(subject: Subject, settings: FindingSettings) -> Iterator[Finding]:
    """Whether the album has a cover that can be shown."""
    cover = subject.cover
    if cover is None:
        if not subject.has_picture:
            yield Finding("missing_cover_art", "There is no picture, beside the music or inside it.")
        return
    measured = f"It has {cover.width} × {cover.height} pixels"
    if min(cover.width, cover.height) < settings.least_cover_pixels:
        wanted = f"and should have {settings.least_cover_pixels} along its shorter edge."
        yield Finding("small_cover_art", f"{measured}, {wanted}", cover.name)
    if max(cover.width, cover.height) > settings.most_cover_pixels or cover.bytes > settings.most_cover_bytes:
        yield Finding("large_cover_art", f"{measured} and {cover.bytes / 1e6:.1f} MB.", cover.name)


def _unique(subject: Subject) -> Iterator[Finding]:
    """Whether its files are there once."""
    for name, other, published in subject.doubles:
        code = "duplicate_of_published" if published else "duplicate_file"
        yield Finding(code, f"It holds the same bytes as {other}.", name)
