-- set_album_covers
-- Covers of albums of one leaf. Returns those that have another one now.
update albums as a set cover_id = c.cover_id, updated_at = now()
from unnest(%(albums)s::bigint[], %(covers)s::bigint[]) as c (album_id, cover_id)
where a.id = any(%(ids)s::bigint[]) and a.id >= %(low)s::bigint and a.id < %(high)s::bigint and a.id = c.album_id
    and a.cover_id is distinct from c.cover_id
returning a.id;

-- set_song_covers
-- The songs of one leaf have the covers of their albums.
update songs as s set cover_id = c.cover_id, updated_at = now()
from unnest(%(albums)s::bigint[], %(covers)s::bigint[]) as c (album_id, cover_id)
where s.id = any(%(ids)s::bigint[]) and s.id >= %(low)s::bigint and s.id < %(high)s::bigint and s.album_id = c.album_id
    and s.cover_id is distinct from c.cover_id;

-- artists_of_albums
-- Whose each album is; by the index of the album.
select c.artist_id as id, c.album_id
from unnest(%(ids)s::bigint[]) as wanted (id)
cross join lateral (
    select artist_id, album_id from album_credit where album_id = wanted.id and role = 'albumartist' offset 0
) as c;
