-- drift_range_end
-- Where a range of some thousand songs ends, at an album's border; else the leaf's end. One range of a key.
select coalesce(
    (
        select id & ~1023::bigint from songs
        where id >= %(low)s::bigint and id < %(high)s::bigint
        order by id offset 5000 limit 1
    ),
    %(high)s::bigint
);

-- drift_counts
-- Albums and songs in a range of ids.
select (select count(*) from albums where id >= %(low)s::bigint and id < %(high)s::bigint) as albums,
    (select count(*) from songs where id >= %(low)s::bigint and id < %(high)s::bigint) as songs;

-- songs_and_places
-- Songs of a range beside their rows of song_index; whichever is missing is null. Names are compared by Python.
select coalesce(s.id, i.id) as id, s.id is null as stray, i.id is null as missing, s.volume_id, s.artist_id, s.year,
    s.duration_ms, s.title, s.display_artist, s.artists, i.search_name, tsvector_to_array(i.terms) as terms,
    (s.volume_id, s.artist_id, s.year, s.duration_ms)
        is not distinct from (i.volume_id, i.artist_id, i.year, i.duration_ms) as same
from (
    select id, volume_id, artist_id, year, duration_ms, title, display_artist,
        jsonb_path_query_array(credits, '$[*] ? (@.role == "artist").name') as artists
    from songs where id >= %(low)s::bigint and id < %(high)s::bigint
) as s
full join (
    select id, volume_id, artist_id, year, duration_ms, search_name, terms
    from song_index where id >= %(low)s::bigint and id < %(high)s::bigint
) as i on i.id = s.id;

-- mend_song_index
-- What songs_and_places showed. What was missing comes last in the walk, and is as popular as it was played.
with given as materialized (
    select *
    from jsonb_to_recordset(%(rows)s) as g (
        problem text, id bigint, volume_id smallint, artist_id bigint, year integer, duration_ms integer,
        search_name text, terms text[]
    )
), gone as (
    delete from song_index where id = any(array(select id from given where problem = 'stray'))
), changed as (
    update song_index as i
    set volume_id = g.volume_id, artist_id = g.artist_id, year = g.year, duration_ms = g.duration_ms,
        search_name = g.search_name, terms = array_to_tsvector(g.terms)
    from given as g
    where g.problem = 'wrong' and i.id = g.id
)
insert into song_index (id, volume_id, artist_id, year, duration_ms, search_name, terms, popularity)
select g.id, g.volume_id, g.artist_id, g.year, g.duration_ms, g.search_name, array_to_tsvector(g.terms), (
    select coalesce(sum(n.play_count), 0)
    from account as a
    cross join lateral (
        select play_count from song_annotation where account_id = a.id and song_id = g.id offset 0
    ) as n
)
from given as g
where g.problem = 'missing'
order by g.id;

-- albums_and_places
-- Albums of a range beside their rows of album_index, as songs_and_places.
select coalesce(a.id, i.id) as id, a.id is null as stray, i.id is null as missing, a.volume_id, a.artist_id, a.year,
    a.name, a.display_artist, a.sort_name, coalesce(a.artist_sort_name, i.artist_sort_name, '') as artist_sort_name,
    i.search_name, tsvector_to_array(i.terms) as terms,
    (a.volume_id, a.artist_id, a.year, a.sort_name, coalesce(a.artist_sort_name, i.artist_sort_name))
        is not distinct from (i.volume_id, i.artist_id, i.year, i.sort_name, i.artist_sort_name) as same
from (
    select a.id, a.volume_id, a.artist_id, a.year, a.name, a.display_artist, a.sort_name,
        x.sort_name as artist_sort_name
    from albums as a
    left join lateral (select sort_name from artists where id = a.artist_id offset 0) as x on true
    where a.id >= %(low)s::bigint and a.id < %(high)s::bigint
) as a
full join (
    select id, volume_id, artist_id, year, sort_name, artist_sort_name, search_name, terms
    from album_index where id >= %(low)s::bigint and id < %(high)s::bigint
) as i on i.id = a.id;

