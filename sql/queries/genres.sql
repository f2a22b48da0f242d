-- genres
-- Those of which the folders hold something, by name. Genres are hundreds, and each has one row for each folder.
select g.name, f.album_count, f.song_count
from (
    select genre_id, sum(album_count)::integer as album_count, sum(song_count)::integer as song_count
    from genre_folder
    where volume_id = any(%(folders)s::smallint[])
    group by genre_id
) as f
join genre as g on g.id = f.genre_id
where f.album_count > 0 or f.song_count > 0
order by g.key;

-- genre_by_key
-- A genre by its folded name.
select id from genre where key = %(key)s;
