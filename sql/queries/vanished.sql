-- something_vanished
-- Whether any song waits for its file; as a rule none does.
select exists (select from vanished_file);

-- vanished_songs
-- Songs that had these paths or files with these samples; by the indexes of either.
select song_id, album_id, path_hash, sample_hash, content_hash, span_start_ms
from vanished_file
where path_hash = any(%(paths)s::uuid[]) or sample_hash = any(%(samples)s::uuid[])
order by song_id;

-- forget_vanished
-- By key.
delete from vanished_file where song_id = any(%(songs)s::bigint[]);