-- mend_album_index
-- As mend_song_index.
with given as materialized (
    select *
    from jsonb_to_recordset(%(rows)s) as g (
        problem text, id bigint, volume_id smallint, artist_id bigint, year integer, sort_name text,
        artist_sort_name text, search_name text, terms text[]
    )
), gone as (
    delete from album_index where id = any(array(select id from given where problem = 'stray'))
), changed as (
    update album_index as i
    set volume_id = g.volume_id, artist_id = g.artist_id, year = g.year, sort_name = g.sort_name,
        artist_sort_name = g.artist_sort_name, search_name = g.search_name, terms = array_to_tsvector(g.terms)
    from given as g
    where g.problem = 'wrong' and i.id = g.id
)
insert into album_index (id, volume_id, artist_id, year, sort_name, artist_sort_name, search_name, terms, popularity)
select g.id, g.volume_id, g.artist_id, g.year, g.sort_name, g.artist_sort_name, g.search_name,
    array_to_tsvector(g.terms), (
        select coalesce(sum(n.play_count), 0)
        from account as a
        cross join lateral (
            select play_count from album_annotation where account_id = a.id and album_id = g.id offset 0
        ) as n
    )
from given as g
where g.problem = 'missing'
order by g.id;

-- song_genre_drift
-- Genres of a range of songs that are not listed as the songs say. A hop for each genre and folder, and there a range.
with recursive pair as (
    (select genre_id, volume_id from song_genre order by genre_id, volume_id limit 1)
    union all
    select n.genre_id, n.volume_id
    from pair as p
    cross join lateral (
        select genre_id, volume_id from song_genre
        where (genre_id, volume_id) > (p.genre_id, p.volume_id)
        order by genre_id, volume_id limit 1
    ) as n
), listed as materialized (
    select n.*
    from pair as p
    cross join lateral (
        select genre_id, volume_id, song_id, year from song_genre
        where genre_id = p.genre_id and volume_id = p.volume_id
            and song_id >= %(low)s::bigint and song_id < %(high)s::bigint
    ) as n
), said as materialized (
    select distinct g as genre_id, s.volume_id, s.id as song_id, s.year
    from songs as s cross join unnest(s.genre_ids) as g
    where s.id >= %(low)s::bigint and s.id < %(high)s::bigint
)
select case when s.song_id is null then 'stray' when l.song_id is null then 'missing' else 'wrong' end as problem,
    coalesce(s.genre_id, l.genre_id) as genre_id, coalesce(s.volume_id, l.volume_id) as volume_id,
    coalesce(s.song_id, l.song_id) as song_id, s.year
from said as s
full join listed as l on l.song_id = s.song_id and l.genre_id = s.genre_id and l.volume_id = s.volume_id
where s.song_id is null or l.song_id is null or s.year is distinct from l.year;

-- mend_song_genre
-- What song_genre_drift showed.
with given as materialized (
    select *
    from jsonb_to_recordset(%(rows)s) as g (
        problem text, genre_id integer, volume_id smallint, song_id bigint, year integer
    )
), gone as (
    delete from song_genre as d using given as g
    where g.problem = 'stray' and d.genre_id = g.genre_id and d.volume_id = g.volume_id and d.song_id = g.song_id
), changed as (
    update song_genre as d set year = g.year from given as g
    where g.problem = 'wrong' and d.genre_id = g.genre_id and d.volume_id = g.volume_id and d.song_id = g.song_id
)
insert into song_genre (genre_id, song_id, volume_id, year)
select genre_id, song_id, volume_id, year from given where problem = 'missing' order by 1, 3, 2;

