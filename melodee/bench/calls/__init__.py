"""What is measured: every call of the API, with the parameters that make it cheap, usual or hard."""

from collections.abc import Iterator

from melodee.bench.calls import albums, browsing, media, search, songs, system, writes
from melodee.bench.calls.call import Call


def every_call() -> Iterator[Call]:
    """All calls, in the order of the table; those that write come last."""
    for module in (system, browsing, albums, songs, search, media, writes):
        yield from module.calls()
