"""The daemon as a whole: what it is made of, in which order it starts, and how it stops."""

import asyncio
import logging
import os
import signal
import socket
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from common.errors import CounterfoilError, Refused
from common.version import own_version
from daemon.api.audit import AuditHandlers
from daemon.api.backups import BackupHandlers
from daemon.api.connecting import ConnectingHandlers
from daemon.api.contacts import ContactHandlers
from daemon.api.door import Door, owner_of
from daemon.api.edits import EditHandlers
from daemon.api.events import EventHandlers
from daemon.api.inbox import InboxHandlers
from daemon.api.ledger import Ledger
from daemon.api.metrics import metrics_application
from daemon.api.peers import People
from daemon.api.products import ProductHandlers
from daemon.api.runs import RunHandlers
from daemon.api.segments import SegmentHandlers
from daemon.api.server import api_application, bound_socket
from daemon.api.settings import SettingsHandlers
from daemon.api.stores import StoreHandlers
from daemon.backup.desk import BackupDesk
from daemon.bigcommerce.oauth import Login
from daemon.bus import Bus
from daemon.clock import Clock, SystemClock
from daemon.db import hook_watch
from daemon.db.database import Database
from daemon.db.migrate import migrate
from daemon.disk import DiskWatch
from daemon.health import HealthWatch
from daemon.ingest.catchup import CatchUp
from daemon.ingest.connect import Connector
from daemon.ingest.derive import Deriver
from daemon.ingest.edit_pruner import EditPruner
from daemon.ingest.editor import Editor
from daemon.ingest.eraser import Eraser
from daemon.ingest.guardian import Guardian
from daemon.ingest.hook_secrets import HookSecrets
from daemon.ingest.inbox_news import InboxNews
from daemon.ingest.installs import AppInstalls
from daemon.ingest.lifecycle import Lifecycle
from daemon.ingest.nightly import Nightly
from daemon.ingest.open_carts import CartClock
from daemon.ingest.patience import Patience
from daemon.ingest.plan import Planner
from daemon.ingest.pump import Pump
from daemon.ingest.purge import Purger
from daemon.ingest.quiet import QuietHours
from daemon.ingest.receiver import Receiver
from daemon.ingest.registry import Registry
from daemon.ingest.replay import Replayer
from daemon.ingest.run import Runner
from daemon.ingest.scope_watch import ScopeWatch
from daemon.ingest.settings_desk import SettingsDesk
from daemon.ingest.whom import Whom
from daemon.ingest.writing import Writing
from daemon.insight import Insight, Parts
from daemon.lock import locked_state_dir
from daemon.logs import LastLines
from daemon.notify import Notifier
from daemon.origins import Place
from daemon.public.install import install_routes
from daemon.public.panel import panel_routes
from daemon.public.self_test import self_test_route
from daemon.public.server import public_application
from daemon.public.site import PublicSite
from daemon.public.sources import Sources
from daemon.pulse import Pulse
from daemon.reload import Follower, Reloader
from daemon.retention import Retention
from daemon.scheduler import Scheduler
from daemon.segments.desk import RuleDesk
from daemon.segments.keeper import Keeper
from daemon.segments.retention import LogPruner
from daemon.segments.saved_desk import SavedDesk
from daemon.settings import MetricsSettings, PublicSettings, Settings
from daemon.status import Reporter
from daemon.upkeep import Upkeep
from daemon.vault import opened_vault
from daemon.waiting import stopped

log = logging.getLogger(__name__)

# How long open calls may go on when it stops; once their input is cut off they have as long again. Deliveries are on
# the disk in a fraction of it. An answer that its reader does not take in can be asked for again.
_DELIVERIES_END_WITHIN_S = 1.0
_ANSWERS_END_WITHIN_S = 0.5

_LONGEST_LINE = 256 * 1024

