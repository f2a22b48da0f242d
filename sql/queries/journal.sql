-- open_moves
-- What is under way for these releases; by the partial index of unfinished moves.
select id, state, release_id, source_volume_id, source_path, device, inode, size_bytes, modified_ns, changed_ns,
    target_volume_id, target_path, linked, content_hash
from file_move
where release_id = any(%(releases)s::bigint[]) and purpose = %(purpose)s and state = any(%(states)s::text[])
order by id;

-- moving_files
-- Files of a volume that are on their way elsewhere; the journal holds only what is under way.
select path_hash from file_move where source_volume_id = %(volume)s;

-- arriving_files
-- Where files that are on their way to a volume will be: what has a name there already need not be entered yet.
select target_path from file_move where target_volume_id = %(volume)s;

-- plan_moves
-- New moves; a target that another move wants already is passed over.
insert into file_move (
    purpose, release_id, path_hash, source_volume_id, source_path, device, inode, size_bytes, modified_ns, changed_ns,
    target_volume_id, target_path
)
select %(purpose)s, m.*
from unnest(
    %(releases)s::bigint[], %(hashes)s::uuid[], %(source_volumes)s::smallint[], %(source_paths)s::bytea[],
    %(devices)s::numeric[], %(inodes)s::numeric[], %(sizes)s::bigint[], %(modified)s::bigint[], %(changed)s::bigint[],
    %(target_volumes)s::smallint[], %(target_paths)s::bytea[]
) as m
on conflict do nothing
returning id, state, release_id, source_volume_id, source_path, device, inode, size_bytes, modified_ns, changed_ns,
    target_volume_id, target_path, linked, content_hash;

-- set_moves_copied
-- The bytes are on the disk under a temporary name.
update file_move as m
set state = 'copied', linked = c.linked, content_hash = c.content_hash, updated_at = now()
from unnest(%(ids)s::bigint[], %(linked)s::boolean[], %(hashes)s::bytea[]) as c (id, linked, content_hash)
where m.id = c.id;

-- set_moves_published
-- The files have their names, and the rest of this transaction says what that means.
update file_move set state = 'published', updated_at = now() where id = any(%(ids)s::bigint[]);

-- delete_moves
-- Done, or taken back.
delete from file_move where id = any(%(ids)s::bigint[]);
