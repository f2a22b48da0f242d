-- Search: what answers a query without reading what grows with the library.
--
-- Names are compared without blanks and punctuation (melodee/text.py: comparable). The names that are there follow here,
-- as far as SQL knows punctuation; a rare sign more or less would only show in the order of results.

update artist_index set search_name = regexp_replace(search_name, '[\s!-/:-@\[-`{-~¡-©«-´¶-¸»-¿×÷‐-⁯　-】]+', '', 'g')
where search_name ~ '[\s!-/:-@\[-`{-~¡-©«-´¶-¸»-¿×÷‐-⁯　-】]'
    and search_name !~ '^[\s!-/:-@\[-`{-~¡-©«-´¶-¸»-¿×÷‐-⁯　-】]+$';
update album_index set search_name = regexp_replace(search_name, '[\s!-/:-@\[-`{-~¡-©«-´¶-¸»-¿×÷‐-⁯　-】]+', '', 'g')
where search_name ~ '[\s!-/:-@\[-`{-~¡-©«-´¶-¸»-¿×÷‐-⁯　-】]'
    and search_name !~ '^[\s!-/:-@\[-`{-~¡-©«-´¶-¸»-¿×÷‐-⁯　-】]+$';
update song_index set search_name = regexp_replace(search_name, '[\s!-/:-@\[-`{-~¡-©«-´¶-¸»-¿×÷‐-⁯　-】]+', '', 'g')
where search_name ~ '[\s!-/:-@\[-`{-~¡-©«-´¶-¸»-¿×÷‐-⁯　-】]'
    and search_name !~ '^[\s!-/:-@\[-`{-~¡-©«-´¶-¸»-¿×÷‐-⁯　-】]+$';

create function search_rank(name text, popularity integer, names text[], parts text[]) returns integer
language sql immutable parallel safe
as $$
-- The order of results: the very name that was typed (with an article before it, or without), then names that begin so
-- or are a part of what was typed (a title beside its artist), then what is played most.
select case
    when name = any(names) then 2 << 28
    when starts_with(name, names[1]) or starts_with(name, 'the' || names[1]) or name = any(parts) then 1 << 28
    else 0
end + least(popularity, (1 << 28) - 1)
$$;

-- Names from their beginning. Cut, because an index takes no name of a thousand characters.
create index artist_index_search_name on artist_index (left(search_name, 24));
create index album_index_search_name on album_index (left(search_name, 24));
create index song_index_search_name on song_index (left(search_name, 24));

-- Words go into the index at once instead of into a list that every search would read (1.7 ms where it is full); what a
-- promotion takes is the same.
alter index artist_index_terms set (fastupdate = off);
alter index album_index_terms set (fastupdate = off);
alter index song_index_terms set (fastupdate = off);
do $$
begin
    perform gin_clean_pending_list('artist_index_terms'), gin_clean_pending_list('album_index_terms'),
    gin_clean_pending_list('song_index_terms');
end
$$;

-- The hot tier: what is played most and what came last, searched before the rest of a library that is larger.

create table album_hot (
    id bigint primary key,
    volume_id smallint not null,
    popularity integer not null,
    search_name text collate "C" not null,
    terms tsvector not null
) with (fillfactor = 90);
create index album_hot_terms on album_hot using gin (terms) with (gin_pending_list_limit = 512);

create table song_hot (
    id bigint primary key,
    volume_id smallint not null,
    popularity integer not null,
    search_name text collate "C" not null,
    terms tsvector not null
) with (fillfactor = 90);
create index song_hot_terms on song_hot using gin (terms) with (gin_pending_list_limit = 512);

create table search_upkeep (
    kind text collate "C" primary key check (kind in ('artist', 'album', 'song')),
    hot boolean not null default false,
    hot_entry bigint not null default 0,
    hot_added integer not null default 0,
    word_entry bigint not null default 0,
    prefix_entry bigint not null default 0,
    prefix_total bigint not null default 0
);
insert into search_upkeep (kind) values ('artist'), ('album'), ('song');
comment on table search_upkeep is
    'How far upkeep has come with each kind: up to which entry the hot tier, the vocabulary and the prefixes know it.';
