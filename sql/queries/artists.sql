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
