-- artist_keys
-- Artists by name: or mbid: keys; by the primary key.
select key, artist_id from artist_key where key = any(%(keys)s::text[]);

-- claim_artist_keys
-- Keys that nobody has; who comes second waits for the first and then gets nothing.
insert into artist_key (key, artist_id)
select key, artist_id from unnest(%(keys)s::text[], %(ids)s::bigint[]) as c (key, artist_id) order by key
on conflict do nothing;

-- lock_artists
-- One maker of new artists at a time, until the end of the transaction.
select pg_advisory_xact_lock(hashtextextended('melodee.artists', 0));

-- lock_catalogue
-- One writer at a time, until the end of its transaction: two that meet in the counters of genres and artists in
-- different orders would wait for each other. They would queue on the totals at the end in any case.
select pg_advisory_xact_lock(hashtextextended('melodee.catalogue', 0));

-- commit_with_what_follows
-- What a transaction claims need not be on the disk before something is that uses it: the log is written in order, so the
-- next commit that waits for the disk takes this one along.
select set_config('synchronous_commit', 'off', true);

-- take_entity_numbers
-- Numbers of the one space of ids below the first leaf.
select nextval('entity_number') as number from generate_series(1, %(wanted)s);

-- artists_by_ids
-- Name, directory code and MusicBrainz id; each id prunes to one of the hash partitions.
select a.id, a.name, a.sort_name, a.index_letter, a.directory_code, a.directory_base, a.mbid
from unnest(%(ids)s::bigint[]) as wanted (id),
    lateral (select * from artists as x where x.id = wanted.id offset 0) as a;

-- set_artist_mbids
-- By key: files told the MusicBrainz ids of artists known by name so far. The ids are given by themselves too, as in
-- describe_artists.
update artists as a set mbid = n.mbid, updated_at = now()
from unnest(%(ids)s::bigint[], %(mbids)s::uuid[]) as n (id, mbid)
where a.id = any(%(ids)s::bigint[]) and a.id = n.id and a.mbid is null;

-- take_directory_codes
-- The last of so many new numbers of each base, from 1; given in the order of the bases.
insert into directory_code_counter as c (base, given)
select base, wanted from unnest(%(bases)s::text[], %(wanted)s::integer[]) as b (base, wanted) order by base
on conflict (base) do update set given = c.given + excluded.given
returning base, given;

-- insert_artists
-- New artists; each shows in lists when its first song is promoted.
insert into artists (id, name, sort_name, index_letter, directory_code, directory_base, mbid)
select id, name, sort_name, index_letter, directory_code, directory_base, mbid
from jsonb_to_recordset(%(artists)s) as a (
    id bigint, name text, sort_name text, index_letter text, directory_code text, directory_base text, mbid uuid
)
order by id;

-- claim_genres
-- Genres by folded name; those that are there keep their spelling.
insert into genre (key, name)
select key, name from unnest(%(keys)s::text[], %(names)s::text[]) as g (key, name) order by key
on conflict do nothing;

-- genres_by_keys
-- Ids of genres by folded name.
select key, id from genre where key = any(%(keys)s::text[]);

-- claim_album_keys
-- What makes a release the same release, and whose a folder is; nothing for those that are taken.
insert into album_key (key, album_id)
select key, album_id from unnest(%(keys)s::text[], %(ids)s::bigint[]) as c (key, album_id) order by key, album_id
on conflict do nothing;

-- album_keys
-- By the primary key.
select key, album_id from album_key where key = any(%(keys)s::text[]);

-- take_album_numbers
-- A block of album numbers in the open leaf, in a short transaction of its own.
select leaf_number, first_number from take_album_numbers(%(wanted)s, %(songs)s, %(leaf_rows)s);

-- prepare_leaf
-- Makes sure that the next leaf is there before the open one is full.
select prepare_leaf();

