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

-- all_artists
-- The next artists after an id, of those that the folders credit: a range of the key and a probe for each.
select i.id
from artist_index as i
cross join lateral (
    select from artist_folder where artist_id = i.id and volume_id = any(%(folders)s::smallint[]) limit 1
) as visible
where i.id > %(after)s::bigint
order by i.id
limit %(size)s::bigint offset %(offset)s::bigint;

-- all_albums
-- The next albums after an id, by one ordered range of a narrow index for each folder.
select found.id
from unnest(%(folders)s::smallint[]) as folder (id)
cross join lateral (
    select i.id
    from album_index as i
    where i.volume_id = folder.id and i.id > %(after)s::bigint
    order by i.id
    limit %(size)s::bigint + %(offset)s::bigint
) as found
order by found.id
limit %(size)s::bigint offset %(offset)s::bigint;

-- all_songs
-- The next songs after an id, as all_albums.
select found.id
from unnest(%(folders)s::smallint[]) as folder (id)
cross join lateral (
    select i.id
    from song_index as i
    where i.volume_id = folder.id and i.id > %(after)s::bigint
    order by i.id
    limit %(size)s::bigint + %(offset)s::bigint
) as found
order by found.id
limit %(size)s::bigint offset %(offset)s::bigint;
