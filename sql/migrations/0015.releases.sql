-- Editions: release groups are found by their MusicBrainz ids too.
create index release_group_mbid on release_group (mbid) where mbid is not null;

alter table removed_album add column mbid uuid;
alter table removed_album add column year integer;
comment on column removed_album.mbid is
    'The MusicBrainz release id that it had: who comes back under its title must not have another.';

comment on table album_key is
    'What makes a release the same album: mbid:<release id>, release:<artist>:<title (edition)>, and folder:<hash>, the '
    'folder that is its own. Made by melodee.catalogue.album_keys.';

-- Paths may have 4,096 bytes, and an index takes 2,700.
drop index file_move_target;
create unique index file_move_target on file_move (target_volume_id, md5(target_path));
drop index cover_place;
create index cover_place on cover (volume_id, md5(path));
