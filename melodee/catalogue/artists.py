"""Artists by name: the same folded name or the same MusicBrainz id is the same artist."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

from msgspec.structs import replace
from psycopg.types.json import Jsonb

from melodee.catalogue.release import Credit
from melodee.database import Database, Session
from melodee.directory_code import code_base, directory_code, directory_code_base
from melodee.ids import Kind, of_kind
from melodee.text import fold, index_letter, key_of, sort_name


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

    In a transaction of its own, because writers of several batches meet here: it must be short. Whoever has something
    to write does it alone, after another look, so names, codes and their counters are free of races.
    """
    wanted = sorted(set(credits_), key=_order)
    with database.begin() as db:
        known = _Known(db, wanted)
        ids = {credit: known.find(credit) for credit in wanted}
        if known.learnt or None in ids.values():
            db.value("commit_with_what_follows")
            db.value("lock_artists")
            known = _Known(db, wanted)
            ids = known.find_or_make(db, wanted)
        return {credit: known.artists[number] for credit, number in ids.items() if number is not None}


def known_artists(db: Session, credits_: Iterable[Credit]) -> dict[Credit, Artist | None]:
    """Who of the catalogue these credits name, found without making or learning anything."""
    wanted = sorted(set(credits_), key=_order)
    known = _Known(db, wanted)
    return {credit: None if (number := known.find(credit)) is None else known.artists[number] for credit in wanted}


def _name_key(credit: Credit) -> str:
    return f"name:{key_of(fold(credit.name))}"


def _order(credit: Credit) -> tuple[str, ...]:
    return _name_key(credit), credit.mbid, credit.name, credit.sort_name


def _mbid_key(credit: Credit) -> str:
    return f"mbid:{credit.mbid}"


class _Known:
    """What the catalogue knows of the artists that some credits may mean."""

    def __init__(self, db: Session, wanted: Sequence[Credit]) -> None:
        keys = {_name_key(credit) for credit in wanted} | {_mbid_key(credit) for credit in wanted if credit.mbid}
        self._by_key: dict[str, int] = {row.key: row.artist_id for row in db.rows("artist_keys", keys=sorted(keys))}
        rows = db.rows("artists_by_ids", ids=sorted(set(self._by_key.values())))
        self._mbids: dict[int, str] = {row.id: str(row.mbid or "") for row in rows}
        self.artists: dict[int, Artist] = {
            row.id: Artist(row.id, row.name, row.sort_name, row.index_letter, row.directory_code, row.directory_base)
            for row in rows
        }
        self.learnt: dict[int, str] = {}
        """MusicBrainz ids that credits tell of artists who were known by name so far."""

    def find(self, credit: Credit) -> int | None:
        """Who it is: by MusicBrainz id first, else by name unless that artist has another MusicBrainz id."""
        if not credit.mbid:
            return self._by_key.get(_name_key(credit))
        if (number := self._by_key.get(_mbid_key(credit))) is not None:
            return number
        number = self._by_key.get(_name_key(credit))
        if number is None or self._mbids[number] not in {"", credit.mbid}:
            return None
        self._mbids[number] = self.learnt[number] = credit.mbid
        self._by_key[_mbid_key(credit)] = number
        return number

    def find_or_make(self, db: Session, wanted: Sequence[Credit]) -> dict[Credit, int | None]:
        """All of them. A new one may be found by a later credit: with and without a MusicBrainz id."""
        there = set(self._by_key)
        missing = sum(self.find(credit) is None for credit in wanted)
        numbers = iter(db.rows("take_entity_numbers", wanted=missing))
        made: dict[int, Credit] = {}
        ids: dict[Credit, int | None] = {}
        for credit in wanted:
            number = self.find(credit)
            if number is None:
                number = of_kind(next(numbers).number, Kind.ARTIST)
                made[number] = credit
                self._mbids[number] = credit.mbid
                self._by_key.setdefault(_name_key(credit), number)
                if credit.mbid:
                    self._by_key[_mbid_key(credit)] = number
            elif credit.sort_name and number in made and not made[number].sort_name:
                made[number] = replace(made[number], sort_name=credit.sort_name)
            ids[credit] = number
        claimed = sorted(set(self._by_key) - there)
        db.run("claim_artist_keys", keys=claimed, ids=[self._by_key[key] for key in claimed])
        self.artists |= _new_artists(db, made)
        new = [asdict(self.artists[number]) | {"mbid": self._mbids[number] or None} for number in made]
        db.run("insert_artists", artists=Jsonb(new))
        told = sorted(set(self.learnt) - set(made))
        if told:
            # Promotions change rows of artists too, in whatever order they find them.
            db.value("lock_catalogue")
            db.run("set_artist_mbids", ids=told, mbids=[self.learnt[number] for number in told])
        return ids


def _new_artists(db: Session, made: Mapping[int, Credit]) -> dict[int, Artist]:
    next_number = _code_numbers(db, [credit.name for credit in made.values()])
    new: dict[int, Artist] = {}
    for number, credit in made.items():
        sorted_as = sort_name(credit.sort_name or credit.name)
        code = directory_code(credit.name, next_number)
        new[number] = Artist(number, credit.name, sorted_as, index_letter(sorted_as), code, code_base(code))
    return new


def _code_numbers(db: Session, names: Sequence[str]) -> Callable[[str], int]:
    """Hands out numbers of directory codes: those that the names will want are taken at once, others one by one."""
    wanted = Counter(directory_code_base(name) for name in names)
    bases = sorted(wanted)
    rows = db.rows("take_directory_codes", bases=bases, wanted=[wanted[base] for base in bases])
    taken = {row.base: iter(range(row.given - wanted[row.base] + 1, row.given + 1)) for row in rows}

    def next_number(base: str) -> int:
        number = next(taken.get(base, iter(())), None)
        if number is None:
            (row,) = db.rows("take_directory_codes", bases=[base], wanted=[1])
            return row.given
        return number

    return next_number
