-- claim_scan
-- One scan of a volume at a time; held by the connection until it is given back or closed.
select pg_try_advisory_lock(hashtextextended('melodee.scan.' || %(volume)s::text, 0));

-- release_scan_claim
-- The other half of claim_scan.
select pg_advisory_unlock(hashtextextended('melodee.scan.' || %(volume)s::text, 0));

-- ask_for_volume_scan
-- A request of one's own, so that whoever asked can follow it.
insert into volume_scan (volume_id, is_full, accepts_loss, requested_by)
values (%(volume)s, %(full)s, %(accept)s, %(requested_by)s)
returning id;

-- open_volume_scans
-- Requests that no run has taken up; by the partial index of open scans.
select id, volume_id, is_full, accepts_loss from volume_scan where state = 'requested' order by id;

-- begin_volume_scans
-- All requests for the volume are answered by one scan, which is as thorough as any of them wants.
update volume_scan set state = 'running', started_at = now(), finished_at = null, message = null
where volume_id = %(volume)s and state in ('requested', 'running')
returning id, is_full, accepts_loss;

-- report_volume_scans
-- How far scans are, or how they ended; by key.
update volume_scan
set state = %(state)s, message = %(message)s, numbers = %(numbers)s,
    finished_at = case when %(state)s::text <> 'running' then now() end
where id = any(%(ids)s::bigint[]);

-- volume_scan_progress
-- By key.
select state, started_at, finished_at, message, numbers from volume_scan where id = %(scan)s;

-- clear_scan_notes
-- What scans of the volume that were cut off had noted.
with folders as (
    delete from scan_folder where scan_id in (select id from volume_scan where volume_id = %(volume)s)
)
delete from scan_missing where scan_id in (select id from volume_scan where volume_id = %(volume)s);

-- looked_folders
-- How the last scan left the volume's folders: the next of them in the order of their keys.
select path_hash, path, modified_ns from folder_look
where volume_id = %(volume)s and path_hash > %(after)s
order by path_hash
limit %(most)s;

-- await_look
-- Folders into which files were published, and those above them, that no scan has seen: the next one is to list them.
-- Their time is none that a folder has.
insert into folder_look (path_hash, volume_id, path, modified_ns, is_mount)
select folder_key(volume, path), volume, path, -1, false
from unnest(%(volumes)s::smallint[], %(paths)s::bytea[]) as f (volume, path)
on conflict do nothing;

-- mounted_folders
-- Where other file systems were mounted; by an index of these alone.
select path, modified_ns from folder_look where volume_id = %(volume)s and is_mount;

-- looked_at
-- Which of these folders the last scan knew; by key.
select path from folder_look
where path_hash = any(
    array(select folder_key(%(volume)s::smallint, folder) from unnest(%(folders)s::bytea[]) as f (folder))
);

-- files_in_folders
-- What the ledger knows of folders of a volume; by the index of folders.
select f.path_hash, f.path, f.kind, f.state, f.reason, f.size_bytes, f.modified_ns, f.changed_ns, f.sample_hash,
    f.song_id, f.album_id, f.release_id
from unnest(%(folders)s::bytea[]) as wanted (folder),
    lateral (
        select path_hash, path, kind, state, reason, size_bytes, modified_ns, changed_ns, sample_hash, song_id, album_id,
            release_id
        from files
        where folder_key_of(volume_id, path) = folder_key(%(volume)s::smallint, wanted.folder)
        offset 0
    ) as f;

-- note_scanned_folders
-- Folders of a scan that is under way.
insert into scan_folder (scan_id, path, modified_ns, is_mount, fresh)
select %(scan)s, path, modified_ns, is_mount, fresh
from unnest(%(paths)s::bytea[], %(modified)s::bigint[], %(mounts)s::boolean[], %(fresh)s::integer[])
    as f (path, modified_ns, is_mount, fresh)
on conflict do nothing;

-- note_missing
-- Files that a scan has not found.
insert into scan_missing (scan_id, path_hash, size_bytes, sample_hash)
select %(scan)s, path_hash, size_bytes, sample_hash
from unnest(%(hashes)s::uuid[], %(sizes)s::bigint[], %(samples)s::uuid[]) as f (path_hash, size_bytes, sample_hash)
on conflict do nothing;

-- is_something_missing
-- Whether the scan misses any file.
select exists (select from scan_missing where scan_id = %(scan)s);

-- missing_number
-- How many files the scan misses.
select count(*) from scan_missing where scan_id = %(scan)s;

-- fresh_folders
-- Folders with new files, in the order of their paths; by the primary key.
select path, fresh from scan_folder where scan_id = %(scan)s and fresh > 0 order by path;

