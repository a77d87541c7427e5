"""Waiting for a sign of work, for a while."""

import asyncio
import contextlib


async def rung(bell: asyncio.Event, *, within_s: float) -> None:
    """Returns when *bell* is set, or after *within_s*.

    Not `asyncio.wait_for`: before Python 3.12 that loses a cancellation which comes in the moment the bell rings, and
    a worker that loops around it then never ends.
    """
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(within_s):
            await bell.wait()
