-- artists_by_id
-- The one statement that fetches artists, in the order of the ids. The number of albums counts those in the visible
-- folders; an artist whom none of these credits is left out. Each id is one probe of one hash partition.
select x.*, f.album_count, f.folder, a.starred_at, a.rating
from unnest(%(ids)s::bigint[]) with ordinality as wanted (id, place)
cross join lateral (
    select id, name, sort_name, index_letter, mbid::text, disambiguation, roles from artists where id = wanted.id offset 0
) as x
cross join lateral (
    select sum(album_count)::integer as album_count, min(volume_id) as folder
    from artist_folder
    where artist_id = wanted.id and volume_id = any(%(folders)s::smallint[])
    having count(*) > 0
    offset 0
) as f
left join lateral (
    select starred_at, rating from artist_annotation where account_id = %(account)s and artist_id = wanted.id offset 0
) as a on true
order by wanted.place;

-- artists_by_name
-- The next artists with albums of their own in the folders, after a place in the order of index letter and name. A
-- keyset page: one range of an index and a probe of artist_folder for each entry, whatever the page.
select i.id, i.index_letter, i.sort_name
from artist_index as i
cross join lateral (
    select from artist_folder
    where artist_id = i.id and volume_id = any(%(folders)s::smallint[]) and album_count > 0
    limit 1
) as visible
where (i.index_letter, i.sort_name, i.id) > (%(letter)s, %(name)s, %(id)s::bigint)
order by i.index_letter, i.sort_name, i.id
limit %(size)s;

-- artists_in_folders
-- How many artists the folders credit; those of several count several times. A row for each thousand of artists.
select coalesce(sum(entries), 0)::bigint as artists
from list_stretch
where list = 'artists' and scope = 0 and volume_id = any(%(folders)s::smallint[]);

-- few_artists_by_name
-- As artists_by_name, all at once, for folders that hold few of the artists: one range of each folder's, sorted.
select i.id, i.index_letter, i.sort_name
from (
    select distinct f.artist_id
    from unnest(%(folders)s::smallint[]) as folder (id)
    cross join lateral (
        select artist_id from artist_folder where volume_id = folder.id and album_count > 0 offset 0
    ) as f
) as f
cross join lateral (select id, index_letter, sort_name from artist_index where id = f.artist_id offset 0) as i
order by i.index_letter, i.sort_name, i.id;
