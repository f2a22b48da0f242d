-- insert_sidecar_lyrics
-- Lyrics that lay beside songs, after those inside the files.
insert into lyrics (song_id, position, language, synced, source, text)
select song_id, position, language, synced, 'sidecar', text
from jsonb_to_recordset(%(lyrics)s) as l (song_id bigint, position smallint, language text, synced boolean, text text)
order by song_id, position
on conflict (song_id, position) do update set
    language = excluded.language, synced = excluded.synced, source = excluded.source, text = excluded.text;

-- sidecar_lyrics_of
-- Lyrics that songs have from files beside them; by the primary key.
select song_id, language, synced, text
from lyrics where song_id = any(%(songs)s::bigint[]) and source = 'sidecar' order by song_id, position;

-- remove_sidecar_lyrics
-- What songs have from files beside them; by the primary key.
delete from lyrics where song_id = any(%(songs)s::bigint[]) and source = 'sidecar';

-- notes_on
-- What files say of albums and artists; by the primary key.
select subject_id, text, is_art, facts
from note where subject_id = any(%(subjects)s::bigint[]) and source = 'nfo' order by subject_id, position;

-- remove_notes
-- What files said of albums and artists; by the primary key.
delete from note where subject_id = any(%(subjects)s::bigint[]) and source = 'nfo';

-- newest_albums_of_artists
-- The newest albums that are these artists' own; by the index of the artist.
select a.artist_id, a.id as album_id
from unnest(%(ids)s::bigint[]) as wanted (id)
cross join lateral (
    select artist_id, id from album_index where artist_id = wanted.id order by id desc limit %(most)s
) as a;

-- replace_notes
-- Notes on albums and artists; the newest file counts.
insert into note (subject_id, position, source, text, is_art, facts)
select subject_id, position, 'nfo', text, is_art, facts
from jsonb_to_recordset(%(notes)s) as n (subject_id bigint, position smallint, text text, is_art boolean, facts jsonb)
order by subject_id, position
on conflict (subject_id, position) do update set
    text = excluded.text, is_art = excluded.is_art, facts = excluded.facts, updated_at = now();

-- set_disc_covers
-- Pictures of discs; the newest counts.
insert into disc_cover (album_id, disc, cover_id)
select album_id, disc, cover_id
from unnest(%(albums)s::bigint[], %(discs)s::integer[], %(covers)s::bigint[]) as d (album_id, disc, cover_id)
order by album_id, disc
on conflict (album_id, disc) do update set cover_id = excluded.cover_id;

-- set_artist_covers
-- Pictures that are the artists' own, in place of covers of their albums. The ids are given by themselves too: with a
-- join alone, all of the partitions would be read.
update artists as a set cover_id = c.cover_id, updated_at = now()
from unnest(%(ids)s::bigint[], %(covers)s::bigint[]) as c (id, cover_id)
where a.id = any(%(ids)s::bigint[]) and a.id = c.id and a.cover_id is distinct from c.cover_id;

-- sidecars_of_albums
-- Published sidecars of albums, by the index of the album; `name` as in files_of_release, for what is not moved.
select path_hash, kind, album_id, release_id, volume_id, path, path as name
from files
where album_id = any(%(ids)s::bigint[]) and kind = 'sidecar' and state = 'published'
order by album_id, path;

-- name_imported_file
-- A playlist that lay alone and became one of ours needs no music beside it.
update files set reason = 'imported_playlist', updated_at = now()
where path_hash = %(place)s and state = 'ignored' and reason = 'no_music_beside';
