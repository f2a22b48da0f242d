"""Files that somebody took from a storage volume, where no scan has seen that yet: what comes under their names may.

The ledger knows each name once. A file that gets the name of one that is gone takes its place, and is the same song
again (`melodee.catalogue.vanished`).
"""

from collections.abc import Iterable

from melodee.catalogue.vanished import hide_files
from melodee.database import Database, Session
from melodee.file_errors import FileTrouble, Vanished
from melodee.ledger import Place
from melodee.volume_marker import is_marked
from melodee.volume_path import VolumePath, opened_folder, status
from melodee.volumes import Volume


def make_way(db: Session, names: Iterable[Place]) -> None:
    """Hides the files that the ledger has under names which were just given to others.

    A name is given only where nothing has it, so what had it is gone.
    """
    known = db.rows("known_files", hashes=[name.hash for name in names])
    if known:
        hide_files(db, [row.path_hash for row in known])


def hide_gone(database: Database, volume: Volume, paths: Iterable[str]) -> bool:
    """Hides those files of the paths that the ledger has and the volume has not; whether there were any.

    Of a volume that is not mounted nothing is missing, and files in place are left to their scans.
    """
    places = {place.hash: place for place in (Place(volume.id, path) for path in paths)}
    with database.autocommit() as db:
        known = [row.path_hash for row in db.rows("known_files", hashes=list(places))]
    gone = [key for key in known if _is_gone(VolumePath(volume.root, places[key].path))]
    if not gone or volume.in_place or not is_marked(volume.root, volume.marker):
        return False
    with database.begin() as db:
        hide_files(db, gone)
    return True


def _is_gone(place: VolumePath) -> bool:
    try:
        with opened_folder(place) as folder:
            return status(folder, place.name, place.full) is None
    except Vanished:
        return True
    except FileTrouble:
        return False
