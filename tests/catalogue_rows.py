"""A synthetic catalogue, straight by SQL: as many rows as a plan or a benchmark needs, in seconds.

Ids, leaves and every index table are as the catalogue's own writer makes them. Songs have no files. Names are made of
words whose frequencies fall off as in a real library, so that some terms match a few rows and some match thousands.
"""

from dataclasses import dataclass
from typing import Any, LiteralString

import psycopg

SONGS_AN_ALBUM = 10
WORDS = 4000
GENRES = 60
FOLDERS = ((1, "Music"), (2, "Records"), (3, "Children"))
"""Two thirds of the albums lie in the first folder, nearly a third in the second, one in a hundred in the third."""

_ALBUM_NAMES: LiteralString = """
create temporary table word on commit drop as
select number, substr(translate(md5('word ' || number), '0123456789', 'aeioulnrst'), 1, 3 + number %% 7) as word
from generate_series(0, %(words)s - 1) as number;
create unique index on word (number);

create temporary table made on commit drop as
select number, (leaf << 43) | (album << 10) as id, leaf,
    case when number %% 100 = 7 then 3 when number %% 3 = 0 then 2 else 1 end::smallint as volume_id,
    least((power(random(), 2) * %(artists)s)::bigint, %(artists)s - 1) as artist,
    1950 + (random() * 75)::integer as year,
    1 + (power(random(), 3) * (%(genres)s - 1))::integer as genre,
    (power(random(), 3) * (%(words)s - 1))::integer as first_word,
    (random() * (%(words)s - 1))::integer as second_word
from unnest(%(leaves)s::bigint[], %(albums)s::bigint[], %(numbers)s::bigint[]) as a (leaf, album, number);

create temporary table made_artist on commit drop as
select a.number, ((%(first_artist)s::bigint + a.number) << 10) | 1 as id,
    initcap(f.word || ' ' || s.word) || case when a.number %% 50 = 0 then ' ' || a.number else '' end as name,
    case when a.number %% 40 = 0 then '#' else upper(left(f.word, 1)) end as letter
from generate_series(0, %(artists)s - 1) as a (number)
join word as f on f.number = (a.number * 7 + a.number / 4000) %% %(words)s
join word as s on s.number = (a.number * 13 + 5) %% %(words)s;
create unique index on made_artist (number);
analyze word, made, made_artist;
"""

_ENTITIES: LiteralString = """
insert into volume (id, name, kind, path)
select id, name, 'storage', '/nowhere/' || id from unnest(%(folder_ids)s::smallint[], %(folder_names)s::text[]) as v (id, name)
on conflict do nothing;

insert into genre (id, key, name) overriding system value
select number, 'genre ' || number, 'Genre ' || number from generate_series(1, %(genres)s) as number
on conflict do nothing;

insert into artists (id, name, sort_name, index_letter, directory_code, directory_base)
select id, name, lower(name), letter, upper(left(name, 2)) || '-' || number, left(letter, 1) from made_artist;
insert into artist_index (id, index_letter, sort_name, search_name, terms, popularity)
select id, letter, lower(name), lower(name), array_to_tsvector(string_to_array(lower(name), ' ')), number %% 1000
from made_artist order by id;
insert into artist_key (key, artist_id) select 'name:' || lower(name) || number, id from made_artist;

insert into albums (
    id, volume_id, folder, name, sort_name, artist_id, display_artist, credits, year, release_date, genres, labels, release_types,
    song_count, duration_ms, size_bytes, next_slot
)
select m.id, m.volume_id, convert_to('folder/' || m.number, 'UTF8'), initcap(f.word || ' ' || s.word), f.word || ' ' || s.word,
    a.id, a.name, jsonb_build_array(jsonb_build_object('id', a.id, 'name', a.name, 'role', 'albumartist', 'sub_role', '')),
    m.year, m.year || '-03-01', array['Genre ' || m.genre], array['Label ' || m.number %% 500], array['album'],
    %(songs)s, %(songs)s * 200000, %(songs)s * 5000000::bigint, %(songs)s + 1
from made as m
join made_artist as a on a.number = m.artist
join word as f on f.number = m.first_word
join word as s on s.number = m.second_word
order by m.id;

insert into songs (
    id, album_id, artist_id, album_artist_id, volume_id, path, title, sort_name, album, display_artist, display_album_artist,
    credits, disc_number, track_number, year, genres, duration_ms, suffix, content_type, codec, bit_rate, sampling_rate, channels,
    size_bytes, modified_at
)
select b.id + track, b.id, b.artist_id, b.artist_id, b.volume_id, b.folder || convert_to('/' || track || '.flac', 'UTF8'),
    initcap(f.word || ' ' || s.word), f.word || ' ' || s.word, b.name, b.display_artist, b.display_artist,
    b.credits || jsonb_build_array(jsonb_build_object('id', b.artist_id, 'name', b.display_artist, 'role', 'artist', 'sub_role', '')),
    1, track, b.year, b.genres, 180000 + track * 1000, 'flac', 'audio/flac', 'flac', 900, 44100, 2, 5000000, now()
from albums as b
cross join generate_series(1, %(songs)s) as track
join word as f on f.number = (hashint8(b.id + track) & 2147483647)::bigint * (hashint8(b.id - track) & 2147483647) / 2147483648 * %(words)s / 2147483648
join word as s on s.number = (hashint8(b.id * 3 + track) & 2147483647) %% %(words)s
order by b.id, track;
"""

