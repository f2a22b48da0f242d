"""Releases that a person rejected and returned to inbound: passed over until something about them changes.

A release comes back as a whole: when one of its files has changed, or music has come to its folder, all of its files
are read again. Else a missing track that somebody adds would become a release of its own.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

from melodee.audio.formats import FileKind
from melodee.database import Row, Session
from melodee.intake.look import FileLook, parent

Known = Mapping[UUID, Row]
"""Rows of `known_files`, by key."""

TIME_NOT_KNOWN = 0
"""A change time of the ledger: the file lay there under two names when it was entered, and losing one changes it."""


def has_changed(file: FileLook, known: Row) -> bool:
    """Whether a file differs from what the ledger knows."""
    if known.changed_ns == TIME_NOT_KNOWN:
        return (known.size_bytes, known.modified_ns) != (file.size, file.modified_ns)
    return (known.size_bytes, known.modified_ns, known.changed_ns) != file[1:]


def come_back(looked: Mapping[UUID, FileLook], known: Known, fresh: Mapping[UUID, FileLook]) -> list[FileLook]:
    """Files of returned releases that are to be read again because of what is fresh."""
    returned = {key: row for key, row in known.items() if row.state == "rejected" and row.release_id is not None}
    if not returned:
        return []
    releases = {returned[key].release_id for key in fresh if key in returned}
    folders = {parent(file.path) for key, file in fresh.items() if key not in known and file.kind is FileKind.AUDIO}
    releases |= {row.release_id for key, row in returned.items() if parent(looked[key].path) in folders}
    return [looked[key] for key, row in returned.items() if row.release_id in releases and key not in fresh]


def settle(db: Session, looked: Mapping[UUID, FileLook], known: Known, fresh: Sequence[FileLook]) -> None:
    """Remembers change times that were not known: from here on they count."""
    again = {file.path for file in fresh}
    times = [
        {"path_hash": key, "modified": row.modified_ns, "changed": looked[key].changed_ns}
        for key, row in known.items()
        if row.state == "rejected" and row.changed_ns == TIME_NOT_KNOWN and looked[key].path not in again
    ]
    db.run_many("set_file_times", times)
