"""Many listeners at once: `python -m tests.benchmarks.load --url http://127.0.0.1:4040 --user NAME --password PW`.

Any Subsonic server will do. 30 clients play originals at 320 kbit/s, and now and then skip within a song; 70 make a
call every two seconds (`tests.benchmarks.load_calls`). `--times 10` has ten times as many callers: then the server is
to refuse quickly what it cannot do, and to be itself again as soon as they are gone. `--promote DATABASE_URL` promotes
batches all the while, after half a minute in which nothing else is going on. `--watch api=PID` tells the memory of a
process and of those that it started.
"""

import argparse
import asyncio
import json
import random
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from melodee.bench.address import parse_address
from melodee.bench.library import Library
from melodee.bench.login import Login
from melodee.bench.percentiles import Times
from melodee.bench.server import Questions, Server, enter
from tests.benchmarks.load_calls import Choice
from tests.benchmarks.load_http import Answer, Connection, Failed
from tests.benchmarks.load_surroundings import Memory, Promotion

INTERVAL = 2.0
"""Seconds between two calls of a listener."""

RATE = 40_000
"""Bytes a second that a player reads: 320 kbit/s."""

PIECE = RATE // 2
LATE = 2.0
"""Seconds that sound may come late before a player falls silent."""

REFUSED = (429, 503)


@dataclass
class Tally:
    """What became of the calls of one kind."""

    milliseconds: list[float] = field(default_factory=list[float])
    refused: list[float] = field(default_factory=list[float])
    """Milliseconds until a refusal was there."""
    without_time: int = 0
    """Refusals that do not say when to come again."""
    errors: dict[str, int] = field(default_factory=lambda: defaultdict[str, int](int))

    def add(self, answer: Answer, *, binary: bool) -> None:
        """Counts an answer."""
        if answer.status in REFUSED:
            self.refused.append(answer.milliseconds)
            self.without_time += not answer.retry_after
        elif answer.status not in (200, 206):
            self.errors[f"HTTP {answer.status}"] += 1
        elif "json" in answer.headers.get("content-type", "") and (binary or b'"failed"' in answer.body[:200]):
            self.errors["failed"] += 1
        else:
            self.milliseconds.append(answer.milliseconds)

    def figures(self) -> dict[str, Any]:
        """For the table and the file."""
        return {
            "answered": len(self.milliseconds),
            **_times("", self.milliseconds),
            "refused": len(self.refused),
            **_times("refused_", self.refused),
            "refused_without_retry_after": self.without_time,
            "errors": dict(self.errors),
        }


def _times(prefix: str, samples: list[float]) -> dict[str, float]:
    if not samples:
        return {}
    times = Times.of(samples)
    return {f"{prefix}p50": times.p50, f"{prefix}p99": times.p99, f"{prefix}max": times.longest}


class Load:
    """All clients of one phase."""

    def __init__(self, server: Server, choice: Choice, seconds: float, seed: int) -> None:
        self._server, self._choice, self._seed = server, choice, seed
        self._end = time.monotonic() + seconds
        self.tallies: dict[str, Tally] = defaultdict(Tally)
        self.late = 0
        """Times that a player fell silent."""
        self.played = 0
        """Bytes."""

    async def run(self, callers: int, players: int) -> None:
        """Lets them all go on to the end."""
        clients: list[Callable[[random.Random], Awaitable[None]]] = [self._watch_health, self._watch_ourselves]
        clients += [self._call] * callers + [self._play] * players
        await asyncio.gather(
            *(client(random.Random(f"{self._seed} {number}")) for number, client in enumerate(clients))
        )

    def _connection(self) -> Connection:
        return Connection(self._server.address, self._server.login)

    async def _call(self, chance: random.Random) -> None:
        """A listener who chooses: the next call is due two seconds after the last, however long that took."""
        connection = self._connection()
        due = time.monotonic() + chance.random() * INTERVAL
        while due < self._end:
            await asyncio.sleep(max(due - time.monotonic(), 0))
            kind, (endpoint, query) = self._choice.call(chance)
            await self._ask(connection, kind, endpoint, query)
            due = max(due + INTERVAL, time.monotonic())
        await connection.close()

    async def _ask(self, connection: Connection, kind: str, endpoint: str, query: dict[str, Any]) -> None:
        try:
            answer = await connection.ask(endpoint, query)
        except Failed as error:
            self.tallies[kind].errors[str(error)] += 1
        else:
            self.tallies[kind].add(answer, binary=kind == "covers")

    async def _watch_health(self, _chance: random.Random) -> None:
        """What stands before the service asks every second, on a connection of its own."""
        while time.monotonic() < self._end:
            connection = self._connection()
            try:
                self.tallies["health"].add(await connection.ask("", {}, path="/healthz"), binary=False)
            except Failed as error:
                self.tallies["health"].errors[str(error)] += 1
            await connection.close()
            await asyncio.sleep(1)

    async def _watch_ourselves(self, _chance: random.Random) -> None:
        """How late this program is, by which all its times are too long."""
        while time.monotonic() < self._end:
            due = time.perf_counter() + 0.05
            await asyncio.sleep(0.05)
            self.tallies["(the client)"].milliseconds.append(1000 * (time.perf_counter() - due))

    async def _play(self, chance: random.Random) -> None:
        """A listener who listens: one song after the other, with a jump somewhere in it now and then."""
        connection = self._connection()
        await asyncio.sleep(chance.random() * INTERVAL)
        while time.monotonic() < self._end:
            song, at = chance.choice(self._choice.playable), 0
            while time.monotonic() < self._end:
                jumps_after = chance.uniform(10, 40)
                size = await self._listen(connection, song, at, jumps_after)
                await connection.close()
                if size < 2 * PIECE:
                    break
                at = chance.randrange(size - PIECE)

    async def _listen(self, connection: Connection, song: str, at: int, seconds: float) -> int:
        """Plays a song from a byte on, for so many seconds; returns its size, or 0 when it came to its end."""
        tally, started = self.tallies["stream begins"], time.perf_counter()
        try:
            status, headers = await connection.begin("stream", {"id": song}, begins_at=at)
            tally.add(Answer(status, headers, b"", 1000 * (time.perf_counter() - started)), binary=True)
            if status in REFUSED:
                await asyncio.sleep(1)
            if status not in (200, 206):
                return 0
            begun, read = time.monotonic(), 0
            while time.monotonic() < min(begun + seconds, self._end):
                piece = await connection.some(PIECE)
                if not piece:
                    return 0
                read += len(piece)
                self.played += len(piece)
                wait = begun + read / RATE - time.monotonic()
                self.late += wait < -LATE
                await asyncio.sleep(max(wait, 0))
            return at + int(headers.get("content-length", "0"))
        except (OSError, EOFError, ValueError) as error:
            tally.errors[type(error).__name__] += 1
            return 0


