-- search_state
-- What search knows of each kind before it looks: whether it has a hot tier, how many there are, and of how many the
-- term is a beginning where that is many; and whether a list has fifty names that begin so. Three rows, each with a range
-- of the lists' key.
select u.kind, u.hot, p.documents, p.complete, p.named,
    case u.kind when 'artist' then t.artists when 'album' then t.albums else t.songs end as total
from catalogue_total as t
cross join search_upkeep as u
left join lateral (
    select max(documents) as documents,
        bool_and(complete) filter (where volume_id = any(%(folders)s::smallint[])) as complete,
        bool_or(ranks[50] >= 1 << 28) filter (where volume_id = any(%(folders)s::smallint[])) as named
    from search_prefix
    where prefix = %(prefix)s and kind = u.kind
) as p on true;

-- word_documents
-- How many artists, albums and songs have each of the words; those that the vocabulary does not know are missing.
select v.word, v.artists as artist, v.albums as album, v.songs as song
from unnest(%(words)s::text[]) as w (word)
cross join lateral (select word, artists, albums, songs from vocabulary where word = w.word offset 0) as v;

-- listed_artists
-- The best of a frequent prefix: some hundred entries of a stored list for each folder, merged. What has left the
-- catalogue since is passed over: a look into the index of keys for each.
select l.id, l.rank
from (
    select u.id, max(u.rank) as rank
    from search_prefix as p
    cross join lateral unnest(p.ids, p.ranks) as u (id, rank)
    where p.prefix = %(prefix)s and p.kind = 'artist' and p.volume_id = any(%(folders)s::smallint[])
    group by u.id
    order by 2 desc, 1
) as l
cross join lateral (
    select from artist_folder where artist_id = l.id and volume_id = any(%(folders)s::smallint[]) limit 1
) as visible
order by l.rank desc, l.id
limit %(size)s::bigint;

-- listed_albums
-- As listed_artists.
select l.id, l.rank
from (
    select u.id, u.rank
    from search_prefix as p
    cross join lateral unnest(p.ids, p.ranks) as u (id, rank)
    where p.prefix = %(prefix)s and p.kind = 'album' and p.volume_id = any(%(folders)s::smallint[])
    order by 2 desc, 1
) as l
cross join lateral (select from album_index where id = l.id offset 0) as there
order by l.rank desc, l.id
limit %(size)s::bigint;

-- listed_songs
-- As listed_artists.
select l.id, l.rank
from (
    select u.id, u.rank
    from search_prefix as p
    cross join lateral unnest(p.ids, p.ranks) as u (id, rank)
    where p.prefix = %(prefix)s and p.kind = 'song' and p.volume_id = any(%(folders)s::smallint[])
    order by 2 desc, 1
) as l
cross join lateral (select from song_index where id = l.id offset 0) as there
order by l.rank desc, l.id
limit %(size)s::bigint;

-- named_artists
-- Those whose whole name is what was typed, or begins so, with and without an article: the first of a range of an index
-- for each. `beyond` ends the range: U+10FFFF sorts after all that is in names, U+0001 before all.
select i.id, search_rank(i.search_name, i.popularity, %(names)s::text[], %(parts)s::text[]) as rank
from unnest(%(beginnings)s::text[]) as b (name)
cross join lateral (
    select id, search_name, popularity, terms
    from artist_index
    where left(search_name, 24) >= left(b.name, 24) and left(search_name, 24) < left(b.name, 24) || %(beyond)s
    order by left(search_name, 24)
    limit %(look)s::bigint
) as i
cross join lateral (
    select from artist_folder where artist_id = i.id and volume_id = any(%(folders)s::smallint[]) limit 1
) as visible
where starts_with(i.search_name, b.name) and i.terms @@ %(terms)s::tsquery;

-- named_albums
-- As named_artists.
select i.id, search_rank(i.search_name, i.popularity, %(names)s::text[], %(parts)s::text[]) as rank
from unnest(%(beginnings)s::text[]) as b (name)
cross join lateral (
    select id, volume_id, search_name, popularity, terms
    from album_index
    where left(search_name, 24) >= left(b.name, 24) and left(search_name, 24) < left(b.name, 24) || %(beyond)s
    order by left(search_name, 24)
    limit %(look)s::bigint
) as i
where i.volume_id = any(%(folders)s::smallint[]) and starts_with(i.search_name, b.name) and i.terms @@ %(terms)s::tsquery;

-- named_songs
-- As named_artists.
select i.id, search_rank(i.search_name, i.popularity, %(names)s::text[], %(parts)s::text[]) as rank
from unnest(%(beginnings)s::text[]) as b (name)
cross join lateral (
    select id, volume_id, search_name, popularity, terms
    from song_index
    where left(search_name, 24) >= left(b.name, 24) and left(search_name, 24) < left(b.name, 24) || %(beyond)s
    order by left(search_name, 24)
    limit %(look)s::bigint
) as i
where i.volume_id = any(%(folders)s::smallint[]) and starts_with(i.search_name, b.name) and i.terms @@ %(terms)s::tsquery;

