"""Waiting for a bell, and for a task to end."""

import asyncio

import pytest

from daemon.waiting import rung


@pytest.mark.parametrize("ticks", range(5))
async def test_a_cancellation_in_the_moment_the_bell_rings_is_not_lost(ticks: int) -> None:
    bell = asyncio.Event()

    async def work() -> None:
        while True:
            await rung(bell, within_s=60)
            bell.clear()

    worker = asyncio.create_task(work())
    for _ in range(3):
        await asyncio.sleep(0)

    bell.set()
    for _ in range(ticks):
        await asyncio.sleep(0)
    worker.cancel()
    await asyncio.wait([worker], timeout=1)

    assert worker.cancelled()


async def test_a_bell_that_does_not_ring_is_waited_for_as_long_as_was_said() -> None:
    bell = asyncio.Event()

    await rung(bell, within_s=0.01)

    assert not bell.is_set()
