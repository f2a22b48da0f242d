"""What is loaded is what promotion would have written: each row as the catalogue's own functions make it."""

import os
from pathlib import Path
from typing import Any, LiteralString

import psycopg
import pytest
from psycopg.rows import namedtuple_row

from melodee.audio.formats import content_type_of
from melodee.catalogue.checkup import look_at_catalogue
from melodee.cover_art import probe
from melodee.database import Database
from melodee.directory_code import MAX_CODE_LENGTH, directory_code_base
from melodee.ids import Kind, kind_of, leaf_of
from melodee.ledger import path_hash
from melodee.path_template import PathTemplate, ReleaseFields, SongFields
from melodee.text import clean_text, comparable, fold, index_letter, search_terms, sort_name
from melodee.verdict import Verdict
from tests.synth.conftest import SHAPE

Db = psycopg.Connection[Any]

DERIVED: dict[str, LiteralString] = {
    "song_credit": "select artist_id, role_id, song_id from song_credit",
    "song_genre": "select genre_id, song_id, volume_id, year from song_genre",
    "album_genre": "select * from album_genre",
    "album_credit": "select * from album_credit",
    "artist_folder": "select * from artist_folder",
    "genre_folder": "select * from genre_folder",
    "folder_total": "select * from folder_total",
    "list_stretch": "select * from list_stretch where entries <> 0 and list not like 'albums_by_%'",
    "list_block": "select * from list_block where entries <> 0 and list not like 'albums_by_%'",
    "lists by name": """
        select list, volume_id, sum(entries) from list_stretch where list like 'albums_by_%' group by 1, 2
    """,
    "catalogue_total": "select songs, albums, artists, duration_ms, size_bytes from catalogue_total",
    "credit_role": "select name from credit_role",
}


@pytest.fixture
def rows(synth_db: Db) -> Any:
    """The rows of a query, as named tuples."""

    def read(query: LiteralString) -> list[Any]:
        with synth_db.cursor(row_factory=namedtuple_row) as cursor:
            return cursor.execute(query).fetchall()

    return read


def test_derived_rows_and_numbers_are_those_of_index_albums(synth_db: Db) -> None:
    loaded = {table: sorted(synth_db.execute(query).fetchall()) for table, query in DERIVED.items()}
    synth_db.execute(
        """
        truncate song_credit, song_genre, album_genre, album_credit, artist_folder, genre_folder, folder_total,
            list_stretch;
        delete from credit_role where id > 3;
        update catalogue_total set songs = 0, albums = 0, duration_ms = 0, size_bytes = 0;
        insert into list_stretch (list, volume_id, stretch, entries)
        select 'artists', 0, entry >> 10, count(*) from artist_index group by 3;
        -- Roles get their numbers by name.
        insert into credit_role (id, name)
        values (4, 'conductor'), (5, 'performer'), (6, 'remixer'), (7, 'producer'), (8, 'lyricist'), (9, 'arranger');
        do $$
        declare
            part bigint[];
        begin
            for part in select array_agg(id) from album_index group by id >> 43 loop
                perform index_albums(part);
            end loop;
        end
        $$
        """
    )
    for table, query in DERIVED.items():
        derived = sorted(synth_db.execute(query).fetchall())
        assert len(derived) == len(loaded[table]) > 0, table
        assert set(derived) ^ set(loaded[table]) == set(), table


def test_names_are_sorted_compared_and_found_as_the_writer_would(rows: Any) -> None:
    for row in rows(
        """
        select s.title as name, s.sort_name, s.display_artist, i.search_name, tsvector_to_array(i.terms) as terms
        from songs as s join song_index as i using (id)
        union all
        select a.name, a.sort_name, a.display_artist, i.search_name, tsvector_to_array(i.terms)
        from albums as a join album_index as i using (id) where i.sort_name = a.sort_name
        """
    ):
        assert row.name == clean_text(row.name)
        assert row.sort_name == sort_name(row.name)
        assert row.search_name == comparable(row.name)
        assert set(row.terms) == {*search_terms(row.name), *search_terms(row.display_artist)}


