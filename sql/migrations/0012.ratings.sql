-- Rated albums by music folder, so that the best rated are one ordered range of an index for each folder, at any offset.

alter table album_rating
    add column volume_id smallint,
    add column average double precision generated always as (total::double precision / nullif(votes, 0)) stored;
update album_rating as r set volume_id = i.volume_id from album_index as i where i.id = r.album_id;
comment on column album_rating.volume_id is 'The album''s in album_index; null while the album is gone.';

drop index album_rating_average;
create index album_rating_highest on album_rating (volume_id, average desc, votes desc, album_id) where votes > 0;

create function copy_album_volume() returns trigger
language plpgsql
as $$
begin
    new.volume_id := (select volume_id from album_index where id = new.album_id);
    return new;
end
$$;
create trigger copy_volume before insert on album_rating for each row when (new.volume_id is null)
    execute function copy_album_volume();
