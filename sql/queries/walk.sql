-- all_artists
-- The next artists after an entry, of those that the folders credit: a range of the key and a probe for each.
select i.id, i.entry
from artist_index as i
cross join lateral (
    select from artist_folder where artist_id = i.id and volume_id = any(%(folders)s::smallint[]) limit 1
) as visible
where i.entry > %(after)s::bigint
order by i.entry
limit %(size)s::bigint offset %(offset)s::bigint;

-- all_albums
-- The next albums after an entry, by one ordered range of a narrow index for each folder.
select found.id, found.entry
from unnest(%(folders)s::smallint[]) as folder (id)
cross join lateral (
    select i.id, i.entry
    from album_index as i
    where i.volume_id = folder.id and i.entry > %(after)s::bigint
    order by i.entry
    limit %(size)s::bigint + %(offset)s::bigint
) as found
order by found.entry
limit %(size)s::bigint offset %(offset)s::bigint;

-- all_songs
-- The next songs after an entry, as all_albums.
select found.id, found.entry
from unnest(%(folders)s::smallint[]) as folder (id)
cross join lateral (
    select i.id, i.entry
    from song_index as i
    where i.volume_id = folder.id and i.entry > %(after)s::bigint
    order by i.entry
    limit %(size)s::bigint + %(offset)s::bigint
) as found
order by found.entry
limit %(size)s::bigint offset %(offset)s::bigint;
