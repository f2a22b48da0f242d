"""The library of the contract's cases: a few real songs, taken in as a listener's would be, and some of them loved."""

from tests.audio import make_picture
from tests.library import Library

GENRE = "Drum & Bass / Jazz"
"""A name that has to survive URLs and XML."""


def fill(library: Library, account: str) -> dict[str, str]:
    """Takes three albums in; returns the ids that cases name."""
    _drop_songs(library)
    library.ingest()
    samples = {
        "folder": library.query("select id from volume where kind = 'storage'")[0].id,
        "artist": library.query("select id from artists where name = 'Led Zeppelin'")[0].id,
        "album": library.query("select id from albums where name = 'IV'")[0].id,
        "bare_album": library.query("select id from albums where name = 'Compiled'")[0].id,
        "song": library.query("select id from songs where title = 'Black Dog'")[0].id,
        "other_song": library.query("select id from songs where title = 'Группа крови'")[0].id,
    }
    samples["no_album"] = samples["album"] + (1 << 40)
    samples["no_song"] = samples["song"] + (1 << 40)
    samples["no_artist"] = samples["artist"] + (1 << 30)
    _love(library, account, samples)
    return {name: str(number) for name, number in samples.items()}


def _drop_songs(library: Library) -> None:
    zeppelin = {
        "artist": "Led Zeppelin", "album": "IV", "date": "1971-11-08", "genre": ["Rock", GENRE],
        "comment": "a <b> & \"c\"", "composer": ["Jimmy Page", "Robert Plant"],
    }  # fmt: skip
    library.drop("zeppelin/1.mp3", title="Black Dog", track=1, disc=1, seed=1, **zeppelin)
    library.drop("zeppelin/2.mp3", title="Rock & Roll", track=2, disc=1, seed=2, **zeppelin)
    library.drop("zeppelin/3.mp3", title="Four Sticks", track=1, disc=2, seed=3, **zeppelin)
    (library.inbound / "zeppelin" / "cover.jpg").write_bytes(make_picture(400, 300))
    library.drop(
        "kino/1.flac", title="Группа крови", artist="Кино", album="Группа крови", date="1988", genre=GENRE, seed=4,
        picture=make_picture(64, 64),
    )  # fmt: skip
    for number, artist in enumerate(("Led Zeppelin", "Beyoncé"), 1):
        library.drop(
            f"compiled/{number}.m4a", title=f"Track {number}", artist=artist, album="Compiled",
            album_artist="Various Artists", compilation=True, track=number, seed=4 + number,
        )  # fmt: skip


def _love(library: Library, account: str, samples: dict[str, int]) -> None:
    """The listener sees the storage volume alone, has starred one of each kind, rated and played."""
    values = samples | {"account": library.query(f"select id from account where key = '{account}'")[0].id}
    for statement in (
        "insert into account_folder values ({account}, {folder})",
        "insert into song_annotation values ({account}, {song}, now(), 4, 3, now())",
        "insert into album_annotation values ({account}, {album}, now(), 5, 3, now())",
        "insert into artist_annotation values ({account}, {artist}, now(), 2)",
        "insert into song_rating values ({song}, 9, 2)",
        "insert into album_rating values ({album}, 5, 1)",
    ):
        library.query(statement.format_map(values) + " returning 1")