def show(when: str, load: Load) -> dict[str, Any]:
    """Prints a phase's table; returns its figures."""
    figures = {kind: load.tallies[kind].figures() for kind in sorted(load.tallies)}
    heads = ("answered", "p50 ms", "p99 ms", "max ms", "refused", "p50 ms", "p99 ms", "max ms")
    print(f"\n{when:16}" + "".join(f"{head:>10}" for head in heads) + "  errors")
    for kind, row in figures.items():
        names = ("answered", "p50", "p99", "max", "refused", "refused_p50", "refused_p99", "refused_max")
        cells = (
            f"{row[name]:10.1f}" if isinstance(row.get(name), float) else f"{row.get(name, ''):>10}" for name in names
        )
        print(f"{kind:16}{''.join(cells)}  {row['errors'] or ''}")
    print(f"{load.played / 1e6:.0f} MB of sound, late {load.late} times")
    return {"kinds": figures, "sound_bytes": load.played, "late": load.late}


def _cell(value: float | str) -> str:
    return f"{value:10.1f}" if isinstance(value, float) else f"{value:>10}"


async def phases(server: Server, choice: Choice, arguments: argparse.Namespace) -> dict[str, Any]:
    """Idle promotion, the load, and what it is like afterwards."""
    found: dict[str, Any] = {"albums": choice.album_count, "songs": choice.song_count}
    memory = Memory(arguments.watch)
    async with Promotion(arguments.promote) as promotion:
        found["promotion_idle"] = await promotion.rate(arguments.idle)
        load = Load(server, choice, arguments.seconds, arguments.seed)
        promotion.begin()
        watching = asyncio.create_task(memory.watch())
        await load.run(arguments.callers * arguments.times, arguments.players)
        found["promotion_under_load"] = promotion.figures()
        watching.cancel()
    found["load"], found["memory_mb"] = show("under load", load), memory.most
    if arguments.times > 1:
        after = Load(server, choice, arguments.afterwards, arguments.seed + 1)
        await after.run(arguments.callers, arguments.players)
        found["afterwards"] = show("afterwards", after)
    print(f"promotion, songs/s: idle {found['promotion_idle']}, under load {found['promotion_under_load']}")
    print(f"memory, MB at most: {memory.most}")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", required=True)
    parser.add_argument("--user", default="")
    parser.add_argument("--password", default="")
    parser.add_argument("--api-key", default="")
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--callers", type=int, default=70)
    parser.add_argument("--players", type=int, default=30)
    parser.add_argument("--times", type=int, default=1, help="so many times the callers")
    parser.add_argument("--afterwards", type=float, default=20, help="seconds of the usual load after ten times that")
    parser.add_argument("--promote", metavar="DATABASE_URL", default="")
    parser.add_argument("--idle", type=float, default=30, help="seconds of promotion with nothing else going on")
    parser.add_argument("--watch", metavar="NAME=PID", action="append", default=[])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    server = enter(parse_address(arguments.url), Login(arguments.user, arguments.password, arguments.api_key))
    questions = Questions(server)
    choice = Choice.of(Library(questions, arguments.seed, arguments.user))
    questions.close()
    print(f"{choice.song_count:,} songs, {choice.album_count:,} albums, {len(choice.playable)} songs with sound")
    found = asyncio.run(phases(server, choice, arguments))
    if arguments.json:
        secrets = {"password", "api_key", "promote"}
        asked = {name: value for name, value in vars(arguments).items() if name not in secrets}
        arguments.json.write_text(json.dumps(asked | found, default=str, indent=1), "utf-8")


if __name__ == "__main__":
    main()
