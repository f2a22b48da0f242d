-- claim_leaf_work
-- Whether this session has the work to itself; it goes with the session.
select pg_try_advisory_lock(hashtextextended('melodee.leaf_work.' || %(asset)s || '.' || %(leaf)s::integer, 0));

-- release_leaf_work
-- Others may do the work.
select pg_advisory_unlock(hashtextextended('melodee.leaf_work.' || %(asset)s || '.' || %(leaf)s::integer, 0));

-- continue_leaf_work
-- The pass that was not finished, where it is of the same inputs; by the primary key.
update leaf_work set run = %(run)s, updated_at = now()
where asset = %(asset)s and leaf = %(leaf)s and inputs = %(inputs)s and finished_at is null
returning position, total, done, changed, failed, seconds;

-- begin_leaf_work
-- A new pass; none where there is no such leaf. What the last finished one has seen is kept.
insert into leaf_work (asset, leaf, inputs, run, position, total)
select %(asset)s, number, %(inputs)s, %(run)s, %(position)s, %(total)s
from leaf
where number = %(leaf)s and state <> 'prepared'
on conflict (asset, leaf) do update set
    inputs = excluded.inputs, run = excluded.run, position = excluded.position, total = excluded.total, done = 0,
    changed = 0, failed = 0, seconds = 0, started_at = now(), updated_at = now(), finished_at = null
returning position, total, done, changed, failed, seconds;

-- advance_leaf_work
-- How far a pass is; by the primary key.
update leaf_work
set position = %(position)s, done = %(done)s, changed = %(changed)s, failed = %(failed)s, seconds = %(seconds)s,
    updated_at = now()
where asset = %(asset)s and leaf = %(leaf)s;

-- finish_leaf_work
-- The pass has seen all of the leaf.
update leaf_work set finished_at = now(), updated_at = now(), seen = inputs, seen_at = now()
where asset = %(asset)s and leaf = %(leaf)s;

-- leaf_work_seen
-- What the last finished pass of a kind over a leaf went by; none before the first.
select seen from leaf_work where asset = %(asset)s and leaf = %(leaf)s;

-- leaf_work_under_way
-- Passes that are not finished, with what they have done, and when they last said so; a handful of rows.
select w.asset, w.leaf, w.total, w.done, w.changed, w.failed, w.seconds, w.updated_at,
    now() - w.updated_at < interval '1 minute' as runs
from leaf_work as w
where w.finished_at is null
order by w.asset, w.leaf;

-- note_inputs
-- What is in force, and since when, where that is news; one row.
insert into work_inputs (asset, inputs) values (%(asset)s, %(inputs)s)
on conflict (asset) do update set inputs = excluded.inputs, since = now() where work_inputs.inputs <> excluded.inputs;

-- leaves_unseen
-- Leaves with songs, and those of them with songs older than what is in force, over which no pass has gone with it; a
-- handful of leaves, and the first song of each.
select count(*) as leaves,
    count(*) filter (where w.seen is distinct from i.inputs and s.created_at < i.since) as unseen
from leaf as l
join work_inputs as i on i.asset = %(asset)s
left join leaf_work as w on w.leaf = l.number and w.asset = i.asset
cross join lateral (
    select created_at from songs
    where id > l.number::bigint << 43 and id < (l.number + 1)::bigint << 43
    order by id
    limit 1
) as s
where l.state <> 'prepared';

-- count_tagged_songs
-- One leaf's, by its primary key.
select count(*) from song_tags where id >= %(start)s::bigint and id < %(end)s::bigint;

-- tagged_songs
-- The next songs of a leaf with what they say of themselves: a range of its primary key.
select id, track::text as track, origin
from song_tags
where id > %(after)s::bigint and id < %(end)s::bigint
order by id
limit %(most)s;

-- count_songs_of_leaf
-- By its primary key.
select count(*) from songs where id >= %(start)s::bigint and id < %(end)s::bigint;

-- files_of_songs
-- The next songs of a leaf with their files, and what is known of these: a range of its primary key, and a probe of the
-- ledger for each by the key that the caller computes.
select id, volume_id, path, size_bytes, (extract(epoch from modified_at) * 1000000)::bigint as modified_us,
    duration_ms, span_start_ms
from songs
where id > %(after)s::bigint and id < %(end)s::bigint
order by id
limit %(most)s;

-- tags_of_songs
-- What songs say of themselves, one leaf an id.
select t.id, t.track::text as track, t.origin
from unnest(%(ids)s::bigint[]) as wanted (id)
cross join lateral (select id, track, origin from song_tags where id = wanted.id offset 0) as t;

