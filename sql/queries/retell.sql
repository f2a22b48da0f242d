-- albums_of_songs
-- Which album each song is of; one leaf an id.
select s.id, s.album_id
from unnest(%(ids)s::bigint[]) as wanted (id)
cross join lateral (select id, album_id from songs where id = wanted.id offset 0) as s;

-- songs_to_retell
-- All songs of albums, with what they say of themselves and where they came from (null for those of which that is not
-- known). A range of a leaf for each album, and one leaf for each song that lies elsewhere.
select s.id, s.album_id, p.volume_id, p.path, p.size_bytes,
    (extract(epoch from p.modified_at) * 1000000000)::bigint as modified_ns, t.track::text as track, t.origin
from songs_of(%(albums)s::bigint[]) as s
cross join lateral (
    select volume_id, path, size_bytes, modified_at from songs where id = s.id offset 0
) as p
left join lateral (select track, origin from song_tags where id = s.id offset 0) as t on true
order by s.album_id, s.id;

-- albums_to_retell
-- What albums are and where they live; one leaf an id.
select a.id, a.volume_id, a.folder, a.name, a.edition, a.mbid::text as mbid, a.artist_id, a.cover_id, a.release_group_id
from unnest(%(ids)s::bigint[]) as wanted (id)
cross join lateral (select * from albums where id = wanted.id offset 0) as a;

-- note_albums_of_files
-- Files of songs that changed album; by their keys, each of which prunes to one of the hash partitions.
update files as f set album_id = n.album_id
from unnest(%(hashes)s::uuid[], %(albums)s::bigint[]) as n (path_hash, album_id)
where f.path_hash = any(%(hashes)s::uuid[]) and f.path_hash = n.path_hash and f.album_id is distinct from n.album_id;

-- hand_over_files
-- Pictures and the like of albums that went into others; by the index of the album.
update files as f set album_id = n.new_id
from unnest(%(old)s::bigint[], %(new)s::bigint[]) as n (old_id, new_id)
where f.album_id = any(%(old)s::bigint[]) and f.album_id = n.old_id;

-- note_merged
-- Players keep ids for years: those of albums that went into others lead there. What was merged into these follows.
with followed as (
    update id_alias as a set id = n.new_id
    from unnest(%(old)s::bigint[], %(new)s::bigint[]) as n (old_id, new_id)
    where a.id = n.old_id and a.old_id <> n.new_id
)
insert into id_alias (old_id, id)
select old_id, new_id from unnest(%(old)s::bigint[], %(new)s::bigint[]) as n (old_id, new_id) order by old_id
on conflict (old_id) do update set id = excluded.id;

-- forget_merged
-- Albums that are there by themselves again.
delete from id_alias where old_id = any(%(ids)s::bigint[]);
