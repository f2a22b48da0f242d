-- Pictures that are artists', though neither their names nor their folders say so.

alter table files add column shows text check (shows = 'artist');
comment on column files.shows is
    'Whom a picture shows where its path does not tell: it was dropped as folder.jpg above several albums of one artist.';
