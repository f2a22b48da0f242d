"""What a listener finds first.

The same in a library that upkeep has not seen yet, in one that it keeps, and in one that is too large to be searched
whole.
"""

import itertools
import random
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from litestar.testing import TestClient

from melodee.catalogue.search_upkeep import keep_hot_tier, keep_prefixes, keep_vocabulary
from melodee.database import Database
from melodee.settings import DataDirectory
from melodee_api import search_ladder
from melodee_api.app import create_app
from tests.api.shelf import Listener, Shelf
from tests.api.test_search import found, songs
from tests.conftest import PostgresServer

FEW = 4
"""From how many documents on a term is frequent here."""
TIER, FOLDER_TIER = 30, 9

ALBUMS = {
    ("The Beatles", "Let It Be"): ["Let It Be", "Get Back", "Across the Universe"],
    ("The Beatles", "Help!"): ["Help!", "Yesterday", "Ticket to Ride"],
    ("The Beatles", "Abbey Road"): ["Come Together", "Something", "Here Comes the Sun"],
    ("Beatles Tribute Band", "Let It Be Again"): ["Let It Be (Live)", "Yesterday (Live)"],
    ("Metallica", "Metallica"): ["Enter Sandman", "Nothing Else Matters"],
    ("Metallica", "Ride the Lightning"): ["Fade to Black", "Ride the Lightning"],
    ("Metal Church", "Blessing"): ["Goodbye to Romance"],
    ("AC/DC", "Back in Black"): ["Hells Bells", "Back in Black"],
    ("Guns N’ Roses", "Appetite for Destruction"): ["Welcome to the Jungle", "Paradise City"],
    ("Guns N Roses Cover Club", "Live"): ["Paradise"],
    ("Кино", "Группа крови"): ["Группа крови", "Спокойная ночь"],
    ("Prince", "1999"): ["1999", "Little Red Corvette"],
    ("Smashing Pumpkins", "Siamese Dream"): ["Today", "1979"],
    ("John Cage", "4’33”"): ["4’33”"],
    ("Beyoncé", "Lemonade"): ["Hold Up", "Formation"],
    ("周杰倫", "十一月的蕭邦"): ["夜曲", "髮如雪"],
    ("周杰倫", "葉惠美"): ["晴天", "以父之名"],
    ("いきものがかり", "桜咲く街物語"): ["SAKURA", "さくら", "さくらんぼ"],
    ("The The", "Soul Mining"): ["This Is the Day", "Giant"],
    ("The Doors", "The Doors"): ["The End", "Light My Fire"],
    ("R.E.M.", "Out of Time"): ["Losing My Religion"],
    ("Sigur Rós", "Ágætis byrjun"): ["Svefn-g-englar"],
    ("June Tabor", "Rosebud"): ["June", "Junebug", "A Day in June", "June Rain"],
}
PLAYED = {"A Day in June": 5, "June Rain": 3, "Yesterday (Live)": 4, "Let It Be (Live)": 6}
COMMON = ["The Love", "Love of the Night", "Night and Day", "The End of Love", "In the Night", "Loving", "The Road"]
RARE = "Zyzzyva Waltz"


@pytest.fixture(scope="module", params=["new", "kept", "large"])
def shelf(
    request: pytest.FixtureRequest,
    postgres_server: PostgresServer,
    template_database: str,
    open_directory: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Shelf]:
    name = f"test_{uuid.uuid4().hex[:12]}"
    database = Database(postgres_server.create(name, template_database))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MELODEE_DATABASE_URL", database.url)
        patch.setenv("MELODEE_DATA", str(DataDirectory(tmp_path_factory.mktemp("relevance")).path))
        with TestClient(create_app()) as client:
            shelf = Shelf(database, client, open_directory / name)
            fill(shelf)
            if request.param == "large":
                patch.setattr(search_ladder, "FREQUENT", FEW)
                patch.setattr(search_ladder, "HOT_TIER", TIER)
                keep(database, tier=TIER, folder_tier=FOLDER_TIER)
            elif request.param == "kept":
                keep(database, tier=10_000, folder_tier=10_000)
            yield shelf
    database.close()
    postgres_server.drop(name)


def keep(database: Database, tier: int, folder_tier: int) -> None:
    keep_hot_tier(database, tier=tier, folder_tier=folder_tier)
    keep_vocabulary(database)
    keep_prefixes(database, frequent=FEW, folder_tier=folder_tier)


