-- Promotion reads what it has written once, and what is derived can be taken back album by album.

create table removed_album (
    id bigint primary key,
    next_slot integer not null
);
comment on table removed_album is
    'Albums that are gone. Their keys stay theirs, so that one that comes back has its id and its stars again; next_slot '
    'says which ids its songs have had, since no slot is used twice.';

-- A search reads from end to end what its index has not sorted in yet: half a megabyte of that takes 0.5 ms, the 4 MB
-- of the default 4 ms. Writing costs the same with either.
alter index song_index_terms set (gin_pending_list_limit = 512);
alter index album_index_terms set (gin_pending_list_limit = 512);
alter index artist_index_terms set (gin_pending_list_limit = 512);

create or replace function contributions(wanted bigint[]) returns table (
    counter text, scope bigint, volume_id smallint, place bigint, albums bigint, songs bigint, credits bigint,
    duration_ms numeric, size_bytes numeric
)
language sql stable
as $$
-- What albums and their songs add to each number that is kept, by counter: 'folder', 'genre' and 'artist' (the scope is
-- the genre's or the artist's id), and the lists of list_stretch (the place is the stretch; entries are in `albums` or
-- `songs`). Everything that counts is defined here: writers add it and take it back, the doctor compares with its sum.
-- A song counts in its own folder, which need not be its album's. What is lost from an index table counts all the same,
-- but for its place, which nobody knows any more.
with album as materialized (
    select a.*, i.entry, i.year, i.sort_name, i.artist_sort_name
    from unnest(wanted) as w (id)
    cross join lateral (select id, volume_id, genre_ids, credits from albums where id = w.id offset 0) as a
    left join lateral (
        select entry, year, sort_name, artist_sort_name from album_index where id = w.id offset 0
    ) as i on true
), song as materialized (
    select s.*, i.entry
    from songs_of(wanted) as s
    left join lateral (select entry from song_index where id = s.id offset 0) as i on true
), song_part as materialized (
    select s.id, s.album_id, s.volume_id, s.duration_ms, c.id as artist_id, bool_or(c.role = 'artist') as performs
    from song as s
    cross join lateral jsonb_to_recordset(s.credits) as c (id bigint, role text)
    group by 1, 2, 3, 4, 5
), owner as materialized (
    select distinct a.id as album_id, a.volume_id, c.id as artist_id
    from album as a
    cross join lateral jsonb_to_recordset(a.credits) as c (id bigint)
), part as (
    select album_id, volume_id, artist_id from owner
    union
    select album_id, volume_id, artist_id from song_part
)
select 'folder', 0::bigint, volume_id, 0::bigint, count(*), 0::bigint, 0::bigint, 0::numeric, 0::numeric
from album group by volume_id
union all
select 'folder', 0, volume_id, 0, 0, count(*), 0, sum(duration_ms), sum(size_bytes) from song group by volume_id
union all
select 'genre', g, volume_id, 0, count(*), 0, 0, 0, 0 from album cross join unnest(genre_ids) as g group by g, volume_id
union all
select 'genre', g, volume_id, 0, 0, count(*), 0, sum(duration_ms), 0
from song cross join unnest(genre_ids) as g group by g, volume_id
union all
select 'artist', artist_id, volume_id, 0, count(*), 0, 0, 0, 0 from owner group by artist_id, volume_id
union all
select 'artist', artist_id, volume_id, 0, 0, 0, count(*), 0, 0 from part group by artist_id, volume_id
union all
select 'artist', artist_id, volume_id, 0, 0, count(*), 0, sum(duration_ms), 0
from song_part where performs group by artist_id, volume_id
union all
select 'songs', 0, volume_id, entry >> 13, 0, count(*), 0, 0, 0
from song where entry is not null group by volume_id, entry >> 13
union all
select 'albums', 0, volume_id, entry >> 10, count(*), 0, 0, 0, 0
from album where entry is not null group by volume_id, entry >> 10
union all
select 'genre_songs', g, volume_id, id >> 20, 0, count(*), 0, 0, 0
from song cross join unnest(genre_ids) as g group by g, volume_id, id >> 20
union all
select 'genre_albums', g, volume_id, id >> 20, count(*), 0, 0, 0, 0
from album cross join unnest(genre_ids) as g group by g, volume_id, id >> 20
union all
select 'years', 0, volume_id, year, count(*), 0, 0, 0, 0 from album where year is not null group by volume_id, year
union all
select 'year_albums', year, volume_id, id >> 20, count(*), 0, 0, 0, 0
from album where year is not null group by year, volume_id, id >> 20
union all
select 'albums_by_name', 0, volume_id, n.stretch, count(*), 0, 0, 0, 0
from album
cross join lateral (
    select stretch from name_stretch
    where list = 'albums_by_name' and (artist_sort_name, sort_name, name_stretch.id) <= ('', album.sort_name, album.id)
    order by artist_sort_name desc, sort_name desc, name_stretch.id desc limit 1
) as n
group by volume_id, n.stretch
union all
select 'albums_by_artist', 0, volume_id, n.stretch, count(*), 0, 0, 0, 0
from album
cross join lateral (
    select stretch from name_stretch
    where list = 'albums_by_artist'
        and (artist_sort_name, sort_name, name_stretch.id) <= (album.artist_sort_name, album.sort_name, album.id)
    order by artist_sort_name desc, sort_name desc, name_stretch.id desc limit 1
) as n
group by volume_id, n.stretch
$$;

