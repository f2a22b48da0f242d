-- A synthetic catalogue, statement by statement. Parameters are described in tests/catalogue_rows.py.

create temporary table word on commit drop as
select number, substr(translate(md5('word ' || number), '0123456789', 'aeioulnrst'), 1, 3 + number %% 7) as word
from generate_series(0, %(words)s - 1) as number;
create unique index on word (number);

create temporary table made on commit drop as
select number, (leaf << 43) | (album << 10) as id, leaf,
    case when number %% 100 = 7 then 3 when number %% 3 = 0 then 2 else 1 end::smallint as volume_id,
    least((power(random(), 2) * %(artists)s)::bigint, %(artists)s - 1) as artist,
    1950 + (random() * 75)::integer as year,
    1 + (power(random(), 3) * (%(genres)s - 1))::integer as genre,
    (power(random(), 3) * (%(words)s - 1))::integer as first_word,
    (random() * (%(words)s - 1))::integer as second_word
from unnest(%(leaves)s::bigint[], %(albums)s::bigint[], %(numbers)s::bigint[]) as a (leaf, album, number);

create temporary table made_artist on commit drop as
select a.number, ((1 + a.number) << 10) | 1 as id,
    initcap(f.word || ' ' || s.word) || case when a.number %% 50 = 0 then ' ' || a.number else '' end as name,
    case when a.number %% 40 = 0 then '#' else upper(left(f.word, 1)) end as letter
from generate_series(0::bigint, %(artists)s - 1) as a (number)
join word as f on f.number = (a.number * 7 + a.number / 4000) %% %(words)s
join word as s on s.number = (a.number * 13 + 5) %% %(words)s;
create unique index on made_artist (number);
analyze word, made, made_artist;

-- What is partitioned.

insert into volume (id, name, kind, path)
select id, name, case when name = 'Inbound' then 'inbound' else 'storage' end, '/nowhere/' || id
from unnest(%(folder_ids)s::smallint[], %(folder_names)s::text[]) as v (id, name);
select setval(pg_get_serial_sequence('volume', 'id'), (select max(id) from volume));

insert into genre (id, key, name) overriding system value
select number, 'genre ' || number, 'Genre ' || number from generate_series(1, %(genres)s) as number;

insert into artists (id, name, sort_name, index_letter, directory_code, directory_base)
select id, name, lower(name), letter, upper(left(name, 2)) || '-' || number, left(letter, 1) from made_artist;

insert into albums (
    id, volume_id, folder, name, sort_name, artist_id, display_artist, credits, year, release_date, genres, labels,
    release_types, song_count, duration_ms, size_bytes, next_slot, genre_ids
)
select m.id, m.volume_id, convert_to('folder/' || m.number, 'UTF8'), initcap(f.word || ' ' || s.word),
    f.word || ' ' || s.word, a.id, a.name,
    jsonb_build_array(jsonb_build_object('id', a.id, 'name', a.name, 'role', 'albumartist', 'sub_role', '')),
    m.year, m.year || '-03-01', array['Genre ' || m.genre], array['Label ' || m.number %% 500], array['album'],
    %(songs)s, %(songs)s * 200000, %(songs)s * 5000000::bigint, %(songs)s + 1,
    array[m.genre]
from made as m
join made_artist as a on a.number = m.artist
join word as f on f.number = m.first_word
join word as s on s.number = m.second_word
order by m.id;

insert into songs (
    id, album_id, artist_id, album_artist_id, volume_id, path, title, sort_name, album, display_artist,
    display_album_artist, credits, disc_number, track_number, year, genres, duration_ms, suffix, content_type, codec,
    bit_rate, sampling_rate, channels, size_bytes, modified_at, genre_ids
)
select b.id + track, b.id, b.artist_id, b.artist_id, b.volume_id,
    b.folder || convert_to('/' || track || '.flac', 'UTF8'), initcap(f.word || ' ' || s.word), f.word || ' ' || s.word,
    b.name, b.display_artist, b.display_artist,
    b.credits || jsonb_set(b.credits, '{0,role}', '"artist"') || case
        when g.id is null then '[]' else jsonb_build_array(jsonb_build_object('id', g.id, 'name', g.name, 'role', 'remixer'))
    end,
    1, track, b.year, b.genres, 180000 + track * 1000, 'flac', 'audio/flac', 'flac', 900, 44100, 2, 5000000, now(), b.genre_ids
