"""Facts on their way to those who listen."""

import asyncio
from collections.abc import AsyncIterator

from common.events import Changed, Event, Hello, Resync, What
from daemon.bus import Bus, Listener
from daemon.clock import SystemClock

LONG_S = 60.0


def bus() -> Bus:
    return Bus(SystemClock(), version="1.2.3")


async def _next(listener: Listener, *, idle_s: float = LONG_S) -> list[Event]:
    batches: AsyncIterator[list[Event]] = listener.batches(idle_s=idle_s)
    return await asyncio.wait_for(anext(batches), timeout=5)


def _tell(told: Bus, count: int = 1) -> None:
    for number in range(count):
        told.changed(What.ORDER, "abc123", [number], origin="live")


async def test_a_listener_is_greeted_first() -> None:
    told = bus()
    _tell(told, 3)

    with told.listening() as listener:
        _tell(told)
        hello, fact = await _next(listener)

    assert isinstance(hello, Hello)
    assert (hello.seq, hello.version, fact.seq) == (3, "1.2.3", 4)


async def test_facts_that_are_there_together_come_together_and_in_order() -> None:
    told = bus()

    with told.listening() as listener:
        _tell(told, 5)
        batch = await _next(listener)

    assert [event.seq for event in batch] == [0, 1, 2, 3, 4, 5]


async def test_a_listener_far_behind_is_told_to_read_anew() -> None:
    told = bus()

    with told.listening() as listener:
        _tell(told, 1000)
        batch = await _next(listener)

    assert isinstance(batch[0], Resync)
    assert len(batch) < 1000
    assert batch[-1].seq == 1000


async def test_a_slow_listener_costs_the_others_nothing() -> None:
    told = bus()

    with told.listening(), told.listening() as quick:
        seen = await _next(quick)
        for _ in range(20):
            _tell(told, 100)
            seen += await _next(quick)

    assert [event.seq for event in seen] == list(range(2001))


async def test_many_ids_are_cut_into_several_facts_that_lose_none() -> None:
    told = bus()
    ids: list[int | str] = [*range(1201)]

    with told.listening() as listener:
        told.changed(What.CONTACT, "abc123", ids, origin="historical")
        _, *facts = await _next(listener)

    pieces = [fact.ids for fact in facts if isinstance(fact, Changed)]
    assert [one for piece in pieces for one in piece] == ids
    assert max(map(len, pieces)) <= 500


async def test_no_ids_are_no_fact() -> None:
    told = bus()

    told.changed(What.ORDER, "abc123", [], origin="live")

    assert told.seq == 0


async def test_silence_is_an_empty_batch() -> None:
    with bus().listening() as listener:
        batches = listener.batches(idle_s=0.01)
        await anext(batches)

        assert await asyncio.wait_for(anext(batches), timeout=5) == []


async def test_one_who_left_hears_nothing_more() -> None:
    told = bus()
    with told.listening() as listener:
        await _next(listener)

    _tell(told)

    assert await _next(listener, idle_s=0.01) == []
