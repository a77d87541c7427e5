"""The clock of timed work, and how it ends."""

import asyncio

import pytest

from daemon.scheduler import Scheduler


async def test_a_job_at_work_is_over_when_the_clock_has_stopped_and_nobody_reads_of_a_fault(
    caplog: pytest.LogCaptureFixture,
) -> None:
    begun, tidied = asyncio.Event(), False

    async def job() -> None:
        nonlocal tidied
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            tidied = True

    scheduler = Scheduler(beat_s=0.01)
    scheduler.on_each_beat(job)
    scheduler.start()
    await asyncio.wait_for(begun.wait(), 5)

    await scheduler.stop()

    assert tidied
    await asyncio.sleep(0.02)
    assert [record.message for record in caplog.records if record.levelname == "ERROR"] == []


async def test_a_job_that_fails_is_told_and_called_again(caplog: pytest.LogCaptureFixture) -> None:
    calls = 0
    called_again = asyncio.Event()

    async def job() -> None:
        nonlocal calls
        calls += 1
        if calls > 1:
            called_again.set()
        raise ValueError("no good")

    scheduler = Scheduler(beat_s=0.01)
    scheduler.on_each_beat(job)
    scheduler.start()
    await asyncio.wait_for(called_again.wait(), 5)
    await scheduler.stop()

    assert any("raised an exception" in record.getMessage() for record in caplog.records)