comment on column search_upkeep.hot is 'Whether the kind is so large that its hot tier is searched first.';
comment on column search_upkeep.hot_added is 'Entries that were appended to the hot tier since it was chosen.';
comment on column search_upkeep.prefix_total is 'Entries of the kind when its prefixes were last made anew.';

create function entries_since(kind text, seen bigint) returns table (id bigint, volume_id smallint, entry bigint)
language plpgsql stable
as $$
-- What came into the lists after an entry number: a range of an index for each music folder.
begin
    if kind = 'artist' then
        return query select i.id, 0::smallint, i.entry from artist_index as i where i.entry > seen;
    else
        return query execute format(
            'select i.id, i.volume_id, i.entry
            from volume as v
            cross join lateral (
                select id, volume_id, entry from %I where volume_id = v.id and entry > $1 offset 0
            ) as i',
            kind || '_index'
        ) using seen;
    end if;
end
$$;

create function last_entry(kind text) returns bigint
language plpgsql stable
as $$
-- The highest entry number that this transaction sees.
declare
    found bigint;
begin
    if kind = 'artist' then
        select max(entry) into found from artist_index;
    else
        execute format(
            'select max(i.entry)
            from volume as v
            cross join lateral (select max(entry) as entry from %I where volume_id = v.id offset 0) as i',
            kind || '_index'
        ) into found;
    end if;
    return coalesce(found, 0);
end
$$;

create function keep_hot_tier(
    kind text, tier integer, folder_tier integer, anew boolean,
    out entries bigint, out added bigint, out changed bigint, out removed bigint
)
language plpgsql
set max_parallel_workers_per_gather = 0
set work_mem = '64MB'
as $$
-- Two thirds of the tier are what is played most, the rest is what came last; and so for each music folder, whose own
-- best count however small it is. What came since is appended; after a tenth of the tier, or when asked, it is chosen
-- anew. Rows that stay are left alone, so no reader waits and none finds the tier empty.
declare
    source text := kind || '_index';
    target text := kind || '_hot';
    total bigint;
    seen bigint;
    state search_upkeep;
begin
    perform pg_advisory_xact_lock(hashtextextended('melodee.search', 0));
    select * into state from search_upkeep as s where s.kind = keep_hot_tier.kind;
    select case kind when 'album' then albums else songs end into total from catalogue_total;
    seen := last_entry(kind);
    -- Entry numbers only grow; where they did not, it is another catalogue.
    anew := anew or seen < state.hot_entry;
    entries := 0; added := 0; changed := 0; removed := 0;
    if total <= tier then
        execute format('delete from %I', target);
        get diagnostics removed = row_count;
        update search_upkeep as s set hot = false, hot_entry = 0, hot_added = 0 where s.kind = keep_hot_tier.kind;
        return;
    end if;

    if state.hot and not anew then
        execute format(
            'insert into %1$I (id, volume_id, popularity, search_name, terms)
            select n.id, i.volume_id, i.popularity, i.search_name, i.terms
            from (select id from entries_since($1, $2) order by entry desc limit $3) as n
            cross join lateral (select * from %2$I where id = n.id offset 0) as i
            on conflict do nothing',
            target, source
        ) using kind, state.hot_entry, tier / 3;
        get diagnostics added = row_count;
        anew := state.hot_added + added > tier / 10;
        update search_upkeep as s set hot_entry = seen, hot_added = hot_added + added where s.kind = keep_hot_tier.kind;
    end if;

    if anew or not state.hot then
        execute format(
            'create temporary table played on commit drop as
            select id, volume_id, popularity, entry from %I where popularity > 0', source
        );
        create temporary table chosen (id bigint primary key) on commit drop;
        insert into chosen select p.id from played as p order by p.popularity desc, p.entry desc limit tier / 3 * 2;
        insert into chosen
        select p.id
        from (
            select id, row_number() over (partition by volume_id order by popularity desc, entry desc) as place
            from played
        ) as p
        where p.place <= folder_tier / 3 * 2
        on conflict do nothing;
        execute format(
            'insert into chosen
            select n.id
            from (
                select i.id, row_number() over (order by i.entry desc) as place,
                    row_number() over (partition by v.id order by i.entry desc) as place_in_folder
                from volume as v
                cross join lateral (
                    select id, entry from %I where volume_id = v.id order by entry desc limit $1 offset 0
                ) as i
            ) as n
            where n.place <= $1 - $2 or n.place_in_folder <= $3 / 3
            on conflict do nothing',
            source
        ) using tier, (select least(count(*), tier / 3 * 2) from played), folder_tier;
        analyze chosen;
        execute format('delete from %I as h where not exists (select from chosen as c where c.id = h.id)', target);
        get diagnostics removed = row_count;
        execute format(
            'update %I as h
            set volume_id = i.volume_id, popularity = i.popularity, search_name = i.search_name, terms = i.terms
            from %I as i
            where i.id = h.id and (i.popularity <> h.popularity or i.search_name <> h.search_name
                or i.volume_id <> h.volume_id or i.terms <> h.terms)',
            target, source
        );
        get diagnostics changed = row_count;
        -- In the order of plays: a search that has to stop early reads the tier from its beginning.
        execute format(
            'insert into %1$I (id, volume_id, popularity, search_name, terms)
            select i.id, i.volume_id, i.popularity, i.search_name, i.terms
            from %2$I as i
            where i.id in (select c.id from chosen as c except select h.id from %1$I as h)
            order by i.popularity desc, i.id',
            target, source
        );
        get diagnostics added = row_count;
        drop table played, chosen;
        update search_upkeep as s set hot = true, hot_entry = seen, hot_added = 0 where s.kind = keep_hot_tier.kind;
    end if;
    -- What waits to be sorted into the index would be read by every search.
    perform gin_clean_pending_list((target || '_terms')::regclass);
    execute format('select count(*) from %I', target) into entries;