-- album_genre_drift
-- As song_genre_drift.
with recursive pair as (
    (select genre_id, volume_id from album_genre order by genre_id, volume_id limit 1)
    union all
    select n.genre_id, n.volume_id
    from pair as p
    cross join lateral (
        select genre_id, volume_id from album_genre
        where (genre_id, volume_id) > (p.genre_id, p.volume_id)
        order by genre_id, volume_id limit 1
    ) as n
), listed as materialized (
    select n.*
    from pair as p
    cross join lateral (
        select genre_id, volume_id, album_id from album_genre
        where genre_id = p.genre_id and volume_id = p.volume_id
            and album_id >= %(low)s::bigint and album_id < %(high)s::bigint
    ) as n
), said as materialized (
    select distinct g as genre_id, a.volume_id, a.id as album_id
    from albums as a cross join unnest(a.genre_ids) as g
    where a.id >= %(low)s::bigint and a.id < %(high)s::bigint
)
select case when s.album_id is null then 'stray' else 'missing' end as problem,
    coalesce(s.genre_id, l.genre_id) as genre_id, coalesce(s.volume_id, l.volume_id) as volume_id,
    coalesce(s.album_id, l.album_id) as album_id
from said as s
full join listed as l on l.album_id = s.album_id and l.genre_id = s.genre_id and l.volume_id = s.volume_id
where s.album_id is null or l.album_id is null;

-- mend_album_genre
-- What album_genre_drift showed.
with given as materialized (
    select *
    from jsonb_to_recordset(%(rows)s) as g (problem text, genre_id integer, volume_id smallint, album_id bigint)
), gone as (
    delete from album_genre as d using given as g
    where g.problem = 'stray' and d.genre_id = g.genre_id and d.volume_id = g.volume_id and d.album_id = g.album_id
)
insert into album_genre (genre_id, album_id, volume_id)
select genre_id, album_id, volume_id from given where problem = 'missing' order by 1, 3, 2;

-- album_credit_drift
-- Who is credited on a range of albums and not listed so, or listed and not credited. A range of an index by album.
with album as materialized (
    select id, credits from albums where id >= %(low)s::bigint and id < %(high)s::bigint
), owner as materialized (
    select distinct c.id as artist_id, a.id as album_id
    from album as a cross join lateral jsonb_to_recordset(a.credits) as c (id bigint)
), guest as (
    select c.id as artist_id, s.album_id
    from songs_of(array(select id from album)) as s cross join lateral jsonb_to_recordset(s.credits) as c (id bigint)
    except
    select artist_id, album_id from owner
), said as materialized (
    select artist_id, album_id, 'albumartist' as role from owner
    union all
    select artist_id, album_id, 'appearance' from guest
), listed as materialized (
    select artist_id, album_id, role from album_credit
    where album_id >= %(low)s::bigint and album_id < %(high)s::bigint
)
select case when s.album_id is null then 'stray' else 'missing' end as problem,
    coalesce(s.artist_id, l.artist_id) as artist_id, coalesce(s.album_id, l.album_id) as album_id,
    coalesce(s.role, l.role) as role
from said as s
full join listed as l on l.album_id = s.album_id and l.artist_id = s.artist_id and l.role = s.role
where s.album_id is null or l.album_id is null;

-- mend_album_credit
-- What album_credit_drift showed.
with given as materialized (
    select * from jsonb_to_recordset(%(rows)s) as g (problem text, artist_id bigint, album_id bigint, role text)
), gone as (
    delete from album_credit as d using given as g
    where g.problem = 'stray' and d.artist_id = g.artist_id and d.album_id = g.album_id and d.role = g.role
)
insert into album_credit (artist_id, album_id, role)
select artist_id, album_id, role from given where problem = 'missing' order by 1, 2, 3;

-- song_credit_drift
-- Credits of a range of songs that are not listed. What is listed and no credit is found by song_credit_strays: no index
-- leads from a song to who is listed for it.
select 'missing' as problem, c.id as artist_id, c.role, s.id as song_id
from songs as s
cross join lateral (select distinct id, role from jsonb_to_recordset(s.credits) as c (id bigint, role text)) as c
left join credit_role as r on r.name = c.role
where s.id >= %(low)s::bigint and s.id < %(high)s::bigint
    and not exists (
        select from song_credit where artist_id = c.id and role_id = r.id and song_id = s.id offset 0
    );

