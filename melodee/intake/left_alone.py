"""What keeps pictures and sidecars from lying alone for ever: where songs came from is remembered, and looked at again.

A cover may be dropped for an album that waits for a person: it finds no music, and joins the album once that is
published.
"""

import os
from collections.abc import Collection, Iterable

from melodee.database import Session
from melodee.intake.companions import folders_around, may_come_late
from melodee.intake.look import parent, without_disc
from melodee.intake.plan import plan_batch
from melodee.intake.released import Released
from melodee.volumes import Volume


def note_folders(db: Session, releases: Iterable[Released]) -> set[str]:
    """Remembers where the songs of published releases came from; returns these folders, and those around discs."""
    folders: set[str] = set()
    hints: set[tuple[int, bytes, int]] = set()
    for release in releases:
        assert release.place is not None  # noqa: S101 - it is published
        for path in {release.origin(file) for file in release.files if file.track is not None}:
            folders |= {parent(path), without_disc(parent(path))}
            if not release.stays:
                hints |= {
                    (release.row.volume_id, os.fsencode(folder), release.place.id) for folder in folders_around(path)
                }
    if hints:
        volumes, names, albums = zip(*sorted(hints), strict=True)
        db.run("note_dropped_folders", volumes=list(volumes), folders=list(names), albums=list(albums))
    # Anything may lie in the root.
    return folders - {""}


def look_again(db: Session, volume: Volume, batch: str, folders: Collection[str]) -> None:
    """Plans a batch for what others have left in the folders because it had no music beside it."""
    if not folders:
        return
    names = [os.fsencode(folder) for folder in sorted(folders)]
    left = [os.fsdecode(row.path) for row in db.rows("alone_in_folders", folders=names, volume=volume.id, batch=batch)]
    if entries := sorted({parent(path) for path in left if may_come_late(path)}):
        plan_batch(db, volume.id, entries, shallow=volume.kind == "storage")
