"""The daemon as a whole: what it is made of, in which order it starts, and how it stops."""

import asyncio
import gc
import logging
import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from functools import partial

import aiohttp

from common.errors import CounterfoilError
from common.version import own_version
from daemon.bus import Bus
from daemon.clock import Clock, SystemClock
from daemon.db import hook_watch
from daemon.db.database import Database
from daemon.db.migrate import migrate
from daemon.ingest.patience import Patience
from daemon.insight import Insight
from daemon.lock import locked_state_dir
from daemon.logs import LastLines
from daemon.notify import Notifier
from daemon.origins import Place
from daemon.parts import Care, Ground, Ingest, Job, People, Stores, Worker
from daemon.pulse import Pulse
from daemon.reload import Reloader
from daemon.scheduler import Scheduler
from daemon.serving import Listeners, socket_application, store_application
from daemon.settings import Settings
from daemon.vault import opened_vault
from daemon.waiting import stopped

log = logging.getLogger(__name__)


class Daemon:
    """Everything between start and stop. Use as an async context manager: inside, it serves."""

    def __init__(
        self,
        settings: Settings,
        clock: Clock | None = None,
        *,
        patience: Patience | None = None,
        last_lines: LastLines | None = None,
        notifier: Notifier | None = None,
        read: Callable[[], Settings] | None = None,
    ) -> None:
        """*read* gives the settings anew for a reload; None = there is nothing to read, and nothing changes."""
        self._settings = settings.model_copy(deep=True)  # a reload changes it
        self.reloader = Reloader(self._settings, read or (lambda: settings))
        self._last_lines = last_lines or LastLines()
        self._clock = clock or SystemClock()
        self._notifier = notifier or Notifier()
        self._patience = patience or Patience()
        self._stack = AsyncExitStack()
        self._death = asyncio.Event()
        self._fault: BaseException | None = None
        self._aside: set[asyncio.Future[None]] = set()

    async def __aenter__(self) -> "Daemon":
        """Raises Refused, with everything that was started stopped again, when something it needs is not to be had."""
        try:
            await self._start()
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._stack.aclose()

    async def died(self) -> BaseException:
        """Returns only when a part that must not end has ended: with what ended it."""
        await self._death.wait()
        return self._fault or RuntimeError("a worker ended")

    async def _start(self) -> None:
        stack, settings = self._stack, self._settings
        stack.enter_context(locked_state_dir(settings.state_dir))
        listeners = Listeners(settings)
        stack.callback(listeners.leave)
        on = await self._ground()
        self.reloader.around = self._notifier.reload
        self.reloader.follow(partial(self._follow, on))

        ingest = Ingest(on)
        stack.callback(ingest.news.close)
        stores, people, care = Stores(on, ingest), People(on), Care(on, ingest, self.reloader)
        insight = Insight(on, ingest, care, self._last_lines)

        await self._work(*ingest.workers, *stores.workers, *people.workers, *care.workers, insight.run)
        self._keep_time(always=(*care.always, *ingest.always, *stores.always, *people.always), if_timed=ingest.if_timed)
        stack.push_async_callback(listeners.close)
        api = socket_application(on, ingest, stores, people, care, insight, listeners.owner)
        await listeners.answer(api, store_application(on, ingest, stores, care, insight), insight)
        self._notifier.ready()
        await self._work(Pulse(self._notifier, on.database, ingest.pump, on.registry, care.health).run)
        log.info("ready", extra={"socket": settings.socket_path, "public": settings.public.listen})

    async def _ground(self) -> Ground:
        """What all else stands on, with the stores known."""
        database = await self._open_database()
        on = Ground(
            settings=self._settings,
            clock=self._clock,
            patience=self._patience,
            database=database,
            session=await self._stack.enter_async_context(aiohttp.ClientSession()),
            vault=opened_vault(self._settings.state_dir),
            bus=Bus(self._clock, version=own_version()),
        )
        await on.registry.load()
        return on

    def _follow(self, on: Ground, changed: frozenset[Place]) -> None:
        """Does what has to be done once settings have changed, beside reading them at use."""
        logging.getLogger().setLevel(self._settings.log_level.upper())
        on.registry.settings_changed()
        if ("public", "url") in changed:  # the guardian then sets the hooks right
            self._aside.add(looking := asyncio.ensure_future(on.database.write(hook_watch.call_for_looks)))
            looking.add_done_callback(self._aside.discard)

    async def _open_database(self) -> Database:
        async with self._notifier.taking_long("opening the database"):
            applied = await asyncio.to_thread(migrate, self._settings.database, now=self._clock.now())
        if applied:
            log.info("database migrated", extra={"applied": ",".join(applied)})
        database = Database(self._settings.database)
        self._stack.push_async_callback(database.close)
        return database

    async def _work(self, *workers: Worker) -> None:
        """Starts what ends only with the daemon; one that dies takes it along, and systemd starts both anew."""
        for worker in workers:
            task = asyncio.create_task(worker(), name=worker.__qualname__)
            task.add_done_callback(self._note_death)
            self._stack.push_async_callback(stopped, task)

    def _note_death(self, task: "asyncio.Task[None]") -> None:
        if task.cancelled():  # the way it ends when the daemon stops
            return
        self._fault = task.exception()
        self._death.set()

    def _keep_time(self, *, always: Sequence[Job], if_timed: Sequence[Job]) -> None:
        """Starts the beat. *if_timed* are the syncs that begin by themselves, unless the timer is off."""
        scheduler = Scheduler(beat_s=self._patience.look_every_s)
        for job in always:
            scheduler.on_each_beat(job)
        for job in if_timed:
            scheduler.on_each_beat(partial(self._if_timed, job))
        scheduler.start()
        self._stack.push_async_callback(scheduler.stop)

    async def _if_timed(self, job: Job) -> None:
        if self._settings.sync.catch_up_minutes:
            await job()


