"""Files of releases, with where each is now."""

from collections.abc import Sequence

from melodee.database import Row, Session


def files_of(db: Session, releases: Sequence[Row]) -> dict[int, list[Row]]:
    """The files of each release in order, by its id."""
    files: dict[int, list[Row]] = {release.id: [] for release in releases}
    for row in db.rows("files_of_releases", releases=list(files)):
        files[row.release_id].append(row)
    return files
