"""Waiting: for a sign of work, and for a task to be over."""

import asyncio
import contextlib
from typing import Any


async def rung(bell: asyncio.Event, *, within_s: float | None) -> None:
    """Returns when *bell* is set, or after *within_s* (None = never).

    Not `asyncio.wait_for`: before Python 3.12 that loses a cancellation which comes in the moment the bell rings, and
    a worker that loops around it then never ends.
    """
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(within_s):
            await bell.wait()


async def stopped(task: "asyncio.Task[Any]") -> None:
    """Cancels *task* and returns when it is over, however it ended.

    A cancellation of the caller meanwhile is not mistaken for the task's own.
    """
    task.cancel()
    await asyncio.wait([task])
    if not task.cancelled():
        task.exception()  # looked at, so that nobody is warned of an error that no longer matters