from albums as b
join made as m on m.id = b.id
cross join generate_series(1, %(songs)s) as track
left join made_artist as g on g.number = (m.artist + 17) %% %(artists)s and m.number %% 10 = 0 and track = 1
cross join lateral (
    select (hashint8(b.id + track) & 2147483647) / 2147483648.0 as x, hashint8(b.id * 3 + track) & 2147483647 as y
) as chance
join word as f on f.number = floor(chance.x * chance.x * %(words)s)
join word as s on s.number = chance.y %% %(words)s
order by b.id, track;

insert into song_tags (id, track, origin) select id, jsonb_build_object('title', title), path from songs;

-- The narrow tables beside them.

insert into artist_index (id, index_letter, sort_name, search_name, terms, popularity)
select id, letter, lower(name), replace(lower(name), ' ', ''), array_to_tsvector(string_to_array(lower(name), ' ')), number %% 1000
from made_artist order by id;

insert into artist_key (key, artist_id) select 'name:' || lower(name) || number, id from made_artist;

insert into album_index (id, volume_id, artist_id, year, sort_name, artist_sort_name, search_name, terms, popularity)
select id, volume_id, artist_id, year, sort_name, lower(display_artist), replace(sort_name, ' ', ''),
    array_to_tsvector(array(select distinct unnest(string_to_array(sort_name || ' ' || lower(display_artist), ' ')))),
    hashint8(id) & 1023
from albums order by id;

insert into song_index (id, volume_id, artist_id, year, duration_ms, search_name, terms, popularity)
select id, volume_id, artist_id, year, duration_ms, replace(sort_name, ' ', ''),
    array_to_tsvector(array(select distinct unnest(string_to_array(sort_name || ' ' || lower(display_artist), ' ')))),
    hashint8(id) & 1023
from songs order by id;

-- Songs that moved: twenty to the first album, and one in every hundred to another one.
insert into song_of_album_elsewhere (album_id, song_id)
select (select min(id) from made), id + 10 from made where number between 1 and 20
union all
select t.id, f.id + 9 from made as t join made as f on f.number = t.number + 1 where t.number %% 10 = 5;
update songs set album_id = e.album_id from song_of_album_elsewhere as e where e.song_id = songs.id;

insert into list_stretch (list, volume_id, stretch, entries)
select 'artists', 0, entry >> 10, count(*) from artist_index group by 3;

do $$
declare
    part bigint[];
begin
    for part in select array_agg(id) from albums group by id >> 43 loop
        perform index_albums(part);
    end loop;
end
$$;
select cut_name_stretches(list, 500) from unnest(array['albums_by_name', 'albums_by_artist']) as list;

insert into release_group (id, key, artist_id, name)
select ((1 + %(artists)s + row_number() over (order by id)) << 10) | 3, 'group ' || id, artist_id, name from albums;

insert into album_key (key, album_id) select 'album ' || id, id from albums;

insert into removed_album (id, next_slot) select id + (1::bigint << 42), 11 from made where number %% 10 = 0;

insert into id_alias (old_id, id) select id + 1000, id from made;

insert into cover (digest, volume_id, path, embedded, content_type, width, height)
select decode(md5(id::text), 'hex'), volume_id, folder, false, 'image/jpeg', 600, 600 from albums order by id;
update albums set cover_id = c.id from cover as c where c.path = albums.folder;

insert into lyrics (song_id, source, text) select id + 1, 'tag', 'la la la' from made where number %% 2 = 0;

update artists set roles = '{albumartist,artist}' where id in (select artist_id from artist_folder);

update leaf set albums = n.albums, songs = n.albums * %(songs)s
from (select leaf, count(*) as albums from made group by leaf) as n
where n.leaf = leaf.number;

