-- Intake: what lies in the volumes, how far it has come, and what went wrong.

create table files (
    path_hash uuid primary key,
    volume_id smallint not null,
    path bytea not null,
    kind text not null check (kind in ('audio', 'image', 'sidecar', 'other')),
    state text not null check (state in ('pending', 'published', 'waiting', 'rejected', 'failed', 'ignored')),
    reason text,
    size_bytes bigint not null,
    modified_ns bigint not null,
    changed_ns bigint not null,
    content_hash bytea,
    batch text,
    release_id bigint,
    song_id bigint,
    album_id bigint,
    seen_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
) partition by hash (path_hash);
comment on table files is
    'Every regular file under a volume, once, in one state. The row follows the file when it moves: its key is a hash of '
    'volume and path, so a path is taken once across the whole library.';
create index files_content on files (content_hash) where content_hash is not null;
create index files_release on files (release_id) where release_id is not null;
create index files_unfinished on files (volume_id, state) where state <> 'published';
create index files_album on files (album_id) where album_id is not null;

do $$
declare
    remainder integer;
begin
    for remainder in 0..15 loop
        execute format('create table files_%s partition of files for values with (modulus 16, remainder %s)', remainder, remainder);
    end loop;
end
$$;

create table file_count (
    volume_id smallint not null,
    state text not null,
    part smallint not null,
    files bigint not null,
    primary key (volume_id, state, part)
);
comment on table file_count is
    'Files by volume and state, kept by triggers; spread over parts so that writers do not queue on one row.';

create function count_files() returns trigger
language plpgsql
as $$
-- One statement's worth of changes; transition tables make a batch of thousands cost a handful of rows.
begin
    if tg_op = 'INSERT' then
        insert into file_count (volume_id, state, part, files)
        select volume_id, state, pg_backend_pid() % 16, count(*) from new_rows group by 1, 2 order by 1, 2
        on conflict (volume_id, state, part) do update set files = file_count.files + excluded.files;
    elsif tg_op = 'DELETE' then
        insert into file_count (volume_id, state, part, files)
        select volume_id, state, pg_backend_pid() % 16, -count(*) from old_rows group by 1, 2 order by 1, 2
        on conflict (volume_id, state, part) do update set files = file_count.files + excluded.files;
    else
        insert into file_count (volume_id, state, part, files)
        select volume_id, state, pg_backend_pid() % 16, sum(change)
        from (
            select volume_id, state, 1 as change from new_rows
            union all
            select volume_id, state, -1 from old_rows
        ) as changes
        group by 1, 2
        having sum(change) <> 0
        order by 1, 2
        on conflict (volume_id, state, part) do update set files = file_count.files + excluded.files;
    end if;
    return null;
end
$$;
create trigger count_inserted after insert on files
    referencing new table as new_rows for each statement execute function count_files();
create trigger count_deleted after delete on files
    referencing old table as old_rows for each statement execute function count_files();
create trigger count_updated after update on files
    referencing old table as old_rows new table as new_rows for each statement execute function count_files();

create table batch (
    key text primary key,
    volume_id smallint not null references volume,
    state text not null default 'planned' check (state in ('planned', 'running', 'finished')),
    generation integer not null default 1,
    again boolean not null default false,
    planned_at timestamptz not null default now(),
    started_at timestamptz,
    finished_at timestamptz
);
create index batch_unfinished on batch (planned_at) where state <> 'finished';
comment on column batch.generation is 'Goes up with each retry or review: Dagster passes over a run key it has seen.';

comment on column batch.again is 'What failed or was ignored is tried again although it has not changed.';

create table batch_entry (
    batch text not null references batch on delete cascade,
    path bytea not null,
    primary key (batch, path)
);
comment on table batch_entry is 'Where in its volume a batch looks: a folder or a file at any depth; empty: everywhere.';

create table inbound_look (
    path_hash uuid primary key,
    volume_id smallint not null references volume on delete cascade,
    path bytea not null,
    signature bytea not null,
    complete boolean not null,
    changed_at timestamptz not null default now(),
    taken_signature bytea,
    looked_at timestamptz not null default now()
);
comment on table inbound_look is
    'What a top entry of an inbound volume looked like last time: it has settled when that has not changed for a while. '
    'complete: the look reached all of it. '
    'taken_signature is how intake left it; what still looks like that is not planned again.';
create index inbound_look_volume on inbound_look (volume_id);

create table scan_request (
    id bigint generated by default as identity primary key,
    requested_by text not null,
    requested_at timestamptz not null default now(),
    planned_at timestamptz,
    finished_at timestamptz
);
create index scan_request_open on scan_request (id) where finished_at is null;
create table scan_request_batch (
    scan_request_id bigint not null references scan_request on delete cascade,
    batch text not null references batch on delete cascade,
    primary key (scan_request_id, batch)
);

create table release (
    id bigint generated by default as identity primary key,
    batch text not null references batch,
    key text not null,
    volume_id smallint not null,
    root bytea not null,
    state text not null check (state in ('discovered', 'staged', 'waiting', 'approved', 'published', 'rejected', 'failed')),
    artist text not null,
    album text not null,
    description jsonb not null,
    decided_by text,
    decided_at timestamptz,
    reason text,
    album_id bigint,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
create index release_batch on release (batch, state);
create index release_unfinished on release (state) where state <> 'published';
comment on table release is 'A release on its way through intake; description is what grouping made of its tags.';

create table release_file (
    release_id bigint not null references release on delete cascade,
    position integer not null,
    path_hash uuid not null,
    kind text not null,
    name bytea not null,
    track jsonb,
    primary key (release_id, position)
);
comment on column release_file.path_hash is 'The file''s key in files: it follows the file from volume to volume.';
comment on column release_file.name is 'The path below the release''s root as it was dropped.';
create index release_file_path on release_file (path_hash);

create table finding (
    release_id bigint not null references release on delete cascade,
    position integer not null,
    code text not null,
    severity text not null check (severity in ('info', 'warning', 'error')),
    path bytea,
    message text not null,
    primary key (release_id, position)
);

create table ingest_failure (
    id bigint generated by default as identity primary key,
    item uuid not null,
    stage text not null,
    code text not null,
    severity text not null default 'error' check (severity in ('warning', 'error')),
    volume_id smallint not null references volume on delete cascade,
    path bytea not null,
    message text not null,
    batch text,
    attempts integer not null default 1,
    first_seen timestamptz not null default now(),
    last_seen timestamptz not null default now(),
    next_try_at timestamptz,
    unique (item, stage, code)
);
create index ingest_failure_due on ingest_failure (next_try_at) where next_try_at is not null;
comment on table ingest_failure is
    'The standing inventory of what could not be taken in. A row goes when its item succeeds or disappears.';

create table file_move (
    id bigint generated by default as identity primary key,
    state text not null default 'planned' check (state in ('planned', 'copied', 'published')),
    purpose text not null check (purpose in ('stage', 'publish', 'reject', 'return')),
    release_id bigint,
    path_hash uuid not null,
    source_volume_id smallint not null references volume,
    source_path bytea not null,
    device numeric not null,
    inode numeric not null,
    size_bytes bigint not null,
    modified_ns bigint not null,
    changed_ns bigint not null,
    target_volume_id smallint not null references volume,
    target_path bytea not null,
    linked boolean not null default false,
    content_hash bytea,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
create index file_move_release on file_move (release_id);
create unique index file_move_target on file_move (target_volume_id, target_path);
comment on table file_move is 'The journal: one row a file that is being moved, each step committed before the next begins.';
