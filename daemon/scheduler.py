"""The clock of timed work: when to look whether something is due. What is due is decided from our own tables."""

from collections.abc import Awaitable, Callable

from apscheduler.schedulers.asyncio import AsyncIOScheduler

_LOOK_EVERY_S = 20


class Scheduler:
    """Calls jobs on a beat; one that is still at work is not started a second time, and missed beats are one beat."""

    def __init__(self) -> None:
        self._scheduler = AsyncIOScheduler(
            timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )

    def every(self, job: Callable[[], Awaitable[None]], *, seconds: int, jitter_s: int = 0) -> None:
        self._scheduler.add_job(job, "interval", seconds=seconds, jitter=jitter_s or None)

    def start(self) -> None:
        self._scheduler.start()

    def stop(self) -> None:
        self._scheduler.shutdown(wait=False)


def look_every_s(interval_s: int) -> int:
    """How often to look for work that is due every *interval_s*."""
    return max(1, min(_LOOK_EVERY_S, interval_s // 3))