def fill(shelf: Shelf) -> None:
    """A small hand-made catalogue, among a hundred songs of common words; the last folder holds one album."""
    for (artist, album), titles in ALBUMS.items():
        written = shelf.album(album, artist, titles)
        for song, title in zip(written.songs, titles, strict=True):
            for play in range(PLAYED.get(title, 0)):
                shelf.listener.ask("scrobble", id=song, time=1_700_000_000_000 + play)
    chance = random.Random(5)
    for number in range(20):
        shelf.album(f"{chance.choice(COMMON)} {number}", f"Night People {number % 6}", chance.choices(COMMON, k=6))
    other = shelf.another_folder(shelf.root / "other")
    shelf.album("The Zyzzyva", "The Small Folder", [RARE, "The End of the Road"], folder=other)


@pytest.fixture
def restricted(shelf: Shelf) -> Listener:
    """Who sees the small folder alone."""
    return shelf.another_listener(shelf.query("select max(id) as id from volume")[0].id)


@pytest.mark.parametrize(
    ("query", "kind", "first"),
    [
        ("beatles", "artist", ["The Beatles", "Beatles Tribute Band"]),
        ("beat", "artist", ["Beatles Tribute Band", "The Beatles"]),
        ("doors", "album", ["The Doors"]),
        ("end", "song", ["The End"]),
        ("the beatles", "artist", ["The Beatles"]),
        ("metallica", "artist", ["Metallica"]),
        ("metallica", "album", ["Metallica", "Ride the Lightning"]),
        ("metal", "artist", ["Metallica", "Metal Church"]),
        ("let it be", "song", ["Let It Be", "Let It Be (Live)"]),
        ("let it be", "album", ["Let It Be", "Let It Be Again"]),
        ("beatles let it be", "song", ["Let It Be"]),
        ("let it be beatles", "song", ["Let It Be"]),
        ("beatles abbey road", "album", ["Abbey Road"]),
        ("yesterday", "song", ["Yesterday", "Yesterday (Live)"]),
        ("the end", "song", ["The End"]),
        ("the doors the end", "song", ["The End"]),
        ("june", "song", ["June", "June Rain", "Junebug", "A Day in June"]),
        ("june", "artist", ["June Tabor"]),
        ("the the", "artist", ["The The"]),
        ("AC/DC", "artist", ["AC/DC"]),
        ("acdc", "artist", ["AC/DC"]),
        ("ac dc", "artist", ["AC/DC"]),
        ("acdc back in black", "song", ["Back in Black"]),
        ("guns n roses", "artist", ["Guns N’ Roses", "Guns N Roses Cover Club"]),
        ("Guns N' Roses", "artist", ["Guns N’ Roses", "Guns N Roses Cover Club"]),
        ("rem", "artist", ["R.E.M."]),
        ("r.e.m.", "artist", ["R.E.M."]),
        ("beyonce", "artist", ["Beyoncé"]),
        ("BEYONCÉ", "artist", ["Beyoncé"]),
        ("sigur ros", "artist", ["Sigur Rós"]),
        ("agaetis", "album", ["Ágætis byrjun"]),
        ("svefn g englar", "song", ["Svefn-g-englar"]),
        ("кино", "artist", ["Кино"]),
        ("ГРУППА КРОВИ", "song", ["Группа крови"]),
        ("спок", "song", ["Спокойная ночь"]),
        ("夜", "song", ["夜曲"]),
        ("夜曲", "song", ["夜曲"]),
        ("周杰倫 夜曲", "song", ["夜曲"]),
        ("周杰", "artist", ["周杰倫"]),
        ("さくら", "song", ["さくら", "さくらんぼ"]),
        ("1999", "song", ["1999"]),
        ("19", "song", ["1999", "1979"]),
        ("4'33", "song", ["4’33”"]),
        ("433", "song", ["4’33”"]),
    ],
)  # fmt: skip
def test_what_is_found_first(shelf: Shelf, query: str, kind: str, first: list[str]):
    assert found(shelf.listener, query)[kind][: len(first)] == first


@pytest.mark.parametrize(
    ("typed", "kind", "meant"),
    [
        ("beatels", "artist", "The Beatles"), ("beetles", "artist", "The Beatles"), ("metalica", "artist", "Metallica"),
        ("mettalica", "artist", "Metallica"), ("beatels yesterday", "song", "Yesterday"),
        ("yesturday beatles", "song", "Yesterday"), ("кинo", "artist", "Кино"), ("спокйоная", "song", "Спокойная ночь"),
        ("beyonsee", "artist", "Beyoncé"), ("lightnin the ried", "song", "Ride the Lightning"),
        ("paradice city", "song", "Paradise City"),
        ("undestand", "song", ""), ("xyzzyxyzzy", "artist", ""), ("abc", "artist", ""), ("1998", "song", ""),
    ],
)  # fmt: skip
def test_a_slip_of_the_finger_is_mended_where_the_vocabulary_is_kept(
    request: pytest.FixtureRequest, shelf: Shelf, typed: str, kind: str, meant: str
):
    kept = request.node.callspec.params["shelf"] != "new"

    assert found(shelf.listener, typed)[kind][:1] == ([meant] if meant and kept else [])


