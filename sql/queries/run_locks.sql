-- hold_run_lock
-- Taken by the process of a run in Dagster's database for as long as it lives: the server lets go of the lock when the
-- process does, however it ends.
select pg_advisory_lock(hashtextextended(%(run)s, 0));

-- run_lock_is_free
-- True when no living process holds the run's lock. Shared and for the length of the statement, so that looking never
-- keeps a run from taking it.
select pg_try_advisory_xact_lock_shared(hashtextextended(%(run)s, 0));
