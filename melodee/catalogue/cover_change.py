"""Giving albums other covers: their songs show them too, and artists who had the old one."""

from collections.abc import Mapping, Sequence

from psycopg.types.json import Jsonb

from melodee.catalogue.rows import Picture
from melodee.catalogue.writer import write_pictures
from melodee.database import Session
from melodee.ids import by_leaf


def change_covers(db: Session, pictures: Mapping[int, Picture | None]) -> list[int]:
    """Gives each album its picture, or none; returns those that have another cover now.

    A picture says on which volume it lies. In the caller's transaction, under the catalogue's lock; rows of albums and
    songs that show it already are not touched.
    """
    db.value("lock_catalogue")
    albums = sorted(pictures)
    written = _write(db, [pictures[number] for number in albums])
    covers = dict(zip(albums, written, strict=True))
    before = {row.id: row.cover_id for row in db.rows("albums_to_change", ids=albums)}
    other = [number for number in albums if number in before and before[number] != covers[number]]
    if not other:
        return []
    pairs = {"albums": other, "covers": [covers[number] for number in other]}
    for part in by_leaf(other):
        db.rows("set_album_covers", **pairs, **part)
    for part in by_leaf(song.id for song in db.rows("songs_of_albums", ids=other)):
        db.run("set_song_covers", **pairs, **part)
    owners: dict[int, int | None] = {}
    for row in db.rows("artists_of_albums", ids=other):
        owners[row.id] = owners.get(row.id) or covers[row.album_id]
    gone = sorted({before[number] for number in other} - {None})
    db.run("settle_artists", ids=sorted(owners), covers=gone)
    described: list[dict[str, object]] = [
        {"id": artist, "roles": list[str](), "cover": cover} for artist, cover in sorted(owners.items())
    ]
    db.run("describe_artists", ids=sorted(owners), artists=Jsonb(described))
    db.run("stamp_catalogue", artists=0)
    return other


def change_disc_covers(db: Session, pictures: Mapping[int, Mapping[int, Picture]]) -> list[int]:
    """Gives discs of albums their own pictures, and those that are not named none; returns albums of which some change.

    In the caller's transaction.
    """
    wanted = {(album, disc): picture for album, discs in pictures.items() for disc, picture in discs.items()}
    numbers = dict(zip(wanted, _write(db, list(wanted.values())), strict=True))
    rows = db.rows("disc_covers_of_albums", ids=sorted(pictures))
    there = {(row.album_id, row.disc): row.cover_id for row in rows}
    gone = sorted(there.keys() - numbers.keys())
    other = sorted(key for key, number in numbers.items() if there.get(key) != number)
    if gone:
        db.run("remove_disc_covers", albums=[album for album, _ in gone], discs=[disc for _, disc in gone])
    if other:
        db.run(
            "set_disc_covers",
            albums=[album for album, _ in other],
            discs=[disc for _, disc in other],
            covers=[numbers[key] for key in other],
        )
    return sorted({album for album, _ in (*gone, *other)})


def _write(db: Session, pictures: Sequence[Picture | None]) -> list[int | None]:
    return write_pictures(db, [(0 if picture is None else picture.volume, picture) for picture in pictures])
