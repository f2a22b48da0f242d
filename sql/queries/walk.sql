-- all_artists
-- The next artists after an entry. Who sees every music folder walks the index of all artists, whose stretches are
-- counted as volume 0; who sees one walks what it credits. Of several, but not all, an artist may be in more than one:
-- their counts cannot be added up, so an offset is walked from the beginning.
with seen as materialized (
    select not exists (select from volume where kind = 'storage' and id <> all(%(folders)s::smallint[])) as all_folders,
        cardinality(%(folders)s::smallint[]) as folders
), place as materialized (
    select p.entry, p.skip
    from seen
    cross join lateral entry_at(
        'artists', 10, case when all_folders then array[0::smallint] else %(folders)s::smallint[] end, %(offset)s::bigint, 1
    ) as p
    where all_folders or folders = 1
    union all
    select 0, %(offset)s::bigint from seen where not all_folders and folders > 1
)
select found.id, found.entry
from (
    (
        select i.id, i.entry
        from artist_index as i
        where (select all_folders from seen)
            and i.entry > %(after)s::bigint and i.entry >= (select entry from place)
        order by i.entry
        limit %(size)s::bigint + (select skip from place)
    )
    union
    select f.artist_id, f.entry
    from unnest(%(folders)s::smallint[]) as folder (id)
    cross join lateral (
        select f.artist_id, f.entry
        from artist_folder as f
        where not (select all_folders from seen)
            and f.volume_id = folder.id and f.entry > %(after)s::bigint and f.entry >= (select entry from place)
        order by f.entry
        limit %(size)s::bigint + (select skip from place)
    ) as f
) as found
order by found.entry
limit %(size)s::bigint offset (select skip from place);

-- all_albums
-- The next albums after an entry: from the place where the offset falls, one ordered range of a narrow index for each
-- folder, merged.
with place as materialized (
    select entry, skip from entry_at('albums', 10, %(folders)s::smallint[], %(offset)s::bigint, 1)
)
select found.id, found.entry
from unnest(%(folders)s::smallint[]) as folder (id)
cross join lateral (
    select i.id, i.entry
    from album_index as i
    where i.volume_id = folder.id and i.entry > %(after)s::bigint and i.entry >= (select entry from place)
    order by i.entry
    limit %(size)s::bigint + (select skip from place)
) as found
order by found.entry
limit %(size)s::bigint offset (select skip from place);

-- all_songs
-- The next songs after an entry, as all_albums.
with place as materialized (
    select entry, skip from entry_at('songs', 13, %(folders)s::smallint[], %(offset)s::bigint, 1)
)
select found.id, found.entry
from unnest(%(folders)s::smallint[]) as folder (id)
cross join lateral (
    select i.id, i.entry
    from song_index as i
    where i.volume_id = folder.id and i.entry > %(after)s::bigint and i.entry >= (select entry from place)
    order by i.entry
    limit %(size)s::bigint + (select skip from place)
) as found
order by found.entry
limit %(size)s::bigint offset (select skip from place);
