"""The clock of timed work: when to look whether something is due. What is due is decided from our own tables."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

from apscheduler.schedulers.asyncio import AsyncIOScheduler


class Scheduler:
    """Calls jobs on a beat; one that is still at work is not started a second time, and missed beats are one beat."""

    def __init__(self, *, beat_s: float) -> None:
        self._beat_s = beat_s
        self._scheduler = AsyncIOScheduler(
            timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )
        self._at_work: set[asyncio.Future[None]] = set()
        self._is_over = False

    def on_each_beat(self, job: Callable[[], Awaitable[None]]) -> None:
        name = getattr(job, "__qualname__", repr(job))
        self._scheduler.add_job(partial(self._work, job), "interval", seconds=self._beat_s, name=name)

    def start(self) -> None:
        self._scheduler.start()

    async def stop(self) -> None:
        """Returns when the jobs that were at work have ended, too."""
        self._is_over = True
        self._scheduler.shutdown(wait=False)  # cancels them
        if self._at_work:
            await asyncio.wait(self._at_work)

    async def _work(self, job: Callable[[], Awaitable[None]]) -> None:
        work = asyncio.ensure_future(job())
        self._at_work.add(work)
        work.add_done_callback(self._at_work.discard)
        try:
            await work
        except asyncio.CancelledError:
            if not self._is_over:  # the end is no fault of the job's, and nobody has to read of it
                raise
