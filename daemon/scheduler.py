"""The clock of timed work: when to look whether something is due. What is due is decided from our own tables."""

from collections.abc import Awaitable, Callable

from apscheduler.schedulers.asyncio import AsyncIOScheduler


class Scheduler:
    """Calls jobs on a beat; one that is still at work is not started a second time, and missed beats are one beat."""

    def __init__(self, *, beat_s: float) -> None:
        self._beat_s = beat_s
        self._scheduler = AsyncIOScheduler(
            timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )

    def on_each_beat(self, job: Callable[[], Awaitable[None]]) -> None:
        self._scheduler.add_job(job, "interval", seconds=self._beat_s)

    def start(self) -> None:
        self._scheduler.start()

    def stop(self) -> None:
        self._scheduler.shutdown(wait=False)