def test_artists_are_as_the_catalogue_makes_them(rows: Any) -> None:
    artists = rows(
        """
        select a.*, i.index_letter as letter, i.sort_name as sorted_as, i.search_name, i.popularity, i.entry,
            tsvector_to_array(i.terms) as terms
        from artists as a join artist_index as i using (id) order by i.entry
        """
    )
    assert len(artists) == SHAPE.artists
    keys = {row.key: row.artist_id for row in rows("select * from artist_key")}
    plays = {
        row.artist_id: row.plays
        for row in rows("select artist_id, sum(popularity) as plays from song_index group by 1")
    }
    assert len({artist.directory_code for artist in artists}) == len(artists)
    for artist in artists:
        assert kind_of(artist.id) is Kind.ARTIST
        assert artist.sort_name == artist.sorted_as == sort_name(artist.name)
        assert artist.index_letter == artist.letter == index_letter(artist.sort_name)
        assert artist.search_name == comparable(artist.name)
        assert set(artist.terms) == set(search_terms(artist.name))
        assert directory_code_base(artist.name).startswith(artist.directory_base)
        assert len(artist.directory_code) <= MAX_CODE_LENGTH
        assert keys[f"name:{fold(artist.name)}"] == artist.id
        assert artist.mbid is None or keys[f"mbid:{artist.mbid}"] == artist.id
        assert artist.popularity == plays.get(artist.id, 0)
    assert len(keys) == len(artists) + sum(artist.mbid is not None for artist in artists)
    given = {row.base: row.given for row in rows("select * from directory_code_counter")}
    for artist in artists:
        _, _, number = artist.directory_code.partition("-")
        assert int(number or 1) <= given[artist.directory_base]


def test_roles_are_those_of_all_credits(rows: Any) -> None:
    found: dict[int, set[str]] = {}
    for row in rows("select credits from songs union all select credits from albums"):
        for credit in row.credits:
            found.setdefault(credit["id"], set()).add(credit["role"])

    assert {row.id: row.roles for row in rows("select id, roles from artists")} == {
        artist: sorted(roles) for artist, roles in found.items()
    }


def test_albums_say_what_their_songs_come_to_and_where_they_are(rows: Any) -> None:
    albums = rows(
        "select a.*, i.entry, i.popularity from albums as a join album_index as i using (id) order by i.entry"
    )
    songs = {
        row.album_id: row
        for row in rows(
            """
            select album_id, count(*)::int as songs, sum(s.duration_ms)::bigint as ms, sum(size_bytes)::bigint as bytes,
                sum(i.popularity) as plays, min(s.year) as year, array_agg(distinct s.volume_id) as volumes
            from songs as s join song_index as i using (id) group by 1
            """
        )
    }
    artists = {row.id: row for row in rows("select * from artists")}
    keys = {row.key: row.album_id for row in rows("select * from album_key")}
    groups = {row.id: row for row in rows("select * from release_group")}
    assert len(albums) == len(songs) == SHAPE.albums
    assert len(keys) == 2 * len(albums)
    for album in albums:
        counted, artist = songs[album.id], artists[album.artist_id]
        assert (album.song_count, album.duration_ms, album.size_bytes) == (counted.songs, counted.ms, counted.bytes)
        assert (album.next_slot, album.popularity) == (counted.songs + 1, counted.plays)
        assert (counted.year, counted.volumes) == (album.year, [album.volume_id])
        assert os.fsdecode(album.folder) == PathTemplate.for_folders().folder(
            ReleaseFields(artist=artist.name, artist_dir_code=artist.directory_code, album=album.name, year=album.year)
        )
        assert keys[f"release:{album.artist_id}:{fold(album.name)}"] == album.id
        assert keys[f"folder:{path_hash(album.volume_id, os.fsdecode(album.folder).casefold())}"] == album.id
        assert groups[album.release_group_id].key == f"{album.artist_id}:{fold(album.name)}"
        assert album.credits[0]["id"] == album.artist_id


def test_songs_are_in_their_albums_folder_under_the_name_that_intake_gives(rows: Any) -> None:
    songs = rows(
        """
        select s.*, a.folder, a.song_count, max(s.disc_number) over (partition by s.album_id) as discs
        from songs as s join albums as a on a.id = s.album_id
        """
    )
    names = PathTemplate.for_songs()
    genres = {row.id: row.name for row in rows("select * from genre")}
    assert len({(song.volume_id, song.path) for song in songs}) == len(songs) == SHAPE.songs
    for song in songs:
        disc = song.disc_number if song.discs > 1 else None
        name = names.song_name(SongFields(title=song.title, suffix=song.suffix, track=song.track_number, disc=disc))
        assert os.fsdecode(song.path) == f"{os.fsdecode(song.folder)}/{name}"
        assert song.content_type == content_type_of(name)
        assert song.credits[0]["id"] == song.artist_id
        assert song.display_artist == ", ".join(one["name"] for one in song.credits if one["role"] == "artist")
        composers = ", ".join(one["name"] for one in song.credits if one["role"] == "composer")
        assert song.display_composer == (composers or None)
        assert song.genre_ids == sorted(song.genre_ids)
        assert {genres[number] for number in song.genre_ids} == set(song.genres)