-- spans_of_songs
-- Where songs begin in files that a cue sheet cuts, one leaf an id.
select s.id, s.span_start_ms
from unnest(%(ids)s::bigint[]) as wanted (id)
cross join lateral (select id, span_start_ms from songs where id = wanted.id offset 0) as s
order by s.id;

-- hashes_of_files
-- What the ledger knows of files, each key pruning to one of the hash partitions.
select f.path_hash, f.size_bytes, f.modified_ns, f.content_hash
from unnest(%(hashes)s::uuid[]) as wanted (path_hash)
cross join lateral (
    select path_hash, size_bytes, modified_ns, content_hash from files where path_hash = wanted.path_hash offset 0
) as f;

-- note_files_read
-- Files as they were read again; what is known of their content goes where that may have changed.
update files as f
set size_bytes = n.size_bytes, modified_ns = n.modified_ns, changed_ns = n.changed_ns, updated_at = now(),
    sample_hash = coalesce(n.sample_hash, f.sample_hash),
    content_hash = case
        when (f.size_bytes, f.modified_ns) = (n.size_bytes, n.modified_ns) then f.content_hash
    end
from unnest(
    %(hashes)s::uuid[], %(sizes)s::bigint[], %(modified)s::bigint[], %(changed)s::bigint[], %(samples)s::uuid[]
) as n (path_hash, size_bytes, modified_ns, changed_ns, sample_hash)
where f.path_hash = any(%(hashes)s::uuid[]) and f.path_hash = n.path_hash
    and (f.size_bytes, f.modified_ns, f.changed_ns, f.sample_hash) is distinct from
        (n.size_bytes, n.modified_ns, n.changed_ns, coalesce(n.sample_hash, f.sample_hash));

-- note_content
-- Hashes of whole files that had none.
update files as f set content_hash = n.content_hash
from unnest(%(hashes)s::uuid[], %(contents)s::bytea[]) as n (path_hash, content_hash)
where f.path_hash = any(%(hashes)s::uuid[]) and f.path_hash = n.path_hash and f.content_hash is null;

-- random_songs_to_decode
-- Songs with their files, from a random place of each music folder on: a range of an index for each.
select s.id, s.volume_id, s.path, s.duration_ms
from (
    select i.id
    from volume as v
    cross join lateral (
        select id from song_index
        where volume_id = v.id and random_key >= %(key)s::integer
        order by random_key, id
        limit %(most)s
    ) as i
    where v.kind = 'storage'
    order by i.id # %(key)s::bigint
    limit %(most)s
) as chosen
cross join lateral (select id, volume_id, path, duration_ms from songs where id = chosen.id offset 0) as s;

-- albums_of_leaf
-- The next albums of a leaf: a range of its primary key.
select id, display_artist, artist_id
from albums
where id > %(after)s::bigint and id < %(end)s::bigint
order by id
limit %(most)s;

-- count_albums_of_leaf
-- By its primary key.
select count(*) from albums where id >= %(start)s::bigint and id < %(end)s::bigint;

-- pictures_of_albums
-- Image files of albums, by the index of the album.
select album_id, volume_id, path, shows
from files
where album_id = any(%(ids)s::bigint[]) and kind = 'image' and state = 'published'
order by album_id, path;

-- songs_beside_pictures
-- Songs of albums in order, with their discs and whether there is a picture inside.
select s.album_id, p.volume_id, p.path, coalesce(p.disc_number, 1) as disc, coalesce(t.has_picture, false) as has_picture
from songs_of(%(ids)s::bigint[]) as s
cross join lateral (select volume_id, path, disc_number, track_number from songs where id = s.id offset 0) as p
left join lateral (
    select (track ->> 'has_picture')::boolean as has_picture from song_tags where id = s.id offset 0
) as t on true
order by s.album_id, p.disc_number, p.track_number, s.id;

-- covers_of_artists
-- What artists show, and where a copy of it lies; one partition an id.
select a.id, a.cover_id, c.digest, c.volume_id, c.path, c.embedded
from unnest(%(ids)s::bigint[]) as wanted (id)
cross join lateral (select id, cover_id from artists where id = wanted.id offset 0) as a
left join lateral (select * from cover where id = a.cover_id offset 0) as c on true;

-- disc_covers_of_albums
-- Pictures of single discs, by the primary key.
select album_id, disc, cover_id from disc_cover where album_id = any(%(ids)s::bigint[]);

-- remove_disc_covers
-- Discs that have no picture any more.
delete from disc_cover as d
using unnest(%(albums)s::bigint[], %(discs)s::integer[]) as g (album_id, disc)
where d.album_id = g.album_id and d.disc = g.disc;
