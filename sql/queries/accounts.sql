-- accounts
-- All of them by name, with the number of their API keys. Listeners are few.
select id, name, enabled, admin, token_secret is not null as token_login, created_at,
    (select count(*) from api_key where account_id = account.id) as api_keys
from account
order by key;

-- account_by_key
-- One account by its folded name, a unique key.
select * from account where key = %(key)s;

-- account_by_api_key
-- One account by the digest of an API key, a unique key.
select account.*, api_key.id as api_key_id
from api_key
join account on account.id = api_key.account_id
where api_key.digest = %(digest)s;

-- lock_accounts
-- Who makes the first account waits for whoever else does; readers do not notice.
lock table account in share row exclusive mode;

-- any_account
-- Whether there is an account at all.
select exists (select from account);

-- add_account
-- No row comes back when the name is taken.
insert into account (
    name, key, password_hash, token_secret, admin,
    settings_role, upload_role, cover_art_role, podcast_role, jukebox_role, share_role
)
values (
    %(name)s, %(key)s, %(password_hash)s, %(token_secret)s, %(admin)s,
    true, %(admin)s, %(admin)s, %(admin)s, %(admin)s, %(admin)s
)
on conflict (key) do nothing
returning id;

-- set_password
-- The secret of token login changes with the password, unless the account has switched token login off.
update account
set password_hash = %(password_hash)s,
    token_secret = case when token_secret is not null then %(token_secret)s::bytea end,
    updated_at = now()
where key = %(key)s;

-- replace_password_hash
-- The same password under newer parameters; not when it was changed in the meantime.
update account set password_hash = %(new)s where id = %(account)s and password_hash = %(old)s;

-- lock_administrators
-- Held until the end of the transaction, so that two cannot each remove the other as the last but one.
select id from account where admin and enabled order by id for update;

-- withdraw_sole_album_ratings
-- Averages of albums that nobody but this account has rated; before the account goes, and its ratings with it.
delete from album_rating as r
using album_annotation as a
where a.account_id = %(account)s and a.rating is not null and r.album_id = a.album_id and r.votes <= 1;

-- withdraw_album_ratings
-- This account's part of the other averages.
update album_rating as r
set total = r.total - a.rating, votes = r.votes - 1
from album_annotation as a
where a.account_id = %(account)s and a.rating is not null and r.album_id = a.album_id and r.votes > 1;

-- withdraw_sole_song_ratings
-- Averages of songs that nobody but this account has rated.
delete from song_rating as r
using song_annotation as a
where a.account_id = %(account)s and a.rating is not null and r.song_id = a.song_id and r.votes <= 1;

-- withdraw_song_ratings
-- This account's part of the other averages.
update song_rating as r
set total = r.total - a.rating, votes = r.votes - 1
from song_annotation as a
where a.account_id = %(account)s and a.rating is not null and r.song_id = a.song_id and r.votes > 1;

-- remove_account
-- Its stars, plays, playlists and keys go with it.
delete from account where id = %(account)s;

-- add_api_key
-- Only the digest is kept.
insert into api_key (account_id, name, digest) values (%(account)s, %(name)s, %(digest)s);

-- revoke_api_keys
-- All keys of an account.
delete from api_key where account_id = %(account)s;