-- claim_release_groups
-- Release groups by key; those that are there stay as they are.
insert into release_group (id, key, artist_id, name, mbid, release_types)
select id, key, artist_id, name, mbid, release_types
from jsonb_to_recordset(%(groups)s) as g (id bigint, key text, artist_id bigint, name text, mbid uuid, release_types text[])
order by key
on conflict (key) do nothing;

-- release_groups_by_keys
-- By the unique key.
select key, id, mbid::text from release_group where key = any(%(keys)s::text[]);

-- upsert_covers
-- By the hash of the picture's bytes; the newest copy is the one that is read.
insert into cover (digest, volume_id, path, embedded, content_type, width, height)
select decode(digest, 'hex'), volume_id, decode(path, 'hex'), embedded, content_type, width, height
from jsonb_to_recordset(%(covers)s) as c (
    digest text, volume_id smallint, path text, embedded boolean, content_type text, width integer, height integer
)
order by digest
on conflict (digest) do update set
    volume_id = excluded.volume_id, path = excluded.path, embedded = excluded.embedded
returning digest, id;

-- upsert_albums
-- New albums, those that come back, or more songs for those that are there, which keep what they say of themselves and
-- learn what they leave out. Returns the slot after the last that each album has given out, and what its songs repeat.
with back as (
    delete from removed_album where id = any(%(ids)s::bigint[]) returning id, next_slot
)
insert into albums (
    id, release_group_id, volume_id, folder, name, edition, sort_name, artist_id, display_artist, credits, year,
    release_date, original_date, genres, release_types, labels, catalogue_numbers, barcode, moods, mbid, compilation,
    explicit, disc_titles, cover_id, song_count, duration_ms, size_bytes, next_slot, genre_ids
)
select a.id, release_group_id, volume_id, decode(folder, 'hex'), name, edition, sort_name, artist_id, display_artist,
    credits, year, release_date, original_date, genres, release_types, labels, catalogue_numbers, barcode, moods, mbid,
    compilation, explicit, disc_titles, cover_id, song_count, duration_ms, size_bytes,
    coalesce(back.next_slot, 1) + song_count, genre_ids
from jsonb_to_recordset(%(albums)s) as a (
    id bigint, release_group_id bigint, volume_id smallint, folder text, name text, edition text, sort_name text,
    artist_id bigint, display_artist text, credits jsonb, year integer, release_date text, original_date text,
    genres text[], release_types text[], labels text[], catalogue_numbers text[], barcode text, moods text[], mbid uuid,
    compilation boolean, explicit text, disc_titles jsonb, cover_id bigint, song_count integer, duration_ms bigint,
    size_bytes bigint, genre_ids integer[]
)
left join back on back.id = a.id
order by a.id
on conflict (id) do update set
    song_count = albums.song_count + excluded.song_count,
    duration_ms = albums.duration_ms + excluded.duration_ms,
    size_bytes = albums.size_bytes + excluded.size_bytes,
    next_slot = albums.next_slot + excluded.song_count,
    cover_id = coalesce(albums.cover_id, excluded.cover_id),
    genres = albums.genres || array(
        select g from unnest(excluded.genres) as g
        where not exists (select from unnest(albums.genres) as there where lower(there) = lower(g))
    ),
    genre_ids = albums.genre_ids || array(select g from unnest(excluded.genre_ids) as g where g <> all (albums.genre_ids)),
    release_group_id = coalesce(albums.release_group_id, excluded.release_group_id),
    edition = coalesce(albums.edition, excluded.edition),
    year = coalesce(albums.year, excluded.year),
    release_date = coalesce(albums.release_date, excluded.release_date),
    original_date = coalesce(albums.original_date, excluded.original_date),
    release_types = case when albums.release_types = '{}' then excluded.release_types else albums.release_types end,
    labels = case when albums.labels = '{}' then excluded.labels else albums.labels end,
    catalogue_numbers =
        case when albums.catalogue_numbers = '{}' then excluded.catalogue_numbers else albums.catalogue_numbers end,
    barcode = coalesce(albums.barcode, excluded.barcode),
    moods = case when albums.moods = '{}' then excluded.moods else albums.moods end,
    mbid = coalesce(albums.mbid, excluded.mbid),
    explicit = coalesce(albums.explicit, excluded.explicit),
    disc_titles = albums.disc_titles || (
        select coalesce(jsonb_agg(title order by (title -> 'disc')::integer), '[]')
        from jsonb_array_elements(excluded.disc_titles) as n (title)
        where not albums.disc_titles @> jsonb_build_array(jsonb_build_object('disc', title -> 'disc'))
    ),
    updated_at = now()
