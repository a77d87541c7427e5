"""What the daemon tells of itself: its doctor, its metrics, its support bundles, put together from its parts."""

from daemon.api.doctor import DoctorHandlers
from daemon.api.metrics import MetricsHandlers
from daemon.api.support import SupportHandlers
from daemon.doctor.doctor import Doctor
from daemon.logs import LastLines
from daemon.metrics import Metrics
from daemon.parts import Care, Ground, Ingest
from daemon.support.bundle import Bundler, Witnesses


class Insight:
    """*doctor* and *metrics* for those who serve them elsewhere; *handlers* are the socket's."""

    def __init__(self, on: Ground, ingest: Ingest, care: Care, last_lines: LastLines) -> None:
        database, registry, settings, clock = on.database, on.registry, on.settings, on.clock
        self.doctor = Doctor(
            *(database, registry, ingest.guardian, care.health, settings), session=on.session, clock=clock
        )
        metrics = Metrics(*(database, registry, ingest.receiver, on.bus, self.doctor), health=care.health, clock=clock)
        witnesses = Witnesses(care.reporter, self.doctor, metrics, care.health, last_lines)
        self.metrics = MetricsHandlers(metrics)
        self.handlers = (
            DoctorHandlers(self.doctor),
            self.metrics,
            SupportHandlers(Bundler(database, registry, witnesses, settings, clock)),
        )

    async def run(self) -> None:
        """Sees how long the loop takes to turn."""
        await self.doctor.loop_watch.run()
