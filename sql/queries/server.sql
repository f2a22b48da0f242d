-- Whether a server will do: asked once, when Melodee starts.

-- database_exists
-- A row when there is a database of that name.
select 1 from pg_database where datname = %(name)s;

-- has_tables
-- Whether anything has been made in the database.
select exists (select from pg_tables where schemaname = current_schema());

-- server_encoding
-- UTF8, or what text in this database is stored as.
select current_setting('server_encoding');

-- may_make_tables
-- Whether our role may; since PostgreSQL 15 only a database's owner may, by default.
select coalesce(has_schema_privilege(current_schema(), 'create'), false);

-- add_trigrams
-- The extension of text search. A database's owner may, since it is trusted.
create extension if not exists pg_trgm;

-- search_sees_every_letter
-- False under the locale C, with which pg_trgm drops each letter that is not ASCII.
select cardinality(show_trgm('любовь')) > 0;

-- hold_migration_lock
-- One process at a time; given back when its connection ends, however that happens.
select pg_advisory_lock(hashtext('melodee migrate'));
