"""Rows that come from the whole of a synthetic catalogue: artists, genres, and all numbers that are kept."""

from collections import Counter
from collections.abc import Iterator

from melodee.directory_code import code_base
from melodee.synth.album import FIRST_DAY
from melodee.synth.copying import array_text, line
from melodee.synth.credits import BIT
from melodee.synth.kinds import GENRES, ROLES
from melodee.synth.shape import VOLUMES, Shape
from melodee.synth.spool import Spool
from melodee.synth.tally import Tally
from melodee.synth.world import Artists, spread
from melodee.text import fold

_ARTIST_STRETCH = 10
"""Bits of an entry number within a stretch of the list of artists (0005.positions.sql)."""

_FOLDERS = range(len(VOLUMES))
_GENRES = len(GENRES) + 1
_BLOCK = 5
"""Bits of a stretch's number within a block of stretches (0006.places.sql)."""
_Stretch = tuple[str, int, int, int]
_INT32 = (1 << 31) - 1


def write_counted(spool: Spool, shape: Shape, volumes: list[int], artists: Artists, tally: Tally) -> None:
    """Leaves the rows in the spool."""
    # In the order of their entry, which is that of their ids.
    ranks = sorted(range(shape.artists), key=lambda rank: spread(rank, shape.artists))
    spool.write("artists", _artists(artists, tally, ranks))
    spool.write("artist_index", _artist_index(artists, tally, ranks))
    spool.write("artist_key", _artist_keys(artists, ranks))
    spool.write("artist_folder", _artist_folders(volumes, artists, tally, ranks))
    spool.write("directory_code_counter", (f"{base}\t{given}\n" for base, given in sorted(artists.given.items())))
    used = sorted({place % _GENRES for place, albums in enumerate(tally.genre_songs) if albums})
    spool.write("genre", (f"{genre}\t{fold(GENRES[genre - 1])}\t{GENRES[genre - 1]}\n" for genre in used))
    spool.write("genre_folder", _genre_folders(volumes, tally))
    spool.write("credit_role", (f"{number}\t{name}\n" for number, name in enumerate(ROLES, 1) if number > 3))
    spool.write(
        "folder_total",
        (line((volumes[at], *tally.folder[4 * at : 4 * at + 4])) for at in _FOLDERS if tally.folder[4 * at]),
    )
    stretches = _stretches(volumes, tally, ranks)
    spool.write("list_stretch", (line((*key, entries)) for key, entries in sorted(stretches.items())))
    blocks: Counter[_Stretch] = Counter()
    for (kind, scope, volume, stretch), entries in stretches.items():
        blocks[kind, scope, volume, stretch >> _BLOCK] += entries
    spool.write("list_block", (line((*key, entries)) for key, entries in sorted(blocks.items())))


def _artists(artists: Artists, tally: Tally, ranks: list[int]) -> Iterator[str]:
    moment = f"{FIRST_DAY:%Y-%m-%d %H:%M:%S}+00"
    for rank in ranks:
        code = artists.codes[rank]
        roles = sorted(role for role, bit in BIT.items() if tally.roles[rank] & bit)
        yield line(
            (
                artists.ids[rank],
                artists.names[rank],
                artists.sorts[rank],
                artists.letters[rank],
                code,
                code_base(code),
                artists.mbids[rank] or None,
                array_text(roles),
                tally.covers[rank] or None,
                moment,
                moment,
            )
        )


def _artist_index(artists: Artists, tally: Tally, ranks: list[int]) -> Iterator[str]:
    for entry, rank in enumerate(ranks, 1):
        yield (
            f"{artists.ids[rank]}\t{artists.letters[rank]}\t{artists.sorts[rank]}\t{artists.compared[rank]}\t"
            f"{artists.terms[rank]}\t{min(tally.popularity[rank], _INT32)}\t{entry}\n"
        )


def _artist_keys(artists: Artists, ranks: list[int]) -> Iterator[str]:
    for rank in ranks:
        yield f"name:{artists.folded[rank]}\t{artists.ids[rank]}\n"
        if artists.mbids[rank]:
            yield f"mbid:{artists.mbids[rank]}\t{artists.ids[rank]}\n"


def _artist_folders(volumes: list[int], artists: Artists, tally: Tally, ranks: list[int]) -> Iterator[str]:
    for at in _FOLDERS:
        for entry, rank in enumerate(ranks, 1):
            place = at * tally.artists + rank
            if tally.artist_credits[place]:
                yield (
                    f"{volumes[at]}\t{artists.ids[rank]}\t{tally.artist_albums[place]}\t{tally.artist_songs[place]}\t"
                    f"{tally.artist_credits[place]}\t{tally.artist_ms[place]}\t{entry}\n"
                )


def _genre_folders(volumes: list[int], tally: Tally) -> Iterator[str]:
    for at in _FOLDERS:
        for genre in range(1, _GENRES):
            place = at * _GENRES + genre
            if tally.genre_songs[place]:
                numbers = tally.genre_albums[place], tally.genre_songs[place], tally.genre_ms[place]
                yield line((genre, volumes[at], *numbers))


def _stretches(volumes: list[int], tally: Tally, ranks: list[int]) -> Counter[_Stretch]:
    """Entries by list, scope, volume and stretch. Lists by name are one stretch, until upkeep cuts them."""
    found: Counter[_Stretch] = Counter()
    for entry, rank in enumerate(ranks, 1):
        stretch = entry >> _ARTIST_STRETCH
        found["artists", 0, 0, stretch] += 1
        for at in _FOLDERS:
            if tally.artist_credits[at * tally.artists + rank]:
                found["artists", 0, volumes[at], stretch] += 1
    for at in _FOLDERS:
        for name in ("albums_by_name", "albums_by_artist"):
            found[name, 0, volumes[at], 0] += tally.folder[4 * at]
    for (kind, scope, at, stretch), entries in tally.stretches.items():
        found[kind, scope, volumes[at], stretch] += entries
    return +found
