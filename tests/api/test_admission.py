"""What a worker takes on: slots, a line whose wait is bounded, quick refusals, and no trace of it afterwards."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

import pytest

from melodee_api.admission import REMEMBERED, Gate, Place
from melodee_api.errors import Busy


class Clock:
    """Moves only when a test says so."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Requests:
    """Requests to a gate; each works until the test ends it."""

    def __init__(self, gate: Gate, clock: Clock) -> None:
        self.gate, self.clock = gate, clock
        self.at_work: list[str] = []
        self.refused: list[str] = []
        self._ends: dict[str, asyncio.Event] = {}
        self.tasks: dict[str, asyncio.Task[None]] = {}

    async def come(self, *names: str, urgent: bool = False) -> None:
        for name in names:
            self._ends[name] = asyncio.Event()
            self.tasks[name] = asyncio.create_task(self._request(name, urgent))
            await settled()

    async def done(self, name: str, after: float = 0) -> None:
        self.clock.now += after
        self._ends[name].set()
        await settled()

    async def _request(self, name: str, urgent: bool) -> None:
        place = Place(self.gate, urgent=urgent)
        try:
            await place.enter()
        except Busy:
            self.refused.append(name)
            return
        self.at_work.append(name)
        try:
            await self._ends[name].wait()
        finally:
            self.at_work.remove(name)
            place.leave()


async def settled() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


def run(work: Callable[[Requests], Awaitable[None]], *, slots: int = 2, longest_wait: float = 1.0) -> None:
    async def main() -> None:
        clock = Clock()
        requests = Requests(Gate("test", slots, longest_wait, clock), clock)
        try:
            await work(requests)
        finally:
            for task in requests.tasks.values():
                task.cancel()
            await asyncio.gather(*requests.tasks.values(), return_exceptions=True)

    asyncio.run(main())


async def at_pace(requests: Requests, seconds: float) -> None:
    """Requests are served, one after the other, until the gate knows its pace."""
    for number in range(10 * REMEMBERED):
        await requests.come(f"before {number}")
        await requests.done(f"before {number}", after=seconds)


def test_as_many_work_as_there_are_slots_and_the_others_in_turn():
    async def work(requests: Requests) -> None:
        await requests.come("a", "b", "c", "d")
        assert requests.at_work == ["a", "b"]

        await requests.done("b")
        assert requests.at_work == ["a", "c"]
        await requests.done("a")
        assert requests.at_work == ["c", "d"]
        assert not requests.refused

    run(work)


def test_whoever_would_wait_too_long_is_refused_at_once():
    async def work(requests: Requests) -> None:
        await at_pace(requests, 0.2)
        await requests.come("a", "b", *(f"waits {number}" for number in range(20)))

        # At five a second the fifth in line waits for a second.
        assert requests.refused == [f"waits {number}" for number in range(5, 20)]

    run(work)


def test_a_refusal_says_when_to_come_again():
    async def work(requests: Requests) -> None:
        await at_pace(requests, 0.25)
        await requests.come("a", "b", *(f"waits {number}" for number in range(20)))
        with pytest.raises(Busy) as refusal:
            requests.gate.check()
        assert refusal.value.retry_after == 2
        assert refusal.value.status == 429

    run(work)


def test_a_faster_worker_has_a_longer_line():
    async def work(requests: Requests) -> None:
        await at_pace(requests, 0.002)
        await requests.come("a", "b", *(f"waits {number}" for number in range(100)))
        assert not requests.refused

    run(work)


def test_the_pace_of_a_full_house_is_that_of_all_its_slots():
    async def work(requests: Requests) -> None:
        names = [f"r {number}" for number in range(200)]
        await requests.come(*names[:2])
        for done, following in zip(names, names[2:], strict=False):
            await requests.come(following)
            await requests.done(done, after=0.1)
        # Each took 0.2 s, and two were at work.
        assert requests.gate.expected_wait == pytest.approx(0.1, rel=0.1)

    run(work)


def test_time_in_which_nobody_came_counts_for_nothing():
    async def work(requests: Requests) -> None:
        await at_pace(requests, 0.01)
        requests.clock.now += 3600
        await requests.come("a", "b", "c", "d")
        await requests.done("a", after=0.01)
        assert requests.gate.expected_wait < 0.05

    run(work)


