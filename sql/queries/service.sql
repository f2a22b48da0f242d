-- answers
-- Says that the database is there; touches no table.
select true;

-- connection_limit
-- Connections that the server allows to all that are no superusers of it.
select current_setting('max_connections')::integer - current_setting('superuser_reserved_connections')::integer;
