-- enter_files
-- New files of a walk, or what changed of those that are known. The key prunes to one of the hash partitions.
insert into files (
    path_hash, volume_id, path, kind, state, reason, size_bytes, modified_ns, changed_ns, sample_hash, shows, batch,
    release_id
)
select path_hash, %(volume)s, decode(path, 'hex'), kind, state, reason, size_bytes, modified_ns, changed_ns, sample_hash,
    shows, %(batch)s, release_id
from jsonb_to_recordset(%(files)s) as f (
    path_hash uuid, path text, kind text, state text, reason text, size_bytes bigint, modified_ns bigint,
    changed_ns bigint, sample_hash uuid, shows text, release_id bigint
)
order by path_hash
on conflict (path_hash) do update set
    kind = excluded.kind,
    state = excluded.state,
    reason = excluded.reason,
    size_bytes = excluded.size_bytes,
    modified_ns = excluded.modified_ns,
    changed_ns = excluded.changed_ns,
    sample_hash = excluded.sample_hash,
    shows = excluded.shows,
    content_hash = case
        when (files.size_bytes, files.modified_ns) = (excluded.size_bytes, excluded.modified_ns) then files.content_hash
    end,
    batch = excluded.batch,
    release_id = excluded.release_id,
    updated_at = now();

-- known_files
-- What the ledger says of these paths, one probe each.
select f.path_hash, f.state, f.reason, f.size_bytes, f.modified_ns, f.changed_ns, f.batch, f.release_id, f.sample_hash,
    f.shows
from unnest(%(hashes)s::uuid[]) as wanted (path_hash),
    lateral (select * from files as x where x.path_hash = wanted.path_hash offset 0) as f;

-- left_files_in
-- What failed, was ignored or is under way in folders of a volume; by the index of folders.
select f.path_hash
from unnest(%(folders)s::bytea[]) as wanted (folder),
    lateral (
        select path_hash, state from files
        where folder_key_of(volume_id, path) = folder_key(%(volume)s::smallint, wanted.folder)
        offset 0
    ) as f
where f.state in ('failed', 'ignored', 'pending', 'rejected');

-- left_files_below
-- What failed, was ignored or is under way below a folder of a volume; by the partial index of what is unfinished.
select path_hash, path
from files
where volume_id = %(volume)s and state in ('failed', 'ignored', 'pending', 'rejected')
    and (%(path)s::bytea = '' or path = %(path)s::bytea
        or (path > %(path)s::bytea || '/'::bytea and path < %(path)s::bytea || '0'::bytea));

-- forget_files
-- Rows of files that are gone.
delete from files where path_hash = any(%(hashes)s::uuid[]);

-- move_files
-- Rows follow their files; a new key may lie in another hash partition. The old keys are given by themselves too: with a
-- join alone, all of every partition would be read.
update files as f
set path_hash = m.new, volume_id = m.volume, path = m.path, state = m.state, reason = null,
    content_hash = coalesce(m.content_hash, f.content_hash), changed_ns = m.changed_ns,
    song_id = coalesce(m.song, f.song_id), album_id = coalesce(m.album, f.album_id), updated_at = now()
from unnest(
    %(old)s::uuid[], %(new)s::uuid[], %(volumes)s::smallint[], %(paths)s::bytea[], %(states)s::text[],
    %(content_hashes)s::bytea[], %(changed_ns)s::bigint[], %(songs)s::bigint[], %(albums)s::bigint[]
) as m (old, new, volume, path, state, content_hash, changed_ns, song, album)
where f.path_hash = any(%(old)s::uuid[]) and f.path_hash = m.old;

-- settle_files
-- Files that stay where they are. The keys are given by themselves too: with a join alone, all of every partition would
-- be read.
update files as f
set state = s.state, reason = null, song_id = coalesce(s.song, f.song_id), album_id = coalesce(s.album, f.album_id),
    updated_at = now()
from unnest(%(hashes)s::uuid[], %(states)s::text[], %(songs)s::bigint[], %(albums)s::bigint[])
    as s (path_hash, state, song, album)
where f.path_hash = any(%(hashes)s::uuid[]) and f.path_hash = s.path_hash;

-- set_file_states
-- States of files by key.
update files set state = %(state)s, reason = %(reason)s, updated_at = now() where path_hash = any(%(hashes)s::uuid[]);

-- set_release_file_states
-- States of a release's files, by the index of the release.
update files set state = %(state)s, reason = %(reason)s, updated_at = now()
where release_id = %(release)s and state = any(%(from_states)s::text[]);