-- bound_search
-- For the rest of the transaction: words are looked up by bitmap scans only, since one wrong estimate makes a plan that
-- walks the whole table in the order of its key (39 s at ten million songs), and a time that no search may exceed. The
-- plan is then the same whatever the terms are, so it is made once for each connection.
select set_config(name, setting, true)
from (
    values ('enable_seqscan', 'off'), ('enable_indexscan', 'off'), ('plan_cache_mode', 'force_generic_plan'),
        ('statement_timeout', %(timeout_ms)s::text)
) as bound (name, setting);

-- popular_albums
-- The best of the hot tier that have all terms. The index is asked for `driver`, which may leave out the last one, and
-- gives so many candidates at most. The cast keeps plans from beginning with the folder.
select f.id, f.rank
from (
    select c.id, search_rank(c.search_name, c.popularity, %(names)s::text[], %(parts)s::text[]) as rank
    from (
        select id, search_name, popularity, terms
        from album_hot
        where terms @@ %(driver)s::tsquery and volume_id::integer = any(%(folders)s::integer[])
        limit %(most)s::bigint
    ) as c
    where c.terms @@ %(terms)s::tsquery and c.id <> all(%(seen)s::bigint[])
    order by 2 desc, 1
) as f
cross join lateral (select from album_index where id = f.id offset 0) as there
order by f.rank desc, f.id
limit %(size)s::bigint;

-- popular_songs
-- As popular_albums.
select f.id, f.rank
from (
    select c.id, search_rank(c.search_name, c.popularity, %(names)s::text[], %(parts)s::text[]) as rank
    from (
        select id, search_name, popularity, terms
        from song_hot
        where terms @@ %(driver)s::tsquery and volume_id::integer = any(%(folders)s::integer[])
        limit %(most)s::bigint
    ) as c
    where c.terms @@ %(terms)s::tsquery and c.id <> all(%(seen)s::bigint[])
    order by 2 desc, 1
) as f
cross join lateral (select from song_index where id = f.id offset 0) as there
order by f.rank desc, f.id
limit %(size)s::bigint;

-- search_artists
-- The best of all that have the terms. The index is asked for `driver`, which may be the rarest of the terms alone, and
-- gives so many candidates at most.
select f.id, f.rank
from (
    select c.id, search_rank(c.search_name, c.popularity, %(names)s::text[], %(parts)s::text[]) as rank
    from (
        select id, search_name, popularity, terms
        from artist_index
        where terms @@ %(driver)s::tsquery
        limit %(most)s::bigint
    ) as c
    where c.terms @@ %(terms)s::tsquery and c.id <> all(%(seen)s::bigint[])
    order by 2 desc, 1
) as f
cross join lateral (
    select from artist_folder where artist_id = f.id and volume_id = any(%(folders)s::smallint[]) limit 1
) as visible
order by f.rank desc, f.id
limit %(size)s::bigint;

-- search_albums
-- As search_artists.
select c.id, search_rank(c.search_name, c.popularity, %(names)s::text[], %(parts)s::text[]) as rank
from (
    select id, volume_id, search_name, popularity, terms
    from album_index
    where terms @@ %(driver)s::tsquery
    limit %(most)s::bigint
) as c
where c.volume_id = any(%(folders)s::smallint[]) and c.terms @@ %(terms)s::tsquery and c.id <> all(%(seen)s::bigint[])
order by 2 desc, 1
limit %(size)s::bigint;

-- search_songs
-- As search_artists.
select c.id, search_rank(c.search_name, c.popularity, %(names)s::text[], %(parts)s::text[]) as rank
from (
    select id, volume_id, search_name, popularity, terms
    from song_index
    where terms @@ %(driver)s::tsquery
    limit %(most)s::bigint
) as c
where c.volume_id = any(%(folders)s::smallint[]) and c.terms @@ %(terms)s::tsquery and c.id <> all(%(seen)s::bigint[])
order by 2 desc, 1
limit %(size)s::bigint;

-- unknown_words
-- Which of the words no name has; the last term is unknown when no word begins so.
select w.word
from unnest(%(words)s::text[]) as w (word)
where not exists (select from vocabulary where word = w.word)
union all
select %(prefix)s
where not exists (
    select from vocabulary where word >= %(prefix)s collate "C" and word < %(prefix)s || chr(1114111) collate "C"
);

-- neighbours
-- Words that share a key with a misspelt one, and how often they occur.
select word, artists + albums + songs as frequency
from vocabulary
where deletions && %(keys)s::integer[] and artists + albums + songs > 0
limit 10000;