end
$$;

-- Words of all names, with the number of artists, albums and songs that have each.

create table vocabulary (
    word text collate "C" primary key,
    artists integer not null default 0,
    albums integer not null default 0,
    songs integer not null default 0,
    deletions integer[]
) with (fillfactor = 90);
create index vocabulary_deletions on vocabulary using gin (deletions) with (gin_pending_list_limit = 512);
create index vocabulary_without_keys on vocabulary (word) where deletions is null and length(word) >= 3;
comment on column vocabulary.deletions is
    'Hashes of the word and of what is left of it without one or two of its first letters (melodee/spelling.py): words that '
    'differ by a slip of the finger share one. Null for what is too short, and where they are not made yet.';

create function count_words(kind text, anew boolean, out words bigint)
language plpgsql
set max_parallel_workers_per_gather = 0
set work_mem = '128MB'
as $$
-- Adds the words of what came since, or counts those of all entries of the kind anew. Returns how many words changed.
declare
    counter text := kind || 's';
    source text := kind || '_index';
    seen bigint;
    state search_upkeep;
begin
    perform pg_advisory_xact_lock(hashtextextended('melodee.search', 0));
    select * into state from search_upkeep as s where s.kind = count_words.kind;
    seen := last_entry(kind);
    anew := anew or state.word_entry = 0 or seen < state.word_entry;
    if anew then
        execute format(
            'create temporary table counted on commit drop as
            select t.word collate "C" as word, count(*)::integer as number
            from %I as i cross join lateral unnest(tsvector_to_array(i.terms)) as t (word)
            group by 1',
            source
        );
        execute format(
            'update vocabulary as v set %1$I = 0
            where %1$I <> 0 and not exists (select from counted as c where c.word = v.word)', counter
        );
    else
        execute format(
            'create temporary table counted on commit drop as
            select t.word collate "C" as word, count(*)::integer as number
            from entries_since($1, $2) as n
            cross join lateral (select terms from %I where id = n.id offset 0) as i
            cross join lateral unnest(tsvector_to_array(i.terms)) as t (word)
            group by 1',
            source
        ) using kind, state.word_entry;
    end if;
    execute format(
        'insert into vocabulary as v (word, %1$I)
        select word, number from counted order by word
        on conflict (word) do update set %1$I = excluded.%1$I + case when $1 then 0 else v.%1$I end
        where v.%1$I is distinct from excluded.%1$I or not $1',
        counter
    ) using anew;
    get diagnostics words = row_count;
    drop table counted;
    update search_upkeep as s set word_entry = seen where s.kind = count_words.kind;
