"""What listeners say of music: stars, ratings, plays. All of it may be sent again without harm."""

import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from melodee.async_database import AsyncSession
from melodee.ids import Kind, kind_of
from melodee_api.endpoint import Call, endpoint
from melodee_api.errors import InvalidParameter, MissingParameter, NotFound
from melodee_api.params import Params, parse_identifier
from melodee_api.view import View, known, view_of

BEST_RATING = 5

EARLIEST_PLAY_MS = 10**11
"""ms since 1970: March 1973. A lower `time` is one in seconds, which clients have sent, or nonsense."""

LATEST_PLAY = timedelta(days=1)
"""How far ahead of ours a player's clock may be."""

_ANNOTATED = (Kind.SONG, Kind.ALBUM, Kind.ARTIST)
_TABLES = {Kind.SONG: "songs", Kind.ALBUM: "albums", Kind.ARTIST: "artists"}


@endpoint("star")
async def star(call: Call) -> None:
    """Stars songs, albums and artists. Those that there are get their star, then an unknown one is error 70."""
    await _for_each_kind(call, "star")


@endpoint("unstar")
async def unstar(call: Call) -> None:
    """Takes stars away, as `star` gives them."""
    await _for_each_kind(call, "unstar")


async def _for_each_kind(call: Call, verb: str) -> None:
    wanted, all_known = _targets(call.params)
    async with call.database.begin() as db:
        view = await view_of(call, db)
        for kind, ids in wanted.items():
            found = await known(db, view, kind, ids)
            all_known = all_known and len(found) == len(ids)
            if found:
                await db.run(f"{verb}_{_TABLES[kind]}", account=view.account, ids=sorted(set(found.values())))
    # Only now, so that one stale id among fifty does not cost the others their stars.
    if not all_known:
        raise NotFound


def _targets(params: Params) -> tuple[dict[Kind, set[int]], bool]:
    """Ids by kind, and whether all that were sent could be ours."""
    # Clients star albums and artists with `id` as well.
    sent = [(text, _ANNOTATED) for text in params.raws("id")]
    sent += [(text, (Kind.ALBUM,)) for text in params.raws("albumId")]
    sent += [(text, (Kind.ARTIST,)) for text in params.raws("artistId")]
    if not sent:
        raise MissingParameter("id")
    wanted: dict[Kind, set[int]] = {}
    all_known = True
    for text, kinds in sent:
        number = _parsed(text, *kinds)
        kind = kind_of(number)
        if kind is None:
            all_known = False
        else:
            wanted.setdefault(kind, set()).add(number)
    return wanted, all_known


def _parsed(text: str, *kinds: Kind) -> int:
    """The id, or 0, which is nobody's."""
    try:
        return parse_identifier(text, *kinds)
    except NotFound:
        return 0


@endpoint("setRating")
async def set_rating(call: Call) -> None:
    """Rates a song, an album or an artist from 1 to 5; 0 takes the rating back."""
    number = call.params.identifier("id", *_ANNOTATED)
    given = call.params.integer("rating")
    if not 0 <= given <= BEST_RATING:
        raise InvalidParameter("rating", f"from 0 to {BEST_RATING}")
    async with call.database.begin() as db:
        view = await view_of(call, db)
        await _rate(db, view, number, given or None)


async def _rate(db: AsyncSession, view: View, number: int, rating: int | None) -> None:
    kind = kind_of(number) or Kind.SONG
    found = await known(db, view, kind, [number])
    if not found:
        raise NotFound
    values = {"account": view.account, "id": found[number]}
    if kind is Kind.ARTIST:
        await db.run("rate_artist", **values, rating=rating)
    else:
        await db.run(f"open_{kind.name.lower()}_annotation", **values)
        await db.run(f"rate_{kind.name.lower()}", **values, rating=rating)


@endpoint("scrobble")
async def scrobble(call: Call) -> None:
    """Counts plays; with `submission=false` only says what is playing now.

    Each `id` goes with the `time` (ms since 1970) in the same place; without one, or with one that cannot be, it was
    played now. The same song at the same time counts once, however often it is sent.
    """
    if not call.params.raws("id"):
        raise MissingParameter("id")
    submission = call.params.boolean("submission", True)
    moments = list(_moments(call.params))
    ids = {number for number, _ in moments if number}
    async with call.database.begin() as db:
        view = await view_of(call, db)
        found = await known(db, view, Kind.SONG, ids)
        owners = {row.id: row for row in await view.rows(db, "song_owners", ids=sorted(set(found.values())))}
        plays = [(owners[found[number]], moment) for number, moment in moments if found.get(number) in owners]
        if plays and submission:
            await db.one(
                "scrobble",
                account=view.account,
                client=call.client,
                songs=[song.id for song, _ in plays],
                albums=[song.album_id for song, _ in plays],
                artists=[song.artist_id for song, _ in plays],
                moments=[moment for _, moment in plays],
            )
        elif plays:
            await db.run("play_now", account=view.account, client=call.client, song=plays[0][0].id)
    if len(plays) < len(moments):
        raise NotFound


def _moments(params: Params) -> Iterable[tuple[int, datetime]]:
    """Songs with the moments at which they were played; the id 0 for what is no song's."""
    now_ms = int(time.time() * 1000)
    times = params.raws("time")
    for place, text in enumerate(params.raws("id")):
        played = _milliseconds(times[place], now_ms) if place < len(times) else now_ms
        yield _parsed(text, Kind.SONG), datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=played)


def _milliseconds(text: str, now_ms: int) -> int:
    latest = now_ms + int(LATEST_PLAY.total_seconds() * 1000)
    is_moment = text.isascii() and text.isdigit() and len(text) <= len(str(latest))
    return int(text) if is_moment and EARLIEST_PLAY_MS <= int(text) <= latest else now_ms