def test_what_exists_is_not_mended(shelf: Shelf):
    """`loving` is one slip from `living` and `roving`, `the lov` the beginning of words that there are."""
    assert set(songs(shelf.listener, "loving", songCount=500)) == {"Loving"}
    assert songs(shelf.listener, "the lovi beatles") == []
    assert songs(shelf.listener, "yesterday sandman") == []


@pytest.mark.parametrize("query", ["zyzzyva", "zyzzyva waltz", "wal", "z"])
def test_a_rare_word_is_found_in_a_small_folder(restricted: Listener, query: str):
    assert songs(restricted, query) in ([RARE], [RARE, "The End of the Road"])


def test_a_slip_in_a_rare_word_is_mended_once_there_is_a_vocabulary(
    request: pytest.FixtureRequest, restricted: Listener
):
    is_new = request.node.callspec.params["shelf"] == "new"
    assert songs(restricted, "zyzyva") == ([] if is_new else [RARE])


@pytest.mark.parametrize("query", ["the", "t", "the end", "the en", "end", "love", "night", "the night", "yesterday"])
def test_results_respect_folders(shelf: Shelf, restricted: Listener, query: str):
    mine = found(restricted, query, songCount=500, albumCount=500, artistCount=500)

    assert set(mine["song"]) <= {RARE, "The End of the Road"}
    assert set(mine["album"]) <= {"The Zyzzyva"}
    assert set(mine["artist"]) <= {"The Small Folder"}
    assert songs(shelf.listener, query, songCount=500).count(RARE) == 0


@pytest.mark.parametrize(
    "query",
    ["the", "t", "lo", "l", "love", "night", "the night", "night the", "the lo", "n", "in", "love of the", "of"],
)
def test_pages_follow_each_other_without_repeats_until_all_is_shown(shelf: Shelf, query: str):
    size = 7
    pages: list[str] = []
    for offset in itertools.count(0, size):
        answer = shelf.listener.ask(
            "search3", query=query, artistCount=0, albumCount=0, songCount=size, songOffset=offset
        )
        pages += [song["id"] for song in answer["song"]]
        if len(answer["song"]) < size:
            break

    everything = shelf.query(
        "select id from song_index where volume_id = :folder and terms @@ cast(:terms as tsquery)",
        folder=shelf.folder,
        terms=search_ladder.SearchQuery.of(query).tsquery,
    )
    assert len(pages) == len(set(pages))
    assert set(pages) == {str(row.id) for row in everything}
    assert len(pages) > size or query == "of"


@pytest.mark.parametrize("query", ["june", "j", "let it", "the", "night"])
def test_the_order_is_that_of_the_whole_index(shelf: Shelf, query: str):
    """Exact, then beginnings, then plays; within the reach of what rungs look at first, that is one order."""
    asked = search_ladder.SearchQuery.of(query)
    rows = shelf.query(
        """select search_name = :name as exact, starts_with(search_name, :name) as begins, id from song_index
        where volume_id = :folder and terms @@ cast(:terms as tsquery)""",
        folder=shelf.folder, name=asked.names[0], terms=asked.tsquery,
    )  # fmt: skip
    classes = {str(row.id): 2 * row.exact + row.begins for row in rows}
    answer = shelf.listener.ask("search3", query=query, artistCount=0, albumCount=0, songCount=500)["song"]

    given = [classes[song["id"]] for song in answer]
    assert given == sorted(given, reverse=True)


def test_what_came_after_upkeep_is_found_at_once(shelf: Shelf):
    shelf.album("Entirely New", "Newcomer", ["Brandnewsong", "The Night of the Newcomer"])

    assert songs(shelf.listener, "brandnew") == ["Brandnewsong"]
    assert songs(shelf.listener, "the night of the newcomer") == ["The Night of the Newcomer"]
    assert found(shelf.listener, "newcomer")["artist"] == ["Newcomer"]
    assert songs(shelf.listener, "the night of", songCount=1) == ["The Night of the Newcomer"]


def test_what_left_after_upkeep_is_passed_over(shelf: Shelf):
    gone = shelf.query("select id from song_index where search_name = 'thelove' order by popularity desc, id limit 3")
    for row in gone:
        shelf.query("delete from song_index where id = :id", id=row.id)
        shelf.query("delete from songs where id = :id", id=row.id)

    answer = shelf.listener.ask("search3", query="the", artistCount=0, albumCount=0, songCount=5)["song"]
    assert len(answer) == 5
    assert not {song["id"] for song in answer} & {str(row.id) for row in gone}
