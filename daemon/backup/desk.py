"""Backups by the clock and on demand: one task at a time, in a process of its own, and what is known of them all."""

import asyncio
import logging
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass

from pydantic import BaseModel

from common.backups import Backup, Backups, Drill, Task, TaskUnderWay
from common.errors import NotFound, Refused
from common.times import DAY_S, HOUR_S
from daemon.backup import shelf
from daemon.clock import Clock
from daemon.settings import Settings
from daemon.waiting import rung

log = logging.getLogger(__name__)

_LOOK_EVERY_S = 60.0

# The first one: what is being set up need not be copied, and nobody wants to wait a day for it.
_FIRST_AFTER_S = HOUR_S
_AGAIN_AFTER_S = HOUR_S


@dataclass(frozen=True, slots=True)
class _Kept:
    """What lies in the folder."""

    backups: list[Backup]
    drill: Drill | None


@dataclass(frozen=True, slots=True)
class _Failure:
    at: int
    why: str


class _Said(BaseModel):
    done: int = 0
    total: int = 0
    fault: str | None = None


class BackupDesk:
    """Makes and tries backups. *spare_bytes* of their disk are never taken."""

    def __init__(self, settings: Settings, clock: Clock, *, spare_bytes: int = 0) -> None:
        self._database = settings.database
        self._folder = settings.backup_dir
        self._wanted = settings.backup
        self._clock = clock
        self._spare_bytes = spare_bytes
        self._started_at = clock.now()
        self._kept = _Kept([], None)
        self._failure: _Failure | None = None
        self._asked: Task | None = None
        self._under_way: TaskUnderWay | None = None
        self._bell = asyncio.Event()

    async def told(self) -> Backups:
        """How they stand now."""
        await self._look()
        return self.as_last_seen()

    def as_last_seen(self) -> Backups:
        """How they stood a minute ago at most: the folder is not looked at."""
        wanted, failure = self._wanted, self._failure
        return Backups(
            dir=str(self._folder),
            every_hours=wanted.every_hours,
            keep_days=wanted.keep_days,
            keep_at_least=wanted.keep_at_least,
            drill_days=wanted.drill_days,
            next_at=self._next_at() if wanted.every_hours else None,
            failed_at=failure.at if failure else None,
            failure=failure.why if failure else "",
            under_way=self._under_way,
            drill=self._kept.drill,
            backups=self._kept.backups,
        )

    async def begin(self, task: Task) -> Backups:
        """Has it done now; answers when it has begun. Raises Refused while another is under way, or NotFound."""
        if self._asked or self._under_way:
            doing = (self._under_way.task if self._under_way else self._asked) or task
            raise Refused(f"A {doing} is under way.", remedy="See `counterfoil backup list`; then try again.")
        await self._look()
        if task is Task.DRILL and not self._kept.backups:
            raise NotFound(f"There is no backup in {self._folder} to try.", remedy="Make one: counterfoil backup now.")
        self._asked = task
        self._under_way = TaskUnderWay(task=task, began_at=self._clock.now(), done_bytes=0, total_bytes=0)
        self._bell.set()
        return self.as_last_seen()

    async def run(self) -> None:
        """Works until cancelled; what is being made then is thrown away."""
        while True:
            self._bell.clear()
            await self._look()
            task = self._asked or self._due()
            if task is None:
                await rung(self._bell, within_s=_LOOK_EVERY_S)
                continue
            try:
                await self._do(task)
            finally:
                self._asked = self._under_way = None

    async def _look(self) -> None:
        folder = self._folder
        self._kept = await asyncio.to_thread(lambda: _Kept(shelf.backups_in(folder), shelf.last_drill(folder)))

    def _due(self) -> Task | None:
        now = self._clock.now()
        if self._wanted.every_hours and now >= self._next_at():
            return Task.BACKUP
        return Task.DRILL if self._wanted.drill_days and self._is_drill_due(now) else None

    def _next_at(self) -> int:
        newest, failure = next(iter(self._kept.backups), None), self._failure
        due = newest.made_at + self._wanted.every_hours * HOUR_S if newest else self._started_at + _FIRST_AFTER_S
        return max(due, failure.at + _AGAIN_AFTER_S) if failure else due

    def _is_drill_due(self, now: int) -> bool:
        """One that failed has the next backup tried at once."""
        drill, newest = self._kept.drill, next(iter(self._kept.backups), None)
        if newest is None or drill is None:
            return newest is not None
        return now - drill.at >= self._wanted.drill_days * DAY_S or (drill.fault != "" and drill.file != newest.file)

    async def _do(self, task: Task) -> None:
        now = self._clock.now()
        self._under_way = TaskUnderWay(task=task, began_at=now, done_bytes=0, total_bytes=0)
        if task is Task.BACKUP:
            fault = await self._tried(task, str(self._database), str(self._folder))
            self._failure = _Failure(now, fault) if fault else None
            if not fault:
                await asyncio.to_thread(self._prune, now)
        else:
            fault = await self._tried(task, str(self._folder / self._kept.backups[0].file))
        if fault:
            log.error("%s failed", task, extra={"why": fault})
        else:
            log.info("%s went well", task)

    def _prune(self, now: int) -> None:
        wanted = self._wanted
        try:
            gone = shelf.prune(self._folder, now=now, keep_days=wanted.keep_days, keep_at_least=wanted.keep_at_least)
        except OSError as error:  # they take room, and no more: what was made is made
            log.warning("backups not pruned", extra={"why": error.strerror})
            return
        if gone:
            log.info("backups pruned", extra={"files": len(gone)})

    async def _tried(self, task: Task, *words: str) -> str:
        """Why it failed; "" = it did not."""
        try:
            return await self._work(task, *words)
        except OSError as error:
            return f"No process could be started: {error.strerror}."

    async def _work(self, task: Task, *words: str) -> str:
        """Why it failed; "" = it did not."""
        began_at = self._clock.now()
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "daemon.backup.worker", task, *words, str(began_at), str(self._spare_bytes)),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
        )
        fault: str | None = None
        try:
            async for said in _said(process):
                fault = said.fault
                if fault is None:
                    self._under_way = TaskUnderWay(
                        task=task, began_at=began_at, done_bytes=said.done, total_bytes=said.total
                    )
            code = await process.wait()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
                await asyncio.to_thread(shelf.sweep, self._folder)
        return f"The {task} ended without a word (exit code {code}); see the log." if fault is None else fault


async def _said(process: asyncio.subprocess.Process) -> AsyncIterator[_Said]:
    async for line in process.stdout or asyncio.StreamReader():
        yield _Said.model_validate_json(line)
