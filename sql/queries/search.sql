-- bound_search
-- For the rest of the transaction: bitmap scans only, since one wrong estimate makes a plan that walks the whole table
-- in the order of its key (39 s at ten million songs), and a time that no search may exceed.
select set_config(name, setting, true)
from (
    values ('enable_seqscan', 'off'), ('enable_indexscan', 'off'), ('enable_indexonlyscan', 'off'),
        ('statement_timeout', %(timeout_ms)s::text)
) as bound (name, setting);

-- search_artists
-- Whose name has all the terms: that very name first, then names that begin so, then the most played.
select i.id
from artist_index as i
cross join lateral (
    select from artist_folder where artist_id = i.id and volume_id = any(%(folders)s::smallint[]) limit 1
) as visible
where i.terms @@ %(terms)s::tsquery
order by i.search_name = %(name)s desc, starts_with(i.search_name, %(name)s) desc, i.popularity desc, i.id
limit %(size)s::bigint offset %(offset)s::bigint;

-- search_albums
-- As search_artists. The cast keeps the indexes that begin with the folder out of the plan: they hold nearly everything.
select i.id
from album_index as i
where i.terms @@ %(terms)s::tsquery and i.volume_id::integer = any(%(folders)s::integer[])
order by i.search_name = %(name)s desc, starts_with(i.search_name, %(name)s) desc, i.popularity desc, i.id
limit %(size)s::bigint offset %(offset)s::bigint;

-- search_songs
-- As search_albums.
select i.id
from song_index as i
where i.terms @@ %(terms)s::tsquery and i.volume_id::integer = any(%(folders)s::integer[])
order by i.search_name = %(name)s desc, starts_with(i.search_name, %(name)s) desc, i.popularity desc, i.id
limit %(size)s::bigint offset %(offset)s::bigint;