update catalogue_total set artists = %(artists)s, changed_at = clock_timestamp();

select setval('entity_number', 1 + %(artists)s + (select count(*) from made));

-- Listeners: each has heard a fiftieth of the songs, starred an eighth of those and rated a quarter.

insert into account (name, key, password_hash)
select 'Listener ' || number, 'listener ' || number, 'none' from generate_series(1, %(accounts)s) as number;
insert into account_folder (account_id, volume_id) select id, 3 from account where key = 'listener 2';
insert into api_key (account_id, digest) select id, decode(md5(key), 'hex') from account;

insert into song_annotation (account_id, song_id, starred_at, rating, play_count, played_at)
select a.id, s.id,
    case when (hashint8(s.id) & 7) = 0 then now() - (hashint8(s.id) & 65535) * interval '1 minute' end,
    case when (hashint8(s.id) & 3) = 0 then 1 + (hashint8(s.id) & 1023) %% 5 end,
    1 + (hashint8(s.id) & 31),
    now() - (hashint8(s.id) & 1048575) * interval '1 minute'
from account as a cross join songs as s
where hashint8(s.id + a.id * 7919) %% 50 = 0
order by 1, 2;

insert into album_annotation (account_id, album_id, starred_at, rating, play_count, played_at)
select account_id, song_id & ~1023::bigint, max(starred_at), max(rating), sum(play_count), max(played_at)
from song_annotation group by 1, 2 order by 1, 2;

insert into artist_annotation (account_id, artist_id, starred_at, rating)
select distinct on (1, 2) a.account_id, b.artist_id, a.starred_at, a.rating
from album_annotation as a join albums as b on b.id = a.album_id
order by 1, 2;

insert into song_rating (song_id, total, votes)
select song_id, sum(rating), count(*) from song_annotation where rating is not null group by 1;
insert into album_rating (album_id, total, votes)
select album_id, sum(rating), count(*) from album_annotation where rating is not null group by 1;

insert into scrobble (account_id, song_id, played_at)
select account_id, song_id, played_at - step * interval '1 day' from song_annotation cross join generate_series(0, 1) as step;

insert into now_playing (account_id, client, song_id)
select a.id, 'player', (select min(id) + 1 from made) from account as a;

insert into playlist (id, account_id, name, public)
select (nextval('entity_number') << 10) | 2, 1 + number %% %(accounts)s, 'List ' || number, number %% 2 = 0
from generate_series(1, 200) as number;
insert into playlist_entry (playlist_id, position, song_id)
select p.id, row_number() over (partition by p.id order by a.song_id), a.song_id
from playlist as p
join song_annotation as a on a.account_id = p.account_id and (hashint8(a.song_id + p.id) & 63) = 0;

-- What intake has done: all of it is published, but for one batch that waits.

insert into batch (key, volume_id, state, finished_at)
select '20261101T000000-' || lpad(number::text, 3, '0'), %(inbound)s, 'finished', now()
from generate_series(1, (select least(max(number) / 100 + 1, 999) from made)) as number;
insert into batch (key, volume_id) values ('20261102T000000-001', %(inbound)s);
insert into batch_entry (batch, path)
select b.key, convert_to('drop/' || step, 'UTF8') from batch as b cross join generate_series(1, 20) as step;

insert into inbound_look (path_hash, volume_id, path, signature, complete)
select md5('entry ' || number)::uuid, %(inbound)s, convert_to('drop/' || number, 'UTF8'), '\x00', true
from made where number %% 10 = 0;

insert into scan_request (requested_by, planned_at, finished_at)
select 'admin', now(), now() from generate_series(1, 1000);
insert into scan_request_batch (scan_request_id, batch) select 1 + step, key from batch cross join generate_series(0, 9) as step;

insert into release (batch, key, volume_id, root, state, artist, album, description, album_id)
select '20261101T000000-' || lpad(least(number / 100 + 1, 999)::text, 3, '0'), 'release ' || number, %(inbound)s,
    convert_to('drop/' || number, 'UTF8'), 'published', 'Artist', 'Album', '{}', id
