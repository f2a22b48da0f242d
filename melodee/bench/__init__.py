"""The benchmark: a plain HTTP client that any Subsonic server can be asked with.

It knows nothing of Melodee's database: ids, sizes and words it learns by the API itself (`learn`), from which the calls
follow (`plan`), which are then timed one after the other (`measure`) and told (`report`, `growth`, `chart`).
"""
