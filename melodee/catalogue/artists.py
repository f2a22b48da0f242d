"""Artists by name: the same folded name or the same MusicBrainz id is the same artist."""

from collections.abc import Iterable
from dataclasses import dataclass

from melodee.catalogue.release import Credit
from melodee.database import Database, Session
from melodee.directory_code import code_base, directory_code
from melodee.ids import Kind, of_kind
from melodee.text import fold, index_letter, sort_name


@dataclass(frozen=True)
class Artist:
    """An artist of the catalogue."""

    id: int
    name: str
    sort_name: str
    index_letter: str
    directory_code: str
    directory_base: str


def resolve_artists(database: Database, credits_: Iterable[Credit]) -> dict[Credit, Artist]:
    """The catalogue's artists for these credits; those that are new get an id and a directory code.

    In a transaction of its own, because writers of several batches meet here: it must be short. Keys are taken in
    order, so that two writers never wait for each other.
    """
    wanted = sorted(set(credits_), key=lambda credit: (_name_key(credit), credit.mbid, credit.name))
    with database.begin() as db:
        ids = _known(db, wanted)
        missing = [credit for credit in wanted if credit not in ids]
        if missing:
            ids.update(_create(db, missing))
        artists = {row.id: row for row in db.rows("artists_by_ids", ids=sorted(set(ids.values())))}
    return {
        credit: Artist(row.id, row.name, row.sort_name, row.index_letter, row.directory_code, row.directory_base)
        for credit, number in ids.items()
        for row in (artists[number],)
    }


def _name_key(credit: Credit) -> str:
    return f"name:{fold(credit.name)}"


def _mbid_key(credit: Credit) -> str:
    return f"mbid:{credit.mbid}"


def _known(db: Session, wanted: list[Credit]) -> dict[Credit, int]:
    """Those that are there: by MusicBrainz id first, else by name unless that artist has another MusicBrainz id."""
    keys = {_name_key(credit) for credit in wanted} | {_mbid_key(credit) for credit in wanted if credit.mbid}
    by_key: dict[str, int] = {row.key: row.artist_id for row in db.rows("artist_keys", keys=sorted(keys))}
    rows = {row.id: row for row in db.rows("artists_by_ids", ids=sorted(set(by_key.values())))}
    known: dict[Credit, int] = {}
    for credit in wanted:
        number = by_key.get(_mbid_key(credit)) if credit.mbid else None
        if number is None:
            number = by_key.get(_name_key(credit))
            if number is not None and credit.mbid:
                if rows[number].mbid is not None and str(rows[number].mbid) != credit.mbid:
                    continue
                db.run("claim_artist_keys", keys=[_mbid_key(credit)], ids=[number])
                db.run("set_artist_mbid", id=number, mbid=credit.mbid)
        if number is not None:
            known[credit] = number
    return known


def _create(db: Session, missing: list[Credit]) -> dict[Credit, int]:
    """New artists. One writer at a time: names, codes and their counters are then free of races and deadlocks."""
    db.value("lock_artists")
    made = _known(db, missing)
    for credit in missing:
        if credit in made:
            continue
        # A credit before it in the list may have made it: with and without a MusicBrainz id.
        if credit in (again := _known(db, [credit])):
            made[credit] = again[credit]
            continue
        made[credit] = of_kind(db.value("take_entity_number"), Kind.ARTIST)
        keys = [_mbid_key(credit)] if credit.mbid else []
        db.run("claim_artist_keys", keys=[*keys, _name_key(credit)], ids=[made[credit]] * (len(keys) + 1))
        _insert(db, made[credit], credit)
    return made


def _insert(db: Session, identity: int, credit: Credit) -> None:
    code = directory_code(credit.name, lambda base: db.value("take_directory_code", base=base))
    sorted_as = sort_name(credit.sort_name or credit.name)
    db.run(
        "insert_artist",
        id=identity,
        name=credit.name,
        sort_name=sorted_as,
        index_letter=index_letter(sorted_as),
        code=code,
        base=code_base(code),
        mbid=credit.mbid or None,
    )