end
$$;

-- The best of what many names have.

create table search_prefix (
    prefix text collate "C" not null,
    kind text collate "C" not null,
    volume_id smallint not null,
    documents integer not null,
    complete boolean not null,
    ids bigint[] not null,
    ranks integer[] not null,
    primary key (prefix, kind, volume_id)
) with (fillfactor = 90);
comment on table search_prefix is
    'For each beginning of a word that many artists, albums or songs have: the best of a music folder in the order of '
    'search_rank, then of id. `documents`: how many of the kind have it in all folders.';
comment on column search_prefix.complete is 'Whether there are no more in the folder.';

create function prefix_hits(subject text, source text, wanted bigint[])
returns table (number integer, volume_id smallint, id bigint, rank integer)
language plpgsql stable
as $$
-- Who has the prefixes of the temporary tables `frequent` and `word_prefix`: in all of a table, or of these ids.
begin
    return query execute format(
        'select f.number, i.volume_id, i.id, search_rank(i.search_name, i.popularity, f.names, null)
        from %s as i
        cross join lateral (
            select distinct n.number
            from unnest(tsvector_to_array(i.terms)) as t (word)
            cross join lateral (select w.numbers from word_prefix as w where w.word = t.word offset 0) as w
            cross join lateral unnest(w.numbers) as n (number)
        ) as p
        join frequent as f on f.number = p.number
        %s',
        case
            when subject <> 'artist' then quote_ident(source)
            else '(
                select f.volume_id, a.id, a.search_name, a.popularity, a.terms
                from artist_index as a join artist_folder as f on f.artist_id = a.id
            )'
        end,
        case when wanted is not null then 'where i.id = any($1)' else '' end
    ) using wanted;
end
$$;

create function keep_prefixes(
    subject text, least_documents integer, longest integer, folder_tier integer, articles text[], anew boolean,
    out lists bigint, out changed bigint, out removed bigint
)
language plpgsql
set max_parallel_workers_per_gather = 0
set work_mem = '128MB'
as $$
-- Makes the lists of a kind anew, from the hot tier where there is one; or adds what came since to those that are there.
-- Lists that stay as they are are not written.
declare
    source text := subject || '_index';
    total bigint;
    seen bigint;
    coming bigint[];
    state search_upkeep;
