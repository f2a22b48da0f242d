-- Playlists with names of any length, and alerts of items that were given up.

-- Names may have 1,000 letters of four bytes each, and an index takes 2,700 bytes.
drop index playlist_account;
create index playlist_account on playlist (account_id, left(name, 100), id);
comment on index playlist_account is 'Lists read a listener''s playlists by it and put those of one beginning in order.';

create index ingest_failure_given_up on ingest_failure (gave_up_at) where gave_up_at is not null;
