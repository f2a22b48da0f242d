"""Timing one call: a short warm-up, then requests for some seconds, by one client or by many at once."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import repeat
from random import Random
from statistics import median

from melodee.bench.answers import Refusal, Unreadable, count_items, parse, refusal
from melodee.bench.calls.call import Call, Source
from melodee.bench.connection import Answer, Connection, Request, RequestFailed, ServerAway
from melodee.bench.percentiles import Times
from melodee.bench.results import Row

_LEAST = 5
"""Requests of each client, however long they take."""

_LONGEST_WARM_UP = 5.0
"""Seconds, after which no further request of it is made."""

_HOPELESS = 20
"""Errors one after the other, at which a client gives a call up."""

_READ = 5
"""Answers of the warm-up that are read to the end, to see what is in them."""

_NO_SUCH_THING = 70


Timed = Callable[[float], object]
"""Runs the timed phase, given the moment of its beginning."""


@dataclass(frozen=True)
class Pace:
    """How long each call is timed."""

    seconds: float = 2.0
    rounds: int | None = None
    """Requests of each client; instead of seconds."""


@dataclass
class _Client:
    """One listener: a connection, requests, and what came of them."""

    connection: Connection
    call: Call
    requests: Iterator[Request]
    etag: str | None = None
    whole_ms: list[float] = field(default_factory=list[float])
    first_ms: list[float] = field(default_factory=list[float])
    errors: Counter[str] = field(default_factory=Counter[str])
    bytes: int = 0
    in_a_row: int = 0

    def ask(self) -> tuple[Answer | None, Refusal | None]:
        """The next request's answer, and what is wrong with it. Raises `ServerAway`."""
        request = next(self.requests)
        if self.etag is not None:
            request = replace(request, headers={**request.headers, "If-None-Match": self.etag})
        try:
            answer = self.connection.ask(request)
        except ServerAway:
            raise
        except RequestFailed as error:
            return None, Refusal(str(error))
        return answer, refusal(answer, binary=self.call.binary)

    def note(self, answer: Answer | None, refused: Refusal | None) -> None:
        """Counts an answer of the timed phase."""
        if answer is None or refused is not None:
            self.errors[refused.sentence if refused else "no answer"] += 1
            self.in_a_row += 1
            return
        self.in_a_row = 0
        self.whole_ms.append(answer.whole_ms)
        self.first_ms.append(answer.first_ms)
        self.bytes += len(answer.body)

    def is_done(self, pace: Pace, passed: float) -> bool:
        """Whether it has asked enough."""
        asked = len(self.whole_ms) + self.errors.total()
        if self.in_a_row >= _HOPELESS:
            return True
        if pace.rounds:
            return asked >= pace.rounds
        return passed >= pace.seconds and (asked >= _LEAST or self.in_a_row >= _LEAST // 2)


class Measurement:
    """One call with all its clients. What was found so far is there at any time, also when `run` was interrupted."""

    def __init__(self, call: Call, source: Source, connections: Sequence[Connection], pace: Pace, seed: int) -> None:
        self.call, self._pace = call, pace
        self._clients = [
            _Client(connection, call, source(Random(f"{seed} {call.name} {number}")))  # noqa: S311 - no secret
            for number, connection in enumerate(connections)
        ]
        self._missing: str | None = None
        self._items: list[int] = []
        self._seconds = self._processor_seconds = 0.0
        self._reopened_before = sum(connection.reopened for connection in connections)
        self._stop = threading.Event()

    def run(self) -> None:
        """Asks first whether the server has the call, then times it. Raises `ServerAway` and `KeyboardInterrupt`."""
        self._probe()
        if self._missing is not None:
            return
        if len(self._clients) == 1:
            self._warm_up(self._clients[0])
            self._time_all(lambda started: self._time(self._clients[0], started))
            return
        with ThreadPoolExecutor(len(self._clients)) as threads:
            try:
                list(threads.map(self._warm_up, self._clients))
                self._time_all(lambda started: list(threads.map(self._time, self._clients, repeat(started))))
            except BaseException:
                # Whoever waits for an answer is woken, or the threads would not end before it came.
                self._stop.set()
                for client in self._clients:
                    client.connection.abort()
                raise

    def _probe(self) -> None:
        client = self._clients[0]
        answer, refused = client.ask()
        if refused and (refused.is_missing or (self.call.optional and refused.code == _NO_SUCH_THING)):
            self._missing = refused.sentence
        elif answer and self.call.unless_changed:
            etag = answer.headers.get("etag")
            self._missing = None if etag else "no ETag comes with it"
            for each in self._clients:
                each.etag = etag
        if answer and not refused:
            self._look_into(answer)

    def _look_into(self, answer: Answer) -> None:
        if not self.call.binary and len(self._items) < _READ and answer.status != 304:
            try:
                self._items.append(count_items(parse(answer)))
            except Unreadable as error:
                # The head said that it was in order.
                self._clients[0].errors[str(error)] += 1

    def _warm_up(self, client: _Client) -> None:
        until = time.perf_counter() + _LONGEST_WARM_UP
        for _ in range(self.call.warm_up):
            if time.perf_counter() > until or self._stop.is_set():
                break
            answer, refused = client.ask()
            if answer and not refused and client is self._clients[0]:
                self._look_into(answer)

    def _time_all(self, run: Timed) -> None:
        processor, started = time.process_time(), time.perf_counter()
        try:
            run(started)
        finally:
            self._seconds = time.perf_counter() - started
            self._processor_seconds = time.process_time() - processor

    def _time(self, client: _Client, started: float) -> None:
        while not self._stop.is_set():
            client.note(*client.ask())
            if client.is_done(self._pace, time.perf_counter() - started):
                return

    def rows(self) -> list[Row]:
        """The call's lines in the table; none when it was interrupted before anything was timed."""
        row = Row(call=self.call.name, group=self.call.group, charted=self.call.charted, missing=self._missing)
        if self._missing is not None:
            return [row]
        for client in self._clients:
            for sentence, times in client.errors.items():
                row.errors[sentence] = row.errors.get(sentence, 0) + times
        whole = [ms for client in self._clients for ms in client.whole_ms]
        if not whole:
            return [row] if row.errors else []
        asked = len(whole) + sum(row.errors.values())
        row.requests, row.bytes = len(whole), sum(client.bytes for client in self._clients) // len(whole)
        row.requests_per_second = round(len(whole) / self._seconds, 2) if self._seconds else 0.0
        row.items = int(median(self._items)) if self._items else 0
        row.client_ms = round(self._processor_seconds / asked * 1000, 4)
        row.reopened = sum(client.connection.reopened for client in self._clients) - self._reopened_before
        _fill(row, whole)
        return [row, self._first_byte_row()] if self.call.first_byte else [row]

    def _first_byte_row(self) -> Row:
        first = [ms for client in self._clients for ms in client.first_ms]
        row = Row(call=f"{self.call.name}, first byte", group=self.call.group, charted=self.call.charted)
        row.requests = len(first)
        _fill(row, first)
        return row


def _fill(row: Row, samples: list[float]) -> None:
    times = Times.of(samples)
    row.p50_ms, row.p90_ms, row.p99_ms, row.max_ms = (
        round(ms, 4) for ms in (times.p50, times.p90, times.p99, times.longest)
    )
