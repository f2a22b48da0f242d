-- take_release_ids
-- Ids for new releases, from their sequence.
select nextval(pg_get_serial_sequence('release', 'id')) as id from generate_series(1, %(wanted)s);

-- insert_releases
-- Releases as discovery found them.
insert into release (id, batch, key, volume_id, root, state, artist, album, description, checksums, joins)
select id, %(batch)s, key, %(volume)s, decode(root, 'hex'), 'discovered', artist, album, description, checksums, joins
from jsonb_to_recordset(%(releases)s) as r (
    id bigint, key text, root text, artist text, album text, description jsonb, checksums jsonb, joins bigint
)
order by id;

-- insert_release_files
-- Files of releases in order, with what was read of them.
insert into release_file (release_id, position, path_hash, kind, name, track, parts)
select release_id, position, path_hash, kind, decode(name, 'hex'), track, parts
from jsonb_to_recordset(%(files)s) as f (
    release_id bigint, position integer, path_hash uuid, kind text, name text, track jsonb, parts jsonb
);

-- releases_of_batch
-- By the index of the batch.
select id, key, volume_id, root, state, artist, album, description, album_id, checksums, joins
from release
where batch = %(batch)s and state = any(%(states)s::text[])
order by id;

-- files_of_release
-- In order, with where each file is now; by the primary key, and one probe of the ledger a file.
select r.position, r.path_hash, r.kind, r.name, r.track, r.parts, f.volume_id, f.path, f.state, f.size_bytes, f.modified_ns,
    f.changed_ns, f.content_hash, f.sample_hash, f.shows
from release_file as r, lateral (select * from files as x where x.path_hash = r.path_hash offset 0) as f
where r.release_id = %(release)s
order by r.position;

-- files_of_releases
-- Of several, in order, with where each file is now; by the primary key, and one probe of the ledger a file.
select r.release_id, r.position, r.path_hash, r.kind, r.name, r.track, r.parts, f.volume_id, f.path, f.state, f.size_bytes, f.modified_ns,
    f.changed_ns, f.content_hash, f.sample_hash, f.shows
from release_file as r, lateral (select * from files as x where x.path_hash = r.path_hash offset 0) as f
where r.release_id = any(%(releases)s::bigint[])
order by r.release_id, r.position;

-- set_release_state
-- By key. A trigger notes the change in release_event, with who decided it, where somebody did.
update release
set state = %(state)s, decided_by = coalesce(%(decided_by)s, decided_by), reason = coalesce(%(reason)s, reason),
    decided_at = case when %(decided_by)s::text is null then decided_at else clock_timestamp() end,
    album_id = coalesce(%(album)s, album_id), updated_at = now()
where id = %(release)s;

-- publish_releases
-- Releases that have become part of albums, by key.
update release as r set state = 'published', album_id = p.album_id, updated_at = now()
from unnest(%(ids)s::bigint[], %(albums)s::bigint[]) as p (id, album_id)
where r.id = p.id;

-- move_release_files
-- Files of releases have new places; of all that they are part of, where no `releases` are given. By the index of paths.
update release_file as f set path_hash = m.new
from unnest(%(old)s::uuid[], %(new)s::uuid[], %(releases)s::bigint[]) as m (old, new, release)
where f.path_hash = any(%(old)s::uuid[]) and f.path_hash = m.old and (m.release is null or f.release_id = m.release);

-- delete_release_file
-- The file is no longer part of the release: it failed on its way.
delete from release_file where release_id = %(release)s and path_hash = %(path_hash)s;

-- enter_findings
-- What there is to say about releases, worst first, in the place of what was said before.
with gone as (
    delete from finding where release_id = any(%(releases)s::bigint[])
        and (release_id, position) not in (
            select release_id, position from jsonb_to_recordset(%(findings)s) as f (release_id bigint, position integer)
        )
)
insert into finding (release_id, position, code, severity, path, message)
select release_id, position, code, severity, decode(path, 'hex'), message
from jsonb_to_recordset(%(findings)s) as f (
    release_id bigint, position integer, code text, severity text, path text, message text
)
on conflict (release_id, position) do update set
    code = excluded.code, severity = excluded.severity, path = excluded.path, message = excluded.message;

-- stage_releases
-- Releases that are where they are judged, by key.
update release set state = 'staged', updated_at = now() where id = any(%(ids)s::bigint[]) and state <> 'staged';

-- decide_releases
-- What was decided about releases, by key.
update release as r
set state = d.state, decided_by = %(who)s, reason = coalesce(d.reason, r.reason), decided_at = now(), updated_at = now()
from unnest(%(ids)s::bigint[], %(states)s::text[], %(reasons)s::text[]) as d (id, state, reason)
where r.id = d.id;
