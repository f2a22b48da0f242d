-- volumes
-- All, or those of one kind, in the order in which they were added. A handful.
select id, name, kind, path, template, abilities, marker, in_place from volume
where %(kind)s::text is null or kind = %(kind)s::text
order by id;

-- volume_by_id
-- By key.
select id, name, kind, path, template, abilities, marker, in_place from volume where id = %(volume)s;

-- lock_volumes
-- Who adds or moves a volume waits for whoever else does, so that no two overlap; readers do not notice.
lock table volume in share row exclusive mode;

-- add_volume
-- Returns the number and the mark; a storage volume is a music folder under the same.
insert into volume (name, kind, path, template, abilities, in_place)
values (%(name)s, %(kind)s, %(path)s, %(template)s, %(abilities)s, %(in_place)s)
returning id, marker;

-- move_volume
-- The folder is another one, or the same under another path.
update volume set path = %(path)s, abilities = %(abilities)s where id = %(volume)s;

-- files_of_volume
-- How many files the ledger knows on a volume: a few rows of the counts that triggers keep.
select coalesce(sum(files), 0)::bigint from file_count where volume_id = %(volume)s;

-- some_files_of_volume
-- A sample in the order of the primary key, which is a hash: from all over the volume.
select path, size_bytes from files where volume_id = %(volume)s order by path_hash limit 20;