create or replace function index_albums(wanted bigint[]) returns void
language plpgsql
as $$
-- Makes what is derived from the rows of albums and their songs, and counts them. Their rows of album_index and
-- song_index, and the artists' of artist_index, are there already. Under the catalogue's lock.
begin
    with song as materialized (
        select id, album_id, volume_id, year, genre_ids, credits from songs_of(wanted)
    ), album as materialized (
        select a.*
        from unnest(wanted) as w (id)
        cross join lateral (select id, volume_id, genre_ids, credits from albums where id = w.id offset 0) as a
    ), credit as materialized (
        select distinct c.id as artist_id, c.role, s.id as song_id, s.album_id
        from song as s cross join lateral jsonb_to_recordset(s.credits) as c (id bigint, role text)
    ), owner as materialized (
        select distinct c.id as artist_id, a.id as album_id
        from album as a cross join lateral jsonb_to_recordset(a.credits) as c (id bigint)
    ), new_role as (
        insert into credit_role (name)
        select distinct role from credit where not exists (select from credit_role where name = credit.role) order by role
        returning id, name
    ), role as materialized (
        select id, name from credit_role
        union all
        select id, name from new_role
    ), song_credits as (
        insert into song_credit (artist_id, role_id, song_id)
        select c.artist_id, r.id, c.song_id from credit as c join role as r on r.name = c.role order by 1, 2, 3
    ), song_genres as (
        insert into song_genre (genre_id, song_id, volume_id, year)
        select g, s.id, s.volume_id, s.year from song as s cross join unnest(s.genre_ids) as g order by 1, 3, 2
    ), album_genres as (
        insert into album_genre (genre_id, album_id, volume_id)
        select g, a.id, a.volume_id from album as a cross join unnest(a.genre_ids) as g order by 1, 3, 2
    ), guest as (
        select artist_id, album_id from credit
        except
        select artist_id, album_id from owner
    )
    insert into album_credit (artist_id, album_id, role)
    select artist_id, album_id, 'albumartist' from owner
    union all
    select artist_id, album_id, 'appearance' from guest
    order by 1, 2, 3;

    perform count_albums(wanted, 1);
end
$$;

create or replace function unindex_albums(wanted bigint[]) returns void
language plpgsql
as $$
-- Takes back what index_albums did, before rows of these albums or their songs are changed or removed. The rows of
-- album_index, song_index and artist_index are left to the writer. Every row is found by its whole key, one by one.
begin
    perform count_albums(wanted, -1);

    with song as materialized (
        select id, volume_id, genre_ids, credits from songs_of(wanted)
    ), credits as (
        delete from song_credit as d
        using song as s
        cross join lateral jsonb_to_recordset(s.credits) as c (id bigint, role text)
        join credit_role as r on r.name = c.role
        where d.artist_id = c.id and d.role_id = r.id and d.song_id = s.id
    ), genres as (
        delete from song_genre as d
        using song as s cross join unnest(s.genre_ids) as g
        where d.genre_id = g and d.volume_id = s.volume_id and d.song_id = s.id
    ), album_genres as (
        delete from album_genre as d
        using unnest(wanted) as w (id)
        cross join lateral (select id, volume_id, genre_ids from albums where id = w.id offset 0) as a
        cross join unnest(a.genre_ids) as g
        where d.genre_id = g and d.volume_id = a.volume_id and d.album_id = a.id
    )
    delete from album_credit where album_id = any(wanted);
end
$$;

-- The planner takes an array for a handful of albums and a list of credits for a hundred artists. Where it is wrong it
-- would join by reading all of a table that has millions of rows; nested loops read what is asked for.
alter function index_albums(bigint[]) set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off;
alter function unindex_albums(bigint[]) set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off;
alter function count_albums(bigint[], integer) set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off;