begin
    perform pg_advisory_xact_lock(hashtextextended('melodee.search', 0));
    select * into state from search_upkeep as s where s.kind = subject;
    select case subject when 'artist' then artists when 'album' then albums else songs end into total from catalogue_total;
    seen := last_entry(subject);
    removed := 0;
    anew := anew or seen < state.prefix_entry or abs(total - state.prefix_total) * 10 > state.prefix_total;
    if not anew and seen = state.prefix_entry then
        select count(*), 0 into lists, changed from search_prefix as p where p.kind = subject;
        return;
    end if;
    create temporary table frequent (
        number integer generated always as identity, prefix text collate "C" primary key, documents integer, names text[]
    ) on commit drop;
    create temporary table made (
        number integer, volume_id smallint, complete boolean, ids bigint[], ranks integer[]
    ) on commit drop;

    if anew then
        execute format(
            'insert into frequent (prefix, documents)
            select left(v.word, n), sum(v.%1$I)
            from vocabulary as v cross join lateral generate_series(1, length(v.word)) as n
            where v.%1$I > 0
            group by 1
            having sum(v.%1$I) >= $1',
            subject || 's'
        ) using least_documents;
    else
        insert into frequent (prefix, documents)
        select p.prefix, max(p.documents) from search_prefix as p where p.kind = subject group by 1;
    end if;
    update frequent set names = prefix || array(select article || prefix from unnest(articles) as article);
    create unique index on frequent (number);
    analyze frequent;
    create temporary table word_prefix (word text collate "C" primary key, numbers integer[]) on commit drop;
    if anew then
        insert into word_prefix
        select v.word, array_agg(f.number)
        from vocabulary as v
        cross join lateral generate_series(1, length(v.word)) as n
        join frequent as f on f.prefix = left(v.word, n)
        group by 1;
    else
        coming := array(select e.id from entries_since(subject, state.prefix_entry) as e);
        execute format(
            'insert into word_prefix
            select w.word, array_agg(f.number)
            from (
                select distinct t.word collate "C" as word
                from unnest($1) as n (id)
                cross join lateral (select terms from %I where id = n.id offset 0) as i
                cross join lateral unnest(tsvector_to_array(i.terms)) as t (word)
            ) as w
            cross join lateral generate_series(1, length(w.word)) as n
            join frequent as f on f.prefix = left(w.word, n)
            group by 1',
            source
        ) using coming;
    end if;
    analyze word_prefix;

    if anew then
        insert into made
        select b.number, b.volume_id,
            count(*) < longest and (not state.hot or coalesce(min(t.entries), 0) <= folder_tier),
            array_agg(b.id order by b.rank desc, b.id), array_agg(b.rank order by b.rank desc, b.id)
        from (
            select h.*, row_number() over (partition by h.number, h.volume_id order by h.rank desc, h.id) as place
            from prefix_hits(subject, case when state.hot then subject || '_hot' else source end, null) as h
        ) as b
        left join (
            select f.volume_id, case when subject = 'album' then f.albums else f.songs end as entries from folder_total as f
        ) as t on t.volume_id = b.volume_id
        where b.place <= longest
        group by b.number, b.volume_id;
        delete from search_prefix as p
        where p.kind = subject
            and not exists (
                select from made as m join frequent as f on f.number = m.number
                where f.prefix = p.prefix and m.volume_id = p.volume_id
            );
        get diagnostics removed = row_count;
    else
        create temporary table added on commit drop as
        select h.number, f.prefix, h.volume_id, h.id, h.rank
        from prefix_hits(subject, source, coming) as h
        join frequent as f on f.number = h.number
        left join search_prefix as p on p.prefix = f.prefix and p.kind = subject and p.volume_id = h.volume_id
        where p.prefix is null or cardinality(p.ids) < longest or h.rank > p.ranks[cardinality(p.ranks)];
        insert into made
        select b.number, b.volume_id, bool_and(b.complete) and count(*) < longest,
            array_agg(b.id order by b.rank desc, b.id), array_agg(b.rank order by b.rank desc, b.id)
        from (
            select u.*, row_number() over (partition by u.number, u.volume_id order by u.rank desc, u.id) as place
            from (
                select a.number, a.volume_id, a.id, a.rank, true as complete from added as a
                union
                select a.number, a.volume_id, l.id, l.rank, p.complete
                from (select distinct number, prefix, volume_id from added) as a
                join search_prefix as p on p.prefix = a.prefix and p.kind = subject and p.volume_id = a.volume_id
                cross join lateral unnest(p.ids, p.ranks) as l (id, rank)
            ) as u
        ) as b
        where b.place <= longest
        group by b.number, b.volume_id;
        drop table added;
    end if;

    insert into search_prefix as p (prefix, kind, volume_id, documents, complete, ids, ranks)
    select f.prefix, subject, m.volume_id, f.documents, m.complete, m.ids, m.ranks
    from made as m join frequent as f on f.number = m.number
    order by f.prefix, m.volume_id
    on conflict (prefix, kind, volume_id) do update set
        documents = excluded.documents, complete = excluded.complete, ids = excluded.ids, ranks = excluded.ranks
    where p.ids <> excluded.ids or p.ranks <> excluded.ranks or p.documents <> excluded.documents
        or p.complete <> excluded.complete;
    get diagnostics changed = row_count;
    drop table frequent, word_prefix, made;
    update search_upkeep as s
    set prefix_entry = seen, prefix_total = case when anew then total else prefix_total end
    where s.kind = subject;
    select count(*) into lists from search_prefix as p where p.kind = subject;
end
$$;
