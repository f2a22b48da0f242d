-- Companions: pictures and sidecars that come after their album was published, and what they find it by.

alter table release add column joins bigint;
comment on column release.joins is
    'The published album that a release without music joins: pictures and sidecars that came after it.';
create index release_album on release (album_id) where album_id is not null;

create table dropped_folder (
    folder uuid not null,
    album_id bigint not null,
    primary key (folder, album_id)
);
comment on table dropped_folder is
    'Folders of inbound volumes (folder_key) from which songs of albums came, and those around them: what is dropped there '
    'later finds its album again, long after the batch is forgotten. A hint: the songs say where they came from.';

insert into dropped_folder (folder, album_id)
select distinct folder_key(r.volume_id, around.folder), r.album_id
from release as r
join volume as v on v.id = r.volume_id and v.kind = 'inbound'
join release_file as f on f.release_id = r.id and f.track is not null
cross join lateral (
    select case when r.root = '' then f.name else r.root || '/'::bytea || f.name end as path
) as dropped
cross join lateral (
    select string_to_array(encode(dropped.path, 'escape'), '/') as names
) as split
cross join lateral (
    select decode(array_to_string(names[1:cardinality(names) - up], '/'), 'escape') as folder
    from generate_series(1, 3) as up
    where cardinality(names) > up
) as around
where r.state = 'published' and r.album_id is not null
on conflict do nothing;

create or replace function forget_sidecars() returns trigger
language plpgsql
as $$
-- When the catalogue is emptied, what belonged to its songs goes as well.
begin
    truncate disc_cover, note, playlist_import_line, playlist_import, dropped_folder restart identity;
    return null;
end
$$;
