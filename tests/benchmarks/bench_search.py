"""What a search takes: `python -m tests.benchmarks.bench_search DATABASE_URL [--account NAME] [--rounds N]`.

The database holds a catalogue of any size, whose upkeep has run. Queries are drawn from the names of songs that are
there, so frequent words come as often as people would type them; the typing stops anywhere, the finger slips. The whole
call is measured as players send it (20 artists, 20 albums and 20 songs, with their rows) at an HTTP client on loopback,
beside the processor's time of the service and of PostgreSQL.
"""

import argparse
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import psycopg

from melodee.accounts import make_api_key
from melodee.database import Database
from melodee.text import query_terms
from tests.benchmarks.calls import Client, Processor, api, measure

SAMPLED = 3000
CHARACTERS = "⺀-鿿가-힣"
"""Of scripts without blanks."""


@dataclass(frozen=True)
class Names:
    """Terms of songs that are there: of each, those of the song and its artist."""

    songs: list[list[str]]

    @classmethod
    def sample(cls, db: psycopg.Connection[Any]) -> "Names":
        """Of songs from all over the library."""
        rows = db.execute(
            """
            select tsvector_to_array(i.terms)
            from (
                select floor(random() * (select max(entry) from song_index))::bigint as entry
                from generate_series(1, %s)
            ) as point
            cross join (select id from volume where kind = 'storage') as v
            cross join lateral (
                select terms from song_index where volume_id = v.id and entry > point.entry order by entry limit 1
            ) as i
            """,
            (SAMPLED,),
        ).fetchall()
        return cls([terms for (terms,) in rows])

    def word(self, chance: random.Random, least: int = 1) -> str:
        """A word of some song, of so many letters."""
        while True:
            word = chance.choice(chance.choice(self.songs))
            if len(word) >= least and word.isalpha() and not _unspaced(word):
                return word

    def words(self, chance: random.Random, number: int) -> list[str]:
        """Words of one song and its artist."""
        while True:
            words = [word for word in chance.choice(self.songs) if not _unspaced(word)]
            if len(words) >= number:
                return chance.sample(words, number)

    def characters(self, chance: random.Random) -> str:
        """One or two characters of a script without blanks."""
        while True:
            terms = [term for term in chance.choice(self.songs) if _unspaced(term)]
            if terms:
                return chance.choice(terms)


def _unspaced(term: str) -> bool:
    return any("\u2e80" <= char <= "\ud7a3" for char in term)


def slip(word: str, chance: random.Random) -> str:
    """The word with a letter missing, doubled, exchanged or wrong."""
    at = chance.randrange(1, len(word) - 1)
    return chance.choice(
        (
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            word[:at] + chance.choice(word) + word[at + 1 :],
        )
    )


def queries(names: Names) -> dict[str, Callable[[random.Random], str]]:
    """Ways to type, by what the table calls them."""
    return {
        "one word": lambda r: names.word(r, 3),
        "a word's beginning, 4 to 6 letters": lambda r: names.word(r, 6)[: r.randint(4, 6)],
        "1 letter": lambda r: names.word(r)[:1],
        "2 letters": lambda r: names.word(r, 2)[:2],
        "3 letters": lambda r: names.word(r, 3)[:3],
        "1 or 2 characters of CJK": names.characters,
        "two words": lambda r: " ".join(names.words(r, 2)),
        "two words, the last unfinished": lambda r: " ".join(names.words(r, 2))[:-1],
        "two words, the last just begun": lambda r: "{} {:.1}".format(*names.words(r, 2)),
        "three words": lambda r: " ".join(names.words(r, 3)),
        "a slip of the finger": lambda r: slip(names.word(r, 6), r),
        "a slip in one of two words": lambda r: f"{names.words(r, 2)[0]} {slip(names.word(r, 6), r)}",
        "nothing found": lambda r: "".join(r.choices("bcdfghjklmnpqrstvwxz", k=r.randint(6, 12))),
    }


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--account", default="Listener 1")
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--only", default="", help="queries whose name in the table holds this")
    parser.add_argument("--folder", type=int, help="search in one music folder")
    arguments = parser.parse_args()
    with psycopg.connect(arguments.url) as db:
        names = Names.sample(db)
    database = Database(arguments.url)
    key = make_api_key(database, arguments.account)
    database.close()
    within = {} if arguments.folder is None else {"musicFolderId": arguments.folder}
    with api(arguments.url) as (port, process):
        client, processor = Client(port, key, "json"), Processor(process, arguments.url)
        print(f"{'query':42} {'p50 ms':>8} {'p99 ms':>8} {'API ms':>8} {'PG ms':>8}")
        for name, make in queries(names).items():
            if arguments.only not in name:
                continue
            chance = random.Random(7)
            typed = (text for text in iter(lambda make=make, r=chance: make(r), None) if query_terms(text))
            measure(
                name,
                arguments.rounds,
                lambda typed=typed: client.ask("search3", {"query": next(typed), **within}),
                processor,
            )


if __name__ == "__main__":
    main()