Job = Callable[[], Awaitable[None]]
"""Something to look after at each beat of the clock."""


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
        self._runners: list[web.AppRunner] = []
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

    async def _start(self) -> None:  # noqa: PLR0915
        stack, settings, clock = self._stack, self._settings, self._clock
        stack.enter_context(locked_state_dir(settings.state_dir))
        listener = bound_socket(settings.socket_path, settings.access.group)
        stack.callback(_remove_socket, settings.socket_path, listener)
        public_listener = _bound_port(settings.public)
        stack.callback(public_listener.close)
        database = await self._open_database()

        session = await stack.enter_async_context(aiohttp.ClientSession())
        bus = Bus(clock, version=own_version())
        vault = opened_vault(settings.state_dir)
        registry = Registry(
            database, vault, session, settings.bigcommerce, bus=bus, clock=clock, retries=self._patience.retries
        )
        await registry.load()
        zone = settings.zone
        disk = DiskWatch(settings.database, reserve_bytes=settings.retention.reserve_mb * 2**20)
        writing = Writing(database, bus, clock, zone, disk=disk)
        news = InboxNews(bus)
        stack.callback(news.close)
        pump = Pump(database, registry, writing, clock, news, patience=self._patience)

        def quiet() -> QuietHours | None:
            return QuietHours.of(settings.sync.quiet_hours)

        runner = Runner(
            database,
            registry,
            writing,
            bus=bus,
            clock=clock,
            quiet=quiet,
            try_again_s=self._patience.try_again_s,
        )
        receiver = Receiver(
            *(database, registry, pump, news, clock),
            disk=disk,
            public=settings.public,
        )
        for wake in (pump.wake_all, runner.wake):
            disk.when_there_is_room(wake)
        connector = Connector(database, registry, vault, settings.public, bus=bus, clock=clock)
        purger = Purger(database, registry, bus=bus, clock=clock, zone=zone)
        eraser = Eraser(database, vault, bus=bus, clock=clock, zone=zone)
        deriver = Deriver(database, registry, runner, bus=bus, clock=clock, zone=zone)
        keeper = Keeper(database, bus=bus, clock=clock, zone=zone)
        rule_desk = RuleDesk(database, clock, zone)
        editor = Editor(database, Whom(database, rule_desk), keeper, bus=bus, clock=clock, zone=zone)
        lifecycle = Lifecycle(database, registry, connector, pump, runner, purger, clock)
        hook_secrets = HookSecrets(database, registry, vault, bus=bus, clock=clock)
        self.reloader.around = self._notifier.reload
        self.reloader.follow(self._followed(registry, database))
        login = Login(session, settings.bigcommerce, settings.public)
        installs = AppInstalls(database, login, registry, lifecycle, bus=bus, clock=clock)
        backups = BackupDesk(settings, clock, spare_bytes=disk.reserve_bytes)
        upkeep = Upkeep(disk, backups, self.reloader)
        reporter = Reporter(database, registry, runner, receiver, settings, upkeep=upkeep, clock=clock)

        guardian = Guardian(database, registry, runner, settings.public, bus=bus, clock=clock)
        health = HealthWatch(database, bus, receiver.answers, clock, upkeep=upkeep)
        insight = Insight(
            Parts(
                database=database,
                registry=registry,
                receiver=receiver,
                bus=bus,
                guardian=guardian,
                health=health,
                reporter=reporter,
                session=session,
                last_lines=self._last_lines,
                settings=settings,
                clock=clock,
            )
        )
        pulse = Pulse(self._notifier, database, pump, registry, health)

        await self._work(pump.run, runner.run, purger.run, deriver.run, eraser.run, keeper.run, editor.run)
        await self._work(backups.run, insight.run)
        self._keep_time(
            always=(
                disk.look,
                health.look,
                guardian.watch,
                CartClock(database, registry, writing, clock).close_expired,
                ScopeWatch(database, registry, pump, clock).try_missing,
                hook_secrets.forget_former,
                keeper.look,
                Retention(database, settings.retention, clock).let_go_due,
                LogPruner(database, clock, settings.segments).prune_due,
                EditPruner(database, clock).prune_due,
            ),
            if_timed=(
                CatchUp(database, registry, runner, clock, settings.sync).start_due,
                Nightly(database, registry, runner, clock, quiet=quiet).start_due,
            ),
        )
        stack.push_async_callback(self._close_listeners)
        events = EventHandlers(bus, clock)
        api = api_application(
            Door(settings.access, owner_of(listener), People(clock)),
            Ledger(database, clock),
            (
                ContactHandlers(database, eraser, rule_desk),
                StoreHandlers(lifecycle, hook_secrets, reporter, SettingsDesk(database, registry, deriver, bus)),
                ConnectingHandlers(connector, installs, settings),
                RunHandlers(database, runner, Planner(database, registry, settings.sync)),
                InboxHandlers(database, Replayer(database, registry, pump, news, clock)),
                SegmentHandlers(
                    rule_desk,
                    SavedDesk(database, keeper, bus=bus, clock=clock, zone=zone, settings=settings.segments),
                ),
                EditHandlers(database, editor),
                ProductHandlers(database),
                SettingsHandlers(self.reloader),
                AuditHandlers(database),
                BackupHandlers(backups),
                *insight.handlers,
            ),
            events,
            reporter,
        )
        # Who hangs up wants no answer: a long count ends. A rule in a query string may take nine bytes a character.
        await self._serve(
            api,
            listener,
            ends_within_s=_ANSWERS_END_WITHIN_S,
            handler_cancellation=True,
            max_line_size=_LONGEST_LINE,
        )
        pages = (
            self_test_route(insight.doctor.self_test),
            *install_routes(installs),
            *panel_routes(installs, reporter, clock),
        )
        sources = Sources(settings.public, clock)
        public = public_application(receiver, *pages, sources=sources, max_body_bytes=settings.public.max_body_bytes)
        behind_proxy = await self._runner(public, ends_within_s=_DELIVERIES_END_WITHIN_S)
        await PublicSite(behind_proxy, public_listener).start()
        await self._serve_metrics(insight)
        self._notifier.ready()
        await self._work(pulse.run)
        log.info("ready", extra={"socket": settings.socket_path, "public": settings.public.listen})

    def _followed(self, registry: Registry, database: Database) -> Follower:
        """What has to be done once settings have changed, beside reading them at use."""

        def follow(changed: frozenset[Place]) -> None:
            logging.getLogger().setLevel(self._settings.log_level.upper())
            registry.settings_changed()
            if ("public", "url") in changed:  # the guardian then sets the hooks right
                self._aside.add(looking := asyncio.ensure_future(database.write(hook_watch.call_for_looks)))
                looking.add_done_callback(self._aside.discard)

        return follow

    async def _open_database(self) -> Database:
        async with self._notifier.taking_long("opening the database"):
            applied = await asyncio.to_thread(migrate, self._settings.database, now=self._clock.now())
        if applied:
            log.info("database migrated", extra={"applied": ",".join(applied)})
        database = Database(self._settings.database)
        self._stack.push_async_callback(database.close)
        return database

    async def _work(self, *jobs: Callable[[], Coroutine[None, None, None]]) -> None:
        """Starts jobs that end only with the daemon; one that dies takes it along, and systemd starts both anew."""
        for job in jobs:
            task = asyncio.create_task(job(), name=job.__qualname__)
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

    async def _serve(self, app: web.Application, listener: socket.socket, *, ends_within_s: float, **ways: Any) -> None:
        runner = await self._runner(app, ends_within_s=ends_within_s, **ways)
        await web.SockSite(runner, listener, backlog=1024).start()

    async def _runner(self, app: web.Application, *, ends_within_s: float, **ways: Any) -> web.AppRunner:
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=ends_within_s, handle_signals=False, **ways)
        await runner.setup()
        self._runners.append(runner)
        return runner

    async def _serve_metrics(self, insight: Insight) -> None:
        """On a port of this machine, where that is wanted."""
        where = self._settings.metrics
        if where.listen:
            app = metrics_application(insight.metrics)
            await self._serve(app, _bound_port(where), ends_within_s=_ANSWERS_END_WITHIN_S)

    async def _close_listeners(self) -> None:
        """Both at once: what is answered there has the same few seconds to end."""
        await asyncio.gather(*(runner.cleanup() for runner in self._runners))