-- mend_song_credit
-- What song_credit_drift or song_credit_strays showed.
with given as materialized (
    select * from jsonb_to_recordset(%(rows)s) as g (problem text, artist_id bigint, role text, role_id smallint, song_id bigint)
), gone as (
    delete from song_credit as d using given as g
    where g.problem = 'stray' and d.artist_id = g.artist_id and d.role_id = g.role_id and d.song_id = g.song_id
), new_role as (
    insert into credit_role (name)
    select distinct role from given as g
    where g.problem = 'missing' and not exists (select from credit_role where name = g.role) order by role
    returning id, name
), role as (
    select id, name from credit_role
    union all
    select id, name from new_role
)
insert into song_credit (artist_id, role_id, song_id)
select g.artist_id, r.id, g.song_id from given as g join role as r on r.name = g.role
where g.problem = 'missing' order by 1, 2, 3;

-- credits_of_songs
-- How many credits the songs of a range have.
select count(*)
from songs as s
cross join lateral (select distinct id, role from jsonb_to_recordset(s.credits) as c (id bigint, role text)) as c
where s.id >= %(low)s::bigint and s.id < %(high)s::bigint;

-- listed_song_credits
-- How many credits are listed for the songs of each leaf: one look through the whole table.
select song_id >> 43 as leaf, count(*) as listed from song_credit group by 1;

-- song_credit_strays
-- What is listed for songs of a leaf and no credit of theirs: one look through the whole table, where numbers differ.
select 'stray' as problem, d.artist_id, null as role, d.role_id, d.song_id
from song_credit as d
where d.song_id >= %(low)s::bigint and d.song_id < %(high)s::bigint
    and not exists (
        select
        from (select credits from songs where id = d.song_id offset 0) as s
        cross join lateral jsonb_to_recordset(s.credits) as c (id bigint, role text)
        join credit_role as r on r.name = c.role
        where c.id = d.artist_id and r.id = d.role_id
    );

-- song_of_album_elsewhere_drift
-- Songs of a range that lie outside their album's and are not listed for it; and what is listed for its albums without
-- being so.
select 'missing' as problem, s.album_id, s.id as song_id
from songs as s
where s.id >= %(low)s::bigint and s.id < %(high)s::bigint
    and s.id not between s.album_id + 1 and s.album_id + 1023
    and not exists (select from song_of_album_elsewhere where album_id = s.album_id and song_id = s.id offset 0)
union all
select 'stray', e.album_id, e.song_id
from song_of_album_elsewhere as e
where e.album_id >= %(low)s::bigint and e.album_id < %(high)s::bigint
    and (
        e.song_id between e.album_id + 1 and e.album_id + 1023
        or not exists (select from songs where id = e.song_id and album_id = e.album_id offset 0)
    );

-- mend_song_of_album_elsewhere
-- What song_of_album_elsewhere_drift showed.
with given as materialized (
    select * from jsonb_to_recordset(%(rows)s) as g (problem text, album_id bigint, song_id bigint)
), gone as (
    delete from song_of_album_elsewhere as d using given as g
    where g.problem = 'stray' and d.album_id = g.album_id and d.song_id = g.song_id
)
insert into song_of_album_elsewhere (album_id, song_id)
select album_id, song_id from given where problem = 'missing' order by 1, 2;

-- albums_drift
-- Albums of a range whose numbers are not those of their songs, and such as have none.
select case when n.album_id is null then 'empty' else 'wrong' end as problem, a.id, n.songs, n.duration_ms, n.size_bytes
from albums as a
left join (
    select album_id, count(*) as songs, sum(duration_ms) as duration_ms, sum(size_bytes) as size_bytes
    from songs_of(array(select id from albums where id >= %(low)s::bigint and id < %(high)s::bigint))
    group by album_id
) as n on n.album_id = a.id
where a.id >= %(low)s::bigint and a.id < %(high)s::bigint
    and (a.song_count, a.duration_ms, a.size_bytes) is distinct from (n.songs, n.duration_ms, n.size_bytes);

-- mend_albums
-- What albums_drift showed. An album without songs is left alone: its songs are lost, and it says whose they were.
update albums as a
set song_count = g.songs, duration_ms = g.duration_ms, size_bytes = g.size_bytes
from jsonb_to_recordset(%(rows)s) as g (problem text, id bigint, songs integer, duration_ms bigint, size_bytes bigint)
where a.id = g.id and a.id >= %(low)s::bigint and a.id < %(high)s::bigint and g.problem = 'wrong';