def test_one_slow_request_does_not_close_the_gate():
    async def work(requests: Requests) -> None:
        await at_pace(requests, 0.01)
        await requests.come("slow")
        await requests.done("slow", after=30)
        await requests.come("a", "b", *(f"waits {number}" for number in range(20)))
        assert not requests.refused

    run(work)


def test_the_urgent_go_first_and_are_refused_last():
    async def work(requests: Requests) -> None:
        await at_pace(requests, 0.2)
        await requests.come("a", "b", "c", "d", "e", "f", "g", "h")
        assert requests.refused == ["h"]

        await requests.come("song", urgent=True)
        await requests.done("a")
        assert requests.at_work == ["b", "song"]

    run(work)


def test_what_has_begun_goes_on_before_all_others_and_is_never_refused():
    async def work(requests: Requests) -> None:
        await at_pace(requests, 0.2)
        place = Place(requests.gate)
        await place.enter()
        place.leave()
        await requests.come("a", "b", "c", "d", "e", "f", "g", "h")
        assert requests.refused

        again = asyncio.create_task(place.enter_again())
        await settled()
        await requests.done("a")
        assert again.done()
        assert requests.at_work == ["b"]
        place.leave()
        assert requests.at_work == ["b"]

    run(work)


def test_who_goes_while_in_line_leaves_no_gap():
    async def work(requests: Requests) -> None:
        await requests.come("a", "b", "c", "d")
        requests.tasks["c"].cancel()
        await settled()
        await requests.done("a")
        assert requests.at_work == ["b", "d"]

        await requests.come("e", "f")
        requests._ends["b"].set()
        requests.tasks["e"].cancel()
        await settled()
        assert requests.at_work == ["d", "f"]

    run(work)


def test_where_work_has_come_to_a_stand_nobody_waits_for_ever():
    async def work(requests: Requests) -> None:
        await requests.come("stuck", "stuck too", "waits")
        await asyncio.wait_for(requests.tasks["waits"], 5)
        assert requests.refused == ["waits"]

        await requests.done("stuck")
        await requests.come("next")
        assert requests.at_work == ["stuck too", "next"]

    run(work, longest_wait=0.01)


def test_a_pace_that_breaks_down_is_noticed_by_who_waits():
    async def work(requests: Requests) -> None:
        await at_pace(requests, 0.001)
        await requests.come("a", "b", "c")
        requests.clock.now += 1.1
        await requests.come("d")
        assert requests.refused == ["d"]

    run(work)


def test_afterwards_all_is_as_before():
    async def work(requests: Requests) -> None:
        await at_pace(requests, 0.05)
        names = [f"r {number}" for number in range(500)]
        await requests.come(*names)
        while requests.at_work:
            await requests.done(requests.at_work[0], after=0.05)
        assert len(requests.refused) > 400

        await requests.come("a", "b", "c")
        assert requests.at_work == ["a", "b"]
        assert requests.gate.expected_wait == pytest.approx(0.1, rel=0.2)

    run(work)


def test_a_slot_is_given_back_while_waiting_elsewhere():
    async def work(requests: Requests) -> None:
        pictures = Gate("pictures", 1, 1.0)
        place = Place(requests.gate)
        await place.enter()
        await requests.come("a", "b")
        assert requests.at_work == ["a"]
        async with place.elsewhere(pictures):
            await settled()
            assert requests.at_work == ["a", "b"]
        place.leave()
        await requests.come("c")
        assert requests.at_work == ["a", "b"]

    run(work)


def test_refusals_are_logged_in_sums(caplog, monkeypatch):
    async def work(requests: Requests) -> None:
        await at_pace(requests, 2.0)
        await requests.come("a", "b")
        for _ in range(15):
            with pytest.raises(Busy):
                requests.gate.check()
        with caplog.at_level(logging.WARNING):
            await settled()
        assert caplog.messages == ["test: 15 requests were refused within 0 s"]

    monkeypatch.setattr("melodee_api.admission.REPORT_SECONDS", 0)
    run(work, longest_wait=0.1)