async def serve(settings: Settings, read: Callable[[], Settings], last_lines: LastLines | None = None) -> None:
    """Runs the daemon until SIGTERM or SIGINT; SIGHUP has it *read* its settings anew.

    Raises CounterfoilError when a part of it died.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for wanted in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(wanted, stop.set)
    notifier = Notifier.of(os.environ)
    running = Daemon(settings, notifier=notifier, last_lines=last_lines, read=read)
    async with running as daemon, asyncio.TaskGroup() as waiting:
        loop.add_signal_handler(signal.SIGHUP, lambda: waiting.create_task(daemon.reloader.on_signal()))
        asked = waiting.create_task(stop.wait())
        death = waiting.create_task(daemon.died())
        await asyncio.wait({asked, death}, return_when=asyncio.FIRST_COMPLETED)
        fault = death.result() if death.done() else None
        asked.cancel()
        death.cancel()
        notifier.stopping()
        log.info("stopping")
    if fault is not None:
        raise CounterfoilError(
            f"A part of the daemon died: {fault!r}.", remedy="See its log; start it again."
        ) from fault


def _bound_port(where: PublicSettings | MetricsSettings) -> socket.socket:
    """Raises Refused when the port is taken or may not be used."""
    name = "public" if isinstance(where, PublicSettings) else "metrics"
    try:
        return socket.create_server(
            (where.host, where.port), family=socket.AF_INET6 if ":" in where.host else socket.AF_INET
        )
    except OSError as error:
        raise Refused(
            f"The {name} listener cannot use {where.listen}: {error.strerror}.",
            remedy=f"Stop what listens there, or choose another COUNTERFOIL_{name.upper()}__LISTEN.",
        ) from error


def _remove_socket(path: Path, listener: socket.socket) -> None:
    listener.close()
    path.unlink(missing_ok=True)
