-- answers
-- Says that the database is there; touches no table.
select true;
