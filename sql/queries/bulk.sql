-- Loading a whole catalogue: rows are copied into tables and leaves that nobody sees yet, indexed, and put in place.

-- hold_catalogue
-- Waits for a promotion that runs, and lets none begin until hold_catalogue's connection lets go or ends.
select pg_advisory_lock(hashtextextended('melodee.catalogue', 0));

-- hold_artists
-- As hold_catalogue: promotions make artists before anything else.
select pg_advisory_lock(hashtextextended('melodee.artists', 0));

-- release_holds
-- Lets promotions go on.
select pg_advisory_unlock_all();

-- wait_for_locks
-- For this transaction: how long a statement waits for a lock. Shorter than deadlock_timeout, so that of a reader and us
-- it is never the reader who is given up; 0 for ever.
select set_config('lock_timeout', %(time)s, true);

-- lock_what_is_emptied
-- All tables that empty_catalogue empties, at once.
lock table albums, songs, song_tags, artists, release_group, artist_key, directory_code_counter, album_key,
    song_of_album_elsewhere, id_alias, genre, genre_folder, artist_index, artist_folder, album_index, album_genre,
    album_credit, song_index, song_genre, song_credit, cover, lyrics, removed_album, album_hot, song_hot, vocabulary,
    search_prefix, folder_total, list_stretch, list_block, name_stretch, song_annotation, album_annotation,
    artist_annotation, album_rating, song_rating, scrobble, now_playing, playlist_entry, playlist
in access exclusive mode;

-- lock_what_is_replaced
-- All tables that are put in the place of others, at once.
lock table song_credit, song_index, song_genre, album_key, album_index, album_credit, release_group, album_genre,
    list_stretch, list_block, artist_folder, artist_key, artist_index, lyrics
in access exclusive mode;

-- empty_catalogue
-- Takes out all that the catalogue holds, leaves too.
call empty_catalogue();

-- prepare_load
-- For this transaction: what sorting for an index may take, and how many processes may help.
select set_config('maintenance_work_mem', %(memory)s, true) as memory,
    set_config('max_parallel_maintenance_workers', %(workers)s, true) as workers;

-- begin_load
-- Makes a table like another one, under its name and _load.
call begin_load(%(table)s);

-- indexes_of
-- The indexes of some tables: those of search first, because one process alone builds them, then in the order of tables.
select c.relname as name, t.name as table
from unnest(%(tables)s::text[]) with ordinality as t (name, place)
join pg_index as i on i.indrelid = t.name::regclass
join pg_class as c on c.oid = i.indexrelid
join pg_am as m on m.oid = c.relam
order by m.amname <> 'gin', t.place, c.relname;

-- build_load_index
-- Builds an index of a table on the one that is loaded in its place.
call build_load_index(%(index)s);

-- finish_load
-- Puts a loaded table in its place.
call finish_load(%(table)s);

-- analyze_load
-- Statistics of a loaded table.
call analyze_load(%(table)s);

-- leaf_filled
-- What take_album_numbers would have noted of a leaf.
update leaf
set state = %(state)s, opened_at = %(opened)s::timestamptz, closed_at = %(closed)s::timestamptz,
    next_album = %(next)s::bigint, albums = %(next)s::bigint - 1, songs = %(songs)s
where number = %(number)s;

-- open_leaf
-- Opens the prepared leaf where none is open.
update leaf set state = 'open', opened_at = %(opened)s::timestamptz
where number = %(number)s and not exists (select from leaf where state = 'open');

-- copy_songs
-- Into one leaf, which this transaction has made: rows as frozen, so that nothing need visit them again.
copy {leaf} (
    id, artist_id, path, title, sort_name, display_artist, display_composer, credits, disc_number, track_number,
    duration_ms, size_bytes, mbid, track_mbid, isrc, track_gain, track_peak, genres, genre_ids, album_id, album_artist_id,
    volume_id, album, display_album_artist, year, release_date, suffix, content_type, codec, bit_rate, bit_depth,
    sampling_rate, channels, modified_at, album_gain, album_peak, cover_id, created_at, updated_at
) from stdin (freeze);

-- copy_albums
-- See copy_songs.
copy {leaf} (
    id, release_group_id, volume_id, folder, name, sort_name, artist_id, display_artist, credits, year, release_date,
    original_date, genres, genre_ids, release_types, labels, catalogue_numbers, mbid, compilation, disc_titles, cover_id,
    song_count, duration_ms, size_bytes, next_slot, created_at, updated_at
) from stdin (freeze);

-- copy_song_index
-- Into the table that begin_load made in this transaction, as all that follow.
copy song_index_load (
    id, volume_id, artist_id, year, random_key, search_name, terms, popularity, entry, duration_ms
) from stdin (freeze);

-- copy_song_genre
-- See copy_song_index.
copy song_genre_load (genre_id, song_id, volume_id, year, random_key) from stdin (freeze);

-- copy_song_credit
-- See copy_song_index.
copy song_credit_load (artist_id, role_id, song_id) from stdin (freeze);

-- copy_album_index
-- See copy_song_index.
copy album_index_load (
    id, volume_id, artist_id, year, sort_name, artist_sort_name, random_key, search_name, terms, popularity, entry
) from stdin (freeze);

-- copy_album_genre
-- See copy_song_index.
copy album_genre_load (genre_id, album_id, volume_id) from stdin (freeze);