_INDEX_TABLES: LiteralString = """
insert into album_index (id, volume_id, artist_id, year, sort_name, artist_sort_name, search_name, terms, popularity)
select id, volume_id, artist_id, year, sort_name, lower(display_artist), sort_name,
    array_to_tsvector(string_to_array(sort_name, ' ')), hashint8(id) & 1023
from albums order by id;
insert into song_index (id, volume_id, artist_id, year, search_name, terms, popularity)
select id, volume_id, artist_id, year, sort_name, array_to_tsvector(string_to_array(sort_name, ' ')), hashint8(id) & 1023
from songs order by id;
insert into album_genre (genre_id, album_id, volume_id)
select substr(genres[1], 7)::integer, id, volume_id from albums order by 1, 3, 2;
insert into song_genre (genre_id, song_id, volume_id, year)
select substr(genres[1], 7)::integer, id, volume_id, year from songs order by 1, 3, 2;
insert into album_credit (artist_id, album_id, role)
select artist_id, id, 'albumartist' from albums
union all
select a.id, b.id, 'appearance' from albums as b join made as m using (id) join made_artist as a on a.number = (m.artist + 17) %% %(artists)s
where m.number %% 10 = 0
order by 1, 2;
insert into song_credit (artist_id, role, song_id)
select artist_id, role, id from songs cross join unnest(array['artist', 'albumartist']) as role order by 1, 2, 3;
insert into artist_folder (volume_id, artist_id, album_count)
select i.volume_id, c.artist_id, count(*) filter (where c.role = 'albumartist')
from album_credit as c join album_index as i on i.id = c.album_id group by 1, 2 order by 1, 2;
insert into genre_folder (genre_id, volume_id, album_count, song_count)
select genre_id, volume_id, count(*), count(*) * %(songs)s from album_genre group by 1, 2;
insert into release_group (id, key, artist_id, name)
select ((%(first_artist)s::bigint + %(artists)s + row_number() over (order by id)) << 10) | 3, 'group ' || id, artist_id, name from albums;
insert into album_key (key, album_id) select 'album ' || id, id from albums;
insert into song_of_album_elsewhere (album_id, song_id)
select (select min(id) from albums), id from songs where id %% 1024 = 10 limit 20;
update songs set album_id = e.album_id from song_of_album_elsewhere as e where e.song_id = songs.id;
insert into id_alias (old_id, id) select id + 1000, id from albums;
insert into cover (digest, volume_id, path, embedded, content_type, width, height)
select decode(md5(id::text), 'hex'), volume_id, folder, false, 'image/jpeg', 600, 600 from albums order by id;
update albums set cover_id = c.id from cover as c where c.path = albums.folder;
insert into lyrics (song_id, source, text) select id, 'tag', 'la la la' from songs where id %% 20 = 1;
update artists set album_count = n.albums, song_count = n.albums * %(songs)s
from (select artist_id, sum(album_count) as albums from artist_folder group by 1) as n where n.artist_id = artists.id;
update leaf set albums = n.albums, songs = n.songs
from (select leaf, count(*) as albums, count(*) * %(songs)s as songs from made group by leaf) as n where n.leaf = leaf.number;
update catalogue_total set songs = (select count(*) from songs), albums = (select count(*) from albums),
    artists = (select count(*) from artists), changed_at = clock_timestamp();
select setval('entity_number', %(first_artist)s::bigint + %(artists)s + (select count(*) from albums));
"""

