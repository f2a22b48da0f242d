"""Examples of search: sql/queries/{search,search_upkeep}.sql. Two words, of which many names have the first."""

from tests.plans.examples.example import Example, Ids

MOST = 10_000


def examples(ids: Ids) -> dict[str, Example]:
    bounded = (("bound_search", {"timeout_ms": "2000"}),)
    page = {"folders": ids.folders, "size": 50}
    query = {
        **page, "terms": f"'{ids.word}' & 'a':*", "names": [f"{ids.word}a"], "parts": [ids.word, "a"], "most": MOST,
        "seen": [],
    }  # fmt: skip
    whole = {**query, "driver": query["terms"]}
    named = {
        **query, "terms": f"'{ids.word}':*", "names": [ids.word], "beginnings": [ids.word, f"the{ids.word}"],
        "beyond": "\U0010ffff", "look": 150,
    }  # fmt: skip
    listed = {**page, "prefix": ids.word[:1]}
    kept = {"anew": False, "folder_tier": 5000}
    return {
        "search_state": Example(
            {"folders": ids.folders, "prefix": ids.word},
            scans=frozenset({"search_upkeep", "catalogue_total"}),
            buffers=30,
            rows=3,
        ),
        "word_documents": Example({"words": [ids.word, "a", "nowhere"]}, buffers=15, rows=1),
        "listed_artists": Example(listed, buffers=400, rows=50),
        "listed_albums": Example(listed, buffers=400, rows=50),
        "listed_songs": Example(listed, buffers=400, rows=50),
        "named_artists": Example(named, buffers=300, rows=1),
        "named_albums": Example(named, buffers=300, rows=1),
        "named_songs": Example(named, buffers=300, rows=1),
        "bound_search": Example({"timeout_ms": "2000"}, buffers=0, leaves=0, rows=4),
        "popular_albums": Example(whole, setup=bounded, buffers=800, rows=20),
        "popular_songs": Example(whole, setup=bounded, buffers=1500, rows=20),
        "search_artists": Example(whole, setup=bounded, buffers=100, rows=2),
        "search_albums": Example(whole, setup=bounded, buffers=600, rows=50),
        "search_songs": Example(whole, setup=bounded, buffers=2500, rows=50),
        "unknown_words": Example({"words": [ids.word, "nowhere"], "prefix": "nothing"}, buffers=20, rows=2),
        "neighbours": Example({"keys": list(range(29))}, setup=bounded, buffers=150),
        "keep_hot_tier": Example({**kept, "kind": "song", "tier": 20_000}, buffers=4000, rows=1),
        "count_words": Example({**kept, "kind": "song"}, buffers=3000, rows=1),
        "words_without_keys": Example({"after": "", "most": 100}, buffers=10),
        "set_word_keys": Example({"words": [ids.word], "keys": ["{1,2,3}"]}, buffers=60),
        "forget_words": Example(scans=frozenset({"vocabulary"}), buffers=3000),
        "settle_word_keys": Example(buffers=50, rows=1),
        "keep_prefixes": Example(
            {**kept, "kind": "song", "frequent": 500, "longest": 200, "articles": ["the"]}, buffers=1000, rows=1
        ),
        "count_folders": Example(scans=frozenset({"volume"}), rows=1),
    }
