-- keep_hot_tier
-- Appends what came since to the hot tier of a kind, or chooses it anew; on the server, in memory that does not grow.
select entries, added, changed, removed
from keep_hot_tier(%(kind)s, %(tier)s::integer, %(folder_tier)s::integer, %(anew)s);

-- count_words
-- Counts the words of what came since, or of all of a kind; returns how many words changed.
select count_words(%(kind)s, %(anew)s);

-- words_without_keys
-- The next words whose keys are not made yet; a range of an index that holds these alone.
select word
from vocabulary
where deletions is null and length(word) >= 3 and word > %(after)s
order by word
limit %(most)s;

-- set_word_keys
-- By the primary key. Each list of keys is the text of an array.
update vocabulary as v
set deletions = k.keys::integer[]
from unnest(%(words)s::text[], %(keys)s::text[]) as k (word, keys)
where v.word = k.word;

-- forget_words
-- Words that nothing has any more.
delete from vocabulary where artists = 0 and albums = 0 and songs = 0;

-- settle_word_keys
-- Sorts what waits into the index of keys: every look-up would read it.
select gin_clean_pending_list('vocabulary_deletions');

-- keep_prefixes
-- Adds what came since to the stored lists of frequent prefixes, or makes those of a kind anew.
select lists, changed, removed
from keep_prefixes(
    %(kind)s, %(frequent)s::integer, %(longest)s::integer, %(folder_tier)s::integer, %(articles)s::text[], %(anew)s
);

-- count_folders
-- Music folders: a handful.
select count(*) from volume where kind = 'storage';