async def serve(settings: Settings, read: Callable[[], Settings], last_lines: LastLines | None = None) -> None:
    """Runs the daemon until SIGTERM or SIGINT; SIGHUP has it *read* its settings anew.

    Raises CounterfoilError when a part of it died.
    """
    stop, read_anew = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()
    for wanted in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(wanted, stop.set)
    loop.add_signal_handler(signal.SIGHUP, read_anew.set)  # one that comes while it starts is followed then
    notifier = Notifier.of(os.environ)
    running = Daemon(settings, notifier=notifier, last_lines=last_lines, read=read)
    async with running as daemon, asyncio.TaskGroup() as waiting:
        _spare_collecting()
        _share_the_interpreter()
        reloads = waiting.create_task(_reloads(daemon.reloader, read_anew))
        asked = waiting.create_task(stop.wait())
        death = waiting.create_task(daemon.died())
        await asyncio.wait({asked, death}, return_when=asyncio.FIRST_COMPLETED)
        fault = death.result() if death.done() else None
        for task in (asked, death, reloads):
            task.cancel()
        notifier.stopping()
        log.info("stopping")
    if fault is not None:
        raise CounterfoilError(
            f"A part of the daemon died: {fault!r}.", remedy="See its log; start it again."
        ) from fault


def _spare_collecting() -> None:
    """What is there once the daemon runs stays: the collector need not look through it again and again. In a
    historical run that cost 250 of 1,300 us of processor time an order."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def _share_the_interpreter() -> None:
    """Between two statements a lane waits for the interpreter, by default 5 ms, while the loop decodes. At 0.3 ms a
    tenth more orders come in with a historical run, and a twentieth more webhooks."""
    sys.setswitchinterval(0.0003)


async def _reloads(reloader: Reloader, read_anew: asyncio.Event) -> None:
    """A reload for each time it is asked for, until cancelled; asked for again meanwhile, one more follows."""
    while True:
        await read_anew.wait()
        read_anew.clear()
        await reloader.on_signal()