-- missing_of_sizes
-- Which of these sizes missing files have; by the index of sizes.
select distinct size_bytes from scan_missing where scan_id = %(scan)s and size_bytes = any(%(sizes)s::bigint[]);

-- missing_of_samples
-- Missing files that may be the ones with these samples, with what the ledger knows of them.
select f.path_hash, f.path, f.kind, f.state, f.sample_hash, f.content_hash, f.song_id, f.album_id, f.release_id
from scan_missing as m,
    lateral (select * from files as x where x.path_hash = m.path_hash offset 0) as f
where m.scan_id = %(scan)s and m.sample_hash = any(%(samples)s::uuid[])
order by f.path;

-- forget_missing
-- Files that were found elsewhere, or are dealt with.
delete from scan_missing where scan_id = %(scan)s and path_hash = any(%(hashes)s::uuid[]);

-- some_missing
-- The next files that the scan misses, with what the ledger knows of them.
select f.path_hash, f.path, f.kind, f.state, f.song_id, f.album_id, f.release_id
from (
    select path_hash from scan_missing where scan_id = %(scan)s order by path_hash limit %(most)s
) as m,
    lateral (select * from files as x where x.path_hash = m.path_hash offset 0) as f;

-- origins_of_songs
-- Under which paths songs came in; one leaf an id.
select t.id, t.origin
from unnest(%(ids)s::bigint[]) as wanted (id)
cross join lateral (select id, origin from song_tags where id = wanted.id offset 0) as t;

-- songs_in_files
-- All songs of published files: one, or those that a cue sheet cuts the file into. One leaf a file.
select f.path_hash, s.id
from unnest(%(hashes)s::uuid[]) as wanted (path_hash),
    lateral (select * from files as x where x.path_hash = wanted.path_hash offset 0) as f,
    lateral (
        select f.song_id as id where f.song_id is not null
        union
        select id from songs where id > f.album_id and id < f.album_id + 1024 and path = f.path
    ) as s;

-- note_vanished
-- Songs that are about to be removed because their files are gone, with what brings them back.
insert into vanished_file (
    song_id, album_id, volume_id, path, path_hash, size_bytes, sample_hash, content_hash, span_start_ms, track
)
select s.id, s.album_id, f.volume_id, f.path, f.path_hash, f.size_bytes, f.sample_hash, f.content_hash, s.span_start_ms,
    t.track
from unnest(%(hashes)s::uuid[], %(songs)s::bigint[]) as wanted (path_hash, song)
cross join lateral (select * from files as x where x.path_hash = wanted.path_hash offset 0) as f
cross join lateral (select id, album_id, span_start_ms from songs where id = wanted.song offset 0) as s
left join lateral (select track from song_tags where id = wanted.song offset 0) as t on true
on conflict (song_id) do update set
    album_id = excluded.album_id, volume_id = excluded.volume_id, path = excluded.path,
    path_hash = excluded.path_hash, size_bytes = excluded.size_bytes, sample_hash = excluded.sample_hash,
    content_hash = excluded.content_hash, span_start_ms = excluded.span_start_ms, track = excluded.track,
    vanished_at = now();

-- delete_release_files
-- Files that are gone are no part of releases any more; by the index of paths.
delete from release_file where path_hash = any(%(hashes)s::uuid[]);

-- restamp_files
-- What the ledger remembers of files that were looked at anew.
update files as f
set size_bytes = n.size_bytes, modified_ns = n.modified_ns, changed_ns = n.changed_ns,
    sample_hash = coalesce(n.sample_hash, f.sample_hash),
    content_hash = case when n.sample_hash is null or n.sample_hash = f.sample_hash then f.content_hash end,
    updated_at = now()
from unnest(
    %(hashes)s::uuid[], %(sizes)s::bigint[], %(modified)s::bigint[], %(changed)s::bigint[], %(samples)s::uuid[]
) as n (path_hash, size_bytes, modified_ns, changed_ns, sample_hash)
where f.path_hash = any(%(hashes)s::uuid[]) and f.path_hash = n.path_hash;

-- settle_folder_looks
-- What the scan has seen of folders is what the next one goes by.
with gone as (
    delete from folder_look as l using scan_folder as s
    where s.scan_id = %(scan)s and s.modified_ns is null and l.volume_id = %(volume)s::smallint
        and l.path_hash = folder_key(%(volume)s::smallint, s.path)
)
insert into folder_look (path_hash, volume_id, path, modified_ns, is_mount)
select folder_key(%(volume)s::smallint, path), %(volume)s, path, modified_ns, is_mount
from scan_folder where scan_id = %(scan)s and modified_ns is not null
on conflict (path_hash) do update set modified_ns = excluded.modified_ns, is_mount = excluded.is_mount;
