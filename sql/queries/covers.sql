-- cover_of_album
-- The number of an album's cover, null when it has none; no row for an album that is not visible.
select cover_id from albums where id = %(id)s::bigint and volume_id = any(%(folders)s::smallint[]);

-- cover_of_song
-- The cover of a song's disc, else of its album, else its own. Two probes of one leaf, and one of the discs' pictures.
select coalesce(d.cover_id, b.cover_id, s.cover_id) as cover_id
from (
    select album_id, cover_id, coalesce(disc_number, 1) as disc
    from songs
    where id = %(id)s::bigint and volume_id = any(%(folders)s::smallint[])
    offset 0
) as s
left join lateral (
    select cover_id from disc_cover where album_id = s.album_id and disc = s.disc offset 0
) as d on true
left join lateral (select cover_id from albums where id = s.album_id offset 0) as b on true;

-- cover_of_artist
-- An artist's own picture, or else the cover of the first of their albums that has one, among the first few.
select coalesce(x.cover_id, (
    select b.cover_id
    from (select id from album_index where artist_id = x.id order by id limit 10) as i
    cross join lateral (
        select cover_id from albums where id = i.id and volume_id = any(%(folders)s::smallint[]) offset 0
    ) as b
    where b.cover_id is not null
    limit 1
)) as cover_id
from artists as x
where x.id = %(id)s::bigint
    and exists (select from artist_folder where artist_id = x.id and volume_id = any(%(folders)s::smallint[]));

-- cover_of_playlist
-- The cover of the first song of a playlist that the account may see.
select (
    select b.cover_id
    from (
        select song_id from playlist_entry where playlist_id = p.id order by position limit 10
    ) as e
    cross join lateral (
        select album_id from songs where id = e.song_id and volume_id = any(%(folders)s::smallint[]) offset 0
    ) as s
    cross join lateral (select cover_id from albums where id = s.album_id offset 0) as b
    where b.cover_id is not null
    limit 1
) as cover_id
from playlist as p
where p.id = %(id)s::bigint and (p.public or p.account_id = %(account)s);

-- cover_place
-- Where one copy of a cover's bytes is.
select c.digest, c.path, c.embedded, c.content_type, c.width, c.height, c.created_at, v.path as root
from cover as c
join volume as v on v.id = c.volume_id
where c.id = %(cover)s::bigint;
