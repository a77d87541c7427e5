"""What the daemon tells of itself: its doctor, its metrics, its support bundles, put together from its parts."""

from dataclasses import dataclass

import aiohttp

from daemon.api.doctor import DoctorHandlers
from daemon.api.metrics import MetricsHandlers
from daemon.api.support import SupportHandlers
from daemon.bus import Bus
from daemon.clock import Clock
from daemon.db.database import Database
from daemon.doctor.doctor import Doctor
from daemon.health import HealthWatch
from daemon.ingest.guardian import Guardian
from daemon.ingest.receiver import Receiver
from daemon.ingest.registry import Registry
from daemon.logs import LastLines
from daemon.metrics import Metrics
from daemon.settings import Settings
from daemon.status import Reporter
from daemon.support.bundle import Bundler, Witnesses


@dataclass(frozen=True, slots=True)
class Parts:
    """Who is asked."""

    database: Database
    registry: Registry
    receiver: Receiver
    bus: Bus
    guardian: Guardian
    health: HealthWatch
    reporter: Reporter
    session: aiohttp.ClientSession
    last_lines: LastLines
    settings: Settings
    clock: Clock


class Insight:
    """*doctor* and *metrics* for those who serve them elsewhere; *handlers* are the socket's."""

    def __init__(self, of: Parts) -> None:
        self.doctor = Doctor(
            of.database,
            of.registry,
            of.guardian,
            of.health,
            of.settings,
            session=of.session,
            clock=of.clock,
        )
        metrics = Metrics(of.database, of.registry, of.receiver, of.bus, self.doctor, health=of.health, clock=of.clock)
        witnesses = Witnesses(of.reporter, self.doctor, metrics, of.health, of.last_lines)
        self.metrics = MetricsHandlers(metrics)
        self.handlers = (
            DoctorHandlers(self.doctor),
            self.metrics,
            SupportHandlers(Bundler(of.database, of.registry, witnesses, of.settings, of.clock)),
        )

    async def run(self) -> None:
        """Sees how long the loop takes to turn."""
        await self.doctor.loop_watch.run()