returning id, next_slot, name, display_artist, artist_id, credits, year, cover_id;

-- insert_songs
-- New songs, each in the leaf that its id names, and their places in lists and search.
with given as materialized (
    select *
    from jsonb_to_recordset(%(songs)s) as s (
        id bigint, album_id bigint, artist_id bigint, album_artist_id bigint, volume_id smallint, path text, title text,
        sort_name text, album text, display_artist text, display_album_artist text, display_composer text,
        credits jsonb, disc_number integer, track_number integer, disc_subtitle text, year integer, release_date text,
        original_date text, genres text[], duration_ms integer, span_start_ms integer, span_end_ms integer, suffix text,
        content_type text, codec text, bit_rate integer, bit_depth integer, sampling_rate integer, channels integer,
        size_bytes bigint, modified_ns bigint, mbid uuid, track_mbid uuid, isrc text[], moods text[], groupings text[],
        works jsonb, movements jsonb, bpm integer, comment text, explicit text, track_gain real, track_peak real,
        album_gain real, album_peak real, cover_id bigint, tags jsonb, genre_ids integer[], search_name text,
        terms text[]
    )
    order by id
), indexed as (
    insert into song_index (id, volume_id, artist_id, year, duration_ms, search_name, terms)
    select id, volume_id, artist_id, year, duration_ms, search_name, array_to_tsvector(terms) from given
)
insert into songs (
    id, album_id, artist_id, album_artist_id, volume_id, path, title, sort_name, album, display_artist,
    display_album_artist, display_composer, credits, disc_number, track_number, disc_subtitle, year, release_date,
    original_date, genres, duration_ms, span_start_ms, span_end_ms, suffix, content_type, codec, bit_rate, bit_depth,
    sampling_rate, channels, size_bytes, modified_at, mbid, track_mbid, isrc, moods, groupings, works, movements, bpm,
    comment, explicit, track_gain, track_peak, album_gain, album_peak, cover_id, tags, genre_ids
)
select id, album_id, artist_id, album_artist_id, volume_id, decode(path, 'hex'), title, sort_name, album,
    display_artist, display_album_artist, display_composer, credits, disc_number, track_number, disc_subtitle, year,
    release_date, original_date, genres, duration_ms, span_start_ms, span_end_ms, suffix, content_type, codec,
    bit_rate, bit_depth, sampling_rate, channels, size_bytes, to_timestamp(modified_ns / 1e9), mbid, track_mbid, isrc,
    moods, groupings, works, movements, bpm, comment, explicit, track_gain, track_peak, album_gain, album_peak,
    cover_id, tags, genre_ids
from given;

-- write_song_tags
-- What songs say of themselves, each in the leaf that its id names. Where they came from is told once.
insert into song_tags (id, track, origin)
select id, track, decode(origin, 'hex')
from jsonb_to_recordset(%(tags)s) as t (id bigint, track jsonb, origin text)
order by id
on conflict (id) do update set track = excluded.track;

-- insert_songs_elsewhere
-- Songs whose ids lie outside their album's range.
insert into song_of_album_elsewhere (album_id, song_id)
select * from unnest(%(albums)s::bigint[], %(songs)s::bigint[]);

-- albums_there
-- Which of the ids are albums, and whether they are in lists, as they should be; one leaf and one probe for each.
select a.id, a.year, a.cover_id, i.id is not null as indexed
from unnest(%(ids)s::bigint[]) as wanted (id)
cross join lateral (select id, year, cover_id from albums where id = wanted.id offset 0) as a
left join lateral (select id from album_index where id = wanted.id offset 0) as i on true;

