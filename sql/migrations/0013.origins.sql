-- What each song said of itself when it came in, and what files have in common.

create table song_tags (
    id bigint primary key,
    track jsonb not null,
    origin bytea not null
) partition by range (id);
comment on table song_tags is
    'A song''s tags and audio properties as intake used them (melodee.audio.track), with the originals of what rules or '
    'the path changed. It has the leaves that songs and albums have. Synthetic songs have no row here.';
comment on column song_tags.origin is
    'The path below its volume under which the file was dropped, or lies in place: what rules and grouping go by.';

create or replace function prepare_leaf() returns integer
language plpgsql
as $$
-- Makes the next leaf: tables with key and check, then attached, which needs no scan and no lock that a reader feels.
-- Rows are fetched by id alone, so the planner is told nothing about the other columns: analyze then takes 60 ms for
-- 20,000 songs instead of a second.
declare
    leaf_number integer;
    low bigint;
    high bigint;
    parent text;
    child text;
begin
    perform pg_advisory_xact_lock(hashtextextended('melodee.leaf', 0));
    select number into leaf_number from leaf where state = 'prepared' order by number limit 1;
    if found then
        return leaf_number;
    end if;
    select coalesce(max(number), 0) + 1 into leaf_number from leaf;
    low := leaf_number::bigint << 43;
    high := low + (1::bigint << 43);
    foreach parent in array array['albums', 'songs', 'song_tags'] loop
        child := format('%s_%s', parent, lpad(leaf_number::text, 4, '0'));
        execute format('create table %I (like %I including defaults including comments)', child, parent);
        execute format('alter table %I add primary key (id)', child);
        execute (
            select format('alter table %I ', child) || string_agg(format('alter column %I set statistics 0', attname), ', ')
            from pg_attribute
            where attrelid = child::regclass and attnum > 0 and attname not in ('id', 'album_id', 'volume_id')
        );
        execute format('alter table %I add constraint %I check (id >= %s and id < %s)', child, child || '_range', low, high);
        execute format('alter table %I attach partition %I for values from (%s) to (%s)', parent, child, low, high);
    end loop;
    insert into leaf (number) values (leaf_number);
    return leaf_number;
end
$$;

do $$
-- The leaves that are there get their third table. The statistics of its other columns serve nobody.
declare
    leaf_number integer;
    low bigint;
    child text;
begin
    alter table song_tags alter column track set statistics 0;
    alter table song_tags alter column origin set statistics 0;
    for leaf_number in select number from leaf order by number loop
        low := leaf_number::bigint << 43;
        child := 'song_tags_' || lpad(leaf_number::text, 4, '0');
        execute format('create table %I partition of song_tags for values from (%s) to (%s)', child, low, low + (1::bigint << 43));
        execute format('alter table %I alter column track set statistics 0, alter column origin set statistics 0', child);
        execute format('alter table %I add constraint %I check (id >= %s and id < %s)', child, child || '_range', low, low + (1::bigint << 43));
    end loop;
end
$$;

create or replace procedure empty_catalogue()
language plpgsql
as $$
-- Takes out everything that the catalogue holds, and what listeners noted of it. The leaves go as well: the next load
-- makes new ones, whose rows it may then write as frozen. Under the catalogue's lock.
declare
    child regclass;
begin
    -- With list_stretch goes list_block.
    truncate artists, release_group, artist_key, directory_code_counter, album_key, song_of_album_elsewhere, id_alias,
        genre, genre_folder, artist_index, artist_folder, album_index, album_genre, album_credit, song_index, song_genre,
        song_credit, cover, lyrics, removed_album, album_hot, song_hot, vocabulary, search_prefix, folder_total,
        list_stretch, name_stretch, song_annotation, album_annotation, artist_annotation, album_rating, song_rating,
        scrobble, now_playing, playlist_entry, playlist
        restart identity;
    for child in
        select inhrelid::regclass from pg_inherits
        where inhparent in ('albums'::regclass, 'songs'::regclass, 'song_tags'::regclass)
    loop
        execute format('drop table %s', child);
    end loop;
    delete from leaf;
    alter sequence entity_number restart;
    alter sequence song_entry restart;
    alter sequence album_entry restart;
    alter sequence artist_entry restart;
    update search_upkeep
    set hot = default, hot_entry = default, hot_added = default, word_entry = default, prefix_entry = default,
        prefix_total = default;
    delete from credit_role where id > 3;
    perform setval(pg_get_serial_sequence('credit_role', 'id'), 3);
    insert into name_stretch values ('albums_by_name', 0, '', '', 0), ('albums_by_artist', 0, '', '', 0);
    update catalogue_total
    set songs = 0, albums = 0, artists = 0, duration_ms = 0, size_bytes = 0,
        changed_at = greatest(clock_timestamp(), changed_at + interval '1 millisecond');
end
$$;

create or replace function analyze_grown_leaves() returns setof text
language plpgsql
as $$
-- Statistics for leaves that have grown or changed by a tenth since the last time. Parents are not analysed: that would
-- read every leaf again, and every query names its leaf.
declare
    child text;
begin
    for child in
        select c.relname
        from pg_inherits as i
        join pg_class as c on c.oid = i.inhrelid
        join pg_stat_user_tables as s on s.relid = c.oid
        where i.inhparent in (
            'albums'::regclass, 'songs'::regclass, 'song_tags'::regclass, 'artists'::regclass, 'files'::regclass
        )
            and s.n_mod_since_analyze > greatest(50, s.n_live_tup / 10)
        order by c.relname
    loop
        execute format('analyze %I', child);
        return next child;
    end loop;
end
$$;

alter table files add column sample_hash uuid;
comment on column files.sample_hash is
    'BLAKE2b of the size and the first and last 64 KiB: equal for copies, and cheap to take of a file that is not read '
    'whole. What equal samples promise is confirmed by content_hash before anything is decided by it.';
create index files_sample on files (sample_hash) where sample_hash is not null;

alter table volume add column in_place boolean not null default false;
alter table volume add constraint volume_in_place check (kind = 'storage' or not in_place);
comment on column volume.in_place is 'Its files are catalogued where they lie: nothing is moved there, renamed or removed.';

alter table release_file add column parts jsonb;
comment on column release_file.parts is
    'Of a file that a cue sheet cuts: its tracks in order, each with span_start_ms and span_end_ms.';
