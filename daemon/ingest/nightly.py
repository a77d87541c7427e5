"""The nightly sweep of each store: what may have changed without a word is read again while few shop."""

import hashlib
import logging

from common.errors import CounterfoilError
from common.sync import RunKind
from common.times import DAY_S, HOUR_S
from daemon.clock import Clock
from daemon.db import runs, stores
from daemon.db.database import Database
from daemon.ingest.catchup import last_of
from daemon.ingest.quiet import Hours, QuietHours
from daemon.ingest.registry import Registry
from daemon.ingest.run import Runner

log = logging.getLogger(__name__)

# Where no quiet hours are set; the stores begin spread over the first hour of them.
_NIGHT = QuietHours.of("03:00-05:00")
_SPREAD_S = HOUR_S
_AT_LEAST_APART_S = 20 * HOUR_S


class Nightly:
    """Starts the sweeps that are due. What is due is told from the stored runs, so that downtime heals itself: one
    that was missed begins as soon as two days have passed since the last, whatever the hour."""

    def __init__(self, database: Database, registry: Registry, runner: Runner, clock: Clock, *, quiet: Hours) -> None:
        self._database = database
        self._registry = registry
        self._runner = runner
        self._clock = clock
        self._quiet = quiet

    async def start_due(self) -> None:
        now = self._clock.now()
        for row in await self._database.read(stores.all_stores):
            store = self._registry.with_hash(row.hash)
            if store is None or not store.is_working or row.synced_until is None:
                continue
            last = await self._database.read(lambda conn, store_id=row.id: runs.last_sweep_at(conn, store_id))  # type: ignore[misc]
            if self._is_due(now - last_of(now, last, row.connected_at), now, row.hash):
                await self._start(row.hash)

    def _is_due(self, since_last_s: int, now: int, store_hash: str) -> bool:
        night = self._quiet() or _NIGHT
        in_the_night = night is not None and night.holds(now) and night.holds(now - spread(store_hash))
        return since_last_s >= 2 * DAY_S or (in_the_night and since_last_s >= _AT_LEAST_APART_S)

    async def _start(self, store_hash: str) -> None:
        try:
            await self._runner.start(store_hash, RunKind.SWEEP)
        except CounterfoilError as error:  # another run is under way: it is due still at the next beat
            log.debug("sweep waits", extra={"store": store_hash, "why": error.message})


def spread(store_hash: str) -> int:
    """How long into the night the store waits, so that several do not begin at once."""
    return int.from_bytes(hashlib.blake2s(store_hash.encode(), digest_size=4).digest()) % _SPREAD_S