_LISTENERS: LiteralString = """
insert into account (name, key, password_hash)
select 'listener' || number, 'listener' || number, 'none' from generate_series(1, %(accounts)s) as number;
insert into account_folder (account_id, volume_id) select id, 3 from account where name = 'listener2';
insert into song_annotation (account_id, song_id, starred_at, rating, play_count, played_at)
select a.id, s.id, case when (hashint8(s.id) & 7) = 0 then now() - (hashint8(s.id) & 65535) * interval '1 minute' end,
    case when (hashint8(s.id) & 3) = 0 then 1 + (hashint8(s.id) & 1023) %% 5 end, 1 + (hashint8(s.id) & 31),
    now() - (hashint8(s.id) & 1048575) * interval '1 minute'
from account as a cross join songs as s where hashint8(s.id + a.id * 7919) %% 50 = 0 order by 1, 2;
insert into album_annotation (account_id, album_id, starred_at, rating, play_count, played_at)
select account_id, song_id & ~1023::bigint, max(starred_at), max(rating), sum(play_count), max(played_at)
from song_annotation group by 1, 2 order by 1, 2;
insert into artist_annotation (account_id, artist_id, starred_at, rating)
select distinct on (1, 2) a.account_id, b.artist_id, a.starred_at, a.rating from album_annotation as a join albums as b on b.id = a.album_id;
insert into song_rating (song_id, total, votes)
select song_id, sum(rating), count(*) from song_annotation where rating is not null group by 1;
insert into album_rating (album_id, total, votes)
select album_id, sum(rating), count(*) from album_annotation where rating is not null group by 1;
insert into scrobble (account_id, song_id, played_at)
select account_id, song_id, played_at - n * interval '1 day' from song_annotation cross join generate_series(0, 3) as n;
insert into playlist (id, account_id, name, public)
select (nextval('entity_number') << 10) | 2, 1 + number %% %(accounts)s, 'List ' || number, number %% 2 = 0 from generate_series(1, 200) as number;
insert into playlist_entry (playlist_id, position, song_id)
select p.id, row_number() over (partition by p.id order by a.song_id), a.song_id
from playlist as p join song_annotation as a on a.account_id = p.account_id and (hashint8(a.song_id + p.id) & 63) = 0;
"""


@dataclass(frozen=True)
class Shape:
    """How large the catalogue is."""

    songs: int = 200_000
    leaf_rows: int = 20_000
    accounts: int = 20

    @property
    def artists(self) -> int:
        return max(self.songs * 3 // 100, 1)


def fill(url: str, shape: Shape | None = None) -> None:
    """Fills an empty catalogue and analyses it."""
    shape = shape or Shape()
    with psycopg.connect(url, autocommit=True) as db:
        leaves, albums = _take_numbers(db, shape)
        with db.transaction():
            db.execute("select setseed(0.5)")
            db.execute("set local work_mem = '128MB'")
            indexes = _drop_indexes(db)
            parameters: dict[str, Any] = {
                "words": WORDS,
                "artists": shape.artists,
                "first_artist": 1,
                "genres": GENRES,
                "songs": SONGS_AN_ALBUM,
                "accounts": shape.accounts,
                "leaves": leaves,
                "albums": albums,
                "numbers": list(range(len(albums))),
                "folder_ids": [number for number, _ in FOLDERS],
                "folder_names": [name for _, name in FOLDERS],
            }
            cursor = psycopg.ClientCursor(db)
            for part in (_ALBUM_NAMES, _ENTITIES, _INDEX_TABLES, _LISTENERS):
                cursor.execute(part, parameters)
            for definition in indexes:
                db.execute(definition)
        db.execute("vacuum analyze")


def _take_numbers(db: psycopg.Connection[Any], shape: Shape) -> tuple[list[int], list[int]]:
    """The leaf and the number of each album, taken block by block as writers do."""
    leaves: list[int] = []
    numbers: list[int] = []
    left = shape.songs // SONGS_AN_ALBUM
    while left:
        block = min(left, shape.leaf_rows // SONGS_AN_ALBUM)
        row = db.execute(
            "select * from take_album_numbers(%s, %s, %s)", (block, block * SONGS_AN_ALBUM, shape.leaf_rows)
        ).fetchone()
        assert row is not None
        leaves += [row[0]] * block
        numbers += range(row[1], row[1] + block)
        left -= block
    return leaves, numbers


def _drop_indexes(db: psycopg.Connection[Any]) -> list[LiteralString]:
    """Drops what can be built faster afterwards; returns the statements that build it."""
    rows: list[tuple[str, LiteralString]] = db.execute(
        """
        select i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
        from pg_index as i join pg_class as c on c.oid = i.indrelid
        where c.relname in ('album_index', 'song_index', 'song_genre', 'song_credit', 'song_annotation')
            and not i.indisprimary
        """
    ).fetchall()
    for name, _ in rows:
        db.execute(f"drop index {name}")  # pyright: ignore[reportArgumentType]
    return [definition for _, definition in rows]
