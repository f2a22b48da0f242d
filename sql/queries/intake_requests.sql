-- unfinished_batches
-- Every batch that is not finished, oldest first; by the partial index of unfinished batches.
select key, generation, state from batch where state <> 'finished' order by planned_at, key limit %(most)s;

-- next_generation
-- The batch wants a run again. Nothing when somebody else was faster.
update batch set generation = generation + 1
where key = %(batch)s and generation = %(generation)s and state <> 'finished'
returning generation;
