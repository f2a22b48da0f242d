-- Loading a whole catalogue at once, and what is known of a synthetic one.

create table synthetic (
    single boolean primary key default true check (single),
    state text not null check (state in ('loading', 'loaded')),
    seed bigint not null,
    songs bigint not null,
    albums bigint not null,
    artists bigint not null,
    users integer not null,
    leaf_rows integer not null,
    volumes smallint[] not null,
    accounts text[] not null default '{}',
    begun_at timestamptz not null default now(),
    loaded_at timestamptz
);
comment on table synthetic is
    'The synthetic catalogue that melodee synth loaded, or was loading when it was cut off: at most one row. What has a '
    'higher entry number than its songs is real.';

create procedure empty_catalogue()
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
        select inhrelid::regclass from pg_inherits where inhparent in ('albums'::regclass, 'songs'::regclass)
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

create procedure begin_load(wanted text)
language plpgsql
as $$
-- Makes the table `<wanted>_load`, like the one that it will take the place of but without indexes. Rows that are copied
-- into it in the same transaction may be written as frozen.
declare
    aside text := wanted || '_load';
    options text;
    tuned record;
begin
    execute format('drop table if exists %I', aside);
    execute format('create table %I (like %I including all excluding indexes)', aside, wanted);
    select array_to_string(reloptions, ', ') into options from pg_class where oid = wanted::regclass;
    if options is not null then
        execute format('alter table %I set (%s)', aside, options);
    end if;
    for tuned in
        select attname, attstattarget from pg_attribute
        where attrelid = wanted::regclass and attnum > 0 and not attisdropped and attstattarget >= 0
    loop
        execute format('alter table %I alter column %I set statistics %s', aside, tuned.attname, tuned.attstattarget);
    end loop;
end
$$;

create procedure build_load_index(wanted text)
language plpgsql
as $$
-- Builds the index `wanted` of a table on the table that is loaded beside it, under the name `<wanted>_load`.
declare
    described record;
begin
    select i.indisunique, c.relname, pg_get_indexdef(i.indexrelid) as definition into described
    from pg_index as i join pg_class as c on c.oid = i.indrelid
    where i.indexrelid = wanted::regclass;
    execute format(
        'create %s index %I on %I %s',
        case when described.indisunique then 'unique' else '' end,
        wanted || '_load',
        described.relname || '_load',
        substr(described.definition, strpos(described.definition, ' USING '))
    );
end
$$;

create procedure analyze_load(wanted text)
language plpgsql
as $$
-- Statistics of a loaded table, which it takes along when it is put in place.
begin
    execute format('analyze %I', wanted || '_load');
end
$$;

create procedure finish_load(wanted text)
language plpgsql
as $$
-- Puts the table that was loaded in the place of the one whose name it bears; whoever reads the old one finishes first.
declare
    replaced record;
begin
    create temporary table replaced_index on commit drop as
    select c.relname as name, k.conname as key, k.contype = 'p' as is_primary
    from pg_index as i
    join pg_class as c on c.oid = i.indexrelid
    left join pg_constraint as k on k.conindid = i.indexrelid and k.conrelid = i.indrelid and k.contype in ('p', 'u')
    where i.indrelid = wanted::regclass;
    create temporary table replaced_trigger on commit drop as
    select pg_get_triggerdef(oid) as definition from pg_trigger where tgrelid = wanted::regclass and not tgisinternal;
    execute format('drop table %I', wanted);
    execute format('alter table %I rename to %I', wanted || '_load', wanted);
    for replaced in select name, key, is_primary from replaced_index loop
        execute format('alter index %I rename to %I', replaced.name || '_load', replaced.name);
        if replaced.key is not null then
            execute format(
                'alter table %I add constraint %I %s using index %I',
                wanted, replaced.key, case when replaced.is_primary then 'primary key' else 'unique' end, replaced.name
            );
        end if;
    end loop;
    for replaced in select definition from replaced_trigger loop
        execute replaced.definition;
    end loop;
    drop table replaced_index, replaced_trigger;
end
$$;