-- insert_artist_index
-- Artists that show from now on; returns the new ones. An entry number is taken by these alone: that is why it looks
-- before it inserts, which the catalogue's lock allows.
with added as (
    insert into artist_index (id, index_letter, sort_name, search_name, terms)
    select id, index_letter, sort_name, search_name, array_to_tsvector(terms)
    from jsonb_to_recordset(%(artists)s) as a (
        id bigint, index_letter text, sort_name text, search_name text, terms text[]
    )
    where not exists (select from artist_index as i where i.id = a.id)
    order by id
    returning id, entry
), counted as (
    insert into list_stretch (list, volume_id, stretch, entries)
    select 'artists', 0, entry >> 10, count(*) from added group by entry >> 10
    on conflict (list, scope, volume_id, stretch) do update set entries = list_stretch.entries + excluded.entries
)
select id from added;

-- insert_album_index
-- Albums that show from now on; one that was there before has its ratings again.
with ratings_shown as (
    update album_rating as r set volume_id = a.volume_id
    from jsonb_to_recordset(%(albums)s) as a (id bigint, volume_id smallint)
    where r.album_id = any(array(select id from jsonb_to_recordset(%(albums)s) as b (id bigint))) and r.album_id = a.id
)
insert into album_index (id, volume_id, artist_id, year, sort_name, artist_sort_name, search_name, terms)
select id, volume_id, artist_id, year, sort_name, artist_sort_name, search_name, array_to_tsvector(terms)
from jsonb_to_recordset(%(albums)s) as a (
    id bigint, volume_id smallint, artist_id bigint, year integer, sort_name text, artist_sort_name text,
    search_name text, terms text[]
)
order by id;

-- date_album_index
-- By key: years of albums that did not know theirs so far.
update album_index as i set year = n.year
from unnest(%(ids)s::bigint[], %(years)s::integer[]) as n (id, year)
where i.id = n.id;

-- date_songs
-- Songs of one leaf that name no year have that of their album from now on, in lists too.
with dated as (
    update songs as s set year = n.year, updated_at = now()
    from unnest(%(albums)s::bigint[], %(years)s::integer[]) as n (album_id, year)
    where s.id = any(%(ids)s::bigint[]) and s.id >= %(low)s::bigint and s.id < %(high)s::bigint
        and s.album_id = n.album_id and s.year is null
    returning s.id, s.year
)
update song_index as i set year = d.year from dated as d where i.id = any(%(ids)s::bigint[]) and i.id = d.id;

-- unindex_albums
-- Takes back all that is derived from these albums and their songs, numbers too.
select unindex_albums(%(ids)s::bigint[]);

-- index_albums
-- Derives credits, genres and numbers from the rows of these albums and their songs.
select index_albums(%(ids)s::bigint[]);

-- describe_artists
-- Roles that artists have from now on, and a cover for those without one. The ids are given by themselves too: with a
-- join alone, all of the partitions would be read.
update artists as a
set roles = array(select distinct role from unnest(a.roles || d.roles) as role order by role),
    cover_id = coalesce(a.cover_id, d.cover), updated_at = now()
from jsonb_to_recordset(%(artists)s) as d (id bigint, roles text[], cover bigint)
where a.id = any(%(ids)s::bigint[]) and a.id = d.id and (not a.roles @> d.roles or (a.cover_id is null and d.cover is not null));

-- insert_lyrics
-- Lyrics that came inside the files.
insert into lyrics (song_id, position, synced, source, text)
select song_id, 0, synced, 'embedded', text
from jsonb_to_recordset(%(lyrics)s) as l (song_id bigint, synced boolean, text text);

-- stamp_catalogue
-- Last in its transaction: every promotion queues on this row. The clock is read while the row is held, so that stamps
-- follow each other as commits do: who has seen one has seen all that was written before it.
update catalogue_total
set artists = artists + %(artists)s,
    changed_at = greatest(clock_timestamp(), changed_at + interval '1 millisecond');
