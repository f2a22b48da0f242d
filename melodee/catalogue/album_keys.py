"""Keys of albums: what makes a release that is dropped an album that is there. They are made here alone.

`mbid:<uuid>` is the MusicBrainz release id. `release:<artist's id>:<title>` is the folded title without the words of
its edition, and those in brackets after it: `release:2049:kid a (deluxe)`. Albums that share both (other MusicBrainz
ids, or other years with the same track numbers) have the same key with a number from 2 on.

Keys are unique, so two writers cannot make one album twice. Those of an album that is gone stay, so that it comes back
under its id.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from melodee.catalogue.edition import edition_key, split_edition
from melodee.catalogue.release import ReleaseDescription
from melodee.database import Session
from melodee.text import fold, key_of

MOST_ALIKE = 16
"""Albums of one artist, title and edition that are told apart by number. Further ones, which would have MusicBrainz
ids, are found by these alone."""


class AlbumKeys(NamedTuple):
    """The keys that a release can be found by."""

    mbid: str
    """Empty without an id."""
    titles: list[str]
    """By number, the one without a number first."""
    as_tagged: str
    """By the title with its edition as it is tagged: what albums had before editions were told apart. Empty where the
    edition was told by another tag."""

    @property
    def every(self) -> list[str]:
        """All of them, without repetition."""
        return [key for key in dict.fromkeys([self.mbid, *self.titles, self.as_tagged]) if key]


def keys_of(artist: int, title: str, edition: str, mbid: str) -> AlbumKeys:
    """The keys of a release by this artist of the catalogue. The title is the one as tagged."""
    base, tagged = split_edition(title)
    words = edition_key(edition or tagged)
    key = _title_key(artist, f"{fold(base)} ({words})" if words else fold(base))
    return AlbumKeys(
        f"mbid:{mbid}" if mbid else "",
        [key, *(f"{key}\n{number}" for number in range(2, MOST_ALIKE + 1))],
        _title_key(artist, fold(title)) if words == edition_key(tagged) else "",
    )


def keys_of_release(description: ReleaseDescription, artist: int) -> AlbumKeys:
    """The keys of a release by what it says of itself."""
    return keys_of(artist, description.album, description.edition, description.mbid)


def group_key(description: ReleaseDescription, artist: int) -> str:
    """What all editions share: the artist, and the title without the words of its edition."""
    return f"{artist}:{key_of(fold(description.base_title))}"


def _title_key(artist: int, folded: str) -> str:
    return f"release:{artist}:{key_of(folded)}"


def take_keys(db: Session, albums: Mapping[int, AlbumKeys], *, from_gone: bool = False) -> None:
    """Lets albums be found by what they are: each by its id, and by its title with the first number that is free.

    Keys of albums that are gone count as free if `from_gone`. In the caller's transaction, under the lock of albums.
    """
    take = "take_over_album_keys" if from_gone else "claim_album_keys"
    ids = {keys.mbid: album for album, keys in albums.items() if keys.mbid}
    if ids:
        db.run(take, keys=list(ids), ids=list(ids.values()))
    left = {album: iter(keys.titles) for album, keys in albums.items()}
    while tried := {album: key for album, keys in left.items() if (key := next(keys, None)) is not None}:
        first = {key: album for album, key in reversed(tried.items())}
        db.run(take, keys=list(first), ids=list(first.values()))
        owners = owners_of(db, first)
        left = {album: left[album] for album, key in tried.items() if owners[key] != album}


def owners_of(db: Session, keys: Iterable[str]) -> dict[str, int]:
    """Whose each key is; keys that nobody has are missing."""
    return {row.key: row.album_id for row in db.rows("album_keys", keys=sorted(set(keys)))}


def give_up_keys(db: Session, albums: Mapping[int, Sequence[str]], kept: Mapping[int, Collection[str]]) -> None:
    """Albums are no more found by those of these keys that are theirs and that they do not keep."""
    pairs = sorted((key, album) for album, keys in albums.items() for key in set(keys).difference(kept.get(album, ())))
    db.run("give_up_album_keys", keys=[key for key, _ in pairs], ids=[album for _, album in pairs])
