"""Release groups: what all editions of one release share.

They are the same by MusicBrainz release group id, else by album artist and title without the words of its edition. One
that was known by its title learns its id from the first release that tells it.
"""

from collections.abc import Sequence

from psycopg.types.json import Jsonb

from melodee.catalogue.album_keys import group_key
from melodee.catalogue.artists import Artist
from melodee.catalogue.release import ReleaseDescription
from melodee.database import Database, Session
from melodee.ids import Kind, of_kind


def release_groups(database: Database, wanted: Sequence[tuple[ReleaseDescription, Artist]]) -> list[int]:
    """The release group of each release with its album artist; new ones are made, in a transaction of its own."""
    with database.begin() as db:
        known = _Known(db, wanted)
        groups = [known.find(description, artist) for description, artist in wanted]
        if None in groups or known.learnt:
            db.value("commit_with_what_follows")
            db.value("lock_albums")
            known = _Known(db, wanted)
            return known.find_or_make(db, wanted)
        return [group for group in groups if group is not None]


class _Known:
    """The groups that some releases may belong to."""

    def __init__(self, db: Session, wanted: Sequence[tuple[ReleaseDescription, Artist]]) -> None:
        keys = {group_key(description, artist.id) for description, artist in wanted}
        mbids = {description.release_group_mbid for description, _ in wanted} - {""}
        self._by_mbid: dict[str, int] = {}
        self._by_key: dict[str, tuple[int, str]] = {}
        for row in db.rows("release_groups_by_mbids", mbids=sorted(mbids)):
            # Of several, which the title alone made, the oldest.
            self._by_mbid.setdefault(row.mbid, row.id)
        for row in db.rows("release_groups_by_keys", keys=sorted(keys)):
            self._by_key[row.key] = (row.id, row.mbid or "")
        self.learnt: dict[int, str] = {}

    def find(self, description: ReleaseDescription, artist: Artist) -> int | None:
        """By id, else by title unless that group has another id."""
        mbid = description.release_group_mbid
        if mbid and (number := self._by_mbid.get(mbid)) is not None:
            return number
        key = group_key(description, artist.id)
        number, known = self._by_key.get(key, (None, ""))
        if number is None or not mbid:
            return number
        if known:
            return None
        self.learnt[number] = mbid
        self._by_mbid[mbid] = number
        self._by_key[key] = (number, mbid)
        return number

    def find_or_make(self, db: Session, wanted: Sequence[tuple[ReleaseDescription, Artist]]) -> list[int]:
        missing = sum(self.find(description, artist) is None for description, artist in wanted)
        numbers = iter(db.rows("take_entity_numbers", wanted=missing))
        groups: list[int] = []
        made: dict[int, dict[str, object]] = {}
        for description, artist in wanted:
            number = self.find(description, artist)
            if number is None:
                number = of_kind(next(numbers).number, Kind.RELEASE_GROUP)
                made[number] = self._make(number, description, artist)
            groups.append(number)
        for number in made.keys() & self.learnt.keys():
            made[number]["mbid"] = self.learnt.pop(number)
        if made:
            db.run("claim_release_groups", groups=Jsonb(list(made.values())))
        if self.learnt:
            db.run("set_release_group_mbids", ids=list(self.learnt), mbids=list(self.learnt.values()))
        return groups

    def _make(self, number: int, description: ReleaseDescription, artist: Artist) -> dict[str, object]:
        key, mbid = group_key(description, artist.id), description.release_group_mbid
        if key in self._by_key:
            # Two works of one title: the second is found by its id alone.
            key = f"{key}\n{mbid}"
        self._by_key[key] = (number, mbid)
        if mbid:
            self._by_mbid[mbid] = number
        return {
            "id": number,
            "key": key,
            "artist_id": artist.id,
            "name": description.base_title,
            "mbid": mbid or None,
            "release_types": description.release_types,
        }
