-- playlist_import_of
-- What is known of a playlist that came as a file; by the unique key.
select id, digest, playlist_id, playlist_changed_at from playlist_import where key = %(key)s;

-- enter_playlist_import
-- A playlist that came as a file, or came again with other lines.
insert into playlist_import (key, volume_id, path, place_volume_id, place_path, digest, name)
values (%(key)s, %(volume)s, %(path)s, %(place_volume)s, %(place_path)s, %(digest)s, %(name)s)
on conflict (key) do update set
    place_volume_id = excluded.place_volume_id, place_path = excluded.place_path, digest = excluded.digest,
    name = excluded.name, imported_at = now()
returning id;

-- replace_playlist_import_lines
-- The lines of a file, in place of those that it had before.
with gone as (
    delete from playlist_import_line as l
    where l.import_id = %(import)s and not (l.line = any(%(lines)s::integer[]))
)
insert into playlist_import_line (import_id, line, text, artist, title, duration_s, file_key, title_key, song_id)
select %(import)s, line, text, artist, title, duration_s, file_key, title_key, song_id
from jsonb_to_recordset(%(rows)s) as r (
    line integer, text text, artist text, title text, duration_s integer, file_key text, title_key text, song_id bigint
)
on conflict (import_id, line) do update set
    text = excluded.text, artist = excluded.artist, title = excluded.title, duration_s = excluded.duration_s,
    file_key = excluded.file_key, title_key = excluded.title_key, song_id = excluded.song_id;

-- waiting_playlist_lines
-- Lines without a song that may mean one of those with these names or titles; by two partial indexes.
select l.import_id, l.line, l.text, l.artist, l.title, l.duration_s
from (
    select import_id, line from playlist_import_line where song_id is null and file_key = any(%(files)s::text[])
    union
    select import_id, line
    from playlist_import_line
    where song_id is null and title_key <> '' and title_key = any(%(titles)s::text[])
) as w
cross join lateral (
    select * from playlist_import_line where import_id = w.import_id and line = w.line offset 0
) as l
order by l.import_id, l.line;

-- set_playlist_lines
-- The songs that lines mean.
update playlist_import_line as l set song_id = s.song_id
from unnest(%(imports)s::bigint[], %(lines)s::integer[], %(songs)s::bigint[]) as s (import_id, line, song_id)
where l.import_id = s.import_id and l.line = s.line;

-- playlist_imports_by_id
-- What a playlist is made of: with where its file is.
select id, volume_id, path, place_volume_id, place_path, name, playlist_id, playlist_changed_at
from playlist_import where id = any(%(ids)s::bigint[]) order by id;

-- playlist_import_lines
-- In order; by the primary key.
select line, text, song_id from playlist_import_line where import_id = %(import)s order by line;

-- first_administrator
-- Whose the playlists are that come as files.
select id from account where admin and enabled order by id limit 1;

-- insert_playlist
-- A playlist of the given id.
insert into playlist (id, account_id, name, public) values (%(playlist)s, %(account)s, %(name)s, true);

-- untouched_playlist
-- Whether a playlist is as intake left it; locks its row.
select id from playlist where id = %(playlist)s and changed_at = %(changed_at)s for update;

-- replace_playlist_entries
-- The playlist's songs in order, in place of those that it had; the length is that of the songs that there are.
with gone as (
    delete from playlist_entry where playlist_id = %(playlist)s and position > cardinality(%(songs)s::bigint[])
), given as materialized (
    select song_id, place from unnest(%(songs)s::bigint[]) with ordinality as g (song_id, place)
), added as (
    insert into playlist_entry (playlist_id, position, song_id)
    select %(playlist)s, place, song_id from given
    on conflict (playlist_id, position) do update set song_id = excluded.song_id
)
update playlist
set name = %(name)s, song_count = cardinality(%(songs)s::bigint[]), changed_at = clock_timestamp(),
    duration_ms = coalesce((
        select sum(s.duration_ms)
        from given
        cross join lateral (select duration_ms from songs where id = given.song_id offset 0) as s
    ), 0)
where id = %(playlist)s
returning changed_at;

-- set_import_playlist
-- The playlist that a file became, as intake leaves it.
update playlist_import set playlist_id = %(playlist)s, playlist_changed_at = %(changed_at)s where id = %(import)s;

-- songs_with_titles
-- Songs that are called so, a bounded number for each title: a range of the index of names, and one leaf a song.
select s.id, t.origin, s.display_artist, s.title, s.duration_ms
from unnest(%(titles)s::text[]) as w (title)
cross join lateral (
    select id from song_index
    where left(search_name, 24) = left(w.title, 24) and search_name = w.title
    limit 200
) as i
cross join lateral (select id, display_artist, title, duration_ms from songs where id = i.id offset 0) as s
left join lateral (select origin from song_tags where id = i.id offset 0) as t on true;

-- songs_of_files
-- Songs of files that the ledger knows by these keys; one probe each, and one leaf.
select s.id, f.path as origin, s.display_artist, s.title, s.duration_ms
from unnest(%(hashes)s::uuid[]) as w (path_hash)
cross join lateral (
    select path, song_id from files where path_hash = w.path_hash and state = 'published' and song_id is not null offset 0
) as f
cross join lateral (select id, display_artist, title, duration_ms from songs where id = f.song_id offset 0) as s;

-- playlist_imports
-- All playlists that came as files, with how many of their lines have a song; reads the lines once.
select i.id, v.name as volume, i.path, i.name, i.playlist_id, i.imported_at, coalesce(l.lines, 0) as lines,
    coalesce(l.matched, 0) as matched
from playlist_import as i
join volume as v on v.id = i.volume_id
left join (
    select import_id, count(*)::integer as lines, count(song_id)::integer as matched
    from playlist_import_line
    group by import_id
) as l on l.import_id = i.id
order by i.id;

-- unmatched_playlist_lines
-- The lines of a playlist that have no song yet, in order; by the primary key.
select line, text, artist, title from playlist_import_line where import_id = %(import)s and song_id is null order by line;
