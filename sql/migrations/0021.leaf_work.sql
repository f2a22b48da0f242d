-- Work on the catalogue's leaves: how far each kind has come on each leaf.

create table leaf_work (
    asset text not null,
    leaf integer not null references leaf on delete cascade,
    inputs text not null,
    run text,
    position bigint not null,
    total bigint not null,
    done bigint not null default 0,
    changed bigint not null default 0,
    failed bigint not null default 0,
    seconds double precision not null default 0,
    started_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    finished_at timestamptz,
    seen text,
    seen_at timestamptz,
    primary key (asset, leaf)
);
comment on table leaf_work is
    'A pass of one kind of work over one leaf: where it goes on when its run ended early. Items are songs, or albums.';
comment on column leaf_work.inputs is
    'What decides its outcome besides the catalogue (a digest of the rules, the version of the reader, options): with '
    'other inputs a pass begins anew.';
comment on column leaf_work.position is 'The id of the last item that was dealt with.';
comment on column leaf_work.seconds is 'Time spent on it, over all its runs.';
comment on column leaf_work.seen is 'The inputs of the last pass that was finished, and seen_at when that was.';

create index id_alias_id on id_alias (id);

create table work_inputs (
    asset text primary key,
    inputs text not null,
    since timestamptz not null default now()
);
comment on table work_inputs is
    'What is in force now (the rules), and since when: songs that came later were made with it.';
