"""What the daemon is made of, by subject: each group is made from those above it.

Groups say who works all the time (`workers`) and what is looked after at each beat (`always`, `if_timed`); app starts
them, insight looks at them, serving lets callers in.
"""

from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from functools import cached_property
from zoneinfo import ZoneInfo

import aiohttp

from daemon.backup.desk import BackupDesk
from daemon.bigcommerce.oauth import Login
from daemon.bus import Bus
from daemon.clock import Clock
from daemon.db.database import Database
from daemon.disk import DiskWatch
from daemon.health import HealthWatch
from daemon.ingest.catchup import CatchUp
from daemon.ingest.connect import Connector
from daemon.ingest.derive import Deriver
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
from daemon.reload import Reloader
from daemon.retention import Retention
from daemon.segments.desk import RuleDesk
from daemon.segments.keeper import Keeper
from daemon.segments.saved_desk import SavedDesk
from daemon.settings import Settings
from daemon.status import Reporter
from daemon.upkeep import Upkeep
from daemon.vault import Vault

Worker = Callable[[], Coroutine[None, None, None]]
"""Something that ends only with the daemon."""

Job = Callable[[], Awaitable[None]]
"""Something to look after at each beat of the clock."""


@dataclass(frozen=True)
class Ground:
    """What all else stands on."""

    settings: Settings
    clock: Clock
    patience: Patience
    database: Database
    session: aiohttp.ClientSession
    vault: Vault
    bus: Bus

    @property
    def zone(self) -> ZoneInfo:
        return self.settings.zone

    @cached_property
    def disk(self) -> DiskWatch:
        return DiskWatch(self.settings.database, reserve_bytes=self.settings.retention.reserve_mb * 2**20)

    @cached_property
    def registry(self) -> Registry:
        """The stores; empty until it is loaded."""
        return Registry(
            self.database,
            self.vault,
            self.session,
            self.settings.bigcommerce,
            bus=self.bus,
            clock=self.clock,
            retries=self.patience.retries,
        )


class Ingest:
    """From the stores to the tables: deliveries and runs, and what sees to it that none is missed."""

    def __init__(self, on: Ground) -> None:
        database, registry, bus, clock, sync = on.database, on.registry, on.bus, on.clock, on.settings.sync

        def quiet() -> QuietHours | None:
            return QuietHours.of(sync.quiet_hours)

        writing = Writing(database, bus, clock, on.zone, disk=on.disk)
        self.news = InboxNews(bus)
        self.pump = Pump(database, registry, writing, clock, self.news, patience=on.patience)
        self.runner = Runner(
            *(database, registry, writing),
            bus=bus,
            clock=clock,
            quiet=quiet,
            try_again_s=on.patience.try_again_s,
        )
        for wake in (self.pump.wake_all, self.runner.wake):
            on.disk.when_there_is_room(wake)
        self.receiver = Receiver(
            *(database, registry, self.pump, self.news, clock), disk=on.disk, public=on.settings.public
        )
        self.replayer = Replayer(database, registry, self.pump, self.news, clock)
        self.planner = Planner(database, registry, sync)
        self.guardian = Guardian(database, registry, self.runner, on.settings.public, bus=bus, clock=clock)

        self.workers: tuple[Worker, ...] = (self.pump.run, self.runner.run)
        self.always: tuple[Job, ...] = (
            self.guardian.watch,
            CartClock(database, registry, writing, clock).close_expired,
            ScopeWatch(database, registry, self.pump, clock).try_missing,
        )
        self.if_timed: tuple[Job, ...] = (
            CatchUp(database, registry, self.runner, clock, sync).start_due,
            Nightly(database, registry, self.runner, clock, quiet=quiet).start_due,
        )


class Stores:
    """From connecting a store to letting it go, and what it is set to meanwhile."""

    def __init__(self, on: Ground, ingest: Ingest) -> None:
        database, registry, bus, clock = on.database, on.registry, on.bus, on.clock
        purger = Purger(database, registry, bus=bus, clock=clock, zone=on.zone)
        deriver = Deriver(database, registry, ingest.runner, disk=on.disk, bus=bus, clock=clock, zone=on.zone)
        on.disk.when_there_is_room(deriver.wake)
        self.connector = Connector(database, registry, on.vault, on.settings.public, bus=bus, clock=clock)
        self.lifecycle = Lifecycle(database, registry, self.connector, ingest.pump, ingest.runner, purger, clock)
        self.secrets = HookSecrets(database, registry, on.vault, bus=bus, clock=clock)
        login = Login(on.session, on.settings.bigcommerce, on.settings.public)
        self.installs = AppInstalls(database, login, registry, self.lifecycle, bus=bus, clock=clock)
        self.settings_desk = SettingsDesk(database, registry, deriver, bus)

        self.workers: tuple[Worker, ...] = (purger.run, deriver.run)
        self.always: tuple[Job, ...] = (self.secrets.forget_former,)


class People:
    """Contacts as they are asked for, put into segments, edited and erased."""

    def __init__(self, on: Ground) -> None:
        database, bus, clock, zone = on.database, on.bus, on.clock, on.zone
        keeper = Keeper(database, bus=bus, clock=clock, zone=zone)
        self.rule_desk = RuleDesk(database, clock, zone)
        self.saved_desk = SavedDesk(database, keeper, bus=bus, clock=clock, zone=zone, settings=on.settings.segments)
        self.eraser = Eraser(database, on.vault, bus=bus, clock=clock, zone=zone)
        self.editor = Editor(
            database, Whom(database, self.rule_desk), keeper, disk=on.disk, bus=bus, clock=clock, zone=zone
        )
        on.disk.when_there_is_room(self.editor.wake)

        self.workers: tuple[Worker, ...] = (self.eraser.run, keeper.run, self.editor.run)
        self.always: tuple[Job, ...] = (keeper.look,)


class Care:
    """The keeping of it all: the disk, backups, what is old, and what is told of how it stands."""

    def __init__(self, on: Ground, ingest: Ingest, reloader: Reloader) -> None:
        database, clock = on.database, on.clock
        self.reloader = reloader
        self.backups = BackupDesk(on.settings, clock, spare_bytes=on.disk.reserve_bytes)
        upkeep = Upkeep(on.disk, self.backups, reloader)
        self.reporter = Reporter(
            *(database, on.registry, ingest.runner, ingest.receiver, on.settings), upkeep=upkeep, clock=clock
        )
        self.health = HealthWatch(database, on.bus, ingest.receiver.answers, clock, upkeep=upkeep)

        self.workers: tuple[Worker, ...] = (self.backups.run,)
        self.always: tuple[Job, ...] = (
            on.disk.look,
            self.health.look,
            Retention(database, on.settings.retention, on.settings.segments, clock=clock).let_go_due,
        )
