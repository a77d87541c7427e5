"""The timer's manual runs: every store is read anew for what changed, in case a delivery was lost."""

import hashlib
import logging

from common.errors import CounterfoilError
from common.sync import RunKind
from common.times import MINUTE_S
from daemon.clock import Clock
from daemon.db import runs, stores
from daemon.db.database import Database
from daemon.ingest.registry import Registry
from daemon.ingest.run import Runner
from daemon.settings import SyncSettings

log = logging.getLogger(__name__)


# How much of the interval the stores' runs are spread over.
_SPREAD = 0.1


class CatchUp:
    """Starts a run for each store whose last one is longer ago than its interval."""

    def __init__(
        self, database: Database, registry: Registry, runner: Runner, clock: Clock, sync: SyncSettings
    ) -> None:
        self._database = database
        self._registry = registry
        self._runner = runner
        self._clock = clock
        self._sync = sync

    async def start_due(self) -> None:
        """What is due is told from the stored rows, so that downtime heals itself."""
        now = self._clock.now()
        for row in await self._database.read(stores.all_stores):
            store = self._registry.with_hash(row.hash)
            asked_at = await self._database.read(lambda conn, store_id=row.id: runs.last_run_at(conn, store_id))  # type: ignore[misc]
            moments = (row.connected_at,) if asked_at is None else (row.last_sync_at, asked_at)
            is_early = now - last_of(now, *moments) < due_after_s(row.hash, self._sync.catch_up_minutes * MINUTE_S)
            if store is None or not store.is_working or is_early:
                continue
            try:
                await self._runner.start(row.hash, RunKind.CATCH_UP)
            except CounterfoilError as error:  # a run is under way already: that one will do
                log.info("catch-up left out", extra={"store": row.hash, "why": error.message})


def due_after_s(store_hash: str, every_s: int) -> float:
    """When the next run is due: up to a tenth early, by the store, so that several do not start at once."""
    part = int.from_bytes(hashlib.blake2s(store_hash.encode(), digest_size=4).digest()) / 2**32
    return every_s * (1 - _SPREAD * part)


def last_of(now: int, *moments: int | None) -> int:
    """The latest of *moments*, 0 = none. One that is still to come was noted before our clock was set back."""
    return max((moment for moment in moments if moment is not None and moment <= now), default=0)
