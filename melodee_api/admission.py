"""How much a worker takes on: a few requests at work, a short line before them, and a quick refusal for the rest.

Without it an overloaded server answers everything late: each request waits behind all the others, players give up and
ask again, and what is computed is for nobody. Here the line is as long as it can be for whoever joins it to be served
within `longest_wait` seconds, at the pace at which this worker has been working; whoever would wait longer is told so
before anything has been done for them. The pace is the time between two requests that are done while there is work to
do, so it holds for one request at a time, which need not wait for anybody, and for a full house.

A request has a slot only while it is at work: not while it sends, to a client that may be slow, and not while it waits
for a picture, which has a gate of its own because it may come from a disk that hangs.
"""

import asyncio
import logging
import math
import time
from collections import deque
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from melodee_api.errors import Busy

logger = logging.getLogger(__name__)

REMEMBERED = 32
"""Requests over which the pace is a mean."""

LONGEST_SAMPLE = 0.25
"""Seconds: a single request that takes long says little of the next ones."""

LAST_WAIT = 3.0
"""Times the longest wait: what is still in line then, because work has come to a stand, is refused."""

URGENT = 2.0
"""Times the longest wait is what the urgent may expect to wait; a song that does not begin stops the music."""

REPORT_SECONDS = 5
"""Refusals are logged in sums: a line for each would cost as much as the refusal."""


@dataclass(frozen=True, eq=False, slots=True)
class _Turn:
    """Somebody in the line."""

    comes: asyncio.Future[None]
    since: float


class Gate:
    """Lets `slots` requests work at a time; `name` is what the log calls it."""

    def __init__(self, name: str, slots: int, longest_wait: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._name = name
        self._slots = slots
        self._longest_wait = longest_wait
        self._clock = clock
        self._line: deque[_Turn] = deque()
        self._at_work = 0
        self._last_done = 0.0
        self._pace = 0.002
        """Seconds of work for each request."""
        self._refused = 0

    @property
    def expected_wait(self) -> float:
        """Seconds that whoever came now would wait; at least as long as who is next has waited."""
        if self._at_work < self._slots:
            return 0.0
        waited = self._clock() - self._line[0].since if self._line else 0.0
        return max(self._pace * (len(self._line) + 1), waited)

    def check(self, *, urgent: bool = False) -> None:
        """Raises `Busy` when the line is too long."""
        if self.expected_wait > self._longest_wait * (URGENT if urgent else 1):
            self._count_refusal()
            raise Busy(math.ceil(self.expected_wait))

    async def enter(self, *, urgent: bool = False) -> None:
        """Takes a slot, now or in turn. The urgent go before all others. Raises `Busy`."""
        self.check(urgent=urgent)
        await self._take(first=urgent)

    async def enter_again(self) -> None:
        """Takes a slot for an answer that has begun: before all others, and never refused."""
        await self._take(first=True, refusable=False)

    def leave(self) -> None:
        """Gives the slot to whoever is next."""
        now = self._clock()
        self._pace += (min(now - self._last_done, LONGEST_SAMPLE) - self._pace) / REMEMBERED
        self._last_done = now
        while self._line:
            turn = self._line.popleft()
            if not turn.comes.done():
                turn.comes.set_result(None)
                return
        self._at_work -= 1

    async def _take(self, *, first: bool, refusable: bool = True) -> None:
        if self._at_work < self._slots:
            if not self._at_work:
                self._last_done = self._clock()
            self._at_work += 1
            return
        turn = _Turn(asyncio.get_running_loop().create_future(), self._clock())
        (self._line.appendleft if first else self._line.append)(turn)
        try:
            async with asyncio.timeout(self._longest_wait * LAST_WAIT if refusable else None):
                await turn.comes
        except BaseException as error:
            if turn.comes.done() and not turn.comes.cancelled():
                self.leave()  # It came at the very moment at which nobody wanted it any more.
            elif turn in self._line:
                self._line.remove(turn)
            if isinstance(error, TimeoutError):
                self._count_refusal()
                raise Busy(1) from None
            raise

    def _count_refusal(self) -> None:
        if not self._refused:
            asyncio.get_running_loop().call_later(REPORT_SECONDS, self._report)
        self._refused += 1

    def _report(self) -> None:
        logger.warning("%s: %s requests were refused within %s s", self._name, self._refused, REPORT_SECONDS)
        self._refused = 0


class Place:
    """One request's slot, which it may give back and take again."""

    def __init__(self, gate: Gate, *, urgent: bool = False) -> None:
        self._gate, self._urgent = gate, urgent
        self._has_slot = False

    def check(self) -> None:
        """Raises `Busy` when the line is too long."""
        self._gate.check(urgent=self._urgent)

    async def enter(self) -> None:
        """Takes a slot. Raises `Busy`."""
        await self._gate.enter(urgent=self._urgent)
        self._has_slot = True

    def leave(self) -> None:
        """Gives the slot back, if there is one."""
        if self._has_slot:
            self._has_slot = False
            self._gate.leave()

    async def enter_again(self) -> None:
        """Takes a slot for what is left to be done."""
        if not self._has_slot:
            await self._gate.enter_again()
            self._has_slot = True

    @asynccontextmanager
    async def elsewhere(self, gate: Gate) -> AsyncGenerator[None]:
        """Leaves for the block, for a slot of another gate; what follows the block has none. Raises `Busy`."""
        self.leave()
        await gate.enter()
        try:
            yield
        finally:
            gate.leave()