def test_ids_carry_their_leaf_and_leaves_know_what_they_hold(rows: Any) -> None:
    leaves = rows("select * from leaf order by number")
    full = -(-SHAPE.songs // SHAPE.leaf_rows)
    assert [leaf.state for leaf in leaves] == ["closed"] * (full - 1) + ["open", "prepared"]
    for leaf in leaves:
        first = leaf.number << 43
        held = rows("select id, tableoid::regclass::text as part from songs order by id")
        here = [song for song in held if leaf_of(song.id) == leaf.number]
        assert {song.part for song in here} <= {f"songs_{leaf.number:04}"}
        assert len(here) == leaf.songs
        last = max((song.id for song in here), default=first)
        assert leaf.next_album == (last - first >> 10) + 1 if here else 1
        assert leaf.albums == leaf.next_album - 1


def test_an_audiobook_has_more_songs_than_slots(rows: Any) -> None:
    books = rows("select id, song_count from albums where song_count > 1023")
    elsewhere = rows("select album_id, song_id from song_of_album_elsewhere")
    assert books
    assert {row.album_id for row in elsewhere} == {book.id for book in books}
    assert len(elsewhere) == sum(book.song_count - 1023 for book in books)
    albums = {row.id: row.album_id for row in rows("select id, album_id from songs")}
    taken = {row.id >> 10 for row in rows("select id from albums")}
    for row in elsewhere:
        assert albums[row.song_id] == row.album_id
        assert row.song_id & 1023
        assert row.song_id >> 10 not in taken


def test_entries_are_numbered_without_gaps_and_the_next_numbers_follow(rows: Any) -> None:
    for table, count in (("song", SHAPE.songs), ("album", SHAPE.albums), ("artist", SHAPE.artists)):
        index = {"song": "song_index", "album": "album_index", "artist": "artist_index"}[table]
        entries = [row.entry for row in rows(f"select entry from {index} order by entry")]
        assert entries == list(range(1, count + 1))
        assert rows(f"select last_value, is_called from {table}_entry")[0] == (count, True)
    [numbers] = rows("select last_value from entity_number")
    used = rows(
        "select max(id >> 10) as last from (select id from release_group union all select id from playlist) as u"
    )
    assert numbers.last_value == used[0].last


def test_some_songs_have_a_file_and_all_covers_are_pictures(rows: Any) -> None:
    roots = {row.id: Path(row.path) for row in rows("select id, path from volume")}
    files = rows(
        """
        select f.*, s.size_bytes as said, s.path as song_path, s.suffix, s.bit_rate, i.entry
        from files as f join songs as s on s.id = f.song_id join song_index as i on i.id = s.id
        """
    )
    real = SHAPE.real_albums()
    [held] = rows(
        f"""
        select sum(song_count)::int as songs from albums join album_index as i using (id)
        where i.entry = any(array{[number + 1 for number in real]})
        """
    )
    assert len(files) == held.songs > 100
    assert {file.entry for file in files} >= {*range(1, 11), *range(SHAPE.songs - 9, SHAPE.songs + 1)}
    for file in files:
        path = roots[file.volume_id] / os.fsdecode(file.path)
        assert (file.state, file.path, file.suffix, file.bit_rate) == ("published", file.song_path, "mp3", 320)
        assert path.stat().st_size == file.size_bytes == file.said > 30_000
        assert file.path_hash == path_hash(file.volume_id, os.fsdecode(file.path))
    [playlist] = rows("select * from playlist where name = 'Songs with a file'")
    entries = rows(
        """
        select song_id from playlist_entry as e join playlist as p on p.id = e.playlist_id
        where p.name = 'Songs with a file'
        """
    )
    assert playlist.public and playlist.song_count == len(files)
    assert {row.song_id for row in entries} == {file.song_id for file in files}

    covers = rows("select * from cover")
    assert len(covers) == SHAPE.covers
    for cover in covers:
        picture = probe(roots[cover.volume_id] / os.fsdecode(cover.path))
        assert (picture.sha256, picture.width, picture.mime) == (cover.digest, cover.width, cover.content_type)
    wanted = {row.cover_id for row in rows("select distinct cover_id from albums where cover_id is not null")}
    assert wanted <= {cover.id for cover in covers}
    firsts = rows(
        """
        select distinct on (c.artist_id) c.artist_id, b.cover_id
        from album_credit as c join albums as b on b.id = c.album_id
        where c.role = 'albumartist' and b.cover_id is not null order by c.artist_id, b.id
        """
    )
    shown = {row.id: row.cover_id for row in rows("select id, cover_id from artists where cover_id is not null")}
    assert shown == {row.artist_id: row.cover_id for row in firsts}


def test_listeners_have_what_their_plays_and_ratings_come_to(rows: Any) -> None:
    assert rows("select count(*) as n from account where name ~ '^listener [0-9]+$'")[0].n == SHAPE.users
    [first] = rows("select id from account where name = 'listener 1'")
    starred = rows(
        "select account_id, count(*) as n from song_annotation where starred_at is not null group by 1 order by 2"
    )
    assert (starred[-1].account_id, starred[-1].n) == (first.id, 3000)

    plays = rows("select account_id, song_id, count(*)::int as n, max(played_at) as last from scrobble group by 1, 2")
    noted = rows(
        "select account_id, song_id, play_count as n, played_at as last from song_annotation where play_count > 0"
    )
    assert set(noted) == set(plays)
    for kind in ("song", "album"):
        rated = rows(
            f"""
            select {kind}_id, sum(rating)::int, count(*)::int
            from {kind}_annotation where rating is not null group by 1
            """
        )
        assert set(rows(f"select {kind}_id, total, votes from {kind}_rating")) == set(rated) != set()
    assert not rows(
        "select from album_rating as r join albums as a on a.id = r.album_id where r.volume_id <> a.volume_id"
    )
    assert not rows("select from album_rating where volume_id is null")
    lists = rows(
        """
        select p.song_count, p.duration_ms, count(*)::int as songs, sum(s.duration_ms)::bigint as ms,
            array[min(e.position), max(e.position), count(distinct e.position)] = array[1, count(*), count(*)]
                as in_order
        from playlist as p join playlist_entry as e on e.playlist_id = p.id join songs as s on s.id = e.song_id
        group by p.id
        """
    )
    assert len(lists) > SHAPE.users
    assert all((row.song_count, row.duration_ms) == (row.songs, row.ms) and row.in_order for row in lists)


def test_it_has_the_shape_of_a_library(rows: Any) -> None:
    """Few artists, genres and words have most of it, and there is some of everything that libraries have."""
    [shape] = rows(
        r"""
        select
            (select count(*) from albums where compilation) as compilations,
            (select count(*) from albums where song_count < 3) as singles,
            (select count(distinct album_id) from songs where disc_number > 1) as boxes,
            (select count(*) from songs where title ~ '[а-яα-ωا-ي가-힣一-龥]') as scripts,
            (select count(*) from songs where cardinality(genre_ids) > 1) as genres,
            (select count(*) from lyrics) as lyrics,
            (select count(*) from albums where jsonb_array_length(credits) > 1) as together,
            (select count(*) from song_credit)::float / (select count(*) from songs) as credits
        """
    )
    assert min(shape) > 0
    assert shape.singles > SHAPE.albums / 20
    assert shape.scripts > SHAPE.songs / 20
    assert 2.5 < shape.credits < 5
    words = [row.ndoc for row in rows("select ndoc from ts_stat('select terms from song_index') order by ndoc desc")]
    assert len(words) > SHAPE.words / 2
    assert words[0] > 20 * words[99]
    assert [
        round(float(row.share), 1)
        for row in rows("select albums / sum(albums) over () as share from folder_total order by volume_id")
    ] == [0.9, 0.1, 0.0]


def test_the_doctor_finds_nothing_that_is_not_derived_as_it_should_be(synth_url: str) -> None:
    database = Database(synth_url)
    try:
        found = list(look_at_catalogue(database, thorough=True, mend=False))
    finally:
        database.close()

    assert {finding.verdict for finding in found} == {Verdict.OK}, found