-- songs_drift
-- Songs of a range without an album.
select 'orphaned' as problem, s.id
from songs as s
where s.id >= %(low)s::bigint and s.id < %(high)s::bigint
    and not exists (select from albums where id = s.album_id offset 0);

-- lyrics_drift
-- Lyrics of songs that are gone.
select 'stray' as problem, l.song_id, l.position
from lyrics as l
where l.song_id >= %(low)s::bigint and l.song_id < %(high)s::bigint
    and not exists (select from songs where id = l.song_id offset 0);

-- mend_lyrics
-- What lyrics_drift showed.
delete from lyrics as l
using jsonb_to_recordset(%(rows)s) as g (song_id bigint, position smallint)
where l.song_id = g.song_id and l.position = g.position;

-- drift_artists_end
-- Where a range of some thousand artists ends; null for the last one.
select id from artists where id >= %(low)s::bigint order by id offset 2000 limit 1;

-- artists_and_places
-- Artists of a range of ids beside their rows of artist_index: who has a part in an album shows in lists.
select coalesce(a.id, i.id) as id, i.id is not null as shown,
    exists (select from album_credit where artist_id = coalesce(a.id, i.id)) as credited, a.index_letter, a.sort_name, a.name,
    a.roles is distinct from a.said_roles as other_roles, i.search_name, tsvector_to_array(i.terms) as terms,
    (a.index_letter, a.sort_name) is not distinct from (i.index_letter, i.sort_name) as same,
    exists (
        select
        from folder_total as t
        cross join lateral (
            select entry from artist_folder where volume_id = t.volume_id and artist_id = i.id offset 0
        ) as f
        where f.entry <> i.entry
    ) as entry_differs
from (
    select x.id, x.index_letter, x.sort_name, x.name, x.roles,
        array(
            select r.name
            from credit_role as r
            where exists (select from song_credit where artist_id = x.id and role_id = r.id)
                or r.name = 'albumartist'
                    and exists (select from album_credit where artist_id = x.id and role = 'albumartist')
            order by r.name
        ) as said_roles
    from artists as x
    where x.id >= %(low)s::bigint and x.id < %(high)s::bigint
) as a
full join (
    select id, entry, index_letter, sort_name, search_name, terms
    from artist_index where id >= %(low)s::bigint and id < %(high)s::bigint
) as i on i.id = a.id;

-- mend_artist_index
-- What artists_and_places showed. Who was missing has the entry that the folders still know, else a new one.
with given as materialized (
    select *
    from jsonb_to_recordset(%(rows)s) as g (
        problem text, id bigint, index_letter text, sort_name text, search_name text, terms text[]
    )
), gone as (
    delete from artist_index where id = any(array(select id from given where problem = 'stray'))
), changed as (
    update artist_index as i
    set index_letter = g.index_letter, sort_name = g.sort_name, search_name = g.search_name,
        terms = array_to_tsvector(g.terms)
    from given as g
    where g.problem = 'wrong' and i.id = g.id
)
insert into artist_index (id, index_letter, sort_name, search_name, terms, entry)
select g.id, g.index_letter, g.sort_name, g.search_name, array_to_tsvector(g.terms), coalesce(
    (
        select max(f.entry)
        from folder_total as t
        cross join lateral (
            select entry from artist_folder where volume_id = t.volume_id and artist_id = g.id offset 0
        ) as f
        where not exists (select from artist_index where entry = f.entry)
    ),
    nextval('artist_entry')
)
from given as g
where g.problem = 'missing'
order by g.id;

-- mend_artist_entries
-- Entries of artists in folders, from artist_index.
update artist_folder as f
set entry = i.entry
from folder_total as t
cross join lateral (
    select id, entry from artist_index where id = any(%(ids)s::bigint[]) offset 0
) as i
where f.volume_id = t.volume_id and f.artist_id = i.id and f.entry <> i.entry;

-- leaf_numbers
-- Every leaf.
select number from leaf order by number;

-- see_one_snapshot
-- The rest of the transaction sees everything as it is now, whatever is written meanwhile.
set transaction isolation level repeatable read;