from made order by number;
insert into release (batch, key, volume_id, root, state, artist, album, description)
select '20261102T000000-001', 'new ' || step, %(inbound)s, convert_to('drop/' || step, 'UTF8'),
    (array['discovered', 'staged', 'waiting', 'approved'])[1 + step %% 4], 'Artist', 'Album', '{}'
from generate_series(1, 20) as step;

insert into files (
    path_hash, volume_id, path, kind, state, size_bytes, modified_ns, changed_ns, content_hash, release_id, song_id, album_id
)
select md5(s.id::text)::uuid, s.volume_id, s.path, 'audio', 'published', s.size_bytes, 1, 1,
    decode(md5('content ' || s.id), 'hex'), r.id, s.id, r.album_id
from release as r join songs as s on s.id > r.album_id and s.id < r.album_id + 1024;
insert into files (path_hash, volume_id, path, kind, state, size_bytes, modified_ns, changed_ns, release_id)
select md5('pending ' || r.id || ' ' || step)::uuid, %(inbound)s, r.root || convert_to('/' || step, 'UTF8'), 'audio', 'pending',
    5000000, 1, 1, r.id
from release as r cross join generate_series(1, %(songs)s) as step
where r.album_id is null;

insert into release_file (release_id, position, path_hash, kind, name)
select release_id, row_number() over (partition by release_id order by path_hash), path_hash, kind, path from files;

insert into finding (release_id, position, code, severity, message)
select id, 1, 'no_year', 'warning', 'The release has no year.' from release where id %% 10 = 0;

insert into ingest_failure (item, stage, code, volume_id, path, message, batch, next_try_at)
select md5('failed ' || step)::uuid, 'discover', 'unreadable', %(inbound)s, convert_to('failed/' || step, 'UTF8'),
    'The file''s audio could not be read.', '20261101T000000-001', now()
from generate_series(1, 500) as step;

insert into file_move (
    state, purpose, release_id, path_hash, source_volume_id, source_path, device, inode, size_bytes, modified_ns,
    changed_ns, target_volume_id, target_path
)
select 'planned', 'publish', release_id, path_hash, volume_id, path, 1, 1, size_bytes, 1, 1, 1, path
from files where state = 'pending';

insert into vanished_file (song_id, album_id, volume_id, path, path_hash, size_bytes, sample_hash)
select step, 1, 1, convert_to('gone/' || step, 'UTF8'), md5('gone ' || step)::uuid, 5000000, md5('sample ' || step)::uuid
from generate_series(1, 5000) as step;
insert into folder_look (path_hash, volume_id, path, modified_ns, is_mount)
select md5('folder ' || step)::uuid, 1, convert_to('folder ' || step, 'UTF8'), 1, false from generate_series(1, 5000) as step;
insert into volume_scan (volume_id, is_full, requested_by, state, started_at, finished_at)
select 1 + step %% 3, false, 'schedule', 'done', now(), now() from generate_series(1, 1000) as step;
insert into volume_scan (volume_id, is_full, requested_by, state, started_at)
select 1, false, 'schedule', 'running', now();
insert into scan_folder (scan_id, path, modified_ns, is_mount, fresh)
select 1001, convert_to('folder ' || step, 'UTF8'), 1, false, step %% 3 from generate_series(1, 3000) as step;
insert into scan_missing (scan_id, path_hash, size_bytes, sample_hash)
select 1001, path_hash, 5000000, md5('sample ' || path_hash)::uuid from (select path_hash from files limit 3000) as f;
insert into backfill (volume_id, path) select %(inbound)s, 'library' from generate_series(1, 3);
insert into batch (key, volume_id, state, backfill_id, announced)
select '20261201T000000-' || step, %(inbound)s, 'held', 1, false from generate_series(1000, 3000) as step;
insert into backfill_top (path_hash, backfill_id) select md5('top ' || step)::uuid, 1 from generate_series(1, 2000) as step;
