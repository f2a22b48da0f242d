"""Files of releases, with where each is now."""

import os
from collections.abc import Sequence

from melodee.database import Row, Session
from melodee.moves import Moved, Refused


def files_of(db: Session, releases: Sequence[Row]) -> dict[int, list[Row]]:
    """The files of each release in order, by its id."""
    files: dict[int, list[Row]] = {release.id: [] for release in releases}
    for row in db.rows("files_of_releases", releases=list(files)):
        files[row.release_id].append(row)
    return files


def files_now(files: Sequence[Row], moved: Sequence[Moved], refused: Sequence[Refused]) -> list[Row]:
    """The rows of `files_of` as they are once these moves are committed, without asking for them again."""
    gone = {wish.source.hash for wish, _ in refused}
    by_source = {each.wish.source.hash: each for each in moved}
    now: list[Row] = []
    for file in files:
        if (each := by_source.get(file.path_hash)) is not None:
            place = each.wish.target
            now.append(
                file._replace(
                    path_hash=place.hash,
                    volume_id=place.volume,
                    path=os.fsencode(place.path),
                    changed_ns=each.observed.ctime_ns,
                    content_hash=each.content_hash or file.content_hash,
                )
            )
        elif file.path_hash not in gone:
            now.append(file)
    return now
