-- albums_by_id
-- The one statement that fetches albums, as songs_by_id does songs.
select b.*, a.starred_at, a.rating, a.play_count, a.played_at, r.average
from unnest(%(ids)s::bigint[]) with ordinality as wanted (id, place)
cross join lateral (
    select id, name, edition, sort_name, artist_id, display_artist, credits::text, year, release_date, original_date,
        genres, release_types, labels, moods, mbid::text, compilation, explicit, disc_titles::text, song_count, duration_ms,
        size_bytes, created_at
    from albums
    where id = wanted.id and volume_id = any(%(folders)s::smallint[])
    offset 0
) as b
left join lateral (
    select starred_at, rating, play_count, played_at
    from album_annotation
    where account_id = %(account)s and album_id = wanted.id
    offset 0
) as a on true
left join lateral (
    select average from album_rating where album_id = wanted.id and votes > 0 offset 0
) as r on true
order by wanted.place;

-- albums_of_artist
-- Ids of an artist's own albums and of those they appear on, oldest first. One range of the credits, and for each album
-- one probe of the index table for the folder and the order.
select c.album_id as id
from (
    select distinct album_id from album_credit where artist_id = %(artist)s
) as c
cross join lateral (
    select year, sort_name
    from album_index
    where id = c.album_id and volume_id = any(%(folders)s::smallint[])
    offset 0
) as i
order by i.year nulls last, i.sort_name, c.album_id;