-- copy_album_credit
-- See copy_song_index.
copy album_credit_load (artist_id, album_id, role) from stdin (freeze);

-- copy_album_key
-- See copy_song_index.
copy album_key_load (key, album_id) from stdin (freeze);

-- copy_release_group
-- See copy_song_index.
copy release_group_load (id, key, artist_id, name, release_types, created_at) from stdin (freeze);

-- copy_artist_index
-- See copy_song_index.
copy artist_index_load (id, index_letter, sort_name, search_name, terms, popularity, entry) from stdin (freeze);

-- copy_artist_key
-- See copy_song_index.
copy artist_key_load (key, artist_id) from stdin (freeze);

-- copy_artist_folder
-- See copy_song_index.
copy artist_folder_load (volume_id, artist_id, album_count, song_count, credit_count, duration_ms, entry) from stdin (freeze);

-- copy_list_stretch
-- See copy_song_index.
copy list_stretch_load (list, scope, volume_id, stretch, entries) from stdin (freeze);

-- copy_list_block
-- See copy_song_index.
copy list_block_load (list, scope, volume_id, block, entries) from stdin (freeze);

-- copy_lyrics
-- See copy_song_index.
copy lyrics_load (song_id, position, synced, source, text) from stdin (freeze);

-- copy_artists
-- Into the table itself, as all that follow: these are few.
copy artists (
    id, name, sort_name, index_letter, directory_code, directory_base, mbid, roles, cover_id, created_at, updated_at
) from stdin;

-- copy_directory_code_counter
-- See copy_artists.
copy directory_code_counter (base, given) from stdin;

-- copy_genre
-- See copy_artists.
copy genre (id, key, name) from stdin;

-- copy_genre_folder
-- See copy_artists.
copy genre_folder (genre_id, volume_id, album_count, song_count, duration_ms) from stdin;

-- copy_credit_role
-- See copy_artists.
copy credit_role (id, name) from stdin;

-- copy_folder_total
-- See copy_artists.
copy folder_total (volume_id, albums, songs, duration_ms, size_bytes) from stdin;

-- copy_song_of_album_elsewhere
-- See copy_artists.
copy song_of_album_elsewhere (album_id, song_id) from stdin;

-- copy_cover
-- See copy_artists.
copy cover (id, digest, volume_id, path, embedded, content_type, width, height, created_at) from stdin;

-- copy_files
-- See copy_artists.
copy files (
    path_hash, volume_id, path, kind, state, size_bytes, modified_ns, changed_ns, song_id, album_id
) from stdin;

-- copy_song_annotation
-- See copy_artists.
copy song_annotation (account_id, song_id, starred_at, rating, play_count, played_at) from stdin;

-- copy_album_annotation
-- See copy_artists.
copy album_annotation (account_id, album_id, starred_at, rating, play_count, played_at) from stdin;

-- copy_artist_annotation
-- See copy_artists.
copy artist_annotation (account_id, artist_id, starred_at, rating) from stdin;

-- copy_song_rating
-- See copy_artists.
copy song_rating (song_id, total, votes) from stdin;

-- copy_album_rating
-- See copy_artists.
copy album_rating (album_id, total, votes) from stdin;

-- copy_scrobble
-- See copy_artists.
copy scrobble (account_id, song_id, played_at, client) from stdin;

-- copy_playlist
-- See copy_artists.
copy playlist (
    id, account_id, name, public, song_count, duration_ms, created_at, changed_at
) from stdin;

-- copy_playlist_entry
-- See copy_artists.
copy playlist_entry (playlist_id, position, song_id) from stdin;

-- settle_sequences
-- The next numbers of everything that a load has numbered itself.
select setval('entity_number', %(entities)s) as entities, setval('song_entry', %(songs)s) as songs,
    setval('album_entry', %(albums)s) as albums, setval('artist_entry', %(artists)s) as artists,
    setval(pg_get_serial_sequence('genre', 'id'), (select max(id) from genre)) as genres,
    setval(pg_get_serial_sequence('credit_role', 'id'), (select max(id) from credit_role)) as roles,
    setval(pg_get_serial_sequence('cover', 'id'), (select max(id) from cover)) as covers;

-- settle_totals
-- The catalogue's totals, from those of its folders.
update catalogue_total as t
set songs = f.songs, albums = f.albums, duration_ms = f.duration_ms, size_bytes = f.size_bytes, artists = %(artists)s,
    changed_at = greatest(clock_timestamp(), t.changed_at + interval '1 millisecond')
from (
    select sum(songs) as songs, sum(albums) as albums, sum(duration_ms) as duration_ms, sum(size_bytes) as size_bytes
    from folder_total
) as f;

-- disk_of_tables
-- Bytes of each table that holds catalogue rows, parts taken together: rows with what is stored aside, and indexes.
select coalesce(p.relname, c.relname) as name, sum(pg_table_size(c.oid))::bigint as rows_bytes,
    sum(pg_indexes_size(c.oid))::bigint as index_bytes
from pg_class as c
left join pg_inherits as i on i.inhrelid = c.oid
left join pg_class as p on p.oid = i.inhparent
where c.relkind = 'r' and c.relnamespace = current_schema()::regnamespace
group by 1
having sum(pg_total_relation_size(c.oid)) > 65536
order by 2 desc;
