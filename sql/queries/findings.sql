-- unread_files_of_batch
-- What failed when the batch was read. The inventory is small by nature, and this is asked once a batch.
select volume_id, path, code, message
from ingest_failure
where batch = %(batch)s and stage = 'discover' and severity = 'error'
order by path;

-- files_with_samples
-- Music in the library or on its way that may hold the same bytes, by the index of samples.
select path_hash, volume_id, path, state, size_bytes, content_hash, sample_hash
from files
where sample_hash = any(%(samples)s::uuid[]) and kind = 'audio' and state in ('published', 'pending', 'waiting')
order by state <> 'published', path_hash;

-- numbers_of_album
-- Places of the songs that an album has: a range scan of one leaf, and the few that the table of exceptions holds.
select disc_number, track_number
from songs
where id > %(album)s::bigint and id < %(album)s::bigint + 1024 and album_id = %(album)s::bigint
union all
select s.disc_number, s.track_number
from song_of_album_elsewhere as e
cross join lateral (
    select disc_number, track_number from songs where id = e.song_id and album_id = e.album_id offset 0
) as s
where e.album_id = %(album)s::bigint;

-- album_has_cover
-- By key, in one leaf.
select cover_id is not null from albums where id = %(album)s::bigint;

-- findings_by_code
-- How many releases of a batch have a finding of each code; by the index of the batch, and the findings of each release.
select f.code, count(distinct r.id) as releases
from release as r
cross join lateral (select code from finding where release_id = r.id offset 0) as f
where r.batch = %(batch)s
group by f.code
order by releases desc, f.code;

-- findings_left_by_code
-- How many releases have a finding of each code, of those that are neither published nor decided about by a person; by
-- the index of states, and the findings of each release.
select f.code, count(distinct r.id) as releases
from release as r
cross join lateral (select code from finding where release_id = r.id offset 0) as f
where r.state = any(array['discovered', 'staged', 'waiting', 'approved'])
    and (r.state <> 'approved' or r.decided_by is not distinct from %(policy)s)
group by f.code
order by releases desc, f.code;

-- findings_left
-- Some of them, for people to read; the worst first.
select r.id, r.artist, r.album, f.code, f.path, f.message
from (
    select id, artist, album
    from release
    where state = any(array['discovered', 'staged', 'waiting', 'approved'])
        and (state <> 'approved' or decided_by is not distinct from %(policy)s)
    offset 0
) as r
cross join lateral (
    select code, severity, path, message, position
    from finding
    where release_id = r.id and code = any(%(codes)s::text[]) offset 0
) as f
order by array_position(array['error', 'warning', 'info'], f.severity), r.id, f.position
limit %(most)s;

-- harmful_releases_approved
-- Releases of the batch that are about to be published although that would do harm, without a person having said so.
select r.id, r.artist, r.album
from release as r
where r.batch = %(batch)s and r.state = 'approved' and r.decided_by is not distinct from %(policy)s
    and exists (select from finding as f where f.release_id = r.id and f.code = any(%(codes)s::text[]))
order by r.id;
